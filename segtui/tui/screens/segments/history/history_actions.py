"""The history of the segment that is shown, and the watches on it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from segtui.domain.text import clean
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import flow

if TYPE_CHECKING:
    from segtui.services.segments.history.watches import Watch
    from segtui.tui.screens.segments.segment_detail import SegmentDetailScreen  # noqa: F401 -- named in quotes


class SegmentHistoryActions(Collaborator["SegmentDetailScreen"]):
    """Opens the contacts by day, and the form for watches."""

    def action_members_by_day(self) -> None:
        """Show the contacts of the segment by day."""
        from segtui.tui.screens.segments.history.by_day import MembersByDayScreen

        screen = self.screen
        screen.app.push_screen(MembersByDayScreen(screen.session, screen.settings, screen.segment))

    @flow
    async def action_watch_segment(self) -> None:
        """Set or take away watches on the segment."""
        from segtui.services.segments import segment_rows
        from segtui.services.segments.history import watches
        from segtui.tui.screens.segments.history.watch_form import WatchForm

        screen, session, segment = self.screen, self.session, self.screen.segment

        def read(interrupt: Interrupt) -> "tuple[Session, Sequence[Watch]]":
            return segment_rows.bound(session, segment.id), watches.every(session, segment.id, interrupt)

        bound, present = await screen.read(read)
        after = await screen.ask(WatchForm(bound, segment, present))
        if after is not None:
            screen.due_watches.follow()
            conditions = " and ".join(watch.condition for watch in after)
            watched = f"is watched for {conditions}" if after else "is not watched any more"
            screen.post_message(Done(f"“{clean(segment.name)}” {watched}.", changed=False, undoable=True))
