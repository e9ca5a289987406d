"""Upkeep of `segments.callable`: the number of members of each segment with a phone that may be called.

Before a contact's phone or mark changes it is lifted: subtracted from the counts of its segments. Members that join or
leave are counted at once, except lifted contacts. At the end those are added to the segments that they are in then.
"""

from collections import Counter
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, func, select, text, true, update

from segtui.database.tables.core_tables import Id, contacts, memberships, segments
from segtui.services.segments.live.contact_set import ContactIds, ContactSet
from segtui.services.session import Transaction

# CROSS JOIN fixes SQLite's join order: few lifted contacts are never looked up from a million memberships.
_OF_LIFTED: Final = text(
    "SELECT m.segment_id, count(*) FROM lifted_contacts AS l CROSS JOIN contacts AS c CROSS JOIN memberships AS m"
    " WHERE l.batch BETWEEN :first AND :last AND c.company_id = :company AND c.id = l.contact_id"
    " AND c.phone IS NOT NULL AND c.do_not_call = 0 AND m.company_id = :company AND m.contact_id = l.contact_id"
    " GROUP BY m.segment_id"
)
_OF_CONTACT: Final = (contacts.c.company_id == memberships.c.company_id) & (contacts.c.id == memberships.c.contact_id)


def can_be_called() -> ColumnElement[bool]:
    """Return the condition that a contact has a phone that may be called."""
    return contacts.c.phone.is_not(None) & (contacts.c.do_not_call == 0)


def computed_count() -> ColumnElement[int]:
    """Return the right value of `segments.callable`, for a statement on `segments`."""
    members = select(func.count()).select_from(memberships).join(contacts, _OF_CONTACT)
    of_segment = (memberships.c.company_id == segments.c.company_id, memberships.c.segment_id == segments.c.id)
    return members.where(*of_segment, can_be_called()).correlate(segments).scalar_subquery()


class CallableCounts:
    """Changes to the callable counts of segments, collected in one transaction."""

    def __init__(self) -> None:
        self.lifted = ContactSet("lifted_contacts")
        self._changes: Counter[int] = Counter()
        self._members: dict[int, tuple[int, int]] = {}
        self._batch = 0

    def __bool__(self) -> bool:
        return bool(self.lifted) or bool(self._changes) or bool(self._members)

    def lift(self, tx: Transaction, which: ContactIds) -> None:
        """Subtract contacts that are about to change from the counts of their segments, each once."""
        self._batch += 1
        self.lifted.add(tx, which, self._batch)
        for segment_id, count in self._lifted(tx, self._batch, self._batch):
            self._changes[segment_id] -= count

    def add(self, segment_id: int, by: int) -> None:
        """Change the count of a segment."""
        self._changes[segment_id] += by

    def add_members(self, segment_id: int, by: int, timestamp: int) -> None:
        """Change the number of members of a live segment, at a time."""
        before, _ = self._members.get(segment_id, (0, 0))
        self._members[segment_id] = (before + by, timestamp)

    def forget(self, segment_id: int) -> None:
        """Forget the changes to the count of a segment that is deleted."""
        self._changes.pop(segment_id, None)

    def count_contacts(self, tx: Transaction, contact_ids: Select[Any]) -> int:
        """Count the contacts among the ids of a query that can be called and are not lifted."""
        ids = contact_ids.subquery()
        query = select(func.count()).select_from(contacts).where(tx.scope(contacts), can_be_called())
        query = query.where(contacts.c.id.in_(select(*ids.c)), self._is_down(contacts.c.id))
        return int(tx.execute(query).scalar_one())

    def count_members(self, tx: Transaction, which: ColumnElement[bool]) -> int:
        """Count the members that fulfil a condition on `memberships`, can be called and are not lifted."""
        query = (
            select(func.count())
            .select_from(memberships)
            .join(contacts, _OF_CONTACT)
            .where(tx.scope(contacts), which, can_be_called(), self._is_down(memberships.c.contact_id))
        )
        return int(tx.execute(tx.backend.planner.by_id(tx, query, contacts)).scalar_one())

    def put_down(self, tx: Transaction) -> None:
        """Add the lifted contacts to the segments that they are in now."""
        for segment_id, count in self._lifted(tx, 0, self._batch):
            self._changes[segment_id] += count
        self.lifted.clear(tx)

    def write(self, tx: Transaction) -> None:
        """Write the collected changes, with one statement for all segments."""
        changed = sorted({*self._members, *(key for key, change in self._changes.items() if change)})
        if changed:
            values = {
                "contacts": segments.c.contacts + bindparam("members", type_=Id),
                "callable": segments.c.callable + bindparam("can_be_called", type_=Id),
                "updated_at": func.coalesce(bindparam("timestamp", type_=Id), segments.c.updated_at),
            }
            counting = update(segments).where(tx.whole_scope(segments), segments.c.id == bindparam("segment"))
            tx.execute(counting.values(values), [self._row(segment_id) for segment_id in changed])
        self._changes.clear()
        self._members.clear()

    def _row(self, segment_id: int) -> dict[str, int | None]:
        members, timestamp = self._members.get(segment_id, (0, None))
        return {
            "segment": segment_id,
            "members": members,
            "can_be_called": self._changes[segment_id],
            "timestamp": timestamp,
        }

    def _is_down(self, contact_id: ColumnElement[int]) -> ColumnElement[bool]:
        """Return the condition that a contact is not lifted."""
        if self.lifted.is_many:
            return ~self.lifted.contains(contact_id)
        return contact_id.not_in(list(self.lifted.few)) if self.lifted.few else true()

    def _lifted(self, tx: Transaction, first: int, last: int) -> Collection[tuple[int, int]]:
        """Return the segments with the number of lifted contacts of some batches that can be called."""
        if self.lifted.is_many:
            rows = tx.execute(_OF_LIFTED, {"first": first, "last": last}).all()
            return [(segment_id, count) for segment_id, count in rows]
        ids = [contact_id for contact_id, batch in self.lifted.few.items() if first <= batch <= last]
        if not ids:
            return ()
        query = (
            select(memberships.c.segment_id, func.count())
            .select_from(memberships)
            .join(contacts, _OF_CONTACT)
            .where(tx.whole_scope(memberships), tx.backend.id_in(memberships.c.contact_id, ids))
            .where(tx.scope(contacts), can_be_called())
            .group_by(memberships.c.segment_id)
        )
        rows = tx.execute(tx.backend.planner.by_id(tx, query, contacts)).all()
        return [(segment_id, count) for segment_id, count in rows]
