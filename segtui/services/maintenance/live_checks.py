"""Checks of live segments: every rule is evaluated anew, and compared with the members that are stored."""

from collections.abc import Iterator

from sqlalchemy import exists, func, literal, select

from segtui.database.engine import Database
from segtui.database.tables.core_tables import companies, contacts, memberships, segments
from segtui.domain.text import clean, counted
from segtui.errors import InvalidInput
from segtui.services.company_zone import company_today
from segtui.services.criteria import criteria_sql
from segtui.services.segments.live import rules
from segtui.services.segments.live.callable_counts import computed_count
from segtui.services.segments.live.rules import LiveSegment
from segtui.services.session import Transaction, company_of, system_session


def problems(database: Database) -> Iterator[str]:
    """Yield a sentence for each problem of live segments' members and of the counts of contacts that can be called."""
    system = system_session(database, "maintenance")
    with system.read() as tx:
        company_ids = list(tx.execute(select(companies.c.id).order_by(companies.c.id)).scalars())
    for company_id in company_ids:
        with company_of(system, company_id).read() as tx:
            yield from _callable(tx)
            for live in rules.live_segments(tx):
                yield from _members(tx, live)


def _callable(tx: Transaction) -> Iterator[str]:
    computed = computed_count()
    columns = (segments.c.name, segments.c.callable, computed)
    for name, stored_count, count in tx.execute(
        select(*columns).where(tx.scope(segments), segments.c.callable != computed)
    ):
        can = f"{counted(count, 'contact')} of the segment “{clean(name)}” can be called"
        yield f"{can}, not {stored_count:,} as counted."


def _members(tx: Transaction, live: LiveSegment) -> Iterator[str]:
    name = clean(live.name)
    try:
        condition = criteria_sql.condition(tx, live.rule.criteria, today=company_today(tx))
    except InvalidInput as error:
        yield f"The rule of the segment “{name}” cannot be evaluated: {error}"
        return
    is_member = exists(
        select(literal(1)).where(
            tx.scope(memberships), memberships.c.segment_id == live.id, memberships.c.contact_id == contacts.c.id
        )
    )
    every = select(func.count()).select_from(contacts).where(tx.scope(contacts))
    satisfying = select(contacts.c.id).where(tx.scope(contacts), condition).correlate(None)
    missing = int(tx.execute(every.where(condition, ~is_member)).scalar_one())
    wrong = int(tx.execute(every.where(is_member, contacts.c.id.not_in(satisfying))).scalar_one())
    if missing:
        yield f"{counted(missing, 'contact')} should be in the live segment “{name}” by its rule."
    if wrong:
        yield f"{counted(wrong, 'contact')} should not be in the live segment “{name}” by its rule."
