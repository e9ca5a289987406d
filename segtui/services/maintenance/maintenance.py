"""Maintenance of the database: information, schema upgrades, checks, backups."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, exists, false, func, literal, select
from sqlalchemy.exc import DBAPIError

from segtui.database import schema
from segtui.database.engine import Database
from segtui.database.tables.campaign_tables import campaigns, database_ids
from segtui.database.tables.core_tables import companies, contacts, do_not_call_list, memberships, metadata, segments
from segtui.database.tenancy.session_check import SessionClaims
from segtui.domain.contact import SEARCHED_FIELDS, TEXT_FIELDS, full_name
from segtui.domain.phones import region_of
from segtui.domain.search_terms import contact_text
from segtui.domain.text import clean, counted, fold
from segtui.domain.vocabulary import Role
from segtui.errors import DatabaseError
from segtui.services import search_index
from segtui.services.campaigns import campaign_segments
from segtui.services.campaigns.audience import audience_counts
from segtui.services.maintenance import criteria_checks, live_checks
from segtui.services.segments import purge
from segtui.services.session import moment, system_session


@contextmanager
def _connected(database: Database, *, writes: bool = False, as_owner: bool = False) -> Iterator[Connection]:
    """Open a transaction on the database as such, across its companies; `as_owner` to make or change tables."""
    try:
        with database.engine.connect() as connection:
            connection.execution_options(writes=writes, every_company=True)
            with connection.begin():
                if not as_owner:
                    database.backend.enter_company(connection, None, SessionClaims(None, Role.ADMIN, None, None))
                yield connection
    except DBAPIError as error:
        raise database.backend.explain(error) from error


def info(database: Database) -> list[tuple[str, str]]:
    """Return facts about the database, as pairs of a label and a text."""
    maintenance = database.backend.maintenance
    with _connected(database) as connection:
        revision = schema.revision_of(connection)
        facts = [("Database", database.description), ("System", maintenance.version(connection))]
        facts.append(("Schema", _schema(revision)))
        if revision == schema.HEAD:
            deleted = select(segments.c.id).where(segments.c.deleted_at.is_not(None))
            hidden = {
                "segments": segments.c.deleted_at.is_not(None),
                "memberships": memberships.c.segment_id.in_(deleted),
            }
            for table in (companies, segments, contacts, memberships):
                query = select(func.count()).select_from(table).where(~hidden.get(table.name, false()))
                facts.append((table.name.capitalize(), f"{connection.execute(query).scalar_one():,}"))
            facts.append(("Search index", maintenance.search_index_state(connection)))
            if isolation := maintenance.isolation(connection):
                facts.append(("Companies apart", isolation))
            facts.extend(_dialling(connection))
        facts.extend((name, counted(size, "byte")) for name, size in maintenance.sizes(connection))
        facts.extend(("Warning", warning) for warning in maintenance.warnings(connection))
    return facts


def _dialling(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield the database's id on the platform, the place where it dials, and the campaigns that wait for a decision."""
    newest = select(database_ids).order_by(database_ids.c.id.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    if row is None:
        yield "Database id", "none yet; the first dispatcher creates it"
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
        yield "Held campaigns", f"{count:,}; `segtui campaigns resume` continues each of them"


def _schema(revision: str | None) -> str:
    if revision is None:
        return "none yet; `segtui db upgrade` creates the tables"
    return f"{revision} (current)" if revision == schema.HEAD else f"{revision} (needs {schema.HEAD})"


def boundary_warning(database: Database) -> str | None:
    """Return a sentence if a PostgreSQL server does not keep companies apart itself, and how to allow it; else None."""
    return database.backend.maintenance.isolation_warning(partial(_connected, database))


def upgrade(database: Database) -> tuple[str | None, str]:
    """Upgrade the schema, all of it or nothing. Return the revision before and after.

    On PostgreSQL it installs roles and policies, where this account may create them (`boundary_warning`). A wrong
    search index is rebuilt, and an incomplete one completed. The rest of deleted segments is deleted.

    Raises SchemaMismatch where the database is newer than this program.
    """
    maintenance = database.backend.maintenance
    with _connected(database, writes=True, as_owner=True) as connection:
        before = schema.revision_of(connection)
        if before not in schema.REVISIONS:
            schema.demand_current(before)
        if before != schema.HEAD:
            maintenance.before_migration(connection)
            schema.migrate(connection)
        maintenance.after_migration(connection)
        database.backend.detect_isolation(connection)
    _repair_search(database)
    purge.sweep(system_session(database, "maintenance"))
    return before, schema.HEAD


def _repair_search(database: Database) -> None:
    database.backend.maintenance.repair_search(partial(_connected, database))
    for _ in search_index.catch_up(system_session(database, "maintenance")):
        pass


def check(database: Database) -> list[str]:
    """Verify integrity, foreign keys, counts, keys, live segments and the search index. Return the problems.

    On PostgreSQL it also verifies roles and policies, where they are installed.

    The rest of deleted segments is no problem; it is deleted where this account may write.
    """
    with suppress(DatabaseError):
        purge.sweep(system_session(database, "maintenance"))
    maintenance = database.backend.maintenance
    with _connected(database) as connection:
        problems = [*maintenance.damages(connection)]
        if problems:
            return problems  # what else is read from a damaged file means nothing
        problems += _counts(connection)
        problems += [
            f"The contact counts of the campaign “{clean(name)}” are wrong."
            for name in audience_counts.miscounted(connection)
        ]
        problems += campaign_segments.contradictions(connection)
        problems += _opt_outs(connection)
        problems += criteria_checks.problems(connection)
        problems += _texts(connection)
        problems += _company_boundaries(connection)
        problems += maintenance.problems(connection)
    problems += live_checks.problems(database)
    problems += maintenance.search_problems(partial(_connected, database))
    return problems


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
    for name, stored_count, count in connection.execute(wrong):
        yield f"The segment “{clean(name)}” has {counted(count, 'contact')}, not {stored_count:,} as counted."


def _opt_outs(connection: Connection) -> Iterator[str]:
    """Compare the marks of contacts that have a phone with the do-not-call list of their company."""
    listed = exists(
        select(literal(1)).where(
            do_not_call_list.c.company_id == contacts.c.company_id, do_not_call_list.c.phone == contacts.c.phone
        )
    )
    count = select(func.count()).select_from(contacts).where(contacts.c.phone.is_not(None))
    if unmarked := connection.execute(count.where(contacts.c.do_not_call == 0, listed)).scalar_one():
        yield f"{counted(unmarked, 'contact')} could be called although the number is on the do-not-call list."
    if unlisted := connection.execute(count.where(contacts.c.do_not_call == 1, ~listed)).scalar_one():
        yield f"{counted(unlisted, 'contact')} must not be called, but the number is not on the do-not-call list."


def _texts(connection: Connection) -> Iterator[str]:
    """Recompute the search text, the sort keys and the region of every contact, regardless of the indexes."""
    names = ("id", *TEXT_FIELDS, "search", "name_key", "email_key", "region")
    rows = connection.execution_options(yield_per=5_000).execute(select(*(contacts.c[name] for name in names)))
    unfound = unsorted = misplaced = 0
    for row in rows:
        name = full_name(row.first_name, row.last_name)
        fields = tuple(getattr(row, name) for name in SEARCHED_FIELDS[1:])
        unfound += row.search != contact_text([name, *fields])
        keys = (fold(name) or None, row.email.casefold() if row.email else None)
        unsorted += (row.name_key, row.email_key) != keys
        misplaced += row.region != (region_of(row.phone) if row.phone else None)
    if unfound:
        yield f"{counted(unfound, 'contact')} cannot be found: the search text is out of date."
    if unsorted:
        yield f"{counted(unsorted, 'contact')} would be sorted wrongly: the sort keys are out of date."
    if misplaced:
        yield f"{counted(misplaced, 'contact')} would be filtered wrongly: the region is not that of the phone."


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
            yield f"The company of {counted(count, 'row')} of {table.name} does not exist."


def rebuild_search(database: Database) -> None:
    """Rebuild the search index from the contacts, where segtui maintains it."""
    database.backend.maintenance.rebuild_search(partial(_connected, database))


def backup(database: Database, target: Path) -> int:
    """Copy a SQLite database to a new file that only its owner can read, consistent while others write.

    Return the size in bytes. Raises DatabaseError where the file exists or cannot be written, and for PostgreSQL, which
    has better tools.
    """
    database.backend.maintenance.demand_backup()
    try:
        handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        os.close(handle)
    except FileExistsError:
        raise DatabaseError(f"{clean(str(target))} already exists: a backup never overwrites a file.") from None
    except OSError as error:
        raise DatabaseError(f"{clean(str(target))} cannot be written: {error.strerror}.") from error
    try:
        database.backend.maintenance.backup(database.engine, target)
    except database.driver_error as error:
        target.unlink(missing_ok=True)
        raise database.backend.explain(DBAPIError("", None, error)) from error
    return target.stat().st_size
