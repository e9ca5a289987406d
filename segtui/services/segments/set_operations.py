"""Set operations on segments: exact overlaps, union, intersection and differences, as lists and as new segments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, CompoundSelect, FromClause, Select, bindparam, exists, literal, select, union_all

from segtui.database.tables.core_tables import memberships, segments
from segtui.domain.criteria.sentences import sentence_of
from segtui.domain.criteria.tree import Comparison, Criteria, Not, all_of
from segtui.domain.names import shortened_description
from segtui.domain.text import clean
from segtui.errors import InvalidInput, NotFound
from segtui.services.criteria.criteria_sql import one_of
from segtui.services.criteria.expressions import catalog_of
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segment_batches, set_counts
from segtui.services.segments.many_segments import one_company
from segtui.services.segments.segment_batches import NewSegment
from segtui.services.segments.segment_rows import Segment
from segtui.services.session import Session, Transaction

MAX_SEGMENTS: Final = 20
"""Maximum number of segments that are compared with each other."""
_MAX_NAMES: Final = 3
"""Names in the list of a title; of more, the first is named and the others are counted."""
Operation = Literal["union", "intersect", "subtract"]
LineKind = Literal["segment", "union", "intersection", "overlap", "only", "difference"]


@dataclass(frozen=True, slots=True)
class SegmentSet:
    """The contacts of a set operation: those in any of the segments `inside` and in none of `outside`, both ids.

    With `is_common` they are in all of the segments `inside`.
    """

    inside: tuple[int, ...]
    outside: tuple[int, ...] = ()
    is_common: bool = False

    @classmethod
    def of(cls, operation: Operation, segment_ids: Sequence[int]) -> "SegmentSet":
        """Return the result of an operation on segments; `subtract` takes all others from the first."""
        ids = tuple(segment_ids)
        if operation == "subtract":
            return cls(ids[:1], ids[1:])
        return cls(ids, is_common=operation == "intersect")

    @property
    def segment_ids(self) -> tuple[int, ...]:
        """The ids of all segments it names."""
        return (*self.inside, *self.outside)

    def criteria(self, names: Mapping[int, str]) -> Criteria:
        """Return it as criteria with the names of the segments: `segment = A and not segment in (B, C)`."""
        groups = [(segment_id,) for segment_id in self.inside] if self.is_common else [self.inside]
        parts: list[Criteria] = [_in_any(group, names) for group in groups]
        if self.outside:
            parts.append(Not(_in_any(self.outside, names)))
        return all_of(parts) or parts[0]

    def title(self, names: Mapping[int, str]) -> str:
        """Return a name for a segment of it: `A or B`, `A and B`, `A without B`; the rest of many is counted."""
        inside = _listed([names[key] for key in self.inside], "and" if self.is_common else "or")
        if not self.outside:
            return inside
        if len(self.outside) > _MAX_NAMES:
            return f"{inside} without {len(self.outside):,} others"
        return f"{inside} without {_listed([names[key] for key in self.outside], 'or')}"

    def members(self) -> Select[Any]:
        """Return the query of the ids of its contacts, each once."""
        groups = [(segment_id,) for segment_id in self.inside] if self.is_common else [self.inside]
        first, *others = groups
        query = select(memberships.c.contact_id).where(_is_in(memberships, first))
        if len(first) > 1:
            query = query.distinct()
        for group in others:
            query = query.where(_has_membership(group))
        return query.where(~_has_membership(self.outside)) if self.outside else query


@dataclass(frozen=True, slots=True)
class SetLine:
    """One result of a comparison: the contacts of a set, and their number. `id` is its position among the lines."""

    id: int
    kind: LineKind
    set: SegmentSet
    title: str
    contacts: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """The exact overlaps of segments at one moment. They are in the order of the ids that were compared."""

    names: Mapping[int, str]
    """The names of the segments by their ids."""
    sizes: Mapping[int, int]
    """The number of contacts of each segment, by its id."""
    only: Mapping[int, int]
    """The number of its contacts that are in none of the other segments."""
    pairs: Mapping[tuple[int, int], int]
    """The number of contacts that are in both of two segments."""
    union: int
    """The number of contacts in any segment."""
    intersection: int
    """The number of contacts in all segments."""

    def lines(self) -> list[SetLine]:
        """Return every result: union, intersection, sizes, and of more than two segments the overlap of each pair.

        Last come the contacts that are in one segment only, and the difference of each pair in both directions.
        """
        return [
            SetLine(position, kind, segment_set, segment_set.title(self.names), count)
            for position, (kind, segment_set, count) in enumerate(self._results())
        ]

    def _results(self) -> Iterator[tuple[LineKind, SegmentSet, int]]:
        ids = tuple(self.names)
        yield "union", SegmentSet(ids), self.union
        yield "intersection", SegmentSet(ids, is_common=True), self.intersection
        for key in ids:
            yield "segment", SegmentSet((key,)), self.sizes[key]
        if len(ids) > 2:
            for pair in combinations(ids, 2):
                yield "overlap", SegmentSet(pair, is_common=True), self.pairs[pair]
            for key in ids:
                yield "only", SegmentSet((key,), tuple(other for other in ids if other != key)), self.only[key]
        for key, other in permutations(ids, 2):
            both = self.pairs[(key, other) if (key, other) in self.pairs else (other, key)]
            yield "difference", SegmentSet((key,), (other,)), self.sizes[key] - both


def overlap(session: Session, segment_ids: Sequence[int], interrupt: Interrupt | None = None) -> Overlap:
    """Compare 2 to MAX_SEGMENTS segments of one company; archived and live ones too.

    Raises InvalidInput for fewer or more, for one that is given twice, and for several companies; NotFound, Cancelled.
    """
    _demand_distinct(segment_ids)
    if len(segment_ids) < 2:
        raise InvalidInput("Give two segments or more.", "segment")
    if len(segment_ids) > MAX_SEGMENTS:
        raise InvalidInput(f"At most {MAX_SEGMENTS} segments are compared; these are {len(segment_ids):,}.", "segment")
    interrupt = interrupt or Interrupt()
    with one_company(session, segment_ids).read(interrupt) as tx:
        # One statement: its rows are of one moment on PostgreSQL too.
        rows = {row.id: row for row in tx.execute(_packed_members(tx, segment_ids))}
        _demand_present(segment_ids, rows)
    members = {key: session.database.backend.unpack_ids(rows[key].packed) for key in segment_ids}
    counts = set_counts.counted(list(members.values()), interrupt.demand_not_cancelled)
    return Overlap(
        {key: rows[key].name for key in segment_ids},
        {key: len(ids) for key, ids in members.items()},
        dict(zip(segment_ids, counts.only, strict=True)),
        {(segment_ids[first], segment_ids[second]): count for (first, second), count in counts.pairs.items()},
        counts.union,
        counts.intersection,
    )


def state_of(session: Session, segment_ids: Sequence[int], interrupt: Interrupt | None = None) -> object:
    """Return a value that stays equal until a name or a member of these segments changes, or one is deleted."""
    with session.read(interrupt) as tx:
        query = select(segments.c.id, segments.c.name, segments.c.updated_at).order_by(segments.c.id)
        return tuple(map(tuple, tx.execute(query.where(tx.scope(segments), segments.c.id.in_(segment_ids)))))


def create(
    session: Session,
    segment_set: SegmentSet,
    name: str,
    description: str | None = None,
    *,
    live: bool = False,
    interrupt: Interrupt | None = None,
) -> Segment:
    """Make a segment of a set: a fixed one of its present contacts, or a live one whose rule names the segments.

    Without a `description` a fixed one is described by the set in words. Raises InvalidInput, NameTaken, NotFound,
    NotAllowed, Cancelled.
    """
    _demand_distinct(segment_set.segment_ids)
    session = one_company(session, segment_set.segment_ids)

    def plan(tx: Transaction) -> list[NewSegment]:
        query = select(segments.c.id, segments.c.name).where(
            tx.scope(segments), segments.c.id.in_(segment_set.segment_ids)
        )
        names = {row.id: row.name for row in tx.execute(query)}
        _demand_present(segment_set.segment_ids, names)
        criteria = segment_set.criteria(names)
        if live:
            return [NewSegment(name, description or "", rule=criteria)]
        described = _described(tx, criteria) if description is None else description
        return [NewSegment(name, described, segment_set.members())]

    sentence = f"“{clean(name)}” was created"
    return segment_batches.create_many(session, plan, sentence, interrupt)[0]


def _demand_distinct(segment_ids: Sequence[int]) -> None:
    if len(set(segment_ids)) < len(segment_ids):
        raise InvalidInput("The same segment is given twice: give each segment once.", "segment")


def _demand_present(segment_ids: Sequence[int], present: Mapping[int, object]) -> None:
    if gone := [segment_id for segment_id in segment_ids if segment_id not in present]:
        raise NotFound(
            "One of these segments no longer exists."
            if len(gone) == 1
            else f"{len(gone):,} of these segments no longer exist."
        )


def _packed_members(tx: Transaction, segment_ids: Sequence[int]) -> CompoundSelect[Any]:
    """Return the query of the segments with their members' ids, ascending and packed (`Backend.aggregate_ids`)."""
    return union_all(*(_packed_members_of(tx, segment_id) for segment_id in segment_ids))


