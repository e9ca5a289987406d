"""Looking after the database: what it is, bringing its schema up to date, checking it, copying it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from segtui.contact import TEXT_FIELDS, full_name
from segtui.database import schema
from segtui.database.engine import Database
from segtui.database.tables import companies, contacts, memberships, metadata, segments
from segtui.errors import DatabaseError
from segtui.terms import contact_text
from segtui.text import clean

_NETWORK_FILE_SYSTEMS = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs")


@contextmanager
def _connected(database: Database, *, writes: bool = False) -> Iterator[Connection]:
    """Open a transaction on the database as such, across its companies."""
    try:
        with database.engine.connect() as connection:
            connection.execution_options(writes=writes, every_company=True)
            with connection.begin():
                yield connection
    except DBAPIError as error:
        raise database.backend.explain(error) from error


def info(database: Database) -> list[tuple[str, str]]:
    """Return what there is to know about the database, as pairs of a label and a text."""
    with _connected(database) as connection:
        revision = schema.revision_of(connection)
        facts = [("Database", database.description), ("System", _system(connection, database))]
        facts.append(
            ("Schema", f"{revision}" + (" (current)" if revision == schema.HEAD else f" (needs {schema.HEAD})"))
        )
        if revision == schema.HEAD:
            for table in (companies, segments, contacts, memberships):
                count = connection.execute(select(func.count()).select_from(table)).scalar_one()
                facts.append((table.name.capitalize(), f"{count:,}"))
            facts.append(("Search index", _search_index(connection, database)))
    if database.path is not None:
        facts.append(("Size", f"{database.path.stat().st_size:,} bytes"))
        facts.extend(("Warning", warning) for warning in _warnings(database.path))
    return facts


def _system(connection: Connection, database: Database) -> str:
    if database.path is not None:
        return f"SQLite {sqlite3.sqlite_version}"
    return f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar_one()}"


def _search_index(connection: Connection, database: Database) -> str:
    if database.path is not None:
        waiting = connection.exec_driver_sql(
            "SELECT (SELECT count(*) FROM contacts WHERE id > (SELECT indexed_to FROM search_state)) "
            "+ (SELECT count(*) FROM search_stale)"
        ).scalar_one()
        return f"{waiting:,} contacts waiting; searching is right, but slower meanwhile" if waiting else "complete"
    there = connection.exec_driver_sql("SELECT 1 FROM pg_indexes WHERE indexname = 'ix_contacts_search'").scalar()
    return "pg_trgm" if there else "none: the extension pg_trgm is missing; searching is right, but slower"


def _warnings(path: Path) -> Iterator[str]:
    kind = _file_system(path)
    if kind.startswith(_NETWORK_FILE_SYSTEMS):
        yield f"the file lies on a network file system ({kind}), where SQLite's locks cannot be trusted"


def _file_system(path: Path) -> str:
    """Return the kind of the file system a path is on, as Linux tells it; blank elsewhere."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    holding = [fields for fields in mounts if path.is_relative_to(fields[1])]
    return max(holding, key=lambda fields: len(fields[1]))[2] if holding else ""


