"""How the lines of a result table look: header, rows, rows on their way. From values to strips, no widget state."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from segtui.domain.search_terms import Clause
from segtui.services.listing import Row
from segtui.tui.widgets.table.render_style import Look
from segtui.tui.widgets.table.table_cells import Fitted, Line, fit, shown
from segtui.tui.widgets.table.table_columns import ACTIONS_KEY, GUTTER, Cell, PlacedColumn, TableColumn, Width, place
from segtui.tui.widgets.table.table_header import Heading

# Lines kept: enough for a few screens, so that scrolling to and fro draws nothing twice.
_KEPT: Final = 400
# The column that says where a row matched out of sight: a row that seems to match nowhere looks like a mistake of the
# program. Where it has no room a note behind another text says so, in a column of more than `_LEAST` cells.
_FOUND: Final[TableColumn[Any]] = TableColumn(
    "found", "Found in", lambda _row: "", Width(12, 24, flex=1), priority=0, searched=False
)
_LEAST: Final = 6

Marked = tuple[int, int, Style]
Piece = tuple[Fitted, list[Marked]]


def layout(
    columns: Sequence[TableColumn[Row]], width: int, hidden: Collection[str], *, found: bool
) -> tuple[PlacedColumn[Row], ...]:
    """Return the columns drawn in `width` cells: those that are not `hidden`, as far as there is room.

    With `found` there is one more that says what was found out of sight, where no other has to go for it.
    """
    wanted = [column for place_, column in enumerate(columns) if not place_ or column.key not in hidden]
    placed = place(wanted, width)
    if not found:
        return placed
    with_found: tuple[PlacedColumn[Row], ...] = place([*wanted, _FOUND], width)
    return with_found if len(with_found) > len(placed) else placed


@dataclass(slots=True)
class _Drawing(Generic[Row]):
    """A row on its way to a line.

    The whole text of each cell; the part of it that is wanted, with its styles; what fits of that; and what of the
    search no cell shows.
    """

    row: Row
    texts: list[str] = field(default_factory=list)
    parts: list[tuple[str, list[Marked]]] = field(default_factory=list)
    pieces: list[list[Piece]] = field(default_factory=list)
    left: list[Clause] = field(default_factory=list)


class Painter(Generic[Row]):
    """Draws the lines of a table. One painter is good for one look, and remembers what it drew.

    `tells`: where a row matches the search out of sight, it says where; `found`: in a column of its own if room is.
    """

    def __init__(
        self,
        look: Look,
        columns: Sequence[TableColumn[Row]],
        *,
        style_of: Callable[[object], Style],
        hidden: Collection[str] = (),
        tells: bool = False,
        found: bool = False,
    ) -> None:
        self.look = look
        self.columns = layout(columns, look.width, hidden, found=found)
        self.has_found = any(there.column is _FOUND for there in self.columns)
        self._tells = tells and bool(look.highlighter.search)
        # Where a match can be out of sight: in columns that are not drawn, and in what is cut off of the others.
        drawn = {there.column.key for there in self.columns}
        searched = [column for column in columns if column.searched]
        self._searched = sorted(searched, key=lambda column: column.key in drawn)
        self._sees_all = all(column.key in drawn for column in searched)
        self._style_of = style_of
        self._drawn: dict[tuple[int, bool, bool], tuple[Row, Strip]] = {}
        self._begun: dict[int, _Drawing[Row]] = {}
        self._all = columns
        self._coming: tuple[str, bool] | None = None
        self.heading = Heading(look, columns, self.columns)

    def announce(self, coming: tuple[str, bool] | None) -> None:
        """Say in the header which order is on its way, or that none is."""
        if coming != self._coming:
            self._coming = coming
            self.heading = Heading(self.look, self._all, self.columns, coming)

    @property
    def header(self) -> Strip:
        """The line of the header."""
        return self.heading.line

    def row(self, row: Row, *, cursor: bool, marked: bool) -> Strip:
        """Return the line of a row."""
        key = (row.id, cursor, marked)
        if (drawn := self._drawn.get(key)) is not None and (drawn[0] is row or drawn[0] == row):
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
        return self._ended(line, cursor=cursor)

    def blank(self) -> Strip:
        """Return a line with nothing on it."""
        return Strip([Segment(" " * self.look.width, self.look.palette.base)], self.look.width)

    def column_at(self, cell: int) -> PlacedColumn[Row] | None:
        """Return the column at a cell of the line, the gap behind it included. None in the gutter."""
        return next((there for there in reversed(self.columns) if cell >= there.start), None)

    def says_where(self, row: Row) -> bool:
        """Tell whether this row has something to say about where it matches out of sight."""
        if self._sees_all or not self._tells:
            return False
        drawing = self._begun[row.id] = self._drawing(row, cursor=False)
        return any(True for _ in self._out_of_sight(drawing))

    def full_text(self, row: Row, cell: int) -> str | None:
        """Return the whole text at a cell of a row's line if something of it is cut off there."""
        there = self.column_at(cell)
        if there is None:
            return None
        drawing = self._drawing(row, cursor=False)
        at = self.columns.index(there)
        pieces, text = drawing.pieces[at], drawing.texts[at]
        if there.column is not _FOUND and len(pieces) > 1:
            return f"{text}\n{self._found(drawing)[0]}"
        return text if any(fitted.cut for fitted, _ in pieces) else None

    # Lines.

    def _started(self, *, cursor: bool, marked: bool) -> Line:
        look = self.look
        line = Line((look.signs.cursor if cursor else " ") + (look.signs.mark if marked else " "))
        if marked:
            line.marks.append((1, 2, look.palette.on(look.palette.mark, cursor=cursor)))
        return line

    def _ended(self, line: Line, *, cursor: bool) -> Strip:
        palette = self.look.palette
        strip = Strip(line.segments(palette.cursor if cursor else palette.base), None)
        return strip.adjust_cell_length(self.look.width, palette.base)

    def _row(self, row: Row, *, cursor: bool, marked: bool) -> Strip:
        line = self._started(cursor=cursor, marked=marked)
        drawing = self._begun.pop(row.id, None)
        if drawing is None or drawing.row is not row or cursor:
            drawing = self._drawing(row, cursor=cursor)
        end = GUTTER
        for there, pieces in zip(self.columns, drawing.pieces, strict=True):
            line.add(" " * (there.start - end))
            for fitted, marks in pieces:
                line.add_cell(fitted, marks)
            end = there.start + there.width
        line.add(" " * max(0, self.look.width - end))
        return self._ended(line, cursor=cursor)

    # Cells.

    def _drawing(self, row: Row, *, cursor: bool) -> _Drawing[Row]:
        highlighter, signs = self.look.highlighter, self.look.signs
        drawing: _Drawing[Row] = _Drawing(row)
        seen = set[Clause]()
        for there in self.columns:
            text, marks, matches = self._cell(there.column, row, cursor=cursor)
            fitted = fit(text, there.width, signs, there.column.align)
            if self._tells and matches:
                seen |= highlighter.found_by(text[: fitted.stop - fitted.start])
            drawing.texts.append(text)
            drawing.parts.append((text, marks))
            drawing.pieces.append([(fitted, marks)])
        if self._tells and (left := [clause for clause in highlighter.search if clause not in seen]):
            drawing.left = self._bring_into_sight(drawing, left)
            self._tell(drawing, cursor=cursor)
        return drawing

    def _bring_into_sight(self, drawing: _Drawing[Row], left: list[Clause]) -> list[Clause]:
        """Show, of texts that are cut off, the part that matches. Returns what no cell shows even so."""
        for at, there in enumerate(self.columns):
            (fitted, marks) = drawing.pieces[at][0]
            text = drawing.texts[at]
            if not (fitted.cut and there.column.searched and self.look.highlighter.found_by(text).intersection(left)):
                continue
            unseen = next((place for place in self.look.highlighter.matches(text) if place[1] > fitted.stop), None)
            if unseen is None:
                continue
            before = _cut_before(text, *unseen, there.width - 2)
            part = self.look.signs.cut + text[before:]
            rest = fit(part, there.width, self.look.signs)
            moved = [(max(1, a - before + 1), b - before + 1, style) for a, b, style in marks if b > before]
            drawing.parts[at] = (part, moved)
            drawing.pieces[at][0] = (replace(rest, cut=True), moved)
            shown_now = self.look.highlighter.found_by(text[before : before + rest.stop - rest.start - 1])
            left = [clause for clause in left if clause not in shown_now]
        return left

    def _cell(self, column: TableColumn[Row], row: Row, *, cursor: bool) -> tuple[str, list[Marked], bool]:
        """Return a cell's text as it may be shown, whole, the styles on it, and whether the search matches in it."""
        palette = self.look.palette
        text, marks = self._text(column.render(row))
        matches = self.look.highlighter.matches(text) if column.searched else ()
        if column.key == ACTIONS_KEY:
            marks = [(0, len(text), palette.action)]
        marks += [(start, end, palette.match) for start, end in matches]
        return text, [(start, end, palette.on(style, cursor=cursor)) for start, end, style in marks], bool(matches)

    def _text(self, value: Cell) -> tuple[str, list[Marked]]:
        if isinstance(value, str):
            return shown(value, self.look.signs), []
        text = shown(value.plain, self.look.signs)
        # Where cleaning changed the text its styles would lie in the wrong places: harmless and plain is enough then.
        marks = [(span.start, span.end, self._style_of(span.style)) for span in value.spans]
        return text, marks if text == value.plain else []

    # What was found out of sight.

    def _tell(self, drawing: _Drawing[Row], *, cursor: bool) -> None:
        """Put where the row matches out of sight into the column for that, else behind the text of the first."""
        signs, palette = self.look.signs, self.look.palette
        if self.has_found:
            text, marks = self._found(drawing)
            marks = [(start, end, palette.on(style, cursor=cursor)) for start, end, style in marks]
            drawing.texts[-1] = text
            drawing.pieces[-1] = [(fit(text, self.columns[-1].width, signs), marks)]
            return
        labels = ", ".join(column.label for column, _ in self._out_of_sight(drawing))
        if not labels:
            return
        note = shown(f"(in {labels})", signs)
        index, room = self._place_of_note(drawing, cell_len(note))
        width, (text, marks) = self.columns[index].width, drawing.parts[index]
        head = fit(text, room, signs)
        tail = fit(f" {note}" if room else note, width - room, signs)
        dim = palette.on(palette.dim, cursor=cursor)
        drawing.pieces[index] = [(head, marks), (tail, [(0, len(tail.text), dim)])]

    def _place_of_note(self, drawing: _Drawing[Row], length: int) -> tuple[int, int]:
        """Return the column whose text a note of `length` cells follows, and the cells that the text keeps there.

        The first column is the row's name, which is never cut for it: where it leaves no room, the first other column
        that has some takes the note, else the widest one that may be cut. Without any the note is cut, where there is
        most room.
        """
        free = [
            (index, cell_len(drawing.parts[index][0]))
            for index, view in enumerate(self.columns)
            if index == 0 or (view.column.align != "right" and view.column.key not in (ACTIONS_KEY, _FOUND.key))
        ]
        for index, used in free:
            if used + bool(used) + length <= self.columns[index].width:
                return index, used
        others = [
            (self.columns[index].width, index)
            for index, _ in free[1:]
            if self._may_be_cut(self.columns[index].column) and not self.look.highlighter.matches(drawing.texts[index])
        ]
        if others and max(others)[0] > _LEAST:
            width, index = max(others)
            return index, min(dict(free)[index], max(width - length - 1, 0))
        index, used = max(free, key=lambda item: self.columns[item[0]].width - item[1])
        return index, min(used, self.columns[index].width)

    @staticmethod
    def _may_be_cut(column: TableColumn[Row]) -> bool:
        """Tell whether a cell says no less where its end is missing: a number and a mark would be misread."""
        return column.removable and column.key != "phone"

    def _out_of_sight(self, drawing: _Drawing[Row]) -> Iterator[tuple[TableColumn[Row], str]]:
        """Yield the columns, with their texts, that fulfil what no cell of the row shows."""
        left = drawing.left
        for column in self._searched if left else ():
            text, _ = self._text(column.render(drawing.row))
            found = self.look.highlighter.found_by(text)
            if any(clause in found for clause in left):
                left = [clause for clause in left if clause not in found]
                yield column, text

    def _found(self, drawing: _Drawing[Row]) -> tuple[str, list[Marked]]:
        """Return where a row fulfils what none of its cells shows, as "City: Phoenix"."""
        whole, marks = "", list[Marked]()
        for column, text in self._out_of_sight(drawing):
            whole += f"{', ' if whole else ''}{shown(column.label, self.look.signs)}: "
            places = self.look.highlighter.matches(text)
            marks += [(len(whole) + start, len(whole) + end, self.look.palette.match) for start, end in places]
            whole += text
        return whole, marks


def _cut_before(text: str, start: int, end: int, room: int) -> int:
    """Return how many letters have to go for a match to be seen in so many cells, its beginning above all."""
    before = max(0, end - max(1, room))
    while before < start and cell_len(text[before:end]) > room:
        before += 1
    return min(before, start)
