"""Checks of what is kept for criteria: calls of contacts, names of custom fields, contacts that can be called."""

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from segtui.database.tables.core_tables import contacts, memberships, segments
from segtui.domain.text import clean, counted
from segtui.services.campaigns.results import contact_calls
from segtui.services.contacts import custom_fields


def problems(connection: Connection) -> Iterator[str]:
    """Yield what is wrong, in sentences."""
    if count := contact_calls.outdated(connection):
        yield f"The calls of {counted(count, 'contact')} are not those that were made."
    if count := custom_fields.unlisted(connection):
        yield f"{counted(count, 'custom field')} cannot be found: the list of their names is incomplete."


def _callable_counts(connection: Connection) -> Iterator[str]:
    members = memberships.join(
        contacts, (contacts.c.company_id == memberships.c.company_id) & (contacts.c.id == memberships.c.contact_id)
    )
    real = (
        select(func.count())
        .select_from(members)
        .where(
            memberships.c.company_id == segments.c.company_id,
            memberships.c.segment_id == segments.c.id,
            contacts.c.phone.is_not(None),
            contacts.c.do_not_call == 0,
        )
        .correlate(segments)
        .scalar_subquery()
    )
    wrong = select(segments.c.name, segments.c.callable, real).where(
        segments.c.callable != real, segments.c.deleted_at.is_(None)
    )
    for name, stored_count, count in connection.execute(wrong):
        yield f"{counted(count, 'contact')} of the segment “{clean(name)}” can be called, not {stored_count:,}."
