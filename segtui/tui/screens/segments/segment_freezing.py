"""Freezing: a live segment becomes fixed, or gets a fixed copy, after a question."""

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, TypeVar

from segtui.domain.text import counted
from segtui.tui.actions.segment_actions import FreezeSegment
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.base.list_base import ListScreen

if TYPE_CHECKING:
    from segtui.services.interrupt import Interrupt
    from segtui.services.segments.segments import Segment
    from segtui.services.session import Session
    from segtui.tui.actions.action import Command
    from segtui.tui.screens.segments.segment_detail import SegmentDetailScreen  # noqa: F401 -- named in quotes
    from segtui.tui.screens.segments.segment_list import SegmentListScreen  # noqa: F401 -- named in quotes

ListScreenT = TypeVar("ListScreenT", bound=ListScreen[Any])


class SegmentFreezing(Collaborator[ListScreenT]):
    """Freezes a live segment of a screen."""

    @property
    @abstractmethod
    def segment(self) -> "Segment | None":
        """The segment to freeze."""

    def offers(self, command: type["Command"]) -> bool:
        """Offer to freeze a live segment only."""
        return command is not FreezeSegment or (self.segment is not None and self.segment.live)

    def explains(self, command: type["Command"]) -> bool:
        """Let the key say that a segment is fixed."""
        return command is FreezeSegment and self.session.can_write and self.segment is not None

    def action_freeze_segment(self) -> None:
        """Freeze the segment, or say that it is fixed."""
        if (segment := self.segment) is None:
            return
        if segment.live:
            self._freeze(segment)
        else:
            self.screen.say_refusal(f"“{segment.name}” is fixed already: it has no rule.")

    @flow
    async def _freeze(self, segment: "Segment") -> None:
        from segtui.services.segments import segments
        from segtui.services.session import company_of
        from segtui.tui.screens.segments.segment_form import CopyNameForm
        from segtui.tui.screens.segments.segment_questions import freeze_question

        session = self.session

        def read(_: "Interrupt") -> tuple["Session", "Segment"]:
            own = session if session.company is not None else company_of(session, segment.company_id)
            return own, segments.get(own, segment.id)

        own, current = await self.screen.read(read)
        answer = await self.screen.ask(freeze_question(current))
        if answer == "y":
            self.screen.do(f"Freezing “{current.name}”", lambda _: _frozen(own, current, None))
        elif answer == "c":
            name = await self.screen.ask(CopyNameForm(own, current))
            if name is not None:
                self.screen.do(f"Copying “{current.name}”", lambda _: _frozen(own, current, name))


class ListedSegmentFreezing(SegmentFreezing["SegmentListScreen"]):
    """Freezes the segment under the cursor."""

    def action_freeze_segment(self) -> None:
        """Freeze the segment, unless others are marked."""
        if not self.screen.marked.refuses(FreezeSegment):
            super().action_freeze_segment()

    @property
    def segment(self) -> "Segment | None":
        """The segment under the cursor."""
        return self.screen.row


class ShownSegmentFreezing(SegmentFreezing["SegmentDetailScreen"]):
    """Freezes the segment that is shown."""

    @property
    def segment(self) -> "Segment | None":
        """The segment that is shown."""
        return self.screen.segment


def _frozen(session: "Session", segment: "Segment", as_name: str | None) -> Done:
    from segtui.services.segments import segments

    frozen = segments.freeze(session, segment.id, as_name=as_name)
    contacts = counted(frozen.contacts, "contact")
    if as_name is None:
        return Done(f"“{frozen.name}” is fixed now, with {contacts}.", frozen.id)
    return Done(f"“{frozen.name}” was created, fixed, with {contacts}.", segment.id)
