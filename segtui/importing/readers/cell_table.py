"""A chunk of records as a table: rows of one length, cells in the form in which they are stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from segtui.domain.text import MAX_VALUE_LENGTH
from segtui.importing.readers.records import Chunk
from segtui.importing.row_results import Defects, Rejected
from segtui.importing.rows.cells import CONTROLS, CONTROLS_AND_TABS, may_be_wrapped, stored


@dataclass(slots=True)
class Table:
    """`lines[i]` is the line of row `i`, `rows[i]` its cells as they are in the file."""

    lines: Sequence[int]
    rows: list[list[str]]
    defects: Defects = field(default_factory=Defects)
    rejected: list[Rejected] = field(default_factory=list)
    is_plain: bool = True
    """Trimming is all that the cells need."""
    columns: Sequence[Sequence[str]] = ()

    def column(self, position: int) -> list[str]:
        """Return the cells of a column as they are stored."""
        cells = self.columns[position] if self.columns else ()
        if not self.is_plain:
            return list(map(stored, cells))
        # One look at the whole column is ten times as fast as trimming cells that need no trimming.
        joined = "\n".join(cells)
        needs_none = joined.isascii() and " \n" not in joined and "\n " not in joined and joined == joined.strip(" ")
        return list(cells) if needs_none else [cell.strip() for cell in cells]

    def is_blank(self, row: int) -> bool:
        """Tell whether a row has nothing in it: then it is none."""
        return not any(map(str.strip, self.rows[row]))


def table_of(chunk: Chunk, width: int, required: int) -> Table:
    """Return a chunk as a table of `width` columns, of which a row should have at least `required`."""
    table = Table(chunk.lines, chunk.rows)
    _reject_long_cells(table)
    lengths = set(map(len, table.rows))
    if lengths - {width}:
        _shape(table, width, required)
    if chunk.stray:
        for row, line in enumerate(table.lines):
            if line in chunk.stray:
                table.defects.others.setdefault(row, []).insert(
                    0, "a quote is opened and never closed; it was left out"
                )
    _look_for_controls(table, chunk)
    table.columns = list(zip(*table.rows, strict=True))
    return table


def _reject_long_cells(table: Table) -> None:
    """Reject rows with a cell longer than MAX_VALUE_LENGTH, before anything else looks at them."""
    long = {row: reason for row, cells in enumerate(table.rows) if (reason := _too_long(cells))}
    if not long:
        return
    for row, reason in long.items():
        table.rejected.append(Rejected(table.lines[row], reason, tuple(table.rows[row])))
    table.lines = [line for row, line in enumerate(table.lines) if row not in long]
    table.rows = [cells for row, cells in enumerate(table.rows) if row not in long]


def _too_long(cells: Sequence[str]) -> str:
    """Return which cell is too long, "" where none is."""
    for position, cell in enumerate(cells, 1):
        if len(cell) > MAX_VALUE_LENGTH and (length := len(cell.strip())) > MAX_VALUE_LENGTH:
            return f"the cell in column {position} has {length:,} characters; a cell may have {MAX_VALUE_LENGTH:,}"
    return ""


def _shape(table: Table, width: int, required: int) -> None:
    """Make all rows as long as the header; rows that have too much are rejected."""
    lines: list[int] = []
    rows: list[list[str]] = []
    for line, row in zip(table.lines, table.rows, strict=True):
        shaped = row
        if len(row) > width:
            if any(map(str.strip, row[width:])):
                reason = f"{len(row)} cells where the header has {width}"
                table.rejected.append(Rejected(line, reason, tuple(row)))
                continue
            shaped = row[:width]
        elif len(row) < width:
            shaped = row + [""] * (width - len(row))
            if len(row) < required and any(map(str.strip, row)):
                warning = f"only {len(row)} of {required} cells; the missing ones are blank"
                table.defects.others[len(rows)] = [warning]
        lines.append(line)
        rows.append(shaped)
    table.lines, table.rows = lines, rows


def _look_for_controls(table: Table, chunk: Chunk) -> None:
    """Note where control characters become blanks, and whether any cell needs more than trimming."""
    quoted = '"' in chunk.text
    pattern = CONTROLS if chunk.delimiter == "\t" and not quoted else CONTROLS_AND_TABS
    found = pattern.search(chunk.text) is not None
    table.is_plain = not (found or chunk.has_breaks or may_be_wrapped(chunk.text))
    if not found:
        return
    for row, cells in enumerate(table.rows):
        if any(CONTROLS_AND_TABS.search(cell.strip()) for cell in cells if not cell.isprintable()):
            table.defects.others.setdefault(row, []).append("control characters became blanks")
