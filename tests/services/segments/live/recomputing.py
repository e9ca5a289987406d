"""Live segments as they should be: every rule evaluated in Python for every contact, and every count by counting."""

from sqlalchemy import select

from segtui.database.tables.core_tables import contacts, memberships, segments
from segtui.domain.criteria.evaluation import holds
from segtui.services.company_zone import company_today, company_zone
from segtui.services.segments.live import facts, rules
from segtui.services.session import Session, Transaction

_ALL_SOURCES = ("import", "campaign", "calls")


def demand_exact(session: Session) -> None:
    """Fail unless every live segment of the company has exactly the contacts of its rule, and all counts agree."""
    with session.read() as tx:
        demand_exact_in(tx)


def demand_exact_in(tx: Transaction) -> None:
    """Fail as `demand_exact` does, in an open transaction."""
    zone, today = company_zone(tx), company_today(tx)
    ids = list(tx.execute(select(contacts.c.id).where(tx.scope(contacts))).scalars())
    about = facts.read_facts(tx, ids, _ALL_SOURCES, zone)
    for live in rules.live_segments(tx):
        expected = {key for key, values in about.items() if holds(live.rule.criteria, values, today)}
        members = {key for key, values in about.items() if live.id in values.segment_ids}
        assert members == expected, f"{live.name}: {members} instead of {expected}"
    counts = select(segments.c.id, segments.c.name, segments.c.contacts, segments.c.callable)
    rows = tx.execute(counts.where(tx.scope(segments))).all()
    for row in rows:
        members = {key for key, values in about.items() if row.id in values.segment_ids}
        callable_ = sum(about[key].is_callable for key in members)
        assert (row.name, row.contacts, row.callable) == (row.name, len(members), callable_)
    inside = select(memberships.c.import_id).join(
        segments, (segments.c.company_id == memberships.c.company_id) & (segments.c.id == memberships.c.segment_id)
    )
    of_live = inside.where(tx.scope(memberships), tx.scope(segments), segments.c.rule.is_not(None))
    assert set(tx.execute(of_live.distinct()).scalars()) <= {None}
