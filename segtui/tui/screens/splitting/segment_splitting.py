"""Splitting a segment of a screen into new segments."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from segtui.domain.names import named
from segtui.domain.text import counted
from segtui.tui.actions.segment_actions import SplitSegment
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.base.list_base import ListScreen

if TYPE_CHECKING:
    from segtui.services.interrupt import Interrupt
    from segtui.services.segments.segments import Segment
    from segtui.services.session import Session
    from segtui.tui.screens.segments.segment_detail import SegmentDetailScreen  # noqa: F401 -- named in quotes
    from segtui.tui.screens.segments.segment_list import SegmentListScreen  # noqa: F401 -- named in quotes

ListScreenT = TypeVar("ListScreenT", bound=ListScreen[Any])


class SegmentSplitting(Collaborator[ListScreenT]):
    """Splits a segment of a screen."""

    @property
    @abstractmethod
    def segment(self) -> "Segment | None":
        """The segment to split."""

    @abstractmethod
    def where(self, made: Sequence["Segment"]) -> tuple[str, int | None]:
        """Return a sentence on where the new segments are, empty where they are seen, and the row to go to."""

    def action_split_segment(self) -> None:
        """Split the segment."""
        if (segment := self.segment) is not None:
            self._split(segment)

    @flow
    async def _split(self, segment: "Segment") -> None:
        """Ask how to split a segment, and split it."""
        from segtui.services.segments import segments, splitting
        from segtui.services.session import company_of
        from segtui.tui.screens.splitting.segment_split_form import SegmentSplitForm

        def read(_: "Interrupt") -> tuple["Session", "Segment"]:
            own = self.session if self.session.company is not None else company_of(self.session, segment.company_id)
            return own, segments.get(own, segment.id)

        own, current = await self.screen.read(read)
        if current.contacts < 2:
            self.screen.say_refusal(f"“{current.name}” has {counted(current.contacts, 'contact')}: nothing to split.")
            return
        way = await self.screen.ask(SegmentSplitForm(own, current))
        if way is None:
            return

        def write(interrupt: "Interrupt") -> Done:
            made = splitting.split(own, current.id, way, interrupt)
            sentence, row_id = self.where(made)
            names = named([segment.name for segment in made], 2)
            return Done(f"“{current.name}” was split into {counted(len(made), 'segment')}: {names}.{sentence}", row_id)

        self.screen.do(f"Splitting “{current.name}”", write)


class ListedSegmentSplitting(SegmentSplitting["SegmentListScreen"]):
    """Splits the segment under the cursor."""

    def action_split_segment(self) -> None:
        """Split the segment, unless others are marked."""
        if not self.screen.marked.refuses(SplitSegment):
            super().action_split_segment()

    @property
    def segment(self) -> "Segment | None":
        """The segment under the cursor."""
        return self.screen.row

    def where(self, made: Sequence["Segment"]) -> tuple[str, int | None]:
        """Go to the first one; say where the search hides it."""
        return self.screen.segment_actions.hidden(made[0]), made[0].id


class ShownSegmentSplitting(SegmentSplitting["SegmentDetailScreen"]):
    """Splits the segment that is shown."""

    @property
    def segment(self) -> "Segment | None":
        """The segment that is shown."""
        return self.screen.segment

    def where(self, made: Sequence["Segment"]) -> tuple[str, int | None]:  # noqa: ARG002 -- they are no rows here
        """Say that the list of segments has them."""
        return " They are in the list of segments.", None
