"""Result table: the table of every list, for any number of rows, with keys and mouse.

Only lines that look different are painted again, and a clicked cell is found by its coordinates: style meta on rows
would repaint them with every move of the mouse.
"""

from array import array
from collections.abc import Callable, Sequence
from typing import ClassVar, Final, Generic, TypeAlias

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.content import Content

from segtui.domain.text import clean
from segtui.services.listing import Listing, Row
from segtui.tui.widgets.chrome.service_requests import Requests
from segtui.tui.widgets.table import result_messages
from segtui.tui.widgets.table.listing_loader import ListingLoader
from segtui.tui.widgets.table.live_updates import LiveUpdates
from segtui.tui.widgets.table.load_request import LoadRequest
from segtui.tui.widgets.table.marking.marker import Marker
from segtui.tui.widgets.table.result_presenter import ResultPresenter
from segtui.tui.widgets.table.row_pager import RowPager
from segtui.tui.widgets.table.table_canvas import TableCanvas
from segtui.tui.widgets.table.table_columns import ACTIONS_KEY, GUTTER, Action, TableColumn, action_at

_MAX_TOOLTIP: Final = 600  # characters: it has to fit the screen


class ResultTable(TableCanvas[Row], Generic[Row]):
    """A table over a Listing: see `show`. A loader fills it, a selection holds the marks, a painter draws the lines."""

    Opened: TypeAlias = result_messages.Opened
    CursorMoved: TypeAlias = result_messages.CursorMoved
    SortRequested: TypeAlias = result_messages.SortRequested
    ActionChosen: TypeAlias = result_messages.ActionChosen
    MarksChanged: TypeAlias = result_messages.MarksChanged
    RangeChanged: TypeAlias = result_messages.RangeChanged
    LoadStarted: TypeAlias = result_messages.LoadStarted
    Counted: TypeAlias = result_messages.Counted
    LoadFinished: TypeAlias = result_messages.LoadFinished
    LoadFailed: TypeAlias = result_messages.LoadFailed

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "move_page(-1)", "Page up", show=False),
        Binding("pagedown", "move_page(1)", "Page down", show=False),
        Binding("home,g", "first", "First row", show=False),
        Binding("end,G", "last", "Last row", show=False),
        Binding("enter", "open", "Open", show=False),
        Binding("space", "toggle_mark", "Mark", show=False),
        Binding("asterisk", "mark_all", "Mark all that match", show=False),
        Binding("shift+up", "extend(-1)", "Mark upwards", show=False),
        Binding("shift+down", "extend(1)", "Mark downwards", show=False),
        Binding("shift+pageup", "extend_page(-1)", "Mark a page upwards", show=False),
        Binding("shift+pagedown", "extend_page(1)", "Mark a page downwards", show=False),
        Binding("shift+home", "extend_first", "Mark up to the first row", show=False),
        Binding("shift+end", "extend_last", "Mark down to the last row", show=False),
    ]

    def __init__(
        self,
        columns: Sequence[TableColumn[Row]],
        *,
        actions: Sequence[Action] = (),
        actions_priority: int = 2,
        markable: bool = True,
        found_in: bool = True,
        id: str | None = None,  # noqa: A002 - Textual calls it so
        classes: str | None = None,
    ) -> None:
        super().__init__(
            columns, actions=actions, actions_priority=actions_priority, found_in=found_in, id=id, classes=classes
        )
        self.markable = markable
        requests = Requests(self)
        self.marker = Marker(self, requests)
        self._presenter = ResultPresenter(self)
        self._pager = RowPager(self, requests)
        self._loader = ListingLoader(self, requests, self._presenter, self._pager)
        self._live_updates = LiveUpdates(self, requests, self._loader, self._pager)
        self._reported_row: Row | None = None
        self._page_rows_before = 0

    # The result

    def show(
        self,
        listing: Listing[Row],
        *,
        sort: str,
        descending: bool = False,
        keep_cursor: int | None = None,
        cancel: Callable[[], None] | None = None,
        quietly: bool = False,
    ) -> None:
        """Load a listing and show it in place of the current one.

        `sort` and `descending` are shown in the header. `keep_cursor` is the id of a row that the cursor follows to
        its new position; without one it goes to the first row. Marked rows stay marked as long as they belong to the
        list; all that match stay marked as long as the search is the same.

        `cancel` stops what the listing is reading. It is called as soon as that is of no use any more: the listing is
        read from until another one is shown.

        `quietly` is for changes made elsewhere: cursor and scroll position stay with their rows, no message announces
        the loading, and what the user requests meanwhile comes first.
        """
        self._live_updates.abandon()
        request = LoadRequest(listing, sort, descending, None if quietly else keep_cursor, cancel)
        if quietly:
            self._live_updates.load(request)
        else:
            self._loader.load(request)

    @property
    def is_settled(self) -> bool:
        """True once the newest result is shown, counted, and complete in view."""
        is_loaded = not self.loading_rows and self.total is not None and not self.has_missing_rows
        return is_loaded and not self.marker.is_busy

    @property
    def loading_rows(self) -> bool:
        """True while a result that was requested with `show` is not loaded completely."""
        return self._loader.is_loading

    @property
    def is_outdated(self) -> bool:
        """True while the table shows, and marks, what matched before: the newest result is not here, or has failed."""
        return self._loader.is_outdated

    @property
    def total(self) -> int | None:
        """The exact number of rows, or None while they are not counted."""
        return self.window.total

    def on_unmount(self) -> None:
        """Stop what is still being read."""
        self._live_updates.abandon()
        self._loader.abandon()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw the rows that came into view, and load those that are missing."""
        if round(old_value) != round(new_value):
            self.hold_for_missing_rows()
        super().watch_scroll_y(old_value, new_value)
        if not self._is_batching:
            self._pager.load_missing()

    def on_resize(self) -> None:
        """Keep the cursor's row in view in a smaller terminal, if it was in view before."""
        before, self._page_rows_before = self._page_rows_before, self.page_rows
        if self.top <= self.position < self.top + before:
            self.reveal(self.position)
        self._pager.load_missing()

    # The order

    def next_sort(self) -> tuple[str, bool]:
        """Return the sort key of the next sortable column, and whether it is descending at first."""
        shown = [column for index, column in enumerate(self.columns) if not index or column.key not in self.hidden]
        fitting = [column for column in shown if column.from_width <= self.size.width]
        sortable = [(column.sort, column.first_descending) for column in fitting if column.sort is not None]
        keys = [sort for sort, _ in sortable]
        current, _ = self._loader.order
        return sortable[(keys.index(current) + 1) % len(keys) if current in keys else 0]

    def reversed_sort(self) -> tuple[str, bool]:
        """Return the current sort key and the opposite direction."""
        sort, descending = self._loader.order
        return sort, not descending

    # The cursor

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor; None if there is none, or it is not loaded."""
        return self.window.row(self.position)

    @property
    def cursor_id(self) -> int | None:
        """The id of the row under the cursor."""
        return self.window.id_at(self.position)

    @property
    def is_at_top(self) -> bool:
        """True where the cursor is on the first row."""
        return self.position == 0

    def move_cursor(self, position: int) -> None:
        """Put the cursor on a position of the result, or the nearest one, and scroll to it. It ends a range."""
        self.move_within_range(position)
        self.marker.end_range()

    def move_within_range(self, position: int) -> None:
        """Do the same as `move_cursor`, but leave a range that is being marked."""
        position = max(0, min(position, len(self.window) - 1))
        self._presenter.cursor_moved()
        if position != self.position or not self.top <= position < self.top + self.page_rows:
            self.position = position
            self.reveal(position)
            self.refresh_changed()
            self.report_cursor()

    def report_cursor(self) -> None:
        """Tell the screen which row the cursor is on, if that has changed."""
        row = self.cursor_row
        if row != self._reported_row:
            self._reported_row = row
            self.post_message(self.CursorMoved(self, row))

    # Marks

    @property
    def marked_count(self) -> int:
        """The number of marked rows, those outside the current result included."""
        return self.selection.count

    @property
    def is_all_marked(self) -> bool:
        """True where all rows of the result are marked."""
        return bool(self.total) and self.selection.is_all_marked

    def marked_ids(self) -> "array[int]":
        """Return as many ids as `marked_count` says: in the order of the result, then those outside it."""
        return self.selection.ids()

    def toggle_mark(self) -> None:
        """Mark the row under the cursor, or unmark it, and go on to the next row; end a range that is open."""
        if not self.markable:
            return
        if self.marker.is_range_open:
            self.marker.end_range()
            return
        with self.batch_changes():
            self.marker.toggle()
            self.move_cursor(self.position + 1)

    def mark_range(self) -> None:
        """Begin to mark a range at the cursor: every movement extends it, until it is ended."""
        if self.markable:
            self.marker.open_range()

    def mark_all(self) -> None:
        """Mark all that match, as soon as they are counted; where all are marked, none."""
        if self.markable:
            self.marker.toggle_all()

    def clear_marks(self) -> None:
        """Mark nothing."""
        self.marker.clear()

    def report_marks(self) -> None:
        """Tell the screen how many rows are marked, if that has changed."""
        self.marker.report()

    # Keys

    def action_move(self, rows: int) -> None:
        """Move the cursor down by `rows`."""
        self._go_to(self.position + rows)

    def action_move_page(self, pages: int) -> None:
        """Move the cursor down by `pages`."""
        self._go_to(self._page_away(pages))

    def action_first(self) -> None:
        """Move the cursor to the first row."""
        self._go_to(0)

    def action_last(self) -> None:
        """Move the cursor to the last row: as soon as the rows are counted."""
        if self.marker.is_range_open:
            self.marker.extend_to_end()
        else:
            self.move_cursor(len(self.window) - 1)
            self._presenter.cursor_moved(to_end=self.total is None)

    def _go_to(self, position: int) -> None:
        """Move the cursor; with an open range, also its end."""
        (self.marker.extend if self.marker.is_range_open else self.move_cursor)(position)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if (row := self.cursor_row) is not None:
            self.post_message(self.Opened(self, row))

    def action_toggle_mark(self) -> None:
        """Mark the row under the cursor, or unmark it; the cursor goes on to the next row."""
        self._require_markable()
        self.toggle_mark()

    def action_mark_all(self) -> None:
        """Mark all that match; where all are marked, none."""
        self._require_markable()
        self.mark_all()

    def action_extend(self, rows: int) -> None:
        """Move down by `rows` and mark them."""
        self._require_markable()
        self.marker.extend(self.position + rows)

    def action_extend_page(self, pages: int) -> None:
        """Move down by `pages` and mark the rows."""
        self._require_markable()
        self.marker.extend(self._page_away(pages))

    def action_extend_first(self) -> None:
        """Move to the first row and mark all up to it."""
        self._require_markable()
        self.marker.extend(0)

    def action_extend_last(self) -> None:
        """Move to the last row and mark all down to it, as soon as the rows are counted."""
        self._require_markable()
        self.marker.extend_to_end()

    def _page_away(self, pages: int) -> int:
        return self.position + pages * max(1, self.page_rows - 1)

    def _require_markable(self) -> None:
        if not self.markable:
            raise SkipAction

    # The mouse

    def on_click(self, event: events.Click) -> None:
        """Handle a click on a header, beside a row, or on a cell, found by its coordinates."""
        offset = event.get_content_offset(self)
        if offset is None or event.button != 1 or self.marker.is_busy:
            return
        event.stop()
        if offset.y == 0:
            self._click_header(offset.x)
            return
        position = self.position_at(offset.y)
        if position is None:
            return
        if self.markable and (event.shift or self.marker.is_range_open):
            self.marker.extend(position)
            return
        self.move_cursor(position)
        if self.markable and (offset.x < GUTTER or event.ctrl):
            self.marker.toggle()
        else:
            self._click_cell(offset.x, is_double=event.chain == 2)

    def _click_header(self, x: int) -> None:
        placed = self.painter.column_at(x)
        if placed is None or (sort := placed.column.sort) is None:
            return
        current, reverse = self.reversed_sort()
        descending = reverse if sort == current else placed.column.first_descending
        self.post_message(self.SortRequested(self, sort, descending))

    def _click_cell(self, x: int, *, is_double: bool) -> None:
        row, placed = self.cursor_row, self.painter.column_at(x)
        if row is None or placed is None:
            return
        action = action_at(self.actions, x - placed.start) if placed.column.key == ACTIONS_KEY else None
        if action is not None:
            self.post_message(self.ActionChosen(self, action.name, row))
        elif placed.column.opens or is_double:
            self.post_message(self.Opened(self, row))

    # The tooltip. Textual reads it when the mouse has been still for a moment, so that moving it costs nothing.

    @property
    def tooltip(self) -> Content | None:
        """The whole text under the mouse, if something of it is cut off."""
        if not self.is_mounted:
            return None
        offset = self.app.mouse_position - self.content_region.offset
        text = self.full_text_at(offset.x, offset.y)
        if text is None:
            return None
        cut = text if len(text) <= _MAX_TOOLTIP else text[:_MAX_TOOLTIP] + self.painter.style.glyphs.ellipsis
        return Content("\n".join(map(clean, cut.split("\n"))))

    @tooltip.setter
    def tooltip(self, _tooltip: object) -> None:
        """Ignore a tooltip that Textual sets: a table has only its own."""

    def full_text_at(self, x: int, y: int) -> str | None:
        """Return the whole text of the cell or label drawn at a position, if something of it is cut off."""
        if not (0 <= x < self.line_width and 0 <= y < self.size.height):
            return None
        if y == 0:
            placed = self.painter.column_at(x)
            return None if placed is None else self.painter.heading.full_text(placed)
        position = self.position_at(y)
        row = None if position is None else self.window.row(position)
        return None if row is None else self.painter.full_text(row, x)
