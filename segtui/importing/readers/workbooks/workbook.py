"""A sheet of a workbook as text: CSV with one line per row, so that every reader of text reads workbooks too.

The number of a line is the row number that people see in the sheet. The default is the first sheet with a column of
phones or e-mails.
"""

import csv
import io
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import BinaryIO, Protocol

from segtui.domain.emails import is_email
from segtui.domain.text import clean
from segtui.errors import InvalidInput, UnreadableFile
from segtui.importing.columns.headers import guess
from segtui.importing.file_opening import MAX_COLUMNS, OpenFile
from segtui.importing.readers.file_type import Container
from segtui.importing.readers.workbooks.ods import Ods
from segtui.importing.readers.workbooks.shared_strings import MAX_CELL_CHARS
from segtui.importing.readers.workbooks.xls import Xls
from segtui.importing.readers.workbooks.xlsx import Xlsx
from segtui.importing.rows.cells import looks_like_phone

DELIMITER = ","
# One line per row: line breaks inside a cell become blanks.
_BREAKS = str.maketrans(dict.fromkeys("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", " "))
MAX_SHEET_CHARS = 1 << 30
"""Maximum number of characters of a sheet as text: a kilobyte for each possible row."""
# Rows that a sheet needs to count as the one with the data: a title alone is not enough.
_MIN_ROWS = 2
_SEARCHED = 40
"""Rows at the beginning of a sheet that are searched for phones and e-mails."""
_MAX_SEARCHED_SHEETS = 50
_Row = tuple[int, list[str]]


