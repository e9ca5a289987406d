"""Stale pooled connections: one whose file was replaced or whose server hung up is discarded at checkout."""

import select
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from segtui.errors import DatabaseBusy

_Identity = tuple[int, int] | None


def file_identity(path: str | Path) -> _Identity:
    """Return device and inode of a file, None where there is none."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def detect_replaced_files(engine: Engine) -> None:
    """Discard connections to a SQLite file that was moved or replaced: what is written there would be lost.

    And create no file where there is none, as SQLite does by itself.
    """
    database_file = _DatabaseFile(Path(str(engine.url.database)))

    @event.listens_for(engine, "do_connect")
    def _connecting(_dialect: Dialect, record: ConnectionPoolEntry | None, arguments: list[Any], how: Any) -> None:  # noqa: ANN401  a dict of the driver's arguments
        file = database_file.identity()
        if record is not None:
            record.info["file"] = file
        arguments[0] = f"file:{quote(str(database_file.path))}?mode=rw"
        how["uri"] = True

    @event.listens_for(engine, "checkout")
    def _checked_out(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if not database_file.is_current(record.info):
            _empty_log(connection)
            raise DisconnectionError

    @event.listens_for(engine, "checkin")
    def _checked_in(connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        if connection is not None and not database_file.is_current(record.info):
            _empty_log(connection)


class _DatabaseFile:
    """The file of a database and its log. SQLite does not notice when the log belongs to another file.

    The log of a replaced file would be written into the new one, and ruin it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        real = path.resolve()  # SQLite follows links
        self._log = real.with_name(f"{real.name}-wal")
        self._held: tuple[_Identity, _Identity] = (None, None)

    def is_current(self, opened: dict[str, _Identity]) -> bool:
        """Tell whether the file and the log that a connection opened are there. Reading opens the log."""
        file, log = file_identity(self.path), file_identity(self._log)
        if file is None or file != opened.get("file") or opened.setdefault("log", log) not in (None, log):
            return False
        opened["log"] = log
        self._held = (file, log)
        return True

    def identity(self) -> _Identity:
        """Return the identity of the file. Raises DatabaseBusy while the log beside it is that of another file."""
        file, (before, log) = file_identity(self.path), self._held
        is_same_log = log is not None and log == file_identity(self._log)
        if before not in (None, file) and is_same_log and self._log.stat().st_size:
            raise DatabaseBusy(
                "The database file was replaced, but the log of the old file is still beside it; nothing was "
                "changed. Try again in a moment."
            )
        return file


def _empty_log(connection: DBAPIConnection) -> None:
    """Write the log into the file that a connection has open, wherever that is now."""
    raw: Any = connection
    with suppress(sqlite3.Error):
        raw.execute("PRAGMA busy_timeout = 100")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def detect_hang_ups(engine: Engine) -> None:
    """Discard connections that the server closed.

    An idle connection has nothing to read, unless the server closed it: a check for that costs no round trip, while a
    ping would cost one for every query. A server that fell silent is detected by keep-alives.
    """

    @event.listens_for(engine, "checkout")
    def _checked_out(connection: DBAPIConnection, _record: object, _proxy: object) -> None:
        raw: Any = connection
        errors = engine.dialect.loaded_dbapi.Error
        try:
            readable, _, _ = select.select([raw], [], [], 0)
            if readable:  # it may have said something else
                engine.dialect.do_ping(connection)
        except (errors, OSError, ValueError) as error:  # ValueError: of a closed one
            raise DisconnectionError from error
