"""Table header: labels, the arrow of the order shown, and a glyph at the order that is loading."""

from collections.abc import Sequence
from typing import Generic

from rich.cells import cell_len
from textual.strip import Strip

from segtui.services.listing import Row
from segtui.tui.widgets.table.render_style import RenderStyle
from segtui.tui.widgets.table.table_cells import Fitted, Line, fit, shown
from segtui.tui.widgets.table.table_columns import GUTTER, PlacedColumn, TableColumn


class Heading(Generic[Row]):
    """Draws the header over the columns that are `placed`, some of all `columns`.

    `pending` is the order that is loading: its sort key and whether it is descending.
    """

    def __init__(
        self,
        style: RenderStyle,
        columns: Sequence[TableColumn[Row]],
        placed: Sequence[PlacedColumn[Row]],
        pending: tuple[str, bool] | None = None,
    ) -> None:
        self._style = style
        self._pending = pending
        self._placed = placed
        drawn = {column.column.key for column in placed}
        undrawn = [column for column in columns if column.key not in drawn and self._arrow(column)]
        # Where neither the order that is loading nor the current one has its column drawn, the former is the news.
        self._undrawn = max(undrawn, key=lambda column: len(self._arrow(column)), default=None)
        self.line = self._line()

    def full_text(self, placed: PlacedColumn[Row]) -> str | None:
        """Return the whole label if it is cut off."""
        words, _ = self._words(placed)
        return words if self._fitted(placed).cut else None

    def _line(self) -> Strip:
        style, line = self._style, Line(" " * GUTTER)
        end = GUTTER
        for placed in self._placed:
            line.add(" " * (placed.start - end))
            ranges = [(0, placed.width, style.palette.ordered)] if self._words(placed)[1] else []
            line.add_cell(self._fitted(placed), ranges)
            end = placed.start + placed.width
        line.add(" " * max(0, style.width - end))
        return Strip(line.segments(style.palette.header), None).adjust_cell_length(style.width, style.palette.header)

    def _fitted(self, placed: PlacedColumn[Row]) -> Fitted:
        """Return a label in its cells. The arrow of an order is never cut off, the words before it are."""
        glyphs = self._style.glyphs
        words, arrow = self._words(placed)
        if not arrow:
            return fit(words, placed.width, glyphs, placed.column.align)
        room = max(0, placed.width - len(arrow) - 1)
        head = fit(words, min(cell_len(words), room), glyphs)
        whole = fit(f"{head.text} {arrow}", placed.width, glyphs, placed.column.align)
        return Fitted(whole.text, whole.start, whole.stop, cut=head.cut)

    def _words(self, placed: PlacedColumn[Row]) -> tuple[str, str]:
        """Return a column's label and the arrow of its order.

        The first column also names an order whose column is not on the screen.
        """
        label, arrow = placed.column.label, self._arrow(placed.column)
        if placed is self._placed[0] and self._undrawn is not None:
            label = f"{label} {arrow}".rstrip() + f" by {self._undrawn.label}"
            arrow = self._arrow(self._undrawn)
        return shown(label, self._style.glyphs), arrow

    def _arrow(self, column: TableColumn[Row]) -> str:
        style, glyphs = self._style, self._style.glyphs
        if column.sort is None:
            return ""
        if self._pending is not None and column.sort == self._pending[0]:
            return (glyphs.descending if self._pending[1] else glyphs.ascending) + glyphs.ellipsis
        if column.sort == style.sort:
            return glyphs.descending if style.descending else glyphs.ascending
        return ""