class Workbook(Protocol):
    """A file with sheets of cells.

    `hidden` and `uncomputed` are the numbers of hidden rows, and of rows with a formula without a stored value. A row's
    number is in them when the row has been yielded; the reader of the rows may remove it.
    """

    kind: str
    hidden: set[int]
    uncomputed: set[int]

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets with cells, in their order, the visible ones first."""

    def rows(self, sheet: str) -> Iterator[_Row]:
        """Yield the rows of a sheet that are not blank: their number from 1, and their cells."""


@dataclass(frozen=True, slots=True)
class SheetText:
    """A sheet as a private, nameless file of CSV in UTF-8. `width` is the number of cells in its longest row.

    `kind` and `sheets` are those of its workbook. `filled` is the number of rows that are not blank, `hidden` that of
    hidden rows; `uncomputed` are the numbers of rows with a formula without a stored value.
    """

    name: str
    file: OpenFile
    width: int
    kind: str
    sheets: tuple[str, ...]
    filled: int
    hidden: int = 0
    uncomputed: Sequence[int] = ()


def open_workbook(file: OpenFile, kind: Container) -> Workbook:
    """Open a workbook. Raises UnreadableFile."""
    reader: BinaryIO = file.reading()
    if kind == "ODS":
        return Ods(reader)
    return Xls(reader) if kind == "XLS" else Xlsx(reader)


def sheet_as_text(
    workbook: Workbook, sheet_name: str | None, file: BinaryIO | None = None, *, skip_hidden: bool = False
) -> SheetText:
    """Return a sheet as text, without its hidden rows if `skip_hidden`, in `file` or in a new temporary file.

    `sheet_name` may be in any case; without it, the sheet is the first with a column of phones or e-mails, else the
    first with rows. Raises InvalidInput for an unknown name, and UnreadableFile for a workbook without sheets or a
    damaged one.
    """
    sheets = workbook.sheets
    if not sheets:
        raise UnreadableFile("This workbook has no sheet with cells.")
    if sheet_name is not None:
        name = next((sheet for sheet in sheets if sheet == sheet_name), None) or next(
            (sheet for sheet in sheets if sheet.strip().casefold() == sheet_name.strip().casefold()), None
        )
        if name is None:
            names = ", ".join(f"“{clean(sheet)}”" for sheet in sheets[:20])
            raise InvalidInput(f"There is no sheet “{clean(sheet_name)}” in this workbook; it has {names}.", "sheet")
        return _write_sheet(workbook, name, file, skip_hidden=skip_hidden)
    titled = filled = None
    for name in sheets[:_MAX_SEARCHED_SHEETS]:
        first = [cells for _, cells in islice(workbook.rows(name), _SEARCHED)]
        if _has_contacts(first):
            return _write_sheet(workbook, name, file, skip_hidden=skip_hidden)
        if filled is None and len(first) >= _MIN_ROWS:
            filled = name
        if titled is None and first:
            titled = name
    return _write_sheet(workbook, filled or titled or sheets[0], file, skip_hidden=skip_hidden)


def _has_contacts(rows: Sequence[Sequence[str]]) -> bool:
    """Return True if a sheet that begins with these rows has a column of phones or e-mails."""
    for index, row in enumerate(rows[:-1]):
        if any(cell and len(cell) < 200 and guess(cell).target in ("phone", "email") for cell in row[:MAX_COLUMNS]):
            columns = [position for position, cell in enumerate(row) if cell]
            below = [cells for cells in rows[index + 1 :] if any(cells)]
            if len(columns) > 1 or any(len(cells) == 1 for cells in below):
                return bool(below)
    # Without a header, most values of a column have to be phones or e-mails.
    for values in zip_longest(*(row[:MAX_COLUMNS] for row in rows), fillvalue=""):
        filled = [value.strip() for value in values if value.strip()]
        contacts = sum(1 for value in filled if len(value) < 300 and (is_email(value) or looks_like_phone(value)))
        if contacts * 2 > len(filled):
            return True
    return False


def _write_sheet(workbook: Workbook, name: str, file: BinaryIO | None, *, skip_hidden: bool) -> SheetText:
    file = file or tempfile.TemporaryFile(prefix="segtui-")  # noqa: SIM115  the caller closes it
    try:
        writer = _SheetWriter(name, file)
        hidden, uncomputed = 0, array("l")
        for number, cells in workbook.rows(name):
            is_hidden, is_uncomputed = number in workbook.hidden, number in workbook.uncomputed
            workbook.hidden.discard(number)
            workbook.uncomputed.discard(number)
            hidden += is_hidden
            if is_hidden and skip_hidden:
                continue
            if is_uncomputed:
                uncomputed.append(number)
            writer.write(number, cells)
        writer.close()
        return SheetText(
            name, OpenFile(file), writer.width, workbook.kind, tuple(workbook.sheets), writer.filled, hidden, uncomputed
        )
    except OSError as error:
        file.close()
        raise UnreadableFile(f"{clean(name)} could not be unpacked: {error.strerror or error}.") from error
    except BaseException:
        file.close()
        raise


class _SheetWriter:
    """Writes the rows of a sheet as CSV, each on the line of its number."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self.width = 0
        """Number of cells of the longest row."""
        self.filled = 0
        """Number of rows that are not blank."""
        self._name = clean(name)
        self._text = io.TextIOWrapper(file, "utf-8", errors="replace", newline="")
        self._writer = csv.writer(self._text, delimiter=DELIMITER, lineterminator="\n")
        self._next = 1
        self._left = MAX_SHEET_CHARS

    def write(self, number: int, cells: Sequence[str]) -> None:
        """Write a row. Raises UnreadableFile for a row that is too wide, and beyond MAX_SHEET_CHARS."""
        self.width = max(self.width, len(cells))
        # Checked per row: a cell in the last column takes few bytes in the workbook, but gigabytes as text.
        if self.width > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
            raise UnreadableFile(f"{self._name} has {self.width:,} columns; an import reads at most {MAX_COLUMNS:,}.")
        chars = sum(map(len, cells))
        if chars > MAX_CELL_CHARS:
            cells = [cell[: MAX_CELL_CHARS + 1] for cell in cells]
            chars = sum(map(len, cells))
        gap = max(number - self._next, 0)
        self._left -= gap + chars + len(cells)
        if self._left < 0:
            raise UnreadableFile(
                f"{self._name} unpacks to more than {MAX_SHEET_CHARS:,} characters; save it as CSV and import that."
            )
        self._text.write("\n" * gap)
        self._writer.writerow(_lines(cells))
        self.filled += any(map(str.strip, cells))
        self._next = number + 1

    def close(self) -> None:
        """Flush, and detach the file."""
        self._text.flush()
        self._text.detach()


def _lines(cells: Sequence[str]) -> Sequence[str]:
    joined = "".join(cells)
    if joined.isprintable():
        return cells
    return [cell.translate(_BREAKS) for cell in cells]
