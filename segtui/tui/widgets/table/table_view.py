"""The drawn part of a result table: lines, header, cursor, marks, scroll bar. What fills it is in `result_table`."""

from array import array
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar, Final, Generic

from rich.style import Style
from textual.content import Content
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.widget import Widget

from segtui.domain.search_terms import Search
from segtui.services.listing import Row
from segtui.tui.textual_internals import vertical_scrollbar_of
from segtui.tui.widgets.chrome.glyphs import signs_for
from segtui.tui.widgets.forms.empty_text import centred, wrapped
from segtui.tui.widgets.table.highlight import Highlighter
from segtui.tui.widgets.table.painting import Painter
from segtui.tui.widgets.table.render_style import Look, Palette
from segtui.tui.widgets.table.result_window import ResultWindow
from segtui.tui.widgets.table.scroll_bar import AsciiScrollBar, QuietScrollBar
from segtui.tui.widgets.table.selection import Marks
from segtui.tui.widgets.table.table_columns import Action, TableColumn, actions_column

_HEADER: Final = 1
_ON_ITS_WAY: Final = "loading"
_GONE: Final = "(deleted meanwhile)"


class TableView(ScrollView, Generic[Row], can_focus=True):
    """Draws a ResultWindow, and only those lines again that look different from what the terminal shows already."""

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
    TableView {
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
        markable: bool = True,
        found_in: bool = True,
        id: str | None = None,  # noqa: A002 - Textual calls it so
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.auto_links = False
        self.actions = tuple(actions)
        self.columns = (*columns, *([actions_column(actions, actions_priority)] if actions else []))
        self.markable = markable
        self.window: ResultWindow[Row] = ResultWindow()
        self.marks = Marks()
        self.search: Search = ()
        self.sort = ""
        self.descending = False
        self._found_in = found_in
        self._empty_text: str | Content = ""
        self._position = 0
        self._rows = 0
        self._hidden: frozenset[str] = frozenset()
        # The order that is on its way, and its direction.
        self._coming: tuple[str, bool] | None = None
        # The ids of the newest result that was counted: what "all that match" means.
        self._ordered: array[int] = array("q")
        self._painter: Painter[Row] | None = None
        self._is_painter_old = False
        self._palette: Palette | None = None
        self._painted: dict[int, Strip] = {}
        self._quiet = False
        self._held_back = False
        self._styles_of_spans: dict[object, Style] = {}

    # What is asked of it.

    @property
    def total(self) -> int | None:
        """The exact number of rows, or None while they are not counted."""
        return self.window.total

    @property
    def position(self) -> int:
        """The cursor's position in the result."""
        return self._position

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor; None if there is none, or it is not here yet."""
        return self.window.row(self._position)

    @property
    def is_at_top(self) -> bool:
        """Whether the cursor is on the first row."""
        return self._position == 0

    @property
    def cursor_id(self) -> int | None:
        """The id of the row under the cursor."""
        return self.window.id_at(self._position)

    @property
    def empty_text(self) -> str | Content:
        """What is shown, centred, where there is no row. A str is never read as markup."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str | Content) -> None:
        self._empty_text = text
        if self.window.total == 0:
            self.refresh_changed()

    @property
    def marked_count(self) -> int:
        """How many rows are marked, those the present result does not show included."""
        return self.marks.count(len(self._ordered))

    @property
    def marked_elsewhere(self) -> int:
        """How many of the marked rows the present result does not show."""
        return len(self.marks.elsewhere)

    def marked_ids(self) -> "array[int]":
        """Return the ids of the marked rows: in the order of the result, then those it does not show.

        There are always as many as `marked_count` says.
        """
        return self.marks.chosen(self._ordered)

    @property
    def hidden(self) -> frozenset[str]:
        """The keys of the columns that are not wanted."""
        return self._hidden

    def set_hidden(self, keys: Collection[str]) -> None:
        """Do without these columns. The first one stays, and so does what is not removable."""
        removable = {column.key for column in self.columns[1:] if column.removable}
        self._hidden = frozenset(keys) & removable
        self._is_painter_old = True
        self.refresh_changed()

    def replace_row(self, row: Row) -> None:
        """Show a row's new content where the row is."""
        if self.window.replace(row) is not None:
            self.refresh_changed()

    # Where things are.

    @property
    def top(self) -> int:
        """The position of the first row that is drawn."""
        return self.scroll_offset.y

    @property
    def line_width(self) -> int:
        """How many cells a line has, beside the scroll bar."""
        return self.scrollable_content_region.width

    @property
    def page_rows(self) -> int:
        """How many rows are drawn at once."""
        return max(1, self.size.height - _HEADER)

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

    def set_rows(self, rows: int) -> None:
        """Tell the scroll bar how many rows there are. No layout: nothing but the bar changes."""
        if rows == self._rows:
            return
        self._rows = rows
        self.set_reactive(Widget.virtual_size, Size(0, rows + _HEADER))
        if self.container_size.height:
            self.vertical_scrollbar.window_virtual_size = rows + _HEADER
            self.vertical_scrollbar.window_size = self.container_size.height
        if self.scroll_y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y)

    def scroll_to(self, x: float | None = None, y: float | None = None, **_options: object) -> None:
        """Scroll at once. Whatever Textual would animate costs a screenful per step, over SSH too."""
        super().scroll_to(x, y, animate=False, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw the rows that came into view."""
        self.vertical_scrollbar.position = new_value
        if round(old_value) != round(new_value):
            self.refresh_changed()

    # Drawing.

    @property
    def painter(self) -> Painter[Row]:
        """What draws the lines as they look now."""
        old = self._painter
        if old is None or self._is_painter_old or old.look.width != self.line_width:
            new = self._new_painter()
            # One that would draw the same remembers what it drew.
            same = old is not None and old.look == new.look and old.columns == new.columns
            self._painter, self._is_painter_old = (old if same else new), False
        assert self._painter is not None  # noqa: S101  narrows the type
        self._painter.announce(self._coming)
        return self._painter

    def _new_painter(self) -> Painter[Row]:
        highlighter = Highlighter.of(self.search)
        look = Look(
            self.line_width, self._current_palette(), signs_for(self.app), highlighter, self.sort, self.descending
        )
        painter = Painter(look, self.columns, style_of=self._style_of_span, hidden=self._hidden, tells=self._found_in)
        # Decided once for a result, by the rows in view: columns that come and go while one scrolls would jump.
        in_view = (self.window.row(position) for position in range(self.top, self.top + self.page_rows))
        if any(row is not None and painter.says_where(row) for row in in_view):
            painter = Painter(
                look, self.columns, style_of=self._style_of_span, hidden=self._hidden, tells=True, found=True
            )
        return painter

    @contextmanager
    def one_change(self) -> Iterator[None]:
        """Do several things to the result and repaint once, what looks different by all of them together."""
        self._quiet, self._held_back = True, False
        try:
            yield
        finally:
            self._quiet = False
        self.refresh_changed()

    def look_for(self, search: Search, sort: str, *, descending: bool) -> None:
        """Highlight another search, show another order in the header."""
        self.search, self.sort, self.descending = search, sort, descending
        self._is_painter_old = True

    def announce(self, coming: tuple[str, bool] | None) -> None:
        """Say in the header which order is on its way, or that none is."""
        if coming != self._coming:
            self._coming = coming
            self.refresh_changed()

    def hold_back(self) -> None:
        """Repaint nothing until `let_go`: what is to be shown is about to come."""
        self._held_back = True

    def let_go(self) -> None:
        """Repaint what was held back."""
        if self._held_back:
            self._held_back = False
            self.refresh_changed()

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old styles (Textual calls this)."""
        super().notify_style_update()
        self._painter = self._palette = None
        self._styles_of_spans = {}

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The scroll bar, made when it is first asked for."""
        return vertical_scrollbar_of(self, QuietScrollBar)

    def on_mount(self) -> None:
        """Use a scroll bar this terminal can draw."""
        if signs_for(self.app).ascii_only:
            # Textual looks the renderer up on the instance first, as its documentation says.
            self.vertical_scrollbar.renderer = AsciiScrollBar  # type: ignore[misc] # declared as of the class

    def refresh_changed(self) -> None:
        """Repaint the lines that look different from what the terminal shows. Textual itself does not compare."""
        if self._quiet or self._held_back or not self.is_mounted:
            return
        width = self.line_width
        painter = self.painter
        for y in range(self.size.height):
            if self._painted.get(y) != self._line(y, painter):
                self.refresh(Region(0, y, width, 1))

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
        if position >= self._rows:
            return painter.blank()
        return self._row_line(position, painter)

    def _row_line(self, position: int, painter: Painter[Row]) -> Strip:
        cursor = position == self._position
        row = self.window.row(position)
        if row is not None:
            return painter.row(row, cursor=cursor, marked=row.id in self.marks)
        row_id = self.window.id_at(position)
        gone = self.window.is_gone(position)
        note = _GONE if gone else _ON_ITS_WAY + painter.look.signs.coming
        return painter.note(note, cursor=cursor, marked=row_id is not None and row_id in self.marks)

    def _empty_line(self, y: int, painter: Painter[Row]) -> Strip:
        width = painter.look.width
        lines = wrapped(self._empty_text, width - 4)
        place = y - _HEADER - max(0, (self.page_rows - len(lines)) // 2)
        if not 0 <= place < len(lines):
            return painter.blank()
        return centred(lines[place], width, self.visual_style).adjust_cell_length(width, painter.look.palette.base)

    def _current_palette(self) -> Palette:
        if self._palette is None:
            self._palette = self._new_palette()
        return self._palette

    def _new_palette(self) -> Palette:
        def ink(name: str) -> Style:
            style = self.get_component_rich_style(f"result-table--{name}")
            return style.without_color + Style(color=style.color)

        return Palette(
            base=self.rich_style,
            header=self.get_component_rich_style("result-table--header"),
            ordered=ink("ordered"),
            cursor=self.get_component_rich_style("result-table--cursor"),
            mark=ink("mark"),
            match=ink("match"),
            action=ink("action"),
            dim=ink("dim"),
        )

    def _style_of_span(self, style: object) -> Style:
        """Return a span's style as a part of a line: `$warning` and the like come from the theme."""
        if style not in self._styles_of_spans:
            visual = (
                style if isinstance(style, VisualStyle) else VisualStyle.parse(str(style), self.app.theme_variables)
            )
            self._styles_of_spans[style] = visual.rich_style
        return self._styles_of_spans[style]
