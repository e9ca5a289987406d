"""The first rows of a file in aligned columns, as they will be read: one line a row, never wrapped."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from segtui.tui.widgets.chrome.glyphs import UNICODE, Glyphs, glyphs_for
from segtui.tui.widgets.table.table_cells import fit, shown

_WIDEST = 26
_GAP = "  "


def fitted(text: str, width: int, signs: Glyphs = UNICODE) -> str:
    """Return an outside text harmless and exactly `width` cells wide."""
    return fit(shown(text, signs), width, signs).text


def aligned(rows: Sequence[Sequence[str]], signs: Glyphs = UNICODE, widest: int = _WIDEST) -> list[str]:
    """Return `rows` as lines in aligned columns; short rows are filled, long ones shown in full."""
    cells = [[shown(cell, signs) for cell in row] for row in rows]
    columns = max(map(len, cells), default=0)
    widths = [
        min(max(cell_len(row[column]) if column < len(row) else 0 for row in cells), widest)
        for column in range(columns)
    ]
    return [
        _GAP.join(
            fit(row[column] if column < len(row) else "", width, signs).text for column, width in enumerate(widths)
        )
        for row in cells
    ]


class Preview(ScrollView, can_focus=True):
    """Shows rows of text; arrows scroll sideways and down."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h", "scroll_left", "Left", show=False),
        Binding("l", "scroll_right", "Right", show=False),
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"preview--header"}

    _lines: tuple[str, ...] = ()

    def show(self, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show `rows` below `headers`."""
        self._lines = tuple(aligned([headers, *rows], glyphs_for(self.app)))
        width = max(map(cell_len, self._lines), default=0)
        self.virtual_size = Size(width, len(self._lines))
        self.scroll_home(animate=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line, cut to what is scrolled into view."""
        left, top = self.scroll_offset
        line = top + y
        width = self.scrollable_content_region.width
        style = self.get_component_rich_style("preview--header") if line == 0 else self.rich_style
        text = self._lines[line] if line < len(self._lines) else ""
        strip = Strip([Segment(text, style)], cell_len(text))
        return strip.crop_extend(left, left + width, self.rich_style)
