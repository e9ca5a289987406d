"""Leader election: one of all processes and hosts that use a database holds its lock and works on it.

The operating system, or the server, releases the lock as soon as its holder ends, however that happens; no clock is
involved. A holder that runs but does not work (SIGSTOP, a hung disk) keeps the lock; so it also shows a heartbeat, and
a process that waits seizes the lock when the heartbeat has stopped. A holder can therefore lose the lock while it
works: each of its transactions checks that it still has it (`fenced`), and nobody takes over in the middle of one.
"""

import fcntl
import json
import os
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from segtui.database.backends.backend import APPLICATION_ID
from segtui.database.engine import Database
from segtui.domain.text import clean
from segtui.errors import DatabaseError

# Keys of two advisory locks, beside the one for creating tables.
_HOLDER = (APPLICATION_ID, 1)
_FENCE = (APPLICATION_ID, 2)
_LARGEST_LOCK_FILE: Final = 1_000_000
_FIELDS_OF_LOCK: Final = 8
# Seconds in which a server releases the locks of a terminated session.
_RELEASE_SECONDS: Final = 5.0
# Terminates the sessions that hold the advisory locks; `granted` is false for those that wait for one.
_END_HOLDERS: Final = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"  # noqa: S608  constants
    f" AND classid = {_HOLDER[0]} AND objid IN ({_HOLDER[1]}, {_FENCE[1]}) AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()"
)


class LeaderLock(Protocol):
    """The lock of the one process that works on a database."""

    def acquire(self) -> bool:
        """Take the lock, without waiting. Return False where another process holds it. Raises DatabaseError."""

    def is_held(self) -> bool:
        """Tell whether the lock is still held."""

    def release(self) -> None:
        """Release the lock."""

    def show_heartbeat(self) -> None:
        """Show that the holder works, however busy the database is."""

    def heartbeat(self) -> object:
        """Return a value that changes with every `show_heartbeat` of the holder; None where there is none."""

    def take_over(self) -> bool:
        """Take the lock from a holder that hangs. Raises DatabaseError where that is not allowed."""

    def record_dialled(self, token: str, attempt_id: int) -> None:
        """Record beside the database that an attempt was dialled under an id of the database."""

    def last_dialled(self, token: str) -> int:
        """Return the last recorded attempt of an id, 0 for none."""


def leader_lock(database: Database) -> LeaderLock:
    """Return the lock of a database."""
    return _ServerLock(database) if database.path is None else _FileLock(database.path)


def file_lock(path: Path) -> LeaderLock:
    """Return the lock of the SQLite database in a file, which need not be there."""
    return _FileLock(path)


def fence(connection: Connection, *, closing: bool) -> None:
    """Exclude take-overs (`closing`) and transactions of the holder from each other, to the end of the transaction.

    SQLite has one writer at a time and needs no fence.
    """
    if connection.dialect.name == "postgresql":
        kind = "pg_advisory_xact_lock" if closing else "pg_advisory_xact_lock_shared"
        connection.exec_driver_sql(f"SELECT {kind}({_FENCE[0]}, {_FENCE[1]})")


