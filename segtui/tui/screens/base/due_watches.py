"""Due watches: their number in the title line, and the list of all watches."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from segtui.domain.text import counted
from segtui.tui.actions.global_actions import ShowWatches
from segtui.tui.actions.segment_actions import WatchSegment
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import flow
from segtui.tui.widgets.chrome.key_bar import key_shown
from segtui.tui.widgets.chrome.title_bar import TitleBar

if TYPE_CHECKING:
    from segtui.services.interrupt import Interrupt
    from segtui.tui.screens.base.base_screen import WorkScreen  # noqa: F401 -- named in quotes
    from segtui.tui.widgets.chrome.service_requests import Refused

_WATCHES: Final = "watches"
"""The kind of the request that counts them."""


@dataclass(frozen=True, slots=True)
class DueCount:
    """The number of watches that were due in a state of the database."""

    state: object
    count: int


class DueWatches(Collaborator["WorkScreen"]):
    """Counts the watches that are due when segments changed and after midnight, and lists them."""

    def follow(self) -> None:
        """Show the number as it was last counted, and count again if something changed since."""
        screen, session = self.screen, self.screen.session
        last = screen.program.due_watches
        if last is not None:
            self._show(last)

        def read(interrupt: "Interrupt") -> DueCount:
            from segtui.services.segments.history import watches

            state = session.company, watches.state_of(session, interrupt)
            if last is not None and last.state == state:
                return last
            return DueCount(state, len(watches.due(session, interrupt)))

        screen.requests.read(_WATCHES, read, self._show)

    def _show(self, due: DueCount) -> None:
        screen = self.screen
        screen.program.due_watches = due
        key = key_shown(screen.app, ShowWatches)
        notice = f"{counted(due.count, 'watch')} due{f': {key}' if key else ''}" if due.count else ""
        for title_bar in screen.query(TitleBar):
            title_bar.notice = notice

    def failed(self, event: "Refused") -> bool:
        """Say once that the number could not be counted. Return False for a request of another kind."""
        if event.kind != _WATCHES:
            return False
        self.screen.say_once(event.error)
        return True

    @flow
    async def action_show_watches(self) -> None:
        """List the watches, and open the segment of the one that is picked."""
        from segtui.services.segments import segments
        from segtui.tui.screens.segments.history.watch_picker import WatchPicker

        screen = self.screen
        segment_id = await screen.ask(WatchPicker(screen.session, key_shown(screen.app, WatchSegment)))
        if segment_id is not None:
            screen.open_segment(await screen.read(lambda _: segments.get(screen.session, segment_id)))
