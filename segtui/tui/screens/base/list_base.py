"""The base of the list screens: a search line, and a table that is sorted, counted and kept up to date."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Static

from segtui.domain.text import clean
from segtui.services.listing import Listing, Row
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.base.collaborators import Holds
from segtui.tui.screens.base.company_choice import COMPANY
from segtui.tui.screens.base.list_count import ListCount
from segtui.tui.screens.base.list_search import ListSearch
from segtui.tui.screens.base.live_list import STATE, LiveList, StateRead, state_of
from segtui.tui.screens.base.row_actions import RowActions
from segtui.tui.screens.shared.exporter import Exporter
from segtui.tui.widgets.chrome.key_bar import key_shown
from segtui.tui.widgets.chrome.title_bar import TitleBar
from segtui.tui.widgets.forms.search_box import ResultCount, SearchBox
from segtui.tui.widgets.table.result_table import ResultTable

if TYPE_CHECKING:
    from segtui.config.settings import Settings
    from segtui.errors import SegtuiError
    from segtui.services.interrupt import Interrupt
    from segtui.services.session import Session
    from segtui.tui.actions.action import Command, Commands
    from segtui.tui.widgets.chrome.service_requests import Refused
    from segtui.tui.widgets.table.table_columns import TableColumn

_FOLLOWED = 50_000  # rows up to which the cursor follows its row into another order


class ListScreen(WorkScreen, Generic[Row]):
    """A screen with a search line and a table of rows. A subclass names its rows and returns their listing.

    The search and the order are fields of `query_now`, a frozen dataclass (`search`, `sort`, `descending`).
    """

    AUTO_FOCUS = "#rows"
    list_name: ClassVar[str]
    """The name under which order and columns are remembered."""
    row_names: ClassVar[tuple[str, str]]
    """The word for one row, and for several."""
    search_hint: ClassVar[str]
    """The words in the empty search box."""
    title_path: str = ""
    """The place in the title line, such as `Campaigns`."""
    needs_row: ClassVar["Commands"] = ()
    """Commands that are offered only with a row under the cursor."""
    first_order: ClassVar[tuple[str, bool]] = ("name", False)
    """The first sort column, and whether descending."""
    query_now: var[Any]
    """The search, the order and the filters."""

    exporter = Holds(Exporter)
    list_count = Holds(ListCount)
    list_search = Holds(ListSearch)
    row_actions = Holds(RowActions)

    def __init__(self, session: "Session", settings: "Settings") -> None:
        super().__init__(session, settings)
        self._live = LiveList(self)
        self._had_row = False
        self._marks_noted = (False, False)  # whether any row is marked, and whether all are, as the footer shows it
        self.order = self.first_order
        """The sort column, and whether descending."""
        self.sort_by(self.order[0], descending=self.order[1])

    def compose_body(self) -> ComposeResult:
        """Lay out the search line and the table, with what a subclass puts above, beside and between."""
        one, many = self.row_names
        yield from self.compose_above()
        with Horizontal(id="search-line"):
            yield Static("/", id="prompt")
            yield SearchBox(placeholder=self.search_hint, id="search")
            yield ResultCount(one=one, many=many, id="count")
            yield from self.compose_search_end()
        yield from self.compose_between()
        yield self.new_table()

    def compose_above(self) -> Iterable[Widget]:
        """Yield the widgets above the search line."""
        return ()

    def compose_search_end(self) -> Iterable[Widget]:
        """Yield the widgets at the end of the search line."""
        return ()

    def compose_between(self) -> Iterable[Widget]:
        """Yield the widgets between the search line and the table."""
        return ()

    def new_table(self) -> ResultTable[Row]:
        """Return the table, not filled yet."""
        return ResultTable(self.columns(), markable=False, id="rows")

    def columns(self) -> list["TableColumn[Row]"]:
        """Return the columns of the table."""
        raise NotImplementedError

    @property
    def history_title(self) -> str:
        """The title of the list."""
        return self.title_path

    def offers(self, command: type["Command"]) -> bool:
        """Offer a command that needs a row only where there is one."""
        return (command not in self.needs_row or self.has_row) and super().offers(command)

    def label_of(self, command: type["Command"]) -> str:
        """Return the words of a command in the footer; those on marks depend on the marks."""
        return self.row_actions.label_of(command) or super().label_of(command)

    def importance_of(self, command: type["Command"]) -> int:
        """Return the importance of a command in the footer, which depends on the marks."""
        return self.row_actions.importance_of(command)

    # The rows

    @abstractmethod
    def listing(self, interrupt: "Interrupt") -> Listing[Row]:
        """Return the rows that `query_now` selects."""

    @abstractmethod
    def count_all(self) -> int:
        """Return the number of rows without the search. Runs in a thread."""

    def prepare(self, interrupt: "Interrupt") -> None:
        """Read what else is needed to show the list. Runs in a thread, before the list is read."""

    @property
    def segment_followed(self) -> int | None:
        """The id of the segment whose changes matter; None for the lists of a company."""
        return None

    def state_reader(self) -> Callable[["Interrupt"], object]:
        """Return a function for a thread, whose value is another one after every change that the list shows."""
        session, segment_id = self.session, self.segment_followed
        return lambda interrupt: state_of(session, segment_id, interrupt)

    def search_for(self, typed: str) -> None:
        """Take the typed search into the query."""
        self.query_now = replace(self.query_now, search=typed)

    def sort_by(self, sort: str, *, descending: bool) -> None:
        """Take an order into the query."""
        self.query_now = replace(self.query_now, sort=sort, descending=descending)

    def nothing_found(self) -> Content:
        """Return the text of an empty table: nothing matches, or there is nothing at all."""
        typed = clean(self.query_now.search.strip())
        if typed:
            return Content.assemble(f"No {self.row_names[0]} matches “", (typed, "bold"), "”.")
        return self.nothing_yet()

    def nothing_yet(self) -> Content:
        """Return the text of a table without any rows."""
        return Content(f"There is no {self.row_names[0]} yet.")

    @property
    def narrowed(self) -> bool:
        """True while a search or a filter leaves rows out."""
        return bool(self.list_search.text) or self.filtered

    @property
    def filtered(self) -> bool:
        """True while a filter leaves rows out."""
        return False

    def show_everything(self) -> None:
        """Clear the search and the filters, for the next `reload`."""
        self.list_search.put("")

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
        """True while there is a row under the cursor."""
        return self._had_row

    @property
    def typing(self) -> bool:
        """True while keys go into the search box."""
        return isinstance(self.focused, SearchBox)

    def on_mount(self) -> None:
        """Show the title and the first rows, in the order and the columns of the last time.

        Textual calls the `on_mount` of every class of a screen: those that have one of their own call no other.
        """
        self.show_title()
        self.recall()
        if not self.program.is_opening:
            self.reload()

    def show_title(self) -> None:
        """Show `title_path` in the title line."""
        self.query_one(TitleBar).place = self.title_path

    def recall(self) -> None:
        """Take the remembered order and columns, as far as such columns exist."""
        table, hidden = self.table, self.hidden
        table.set_hidden(hidden)
        order = self.program.remembered.sort(self.list_name)
        if order is not None and order[0] in {column.sort for column in table.columns if column.key not in hidden}:
            self.sorted_by(order[0], descending=order[1])

    @property
    def left_out(self) -> frozenset[str]:
        """The keys of the columns that make no sense now: the company, where one company is shown."""
        return frozenset() if self.session.company is None else frozenset({COMPANY})

    @property
    def hidden(self) -> frozenset[str]:
        """The keys of the columns that are not shown: hidden by the person, or without sense now."""
        return self.left_out | self.program.remembered.hidden(self.list_name)

    def offered_columns(self, _interrupt: "Interrupt") -> Sequence["TableColumn[Row]"]:
        """Return the columns that can be shown, those that are shown included. Runs in a thread."""
        return [column for column in self.table.columns if column.key not in self.left_out]

    def show_columns(self, hidden: frozenset[str]) -> None:
        """Show the offered columns but for those that are `hidden`, and remember it."""
        remembered = self.program.remembered
        # Columns that do not apply now keep their state.
        not_offered = remembered.hidden(self.list_name) & self.left_out
        remembered.remember_hidden(self.list_name, hidden | not_offered)
        self.table.set_hidden(self.hidden)

    def columns_chosen(self) -> None:
        """Read the values of the shown columns, after a choice of columns."""

    # Loading, and following changes

    def reload(self, *, cursor: int | None = None, same_rows: bool = False, quietly: bool = False) -> None:
        """Load the rows and show them, the cursor on the row with the id `cursor` where that is given.

        With `same_rows` only their order or the search changes, else their number without the search is read again.
        `quietly`: no key asked for it.
        """
        if not same_rows:
            self.list_count.outdate()
        self._live.reload(cursor=cursor, same_rows=same_rows, quietly=quietly)

    def follow(self) -> None:
        """Load the rows again if they were changed since, unless something lies on top of the list."""
        self._live.follow()

    def show_change(self, cursor: int | None) -> None:
        """Load the rows again after a change made here."""
        self.list_search.expect(cursor)
        self.reload(cursor=cursor or self.table.cursor_id)

    def failed(self, error: "SegtuiError") -> None:
        """Note that the rows could not be read, and say why."""
        self._live.failed(error)

    def refused(self, event: "Refused") -> None:
        """Say that a request failed; one that no key asked for, only once."""
        if event.kind == STATE:
            self.failed(event.error)
        else:
            super().refused(event)

    @on(StateRead)
    def _state_read(self, event: StateRead) -> None:
        self.program.database_away = False
        self._live.compare(event.state)

    @on(ResultTable.LoadFailed)
    def _load_failed(self, event: ResultTable.LoadFailed) -> None:
        self.failed(event.error)

    def on_screen_suspend(self) -> None:
        """Note that another screen lies on top."""
        self._live.cover()

    def on_screen_resume(self) -> None:
        """Show the changes made while another screen was on top."""
        self._live.uncover()

    def on_unmount(self) -> None:
        """Stop the queries of a screen that is gone."""
        self._live.stop()

    # The search and the count

    @on(SearchBox.Changed, "#search")
    def _searched(self, event: SearchBox.Changed) -> None:
        self.search_for(event.value)
        self.reload(same_rows=True)
        self.list_search.update()

    @on(SearchBox.Left)
    def _left_search(self) -> None:
        self.table.focus()

    def on_descendant_focus(self) -> None:
        """Name in an empty list the keys that work now."""
        self.update_empty_text()
        self.list_search.update()

    def on_descendant_blur(self) -> None:
        """Name in an empty list the keys that work now."""
        self.update_empty_text()

    def update_empty_text(self) -> None:
        """Show the present text of an empty list, where it is empty."""
        if self.table.total == 0:
            self.table.empty_text = self.nothing_found()

    @on(ResultTable.LoadStarted)
    def _started(self, event: ResultTable.LoadStarted) -> None:
        self.list_count.announce(event.words)

    @on(ResultTable.Counted)
    def _counted(self, event: ResultTable.Counted) -> None:
        self.program.database_away = False
        self._live.loaded()
        self.list_count.take(event.total)
        self._check_row()
        self.list_search.check()

    @on(ResultTable.RangeChanged)
    def _name_range_keys(self) -> None:
        self.refresh_bindings()

    @on(ResultTable.MarksChanged)
    def _marks_changed(self) -> None:
        self.list_count.show()
        if (marks := (bool(self.table.marked_count), self.table.is_all_marked)) != self._marks_noted:
            self._marks_noted = marks
            self.refresh_bindings()

    @on(ResultTable.LoadFinished)
    def _finished(self) -> None:
        self.list_count.done()
        self._check_row()

    @on(ResultTable.CursorMoved)
    def _check_row(self) -> None:
        """Offer the commands that need a row, or no longer."""
        if (has := self.table.cursor_row is not None) != self._had_row:
            self._had_row = has
            self.refresh_bindings()

    def press(self, command: type["Command"]) -> Content:
        """Return the keys that give a command from here: in the search box letters are typed."""
        key = (key_shown(self.app, command), "bold")
        if self.typing:
            return Content.assemble("Press ", ("enter", "bold"), ", then ", key, ",")
        return Content.assemble("Press ", key)

    # The order

    @on(ResultTable.SortRequested)
    def _sort_requested(self, event: ResultTable.SortRequested) -> None:
        self._sort(event.sort, descending=event.descending)

    def sorted_by(self, sort: str, *, descending: bool) -> None:
        """Take an order, which the next `reload` shows."""
        self.order = (sort, descending)
        self.sort_by(sort, descending=descending)

    def _sort(self, sort: str, *, descending: bool) -> None:
        self.sorted_by(sort, descending=descending)
        self.program.remembered.remember_sort(self.list_name, sort, descending)
        # With the cursor at the top the top of the new order is shown; else the cursor follows its row, unless its
        # position in so many rows would be known only later: then the list would jump.
        table = self.table
        follows_row = not table.is_at_top and (table.total or 0) <= _FOLLOWED
        self.reload(cursor=table.cursor_id if follows_row else None, same_rows=True)

    def action_sort(self) -> None:
        """Sort by the next column."""
        sort, descending = self.table.next_sort()
        self._sort(sort, descending=descending)

    def action_reverse_sort(self) -> None:
        """Reverse the order."""
        sort, descending = self.table.reversed_sort()
        self._sort(sort, descending=descending)
