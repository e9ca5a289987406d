"""Upkeep of what is counted of segments' members: their number, the callable ones, their hash, and their days.

Every movement of members comes by here (`Upkeep` reports it), with its numbers from one pass over those that move.

`segments.callable` also follows contacts that stay. Before a contact's phone or mark changes it is lifted: subtracted
from the counts of its segments. Members that join or leave are counted at once, except lifted contacts. At the end
those are added to the segments that they are in then.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select, text, true, update

from segtui.database.tables.core_tables import Id, contacts, memberships, segments
from segtui.services import session as sessions
from segtui.services.company_zone import company_day, company_zone
from segtui.services.segments.live import member_hash
from segtui.services.segments.live.callable_counts import OF_CONTACT, can_be_called
from segtui.services.segments.live.contact_set import ContactIds, ContactSet
from segtui.services.session import Transaction

# CROSS JOIN fixes SQLite's join order: few lifted contacts are never looked up from a million memberships.
_OF_LIFTED: Final = text(
    "SELECT m.segment_id, count(*) FROM lifted_contacts AS l CROSS JOIN contacts AS c CROSS JOIN memberships AS m"
    " WHERE l.batch BETWEEN :first AND :last AND c.company_id = :company AND c.id = l.contact_id"
    " AND c.phone IS NOT NULL AND c.do_not_call = 0 AND m.company_id = :company AND m.contact_id = l.contact_id"
    " GROUP BY m.segment_id"
)
# No day comes before the last that is recorded, although clocks are set back and companies move to other zones.
_WRITE_DAYS: Final = text(
    "INSERT INTO segment_days (company_id, segment_id, day, contacts, joined, departed)"
    " SELECT s.company_id, s.id, coalesce((SELECT max(d.day) FROM segment_days AS d"
    " WHERE d.company_id = s.company_id AND d.segment_id = s.id AND d.day > :today), :today),"
    " s.contacts, :joined, :departed FROM segments AS s WHERE s.company_id = :company AND s.id = :segment"
    " ON CONFLICT (company_id, segment_id, day) DO UPDATE SET contacts = excluded.contacts,"
    " joined = segment_days.joined + excluded.joined, departed = segment_days.departed + excluded.departed"
).bindparams(bindparam("joined", type_=Id), bindparam("departed", type_=Id))


class Members(NamedTuple):
    """Some members of a segment, counted in one pass: all, those that can be called and are not lifted, their hash."""

    contacts: int
    callable: int
    hash: int


@dataclass(slots=True)
class _Change:
    """The changes to one segment in this transaction.

    `contacts` and `timestamp` are those of live segments. For fixed ones `segment_rows.change_count` writes them.
    """

    contacts: int = 0
    callable: int = 0
    hash: int = 0
    joined: int = 0
    departed: int = 0
    timestamp: int | None = None

    @property
    def is_counted(self) -> bool:
        """True where the row of the segment changes."""
        return self.timestamp is not None or any((self.contacts, self.callable, self.hash))


class MemberCounts:
    """Changes to the counts, hashes and days of segments, collected in one transaction."""

    def __init__(self) -> None:
        self.lifted = ContactSet("lifted_contacts")
        self._changes: defaultdict[int, _Change] = defaultdict(_Change)
        self._batch = 0

    def __bool__(self) -> bool:
        return bool(self.lifted) or bool(self._changes)

    def lift(self, tx: Transaction, which: ContactIds) -> None:
        """Subtract contacts that are about to change from the counts of their segments, each once."""
        self._batch += 1
        self.lifted.add(tx, which, self._batch)
        for segment_id, count in self._lifted(tx, self._batch, self._batch):
            self._changes[segment_id].callable -= count

    def add_callable(self, segment_id: int, by: int) -> None:
        """Change the number of members that can be called."""
        self._changes[segment_id].callable += by

    def joined(self, segment_id: int, members: Members) -> None:
        """Take in new members of a segment."""
        self._changes[segment_id].callable += members.callable
        self.moved(segment_id, members.contacts, 0, members.hash)

    def departed(self, segment_id: int, members: Members) -> None:
        """Take in members that left a segment."""
        self._changes[segment_id].callable -= members.callable
        self.moved(segment_id, 0, members.contacts, -members.hash)

    def moved(self, segment_id: int, joined: int, departed: int, hash_change: int) -> None:
        """Take in numbers of members that moved, whose change of the callable ones is known otherwise."""
        change = self._changes[segment_id]
        change.joined += joined
        change.departed += departed
        change.hash += hash_change

    def stayed(self, segment_id: int, count: int) -> None:
        """Take back movements of members that were taken out and put back in this transaction."""
        self.moved(segment_id, -count, -count, 0)

    def add_members(self, segment_id: int, by: int, timestamp: int) -> None:
        """Change the number of members of a live segment, at a time."""
        change = self._changes[segment_id]
        change.contacts += by
        change.timestamp = timestamp

    def forget(self, segment_id: int) -> None:
        """Forget the changes to a segment that is deleted."""
        self._changes.pop(segment_id, None)

    def count_contacts(self, tx: Transaction, contact_ids: Select[Any]) -> Members:
        """Count the contacts with the ids of a query."""
        ids = contact_ids.subquery()
        query = self._counting(contacts.c.id).select_from(contacts).where(tx.scope(contacts))
        return Members(*map(int, tx.execute(query.where(contacts.c.id.in_(select(*ids.c)))).one()))

    def count_members(self, tx: Transaction, which: ColumnElement[bool]) -> Members:
        """Count the members that fulfil a condition on `memberships`."""
        query = self._counting(memberships.c.contact_id).select_from(memberships).join(contacts, OF_CONTACT)
        query = query.where(tx.scope(contacts), which)
        return Members(*map(int, tx.execute(tx.backend.planner.by_id(tx, query, contacts)).one()))

    def count_deleted(self, tx: Transaction, contact_ids: Sequence[int]) -> Sequence[tuple[int, int]]:
        """Take in contacts that are about to be deleted. Return the segments that they leave, with their numbers.

        The contacts must be lifted.
        """
        query = select(memberships.c.segment_id, func.count(), member_hash.sum_of(memberships.c.contact_id)).where(
            tx.scope(memberships), tx.backend.id_in(memberships.c.contact_id, contact_ids)
        )
        rows = tx.execute(query.group_by(memberships.c.segment_id)).all()
        for segment_id, count, hash_ in rows:
            self.moved(segment_id, 0, count, -hash_)
        return [(segment_id, count) for segment_id, count, _ in rows]

    def put_down(self, tx: Transaction) -> None:
        """Add the lifted contacts to the segments that they are in now."""
        for segment_id, count in self._lifted(tx, 0, self._batch):
            self._changes[segment_id].callable += count
        self.lifted.clear(tx)

    def write(self, tx: Transaction) -> None:
        """Write the collected changes, with one statement for the counts of all segments and one for their days."""
        changes = sorted(self._changes.items())
        self._changes.clear()
        counted = [_count_row(segment_id, change) for segment_id, change in changes if change.is_counted]
        if counted:
            values = {
                "contacts": segments.c.contacts + bindparam("members", type_=Id),
                "callable": segments.c.callable + bindparam("can_be_called", type_=Id),
                "members_hash": segments.c.members_hash + bindparam("hash_change", type_=Id),
                "updated_at": func.coalesce(bindparam("timestamp", type_=Id), segments.c.updated_at),
            }
            counting = update(segments).where(tx.whole_scope(segments), segments.c.id == bindparam("segment"))
            tx.execute(counting.values(values), counted)
        moving = [(segment_id, change) for segment_id, change in changes if change.joined or change.departed]
        if moving:
            today = company_day(sessions.now(), company_zone(tx)).isoformat()
            rows = [{"segment": segment_id, "today": today, "joined": change.joined, "departed": change.departed}
                    for segment_id, change in moving]  # fmt: skip
            tx.execute(_WRITE_DAYS, rows)

    def _counting(self, contact_id: ColumnElement[int]) -> Select[Any]:
        """Return the query of the numbers of `Members`."""
        is_counted = case((can_be_called() & self._is_down(contact_id), 1), else_=0)
        return select(func.count(), func.coalesce(func.sum(is_counted), 0), member_hash.sum_of(contact_id))

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
            .join(contacts, OF_CONTACT)
            .where(tx.whole_scope(memberships), tx.backend.id_in(memberships.c.contact_id, ids))
            .where(tx.scope(contacts), can_be_called())
            .group_by(memberships.c.segment_id)
        )
        rows = tx.execute(tx.backend.planner.by_id(tx, query, contacts)).all()
        return [(segment_id, count) for segment_id, count in rows]


def _count_row(segment_id: int, change: _Change) -> dict[str, int | None]:
    return {
        "segment": segment_id,
        "members": change.contacts,
        "can_be_called": change.callable,
        "hash_change": change.hash,
        "timestamp": change.timestamp,
    }
