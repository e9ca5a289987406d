"""Connections whose database went away under them are not used again: the next one that is asked for is a new one."""

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


def file_of(path: str | Path) -> _Identity:
    """Return what tells a file from another that takes its place, None where there is none."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def notice_other_files(engine: Engine) -> None:
    """Use no connection to a file of SQLite that is not in its place any more: what is written there would be lost.

    And make no file where there is none, as SQLite does by itself.
    """
    location = _Place(Path(str(engine.url.database)))

    @event.listens_for(engine, "do_connect")
    def _connecting(_dialect: Dialect, record: ConnectionPoolEntry | None, where: list[Any], how: Any) -> None:  # noqa: ANN401  a dict of the driver's arguments
        file = location.arriving()
        if record is not None:
            record.info["file"] = file
        where[0] = f"file:{quote(str(location.path))}?mode=rw"
        how["uri"] = True

    @event.listens_for(engine, "checkout")
    def _taken(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if not location.holds(record.info):
            _empty_log(connection)
            raise DisconnectionError

    @event.listens_for(engine, "checkin")
    def _given_back(connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        if connection is not None and not location.holds(record.info):
            _empty_log(connection)


class _Place:
    """Where the file lies. Beside it lies its log, and SQLite does not notice when that is another file's.

    What stands in the log of a file that was replaced would be written into the new one, which would ruin it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        real = path.resolve()  # SQLite follows links
        self._log = real.with_name(f"{real.name}-wal")
        self._held: tuple[_Identity, _Identity] = (None, None)

    def holds(self, opened: dict[str, _Identity]) -> bool:
        """Tell whether the file and the log that a connection opened are there now. It opens the log when it reads."""
        file, log = file_of(self.path), file_of(self._log)
        if file is None or file != opened.get("file") or opened.setdefault("log", log) not in (None, log):
            return False
        opened["log"] = log
        self._held = (file, log)
        return True

    def arriving(self) -> _Identity:
        """Return which file is there. Raises DatabaseBusy while the log beside it is that of the one before."""
        file, (before, log) = file_of(self.path), self._held
        if before not in (None, file) and log is not None and log == file_of(self._log) and self._log.stat().st_size:
            raise DatabaseBusy(
                "Another file lies in the place of the database, and beside it the log of the one before; nothing was "
                "changed. Try again in a moment."
            )
        return file


def _empty_log(connection: DBAPIConnection) -> None:
    """Write what stands in the log into the file that a connection has open, wherever that is now."""
    raw: Any = connection
    with suppress(sqlite3.Error):
        raw.execute("PRAGMA busy_timeout = 100")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def notice_hang_ups(engine: Engine) -> None:
    """Use no connection that the server has hung up on.

    On an idle one there is nothing to read, unless the server said good-bye: to look costs no round trip, where to ask
    would cost one for every query. Of a server that fell silent the keep-alives of its connections tell.
    """

    @event.listens_for(engine, "checkout")
    def _taken(connection: DBAPIConnection, _record: object, _proxy: object) -> None:
        raw: Any = connection
        errors = engine.dialect.loaded_dbapi.Error
        try:
            readable, _, _ = select.select([raw], [], [], 0)
            if readable:  # it may have said something else
                engine.dialect.do_ping(connection)
        except (errors, OSError, ValueError) as error:  # ValueError: of a closed one
            raise DisconnectionError from error
