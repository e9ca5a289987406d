"""The choice of the segment that contacts are added to: an existing one, or a new one with the typed name."""

from collections.abc import Sequence
from dataclasses import dataclass

from segtui.domain.text import clean, name_key
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.segments.segment_rows import live_sentence
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.screens.segments.live_words import members
from segtui.tui.widgets.forms.picker import Offer, Picker

_MAX_OFFERS = 50


@dataclass(frozen=True, slots=True)
class NewSegment:
    """A new segment with this name; a live one gets the filters of the list as its rule."""

    name: str
    live: bool = False


Target = Segment | NewSegment


class SegmentTargetPicker(Picker[Target]):
    """Offers the segments of the session's company by name, but `besides`, and a new one with the typed name.

    With `may_be_live` a new live one is offered, too; `remark` explains why it is not. A live segment that matches the
    typed text comes last, and cannot be picked. `typed` is proposed in the field at first.
    """

    typed_is_proposal = True

    def __init__(
        self,
        session: Session,
        contacts: str,
        *,
        besides: int | None = None,
        may_be_live: bool = False,
        remark: str = "",
        typed: str = "",
    ) -> None:
        super().__init__(
            f"Add {clean(contacts)} to a segment",
            "Part of a segment's name, or a new name, fixed or live"
            if may_be_live
            else "Type part of a segment's name, or the name of a new one",
            remark=remark,
            typed=typed,
        )
        self._session = session
        self._contacts = contacts
        self._besides = besides
        self._may_be_live = may_be_live

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[Target]]:
        """Return the segments whose name matches, new ones, and segments that match otherwise.

        New ones are left out where a segment has exactly this name.
        """
        fixed = segments.to_pick(self._session, typed, _MAX_OFFERS, interrupt, live=False)
        live = segments.to_pick(self._session, typed, _MAX_OFFERS, interrupt, live=True) if typed.strip() else []
        name = " ".join(typed.split())
        taken = any(name_key(segment.name) == name_key(name) for segment in (*fixed, *live))
        return [
            *self._offers(fixed, typed, named=True),
            *(self._new(name) if name and not taken else []),
            *self._offers(fixed, typed, named=False),
            *self._offers(live, typed, named=True),
        ]

    def refusal(self, value: Target) -> str:
        """Return why contacts cannot be added to a live segment."""
        if isinstance(value, Segment) and value.live:
            return f"{live_sentence(value.name)} Pick a fixed segment, or change the rule of this one."
        return ""

    def _new(self, name: str) -> list[Offer[Target]]:
        if not self._may_be_live:
            return [Offer(NewSegment(name), f"Create segment “{name}”")]
        return [
            Offer(NewSegment(name), f"Create segment “{name}”", f"fixed: {self._contacts}"),
            Offer(NewSegment(name, live=True), f"Create live segment “{name}”", "all that match, now and later"),
        ]

    def _offers(self, matches: Sequence[Segment], typed: str, *, named: bool) -> list[Offer[Target]]:
        return [
            Offer(segment, segment.name, members(segment))
            for segment in matches
            if segment.id != self._besides and segments.is_named(segment, typed) is named
        ]
