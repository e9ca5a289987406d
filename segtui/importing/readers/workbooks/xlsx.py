"""Workbooks of Excel 2007 and newer (XLSX, XLSM): their sheets, row by row, as people see them.

Readers that return values only lose what a person sees: they turn the postcode 02134 into 2134. So the sheets' XML is
read here, with expat, each cell with its number format (`number_formats`). ECMA-376 part 1 describes the parts.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from posixpath import dirname, join, normpath
from typing import BinaryIO, Final
from xml.parsers import expat

from segtui.errors import UnreadableFile
from segtui.importing.file_opening import MAX_COLUMNS
from segtui.importing.readers.workbooks.number_formats import BUILTIN, GENERAL, shown
from segtui.importing.readers.workbooks.shared_strings import CellText, SharedStrings, StringsReader, plain

_BLOCK: Final = 1 << 16
MAX_UNPACKED: Final = 4 << 30
"""Maximum size of a workbook's XML, in bytes: more is an archive made to fill the memory, not a list of contacts."""
_MAX_STRINGS: Final = 512 << 20
_MAX_SMALL_PART: Final = 64 << 20
"""Maximum size of a part other than sheets and shared strings, in bytes: list of sheets, styles, references."""
_MAX_TOKEN: Final = 1 << 20
"""Maximum size of a tag with its attributes, or of a comment, in bytes: expat holds it whole, and rescans it."""
_MAX_ROW: Final = 1 << 20
_MAX_COLUMN: Final = 1 << 14
MAX_ROW_CHARS: Final = 1 << 22
_MAX_SHEETS: Final = 10_000
_MAX_SHEET_NAME: Final = 255
_MAX_STYLES: Final = 1 << 16
_MAX_FORMAT: Final = 1_000
"""Maximum number of characters of a number format; spreadsheet programs allow 255."""
_MAX_NUMBER: Final = 500
"""Maximum number of characters of a number in a cell; a double written in full has some 330."""
_PREFIXED: Final = re.compile(rb"<\w+:(?:worksheet|sst|styleSheet|workbook|Relationships)\b")
_ISO_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?.*")

Attributes = dict[str, str]


