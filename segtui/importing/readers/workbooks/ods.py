"""OpenDocument spreadsheets (ODS): their sheets, row by row, as people see them. OASIS OpenDocument 1.3, part 3.

A few bytes can stand for a million rows or columns here: empty cells are counted, repeated values are bounded.
"""

import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import BinaryIO, Final
from xml.parsers import expat

from segtui.errors import UnreadableFile
from segtui.importing.readers.workbooks.xlsx import Attributes, _refuse_doctype, _translated_errors

_BLOCK: Final = 1 << 18
MAX_UNPACKED: Final = 2 << 30
"""Maximum size of the XML of a document, in bytes."""
MAX_TOKEN: Final = 1 << 20
"""Maximum size of an XML tag, in bytes: expat holds all of it in memory."""
MAX_ROW: Final = 1 << 20
MAX_COLUMN: Final = 1 << 14
MAX_TEXT: Final = 100_000
"""Maximum number of characters of a cell that are read; the validation rejects much shorter cells."""
MAX_REPEATED: Final = 64 << 20
"""Maximum number of characters that repeated rows and columns may add to a sheet."""
_DIGITS: Final = re.compile(r"\d")
_SHAPED: Final = re.compile(r"[\d\s().,/+-]*")
_DURATION: Final = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")


class Ods:
    """An open ODS document. Raises UnreadableFile for a damaged one."""

    kind = "ODS"

    def __init__(self, file: BinaryIO) -> None:
        with _translated_errors():
            self._archive = zipfile.ZipFile(file)
            if self._is_protected():
                raise UnreadableFile("The workbook is protected by a password; save it without one.")
            names = _NamesReader()
            for _ in self._parse(names):
                pass
        self._sheets = names.sheets
        self.hidden: set[int] = set()
        self.uncomputed: set[int] = set()

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets with cells, in their order, the visible ones first."""
        return sorted(self._sheets, key=lambda name: self._sheets[name])

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of a sheet that are not blank: their number from 1, and their cells."""
        self.hidden.clear()
        self.uncomputed.clear()
        with _translated_errors():
            reader = _RowsReader(sheet, self.hidden, self.uncomputed)
            for _ in self._parse(reader):
                yield from reader.take_rows()

    def _is_protected(self) -> bool:
        try:
            with self._archive.open("META-INF/manifest.xml") as manifest:
                return b"encryption-data" in manifest.read(1 << 20)
        except KeyError:
            return False

    def _parse(self, reader: "_NamesReader | _RowsReader") -> Iterator[None]:
        """Read the document block by block; between two blocks the complete rows may be taken."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
        parser.CharacterDataHandler = reader.text
        with self._archive.open("content.xml") as stream:
            unpacked = 0
            while block := stream.read(_BLOCK):
                unpacked += len(block)
                if unpacked > MAX_UNPACKED:
                    raise UnreadableFile(
                        f"The workbook unpacks to more than {MAX_UNPACKED >> 20:,} MB; save it as CSV."
                    )
                parser.Parse(block, False)  # noqa: FBT003  expat's own
                if unpacked - max(parser.CurrentByteIndex, 0) > MAX_TOKEN:
                    raise UnreadableFile("The workbook is damaged: a tag of its XML is longer than 1 MB.")
                yield
            parser.Parse(b"", True)  # noqa: FBT003
        yield


class _NamesReader:
    """Collects the names of the sheets while expat reads them, with True for each that is hidden."""

    def __init__(self) -> None:
        self.sheets: dict[str, bool] = {}
        self._hiding: set[str] = set()
        self._style = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """Begin an element."""
        if name == "style:style" and attributes.get("style:family") == "table":
            self._style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self._hiding.add(self._style)
        elif name == "table:table" and len(self.sheets) < MAX_COLUMN:
            self.sheets[attributes.get("table:name", "")[:255]] = attributes.get("table:style-name") in self._hiding

    def end(self, name: str) -> None:
        """End an element."""

    def text(self, data: str) -> None:
        """Take text."""


class _RowsReader:
    """Assembles the rows of one sheet while expat reads the document."""

    def __init__(self, sheet: str, hidden: set[int], uncomputed: set[int]) -> None:
        self._sheet = sheet
        self._hidden = hidden
        self._uncomputed = uncomputed
        self._depth = 0  # of tables: a table inside a cell is not part of the sheet
        self._inside = False
        self._number = 0
        self._rows: list[tuple[range, list[str], bool, bool]] = []
        self._row: Attributes = {}
        self._cells: list[str] = []
        self._column = 0
        self._cell: Attributes = {}
        self._in_cell = self._in_paragraph = self._has_gap = False
        self._aside = 0  # depth inside of a comment
        self._pieces: list[str] = []
        self._length = 0
        self._repeated = 0

    def take_rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the complete rows, repeated ones as often as they occur, and drop them."""
        rows, self._rows = self._rows, []
        for numbers, cells, is_hidden, has_gap in rows:
            for number in numbers:
                if is_hidden:
                    self._hidden.add(number)
                if has_gap:
                    self._uncomputed.add(number)
                yield number, cells

    def start(self, name: str, attributes: Attributes) -> None:
        """Begin an element."""
        if name == "table:table":
            self._depth += 1
            if self._depth == 1:
                self._inside = attributes.get("table:name", "")[:255] == self._sheet
        elif not self._inside or self._depth > 1:
            return
        elif name == "office:annotation":
            self._aside += 1
        elif name == "table:table-row":
            self._row, self._cells, self._column, self._has_gap = attributes, [], 0, False
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._cell, self._in_cell = attributes, name == "table:table-cell"
            self._pieces.clear()
            self._length = 0
        elif self._in_cell and not self._aside:
            self._start_text(name, attributes)

    def _start_text(self, name: str, attributes: Attributes) -> None:
        if name == "text:p":
            if self._pieces:
                self._take("\n")
            self._in_paragraph = True
        elif name == "text:s":
            self._take(" " * min(_count(attributes.get("text:c")), 100))
        elif name in ("text:tab", "text:line-break"):
            self._take("\t" if name == "text:tab" else "\n")

    def end(self, name: str) -> None:
        """End an element."""
        if name == "table:table":
            self._depth -= 1
            self._inside = self._inside and self._depth > 0
        elif not self._inside or self._depth > 1:
            return
        elif name == "office:annotation":
            self._aside -= 1
        elif name == "text:p":
            self._in_paragraph = False
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._end_cell()
        elif name == "table:table-row":
            self._end_row()

    def text(self, data: str) -> None:
        """Take text."""
        if self._in_paragraph and not self._aside and self._depth == 1:
            self._take(data)

    def _take(self, text: str) -> None:
        if self._length < MAX_TEXT:
            self._pieces.append(text[: MAX_TEXT - self._length])
            self._length += len(text)

    def _end_cell(self) -> None:
        times = min(_count(self._cell.get("table:number-columns-repeated")), MAX_COLUMN)
        value = _value(self._cell, "".join(self._pieces)) if self._in_cell else ""
        self._in_cell = False
        if value:
            if self._column + times > MAX_COLUMN:
                raise UnreadableFile("The workbook is damaged: one of its sheets has too many columns.")
            self._count_repeated(len(value) * (times - 1))
            self._cells.extend([""] * (self._column - len(self._cells)))
            self._cells.extend([value] * times)
        elif "table:formula" in self._cell and "office:value-type" not in self._cell:
            self._has_gap = True
        self._column += times

    def _end_row(self) -> None:
        times = _count(self._row.get("table:number-rows-repeated"))
        first = self._number + 1
        self._number += times
        if not self._cells and not self._has_gap:
            return
        if self._number > MAX_ROW:
            raise UnreadableFile("The workbook is damaged: one of its sheets has too many rows.")
        self._count_repeated((sum(map(len, self._cells)) + len(self._cells) + 50) * (times - 1))
        is_hidden = self._row.get("table:visibility", "visible") != "visible"
        self._rows.append((range(first, first + times), self._cells, is_hidden, self._has_gap))

    def _count_repeated(self, characters: int) -> None:
        self._repeated += characters
        if self._repeated > MAX_REPEATED:
            raise UnreadableFile(
                "A sheet repeats rows or columns more often than a list of contacts does; save it as CSV."
            )


