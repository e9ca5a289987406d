"""The count beside the search box of a list: rows that match, of all rows, and marked rows."""

from typing import TYPE_CHECKING, Any

from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.widgets.forms.search_box import ResultCount

if TYPE_CHECKING:
    from segtui.tui.screens.base.list_base import ListScreen

    AnyListScreen = ListScreen[Any]


class ListCount(Collaborator["AnyListScreen"]):
    """Shows the number of rows of a list screen, and reads their number without the search."""

    def __init__(self, screen: "AnyListScreen") -> None:
        super().__init__(screen)
        self._all: int | None = None
        self._is_outdated = True

    @property
    def _widget(self) -> ResultCount:
        return self.screen.query_one(ResultCount)

    def outdate(self) -> None:
        """Read the number of all rows again with the next count: not only the search changes."""
        self._is_outdated = True

    def announce(self, words: str) -> None:
        """Say what is under way, where it takes long."""
        self._widget.searching(words)

    def take(self, total: int) -> None:
        """Take the number of rows that match, and show it."""
        screen = self.screen
        if not screen.narrowed:
            self._all, self._is_outdated = total, False
        elif self._is_outdated:
            screen.requests.read("total", lambda _: screen.count_all(), self._take_all)
        self.show()

    def _take_all(self, total: int) -> None:
        self._all, self._is_outdated = total, False
        self.show()

    def show(self) -> None:
        """Show the numbers, as far as they are known."""
        screen, table = self.screen, self.screen.table
        if table.total is not None:
            self._widget.show(
                table.total,
                of=self._all if screen.narrowed else None,
                selected=table.marked_count,
                elsewhere=table.selection.outside_count,
                waiting=table.loading_rows,
            )

    def done(self) -> None:
        """Say that nothing is under way any more."""
        self._widget.done()
