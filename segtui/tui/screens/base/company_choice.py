"""The choice of the company whose rows are shown, and of one company for something new."""

from typing import TYPE_CHECKING, Any, Final

from segtui.tui.actions.segment_actions import ChooseCompany
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import flow
from segtui.tui.widgets.chrome.title_bar import TitleBar

if TYPE_CHECKING:
    from segtui.services.session import Session
    from segtui.tui.actions.action import Command
    from segtui.tui.screens.base.base_screen import WorkScreen
    from segtui.tui.screens.base.list_base import ListScreen

    AnyListScreen = ListScreen[Any]

COMPANY: Final = "company"
"""The key of the column that names the company."""


class CompanyChoice(Collaborator["AnyListScreen"]):
    """The command that chooses the company of every section, for admins of several companies."""

    def offers(self, command: type["Command"]) -> bool:
        """Offer to choose a company only where there are several."""
        if command is ChooseCompany:
            return self.session.is_admin and self.screen.program.several_companies
        return True

    @flow
    async def action_choose_company(self) -> None:
        """Choose the company whose rows are shown."""
        from segtui.tui.screens.shared.company_picker import CompanyPicker

        screen = self.screen
        choice = await screen.ask(CompanyPicker(screen.session))
        if choice is None or choice.company == screen.session.company:
            return
        screen.session = screen.session.bound_to(choice.company)
        screen.program.look_at(screen.session)
        screen.query_one(TitleBar).company = screen.company_shown
        if choice.company is not None and screen.order[0] == COMPANY:
            screen.sorted_by("name", descending=False)
        screen.recall()
        screen.reload()


async def session_in_one_company(screen: "WorkScreen", title: str) -> "Session | None":
    """Return the session bound to one company; `title` asks for it where all are shown. None without an answer.

    To be awaited in a flow.
    """
    if screen.session.company is not None:
        return screen.session

    from segtui.tui.screens.shared.company_picker import OneCompanyPicker

    choice = await screen.ask(OneCompanyPicker(screen.session, title))
    return screen.session.bound_to(choice.company) if choice is not None else None
