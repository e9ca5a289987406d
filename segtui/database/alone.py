"""Being the only one that works on a database, of all processes and hosts that use it.

A lock says who it is: the operating system, or the server, gives it back in the moment in which its holder ends,
however that happens, and no clock is asked. A server can take it from a holder that lives, by closing its connection;
so every transaction of the holder also looks up whether it still is (`fenced`), and nobody takes over in the middle
of one.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from segtui.database.backends import APPLICATION_ID
from segtui.database.engine import Database
from segtui.errors import DatabaseError
from segtui.text import clean

# Two keys of advisory locks of their own, beside the one for creating tables.
_HOLDER = (APPLICATION_ID, 1)
_FENCE = (APPLICATION_ID, 2)


class Alone(Protocol):
    """The lock of who works alone."""

    def take(self) -> bool:
        """Take the lock, or tell that somebody else has it. Waits for nobody. Raises DatabaseError."""

    def held(self) -> bool:
        """Tell whether the lock is still held."""

    def give_back(self) -> None:
        """Let somebody else work."""


def alone(database: Database) -> Alone:
    """Return the lock of a database."""
    return _Server(database) if database.path is None else _File(database.path)


def fence(connection: Connection, *, closing: bool) -> None:
    """Hold up, to the end of the transaction, who takes over (`closing`) or those who still work.

    SQLite has one writer at a time and needs none of it.
    """
    if connection.dialect.name == "postgresql":
        kind = "pg_advisory_xact_lock" if closing else "pg_advisory_xact_lock_shared"
        connection.exec_driver_sql(f"SELECT {kind}({_FENCE[0]}, {_FENCE[1]})")


class _File:
    """The lock of a file beside the database: that of the database itself belongs to SQLite."""

    def __init__(self, path: Path) -> None:
        real = path.resolve()  # whichever links lead there, it is one database
        self._path = real.with_name(f"{real.name}-dispatcher")
        self._file: int | None = None

    def take(self) -> bool:
        if self._file is not None:
            return True
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise DatabaseError(f"{clean(str(self._path))} cannot be used: {error.strerror or error}.") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def held(self) -> bool:
        return self._file is not None

    def give_back(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class _Server:
    """An advisory lock of the server, held by a connection of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None

    def take(self) -> bool:
        if self.held():
            return True
        backend = self._database.backend
        try:
            connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            try:
                taken = connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_HOLDER[0]}, {_HOLDER[1]})").scalar()
            except DBAPIError:
                connection.close()
                raise
        except DBAPIError as error:
            raise backend.explain(error) from error
        if not taken:
            connection.close()
            return False
        connection.detach()  # closed, and not given back to the pool, when the lock is
        self._connection = connection
        return True

    def held(self) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.exec_driver_sql("SELECT 1")
        except DBAPIError:
            self.give_back()
            return False
        return True

    def give_back(self) -> None:
        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.close()
            self._connection = None
