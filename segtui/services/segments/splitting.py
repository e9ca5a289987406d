"""Splitting a segment into new ones: every contact in exactly one, and the segment itself stays."""

from collections.abc import Sequence

from segtui.domain.text import clean
from segtui.services.interrupt import Interrupt
from segtui.services.segments import partition, segment_batches, segment_rows
from segtui.services.segments.partition import Members, Part, PartMembers, SplitWay
from segtui.services.segments.segment_batches import MAX_SEGMENTS, NewSegment
from segtui.services.segments.segment_rows import Segment
from segtui.services.session import Session, Transaction


def preview(session: Session, segment_id: int, way: SplitWay, interrupt: Interrupt | None = None) -> list[Part]:
    """Return the parts that `split` would make. Raises the same errors, but for NotAllowed."""
    with segment_rows.bound(session, segment_id).read(interrupt) as tx:
        parts = _parts(tx, segment_rows.get(tx, segment_id), way)
        segment_batches.demand_names_free(tx, [part.name for part in parts])
        return parts


def split(session: Session, segment_id: int, way: SplitWay, interrupt: Interrupt | None = None) -> list[Segment]:
    """Make fixed segments of the parts of a segment, which stays, in one transaction with one undo.

    Raises NotFound, NotAllowed, Cancelled, NameTaken (`name`) for all names that are taken, and InvalidInput (the kind
    of the way, or `field`) where it cannot be split like this.
    """
    session = segment_rows.bound(session, segment_id)
    with session.read(interrupt) as tx:
        sentence = f"“{clean(segment_rows.get(tx, segment_id).name)}” was split into new segments"

    def plan(tx: Transaction) -> Sequence[NewSegment]:
        segment = segment_rows.get(tx, segment_id)
        parts = _parts(tx, segment, way)
        segment_batches.demand_names_free(tx, [part.name for part in parts])
        contents = partition.contents(tx, Members((segment_id,)), way, parts, interrupt)
        return new_segments(tx, segment.name, parts, contents, way)

    return segment_batches.create_many(session, plan, sentence, interrupt)


def new_segments(
    tx: Transaction, name: str, parts: Sequence[Part], contents: Sequence[PartMembers], way: SplitWay
) -> list[NewSegment]:
    """Return the segments that hold the parts of something called `name`."""
    seed = f", seed {way.seed}" if way.kind == "random" else ""
    return [
        NewSegment(
            part.name,
            f"{part.label} of “{name}”{seed}.",
            members.ids(tx) if isinstance(members, Members) else members,
        )
        for part, members in zip(parts, contents, strict=True)
    ]


def _parts(tx: Transaction, segment: Segment, way: SplitWay) -> list[Part]:
    return partition.parts_of(tx, segment.name, Members((segment.id,)), way, MAX_SEGMENTS)
