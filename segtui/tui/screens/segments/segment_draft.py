"""Segment draft: the texts and the rule of a segment that is to be made of a list of contacts."""

from dataclasses import dataclass

from segtui.domain.criteria.tree import Criteria


@dataclass(frozen=True, slots=True)
class SegmentDraft:
    """A segment to be made: a live one has a rule."""

    name: str
    description: str
    rule: Criteria | None = None
