"""The list of watches on segments, to open a segment from."""

from collections.abc import Sequence

from segtui.domain.search_terms import field_text, matches, parse
from segtui.services.interrupt import Interrupt
from segtui.services.segments.history import watches
from segtui.services.session import Session
from segtui.tui.widgets.forms.picker import Offer, Picker


class WatchPicker(Picker[int]):
    """Offers the watches by the names of their segments, those that are due first; is dismissed with a segment's id."""

    def __init__(self, session: Session, watch_key: str) -> None:
        """Make it; `watch_key` is the key that watches a segment."""
        remark = (
            f"Press {watch_key} on the screen of a segment to watch it."
            " `segtui segments check` reports the watches that are due."
        )
        super().__init__("Watches on segments", "Type part of a segment's name", remark=remark)
        self._session = session

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[int]]:
        """Return the matching watches."""
        search = parse(typed)
        every = [
            watch
            for watch in watches.every(self._session, interrupt=interrupt)
            if matches(search, field_text(watch.segment))
        ]
        every.sort(key=lambda watch: not watch.due)
        return [
            Offer(watch.segment_id, watch.segment, f"{'due: ' if watch.due else ''}{watch.standing}") for watch in every
        ]
