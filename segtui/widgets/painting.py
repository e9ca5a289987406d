"""How the lines of a result table look: header, rows, rows on their way. From values to strips, no widget state."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from segtui.services.listing import Row
from segtui.terms import Clause
from segtui.widgets.cells import Fitted, Line, fit, shown
from segtui.widgets.columns import GUTTER, Cell, PlacedColumn, TableColumn, Width, place
from segtui.widgets.highlight import Highlighter
from segtui.widgets.signs import Signs

# Lines kept: enough for a few screens, so that scrolling to and fro draws nothing twice.
_KEPT: Final = 400
# The column that says where a row matched out of sight. It is first in priority: a row that seems to match nowhere
# looks like a mistake of the program.
_FOUND_KEY: Final = "found"
_FOUND_WIDTH: Final = Width(12, 24, flex=1)

Marked = tuple[int, int, Style]


@dataclass(frozen=True, slots=True)
class Palette:
    """The styles of a table. `base` and `cursor` are whole lines, `header` too; the others lie upon them."""

    base: Style
    header: Style
    ordered: Style
    cursor: Style
    mark: Style
    match: Style
    action: Style
    dim: Style

    def on(self, style: Style, *, cursor: bool) -> Style:
        """Return a style for the line it lies on: on the cursor's only what is readable on any colour."""
        return style.without_color if cursor else style


def layout(
    columns: Sequence[TableColumn[Row]], width: int, *, found_in: bool
) -> tuple[tuple[PlacedColumn[Row], ...], tuple[TableColumn[Row], ...]]:
    """Return the columns drawn in `width` cells and the searched ones that are not.

    With `found_in`, room is made for a column that says what was found in those.
    """
    placed = place(columns, width)
    if found_in and _unseen(columns, placed):
        placed = place([*columns, TableColumn(_FOUND_KEY, "Found in", _nothing, _FOUND_WIDTH, priority=0)], width)
    return placed, _unseen(columns, placed)


def _unseen(columns: Iterable[TableColumn[Row]], placed: Iterable[PlacedColumn[Row]]) -> tuple[TableColumn[Row], ...]:
    keys = {there.column.key for there in placed}
    return tuple(column for column in columns if column.searched and column.key not in keys)


def _nothing(_row: object) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Look:
    """What all lines of a table share: its width in cells, styles, signs, search, and the order its header shows."""

    width: int
    palette: Palette
    signs: Signs
    highlighter: Highlighter
    sort: str
    descending: bool


