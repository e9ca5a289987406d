"""The choice of the segment that contacts are added to: one that exists, or a new one of the name that was typed."""

from collections.abc import Sequence

from segtui.services import segments
from segtui.services.interrupt import Interrupt
from segtui.services.segments import Segment, SegmentQuery
from segtui.services.session import Session
from segtui.text import clean, counted, name_key
from segtui.widgets.picker import Offer, Picker

_MOST = 50

Target = Segment | str
"""A segment, or the name of one that is to be created."""


class SegmentTargetPicker(Picker[Target]):
    """Offers the segments of the session's company by name, but `besides`, and to create one."""

    def __init__(self, session: Session, whom: str, *, besides: int | None = None) -> None:
        super().__init__(f"Add {clean(whom)} to a segment", "A part of a segment's name, or the name of a new one")
        self._session = session
        self._besides = besides

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[Target]]:
        """Return the segments that fit, by name, then the new one, unless there is one of exactly that name."""
        found = segments.listing(self._session, SegmentQuery(search=typed), interrupt).first(_MOST)
        offers: list[Offer[Target]] = [
            Offer(each, each.name, counted(each.contacts, "contact")) for each in found if each.id != self._besides
        ]
        name = " ".join(typed.split())
        if name and all(name_key(each.name) != name_key(name) for each in found):
            offers.append(Offer(name, f"Create segment “{name}”"))
        return offers