class _FileLock:
    """A lock on a file beside the database: locks on the database itself belong to SQLite.

    The file's time is the heartbeat. Its content is the last attempt that was dialled under each id of the database: a
    database without that attempt is an older copy.
    """

    def __init__(self, path: Path) -> None:
        self._database = path.resolve()  # links lead to one database
        self._path = self._database.with_name(f"{self._database.name}-dispatcher")
        self._file: int | None = None
        self._dialled: dict[str, int] = {}

    def acquire(self) -> bool:
        if self._file is not None and self.is_held():
            return True
        self.release()
        file = self._opened()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        if not self._is_in_place(file):  # taken over at this moment
            os.close(file)
            return False
        self._hold(file)
        return True

    def _opened(self) -> int:
        try:
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise DatabaseError(f"{clean(str(self._path))} cannot be used: {error.strerror or error}.") from error

    def _hold(self, file: int) -> None:
        self._file = file
        self._dialled = _read_dialled(file)
        self.show_heartbeat()

    def _is_in_place(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), self._path.lstat())
        except OSError:
            return False

    def is_held(self) -> bool:
        return self._file is not None and self._is_in_place(self._file)

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def show_heartbeat(self) -> None:
        if self._file is not None:
            os.utime(self._file)

    def heartbeat(self) -> object:
        try:
            status = self._path.lstat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns

    def take_over(self) -> bool:
        before = self._opened()
        try:
            self._end_writing_holder(before)
            self._hold(self._put_in_place(before))
        except OSError as error:
            raise DatabaseError(f"{clean(str(self._path))} cannot be replaced: {error.strerror or error}.") from error
        finally:
            os.close(before)
        return self.is_held()

    def _put_in_place(self, before: int) -> int:
        """Replace the lock file, which another process has locked, by one that we have locked, with its content."""
        file, name = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.pwrite(file, _content(_read_dialled(before)), 0)
            Path(name).rename(self._path)
        except OSError:
            os.close(file)
            Path(name).unlink(missing_ok=True)
            raise
        return file

    def _end_writing_holder(self, lock: int) -> None:
        """Kill a holder that was stopped while it wrote to the database: until then no other process can write."""
        log = self._database.with_name(f"{self._database.name}-shm")
        writers = _lock_holders(log) | _lock_holders(self._database)
        for pid in _lock_holders(self._path, os.fstat(lock).st_ino) & writers - {os.getpid()}:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)

    def record_dialled(self, token: str, attempt_id: int) -> None:
        if self._file is not None and attempt_id > self._dialled.get(token, 0):
            self._dialled[token] = attempt_id
            os.pwrite(self._file, _content(self._dialled), 0)

    def last_dialled(self, token: str) -> int:
        return self._dialled.get(token, 0)


def _content(dialled: dict[str, int]) -> bytes:
    """Return the content of a lock file. Numbers have a fixed width, so that a longer one is never cut short."""
    return json.dumps({token: f"{attempt_id:020}" for token, attempt_id in dialled.items()}).encode() + b"\n"


def _read_dialled(file: int) -> dict[str, int]:
    try:
        read = json.loads(os.pread(file, _LARGEST_LOCK_FILE, 0))
        return {str(token): int(attempt_id) for token, attempt_id in read.items()}
    except (ValueError, AttributeError, OSError):  # empty: a new lock file
        return {}


def _lock_holders(path: Path, inode: int | None = None) -> set[int]:
    """Return the processes of this host that hold a write lock on a file, as Linux tells it; none elsewhere."""
    try:
        number = path.stat().st_ino if inode is None else inode
        lines = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return set()
    holders = set()
    for line in lines:
        fields = line.split()
        if len(fields) < _FIELDS_OF_LOCK or fields[1] == "->":  # one that waits
            continue
        if fields[3] == "WRITE" and fields[5].rpartition(":")[2] == str(number) and fields[4].isdigit():
            holders.add(int(fields[4]))
    return holders - {0}


class _ServerLock:
    """An advisory lock of the server, held by a connection of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        if self.is_held():
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
        connection.detach()  # closed, not returned to the pool, with the lock
        self._connection = connection
        return True

    def is_held(self) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.exec_driver_sql("SELECT 1")
        except DBAPIError:
            self.release()
            return False
        return True

    def release(self) -> None:
        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.close()
            self._connection = None

    def show_heartbeat(self) -> None:
        """Do nothing: the dispatcher's row holds its time, and no import keeps it from being written."""

    def heartbeat(self) -> object:
        return None

    def take_over(self) -> bool:
        """End the sessions of the holder: the server releases their locks and rolls back their transactions."""
        try:
            with self._database.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql(_END_HOLDERS)
        except DBAPIError as error:
            raise self._database.backend.explain(error) from error
        ends = time.monotonic() + _RELEASE_SECONDS
        while not (taken := self.acquire()) and time.monotonic() < ends:
            time.sleep(0.1)
        return taken

    def record_dialled(self, token: str, attempt_id: int) -> None:
        """Do nothing: there is no file beside the database."""

    def last_dialled(self, token: str) -> int:  # noqa: ARG002 -- see `record_dialled`
        return 0
