"""The choice of one segment among those of the company."""

from collections.abc import Collection, Sequence

from segtui.services import segments
from segtui.services.interrupt import Interrupt
from segtui.services.segments import Segment, SegmentQuery
from segtui.services.session import Session
from segtui.text import counted
from segtui.widgets.picker import Offer, Picker

_MOST = 50


class SegmentPicker(Picker[Segment]):
    """Offers the segments of the session's company by name, but those `besides`. `chosen` ones are said to be that."""

    def __init__(
        self,
        session: Session,
        title: str,
        *,
        typed: str = "",
        besides: Collection[int] = (),
        chosen: Collection[int] = (),
        chosen_words: str = "",
    ) -> None:
        super().__init__(title, "A part of a segment's name", typed=typed)
        self._session = session
        self._besides = frozenset(besides)
        self._chosen = frozenset(chosen)
        self._chosen_words = chosen_words

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[Segment]]:
        """Return the segments that fit, by name."""
        found = segments.listing(self._session, SegmentQuery(search=typed), interrupt).first(_MOST)
        return [Offer(each, each.name, self._note(each)) for each in found if each.id not in self._besides]

    def _note(self, segment: Segment) -> str:
        contacts = counted(segment.contacts, "contact")
        return f"{contacts}, {self._chosen_words}" if segment.id in self._chosen else contacts
