"""What the screens around a result table share: search with every keystroke, sort, count, and coming back to it."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Generic

from textual import on
from textual.content import Content
from textual.message import Message

from segtui.config import Settings
from segtui.screens.base import WorkScreen
from segtui.services.listing import Listing, Row
from segtui.services.session import Interrupt, Session
from segtui.widgets.result_table import ResultTable
from segtui.widgets.search_box import ResultCount, SearchBox


class ListScreen(WorkScreen, Generic[Row]):
    """A screen whose body holds a SearchBox, a ResultCount and a ResultTable `#rows`."""

    AUTO_FOCUS = "#rows"

    @dataclass
    class Totalled(Message):
        """So many there are without the search."""

        total: int

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__(session, settings)
        self._interrupt = Interrupt()
        self._all: int | None = None
        self._had_row = False
        self._stale = False
        self._covered = False
        self._order: tuple[str, bool] = ("name", False)

    @abstractmethod
    def listing(self, interrupt: Interrupt) -> Listing[Row]:
        """Return what is to be shown."""

    @abstractmethod
    def count_all(self) -> int:
        """Return how many there are without the search. Runs in a thread."""

    @abstractmethod
    def nothing_found(self) -> Content:
        """Return what stands in an empty table."""

    @abstractmethod
    def search_for(self, typed: str) -> None:
        """Take what was typed as the search."""

    @abstractmethod
    def sort_by(self, sort: str, *, descending: bool) -> None:
        """Take an order."""

    @property
    def table(self) -> ResultTable[Row]:
        """The table."""
        return self.query_one("#rows", ResultTable)

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.table.cursor_row

    @property
    def has_row(self) -> bool:
        """Whether there is a row to do something with."""
        return self._had_row

    def on_mount(self) -> None:
        """Show the first rows."""
        self.reload()

    def on_unmount(self) -> None:
        """Stop what is still being asked for a screen that is gone."""
        self._interrupt.cancel()
        super().on_unmount()

    def on_screen_suspend(self) -> None:
        """Remember that another screen came on top: what is painted meanwhile is not seen."""
        self._covered = True

    def on_screen_resume(self) -> None:
        """Show what changed while another screen was on top, or had not come when it was put there."""
        unfinished = self._covered and self.table.total is None
        self._covered = False
        if self._stale or unfinished:
            self._stale = False
            self.reload(cursor=self.table.cursor_id)

    def went_away(self) -> None:
        """Remember that what is listed may have changed when somebody comes back."""
        self._stale = True

    def reload(self, *, cursor: int | None = None, same_rows: bool = False) -> None:
        """Ask anew and show the answer, the cursor on the row with the id `cursor` where that is given.

        With `same_rows` it is only their order that changes.
        """
        self._interrupt.cancel()
        self._interrupt = Interrupt()
        if not same_rows:
            self._all = None
        table = self.table
        table.empty_text = self.nothing_found()
        sort, descending = self._order
        table.show(
            self.listing(self._interrupt), sort=sort, descending=descending, keep_cursor=cursor, keep_marks=same_rows
        )

    @on(SearchBox.Changed, "#search")
    def _searched(self, event: SearchBox.Changed) -> None:
        self.search_for(event.value)
        self.reload(same_rows=self._all is not None)

    @on(SearchBox.Left)
    def _left_search(self) -> None:
        self.table.focus()

    @on(ResultTable.LoadStarted)
    def _started(self) -> None:
        self.query_one(ResultCount).searching()

    @on(ResultTable.Counted)
    def _counted(self, event: ResultTable.Counted) -> None:
        if not self.query_one(SearchBox).value.strip():
            self._all = event.total
        elif self._all is None:
            self.requests.ask("total", lambda _: self.Totalled(self.count_all()))
        self._show_count()
        self._look_for_row()

    @on(Totalled)
    def _totalled(self, event: Totalled) -> None:
        self._all = event.total
        self._show_count()

    def _show_count(self) -> None:
        found = self.table.total
        if found is not None:
            searching = bool(self.query_one(SearchBox).value.strip())
            self.query_one(ResultCount).show(found, of=self._all if searching else None)

    @on(ResultTable.LoadFinished)
    @on(ResultTable.CursorMoved)
    def _look_for_row(self) -> None:
        """Offer what needs a row, or no longer."""
        if (has := self.table.cursor_row is not None) != self._had_row:
            self._had_row = has
            self.refresh_bindings()

    @on(ResultTable.LoadFailed)
    def _load_failed(self, event: ResultTable.LoadFailed) -> None:
        self.say_error(event.error)

    @on(ResultTable.SortRequested)
    def _sort_requested(self, event: ResultTable.SortRequested) -> None:
        self._sort(event.sort, descending=event.descending)

    def sorted_by(self, sort: str, *, descending: bool) -> None:
        """Take an order, to be seen after the next `reload`."""
        self._order = (sort, descending)
        self.sort_by(sort, descending=descending)

    def _sort(self, sort: str, *, descending: bool) -> None:
        self.sorted_by(sort, descending=descending)
        self.reload(cursor=self.table.cursor_id, same_rows=True)

    def action_search(self) -> None:
        """Go to the search box."""
        self.query_one(SearchBox).focus()

    def action_sort(self) -> None:
        """Sort by the next column."""
        sort, descending = self.table.next_sort()
        self._sort(sort, descending=descending)

    def action_reverse_sort(self) -> None:
        """Reverse the order."""
        sort, descending = self.table.reversed_sort()
        self._sort(sort, descending=descending)
