"""Recomputation of all live segments and counts of a company, after contacts were changed past the services."""

from sqlalchemy import update

from segtui.database.tables.core_tables import segments
from segtui.services.segments.live import rule_members, rules
from segtui.services.segments.live.callable_counts import computed_count
from segtui.services.session import Session


def recompute(session: Session) -> None:
    """Evaluate every rule for every contact, and count the contacts that can be called in every segment."""
    with session.write() as tx:
        for live in rules.live_segments(tx):
            rule_members.settle(tx, live.id, live.rule)
        tx.execute(update(segments).where(tx.scope(segments)).values(callable=computed_count()))
