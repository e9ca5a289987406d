"""The choice of one segment among those of the company."""

from collections.abc import Collection, Sequence

from segtui.domain.text import counted
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment, SegmentQuery
from segtui.services.session import Session
from segtui.tui.widgets.forms.picker import Offer, Picker

_MOST = 50


class SegmentPicker(Picker[Segment]):
    """Offers the segments of the session's company by name, but those `besides`. `chosen` ones are said to be that.

    With `chosen_first` enter, before anything was typed, picks what is chosen already.
    """

    def __init__(
        self,
        session: Session,
        title: str,
        *,
        typed: str = "",
        besides: Collection[int] = (),
        chosen: Collection[int] = (),
        chosen_words: str = "",
        chosen_first: bool = False,
    ) -> None:
        super().__init__(title, "A part of a segment's name", typed=typed)
        self._session = session
        self._besides = frozenset(besides)
        self._chosen = frozenset(chosen)
        self._chosen_words = chosen_words
        self._chosen_first = chosen_first

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[Segment]]:
        """Return the segments that fit, the likeliest first."""
        found = segments.to_pick(self._session, typed, _MOST, interrupt)
        if self._chosen_first and not typed.strip():
            chosen = segments.listing(self._session, SegmentQuery(), interrupt).rows(list(self._chosen))
            found = [*chosen.values(), *(each for each in found if each.id not in chosen)]
        return [Offer(each, each.name, self._note(each)) for each in found if each.id not in self._besides]

    def _note(self, segment: Segment) -> str:
        contacts = counted(segment.contacts, "contact")
        return f"{contacts}, {self._chosen_words}" if segment.id in self._chosen else contacts
