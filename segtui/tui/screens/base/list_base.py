"""What the screens around a result table share: search with every keystroke, sort, count, columns, copying."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Generic

from textual import on
from textual.content import Content
from textual.message import Message

from segtui.config.settings import Settings
from segtui.domain.text import counted
from segtui.services.listing import Row
from segtui.services.session import Session
from segtui.tui.actions.action import Command
from segtui.tui.screens.base.live_list import FollowingScreen
from segtui.tui.widgets.chrome.key_bar import key_shown
from segtui.tui.widgets.forms.search_box import ResultCount, SearchBox
from segtui.tui.widgets.table.result_table import ResultTable

# Rows up to which the cursor follows its row into another order.
_FOLLOWED = 50_000


class ListScreen(FollowingScreen[Row], Generic[Row]):
    """A screen whose body holds a SearchBox, a ResultCount and a ResultTable `#rows`."""

    AUTO_FOCUS = "#rows"
    list_name: ClassVar[str]
    """By which its order and its columns are remembered."""

    @dataclass
    class Totalled(Message):
        """So many there are without the search."""

        total: int

    @dataclass
    class Copied(Message):
        """Rows were copied, as this sentence says."""

        sentence: str

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__(session, settings)
        self._all: int | None = None
        self._all_is_old = True
        self._had_row = False

    @abstractmethod
    def count_all(self) -> int:
        """Return how many there are without the search. Runs in a thread."""

    @abstractmethod
    def search_for(self, typed: str) -> None:
        """Take what was typed as the search."""

    @abstractmethod
    def sort_by(self, sort: str, *, descending: bool) -> None:
        """Take an order."""

    @property
    def narrowed(self) -> bool:
        """Whether not all are asked for."""
        return bool(self.query_one(SearchBox).value.strip())

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.table.cursor_row

    @property
    def has_row(self) -> bool:
        """Whether there is a row to do something with."""
        return self._had_row

    @property
    def typing(self) -> bool:
        """Whether keys go into the search box."""
        return isinstance(self.focused, SearchBox)

    def on_mount(self) -> None:
        """Show the first rows, in the order and the columns of the last time.

        Textual calls the `on_mount` of every class of a screen: those that have one of their own call no other.
        """
        self.recall()
        self.reload()

    def recall(self) -> None:
        """Take the order and the columns that were remembered, as far as there are such still."""
        table, hidden = self.table, self.hidden
        table.set_hidden(hidden)
        order = self.program.remembered.sort(self.list_name)
        if order is not None and order[0] in {each.sort for each in table.columns if each.key not in hidden}:
            self.sorted_by(order[0], descending=order[1])

    @property
    def left_out(self) -> frozenset[str]:
        """The keys of the columns that make no sense here and now."""
        return frozenset()

    @property
    def hidden(self) -> frozenset[str]:
        """The keys of the columns that are not shown: nobody wants them, or they make no sense."""
        return self.left_out | self.program.remembered.hidden(self.list_name)

    def reload(self, *, cursor: int | None = None, same_rows: bool = False, quietly: bool = False) -> None:
        """Ask anew, and unless it is only the order or the search that changed, how many there are as well."""
        self._all_is_old = self._all_is_old or not same_rows
        super().reload(cursor=cursor, same_rows=same_rows, quietly=quietly)

    # The search and the count

    @on(SearchBox.Changed, "#search")
    def _searched(self, event: SearchBox.Changed) -> None:
        self.search_for(event.value)
        self.reload(same_rows=True)

    @on(SearchBox.Left)
    def _left_search(self) -> None:
        self.table.focus()

    def on_descendant_focus(self) -> None:
        """Say in an empty list what can be pressed now."""
        self._say_anew_what_works()

    def on_descendant_blur(self) -> None:
        """Say in an empty list what can be pressed now."""
        self._say_anew_what_works()

    def _say_anew_what_works(self) -> None:
        if self.table.total == 0:
            self.table.empty_text = self.nothing_found()

    @on(ResultTable.LoadStarted)
    def _started(self, event: ResultTable.LoadStarted) -> None:
        self.query_one(ResultCount).searching(event.words)

    @on(ResultTable.Counted)
    def _counted(self, event: ResultTable.Counted) -> None:
        if not self.narrowed:
            self._all, self._all_is_old = event.total, False
        elif self._all_is_old:
            self.requests.ask("total", lambda _: self.Totalled(self.count_all()))
        self._show_count()
        self._look_for_row()

    @on(Totalled)
    def _totalled(self, event: Totalled) -> None:
        self._all, self._all_is_old = event.total, False
        self._show_count()

    @on(ResultTable.MarksChanged)
    def _show_count(self) -> None:
        found = self.table.total
        if found is not None:
            of = self._all if self.narrowed else None
            table = self.table
            self.query_one(ResultCount).show(
                found,
                of=of,
                selected=table.marked_count,
                elsewhere=table.selection.outside_count,
                waiting=table.loading_rows,
            )

    @on(ResultTable.LoadFinished)
    def _ended(self) -> None:
        self.query_one(ResultCount).done()

    @on(ResultTable.LoadFinished)
    def _finished(self) -> None:
        self.query_one(ResultCount).done()
        self._look_for_row()

    @on(ResultTable.CursorMoved)
    def _look_for_row(self) -> None:
        """Offer what needs a row, or no longer."""
        if (has := self.table.cursor_row is not None) != self._had_row:
            self._had_row = has
            self.refresh_bindings()

    def press(self, command: type[Command]) -> Content:
        """Return how a command is given from where one is: in the search box letters are typed."""
        key = (key_shown(self.app, command), "bold")
        if self.typing:
            return Content.assemble("Press ", ("enter", "bold"), ", then ", key, ",")
        return Content.assemble("Press ", key)

    def action_search(self) -> None:
        """Go to the search box; what is typed replaces what is in it."""
        box = self.query_one(SearchBox)
        box.focus()
        box.select_all()

    # The order

    @on(ResultTable.SortRequested)
    def _sort_requested(self, event: ResultTable.SortRequested) -> None:
        self._sort(event.sort, descending=event.descending)

    def sorted_by(self, sort: str, *, descending: bool) -> None:
        """Take an order, to be seen after the next `reload`."""
        self.order = (sort, descending)
        self.sort_by(sort, descending=descending)

    def _sort(self, sort: str, *, descending: bool) -> None:
        self.sorted_by(sort, descending=descending)
        self.program.remembered.remember_sort(self.list_name, sort, descending)
        # Who stands at the top wants to see the top of the new order; who chose a row, that row, unless there are so
        # many that its place is not known at once: a list that jumps from under one's eyes is worse.
        table = self.table
        stays = not table.is_at_top and (table.total or 0) <= _FOLLOWED
        self.reload(cursor=table.cursor_id if stays else None, same_rows=True)

    def action_sort(self) -> None:
        """Sort by the next column."""
        sort, descending = self.table.next_sort()
        self._sort(sort, descending=descending)

    def action_reverse_sort(self) -> None:
        """Reverse the order."""
        sort, descending = self.table.reversed_sort()
        self._sort(sort, descending=descending)

    # The columns and the rows

    def action_choose_columns(self) -> None:
        """Choose which columns are shown."""
        from segtui.tui.screens.shared.column_picker import ColumnPicker

        def changed(hidden: frozenset[str]) -> None:
            # What is left out now may be wanted where it makes sense.
            unasked = self.program.remembered.hidden(self.list_name) & self.left_out
            self.program.remembered.remember_hidden(self.list_name, hidden | unasked)
            self.table.set_hidden(self.hidden)

        offered = [column for column in self.table.columns if column.key not in self.left_out]
        self.app.push_screen(ColumnPicker(offered, self.hidden, changed))

    def action_toggle_mark(self) -> None:
        """Mark the row under the cursor, or take its mark."""
        self.table.toggle_mark()

    def action_mark_all(self) -> None:
        """Mark all that match; where all are marked, none."""
        self.table.mark_all()

    def action_copy(self) -> None:
        """Copy the row under the cursor, or the marked ones, as they are shown."""
        from segtui.tui.screens.base import copy_rows
        from segtui.tui.widgets.chrome import clipboard

        table, row = self.table, self.row
        columns = copy_rows.copied_columns(table.columns, self.hidden)

        def copied(text: str, rows: int) -> Message:
            return self.Copied(f"{counted(rows, 'row')} copied. {clipboard.copy(self.app, text)}")

        if table.marked_count:
            ids = table.marked_ids()
            self.requests.ask(
                "copy", lambda interrupt: copied(copy_rows.text_of(self.listing(interrupt), ids, columns), len(ids))
            )
        elif row is not None:
            self.requests.ask("copy", lambda _: copied(copy_rows.as_text([row], columns), 1))

    @on(Copied)
    def _copied(self, event: Copied) -> None:
        self.say(event.sentence)
