"""Table canvas: draws the rows of a ResultWindow, with header, cursor, marks and scroll bar."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar, Final, Generic

from textual.content import Content
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget

from segtui.domain.search_terms import Search
from segtui.services.listing import Row
from segtui.tui.textual_internals import vertical_scrollbar_of
from segtui.tui.widgets.chrome.glyphs import glyphs_for
from segtui.tui.widgets.forms.empty_text import centred, wrapped
from segtui.tui.widgets.table.highlight import Highlighter
from segtui.tui.widgets.table.load_request import NOTICE_DELAY
from segtui.tui.widgets.table.painting import Painter
from segtui.tui.widgets.table.render_style import RenderStyle, ThemeStyles
from segtui.tui.widgets.table.result_window import ResultWindow
from segtui.tui.widgets.table.scroll_bar import AsciiScrollBar, QuietScrollBar
from segtui.tui.widgets.table.selection import Selection
from segtui.tui.widgets.table.table_columns import ACTIONS_KEY, Action, TableColumn, actions_column

_HEADER: Final = 1  # lines
_LOADING: Final = "loading"
_DELETED: Final = "(deleted meanwhile)"


class TableCanvas(ScrollView, Generic[Row], can_focus=True):
    """Draws a ResultWindow, and repaints only the lines that look different from those on the terminal."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "result-table--header",
        "result-table--ordered",
        "result-table--cursor",
        "result-table--mark",
        "result-table--match",
        "result-table--action",
        "result-table--dim",
    }
    # The cursor's line is reversed, not coloured: that is readable with 16 colours and with none.
    DEFAULT_CSS = """
    TableCanvas {
        height: 1fr;
        background: $background;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;

        & > .result-table--header { background: $panel; color: $foreground; text-style: bold; }
        & > .result-table--ordered { color: $text-accent; text-style: bold underline; }
        & > .result-table--cursor { background: $panel; color: $foreground; }
        & > .result-table--mark { color: $text-success; text-style: bold; }
        & > .result-table--match { color: $text-warning; text-style: bold underline; }
        & > .result-table--action { color: $text-primary; }
        & > .result-table--dim { color: $text-muted; }

        &:focus > .result-table--cursor { background: $background; color: $text-primary; text-style: bold reverse; }
    }
    """

    def __init__(
        self,
        columns: Sequence[TableColumn[Row]],
        *,
        actions: Sequence[Action] = (),
        actions_priority: int = 2,
        found_in: bool = True,
        id: str | None = None,  # noqa: A002 - Textual calls it so
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.auto_links = False
        self.actions = tuple(actions)
        self.columns = (*columns, *([actions_column(actions, actions_priority)] if actions else []))
        self.window: ResultWindow[Row] = ResultWindow()
        self.selection = Selection()
        self.position = 0
        """The cursor's position in the result."""
        self.search: Search = ()
        self.sort = ""
        self.descending = False
        self._pending_order: tuple[str, bool] | None = None
        self._tells_matches = found_in
        self._empty_text: str | Content = ""
        self._row_count = 0
        self._hidden: frozenset[str] = frozenset()
        self._styles = ThemeStyles(self)
        self._painter: Painter[Row] | None = None
        self._is_painter_old = False
        self._painted: dict[int, Strip] = {}
        self._is_batching = False
        self._is_held = False
        self._is_paint_due = False  # lines have changed since the last paint
        self._after_paint: Callable[[], None] | None = None

    @property
    def empty_text(self) -> str | Content:
        """The text shown, centred, in an empty result. A str is never read as markup."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str | Content) -> None:
        self._empty_text = text
        if self.window.total == 0:
            self.refresh_changed()

    @property
    def hidden(self) -> frozenset[str]:
        """The keys of the columns that the user hides."""
        return self._hidden

    def set_columns(self, columns: Sequence[TableColumn[Row]], hidden: Collection[str]) -> None:
        """Draw other columns from now on, without those that are `hidden`."""
        actions = [column for column in self.columns if column.key == ACTIONS_KEY]
        self.columns = (*columns, *actions)
        self.set_hidden(hidden)

    def set_hidden(self, keys: Collection[str]) -> None:
        """Hide these columns. The first one stays, and so does a column that is not removable."""
        removable = {column.key for column in self.columns[1:] if column.removable}
        self._hidden = frozenset(keys) & removable
        self._is_painter_old = True
        self.refresh_changed()

    def replace_row(self, row: Row) -> None:
        """Show a row's new content at its position."""
        if self.window.replace(row) is not None:
            self.refresh_changed()

    def show_window(self, window: ResultWindow[Row], search: Search, sort: str, *, descending: bool) -> None:
        """Draw another result from now on, with another search highlighted and another order in the header."""
        self.window = window
        self.search, self.sort, self.descending = search, sort, descending
        self._pending_order = None
        self._is_painter_old = True

    def announce_order(self, pending: tuple[str, bool] | None) -> None:
        """Show in the header which order is loading, or that none is."""
        if pending != self._pending_order:
            self._pending_order = pending
            self.refresh_changed()

    # Geometry

    @property
    def top(self) -> int:
        """The position of the first row that is drawn."""
        return self.scroll_offset.y

    @property
    def line_width(self) -> int:
        """The width of a line in cells, without the scroll bar."""
        return self.scrollable_content_region.width

    @property
    def page_rows(self) -> int:
        """The number of rows drawn at once."""
        return max(1, self.size.height - _HEADER)

    @property
    def row_count(self) -> int:
        """The number of rows that the scroll bar stands for."""
        return self._row_count

    def position_at(self, y: int) -> int | None:
        """Return the position of the row drawn on line `y` of the widget."""
        position = self.top + y - _HEADER
        return position if y >= _HEADER and position < len(self.window) else None

    def reveal(self, position: int) -> None:
        """Scroll as little as is needed to draw a row."""
        if position < self.top:
            self.scroll_to(y=position)
        elif position >= self.top + self.page_rows:
            self.scroll_to(y=position - self.page_rows + 1)

    def scroll_cursor_to_line(self, line: int) -> None:
        """Scroll so that the cursor is on this line of the rows, as far as there are enough rows."""
        top = self.position - min(line, self.page_rows - 1)
        self.scroll_to(y=max(0, min(top, self._row_count - self.page_rows)))

    def set_row_count(self, count: int) -> None:
        """Set the number of rows for the scroll bar. No layout: only the bar changes."""
        if count == self._row_count:
            return
        self._row_count = count
        self.set_reactive(Widget.virtual_size, Size(0, count + _HEADER))
        if self.container_size.height:
            self.vertical_scrollbar.window_virtual_size = count + _HEADER
            self.vertical_scrollbar.window_size = self.container_size.height
        if self.scroll_y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y)

    def scroll_to(self, x: float | None = None, y: float | None = None, **_options: object) -> None:
        """Scroll at once. An animation would cost a screenful per step, over SSH too."""
        super().scroll_to(x, y, animate=False, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw the rows that came into view."""
        self.vertical_scrollbar.position = new_value
        if round(old_value) != round(new_value):
            self.refresh_changed()

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The scroll bar, made at its first use."""
        return vertical_scrollbar_of(self, QuietScrollBar)

    def on_mount(self) -> None:
        """Use a scroll bar that this terminal can draw."""
        if glyphs_for(self.app).ascii_only:
            # Textual looks the renderer up on the instance first, as its documentation says.
            self.vertical_scrollbar.renderer = AsciiScrollBar  # type: ignore[misc] # declared as of the class

    # Repaints

    @contextmanager
    def batch_changes(self) -> Iterator[None]:
        """Change the result in several steps and repaint once, the lines that differ at the end."""
        self._is_batching, self._is_held = True, False
        try:
            yield
        finally:
            self._is_batching = False
        self.refresh_changed()

    @property
    def has_missing_rows(self) -> bool:
        """True where rows in view are not loaded."""
        return bool(self.window.missing(self.top, self.top + self.page_rows))

    def hold_for_missing_rows(self) -> None:
        """Repaint a moment later where rows in view are missing: they mostly come within it."""
        self._is_held = self.has_missing_rows
        if self._is_held:
            self.set_timer(NOTICE_DELAY, self.release_repaint)

    def release_repaint(self) -> None:
        """Repaint the lines that were held."""
        if self._is_held:
            self._is_held = False
            self.refresh_changed()

    def refresh_changed(self) -> None:
        """Repaint the lines that look different from those on the terminal. Textual itself does not compare."""
        if self._is_batching or self._is_held or not self.is_mounted:
            return
        width = self.line_width
        painter = self.painter
        for y in range(self.size.height):
            if self._painted.get(y) != self._line(y, painter):
                self._is_paint_due = True
                self.refresh(Region(0, y, width, 1))

    def call_after_paint(self, callback: Callable[[], None]) -> None:
        """Call `callback` once the lines that changed are sent to the terminal; soon where none has changed.

        Textual's `call_after_refresh` is no use here: it may be handled before the screen hears of the change.
        """
        self._after_paint = callback
        if not self._is_paint_due:
            self._painting_done()

    def _painting_done(self) -> None:
        self._is_paint_due = False
        if self._after_paint is not None:
            self.call_later(self._after_paint)
            self._after_paint = None

    def notify_style_update(self) -> None:
        """Forget the lines drawn in the old styles (Textual calls this)."""
        super().notify_style_update()
        self._painter = None
        self._styles.reset()

    # Lines

    @property
    def painter(self) -> Painter[Row]:
        """The painter for the current styles, columns and search."""
        old = self._painter
        if old is None or self._is_painter_old or old.style.width != self.line_width:
            new = self._new_painter()
            # A painter that would draw the same remembers the lines it drew.
            is_same = old is not None and old.style == new.style and old.columns == new.columns
            self._painter, self._is_painter_old = (old if is_same else new), False
        assert self._painter is not None  # noqa: S101  narrows the type
        self._painter.announce_order(self._pending_order)
        return self._painter

    def _new_painter(self) -> Painter[Row]:
        style = RenderStyle(
            self.line_width,
            self._styles.palette,
            glyphs_for(self.app),
            Highlighter.of(self.search),
            self.sort,
            self.descending,
        )
        painter = self._painter_with(style, match_column=False)
        # Decided once for a result, by the rows in view: columns that come and go while scrolling would jump.
        in_view = (self.window.row(position) for position in range(self.top, self.top + self.page_rows))
        if any(row is not None and painter.has_hidden_match(row) for row in in_view):
            painter = self._painter_with(style, match_column=True)
        return painter

    def _painter_with(self, style: RenderStyle, *, match_column: bool) -> Painter[Row]:
        return Painter(
            style,
            self.columns,
            style_of=self._styles.of_span,
            hidden=self._hidden,
            tells_matches=self._tells_matches,
            match_column=match_column,
        )

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return lines of the widget, which are sent before the next message is handled (Textual calls this)."""
        strips = super().render_lines(crop)
        self._painting_done()
        return strips

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the widget (Textual calls this)."""
        strip = self._painted[y] = self._line(y, self.painter)
        return strip

    def _line(self, y: int, painter: Painter[Row]) -> Strip:
        if y < _HEADER:
            return painter.header
        if self.window.total == 0:
            return self._empty_line(y, painter)
        position = self.top + y - _HEADER
        if position >= self._row_count:
            return painter.blank()
        return self._row_line(position, painter)

    def _row_line(self, position: int, painter: Painter[Row]) -> Strip:
        cursor = position == self.position
        row = self.window.row(position)
        marked = self.selection.marked
        if row is not None:
            return painter.row(row, cursor=cursor, marked=row.id in marked)
        row_id = self.window.id_at(position)
        note = _DELETED if self.window.is_deleted(position) else _LOADING + painter.style.glyphs.ellipsis
        return painter.note(note, cursor=cursor, marked=row_id is not None and row_id in marked)

    def _empty_line(self, y: int, painter: Painter[Row]) -> Strip:
        width = painter.style.width
        lines = wrapped(self._empty_text, width - 4)
        index = y - _HEADER - max(0, (self.page_rows - len(lines)) // 2)
        if not 0 <= index < len(lines):
            return painter.blank()
        return centred(lines[index], width, self.visual_style).adjust_cell_length(width, painter.style.palette.base)
