"""A sheet of a workbook as text: CSV, a line for each row, so that all that reads text reads workbooks too.

The number of a line is the number of the sheet's row, as people see it at its left.
"""

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, Protocol

from segtui.errors import InvalidInput, UnreadableFile
from segtui.importing.opening import MAX_COLUMNS, OpenFile
from segtui.importing.xls import Xls
from segtui.importing.xlsx import Xlsx
from segtui.text import clean

DELIMITER = ","
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# One line a row: breaks inside a cell become blanks.
_BREAKS = str.maketrans(dict.fromkeys("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", " "))
MAX_SHEET_CHARS = 1 << 30
"""Characters of a sheet as text: a kilobyte for each row that a sheet can have."""
# A sheet with a title alone is not yet the one with the data.
_TITLED = 2
_Row = tuple[int, list[str]]


class Workbook(Protocol):
    """What a kind of workbook can do."""

    kind: str

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets with cells, in their order, the visible ones first."""

    def rows(self, sheet: str) -> Iterator[_Row]:
        """Yield the rows of a sheet that have something in them: their number from 1, and their cells."""


@dataclass(frozen=True, slots=True)
class SheetText:
    """A sheet as a private, nameless file of CSV in UTF-8. `width` is how many cells its longest row has.

    `kind` and `sheets` are those of the workbook it is from.
    """

    name: str
    file: OpenFile
    width: int
    kind: str
    sheets: tuple[str, ...]


def open_workbook(file: OpenFile) -> Workbook:
    """Open a workbook of either kind. Raises UnreadableFile."""
    with file.reading() as raw:
        old = raw.read(len(OLE)) == OLE
    reader: BinaryIO = file.reading()
    return Xls(reader) if old else Xlsx(reader)


def sheet_as_text(workbook: Workbook, wanted: str | None, file: BinaryIO | None = None) -> SheetText:
    """Return a sheet as text, written to `file`, or to a new temporary file.

    `wanted` is a sheet's name in any case; without one it is the first in which there are rows. Raises InvalidInput
    for a name there is not, and UnreadableFile for a workbook that has no sheet or is damaged.
    """
    sheets = workbook.sheets
    if not sheets:
        raise UnreadableFile("There is no sheet with cells in this workbook.")
    if wanted is not None:
        name = next((sheet for sheet in sheets if sheet == wanted), None) or next(
            (sheet for sheet in sheets if sheet.strip().casefold() == wanted.strip().casefold()), None
        )
        if name is None:
            known = ", ".join(f"“{clean(sheet)}”" for sheet in sheets[:20])
            raise InvalidInput(f"There is no sheet “{clean(wanted)}” in this workbook; it has {known}.", "sheet")
        return _written(workbook, name, workbook.rows(name), file)
    titled: tuple[str, list[_Row]] | None = None
    for name in sheets:
        rows = workbook.rows(name)
        first = list(islice(rows, _TITLED))
        if len(first) == _TITLED:
            return _written(workbook, name, chain(first, rows), file)
        if first and titled is None:
            titled = (name, first)
    name, first = titled or (sheets[0], [])
    return _written(workbook, name, iter(first), file)


def _written(workbook: Workbook, name: str, rows: Iterator[_Row], file: BinaryIO | None) -> SheetText:
    file = file or tempfile.TemporaryFile(prefix="segtui-")  # noqa: SIM115  whoever gets it closes it
    try:
        width = _write(name, rows, file)
        return SheetText(name, OpenFile(file), width, workbook.kind, tuple(workbook.sheets))
    except OSError as error:
        file.close()
        raise UnreadableFile(f"{clean(name)} could not be unpacked: {error.strerror or error}.") from error
    except BaseException:
        file.close()
        raise


def _write(name: str, rows: Iterator[_Row], file: BinaryIO) -> int:
    """Write the rows of a sheet as CSV, each on the line of its number. Return how wide the widest is."""
    text = io.TextIOWrapper(file, "utf-8", errors="replace", newline="")
    writer = csv.writer(text, delimiter=DELIMITER, lineterminator="\n")
    at, width, left = 1, 0, MAX_SHEET_CHARS
    for number, cells in rows:
        width = max(width, len(cells))
        # Known at the end only, it would be gigabytes on the disk before: a cell in the last column takes few bytes.
        if width > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
            raise UnreadableFile(f"{clean(name)} has {width:,} columns; an import reads at most {MAX_COLUMNS:,}.")
        gap = max(number - at, 0)
        left -= gap + sum(map(len, cells)) + len(cells)
        if left < 0:
            raise UnreadableFile(
                f"{clean(name)} unpacks to more than {MAX_SHEET_CHARS:,} characters; save it as CSV and import that."
            )
        text.write("\n" * gap)
        writer.writerow(_lines(cells))
        at = number + 1
    text.flush()
    text.detach()
    return width


def _lines(cells: Sequence[str]) -> Sequence[str]:
    joined = "".join(cells)
    if joined.isprintable():
        return cells
    return [cell.translate(_BREAKS) for cell in cells]
