"""The way from the segment list to a comparison: of the marked segments, or of one with another."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from segtui.tui.actions.global_actions import ToggleMark
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import flow
from segtui.tui.widgets.chrome.key_bar import key_shown

if TYPE_CHECKING:
    from segtui.services.interrupt import Interrupt
    from segtui.services.segments.segments import Segment
    from segtui.services.session import Session
    from segtui.tui.screens.segments.segment_list import SegmentListScreen  # noqa: F401 -- named in quotes


class SegmentComparing(Collaborator["SegmentListScreen"]):
    """Compares segments of the list."""

    def action_compare_segments(self) -> None:
        """Compare the marked segments; with fewer than two, the marked one or the one under the cursor with another."""
        ids = self.screen.marked_segments()
        if len(ids) < 2 and (row := self.screen.row) is not None:
            ids = ids or [row.id]
        if ids:
            self._compare(ids)

    @flow
    async def _compare(self, ids: Sequence[int]) -> None:
        from segtui.services.segments import many_segments, segments, set_operations
        from segtui.tui.screens.comparison.comparison import ComparisonScreen
        from segtui.tui.screens.segments.segment_picker import SegmentPicker

        screen = self.screen
        if len(ids) > set_operations.MAX_SEGMENTS:
            screen.say_refusal(
                f"{len(ids):,} segments are marked, but at most {set_operations.MAX_SEGMENTS} can be compared: "
                f"{key_shown(screen.app, ToggleMark)} on a row takes its mark off."
            )
            return

        def read(_: "Interrupt") -> tuple["Session", "Segment"]:
            session = many_segments.one_company(self.session, ids)
            return session, segments.get(session, ids[0])

        session, first = await screen.read(read)
        if len(ids) == 1:
            other = await screen.ask(SegmentPicker(session, f"Compare “{first.name}” with", besides=ids))
            if other is None:
                return
            ids = [*ids, other.id]
        if screen.is_top_work_screen:
            screen.app.push_screen(ComparisonScreen(session, screen.settings, ids))
