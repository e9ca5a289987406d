"""The selection of a list of segments. It stands alone, so that a list can be laid out before SQLAlchemy is there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SegmentQuery:
    """A selection of segments and a sort order. `sort` is one of SEGMENT_SORTS; `archived` includes archived ones."""

    search: str = ""
    sort: str = "name"
    descending: bool = False
    archived: bool = False
