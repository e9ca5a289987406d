"""Inspection, repair and backup of a SQLite file."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, func, select, text

from segtui.database.backends.backend import Connect
from segtui.database.tables.core_tables import contacts
from segtui.domain.text import clean, counted
from segtui.errors import DatabaseError

# Prefixes of Linux's names of network file systems.
_NETWORK_FILE_SYSTEMS: Final = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs")


class SqliteMaintenance:
    """The file, its log, and the search index that segtui keeps in it."""

    def version(self, _connection: Connection) -> str:
        """Return the version of the SQLite library."""
        return f"SQLite {sqlite3.sqlite_version}"

    def search_index_state(self, connection: Connection) -> str:
        """Return how many contacts are indexed with their present text."""
        waiting = connection.exec_driver_sql(
            "SELECT (SELECT count(*) FROM contacts WHERE id > (SELECT indexed_to FROM search_state)) "
            "+ (SELECT count(*) FROM search_stale)"
        ).scalar_one()
        if not waiting:
            return "complete"
        total = connection.execute(select(func.count()).select_from(contacts)).scalar_one()
        return (
            f"{counted(max(total - waiting, 0), 'contact', total)}; searches are right, but slower meanwhile "
            "(`segtui db upgrade` completes it)"
        )

    def isolation(self, _connection: Connection) -> str | None:
        """Return None."""
        return None

    def isolation_warning(self, _connect: Connect) -> str | None:
        """Return None."""
        return None

    def sizes(self, connection: Connection) -> Iterator[tuple[str, int]]:
        """Yield the sizes of the file and its log."""
        path = _path(connection)
        yield "Size", path.stat().st_size
        log = path.with_name(f"{path.name}-wal")
        if log.exists():
            yield "Write-ahead log", log.stat().st_size

    def warnings(self, connection: Connection) -> Iterator[str]:
        """Yield a warning about a network file system."""
        kind = _file_system(_path(connection))
        if kind.startswith(_NETWORK_FILE_SYSTEMS):
            yield f"the file lies on a network file system ({kind}), where SQLite's locks cannot be trusted"

    def damages(self, connection: Connection) -> Iterator[str]:
        """Yield the results of the integrity check and the foreign key check."""
        for (message,) in connection.exec_driver_sql("PRAGMA integrity_check(20)"):
            if message != "ok":
                yield f"The file is damaged: {clean(str(message))}."
        for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            yield f"Row {row} of {table} refers to a missing row of {parent}."

    def problems(self, _connection: Connection) -> Iterator[str]:
        """Yield nothing."""
        yield from ()

    def search_problems(self, connect: Connect) -> Iterator[str]:
        """Run the integrity check of FTS5, which is an INSERT."""
        try:
            with connect(writes=True) as connection:
                connection.exec_driver_sql(
                    "INSERT INTO contact_search (contact_search, rank) VALUES ('integrity-check', 1)"
                )
        except DatabaseError as error:
            if "damaged" not in str(error):
                yield f"The search index could not be checked: {error}"
                return
            yield "The search index does not match the contacts, and searches may miss some: run `segtui db upgrade`."

    def before_migration(self, connection: Connection) -> None:
        """Do nothing."""

    def after_migration(self, connection: Connection) -> None:
        """Do nothing."""

    def repair_search(self, connect: Connect) -> None:
        """Rebuild the index where its check fails."""
        if any(self.search_problems(connect)):
            self.rebuild_search(connect)

    def rebuild_search(self, connect: Connect) -> None:
        """Let FTS5 rebuild the index from the contacts."""
        with connect(writes=True) as connection:
            connection.execute(text("DELETE FROM search_stale"))
            connection.execute(text("UPDATE search_state SET indexed_to = (SELECT coalesce(max(id), 0) FROM contacts)"))
            connection.execute(text("INSERT INTO contact_search (contact_search) VALUES ('rebuild')"))

    def demand_backup(self) -> None:
        """Do nothing."""

    def backup(self, engine: Engine, target: Path) -> None:
        """Use VACUUM INTO, which reads one snapshot while others write."""
        # Past SQLAlchemy, which would begin a transaction.
        with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute("VACUUM INTO ?", (str(target),))


def _path(connection: Connection) -> Path:
    return Path(str(connection.engine.url.database))


def _file_system(path: Path) -> str:
    """Return the kind of the file system of a path, as Linux names it; blank elsewhere."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    holding = [fields for fields in mounts if path.is_relative_to(fields[1])]
    return max(holding, key=lambda fields: len(fields[1]))[2] if holding else ""
