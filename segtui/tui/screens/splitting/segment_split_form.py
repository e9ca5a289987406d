"""The form that splits a segment into new segments."""

from collections.abc import Sequence

from textual.content import Content

from segtui.domain.text import clean, counted
from segtui.services.interrupt import Interrupt
from segtui.services.segments import splitting
from segtui.services.segments.partition import Part, SplitWay
from segtui.services.segments.segment_batches import MAX_SEGMENTS
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.screens.splitting.split_form import SplitForm


class SegmentSplitForm(SplitForm[SplitWay]):
    """Asks how to split a segment; is dismissed with the way."""

    def __init__(self, session: Session, segment: Segment) -> None:
        self._segment = segment
        live = " It is live: the parts are fixed segments." if segment.live else ""
        about = Content.assemble(
            "“", (clean(segment.name), "bold"), f"” has {counted(segment.contacts, 'contact')} and stays as it is. ",
            f"Each contact is put into exactly one new segment, the same every time.{live}\n",
        )  # fmt: skip
        super().__init__(
            session, "Split the segment", about,
            noun="segment", contacts=segment.contacts, limit=MAX_SEGMENTS, in_segment=True,
        )  # fmt: skip

    def preview(self, way: SplitWay, interrupt: Interrupt) -> Sequence[Part]:
        """Return the segments that would be made."""
        return splitting.preview(self._session, self._segment.id, way, interrupt)

    def split(self, way: SplitWay) -> SplitWay:
        """Return the way, once it is known to be possible."""
        splitting.preview(self._session, self._segment.id, way)
        return way
