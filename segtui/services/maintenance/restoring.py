"""Restore of a SQLite backup: verified, swapped in by one rename, and marked so that no campaign dials by itself.

The backup is copied beside the database, verified and upgraded there. Then the database is locked; it is kept under
another name, and the copy is renamed to its place.
"""

import os
import shutil
import sqlite3
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from segtui.database import schema
from segtui.database.backends.backend import APPLICATION_ID
from segtui.database.backends.sqlite import Sqlite
from segtui.database.engine import open_database, sqlite_file
from segtui.database.leader_lock import file_lock
from segtui.database.tables.core_tables import companies
from segtui.domain.text import clean
from segtui.errors import DatabaseBusy, DatabaseError, SchemaMismatch
from segtui.services.campaigns.dispatch import database_identity, unrecorded_calls
from segtui.services.maintenance import maintenance
from segtui.services.segments.live import recomputation
from segtui.services.session import company_of, moment, system_session

_MAGIC: Final = b"SQLite format 3\x00"
_HEADER_SIZE: Final = 100
_APPLICATION_ID_AT: Final = slice(68, 72)
# Files that SQLite keeps beside a database, and that belong to that database alone.
_BESIDE: Final = ("-wal", "-shm", "-journal")
_RAISE_NUMBER: Final = (
    "UPDATE sqlite_sequence SET seq = max(seq, :number) WHERE name = :table",
    "INSERT INTO sqlite_sequence SELECT :table, :number WHERE :table NOT IN (SELECT name FROM sqlite_sequence)",
)
_OPT_OUTS: Final = (
    "SELECT company_id, phone FROM do_not_call_list"
    " UNION SELECT company_id, phone FROM contacts WHERE do_not_call = 1 AND phone IS NOT NULL"
)
_LIST_AGAIN: Final = (
    "INSERT INTO do_not_call_list (company_id, phone, import_id, added_at, added_by)"
    " SELECT id, ?2, 0, ?3, 'db restore' FROM companies WHERE id = ?1"
    " AND NOT EXISTS (SELECT 1 FROM do_not_call_list AS l WHERE l.company_id = ?1 AND l.phone = ?2)"
)
_AUDIT_LISTED: Final = (
    'INSERT INTO audit (company_id, at, "user", source, action, object, detail, count)'
    " SELECT company_id, ?1, 'segtui', 'db restore', 'do_not_call.add', 'the database before the restore',"
    " 'numbers that came on the list after the backup', count(*)"
    " FROM do_not_call_list WHERE added_at = ?2 AND added_by = 'db restore' GROUP BY company_id"
)
_MARK_LISTED: Final = (
    "UPDATE contacts SET do_not_call = 1, do_not_call_by = 'list' WHERE do_not_call = 0 AND phone IS NOT NULL"
    " AND EXISTS (SELECT 1 FROM do_not_call_list AS l WHERE l.company_id = contacts.company_id"
    " AND l.phone = contacts.phone)"
)
# Seconds to wait for others to close the database.
PATIENCE: Final = 10.0


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that may be restored: its schema, its time of the last change, and how much it holds."""

    file: Path
    revision: str
    changed_at: datetime | None
    contacts: int
    segments: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored backup. `kept` is the new path of the previous database, None without one.

    `held` campaigns dial nothing before a person resumes them. `opt_outs` numbers were listed as do not call after the
    backup was made, and still are.
    """

    path: Path
    kept: Path | None
    backup: Backup
    held: int
    opt_outs: int = 0


@dataclass(frozen=True, slots=True)
class _PreviousState:
    """Values taken over from the previous database: its ids, its dispatcher's generation, its highest row numbers.

    `opt_outs` are company and number of all opt-outs in it, as far as it can be read.
    """

    ids: Sequence[Mapping[str, Any]] = ()
    generation: int = 0
    numbers: Mapping[str, int] = field(default_factory=dict)
    opt_outs: Sequence[tuple[int, str]] = ()


def target_of(where: str) -> Path:
    """Return the file that a restored backup replaces. Raises DatabaseError for a database on a server."""
    path = sqlite_file(where)
    if path is None:
        raise DatabaseError(
            "This is a PostgreSQL database, which segtui does not restore: restore a dump with pg_restore or psql"
            " while no dispatcher is running."
        )
    return path.resolve()


def inspect(file: Path, path: Path) -> Backup:
    """Return the content of a backup that is to replace the database at `path`.

    Raises SchemaMismatch where it is not ours or newer than this program, DatabaseError where it cannot be used.
    """
    with _copied(file, path) as copy:
        return _verified(copy, file)