def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the schema up to date, all of it or nothing. Return the revision before and after.

    A search index that does not agree with the contacts is built anew.

    Raises SchemaMismatch where the database is newer than this program.
    """
    with _connected(database, writes=True) as connection:
        before = schema.revision_of(connection)
        if before not in schema.REVISIONS:
            schema.demand_current(before)
        if before != schema.HEAD:
            schema.migrate(connection)
    if database.path is not None and any(_full_text(database)):
        rebuild_search(database)
    return before, schema.HEAD


def check(database: Database) -> list[str]:
    """Verify integrity, foreign keys, counts, keys and the search index. Return what is wrong, each as a sentence."""
    with _connected(database) as connection:
        problems = [*_integrity(connection, database)]
        if problems:
            return problems  # what else is read from a damaged file means nothing
        problems += _counts(connection)
        problems += _texts(connection)
        problems += _company_boundaries(connection)
    if database.path is not None:
        problems += _full_text(database)
    return problems


def _integrity(connection: Connection, database: Database) -> Iterator[str]:
    if database.path is None:
        return
    for (said,) in connection.exec_driver_sql("PRAGMA integrity_check(20)"):
        if said != "ok":
            yield f"The file is damaged: {clean(str(said))}."
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"Row {row} of {table} refers to a row of {parent} that is not there."


def _counts(connection: Connection) -> Iterator[str]:
    real = (
        select(func.count())
        .select_from(memberships)
        .where(memberships.c.company_id == segments.c.company_id, memberships.c.segment_id == segments.c.id)
        .scalar_subquery()
    )
    wrong = select(segments.c.name, segments.c.contacts, real).where(segments.c.contacts != real)
    for name, kept, counted in connection.execute(wrong):
        yield f"The segment “{clean(name)}” is said to have {kept:,} contacts and has {counted:,}."


def _texts(connection: Connection) -> Iterator[str]:
    """Recompute every contact's search text: that is what is found, whatever an index does."""
    names = ("id", *TEXT_FIELDS, "search")
    rows = connection.execution_options(yield_per=5_000).execute(select(*(contacts.c[name] for name in names)))
    wrong = 0
    for row in rows:
        name = full_name(row.first_name, row.last_name)
        fields = (row.phone, row.email, row.organization, row.city, row.state, row.source, row.status)
        wrong += row.search != contact_text([name, *fields])
    if wrong:
        yield f"{wrong:,} contacts would not be found by what they hold: their search text is out of date."


def _company_boundaries(connection: Connection) -> Iterator[str]:
    for table in metadata.sorted_tables:
        if "company_id" not in table.c or table.info.get("backend"):
            continue
        orphans = (
            select(func.count())
            .select_from(table)
            .where(table.c.company_id.is_not(None), table.c.company_id.not_in(select(companies.c.id)))
        )
        if count := connection.execute(orphans).scalar_one():
            yield f"{count:,} rows of {table.name} belong to a company that is not there."


def _full_text(database: Database) -> Iterator[str]:
    try:
        with _connected(database, writes=True) as connection:
            connection.exec_driver_sql(
                "INSERT INTO contact_search (contact_search, rank) VALUES ('integrity-check', 1)"
            )
    except DatabaseError as error:
        if "damaged" not in str(error):
            yield f"The search index could not be checked: {error}"
            return
        yield "The search index does not agree with the contacts, searches may miss some: run `segtui db upgrade`."


def rebuild_search(database: Database) -> None:
    """Build the search index anew from the contacts."""
    if database.path is None:
        return
    with _connected(database, writes=True) as connection:
        connection.execute(text("DELETE FROM search_stale"))
        connection.execute(text("UPDATE search_state SET indexed_to = (SELECT coalesce(max(id), 0) FROM contacts)"))
        connection.execute(text("INSERT INTO contact_search (contact_search) VALUES ('rebuild')"))


def backup(database: Database, target: Path) -> int:
    """Copy a SQLite database to a new file that only its owner can read, consistent while others write.

    Return the size in bytes. Raises DatabaseError where the file exists or cannot be written, and for PostgreSQL,
    whose own tools do it better.
    """
    if database.path is None:
        raise DatabaseError("This is a PostgreSQL database: back it up with pg_dump.")
    try:
        handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        os.close(handle)
    except FileExistsError:
        raise DatabaseError(f"{clean(str(target))} exists already: a backup overwrites nothing.") from None
    except OSError as error:
        raise DatabaseError(f"{clean(str(target))} cannot be written: {error.strerror}.") from error
    try:
        # Past SQLAlchemy, which would begin a transaction; VACUUM INTO reads one snapshot, whoever writes meanwhile.
        with closing(database.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute("VACUUM INTO ?", (str(target),))
    except database.driver_error as error:
        target.unlink(missing_ok=True)
        raise database.backend.explain(DBAPIError("", None, error)) from error
    return target.stat().st_size
