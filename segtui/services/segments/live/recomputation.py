"""Recomputation of all live segments and counts of a company, after contacts were changed past the services."""

from sqlalchemy import func, select, update

from segtui.database.tables.core_tables import contacts, memberships, segments
from segtui.services.segments.live import rule_members, rules
from segtui.services.segments.live.callable_counts import can_be_called
from segtui.services.session import Session


def recompute(session: Session) -> None:
    """Evaluate every rule for every contact, and count the contacts that can be called in every segment."""
    with session.write() as tx:
        for live in rules.live_segments(tx):
            rule_members.settle(tx, live.id, live.rule)
        of_contact = (contacts.c.company_id == memberships.c.company_id) & (contacts.c.id == memberships.c.contact_id)
        of_segment = (memberships.c.company_id == segments.c.company_id, memberships.c.segment_id == segments.c.id)
        members = select(func.count()).select_from(memberships).join(contacts, of_contact)
        count = members.where(*of_segment, can_be_called()).scalar_subquery()
        tx.execute(update(segments).where(tx.scope(segments)).values(callable=count))
