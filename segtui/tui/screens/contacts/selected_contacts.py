"""Contacts with given criteria: the list of all contacts, opened from another screen with its filters set."""

from segtui.config.settings import Settings
from segtui.domain.criteria.tree import Criteria
from segtui.services.session import Session
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.contacts.all_contacts import AllContactsScreen
from segtui.tui.screens.filters.filter_context import FilterContext, FilterPart


class SelectedContactsScreen(AllContactsScreen):
    """All contacts that satisfy criteria, with search, filters, export and segments as in every list of contacts.

    `title` names them in the title line. The filters can be changed and cleared like others.
    """

    def __init__(
        self, session: Session, settings: Settings, criteria: Criteria, parts: tuple[FilterPart, ...], *, title: str
    ) -> None:
        super().__init__(session, settings)
        self._criteria = criteria
        self._parts = parts
        self.title_path = f"Contacts > {title}"

    def on_mount(self) -> None:
        """Put the filters in force, before the rows are loaded."""
        self.filters.take(self._criteria, self._parts)


async def open_contacts(screen: WorkScreen, session: Session, criteria: Criteria, *, title: str) -> None:
    """Open the list of the contacts that satisfy criteria (with names) above a screen; escape goes back to it.

    To be awaited in a flow of `screen`. Raises InvalidInput where the criteria name what no longer exists.
    """
    parts = await screen.read(lambda _: FilterContext.read(session).parts(criteria))
    await screen.ask(SelectedContactsScreen(session, screen.settings, criteria, parts, title=title))