def _count(text: str | None) -> int:
    """Return the repeat count: at least 1, at most one more than the rows of a sheet."""
    return min(int(text), MAX_ROW + 1) if text and text.isdecimal() and len(text) < 10 and int(text) else 1


def _value(attributes: Attributes, text: str) -> str:
    """Return a cell as people see it, except for dates in ISO 8601 and numbers with all their digits."""
    kind = attributes.get("office:value-type", "")
    if kind == "float":
        return _number(attributes.get("office:value", ""), text)
    if kind == "date":
        return attributes.get("office:date-value", text).replace("T", " ").removesuffix(" 00:00:00")
    if kind == "time":
        shape = _DURATION.fullmatch(attributes.get("office:time-value", ""))
        return f"{int(shape[1]):02}:{shape[2]}:{shape[3]}" if shape else text
    if kind == "boolean":
        return attributes.get("office:boolean-value", text).upper()
    return text or attributes.get("office:string-value", "")[:MAX_TEXT]


def _number(value: str, text: str) -> str:
    """Return a number as its format shows it, unless the format drops or groups digits."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return text
    if len(value) > 400 or not number.is_finite() or abs(number.adjusted()) > 300:
        return text
    whole = number == number.to_integral_value()
    plain = f"{number.to_integral_value() if whole else number.normalize():f}"
    digits = "".join(_DIGITS.findall(plain))
    grouped = "," in text or (whole and "." in text)
    # `02134`, `(602) 555-0199` and `+49…` are the value; `6.03E+09` and `6,025,550,199` are only a way to show it.
    if not grouped and _SHAPED.fullmatch(text):
        shown = "".join(_DIGITS.findall(text)).lstrip("0")
        if shown == digits.lstrip("0") or (not whole and shown.rstrip("0") == digits.lstrip("0")):
            return text
    return plain
