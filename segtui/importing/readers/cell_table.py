"""A chunk of records as a table: rows of equal length, cells in their stored form."""

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
    """True if the cells need no more than trimming."""
    columns: Sequence[Sequence[str]] = ()

    def column(self, position: int) -> list[str]:
        """Return the cells of a column as they are stored."""
        cells = self.columns[position] if self.columns else ()
        if not self.is_plain:
            return list(map(stored, cells))
        # One search in the whole column is ten times as fast as trimming cells that need no trimming.
        joined = "\n".join(cells)
        is_trimmed = joined.isascii() and " \n" not in joined and "\n " not in joined and joined == joined.strip(" ")
        return list(cells) if is_trimmed else [cell.strip() for cell in cells]

    def is_blank(self, row: int) -> bool:
        """Return True if a row is blank, and so does not count as a row."""
        return not any(map(str.strip, self.rows[row]))


def table_of(chunk: Chunk, width: int, required: int) -> Table:
    """Return a chunk as a table of `width` columns. A row with fewer than `required` cells gets a warning."""
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
    _note_controls(table, chunk)
    table.columns = list(zip(*table.rows, strict=True))
    return table


def _reject_long_cells(table: Table) -> None:
    """Reject rows with a cell longer than MAX_VALUE_LENGTH, before any other check."""
    long = {row: reason for row, cells in enumerate(table.rows) if (reason := _too_long(cells))}
    if not long:
        return
    for row, reason in long.items():
        table.rejected.append(Rejected(table.lines[row], reason, tuple(table.rows[row])))
    table.lines = [line for row, line in enumerate(table.lines) if row not in long]
    table.rows = [cells for row, cells in enumerate(table.rows) if row not in long]


def _too_long(cells: Sequence[str]) -> str:
    """Return a sentence about the first cell that is too long, "" if none is."""
    for position, cell in enumerate(cells, 1):
        if len(cell) > MAX_VALUE_LENGTH and (length := len(cell.strip())) > MAX_VALUE_LENGTH:
            return f"the cell in column {position} has {length:,} characters; at most {MAX_VALUE_LENGTH:,} are allowed"
    return ""


def _shape(table: Table, width: int, required: int) -> None:
    """Make all rows as long as the header; rows with surplus cells are rejected."""
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


def _note_controls(table: Table, chunk: Chunk) -> None:
    """Note rows with control characters, which become blanks, and detect if cells need more than trimming."""
    quoted = '"' in chunk.text
    pattern = CONTROLS if chunk.delimiter == "\t" and not quoted else CONTROLS_AND_TABS
    has_controls = pattern.search(chunk.text) is not None
    table.is_plain = not (has_controls or chunk.has_breaks or may_be_wrapped(chunk.text))
    if not has_controls:
        return
    for row, cells in enumerate(table.rows):
        if any(CONTROLS_AND_TABS.search(cell.strip()) for cell in cells if not cell.isprintable()):
            table.defects.others.setdefault(row, []).append("control characters became blanks")
