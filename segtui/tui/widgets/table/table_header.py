"""The header of a result table: labels, the arrow of the order shown, and a sign at the order that is on its way."""

from collections.abc import Sequence
from typing import Generic

from rich.cells import cell_len
from textual.strip import Strip

from segtui.services.listing import Row
from segtui.tui.widgets.table.render_style import Look
from segtui.tui.widgets.table.table_cells import Fitted, Line, fit, shown
from segtui.tui.widgets.table.table_columns import GUTTER, PlacedColumn, TableColumn


class Heading(Generic[Row]):
    """Draws the header over `placed`, which are some of the `columns`.

    `coming` is the order that was asked for and is not here yet, with its direction (True is descending).
    """

    def __init__(
        self,
        look: Look,
        columns: Sequence[TableColumn[Row]],
        placed: Sequence[PlacedColumn[Row]],
        coming: tuple[str, bool] | None = None,
    ) -> None:
        self._look = look
        self._coming = coming
        self._placed = placed
        here = {there.column.key for there in placed}
        unseen = [column for column in columns if column.key not in here and self._sign(column)]
        # The order that is on its way is the news, should neither it nor the present one have its column here.
        self._unseen = max(unseen, key=lambda column: len(self._sign(column)), default=None)
        self.line = self._line()

    def full_text(self, there: PlacedColumn[Row]) -> str | None:
        """Return a label that is cut off, whole."""
        words, _ = self._words(there)
        return words if self._fitted(there).cut else None

    def _line(self) -> Strip:
        look, line = self._look, Line(" " * GUTTER)
        end = GUTTER
        for there in self._placed:
            line.add(" " * (there.start - end))
            marks = [(0, there.width, look.palette.ordered)] if self._words(there)[1] else []
            line.add_cell(self._fitted(there), marks)
            end = there.start + there.width
        line.add(" " * max(0, look.width - end))
        return Strip(line.segments(look.palette.header), None).adjust_cell_length(look.width, look.palette.header)

    def _fitted(self, there: PlacedColumn[Row]) -> Fitted:
        """Return a label in its cells. The sign of an order is never cut off, the words before it are."""
        signs = self._look.signs
        words, sign = self._words(there)
        if not sign:
            return fit(words, there.width, signs, there.column.align)
        room = max(0, there.width - len(sign) - 1)
        head = fit(words, min(cell_len(words), room), signs)
        whole = fit(f"{head.text} {sign}", there.width, signs, there.column.align)
        return Fitted(whole.text, whole.start, whole.stop, cut=head.cut)

    def _words(self, there: PlacedColumn[Row]) -> tuple[str, str]:
        """Return a column's label and the sign of its order.

        The first column also names an order whose column is not on the screen.
        """
        label, sign = there.column.label, self._sign(there.column)
        if there is self._placed[0] and self._unseen is not None:
            label = f"{label} {sign}".rstrip() + f" by {self._unseen.label}"
            sign = self._sign(self._unseen)
        return shown(label, self._look.signs), sign

    def _sign(self, column: TableColumn[Row]) -> str:
        look, signs = self._look, self._look.signs
        if column.sort is None:
            return ""
        if self._coming is not None and column.sort == self._coming[0]:
            return (signs.descending if self._coming[1] else signs.ascending) + signs.coming
        if column.sort == look.sort:
            return signs.descending if look.descending else signs.ascending
        return ""
