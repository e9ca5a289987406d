"""Value list: values with a box to tick and a count each, drawn line by line. It may be long, with any text."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Protocol

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from segtui.domain.search_terms import Search
from segtui.tui.widgets.chrome.glyphs import Glyphs, glyphs_for
from segtui.tui.widgets.table.highlight import Highlighter
from segtui.tui.widgets.table.scroll_bar import AsciiScrollBar
from segtui.tui.widgets.table.table_cells import Line, fit, shown

_GUTTER: Final = 6
"""Cells before the label: the cursor, the box, and the blanks around it."""

_GAP: Final = 2
_MAX_TOOLTIP: Final = 1_000
"""Characters of a value that the tooltip shows."""


class Tickable(Protocol):
    """A line of the list."""

    @property
    def label(self) -> str:
        """The words, not cleaned."""

    @property
    def count(self) -> int | None:
        """The number of contacts with the value; None while not counted."""

    @property
    def key(self) -> object:
        """The identity of the value among the others."""


class ValueList(ScrollView, can_focus=False):
    """Shows values, with a cursor. The focus stays in the box above the list, which moves the cursor."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"value-list--cursor", "value-list--match", "value-list--count"}
    DEFAULT_CSS = """
    ValueList {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;

        & > .value-list--cursor { text-style: bold; }
        & > .value-list--match { color: $text-warning; text-style: bold underline; }
        & > .value-list--count { color: $text-muted; }

        &.-active > .value-list--cursor { color: $text-primary; text-style: bold reverse; }
    }
    """

    @dataclass
    class Clicked(Message):
        """A value was clicked; the cursor is on it."""

        value: Tickable

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- Textual's name
        super().__init__(id=id)
        self._values: Sequence[Tickable] = ()
        self._ticked: Collection[object] = ()
        self._excluded: Collection[object] = ()
        self._cursor = 0
        self._count_width = 0
        self._highlighter = Highlighter.of(())

    def on_mount(self) -> None:
        """Use a scroll bar this terminal can draw."""
        if glyphs_for(self.app).ascii_only:
            # Textual looks the renderer up on the instance first, as its documentation says.
            self.vertical_scrollbar.renderer = AsciiScrollBar  # type: ignore[misc] # declared as of the class

    @property
    def cursor(self) -> Tickable | None:
        """The value under the cursor."""
        return self._values[self._cursor] if self._values else None

    def show(
        self,
        values: Sequence[Tickable],
        ticked: Collection[object],
        search: Search = (),
        *,
        excluded: Collection[object] = (),
    ) -> None:
        """Show values; `ticked` and `excluded` are keys. The cursor stays on its value, where that is still listed."""
        key = self.cursor.key if self.cursor else None
        self._values, self._ticked, self._excluded = values, ticked, excluded
        self._highlighter = Highlighter.of(search)
        self._cursor = next((index for index, value in enumerate(values) if value.key == key), 0)
        self._count_width = len(f"{max((value.count or 0 for value in values), default=0):,}")
        self.virtual_size = Size(0, len(values))
        self.refresh()
        self._reveal()

    def move(self, step: int) -> None:
        """Move the cursor by `step` values, to the ends at most."""
        before = self._cursor
        self._cursor = max(0, min(len(self._values) - 1, before + step))
        self._refresh_lines(before, self._cursor)
        self._reveal()

    @property
    def page(self) -> int:
        """The number of values drawn at once."""
        return max(1, self.size.height)

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self._values)

    def _reveal(self) -> None:
        top = self.scroll_offset.y
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, force=True)
        elif self._cursor >= top + self.page:
            self.scroll_to(y=self._cursor - self.page + 1, animate=False, force=True)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._reveal()

    def _refresh_lines(self, *indexes: int) -> None:
        top = self.scroll_offset.y
        self.refresh(*(Region(0, index - top, self.size.width, 1) for index in set(indexes)))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked value, and post Clicked."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y + self.scroll_offset.y >= len(self._values):
            return
        self.move(offset.y + self.scroll_offset.y - self._cursor)
        value = self.cursor
        if value is not None:
            self.post_message(self.Clicked(value))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show the whole text beside the pointer where it is cut off."""
        index = event.y + self.scroll_offset.y
        text = shown(self._values[index].label, glyphs_for(self.app)) if index < len(self._values) else ""
        # As a Content: a string would be read as markup.
        self.tooltip = Content(text[:_MAX_TOOLTIP]) if cell_len(text) > self._label_width else None

    @property
    def _label_width(self) -> int:
        return max(1, self.scrollable_content_region.width - _GUTTER - _GAP - self._count_width)

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the widget (Textual calls this)."""
        index = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if index >= len(self._values):
            return Strip([Segment(" " * width, self.rich_style)], width)
        on_cursor = index == self._cursor
        base = self.get_component_rich_style("value-list--cursor") if on_cursor else self.rich_style
        line = self._line(self._values[index], glyphs_for(self.app), on_cursor=on_cursor)
        return Strip(line.segments(base)).adjust_cell_length(width, base)

    def _line(self, value: Tickable, glyphs: Glyphs, *, on_cursor: bool) -> Line:
        tick = "x" if value.key in self._ticked else "-" if value.key in self._excluded else " "
        line = Line(f"{glyphs.cursor if on_cursor else ' '} [{tick}] "[:_GUTTER])
        label = shown(value.label, glyphs)
        match, count = self._part_style("match", on_cursor=on_cursor), self._part_style("count", on_cursor=on_cursor)
        matches = [(start, end, match) for start, end in self._highlighter.matches(label)]
        line.add_cell(fit(label, self._label_width, glyphs), matches)
        line.add(" " * _GAP)
        line.add_cell(fit(_count(value), self._count_width, glyphs, "right"), [(0, self._count_width, count)])
        return line

    def _part_style(self, name: str, *, on_cursor: bool) -> Style:
        """Return the style of a part of a line; without colour on the cursor's line, readable on any background."""
        style = self.get_component_rich_style(f"value-list--{name}")
        return style.without_color if on_cursor else style.without_color + Style(color=style.color)


def _count(value: Tickable) -> str:
    return "" if value.count is None else f"{value.count:,}"
