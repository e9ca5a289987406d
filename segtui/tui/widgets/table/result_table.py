"""The table of every list: any number of rows, drawn line by line, under the keys and the mouse.

Only lines that look different are painted again, and a clicked cell is found by where it is: style meta on rows would
repaint them with every move of the mouse.
"""

from typing import ClassVar, Final, Generic

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from segtui.domain.text import clean
from segtui.services.listing import Row
from segtui.tui.widgets.table.marking_table import MarkingTable
from segtui.tui.widgets.table.table_columns import ACTIONS_KEY, GUTTER, action_at

# What a tooltip shows at most: it has to fit the screen.
_LONGEST: Final = 600


class ResultTable(MarkingTable[Row], Generic[Row]):
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
        Binding("shift+pageup", "extend_page(-1)", "Mark a page upwards", show=False),
        Binding("shift+pagedown", "extend_page(1)", "Mark a page downwards", show=False),
        Binding("shift+home", "extend_first", "Mark up to the first row", show=False),
        Binding("shift+end", "extend_last", "Mark down to the last row", show=False),
    ]

    # The order.

    def next_sort(self) -> tuple[str, bool]:
        """Return what the next sortable column is sorted by, and whether descending at first."""
        wanted = [column for place, column in enumerate(self.columns) if not place or column.key not in self.hidden]
        sortable = [(column.sort, column.first_descending) for column in wanted if column.sort is not None]
        names = [sort for sort, _ in sortable]
        current, _ = self.order_asked
        return sortable[(names.index(current) + 1) % len(names) if current in names else 0]

    def reversed_sort(self) -> tuple[str, bool]:
        """Return the same order the other way round."""
        sort, descending = self.order_asked
        return sort, not descending

    # Keys.

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

    # The mouse.

    def on_click(self, event: events.Click) -> None:
        """Find what was clicked by where it is: a header, a row, a word in it."""
        offset = event.get_content_offset(self)
        if offset is None or event.button != 1:
            return
        event.stop()
        if offset.y == 0:
            there = self.painter.column_at(offset.x)
            if there is not None and there.column.sort is not None:
                self._ask_sort(there.column.sort, first_descending=there.column.first_descending)
            return
        position = self.position_at(offset.y)
        if position is None:
            return
        if event.shift and self.markable:
            self.extend_marks(position)
            return
        self.move_cursor(position)
        if offset.x < GUTTER or event.ctrl:
            self.toggle_mark()
        else:
            self._click_on(offset.x, twice=event.chain == 2)

    def _click_on(self, cell: int, *, twice: bool) -> None:
        """Do what a click at this cell of the cursor's row means."""
        row, there = self.cursor_row, self.painter.column_at(cell)
        if row is None or there is None:
            return
        action = action_at(self.actions, cell - there.start) if there.column.key == ACTIONS_KEY else None
        if action is not None:
            self.post_message(self.ActionChosen(self, action.name, row))
        elif there.column.opens or twice:
            self.post_message(self.Opened(self, row))

    def _ask_sort(self, sort: str, *, first_descending: bool) -> None:
        current, reverse = self.reversed_sort()
        self.post_message(self.SortRequested(self, sort, reverse if sort == current else first_descending))

    # The tooltip. Textual asks for it when the mouse has been still for a moment, so that moving it costs nothing.

    @property
    def tooltip(self) -> Content | None:
        """What is under the mouse, whole, where something of it is cut off."""
        if not self.is_mounted:
            return None
        where = self.app.mouse_position - self.content_region.offset
        text = self.full_text_at(where.x, where.y)
        if text is None:
            return None
        cut = text if len(text) <= _LONGEST else text[:_LONGEST] + self.painter.look.signs.coming
        return Content("\n".join(map(clean, cut.split("\n"))))

    @tooltip.setter
    def tooltip(self, _tooltip: object) -> None:
        """Textual lets one be set; a table has none but its own."""

    def full_text_at(self, x: int, y: int) -> str | None:
        """Return the whole text of the cell or the label that is drawn there, if something of it is cut off."""
        if not (0 <= x < self.line_width and 0 <= y < self.size.height):
            return None
        if y == 0:
            there = self.painter.column_at(x)
            return None if there is None else self.painter.heading.full_text(there)
        position = self.position_at(y)
        row = None if position is None else self.window.row(position)
        return None if row is None else self.painter.full_text(row, x)
