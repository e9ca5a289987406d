"""Painter: draws the lines of a result table. From values to strips, no widget state."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from segtui.domain.search_terms import Clause
from segtui.services.listing import Row
from segtui.tui.widgets.table.render_style import RenderStyle
from segtui.tui.widgets.table.table_cells import Fitted, Line, fit, shown
from segtui.tui.widgets.table.table_columns import ACTIONS_KEY, GUTTER, Cell, PlacedColumn, TableColumn, Width, place
from segtui.tui.widgets.table.table_header import Heading

_MAX_CACHED_LINES: Final = 400  # enough for a few screens, so that scrolling to and fro draws nothing twice
# The column for matches out of sight: a row that seems to match nowhere looks like a mistake of the program. Where
# there is no room for it, a note behind another text takes its place, in a column of more than `_MIN_NOTE_WIDTH` cells.
_MATCH_COLUMN: Final[TableColumn[Any]] = TableColumn(
    "found", "Found in", lambda _row: "", Width(12, 24, flex=1), priority=0, searched=False
)
_MIN_NOTE_WIDTH: Final = 6

StyledRange = tuple[int, int, Style]
Piece = tuple[Fitted, list[StyledRange]]


def layout(
    columns: Sequence[TableColumn[Row]], width: int, hidden: Collection[str], *, match_column: bool
) -> tuple[PlacedColumn[Row], ...]:
    """Return the columns drawn in `width` cells: those that are not `hidden`, as far as there is room.

    With `match_column` there is one more, for matches out of sight, unless another column would be dropped for it.
    """
    shown_columns = [column for index, column in enumerate(columns) if not index or column.key not in hidden]
    placed = place(shown_columns, width)
    if not match_column:
        return placed
    with_matches: tuple[PlacedColumn[Row], ...] = place([*shown_columns, _MATCH_COLUMN], width)
    return with_matches if len(with_matches) > len(placed) else placed


@dataclass(slots=True)
class _Drawing(Generic[Row]):
    """A row whose line is being drawn, cell by cell."""

    row: Row
    texts: list[str] = field(default_factory=list)
    """The whole text of each cell."""
    parts: list[tuple[str, list[StyledRange]]] = field(default_factory=list)
    """The part of each text that is to be shown, with its styles."""
    pieces: list[list[Piece]] = field(default_factory=list)
    """The pieces of each part that fit its cell."""
    hidden_clauses: list[Clause] = field(default_factory=list)
    """The clauses of the search that match in no visible cell."""


class Painter(Generic[Row]):
    """Draws the lines of a table in one style, and caches them.

    With `tells_matches`, a row names the columns that match the search out of sight; with `match_column`, in a column
    of its own if there is room.
    """

    def __init__(
        self,
        style: RenderStyle,
        columns: Sequence[TableColumn[Row]],
        *,
        style_of: Callable[[object], Style],
        hidden: Collection[str] = (),
        tells_matches: bool = False,
        match_column: bool = False,
    ) -> None:
        self.style = style
        self.columns = layout(columns, style.width, hidden, match_column=match_column)
        self._has_match_column = any(placed.column is _MATCH_COLUMN for placed in self.columns)
        self._tells_matches = tells_matches and bool(style.highlighter.search)
        # A match can be out of sight in columns that are not drawn, and in the part of a text that is cut off.
        drawn = {placed.column.key for placed in self.columns}
        searched = [column for column in columns if column.searched]
        self._searched = sorted(searched, key=lambda column: column.key in drawn)
        self._draws_all_searched = all(column.key in drawn for column in searched)
        self._style_of = style_of
        self._lines: dict[tuple[int, bool, bool], tuple[Row, Strip]] = {}
        self._drawings: dict[int, _Drawing[Row]] = {}
        self._all_columns = columns
        self._pending_order: tuple[str, bool] | None = None
        self.heading = Heading(style, columns, self.columns)

    def announce_order(self, pending: tuple[str, bool] | None) -> None:
        """Show in the header which order is loading, or that none is."""
        if pending != self._pending_order:
            self._pending_order = pending
            self.heading = Heading(self.style, self._all_columns, self.columns, pending)

    @property
    def header(self) -> Strip:
        """The line of the header."""
        return self.heading.line

    def row(self, row: Row, *, cursor: bool, marked: bool) -> Strip:
        """Return the line of a row."""
        key = (row.id, cursor, marked)
        if (cached := self._lines.get(key)) is not None and (cached[0] is row or cached[0] == row):
            return cached[1]
        strip = self._row(row, cursor=cursor, marked=marked)
        if len(self._lines) >= _MAX_CACHED_LINES:
            self._lines.clear()
        self._lines[key] = (row, strip)
        return strip

    def note(self, text: str, *, cursor: bool, marked: bool) -> Strip:
        """Return a line for a row that is loading or deleted."""
        style = self.style
        line = self._started(cursor=cursor, marked=marked)
        cell = fit(text, max(0, style.width - GUTTER), style.glyphs)
        line.add_cell(cell, [(0, len(text), style.palette.on(style.palette.dim, cursor=cursor))])
        return self._ended(line, cursor=cursor)

    def blank(self) -> Strip:
        """Return a line with nothing on it."""
        return Strip([Segment(" " * self.style.width, self.style.palette.base)], self.style.width)

    def column_at(self, cell: int) -> PlacedColumn[Row] | None:
        """Return the column at a cell of the line, the gap behind it included. None in the gutter."""
        return next((placed for placed in reversed(self.columns) if cell >= placed.start), None)

    def has_hidden_match(self, row: Row) -> bool:
        """Tell whether this row matches the search out of sight."""
        if self._draws_all_searched or not self._tells_matches:
            return False
        drawing = self._drawings[row.id] = self._drawing(row, cursor=False)
        return any(True for _ in self._out_of_sight(drawing))

    def full_text(self, row: Row, cell: int) -> str | None:
        """Return the whole text at a cell of a row's line if something of it is cut off there."""
        placed = self.column_at(cell)
        if placed is None:
            return None
        drawing = self._drawing(row, cursor=False)
        index = self.columns.index(placed)
        pieces, text = drawing.pieces[index], drawing.texts[index]
        if placed.column is not _MATCH_COLUMN and len(pieces) > 1:
            return f"{text}\n{self._hidden_matches(drawing)[0]}"
        return text if any(fitted.cut for fitted, _ in pieces) else None

    # Lines.

    def _started(self, *, cursor: bool, marked: bool) -> Line:
        style = self.style
        line = Line((style.glyphs.cursor if cursor else " ") + (style.glyphs.mark if marked else " "))
        if marked:
            line.marks.append((1, 2, style.palette.on(style.palette.mark, cursor=cursor)))
        return line

    def _ended(self, line: Line, *, cursor: bool) -> Strip:
        palette = self.style.palette
        strip = Strip(line.segments(palette.cursor if cursor else palette.base), None)
        return strip.adjust_cell_length(self.style.width, palette.base)

    def _row(self, row: Row, *, cursor: bool, marked: bool) -> Strip:
        line = self._started(cursor=cursor, marked=marked)
        drawing = self._drawings.pop(row.id, None)
        if drawing is None or drawing.row is not row or cursor:
            drawing = self._drawing(row, cursor=cursor)
        end = GUTTER
        for placed, pieces in zip(self.columns, drawing.pieces, strict=True):
            line.add(" " * (placed.start - end))
            for fitted, ranges in pieces:
                line.add_cell(fitted, ranges)
            end = placed.start + placed.width
        line.add(" " * max(0, self.style.width - end))
        return self._ended(line, cursor=cursor)

    # Cells.

    def _drawing(self, row: Row, *, cursor: bool) -> _Drawing[Row]:
        highlighter, glyphs = self.style.highlighter, self.style.glyphs
        drawing: _Drawing[Row] = _Drawing(row)
        seen = set[Clause]()
        for placed in self.columns:
            text, ranges, matches = self._cell(placed.column, row, cursor=cursor)
            fitted = fit(text, placed.width, glyphs, placed.column.align)
            if self._tells_matches and matches:
                seen |= highlighter.clauses_in(text[: fitted.stop - fitted.start])
            drawing.texts.append(text)
            drawing.parts.append((text, ranges))
            drawing.pieces.append([(fitted, ranges)])
        if self._tells_matches and (unseen := [clause for clause in highlighter.search if clause not in seen]):
            drawing.hidden_clauses = self._bring_into_sight(drawing, unseen)
            self._tell_matches(drawing, cursor=cursor)
        return drawing

    def _bring_into_sight(self, drawing: _Drawing[Row], clauses: list[Clause]) -> list[Clause]:
        """Shift texts that are cut off to the part that matches. Returns the clauses that are still out of sight."""
        highlighter, glyphs = self.style.highlighter, self.style.glyphs
        for index, placed in enumerate(self.columns):
            (fitted, ranges) = drawing.pieces[index][0]
            text = drawing.texts[index]
            if not (fitted.cut and placed.column.searched and highlighter.clauses_in(text).intersection(clauses)):
                continue
            hidden = next((span for span in highlighter.matches(text) if span[1] > fitted.stop), None)
            if hidden is None:
                continue
            skipped = _skipped_before(text, *hidden, placed.width - 2)
            part = glyphs.cut + text[skipped:]
            rest = fit(part, placed.width, glyphs)
            moved = [(max(1, a - skipped + 1), b - skipped + 1, style) for a, b, style in ranges if b > skipped]
            drawing.parts[index] = (part, moved)
            drawing.pieces[index][0] = (replace(rest, cut=True), moved)
            shown_now = highlighter.clauses_in(text[skipped : skipped + rest.stop - rest.start - 1])
            clauses = [clause for clause in clauses if clause not in shown_now]
        return clauses

    def _cell(self, column: TableColumn[Row], row: Row, *, cursor: bool) -> tuple[str, list[StyledRange], bool]:
        """Return a cell's whole text, cleaned, the styles on it, and whether the search matches in it."""
        palette = self.style.palette
        text, ranges = self._text(column.render(row))
        matches = self.style.highlighter.matches(text) if column.searched else ()
        if column.key == ACTIONS_KEY:
            # Quiet until the row is the cursor's.
            ranges = [(0, len(text), palette.action if cursor else palette.dim)]
        ranges += [(start, end, palette.match) for start, end in matches]
        return text, [(start, end, palette.on(style, cursor=cursor)) for start, end, style in ranges], bool(matches)

    def _text(self, value: Cell) -> tuple[str, list[StyledRange]]:
        if isinstance(value, str):
            return shown(value, self.style.glyphs), []
        text = shown(value.plain, self.style.glyphs)
        # Where cleaning changed the text its styles would lie on the wrong characters: plain text is enough then.
        ranges = [(span.start, span.end, self._style_of(span.style)) for span in value.spans]
        return text, ranges if text == value.plain else []

    # Matches out of sight

    def _tell_matches(self, drawing: _Drawing[Row], *, cursor: bool) -> None:
        """Write the columns of hidden matches into the match column, or as a note behind another text."""
        glyphs, palette = self.style.glyphs, self.style.palette
        if self._has_match_column:
            text, ranges = self._hidden_matches(drawing)
            ranges = [(start, end, palette.on(style, cursor=cursor)) for start, end, style in ranges]
            drawing.texts[-1] = text
            drawing.pieces[-1] = [(fit(text, self.columns[-1].width, glyphs), ranges)]
            return
        labels = ", ".join(column.label for column, _ in self._out_of_sight(drawing))
        if not labels:
            return
        note = shown(f"(in {labels})", glyphs)
        index, room = self._column_for_note(drawing, cell_len(note))
        width, (text, ranges) = self.columns[index].width, drawing.parts[index]
        head = fit(text, room, glyphs)
        tail = fit(f" {note}" if room else note, width - room, glyphs)
        dim = palette.on(palette.dim, cursor=cursor)
        drawing.pieces[index] = [(head, ranges), (tail, [(0, len(tail.text), dim)])]

    def _column_for_note(self, drawing: _Drawing[Row], length: int) -> tuple[int, int]:
        """Return the index of the column for a note of `length` cells, and the cells left for the text before it.

        The first column is the row's name, which is never cut for it: where it leaves no room, the first other column
        with room takes the note, else the widest one that may be cut. Without any the note is cut, in the column with
        most room.
        """
        free = [
            (index, cell_len(drawing.parts[index][0]))
            for index, placed in enumerate(self.columns)
            if index == 0
            or (placed.column.align != "right" and placed.column.key not in (ACTIONS_KEY, _MATCH_COLUMN.key))
        ]
        for index, used in free:
            if used + bool(used) + length <= self.columns[index].width:
                return index, used
        others = [
            (self.columns[index].width, index)
            for index, _ in free[1:]
            if self._may_be_cut(self.columns[index].column) and not self.style.highlighter.matches(drawing.texts[index])
        ]
        if others and max(others)[0] > _MIN_NOTE_WIDTH:
            width, index = max(others)
            return index, min(dict(free)[index], max(width - length - 1, 0))
        index, used = max(free, key=lambda item: self.columns[item[0]].width - item[1])
        return index, min(used, self.columns[index].width)

    @staticmethod
    def _may_be_cut(column: TableColumn[Row]) -> bool:
        """Tell whether a text stays readable without its end: a number and a mark would be misread."""
        return column.removable and column.key != "phone"

    def _out_of_sight(self, drawing: _Drawing[Row]) -> Iterator[tuple[TableColumn[Row], str]]:
        """Yield the columns, with their texts, that match clauses no cell of the row shows."""
        clauses = drawing.hidden_clauses
        for column in self._searched if clauses else ():
            text, _ = self._text(column.render(drawing.row))
            matching = self.style.highlighter.clauses_in(text)
            if any(clause in matching for clause in clauses):
                clauses = [clause for clause in clauses if clause not in matching]
                yield column, text

    def _hidden_matches(self, drawing: _Drawing[Row]) -> tuple[str, list[StyledRange]]:
        """Return the matches that no cell of a row shows, as "City: Phoenix"."""
        whole, ranges = "", list[StyledRange]()
        for column, text in self._out_of_sight(drawing):
            whole += f"{', ' if whole else ''}{shown(column.label, self.style.glyphs)}: "
            matches = self.style.highlighter.matches(text)
            ranges += [(len(whole) + start, len(whole) + end, self.style.palette.match) for start, end in matches]
            whole += text
        return whole, ranges


def _skipped_before(text: str, start: int, end: int, room: int) -> int:
    """Return the number of characters to skip so that a match, at least its beginning, shows in `room` cells."""
    skipped = max(0, end - max(1, room))
    while skipped < start and cell_len(text[skipped:end]) > room:
        skipped += 1
    return min(skipped, start)
