"""The list of all contacts of a company, opened with filters on top of another screen."""

from segtui.domain.criteria.tree import Criteria
from segtui.services.session import Session
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.filters.filter_context import FilterContext


async def show_filtered(screen: WorkScreen, session: Session, criteria: Criteria, title_path: str) -> None:
    """Show the contacts of the session's company that satisfy criteria with names. To be awaited in a flow.

    `title_path` is the place in the title line. The list has everything that the list of all contacts has.
    """
    from segtui.tui.screens.contacts.all_contacts import AllContactsScreen

    context = await screen.read(lambda _: FilterContext.read(session))
    if screen.is_top_work_screen:
        parts = context.parts(criteria)
        screen.app.push_screen(AllContactsScreen(session, screen.settings, parts=parts, title_path=title_path))
