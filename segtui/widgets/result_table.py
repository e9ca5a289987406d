"""The table of every list: what `listing_table` loads and `table_view` draws, under the keys and the mouse."""

from typing import ClassVar, Generic

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType

from segtui.services.listing import Row
from segtui.widgets.columns import GUTTER, action_at
from segtui.widgets.listing_table import ListingTable


class ResultTable(ListingTable[Row], Generic[Row]):
    """A table over a Listing. See `show`; the messages are in `TableMessages`."""

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
    ]

    # The order.

    def next_sort(self) -> tuple[str, bool]:
        """Return what the next sortable column is sorted by, and whether descending at first."""
        sortable = [(column.sort, column.first_descending) for column in self.columns if column.sort is not None]
        names = [sort for sort, _ in sortable]
        current = self.sort if self._asked is None else self._asked.sort
        return sortable[(names.index(current) + 1) % len(names) if current in names else 0]

    def reversed_sort(self) -> tuple[str, bool]:
        """Return the same order the other way round."""
        return (
            (self.sort, not self.descending) if self._asked is None else (self._asked.sort, not self._asked.descending)
        )

    # The cursor.

    def move_cursor(self, position: int) -> None:
        """Put the cursor on a position of the result, as near as there is one, and scroll to it."""
        self._move_to(position)
        self._anchor = None

    def _move_to(self, position: int) -> None:
        position = max(0, min(position, len(self.window) - 1))
        self._moved, self._to_the_end = True, False
        if position != self._position or not self.top <= position < self.top + self.page_rows:
            self._position = position
            self.reveal(position)
            self.refresh_changed()
            self._tell_cursor()

    def action_move(self, rows: int) -> None:
        """Go so many rows down."""
        self.move_cursor(self._position + rows)

    def action_move_page(self, pages: int) -> None:
        """Go so many screens down."""
        self.move_cursor(self._position + pages * max(1, self.page_rows - 1))

    def action_first(self) -> None:
        """Go to the first row."""
        self.move_cursor(0)

    def action_last(self) -> None:
        """Go to the last row. While the rows are not counted yet: as soon as they are."""
        self.move_cursor(len(self.window) - 1)
        self._to_the_end = self.window.total is None

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if (row := self.cursor_row) is not None:
            self.post_message(self.Opened(self, row))

    # Marks.

    def toggle_mark(self) -> None:
        """Mark the row under the cursor, or take its mark."""
        if (row_id := self.cursor_id) is not None and self.markable:
            self.marks.toggle(row_id)
            self._marked()

    def mark_all(self) -> None:
        """Mark all that match; where all are marked, none."""
        if self.markable:
            self.marks.toggle_everything()
            self._marked()

    def clear_marks(self) -> None:
        """Mark nothing."""
        if self.marks:
            self.marks.clear()
            self._marked()

    def _marked(self) -> None:
        self.refresh_changed()
        self._tell_marks()

    def action_toggle_mark(self) -> None:
        """Mark the row under the cursor, or take its mark."""
        self._only_if_markable()
        self.toggle_mark()

    def action_mark_all(self) -> None:
        """Mark all that match; where all are marked, none."""
        self._only_if_markable()
        self.mark_all()

    def action_extend(self, rows: int) -> None:
        """Go a row on and mark it; on the way back to where it began, take the marks again."""
        self._only_if_markable()
        here = self.cursor_id
        if here is None:
            return
        if self._anchor is None:
            self._anchor = self._position
            self.marks.mark(here)
        before, anchor = self._position, self._anchor
        self._move_to(before + rows)
        there = self.cursor_id
        if abs(self._position - anchor) < abs(before - anchor):
            self.marks.unmark(here)
        elif there is not None:
            self.marks.mark(there)
        self._marked()

    def _only_if_markable(self) -> None:
        if not self.markable:
            raise SkipAction

    # The mouse.

    def on_click(self, event: events.Click) -> None:
        """Find what was clicked by where it is: a header, a row, a word in it."""
        offset = event.get_content_offset(self)
        if offset is None or event.button != 1:
            return
        event.stop()
        there = self.painter.column_at(offset.x)
        if offset.y == 0:
            if there is not None and there.column.sort is not None:
                self._ask_sort(there.column.sort, first_descending=there.column.first_descending)
            return
        position = self.position_at(offset.y)
        if position is None:
            return
        self.move_cursor(position)
        row = self.cursor_row
        if offset.x < GUTTER:
            self.toggle_mark()
        elif row is not None and there is not None:
            action = action_at(self.actions, offset.x - there.start) if there.column.key == "actions" else None
            if action is not None:
                self.post_message(self.ActionChosen(self, action.name, row))
            elif there.column.opens or event.chain == 2:
                self.post_message(self.Opened(self, row))

    def _ask_sort(self, sort: str, *, first_descending: bool) -> None:
        current, reverse = self.reversed_sort()
        self.post_message(self.SortRequested(self, sort, reverse if sort == current else first_descending))
