"""The way to the do-not-call list, from the screens on which one thinks of it."""

from segtui.services.session import Session
from segtui.tui.screens.base.base_screen import WorkScreen


class DoNotCallWay(WorkScreen):
    """A screen from which the do-not-call list is reached."""

    def action_show_do_not_call(self) -> None:
        """Go to the list of the company; where one looks at all companies, ask whose first."""
        from segtui.tui.screens.shared.company_picker import ChosenCompany, OneCompanyPicker

        def chosen(choice: ChosenCompany | None) -> None:
            if choice is not None:
                self._show_list_of(self.session.bound_to(choice.company))

        if self.session.company is not None:
            self._show_list_of(self.session)
        else:
            self.app.push_screen(OneCompanyPicker(self.session, "Whose do-not-call list?"), chosen)

    def _show_list_of(self, session: Session) -> None:
        from segtui.tui.screens.do_not_call.do_not_call import DoNotCallScreen

        self.app.push_screen(DoNotCallScreen(session, self.settings))
