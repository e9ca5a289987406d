"""The choice of one segment among those of the company."""

from collections.abc import Collection, Sequence

from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment, SegmentQuery
from segtui.services.session import Session
from segtui.tui.screens.segments.live_words import members
from segtui.tui.widgets.forms.picker import Offer, Picker

_MAX_OFFERS = 50


class SegmentPicker(Picker[Segment]):
    """Offers the segments of the session's company by name, but those `besides`. `chosen` ones have a note.

    With `chosen_first` enter, before anything was typed, picks the first of these.
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
        super().__init__(title, "Type part of a segment's name", typed=typed)
        self._session = session
        self._besides = frozenset(besides)
        self._selected = frozenset(chosen)
        self._selected_note = chosen_words
        self._selected_first = chosen_first

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[Segment]]:
        """Return the matching segments, the likeliest first."""
        matches = segments.to_pick(self._session, typed, _MAX_OFFERS, interrupt)
        if self._selected_first and not typed.strip():
            selected = segments.listing(self._session, SegmentQuery(), interrupt).rows(list(self._selected))
            matches = [*selected.values(), *(segment for segment in matches if segment.id not in selected)]
        return [
            Offer(segment, segment.name, self._note(segment)) for segment in matches if segment.id not in self._besides
        ]

    def _note(self, segment: Segment) -> str:
        contacts = members(segment)
        return f"{contacts}, {self._selected_note}" if segment.id in self._selected else contacts
