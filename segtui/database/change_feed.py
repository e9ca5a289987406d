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

# Seconds between two polls of SQLite, and between two notifications at least.
SECONDS = 1.0


class DatabaseAway(Exception):
    """The database cannot be reached now; connect again later."""


class ChangeFeed(Protocol):
    """A source of commit notifications, used by one thread, except for `wake`."""

    def connect(self) -> None:
        """Connect or reconnect. Raises DatabaseAway."""

    def wait_for_change(self, stopping: threading.Event) -> bool:
        """Wait for a commit and return True, or return False where there was none. Raises DatabaseAway."""

    def wake(self) -> None:
        """End the waiting of `wait_for_change`, after `stopping` was set. Any thread may call it."""

    def close(self) -> None:
        """Close the connection."""


def change_feed_of(database: Database) -> ChangeFeed:
    """Return the change feed of a database, not yet connected."""
    return SqliteChangeFeed(database.path) if database.path is not None else PostgresqlChangeFeed(database)


class SqliteChangeFeed:
    """Polls a SQLite file once a second, and detects that it was replaced."""

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
            self._seen = self._version()
        except (sqlite3.Error, OSError) as error:
            raise DatabaseAway from error

    def wait_for_change(self, stopping: threading.Event) -> bool:
        """Wait a second and poll."""
        if stopping.wait(SECONDS):
            return False
        try:
            before, self._seen = self._seen, self._version()
        except (sqlite3.Error, OSError) as error:
            raise DatabaseAway from error
        return self._seen != before

    def _version(self) -> object:
        assert self._connection is not None  # noqa: S101  narrows the type
        status = self._path.stat()
        file = (status.st_dev, status.st_ino)
        if isinstance(self._seen, tuple) and self._seen[0] != file:
            self._seen = None
            raise DatabaseAway  # the file was replaced: the connection is to the old one
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return file, version

    def wake(self) -> None:
        """Do nothing: the feed waits on the event itself."""

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._seen = None


class PostgresqlChangeFeed:
    """Listens on a connection of its own for the notification that every writer sends."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Any = None
        self._last_change = -SECONDS
        self._wake_receiver, self._wake_sender = socket.socketpair()

    def connect(self) -> None:
        """Connect to the server and listen."""
        self._disconnect()
        try:
            pooled = self._database.engine.raw_connection()
            self._connection = pooled.driver_connection
            pooled.detach()  # not for the pool
            self._connection.autocommit = True
            self._connection.execute(f"LISTEN {CHANNEL}")
        except (DBAPIError, self._database.driver_error) as error:
            raise DatabaseAway from error

    def wait_for_change(self, stopping: threading.Event) -> bool:
        """Wait until the server sends something."""
        if stopping.wait(max(0.0, self._last_change + SECONDS - time.monotonic())):
            return False
        try:
            readable, _, _ = select.select([self._connection, self._wake_receiver], [], [])
            if self._connection not in readable or not list(self._connection.notifies(timeout=0)):
                return False
        except (self._database.driver_error, OSError, ValueError) as error:  # ValueError: of a closed one
            raise DatabaseAway from error
        self._last_change = time.monotonic()
        return True

    def wake(self) -> None:
        """Make the wake socket readable, which is waited for beside the connection."""
        with suppress(OSError):
            self._wake_sender.send(b"!")

    def close(self) -> None:
        """Close the connection and the wake sockets."""
        self._disconnect()
        self._wake_receiver.close()
        self._wake_sender.close()

    def _disconnect(self) -> None:
        if self._connection is not None:
            with suppress(self._database.driver_error):
                self._connection.close()
            self._connection = None
