"""Workbooks of Excel 2007 and newer (XLSX, XLSM): their sheets, row by row, as people see them.

Readers that give values only lose what a person sees: they make 2134 of the postcode 02134. So the sheets' XML is read
here, with expat, each cell with its number format (`number_formats`). ECMA-376 part 1 describes the parts.
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
"""Bytes of XML that are read of a workbook: more is an archive made to fill the memory, not a list of contacts."""
_MAX_STRINGS: Final = 512 << 20
_MAX_SMALL_PART: Final = 64 << 20
"""Bytes of XML in a part that is no sheet and no list of texts: the list of sheets, the styles, references."""
_MAX_TOKEN: Final = 1 << 20
"""Bytes of one tag with its attributes, or one comment: expat holds it as a whole, and reads it again and again."""
_MAX_ROW: Final = 1 << 20
_MAX_COLUMN: Final = 1 << 14
MAX_ROW_CHARS: Final = 1 << 22
_MAX_SHEETS: Final = 10_000
_MAX_SHEET_NAME: Final = 255
_MAX_STYLES: Final = 1 << 16
_MAX_FORMAT: Final = 1_000
"""Characters of a number format; spreadsheet programs allow 255."""
_MAX_NUMBER: Final = 500
"""Characters of a number in a cell; a double written out in full has some 330."""
_PREFIXED: Final = re.compile(rb"<\w+:(?:worksheet|sst|styleSheet|workbook|Relationships)\b")
_ISO_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?.*")

Attributes = dict[str, str]


class Xlsx:
    """An XLSX workbook that was opened. Raises UnreadableFile for one that is damaged."""

    kind = "XLSX"

    def __init__(self, file: BinaryIO) -> None:
        self._unpacked = 0
        with _explained():
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
        """Yield the rows of a sheet that have something in them: their number from 1, and their cells."""
        self.hidden.clear()
        self.uncomputed.clear()
        with _explained():
            reader = _SheetReader(self._strings, self._formats, since_1904=self._since_1904)
            reader.hidden, reader.uncomputed = self.hidden, self.uncomputed
            for _ in self._parse(self._parts[sheet], MAX_UNPACKED, reader.start, reader.end, reader.text):
                yield from reader.taken()

    def _workbook(self) -> dict[str, str]:
        """Return the sheets and the parts they are in."""
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
        """Return what a part refers to: the kind, the part and the name of each reference."""
        folder, _, name = part.rpartition("/")
        found: list[tuple[str, str, str]] = []

        def element(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))
                found.append((attributes.get("Type", "").rpartition("/")[2], path, attributes.get("Id", "")))

        relations = f"{folder}/_rels/{name}.rels".lstrip("/")
        if relations in self._names:
            self._read(relations, element)
        return found

    @cached_property
    def _strings(self) -> SharedStrings:
        """The texts that cells refer to by number; of a rich text all its runs, of a phonetic one not the reading."""
        part = next((target for kind, target in self._relations(self._start) if kind == "sharedStrings"), None)
        if part is None or part not in self._names:
            return SharedStrings()
        reader = StringsReader()
        for _ in self._parse(part, _MAX_STRINGS, reader.start, reader.end, reader.text):
            pass
        return reader.found

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
        return [codes.get(each, GENERAL) for each in styles]

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
        """Read a part block by block; between two blocks whoever asked may take what the handlers found."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
        with self._archive.open(part) as stream:
            unpacked = 0
            limit = min(limit, MAX_UNPACKED - self._unpacked)
            while block := stream.read(_BLOCK):
                if not unpacked and _PREFIXED.search(block[:4096]):
                    # Some programs write `x:row`; what the prefix stands for makes no difference here.
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
    """Puts the rows of a sheet together while expat reads it."""

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
        self._wanted = self._phonetic = False
        self._columns: dict[str, int] = {}
        self._shown: dict[tuple[str, int], str] = {}
        self.hidden: set[int] = set()
        self.uncomputed: set[int] = set()
        self._is_hidden = self._hides_all = self._has_formula = self._has_gap = False

    def taken(self) -> list[tuple[int, list[str]]]:
        """Return the rows that are complete, and forget them."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, attributes: Attributes) -> None:
        """Begin an element."""
        if name == "c":
            place = attributes.get("r")
            self._column = self._column_of(place) if place else self._column + 1
            self._type = attributes.get("t", "n")
            self._style = int(attributes.get("s", 0))
            self._text.clear()
            self._has_formula = False
        elif name == "f":
            self._has_formula = True
        elif name in ("v", "t"):
            self._wanted = not self._phonetic
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
            self._wanted = False
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
        if self._wanted:
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
            place = int(raw)
            return self._strings[place] if 0 <= place < len(self._strings) else ""
        if kind == "n":
            return self._number_shown(raw)
        if kind == "b":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        if kind == "d":
            return _ISO_DATE.sub(r"\1 \2\3", raw).removesuffix(" 00:00:00").removesuffix(" 00:00")
        return plain(raw)

    def _number_shown(self, raw: str) -> str:
        key = (raw, self._style)
        found = self._shown.get(key)
        if found is None:
            if len(raw) > _MAX_NUMBER:
                raise UnreadableFile(f"The workbook is damaged: a number in row {self._number:,} has no end.")
            code = self._formats[self._style] if self._style < len(self._formats) else GENERAL
            if len(self._shown) > 100_000:
                self._shown.clear()
            # Digits a float would not hold are kept as they stand there.
            whole = raw.isdecimal() and code in (GENERAL, "0", "@")
            found = self._shown[key] = raw if whole else shown(float(raw), code, since_1904=self._since_1904)
        return found

    def _column_of(self, place: str) -> int:
        letters = place[:8].rstrip("0123456789")
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
    # No workbook has one; what has one wants to make a megabyte of a line.
    raise UnreadableFile("The workbook is damaged: its XML declares a document type.")


@contextmanager
def _explained() -> Iterator[None]:
    """Turn everything a damaged workbook can do into one sentence."""
    try:
        yield
    except RuntimeError as error:  # zipfile's word for an archive with a password
        raise UnreadableFile("The workbook is protected by a password; save it without one.") from error
    except (
        zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, KeyError, ValueError, IndexError, OverflowError,
        NotImplementedError,
    ) as error:  # fmt: skip
        raise UnreadableFile("The workbook is damaged; open it in a spreadsheet program and save it again.") from error
