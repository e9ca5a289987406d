"""Checks of segments: counts, hashes and days are computed anew, and every rule of a live segment is evaluated."""

from collections.abc import Iterator

from sqlalchemy import exists, func, literal, select

from segtui.database.engine import Database
from segtui.database.tables.core_tables import companies, contacts, memberships, segments
from segtui.database.tables.history_tables import segment_days
from segtui.domain.text import clean, counted
from segtui.errors import InvalidInput
from segtui.services.company_zone import company_today
from segtui.services.criteria import criteria_sql
from segtui.services.segments.live import rules
from segtui.services.segments.live.callable_counts import computed_count
from segtui.services.segments.live.member_hash import computed_hash
from segtui.services.segments.live.rules import LiveSegment
from segtui.services.session import Transaction, company_of, system_session


def problems(database: Database) -> Iterator[str]:
    """Yield a sentence for each problem of live segments' members, and of counts, hashes and days of all segments."""
    system = system_session(database, "maintenance")
    with system.read() as tx:
        company_ids = list(tx.execute(select(companies.c.id).order_by(companies.c.id)).scalars())
    for company_id in company_ids:
        with company_of(system, company_id).read() as tx:
            stale_rules, tx.stale_rules = tx.stale_rules, None  # what is stored is checked
            yield from count_problems(tx)
            tx.stale_rules = stale_rules
            for live in rules.live_segments(tx):
                yield from _members(tx, live)


def count_problems(tx: Transaction) -> Iterator[str]:
    """Yield a sentence for each wrong count, hash or history of a segment of the company."""
    computed = computed_count()
    columns = (segments.c.name, segments.c.callable, computed)
    for name, stored_count, count in tx.execute(
        select(*columns).where(tx.scope(segments), segments.c.callable != computed)
    ):
        can = f"{counted(count, 'contact')} of the segment “{clean(name)}” can be called"
        yield f"{can}, not {stored_count:,} as counted."
    wrong = select(segments.c.name).where(tx.scope(segments), segments.c.members_hash != computed_hash())
    for name in tx.execute(wrong).scalars():
        yield f"The hash of the members of the segment “{clean(name)}” is wrong."
    yield from _days(tx)


def _days(tx: Transaction) -> Iterator[str]:
    """Compare the days of each segment with each other, and the last of them with its count."""
    days = segment_days.c
    of_segment = (days.company_id, days.segment_id)
    before = func.lag(days.contacts).over(partition_by=of_segment, order_by=days.day)
    after = func.lead(days.day).over(partition_by=of_segment, order_by=days.day)
    every = select(days.segment_id, days.day, days.contacts, days.joined, days.departed, before.label("before"))
    rows = every.add_columns(after.label("after")).where(tx.scope(segment_days)).subquery()
    is_off = rows.c.contacts != rows.c.before + rows.c.joined - rows.c.departed
    is_behind = rows.c.after.is_(None) & (rows.c.contacts != segments.c.contacts)
    query = select(segments.c.name, func.min(rows.c.day)).join_from(rows, segments, segments.c.id == rows.c.segment_id)
    query = query.where(tx.scope(segments), is_off | is_behind).group_by(segments.c.id, segments.c.name)
    for name, day in tx.execute(query.order_by(segments.c.name)):
        yield f"The history of the segment “{clean(name)}” is wrong from {day} on."
    unrecorded = select(segments.c.name).where(
        tx.scope(segments),
        segments.c.contacts != 0,
        segments.c.id.not_in(select(days.segment_id).where(tx.scope(segment_days))),
    )
    for name in tx.execute(unrecorded).scalars():
        yield f"The segment “{clean(name)}” has contacts, but no history."


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
