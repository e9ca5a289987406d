"""The condition that a contact can be called, and the number of those in a segment computed from scratch."""

from sqlalchemy import ColumnElement, func, select

from segtui.database.tables.core_tables import contacts, memberships, segments

OF_CONTACT = (contacts.c.company_id == memberships.c.company_id) & (contacts.c.id == memberships.c.contact_id)
"""The condition that joins a membership with its contact."""


def can_be_called() -> ColumnElement[bool]:
    """Return the condition that a contact has a phone that may be called."""
    return contacts.c.phone.is_not(None) & (contacts.c.do_not_call == 0)


def computed_count() -> ColumnElement[int]:
    """Return the right value of `segments.callable`, for a statement on `segments`."""
    members = select(func.count()).select_from(memberships).join(contacts, OF_CONTACT)
    of_segment = (memberships.c.company_id == segments.c.company_id, memberships.c.segment_id == segments.c.id)
    return members.where(*of_segment, can_be_called()).correlate(segments).scalar_subquery()
