"""The choice of the segment that contacts are added to: an existing one, or a new one with the typed name."""

from collections.abc import Sequence

from segtui.domain.text import clean, counted, name_key
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.widgets.forms.picker import Offer, Picker

_MAX_OFFERS = 50

Target = Segment | str
"""A segment, or the name of a new one."""


class SegmentTargetPicker(Picker[Target]):
    """Offers the segments of the session's company by name, but `besides`, and a new one with the typed name."""

    def __init__(self, session: Session, contacts: str, *, besides: int | None = None) -> None:
        super().__init__(
            f"Add {clean(contacts)} to a segment", "Type part of a segment's name, or the name of a new one"
        )
        self._session = session
        self._besides = besides

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[Target]]:
        """Return the segments whose name matches, a new one, and segments that match otherwise.

        The new one is left out where a segment has exactly this name.
        """
        matches = segments.to_pick(self._session, typed, _MAX_OFFERS, interrupt)
        name = " ".join(typed.split())
        taken = any(name_key(segment.name) == name_key(name) for segment in matches)
        new: list[Offer[Target]] = [Offer(name, f"Create segment “{name}”")] if name and not taken else []
        return [*self._offers(matches, typed, named=True), *new, *self._offers(matches, typed, named=False)]

    def _offers(self, matches: Sequence[Segment], typed: str, *, named: bool) -> list[Offer[Target]]:
        return [
            Offer(segment, segment.name, counted(segment.contacts, "contact"))
            for segment in matches
            if segment.id != self._besides and segments.is_named(segment, typed) is named
        ]
