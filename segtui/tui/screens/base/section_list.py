"""The first screen of a section: a list of one company's or, for an admin, of all companies'."""

from collections.abc import Callable
from typing import Generic

from segtui.services.listing import Row
from segtui.services.session import Session
from segtui.tui.actions.action import Command
from segtui.tui.actions.segment_actions import ChooseCompany
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.widgets.chrome.title_bar import TitleBar

COMPANY = "company"
"""The key of the column that names the company."""


class SectionList(ListScreen[Row], Generic[Row]):
    """A list whose company can be chosen. Its search, order and cursor stay while another section is looked at."""

    @property
    def left_out(self) -> frozenset[str]:
        """The column of the company, where one looks at one company."""
        return frozenset() if self.session.company is None else frozenset({COMPANY})

    def offers(self, command: type[Command]) -> bool:
        """Offer to choose a company only where there are several."""
        if command is ChooseCompany:
            return self.session.is_admin and self.program.several_companies
        return super().offers(command)

    def action_choose_company(self) -> None:
        """Choose whose rows are shown."""
        from segtui.tui.screens.shared.company_picker import ChosenCompany, CompanyPicker

        def chosen(choice: ChosenCompany | None) -> None:
            if choice is None or choice.company == self.session.company:
                return
            self.session = self.session.bound_to(choice.company)
            self.program.look_at(self.session)
            self.query_one(TitleBar).company = self.company_shown
            if choice.company is not None and self.order[0] == COMPANY:
                self.sorted_by("name", descending=False)
            self.recall()
            self.reload()

        self.app.push_screen(CompanyPicker(self.session), chosen)

    def in_one_company(self, title: str, then: Callable[[Session], None]) -> None:
        """Call `then` with the session; where one looks at all companies, ask with `title` for which one first."""
        if self.session.company is not None:
            then(self.session)
            return

        from segtui.tui.screens.shared.company_picker import ChosenCompany, OneCompanyPicker

        def chosen(choice: ChosenCompany | None) -> None:
            if choice is not None:
                then(self.session.bound_to(choice.company))

        self.app.push_screen(OneCompanyPicker(self.session, title), chosen)
