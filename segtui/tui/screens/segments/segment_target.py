"""The choice of the segment that contacts are added to: one that exists, or a new one of the name that was typed."""

from collections.abc import Sequence

from segtui.domain.text import clean, counted, name_key
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.widgets.forms.picker import Offer, Picker

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
        """Return the segments of such a name, a new one, and those that say it elsewhere.

        There is no new one where one is called exactly so.
        """
        found = segments.to_pick(self._session, typed, _MOST, interrupt)
        name = " ".join(typed.split())
        taken = any(name_key(each.name) == name_key(name) for each in found)
        new: list[Offer[Target]] = [Offer(name, f"Create segment “{name}”")] if name and not taken else []
        return [*self._offers(found, typed, named=True), *new, *self._offers(found, typed, named=False)]

    def _offers(self, found: Sequence[Segment], typed: str, *, named: bool) -> list[Offer[Target]]:
        return [
            Offer(each, each.name, counted(each.contacts, "contact"))
            for each in found
            if each.id != self._besides and segments.is_named(each, typed) is named
        ]