class Painter(Generic[Row]):
    """Draws the lines of a table. One painter is good for one look, and remembers what it drew."""

    def __init__(
        self,
        look: Look,
        columns: Sequence[TableColumn[Row]],
        *,
        found_in: bool,
        style_of: Callable[[object], Style],
    ) -> None:
        self.look = look
        self.columns, self._hidden = layout(columns, look.width, found_in=found_in and bool(look.highlighter.search))
        # Where a match can be out of sight: in columns that are not drawn, and in what is cut off of the others.
        self._out_of_sight = (*self._hidden, *(each.column for each in self.columns if each.column.searched))
        self._style_of = style_of
        self._drawn: dict[tuple[int, bool, bool], tuple[Row, Strip]] = {}
        self.header = self._header()

    def row(self, row: Row, *, cursor: bool, marked: bool) -> Strip:
        """Return the line of a row."""
        key = (row.id, cursor, marked)
        if (drawn := self._drawn.get(key)) is not None and drawn[0] is row:
            return drawn[1]
        strip = self._row(row, cursor=cursor, marked=marked)
        if len(self._drawn) >= _KEPT:
            self._drawn.clear()
        self._drawn[key] = (row, strip)
        return strip

    def note(self, text: str, *, cursor: bool, marked: bool) -> Strip:
        """Return a line of words of ours in place of a row: it is on its way, or gone."""
        look = self.look
        line = self._started(cursor=cursor, marked=marked)
        cell = fit(text, max(0, look.width - GUTTER), look.signs)
        line.add_cell(cell, [(0, len(text), look.palette.on(look.palette.dim, cursor=cursor))])
        return Strip(line.segments(look.palette.cursor if cursor else look.palette.base), look.width)

    def blank(self) -> Strip:
        """Return a line with nothing on it."""
        return Strip([Segment(" " * self.look.width, self.look.palette.base)], self.look.width)

    def column_at(self, cell: int) -> PlacedColumn[Row] | None:
        """Return the column at a cell of the line, the gap behind it included. None in the gutter."""
        return next((there for there in reversed(self.columns) if cell >= there.start), None)

    def _header(self) -> Strip:
        look, line = self.look, Line(" " * GUTTER)
        end = GUTTER
        for there in self.columns:
            line.add(" " * (there.start - end))
            line.add_cell(self._label(there), self._label_marks(there))
            end = there.start + there.width
        line.add(" " * max(0, look.width - end))
        return Strip(line.segments(look.palette.header), None).adjust_cell_length(look.width, look.palette.header)

    def _is_ordered(self, column: TableColumn[Row]) -> bool:
        return column.sort is not None and column.sort == self.look.sort

    def _label(self, there: PlacedColumn[Row]) -> Fitted:
        """Return a header's words; those of the column that gives the order with an arrow that is never cut off."""
        column, signs = there.column, self.look.signs
        label = shown(column.label, signs)
        if self._is_ordered(column):
            arrow = signs.descending if self.look.descending else signs.ascending
            label = f"{fit(label, min(len(label), there.width - 2), signs).text} {arrow}"
        return fit(label, there.width, signs, column.align)

    def _label_marks(self, there: PlacedColumn[Row]) -> list[Marked]:
        return [(0, there.width, self.look.palette.ordered)] if self._is_ordered(there.column) else []

    def _started(self, *, cursor: bool, marked: bool) -> Line:
        look = self.look
        line = Line((look.signs.cursor if cursor else " ") + (look.signs.mark if marked else " "))
        if marked:
            line.marks.append((1, 2, look.palette.on(look.palette.mark, cursor=cursor)))
        return line

    def _row(self, row: Row, *, cursor: bool, marked: bool) -> Strip:
        look, palette = self.look, self.look.palette
        line = self._started(cursor=cursor, marked=marked)
        end, seen = GUTTER, set[Clause]()
        for there in self.columns:
            line.add(" " * (there.start - end))
            if there.column.key == _FOUND_KEY:
                text, marks = self._found(row, seen, cursor=cursor)
            else:
                text, marks = self._cell(there.column, row, cursor=cursor)
            cell = fit(text, there.width, look.signs, there.column.align)
            if self._hidden and there.column.searched:
                seen |= look.highlighter.found_by(text[: cell.stop - cell.start])
            line.add_cell(cell, marks)
            end = there.start + there.width
        line.add(" " * max(0, look.width - end))
        strip = Strip(line.segments(palette.cursor if cursor else palette.base), None)
        return strip.adjust_cell_length(look.width, palette.base)

    def _cell(self, column: TableColumn[Row], row: Row, *, cursor: bool) -> tuple[str, list[Marked]]:
        """Return a cell's text as it may be shown, whole, and the styles on it."""
        palette = self.look.palette
        text, marks = self._text(column.render(row))
        if column.key == "actions":
            marks = [(0, len(text), palette.action)]
        elif column.searched:
            marks += [(start, end, palette.match) for start, end in self.look.highlighter.matches(text)]
        return text, [(start, end, palette.on(style, cursor=cursor)) for start, end, style in marks]

    def _text(self, value: Cell) -> tuple[str, list[Marked]]:
        if isinstance(value, str):
            return shown(value, self.look.signs), []
        text = shown(value.plain, self.look.signs)
        # Where cleaning changed the text its styles would lie in the wrong places: harmless and plain is enough then.
        marks = [(span.start, span.end, self._style_of(span.style)) for span in value.spans]
        return text, marks if text == value.plain else []

    def _found(self, row: Row, seen: set[Clause], *, cursor: bool) -> tuple[str, list[Marked]]:
        """Return where the row fulfils what no column before this one shows, as "City: Phoenix"."""
        left = [clause for clause in self.look.highlighter.search if clause not in seen]
        parts, marks, length = list[str](), list[Marked](), 0
        for column in self._out_of_sight if left else ():
            text, _ = self._text(column.render(row))
            found = self.look.highlighter.found_by(text)
            if not any(clause in found for clause in left):
                continue
            left = [clause for clause in left if clause not in found]
            lead = f"{', ' if parts else ''}{column.label}: "
            style = self.look.palette.on(self.look.palette.match, cursor=cursor)
            offset = length + len(lead)
            marks += [(offset + a, offset + b, style) for a, b in self.look.highlighter.matches(text)]
            parts.append(lead + text)
            length += len(lead) + len(text)
        return "".join(parts), marks