class Xlsx:
    """An open XLSX workbook. Raises UnreadableFile for a damaged one."""

    kind = "XLSX"

    def __init__(self, file: BinaryIO) -> None:
        self._unpacked = 0
        with _translated_errors():
            self._archive = zipfile.ZipFile(file)
            self._names = frozenset(self._archive.namelist())
            self._parts = self._workbook()
        self.hidden: set[int] = set()
        self.uncomputed: set[int] = set()

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets with cells, in their order, the visible ones first."""
        return list(self._parts)

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of a sheet that are not blank: their number from 1, and their cells."""
        self.hidden.clear()
        self.uncomputed.clear()
        with _translated_errors():
            reader = _SheetReader(self._strings, self._formats, since_1904=self._since_1904)
            reader.hidden, reader.uncomputed = self.hidden, self.uncomputed
            for _ in self._parse(self._parts[sheet], MAX_UNPACKED, reader.start, reader.end, reader.text):
                yield from reader.take_rows()

    def _workbook(self) -> dict[str, str]:
        """Return the sheets and the names of their parts."""
        start = "xl/workbook.xml"
        for kind, target in self._relations(""):
            if kind == "officeDocument":
                start = target
        self._start = start
        sheets: list[tuple[bool, str, str]] = []
        self._since_1904 = False

        def element(name: str, attributes: Attributes) -> None:
            if name == "workbookPr":
                self._since_1904 = attributes.get("date1904") in ("1", "true")
            elif name == "sheet":
                link = next((value for key, value in attributes.items() if key.endswith(":id")), "")
                name = attributes.get("name", "")
                if len(sheets) >= _MAX_SHEETS or len(name) > _MAX_SHEET_NAME:
                    raise UnreadableFile(
                        "The workbook is damaged: it has too many sheets, or one with an endless name."
                    )
                sheets.append((attributes.get("state", "visible") != "visible", name, link))

        self._read(start, element)
        targets = {link: (kind, target) for kind, target, link in self._links(start)}
        sheets.sort(key=lambda sheet: sheet[0])
        return {
            name: targets[link][1]
            for _, name, link in sheets
            if targets.get(link, ("", ""))[0] == "worksheet" and targets[link][1] in self._names
        }

    def _relations(self, part: str) -> Iterator[tuple[str, str]]:
        return ((kind, target) for kind, target, _ in self._links(part))

    def _links(self, part: str) -> list[tuple[str, str, str]]:
        """Return the references of a part: the kind, the target part and the id of each."""
        folder, _, name = part.rpartition("/")
        references: list[tuple[str, str, str]] = []

        def element(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))
                references.append((attributes.get("Type", "").rpartition("/")[2], path, attributes.get("Id", "")))

        relations = f"{folder}/_rels/{name}.rels".lstrip("/")
        if relations in self._names:
            self._read(relations, element)
        return references

    @cached_property
    def _strings(self) -> SharedStrings:
        """The texts that cells refer to by number; for rich text all runs, without phonetic readings."""
        part = next((target for kind, target in self._relations(self._start) if kind == "sharedStrings"), None)
        if part is None or part not in self._names:
            return SharedStrings()
        reader = StringsReader()
        for _ in self._parse(part, _MAX_STRINGS, reader.start, reader.end, reader.text):
            pass
        return reader.strings

    @cached_property
    def _formats(self) -> list[str]:
        """The number format of each cell style."""
        part = next((target for kind, target in self._relations(self._start) if kind == "styles"), None)
        if part is None or part not in self._names:
            return []
        codes: dict[int, str] = dict(BUILTIN)
        styles: list[int] = []
        inside = False

        def start(name: str, attributes: Attributes) -> None:
            nonlocal inside
            if name == "numFmt":
                code = attributes.get("formatCode", GENERAL)
                if len(code) > _MAX_FORMAT or len(codes) > _MAX_STYLES:
                    raise UnreadableFile("The workbook is damaged: it has too many number formats, or an endless one.")
                codes[_number(attributes.get("numFmtId"))] = code
            elif name == "cellXfs":
                inside = True
            elif name == "xf" and inside:
                if len(styles) >= _MAX_STYLES:
                    raise UnreadableFile("The workbook is damaged: it has more cell styles than a workbook can have.")
                styles.append(_number(attributes.get("numFmtId")))

        def end(name: str) -> None:
            nonlocal inside
            if name == "cellXfs":
                inside = False

        self._read(part, start, end)
        return [codes.get(style, GENERAL) for style in styles]

    def _read(
        self, part: str, start: Callable[[str, Attributes], None], end: Callable[[str], None] | None = None
    ) -> None:
        for _ in self._parse(part, _MAX_SMALL_PART, start, end or (lambda _: None), lambda _: None):
            pass

    def _parse(
        self,
        part: str,
        limit: int,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None],
        text: Callable[[str], None],
    ) -> Iterator[None]:
        """Read a part block by block; between two blocks the caller may take the handlers' results."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
        with self._archive.open(part) as stream:
            unpacked = 0
            limit = min(limit, MAX_UNPACKED - self._unpacked)
            while block := stream.read(_BLOCK):
                if not unpacked and _PREFIXED.search(block[:4096]):
                    # Some programs write `x:row`; the namespace of the prefix makes no difference here.
                    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
                    parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
                unpacked += len(block)
                self._unpacked += len(block)
                if unpacked > limit:
                    raise UnreadableFile(f"The workbook unpacks to more than {limit >> 20:,} MB; save it as CSV.")
                parser.Parse(block, False)  # noqa: FBT003  expat's own
                if unpacked - max(parser.CurrentByteIndex, 0) > _MAX_TOKEN:
                    raise UnreadableFile("The workbook is damaged: its XML has a tag without an end.")
                yield
            parser.Parse(b"", True)  # noqa: FBT003
        yield


class _SheetReader:
    """Assembles the rows of a sheet while expat reads it."""

    def __init__(self, strings: SharedStrings, formats: list[str], *, since_1904: bool) -> None:
        self._strings = strings
        self._formats = formats
        self._since_1904 = since_1904
        self._rows: list[tuple[int, list[str]]] = []
        self._number = 0
        self._cells: list[str] = []
        self._chars = 0
        self._column = -1
        self._type = ""
        self._style = 0
        self._text = CellText()
        self._takes_text = self._phonetic = False
        self._columns: dict[str, int] = {}
        self._shown: dict[tuple[str, int], str] = {}
        self.hidden: set[int] = set()
        self.uncomputed: set[int] = set()
        self._is_hidden = self._hides_all = self._has_formula = self._has_gap = False

    def take_rows(self) -> list[tuple[int, list[str]]]:
        """Return the complete rows, and drop them."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, attributes: Attributes) -> None:
        """Begin an element."""
        if name == "c":
            reference = attributes.get("r")
            self._column = self._column_of(reference) if reference else self._column + 1
            self._type = attributes.get("t", "n")
            self._style = int(attributes.get("s", 0))
            self._text.clear()
            self._has_formula = False
        elif name == "f":
            self._has_formula = True
        elif name in ("v", "t"):
            self._takes_text = not self._phonetic
        elif name == "rPh":
            self._phonetic = True
        elif name == "sheetFormatPr":
            self._hides_all = attributes.get("zeroHeight") in ("1", "true")
        elif name == "row":
            before = self._number
            self._number = int(attributes["r"]) if "r" in attributes else before + 1
            if self._number > _MAX_ROW:
                raise UnreadableFile("The workbook is damaged: a sheet has more rows than a sheet can have.")
            if self._number <= before:
                raise UnreadableFile(f"The workbook is damaged: row {self._number:,} comes after row {before:,}.")
            self._cells, self._chars, self._column, self._has_gap = [], 0, -1, False
            self._is_hidden = attributes.get("hidden", "1" if self._hides_all else "0") in ("1", "true")

    def end(self, name: str) -> None:
        """End an element."""
        if name in ("v", "t"):
            self._takes_text = False
        elif name == "c":
            if text := self._text.joined():
                self._put(text)
            elif self._has_formula and self._type != "str":
                self._has_gap = True
        elif name == "rPh":
            self._phonetic = False
        elif name == "row" and (self._cells or self._has_gap):
            if self._is_hidden:
                self.hidden.add(self._number)
            if self._has_gap:
                self.uncomputed.add(self._number)
            self._rows.append((self._number, self._cells))

    def text(self, data: str) -> None:
        """Take text."""
        if self._takes_text:
            self._text.add(data)

    def _put(self, raw: str) -> None:
        value = self._value(raw)
        if not value:
            return
        if self._column >= MAX_COLUMNS:
            raise UnreadableFile(f"A sheet has {self._column + 1:,} columns; an import reads at most {MAX_COLUMNS:,}.")
        self._chars += len(value)
        if self._chars > MAX_ROW_CHARS:
            raise UnreadableFile(f"Row {self._number:,} of a sheet has more than {MAX_ROW_CHARS:,} characters.")
        missing = self._column - len(self._cells)
        if missing < 0:
            self._cells[self._column] = value
            return
        if missing:
            self._cells.extend([""] * missing)
        self._cells.append(value)

    def _value(self, raw: str) -> str:
        kind = self._type
        if kind == "s":
            index = int(raw)
            return self._strings[index] if 0 <= index < len(self._strings) else ""
        if kind == "n":
            return self._number_shown(raw)
        if kind == "b":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        if kind == "d":
            return _ISO_DATE.sub(r"\1 \2\3", raw).removesuffix(" 00:00:00").removesuffix(" 00:00")
        return plain(raw)

    def _number_shown(self, raw: str) -> str:
        key = (raw, self._style)
        text = self._shown.get(key)
        if text is None:
            if len(raw) > _MAX_NUMBER:
                raise UnreadableFile(f"The workbook is damaged: a number in row {self._number:,} has no end.")
            code = self._formats[self._style] if self._style < len(self._formats) else GENERAL
            if len(self._shown) > 100_000:
                self._shown.clear()
            # Digits that a float would lose are kept as they are in the file.
            whole = raw.isdecimal() and code in (GENERAL, "0", "@")
            text = self._shown[key] = raw if whole else shown(float(raw), code, since_1904=self._since_1904)
        return text

    def _column_of(self, reference: str) -> int:
        letters = reference[:8].rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            column = 0
            for letter in letters:
                column = column * 26 + ord(letter) - 64
            column -= 1
            if not 0 <= column < _MAX_COLUMN:
                raise UnreadableFile("The workbook is damaged: a sheet has more columns than a sheet can have.")
            self._columns[letters] = column
        return column


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _refuse_doctype(*_: object) -> None:
    # No workbook has one; it would be used to expand a line to megabytes.
    raise UnreadableFile("The workbook is damaged: its XML declares a document type.")


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Translate every error of a damaged workbook into one sentence."""
    try:
        yield
    except RuntimeError as error:  # raised by zipfile for an archive with a password
        raise UnreadableFile("The workbook is protected by a password; save it without one.") from error
    except (
        zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, KeyError, ValueError, IndexError, OverflowError,
        NotImplementedError,
    ) as error:  # fmt: skip
        raise UnreadableFile("The workbook is damaged; open it in a spreadsheet program and save it again.") from error
