"""A list of contacts that another screen opens with its filters set."""

from collections.abc import Callable

from segtui.domain.criteria.tree import AllOf, Comparison
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.contacts.selected_contacts import open_contacts
from tests.support.person import at

AppOn = Callable[[Session], SegtuiApp]


async def test_the_list_has_its_filters_and_escape_goes_back(app_on: AppOn, filled: Session) -> None:
    criteria = AllOf((Comparison("segment", "=", ("Webinar signups",)), Comparison("status", "is not blank")))

    @flow
    async def opening(screen: WorkScreen) -> None:
        await open_contacts(screen, screen.session, criteria, title="Both")

    async with at(app_on(filled)) as person:
        await person.see("Webinar signups")
        screen = person.app.screen
        assert isinstance(screen, WorkScreen)
        opening(screen)
        await person.see("Contacts > Both", "2 of 3", "Ada Lovelace", "Finn", "has a status")
        await person.see_no("Zoë")
        await person.press("escape")
        await person.see("Newsletter", "Create segment")