def _packed_members_of(tx: Transaction, segment_id: int) -> Select[Any]:
    # In the order of the primary key: one query for all segments would be sorted again, which takes as long.
    ordered = select(memberships.c.contact_id).where(_is_in(memberships, [segment_id]))
    members = ordered.order_by(memberships.c.contact_id).subquery()
    packed = select(tx.backend.aggregate_ids(members.c.contact_id)).scalar_subquery().label("packed")
    return select(segments.c.id, segments.c.name, packed).where(tx.scope(segments), segments.c.id == segment_id)


def _is_in(table: FromClause, segment_ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that a row of memberships, or of an alias of it, is of one of these segments."""
    mine = table.c.company_id == bindparam("company")
    return mine & one_of(table.c.segment_id, segment_ids)


def _has_membership(segment_ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that the contact of a row of memberships is in one of these segments."""
    other = memberships.alias()
    return exists(select(literal(1)).where(_is_in(other, segment_ids), other.c.contact_id == memberships.c.contact_id))


def _in_any(segment_ids: Sequence[int], names: Mapping[int, str]) -> Comparison:
    values = tuple(names[segment_id] for segment_id in segment_ids)
    return Comparison("segment", "in" if len(values) > 1 else "=", values)


def _described(tx: Transaction, criteria: Criteria) -> str:
    """Return a description of a fixed segment: its criteria in words, as far as they fit."""
    return shortened_description(sentence_of(criteria, catalog_of(tx)))


def _listed(names: Sequence[str], conjunction: str) -> str:
    """Return names as a list, of many the first alone: `A, B or C`, `A or 4 others`."""
    if len(names) > _MAX_NAMES:
        return f"{names[0]} {conjunction} {len(names) - 1:,} others"
    *middle, last = names
    return f"{', '.join(middle)} {conjunction} {last}" if middle else last
