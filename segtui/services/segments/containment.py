"""Containment: segments with the same members as another one, and segments wholly inside another one.

Candidates come from few members of each segment; a pair is reported only after all members were compared.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

from sqlalchemy import Select, bindparam, column, exists, func, literal, select, values

from segtui.database.tables.core_tables import Id, memberships, segments
from segtui.services.session import Transaction

_BATCH: Final = 5_000
"""Pairs in one statement: they are two parameters each."""
_MAX_ROUND: Final = 64
"""Candidates of one segment that are compared in one round."""

Pair = tuple[int, int]
"""The ids of a segment and of another one that may hold all of its members."""


class Members(NamedTuple):
    """The number of members of a segment, and their hash, which is equal for equal members."""

    number: int
    members_hash: int


def equal_segments(tx: Transaction, members: Mapping[int, Members]) -> list[list[int]]:
    """Return groups of segments that have the same members. `members` is by segment id; empty segments are in no group.

    The ids of each group are in ascending order. Raises Cancelled.
    """
    by_members: dict[Members, list[int]] = defaultdict(list)
    for segment_id in sorted(members):
        if members[segment_id].number:
            by_members[members[segment_id]].append(segment_id)
    open_groups = [ids for ids in by_members.values() if len(ids) > 1]
    groups = []
    while open_groups:
        pairs = [(segment_id, ids[0]) for ids in open_groups for segment_id in ids[1:]]
        same = set(_verified(tx, pairs))
        for ids in open_groups:
            group = [ids[0], *(segment_id for segment_id in ids[1:] if (segment_id, ids[0]) in same)]
            if len(group) > 1:
                groups.append(group)
        # Different members with the same hash are unlikely; those that are left are compared with each other.
        rest = [[segment_id for segment_id in ids[1:] if (segment_id, ids[0]) not in same] for ids in open_groups]
        open_groups = [ids for ids in rest if len(ids) > 1]
    return groups


def containing_segments(tx: Transaction, counts: Mapping[int, int], total: int) -> dict[int, int]:
    """Return the smallest other segment with all members and more, by the id of each segment that is inside one.

    `counts` are the numbers of members by segment id, `total` is the number of contacts of the company. Raises
    Cancelled.
    """
    by_size = sorted((count, segment_id) for segment_id, count in counts.items() if count)
    everybody = next((segment_id for count, segment_id in by_size if count == total), None)
    holders = _holders(tx, {segment_id for _, segment_id in by_size})
    candidates = {
        segment_id: _larger(counts, segment_id, holders[segment_id])
        for _, segment_id in by_size
        if segment_id in holders
    }
    inside: dict[int, int] = {}
    size = 1
    while candidates:
        pairs = [(key, other) for key, others in candidates.items() for other in islice(others, size)]
        # A segment of all contacts holds every other one: there is nothing to compare.
        same = set(_verified(tx, [pair for pair in pairs if pair[1] != everybody]))
        for key, other in pairs:
            if key not in inside and (other == everybody or (key, other) in same):
                inside[key] = other
        tried = {key for key, _ in pairs}
        candidates = {key: others for key, others in candidates.items() if key in tried and key not in inside}
        size = min(size * 2, _MAX_ROUND)
    return inside


def holds_all(tx: Transaction, segment_id: int, other_id: int) -> bool:
    """Return True where another segment holds every member of a segment."""
    return bool(list(_verified(tx, [(segment_id, other_id)])))


def _larger(counts: Mapping[int, int], segment_id: int, others: Iterable[int]) -> Iterator[int]:
    """Return the segments with more members, the smallest first."""
    own = counts[segment_id]
    return iter(sorted((key for key in others if counts[key] > own), key=lambda key: (counts[key], key)))


def _holders(tx: Transaction, segment_ids: set[int]) -> dict[int, list[int]]:
    """Return the segments that hold the rarest of three members of a segment, where others hold it too."""
    samples = _samples(tx)
    contact_ids = {contact_id for key in segment_ids & samples.keys() for contact_id in samples[key]}
    segments_of = {row[0]: row[1] for row in tx.execute(_counted(tx, sorted(contact_ids)))}
    rarest = {
        key: min(samples[key], key=lambda contact_id: (segments_of.get(contact_id, 0), contact_id))
        for key in segment_ids & samples.keys()
    }
    shared = {key: contact_id for key, contact_id in rarest.items() if segments_of.get(contact_id, 0) > 1}
    holders: dict[int, list[int]] = defaultdict(list)
    for contact_id, holder in tx.execute(_held_by(tx, sorted(set(shared.values())))):
        if holder in segment_ids:
            holders[contact_id].append(holder)
    return {key: holders[contact_id] for key, contact_id in shared.items()}


def _samples(tx: Transaction) -> dict[int, tuple[int, int, int]]:
    """Return the first, the last and a middle member of each segment, found by the primary key."""
    inside = (memberships.c.company_id == segments.c.company_id, memberships.c.segment_id == segments.c.id)
    first, last = (
        select(function(memberships.c.contact_id)).where(*inside).scalar_subquery() for function in (func.min, func.max)
    )
    ends = select(segments.c.company_id, segments.c.id, first.label("first"), last.label("last"))
    ends_ = ends.where(tx.scope(segments), segments.c.contacts > 0, segments.c.archived_at.is_(None)).subquery()
    middle = select(func.min(memberships.c.contact_id)).where(
        memberships.c.company_id == ends_.c.company_id,
        memberships.c.segment_id == ends_.c.id,
        memberships.c.contact_id >= (ends_.c.first + ends_.c.last) // 2,
    )
    query = select(ends_.c.id, ends_.c.first, ends_.c.last, middle.scalar_subquery())
    return {row[0]: (row[1], row[2], row[3]) for row in tx.execute(query) if row[1] is not None}


def _counted(tx: Transaction, contact_ids: Sequence[int]) -> Select[tuple[int, int]]:
    inside = (tx.whole_scope(memberships), tx.backend.id_in(memberships.c.contact_id, contact_ids))
    return select(memberships.c.contact_id, func.count()).where(*inside).group_by(memberships.c.contact_id)


def _held_by(tx: Transaction, contact_ids: Sequence[int]) -> Select[tuple[int, int]]:
    inside = (tx.whole_scope(memberships), tx.backend.id_in(memberships.c.contact_id, contact_ids))
    return select(memberships.c.contact_id, memberships.c.segment_id).where(*inside)


def _verified(tx: Transaction, pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Yield the pairs whose second segment holds every member of the first."""
    for start in range(0, len(pairs), _BATCH):
        batch = values(column("inner_id", Id), column("outer_id", Id), name="pairs")
        pair = batch.data(list(pairs[start : start + _BATCH])).cte("pairs")
        own, other = memberships.alias("own"), memberships.alias("other")
        held = select(literal(1)).where(
            other.c.company_id == own.c.company_id,
            other.c.segment_id == pair.c.outer_id,
            other.c.contact_id == own.c.contact_id,
        )
        missing = select(literal(1)).where(
            own.c.company_id == bindparam("company", type_=Id),
            own.c.segment_id == pair.c.inner_id,
            ~exists(held.correlate(own, pair)),
        )
        for row in tx.execute(select(pair.c.inner_id, pair.c.outer_id).where(~exists(missing.correlate(pair)))):
            yield row[0], row[1]