def restore(file: Path, path: Path, patience: float = PATIENCE) -> Restored:
    """Replace the database at `path` with a backup, all or nothing.

    Waits up to `patience` seconds until no other process has the database open. Raises DatabaseBusy if one still has,
    SchemaMismatch for a backup that is not ours or newer, DatabaseError for all else. Nothing is changed then.
    """
    _refuse_foreign_file(path)
    lock = file_lock(path)
    with _copied(file, path) as copy:
        backup = _verified(copy, file)
        _upgrade(copy)
        if not lock.acquire():
            raise DatabaseBusy("A dispatcher is working on this database: stop it first. Nothing was changed.")
        try:
            with _exclusive_lock(path, patience) as previous:
                held = _mark_restored(copy, previous)
                opt_outs = _list_opt_outs(copy, previous.opt_outs)
                if opt_outs:
                    _recompute_segments(copy)
                old_path = _replace_database(copy, path)
        except OSError as error:
            raise DatabaseError(f"{clean(str(path))} cannot be replaced: {error.strerror or error}.") from error
        finally:
            lock.release()
    return Restored(path, old_path, backup, held, opt_outs)


@contextmanager
def _copied(file: Path, path: Path) -> Iterator[Path]:
    """Yield a copy of a backup beside the database; it is deleted afterwards unless it was renamed."""
    name = clean(str(file))
    try:
        mode = file.stat().st_mode
        if not stat.S_ISREG(mode):
            raise DatabaseError(f"{name} is not a file.")
        if path.exists() and file.samefile(path):
            raise DatabaseError(f"{name} is the database itself: name a backup of it.")
        _demand_header(file)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, copied = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".restoring", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise DatabaseError(f"{name} cannot be restored: {error.strerror or error}.") from error
    copy = Path(copied)
    try:
        _copy(file, copy)
        yield copy
    except OSError as error:
        raise DatabaseError(f"{name} cannot be restored: {error.strerror or error}.") from error
    except sqlite3.DatabaseError as error:
        raise DatabaseError(f"{name} cannot be restored: {clean(str(error))}.") from error
    finally:
        for leftover in (copy, *(_beside(copy, suffix) for suffix in _BESIDE)):
            leftover.unlink(missing_ok=True)


def _copy(file: Path, copy: Path) -> None:
    """Copy a backup with its log, without changing either."""
    try:
        with (
            closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=30)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except sqlite3.OperationalError:
        # A log beside it cannot be read without writing to the folder: recover it in the copy.
        shutil.copyfile(file, copy)
        log = _beside(file, "-wal")
        if log.exists():
            shutil.copyfile(log, _beside(copy, "-wal"))


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(f"{path.name}{suffix}")


