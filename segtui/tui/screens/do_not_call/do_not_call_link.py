"""The way to the do-not-call list from other screens."""

from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.company_choice import session_in_one_company
from segtui.tui.screens.base.flows import flow


class DoNotCallLink(Collaborator[WorkScreen]):
    """Opens the do-not-call list of the company; where all companies are shown, asks for one first."""

    @flow
    async def action_show_do_not_call(self) -> None:
        """Open the do-not-call list."""
        from segtui.tui.screens.do_not_call.do_not_call import DoNotCallScreen

        session = await session_in_one_company(self.screen, "Which company's do-not-call list?")
        if session is not None:
            self.screen.app.push_screen(DoNotCallScreen(session, self.screen.settings))
