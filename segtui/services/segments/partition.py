"""Partition of contacts: every member of some segments is in exactly one part, the same every time."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import pairwise
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import Select, func, select

from segtui.database.tables.core_tables import contacts, memberships
from segtui.domain.contact import LARGEST_CAMPAIGN
from segtui.domain.criteria.fields import FIELDS
from segtui.domain.criteria.tree import Criteria
from segtui.domain.names import NAME_LENGTH, distinct_names, shortened_name
from segtui.domain.periods import Period
from segtui.domain.text import clean, counted
from segtui.errors import InvalidInput
from segtui.services.contacts import contact_query
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria.frequency import frequency_in
from segtui.services.interrupt import Interrupt
from segtui.services.session import Transaction

Kind = Literal["into", "size", "by", "random"]
_CHECKED_EVERY: Final = 20_000
"""Contacts that are put in random order between two checks for cancellation."""


@dataclass(frozen=True, slots=True)
class SplitWay:
    """The way to split, with its input.

    `into` makes `number` parts and `size` parts of at most `number` contacts, both in the order of contact ids.
    `random` makes `number` parts in an order that `seed` decides. `by` makes one part for each value of `field`, days
    grouped by `period`. Parts differ by at most one contact, except with `by`.
    """

    kind: Kind
    number: int = 0
    field: str = ""
    seed: int = 1
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Members:
    """The contacts of one or more segments, each once: those above one id and up to another."""

    segment_ids: tuple[int, ...]
    above: int | None = None
    to: int | None = None

    def ids(self, tx: Transaction) -> Select[int]:
        """Return a query for the ids of the contacts."""
        ids = select(memberships.c.contact_id).where(tx.scope(memberships))
        if self.above is not None:
            ids = ids.where(memberships.c.contact_id > self.above)
        if self.to is not None:
            ids = ids.where(memberships.c.contact_id <= self.to)
        if len(self.segment_ids) == 1:
            return ids.where(memberships.c.segment_id == self.segment_ids[0])
        return ids.where(memberships.c.segment_id.in_(self.segment_ids)).distinct()

    def count(self, tx: Transaction) -> int:
        """Count the contacts."""
        ids = self.ids(tx).subquery()
        return int(tx.execute(select(func.count()).select_from(ids)).scalar_one())

    def cut(self, tx: Transaction, parts: int) -> "list[Members]":
        """Return parts of nearly equal size, open at their ends; fewer where there are fewer contacts than parts.

        Every contact is in exactly one of them, also after contacts joined the segments or left them.
        """
        members = self.ids(tx).subquery("members")
        number = func.row_number().over(order_by=members.c.contact_id).label("number")
        ids = select(members.c.contact_id, number).subquery()
        last = [high for _, high in _bounds(self.count(tx), parts)][:-1]
        cuts = tx.execute(select(ids.c.contact_id).where(ids.c.number.in_(last)).order_by(ids.c.contact_id)).scalars()
        return [replace(self, above=above, to=to) for above, to in pairwise([self.above, *cuts, self.to])]


@dataclass(frozen=True, slots=True)
class Part:
    """A part to be made: its name and number of contacts. `label` says what it is; `criteria` select a value."""

    name: str
    label: str
    contacts: int
    criteria: Criteria | None = None


PartMembers: TypeAlias = "Members | Select[Any] | array[int]"
"""The contacts of a part: a range of ids, a query of ids, or the ids."""


def parts_for(contacts_: int, limit: int) -> int:
    """Return the best number of parts of this many contacts, at most `limit`."""
    return max(2, min(limit, -(-contacts_ // LARGEST_CAMPAIGN)))


def parts_of(tx: Transaction, name: str, members: Members, way: SplitWay, limit: int) -> list[Part]:
    """Return the parts of something called `name`, at least two and at most `limit`, named after it.

    Raises InvalidInput (the kind, or `field`) where it cannot be split like this.
    """
    if way.kind == "by":
        return _by_value(tx, name, members, way, limit)
    total = members.count(tx)
    count = _number_of_parts(name, total, way, limit)
    label = "Random part" if way.kind == "random" else "Part"
    return [
        Part(shortened_name(name, f" {number}/{count}"), f"{label} {number:,} of {count:,}", high - low)
        for number, (low, high) in enumerate(_bounds(total, count), 1)
    ]


def contents(
    tx: Transaction, members: Members, way: SplitWay, parts: Sequence[Part], interrupt: Interrupt | None = None
) -> list[PartMembers]:
    """Return the contacts of each part that `parts_of` returned in the same transaction. Raises Cancelled."""
    if way.kind == "by":
        return [_matches(tx, members, part.criteria) for part in parts]
    if way.kind == "random":
        shuffled = _shuffled(tx, members, way.seed, interrupt)
        return [array("q", sorted(shuffled[low:high])) for low, high in _bounds(len(shuffled), len(parts))]
    return list(members.cut(tx, len(parts)))


def _number_of_parts(name: str, total: int, way: SplitWay, limit: int) -> int:
    """Return the number of parts of `total` contacts. Raises InvalidInput, naming the kind."""
    shown = clean(name)
    if not total:
        raise InvalidInput(f"“{shown}” has no contacts: there is nothing to split.", way.kind)
    if way.kind == "size":
        if way.number < 1:
            raise InvalidInput(f"A part has at least 1 contact, not {way.number:,}.", way.kind)
        count = -(-total // way.number)
        if count > limit:
            least = -(-total // limit)
            raise InvalidInput(
                f"That would make {count:,} parts, and the limit is {limit:,}: take {least:,} or more.",
                way.kind,
            )
        if count < 2:
            raise InvalidInput(
                f"“{shown}” has {counted(total, 'contact')}: that is one part, nothing to split.", way.kind
            )
        return count
    if not 2 <= way.number <= limit:
        raise InvalidInput(f"Split it into 2 to {limit:,} parts, not {way.number:,}.", way.kind)
    if way.number > total:
        has = f"“{shown}” has only {counted(total, 'contact')}"
        raise InvalidInput(f"{has}, too few for {way.number:,} parts.", way.kind)
    return way.number


def _bounds(total: int, parts: int) -> list[tuple[int, int]]:
    """Return the positions at which `total` contacts are cut into parts that differ by at most one."""
    return list(pairwise(total * part // parts for part in range(parts + 1)))


def _shuffled(tx: Transaction, members: Members, seed: int, interrupt: Interrupt | None) -> "array[int]":
    """Return the ids in an order that depends on the seed alone.

    It is that of a hash of seed and id: the same for every database and version of Python, and random for a reader.
    """
    ids = members.ids(tx).subquery()
    ordered = select(ids.c.contact_id).order_by(ids.c.contact_id).subquery()
    packed = tx.execute(select(tx.backend.aggregate_ids(ordered.c.contact_id))).scalar_one()
    seeded = blake2b(f"{seed}:".encode(), digest_size=8)
    keys: list[tuple[bytes, int]] = []
    for position, contact_id in enumerate(tx.backend.unpack_ids(packed)):
        if interrupt is not None and position % _CHECKED_EVERY == 0:
            interrupt.demand_not_cancelled()
        hashed = seeded.copy()
        hashed.update(b"%d" % contact_id)
        keys.append((hashed.digest(), contact_id))
    keys.sort()
    return array("q", (contact_id for _, contact_id in keys))


def _by_value(tx: Transaction, name: str, members: Members, way: SplitWay, limit: int) -> list[Part]:
    """Return a part for each value of a field, the blanks last."""
    if (declared := FIELDS.get(way.field)) is not None and declared.kind == "membership":
        raise InvalidInput(
            f"A contact can have several values of {declared.label}: choose a field with one value for each.", "field"
        )
    table = frequency_in(tx, _query(members), way.field, way.period, limit=limit + 1)
    if len(table.lines) > limit:
        values = len(table.lines) + table.rarer_values
        raise InvalidInput(
            f"{table.of.declared.label} has {values:,} values here, and the limit is {limit:,} parts.", "field"
        )
    is_whole = members.above is None and members.to is None
    parts = []
    for line in table.lines:
        count = line.contacts if is_whole else _count(tx, _matches(tx, members, line.criteria))
        if count:
            label = f"{table.of.declared.label} {line.word}"
            parts.append(Part(_valued(name, line.word), label, count, line.criteria))
    if len(parts) < 2:
        has = f"one value of {table.of.declared.label}" if parts else "no contacts"
        raise InvalidInput(f"“{clean(name)}” has {has}: there is nothing to split.", "field")
    names = distinct_names(part.name for part in parts)
    return [replace(part, name=name) for part, name in zip(parts, names, strict=True)]


def _query(members: Members, criteria: Criteria | None = None) -> ContactQuery:
    first, *others = members.segment_ids
    return ContactQuery(first, other_segments=tuple(others), criteria=criteria)


def _matches(tx: Transaction, members: Members, criteria: Criteria | None) -> Select[Any]:
    """Return a query for the ids of the members that fulfil criteria."""
    path = contact_query.access_path_of(tx, _query(members, criteria))
    matches: Select[Any] = path.read(select(contacts.c.id))
    if members.above is not None:
        matches = matches.where(contacts.c.id > members.above)
    if members.to is not None:
        matches = matches.where(contacts.c.id <= members.to)
    return matches


def _count(tx: Transaction, ids: Select[Any]) -> int:
    return int(tx.execute(select(func.count()).select_from(ids.subquery())).scalar_one())


def _valued(name: str, value: str) -> str:
    end = f" – {value}"
    return shortened_name(name, end if len(end) <= NAME_LENGTH // 2 else f"{end[: NAME_LENGTH // 2 - 1].rstrip()}…")
