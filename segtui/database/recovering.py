"""Connections whose database went away under them are not used again: the next one that is asked for is a new one."""

import select
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry


def notice_other_files(engine: Engine) -> None:
    """Use no connection to a file of SQLite that is not in its place any more: what is written there would be lost.

    And make no file where there is none, as SQLite does by itself.
    """
    path = str(engine.url.database)

    @event.listens_for(engine, "do_connect")
    def _connecting(_dialect: Dialect, record: ConnectionPoolEntry | None, where: list[Any], how: Any) -> None:  # noqa: ANN401  a dict of the driver's arguments
        if record is not None:
            record.info["file"] = file_of(path)
        where[0] = f"file:{quote(path)}?mode=rw"
        how["uri"] = True

    @event.listens_for(engine, "checkout")
    def _taken(_connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if record.info.get("file") != file_of(path):
            raise DisconnectionError


def file_of(path: str | Path) -> tuple[int, int] | None:
    """Return what tells a file from another that takes its place, None where there is none."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


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
