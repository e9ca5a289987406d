"""Looking after the database: what it is, bringing its schema up to date, checking it, copying it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, exists, false, func, literal, select, text
from sqlalchemy.exc import DBAPIError

from segtui.contact import TEXT_FIELDS, full_name
from segtui.database import guard, schema
from segtui.database.admission import Pass
from segtui.database.campaign_tables import campaigns, database_ids
from segtui.database.engine import Database
from segtui.database.tables import companies, contacts, do_not_call_list, memberships, metadata, segments
from segtui.errors import DatabaseError
from segtui.services import search_index, sweeping
from segtui.services.campaigns import counts
from segtui.services.session import Role, moment, system_session
from segtui.terms import contact_text
from segtui.text import clean, counted, fold

_NETWORK_FILE_SYSTEMS = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs")


@contextmanager
def _connected(database: Database, *, writes: bool = False, as_owner: bool = False) -> Iterator[Connection]:
    """Open a transaction on the database as such, across its companies; `as_owner` to make or change tables."""
    try:
        with database.engine.connect() as connection:
            connection.execution_options(writes=writes, every_company=True)
            with connection.begin():
                if not as_owner:
                    database.backend.enter(connection, None, Pass(None, Role.ADMIN, None, None))
                yield connection
    except DBAPIError as error:
        raise database.backend.explain(error) from error


def info(database: Database) -> list[tuple[str, str]]:
    """Return what there is to know about the database, as pairs of a label and a text."""
    with _connected(database) as connection:
        revision = schema.revision_of(connection)
        facts = [("Database", database.description), ("System", _system(connection, database))]
        facts.append(("Schema", _schema(revision)))
        if revision == schema.HEAD:
            deleted = select(segments.c.id).where(segments.c.deleted_at.is_not(None))
            hidden = {
                "segments": segments.c.deleted_at.is_not(None),
                "memberships": memberships.c.segment_id.in_(deleted),
            }
            for table in (companies, segments, contacts, memberships):
                there = select(func.count()).select_from(table).where(~hidden.get(table.name, false()))
                facts.append((table.name.capitalize(), f"{connection.execute(there).scalar_one():,}"))
            facts.append(("Search index", _search_index(connection, database)))
            if database.path is None:
                facts.append(("Companies apart", _boundary(connection, database)))
            facts.extend(_dialling(connection))
        facts.extend((name, counted(size, "byte")) for name, size in _sizes(connection, database))
    if database.path is not None:
        facts.extend(("Warning", warning) for warning in _warnings(database.path))
    return facts


def _dialling(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield the id that the calls of the database have, where it dials, and what waits for somebody's decision."""
    newest = select(database_ids).order_by(database_ids.c.id.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    if row is None:
        yield "Database id", "none yet; the first dispatcher makes it"
        return
    yield "Database id", clean(row.token)
    if row.home_name:
        yield "Dials at", clean(row.home_name)
    renewed = connection.execute(newest.where(database_ids.c.cause != "created")).one_or_none()
    if renewed is None:
        return
    held = select(func.count()).where(
        campaigns.c.status.in_(("scheduled", "active", "paused")),
        campaigns.c.launched_at.is_not(None),
        func.coalesce(campaigns.c.confirmed_id, 0) < renewed.id,
    )
    count = connection.execute(held).scalar_one()
    how = "was restored from a backup" if renewed.cause == "restored" else "is a copy, or was moved"
    since = f"this database {how} ({moment(renewed.created_at):%Y-%m-%d %H:%M} UTC)"
    yield "Origin", since
    if count:
        yield "Held campaigns", f"{count:,}; `segtui campaigns resume` lets each go on"


def _schema(revision: str | None) -> str:
    if revision is None:
        return "none yet; `segtui db upgrade` makes the tables"
    return f"{revision} (current)" if revision == schema.HEAD else f"{revision} (needs {schema.HEAD})"


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
        if not waiting:
            return "complete"
        total = connection.execute(select(func.count()).select_from(contacts)).scalar_one()
        return (
            f"{counted(max(total - waiting, 0), 'contact', total)}; searching is right, but slower meanwhile "
            "(`segtui db upgrade` completes it)"
        )
    extension = connection.exec_driver_sql("SELECT extversion FROM pg_extension WHERE extname = 'pg_trgm'").scalar()
    if _valid_index(connection):
        return f"complete (pg_trgm {extension})"
    offered = connection.exec_driver_sql("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'").scalar()
    if extension:
        why = f"pg_trgm {extension} is there, `segtui db upgrade` makes the index"
    elif offered:
        why = "somebody who may has to `CREATE EXTENSION pg_trgm` here, then `segtui db upgrade` makes the index"
    else:
        why = "this server does not have the extension pg_trgm"
    return f"none; searching is right, but slower: {why}"


def _boundary(connection: Connection, database: Database) -> str:
    if database.backend.is_guarded:
        return "by the program and by row-level security"
    account = clean(str(connection.exec_driver_sql("SELECT current_user").scalar_one()))
    return (
        f"by the program alone; with ALTER ROLE {account} CREATEROLE, `segtui db upgrade` has the server do it as well"
    )


def boundary_warning(database: Database) -> str | None:
    """Return, for a PostgreSQL server that does not keep companies apart itself, what that takes; else None."""
    if database.path is not None or database.backend.is_guarded:
        return None
    with _connected(database) as connection:
        return f"Companies are kept apart {_boundary(connection, database)}."


def _valid_index(connection: Connection) -> bool | None:
    """Tell whether the trigrams' index on a server is there and whole; None where there is none."""
    found = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('ix_contacts_search')"
    valid: bool | None = connection.exec_driver_sql(found).scalar()
    return valid


def _sizes(connection: Connection, database: Database) -> Iterator[tuple[str, int]]:
    """Yield what takes how many bytes."""
    if database.path is not None:
        yield "Size", database.path.stat().st_size
        log = database.path.with_name(f"{database.path.name}-wal")
        if log.exists():
            yield "Write-ahead log", log.stat().st_size
        return
    yield "Size", connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
    for name, relation in (("Size of contacts", "contacts"), ("Size of search index", "ix_contacts_search")):
        # Of all its partitions, where it has any.
        parts = f"SELECT sum(pg_total_relation_size(relid))::bigint FROM pg_partition_tree(to_regclass('{relation}'))"  # noqa: S608  names of ours
        size = connection.exec_driver_sql(parts).scalar()
        if size is not None:
            yield name, size


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

    On PostgreSQL roles and policies keep companies apart then, where this account may make them (`boundary_warning`).
    A search index that does not agree with the contacts is built anew, and one that is behind them completed. What
    deleted segments left behind is taken away.

    Raises SchemaMismatch where the database is newer than this program.
    """
    with _connected(database, writes=True, as_owner=True) as connection:
        before = schema.revision_of(connection)
        if before not in schema.REVISIONS:
            schema.demand_current(before)
        if before != schema.HEAD:
            if database.path is None:
                guard.lift(connection)
            schema.migrate(connection)
        if database.path is None:
            guard.install(connection)
            database.backend.look(connection)
    _mend_search(database)
    sweeping.sweep(system_session(database, "maintenance"))
    return before, schema.HEAD


def _mend_search(database: Database) -> None:
    if database.path is None:
        _index_on_server(database)
        return
    if any(_full_text(database)):
        rebuild_search(database)
    for _ in search_index.catch_up(system_session(database, "maintenance")):
        pass


def _index_on_server(database: Database) -> None:
    """Index the trigrams where the server could not do it when the tables were made, and now can."""
    with _connected(database, writes=True, as_owner=True) as connection:
        if _valid_index(connection):
            return
        # An account that may not create extensions goes on without: `info` says so.
        with suppress(DBAPIError), connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            connection.exec_driver_sql("DROP INDEX IF EXISTS ix_contacts_search")
            connection.exec_driver_sql("CREATE INDEX ix_contacts_search ON contacts USING gin (search gin_trgm_ops)")


def check(database: Database) -> list[str]:
    """Verify integrity, foreign keys, counts, keys and the search index. Return what is wrong, each as a sentence.

    On PostgreSQL the boundary between companies too, where there is one.

    What deleted segments left behind is nothing wrong; where this may write, it is taken away.
    """
    with suppress(DatabaseError):
        sweeping.sweep(system_session(database, "maintenance"))
    with _connected(database) as connection:
        problems = [*_integrity(connection, database)]
        if problems:
            return problems  # what else is read from a damaged file means nothing
        problems += _counts(connection)
        problems += [
            f"The contacts of the campaign “{clean(name)}” are not counted as they are."
            for name in counts.miscounted(connection)
        ]
        problems += _opt_outs(connection)
        problems += _texts(connection)
        problems += _company_boundaries(connection)
        if database.path is None and _valid_index(connection) is False:
            problems.append("The search index was not finished, searches do without it: run `segtui db upgrade`.")
        if database.path is None:
            problems += guard.problems(connection)
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
    wrong = select(segments.c.name, segments.c.contacts, real).where(
        segments.c.contacts != real, segments.c.deleted_at.is_(None)
    )
    for name, kept, found in connection.execute(wrong):
        yield f"The segment “{clean(name)}” is said to have {counted(kept, 'contact')} and has {found:,}."


def _opt_outs(connection: Connection) -> Iterator[str]:
    """Compare the marks of contacts that have a phone with the do-not-call list of their company."""
    listed = exists(
        select(literal(1)).where(
            do_not_call_list.c.company_id == contacts.c.company_id, do_not_call_list.c.phone == contacts.c.phone
        )
    )
    count = select(func.count()).select_from(contacts).where(contacts.c.phone.is_not(None))
    if unmarked := connection.execute(count.where(contacts.c.do_not_call == 0, listed)).scalar_one():
        yield f"{counted(unmarked, 'contact')} could be called with a number that is on the do-not-call list."
    if unlisted := connection.execute(count.where(contacts.c.do_not_call == 1, ~listed)).scalar_one():
        yield f"{counted(unlisted, 'contact')} must not be called, and the number is not on the do-not-call list."


def _texts(connection: Connection) -> Iterator[str]:
    """Recompute what every contact is found and sorted by: its search text and its keys, whatever an index does."""
    names = ("id", *TEXT_FIELDS, "search", "name_key", "email_key")
    rows = connection.execution_options(yield_per=5_000).execute(select(*(contacts.c[name] for name in names)))
    unfound = unsorted = 0
    for row in rows:
        name = full_name(row.first_name, row.last_name)
        fields = (row.phone, row.email, row.organization, row.city, row.state, row.source, row.status)
        unfound += row.search != contact_text([name, *fields])
        keys = (fold(name) or None, row.email.casefold() if row.email else None)
        unsorted += (row.name_key, row.email_key) != keys
    if unfound:
        yield f"{counted(unfound, 'contact')} would not be found: the search text is out of date."
    if unsorted:
        yield f"{counted(unsorted, 'contact')} would stand in the wrong place: the sort keys are out of date."


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
            yield f"The company of {counted(count, 'row')} of {table.name} is not there."


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
