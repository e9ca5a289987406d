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

# Two keys of advisory locks of their own, beside the one for creating tables.
_HOLDER = (APPLICATION_ID, 1)
_FENCE = (APPLICATION_ID, 2)
_LARGEST_LOCK_FILE: Final = 1_000_000
_FIELDS_OF_LOCK: Final = 8
# Seconds that a server may take until a session that was ended has given back its locks.
_ENDING: Final = 5.0
# Ends the sessions of a holder of the advisory locks; of those that wait for one `granted` is false.
_END_HOLDERS: Final = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"  # noqa: S608  constants
    f" AND classid = {_HOLDER[0]} AND objid IN ({_HOLDER[1]}, {_FENCE[1]}) AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()"
)


class Alone(Protocol):
    """The lock of who works alone."""

    def take(self) -> bool:
        """Take the lock, or tell that somebody else has it. Waits for nobody. Raises DatabaseError."""

    def held(self) -> bool:
        """Tell whether the lock is still held."""

    def give_back(self) -> None:
        """Let somebody else work."""

    def beat(self) -> None:
        """Show that its holder works, however busy the database is."""

    def heartbeat(self) -> object:
        """Return a value that changes with every `beat` of the present holder; None where there is no heartbeat."""

    def seize(self) -> bool:
        """Take the lock from a holder that does not work any more. Raises DatabaseError where that is not allowed."""

    def note_dialled(self, token: str, attempt_id: int) -> None:
        """Remember beside the database that an attempt was dialled under an id of the database."""

    def last_dialled(self, token: str) -> int:
        """Return the last attempt that was remembered under an id, 0 for none."""


def alone(database: Database) -> Alone:
    """Return the lock of a database."""
    return _Server(database) if database.path is None else _File(database.path)


def alone_on(path: Path) -> Alone:
    """Return the lock of the SQLite database in a file, which need not be there."""
    return _File(path)


def fence(connection: Connection, *, closing: bool) -> None:
    """Hold up, to the end of the transaction, who takes over (`closing`) or those who still work.

    SQLite has one writer at a time and needs none of it.
    """
    if connection.dialect.name == "postgresql":
        kind = "pg_advisory_xact_lock" if closing else "pg_advisory_xact_lock_shared"
        connection.exec_driver_sql(f"SELECT {kind}({_FENCE[0]}, {_FENCE[1]})")


class _File:
    """The lock of a file beside the database: that of the database itself belongs to SQLite.

    Its time is the heartbeat. It holds the last attempt that was dialled under each id of the database: a database
    file that does not have that attempt is older than the lock's.
    """

    def __init__(self, path: Path) -> None:
        self._database = path.resolve()  # whichever links lead there, it is one database
        self._path = self._database.with_name(f"{self._database.name}-dispatcher")
        self._file: int | None = None
        self._dialled: dict[str, int] = {}

    def take(self) -> bool:
        if self._file is not None and self.held():
            return True
        self.give_back()
        file = self._opened()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        if not self._is_in_place(file):  # it was seized in this moment
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
        self.beat()

    def _is_in_place(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), self._path.lstat())
        except OSError:
            return False

    def held(self) -> bool:
        return self._file is not None and self._is_in_place(self._file)

    def give_back(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def beat(self) -> None:
        if self._file is not None:
            os.utime(self._file)

    def heartbeat(self) -> object:
        try:
            status = self._path.lstat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns

    def seize(self) -> bool:
        before = self._opened()
        try:
            self._end_writing_holder(before)
            self._hold(self._put_in_place(before))
        except OSError as error:
            raise DatabaseError(f"{clean(str(self._path))} cannot be replaced: {error.strerror or error}.") from error
        finally:
            os.close(before)
        return self.held()

    def _put_in_place(self, before: int) -> int:
        """Put a file that is locked by us in place of the one whose lock another has, with the same content."""
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
        """End a holder that was stopped in the middle of writing to the database: until then nobody else can."""
        log = self._database.with_name(f"{self._database.name}-shm")
        writers = _lock_holders(log) | _lock_holders(self._database)
        for pid in _lock_holders(self._path, os.fstat(lock).st_ino) & writers - {os.getpid()}:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)

    def note_dialled(self, token: str, attempt_id: int) -> None:
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
    except (ValueError, AttributeError, OSError):  # empty, as every lock file was once
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

    def beat(self) -> None:
        """Do nothing: the row of the dispatcher says when it was seen, and no import keeps it from being written."""

    def heartbeat(self) -> object:
        return None

    def seize(self) -> bool:
        """End the sessions of the holder: the server gives its locks back, and lets none of its transactions go on."""
        try:
            with self._database.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql(_END_HOLDERS)
        except DBAPIError as error:
            raise self._database.backend.explain(error) from error
        ends = time.monotonic() + _ENDING
        while not (taken := self.take()) and time.monotonic() < ends:
            time.sleep(0.1)
        return taken

    def note_dialled(self, token: str, attempt_id: int) -> None:
        """Do nothing: a server keeps nothing beside the database."""

    def last_dialled(self, token: str) -> int:  # noqa: ARG002 -- see `note_dialled`
        return 0
