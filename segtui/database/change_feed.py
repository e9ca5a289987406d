"""Change notification: polls `PRAGMA data_version` on SQLite, LISTENs on PostgreSQL.

SQLite counts the commits of other connections and reads the count in some microseconds. PostgreSQL sends a notification
with every transaction that writes (`Postgresql.begin_write`), and waiting for one costs nothing. Neither holds a
transaction open.
"""

import select
import socket
import sqlite3
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from sqlalchemy.exc import DBAPIError

from segtui.database.backends.postgresql import CHANNEL
from segtui.database.engine import Database

# So often SQLite is asked; and where somebody commits all the time, so often it rings.
SECONDS = 1.0


class DatabaseAway(Exception):
    """The database cannot be reached now. Connect again later."""


class Bell(Protocol):
    """Rings when something was committed. One thread uses it, but for `wake`."""

    def connect(self) -> None:
        """Connect, anew where it is connected. Raises DatabaseAway."""

    def rang(self, stopping: threading.Event) -> bool:
        """Wait for a commit and return True, or return False where there was none. Raises DatabaseAway."""

    def wake(self) -> None:
        """End the waiting of `rang`, after `stopping` was set. Any thread may call it."""

    def close(self) -> None:
        """Let go of everything."""


def bell_of(database: Database) -> Bell:
    """Return the bell of a database, not yet connected."""
    return SqliteBell(database.path) if database.path is not None else PostgresqlBell(database)


class SqliteBell:
    """Asks a SQLite file once a second whether its content changed, and whether it is the same file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._seen: object = None

    def connect(self) -> None:
        """Open the file."""
        self.close()
        try:
            uri = f"file:{quote(str(self._path))}?mode=rw"  # never makes a file where there is none
            self._connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=0, check_same_thread=False)
            self._seen = self._look()
        except (sqlite3.Error, OSError) as error:
            raise DatabaseAway from error

    def rang(self, stopping: threading.Event) -> bool:
        """Wait a second and ask."""
        if stopping.wait(SECONDS):
            return False
        try:
            before, self._seen = self._seen, self._look()
        except (sqlite3.Error, OSError) as error:
            raise DatabaseAway from error
        return self._seen != before

    def _look(self) -> object:
        assert self._connection is not None  # noqa: S101  narrows the type
        status = self._path.stat()
        file = (status.st_dev, status.st_ino)
        if isinstance(self._seen, tuple) and self._seen[0] != file:
            self._seen = None
            raise DatabaseAway  # another file lies in its place: the connection is to the old one
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return file, version

    def wake(self) -> None:
        """Do nothing: the event that it waits on does it."""

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._seen = None


class PostgresqlBell:
    """Waits on a connection of its own for the notification that every writer sends."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Any = None
        self._rang_at = -SECONDS
        self._woken, self._waker = socket.socketpair()

    def connect(self) -> None:
        """Connect to the server and listen."""
        self._disconnect()
        try:
            pooled = self._database.engine.raw_connection()
            self._connection = pooled.driver_connection
            pooled.detach()  # it is not for anybody else
            self._connection.autocommit = True
            self._connection.execute(f"LISTEN {CHANNEL}")
        except (DBAPIError, self._database.driver_error) as error:
            raise DatabaseAway from error

    def rang(self, stopping: threading.Event) -> bool:
        """Wait until the server sends something."""
        if stopping.wait(max(0.0, self._rang_at + SECONDS - time.monotonic())):
            return False
        try:
            readable, _, _ = select.select([self._connection, self._woken], [], [])
            if self._connection not in readable or not list(self._connection.notifies(timeout=0)):
                return False
        except (self._database.driver_error, OSError, ValueError) as error:  # ValueError: of a closed one
            raise DatabaseAway from error
        self._rang_at = time.monotonic()
        return True

    def wake(self) -> None:
        """Make the socket readable that is waited for beside the server's."""
        with suppress(OSError):
            self._waker.send(b"!")

    def close(self) -> None:
        """Hang up."""
        self._disconnect()
        self._woken.close()
        self._waker.close()

    def _disconnect(self) -> None:
        if self._connection is not None:
            with suppress(self._database.driver_error):
                self._connection.close()
            self._connection = None