def _header(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(_HEADER_SIZE)


def _is_ours(header: bytes) -> bool:
    return header.startswith(_MAGIC) and header[_APPLICATION_ID_AT] == APPLICATION_ID.to_bytes(4, "big")


def _demand_header(file: Path) -> None:
    header = _header(file)
    if not header.startswith(_MAGIC):
        raise SchemaMismatch(f"{clean(str(file))} is not a SQLite database: name a file that `segtui db backup` made.")
    if not _is_ours(header):
        raise SchemaMismatch(f"{clean(str(file))} belongs to another program; it is not a backup of segtui.")


def _refuse_foreign_file(path: Path) -> None:
    """Raise SchemaMismatch if the path is a file of another program."""
    try:
        if path.exists() and not _is_ours(_header(path)):
            raise SchemaMismatch(f"{clean(str(path))} is not a database of segtui: move it away first.")
    except OSError as error:
        raise DatabaseError(f"{clean(str(path))} cannot be used: {error.strerror or error}.") from error


def _verified(copy: Path, file: Path) -> Backup:
    """Return the content of the copy of a backup. Raises SchemaMismatch, DatabaseError, sqlite3.DatabaseError."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        damages = [damage for (damage,) in connection.execute("PRAGMA integrity_check(3)") if damage != "ok"]
        if damages:
            raise DatabaseError(f"{clean(str(file))} is damaged: {clean(str(damages[0]))}.")
        if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise DatabaseError(f"{clean(str(file))} is damaged: a row refers to a missing row.")
        row = connection.execute(f"SELECT version_num FROM {schema.VERSION_TABLE}").fetchone()  # noqa: S608  a constant
        revision = "" if row is None else str(row[0])
        if revision not in schema.REVISIONS:
            schema.demand_current(revision)
        (changed_at,) = connection.execute("SELECT max(at) FROM audit").fetchone()
        (contacts,) = connection.execute("SELECT count(*) FROM contacts").fetchone()
        (segments,) = connection.execute("SELECT count(*) FROM segments").fetchone()
    return Backup(file, revision, None if changed_at is None else moment(changed_at), contacts, segments)


@contextmanager
def _exclusive_lock(path: Path, patience: float) -> Iterator[_PreviousState]:
    """Lock the database at `path` exclusively, and yield the values to take over from it.

    From a database too damaged to read, nothing is taken over; the files beside it are replaced too.
    """
    if not path.exists():
        yield _PreviousState()
        return
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, isolation_level=None)) as connection:
        try:
            _lock(connection, patience)
            previous = _previous_state(connection)
        except sqlite3.OperationalError as error:
            raise Sqlite().explain(DBAPIError("", None, error)) from error
        except sqlite3.DatabaseError:
            previous = _PreviousState()
        yield previous


def _lock(connection: sqlite3.Connection, patience: float) -> None:
    """Write the log into the file and lock it, once all others have closed it. Raises DatabaseBusy."""
    ends = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA busy_timeout = 200")
            # Only the one connection that a database has may leave the mode with a log beside the file.
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            if mode == "delete":
                connection.execute("BEGIN EXCLUSIVE")
                return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
        if time.monotonic() >= ends:
            raise DatabaseBusy(
                "Other programs have the database open (an interface, an import, an SSH session): end them, then"
                " restore again. Nothing was changed."
            )
        time.sleep(0.1)


def _previous_state(connection: sqlite3.Connection) -> _PreviousState:
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    opt_outs = connection.execute(_OPT_OUTS).fetchall() if "do_not_call_list" in names else []
    connection.row_factory = sqlite3.Row
    ids = [dict(row) for row in connection.execute("SELECT * FROM database_ids")] if "database_ids" in names else []
    generation = (
        connection.execute("SELECT max(generation) FROM dispatcher").fetchone()[0] if "dispatcher" in names else 0
    )
    numbers = {row["name"]: row["seq"] for row in connection.execute("SELECT name, seq FROM sqlite_sequence")}
    return _PreviousState(ids, (generation or 0) + 1, numbers, opt_outs)


def _upgrade(copy: Path) -> None:
    """Bring the copy of a backup to the present schema."""
    database = open_database(copy, create=False, any_version=True)
    try:
        maintenance.upgrade(database)
    finally:
        database.close()


def _mark_restored(copy: Path, previous: _PreviousState) -> int:
    """Mark the copy as restored. Return the number of campaigns that are held because of it."""
    database = open_database(copy, create=False)
    try:
        session = system_session(database, "db restore")
        with session.write() as tx:
            database_identity.adopt(tx, previous.ids, previous.generation)
            database_identity.renew(tx, "restored")
            # No number is given out twice: the platform and the journals know those of the database before.
            for table, number in previous.numbers.items():
                for statement in _RAISE_NUMBER:
                    tx.connection.execute(text(statement), {"number": number, "table": table})
        held = unrecorded_calls.held(session)
        for company_id, campaign_id in held:
            unrecorded_calls.pause_held(company_of(session, company_id), None, campaign_id)
    finally:
        database.close()
    _leave_log(copy)
    return len(held)


def _list_opt_outs(copy: Path, opt_outs: Sequence[tuple[int, str]]) -> int:
    """List the numbers again that were listed as do not call after the backup was made. Return their number."""
    timestamp = time.time_ns() // 1_000
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        listing = connection.executemany(_LIST_AGAIN, [(company, phone, timestamp) for company, phone in opt_outs])
        if count := listing.rowcount:
            connection.execute(_AUDIT_LISTED, (timestamp, timestamp))
            connection.execute(_MARK_LISTED)
        connection.execute("COMMIT")
    return max(0, count)


def _recompute_segments(copy: Path) -> None:
    """Bring live segments and counts in step with the contacts that were marked."""
    database = open_database(copy, create=False)
    try:
        system = system_session(database, "db restore")
        with system.read() as tx:
            company_ids = list(tx.execute(select(companies.c.id)).scalars())
        for company_id in company_ids:
            recomputation.recompute(company_of(system, company_id))
    finally:
        database.close()
    _leave_log(copy)


def _leave_log(copy: Path) -> None:
    """Switch off the write-ahead log of the copy: it is one file again, which can be renamed."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()


def _replace_database(copy: Path, path: Path) -> Path | None:
    """Rename the copy to the database's place, and keep the database before. Return where that is."""
    old_path = _free_name(path) if path.exists() else None
    if old_path is not None:
        status = path.stat()
        with suppress(PermissionError):
            os.chown(copy, status.st_uid, status.st_gid)  # root may restore for the account that uses it
        try:
            old_path.hardlink_to(path)
        except OSError:  # a file system without links: for a moment there is no database
            path.rename(old_path)
    for suffix in _BESIDE:
        if _beside(path, suffix).exists():
            _beside(path, suffix).rename(_beside(old_path or _free_name(path), suffix))
    _flush(copy)
    copy.replace(path)
    _flush(path.parent)
    return old_path


def _free_name(path: Path) -> Path:
    name = f"{path.name}.before-restore-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    candidates = (path.with_name(f"{name}{f'-{number}' if number else ''}") for number in range(1_000))
    return next(candidate for candidate in candidates if not candidate.exists())


def _flush(path: Path) -> None:
    """Write the cached data of a file or a folder to the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
