"""The tables of an HTML page, which many programs save under the name of a workbook (`.xls`).

Read in blocks by Python's html.parser, which handles markup as browsers do, closed or not. Every table is a sheet, also
a table inside a cell.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from html.parser import HTMLParser
from typing import Final, TextIO

from segtui.errors import UnreadableFile

_BLOCK: Final = 1 << 16
MAX_TABLES: Final = 50
"""Maximum number of tables that are offered as sheets."""
MAX_TOKEN: Final = 1 << 20
"""Maximum number of characters of a tag or a comment."""
MAX_TEXT: Final = 100_000
"""Maximum number of characters of a cell that are read."""
MAX_ROW_CHARS: Final = 1 << 22
"""Maximum number of characters of a row."""
MAX_SPAN: Final = 1_000
"""Maximum number of columns that a cell may span, as in browsers."""
MAX_COLUMNS: Final = 1 << 14
MAX_REACHED: Final = 20_000_000
"""Maximum number of cells of a table that are covered by cells above."""
MAX_DEPTH: Final = 50
"""Maximum depth of nested tables."""
_BLANKS: Final = re.compile(r"[ \t\r\n\f\v]+")
_HIDING: Final = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_BREAKING: Final = frozenset({"br", "p", "div", "li"})
_CELLULAR: Final = frozenset({"table", "tr", "td", "th"})
_SILENT: Final = frozenset({"script", "style", "title", "textarea", "noscript", "template"})

Opener = Callable[[], AbstractContextManager[TextIO]]


class HtmlTables:
    """The tables of a page. `text` opens its text from the beginning. Raises UnreadableFile if it has none."""

    kind = "HTML"

    def __init__(self, text: Opener) -> None:
        self._text = text
        self.hidden: set[int] = set()
        self.uncomputed: set[int] = set()
        counter = _TableParser(-1, set())
        for _ in _parsed(text, counter):
            pass
        self._tables = {f"Table {table + 1}": table for table in sorted(counter.filled)}
        if not self._tables:
            raise UnreadableFile("This is an HTML page (a web page) without a table: save the contacts as CSV.")

    @property
    def sheets(self) -> list[str]:
        """The names of the tables, by their number on the page."""
        return list(self._tables)

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of a table that are not blank: their number from 1, and their cells."""
        self.hidden.clear()
        parser = _TableParser(self._tables[sheet], self.hidden)
        for _ in _parsed(self._text, parser):
            yield from parser.take_rows()
            if parser.is_over:
                return


def _parsed(text: Opener, parser: "_TableParser") -> Iterator[None]:
    """Feed a page to `parser` block by block; between two blocks the complete rows may be taken."""
    with text() as page:
        while block := page.read(_BLOCK):
            parser.feed(block)
            if len(parser.rawdata) > MAX_TOKEN:
                raise UnreadableFile("The HTML page is damaged: one of its tags or comments never ends.")
            yield
    parser.end_table_at_end()
    yield


class _TableParser(HTMLParser):
    """Assembles the rows of one table; counts the tables of the page."""

    def __init__(self, table: int, hidden: set[int]) -> None:
        super().__init__(convert_charrefs=True)
        self.tables = 0
        self.filled: set[int] = set()  # the tables with cells
        self.is_over = False
        self.rows: list[tuple[int, list[str], bool]] = []
        self._table = table
        self._hidden = hidden
        self._open: list[int] = []  # the tables that are open, the innermost last
        self._number = 0
        self._cells: list[str] | None = None
        self._spans: dict[int, int] = {}  # columns that a cell above covers, and the number of rows left
        self._reached = 0
        self._is_hidden = False
        self._pieces: list[str] | None = None
        self._length = self._row_length = 0
        self._span = (1, 1)
        self._silent = ""

    def take_rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the complete rows, and drop them."""
        rows, self.rows = self.rows, []
        for number, cells, is_hidden in rows:
            if is_hidden:
                self._hidden.add(number)
            yield number, cells

    @property
    def _is_inside(self) -> bool:
        return bool(self._open) and self._open[-1] == self._table

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        if tag in _SILENT:
            self._silent = self._silent or tag
            return
        if tag in _CELLULAR:
            self._silent = ""  # it was never closed
        if tag == "table":
            self._begin_table()
        elif self._is_inside:
            self._start_inside(tag, dict(attrs))
        elif tag in ("td", "th") and self._open and len(self.filled) < MAX_TABLES:
            self.filled.add(self._open[-1])

    def _begin_table(self) -> None:
        if len(self._open) == MAX_DEPTH:
            raise UnreadableFile("The HTML page is damaged: its tables are nested too deeply.")
        self._open.append(self.tables)
        self.tables += 1

    def _start_inside(self, tag: str, attributes: dict[str, str | None]) -> None:
        """Begin an element of the table."""
        if tag == "tr":
            self._end_row()
            self._begin_row(attributes)
        elif tag in ("td", "th"):
            self._end_cell()
            if self._cells is None:
                self._begin_row({})
            self._begin_cell(attributes)
        elif tag in _BREAKING and self._pieces:
            self._take("\n")

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if tag == self._silent:
            self._silent = ""
        elif tag == "table" and self._open:
            if self._is_inside:
                self._end_row()
                self.is_over = True
            self._open.pop()
        elif not self._is_inside:
            return
        elif tag == "tr":
            self._end_row()
        elif tag in ("td", "th"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        """Take text."""
        if self._is_inside and not self._silent and self._pieces is not None:
            self._take(_BLANKS.sub(" ", data))

    def end_table_at_end(self) -> None:
        """End the table that is still open at the end of the page."""
        if self._table in self._open:
            self._open = [self._table]
            self._end_row()

    def _take(self, text: str) -> None:
        if self._pieces is not None and self._length < MAX_TEXT:
            self._pieces.append(text[: MAX_TEXT - self._length])
            self._length += len(text)
            self._row_length += len(text)
            if self._row_length > MAX_ROW_CHARS:
                raise UnreadableFile(f"Row {self._number:,} of a table has more than {MAX_ROW_CHARS:,} characters.")

    def _begin_row(self, attributes: dict[str, str | None]) -> None:
        self._number += 1
        self._cells = []
        self._row_length = 0
        self._is_hidden = "hidden" in attributes or _HIDING.search(attributes.get("style") or "") is not None

    def _begin_cell(self, attributes: dict[str, str | None]) -> None:
        self._pieces, self._length = [], 0
        self._span = _span(attributes.get("colspan"), MAX_SPAN), _span(attributes.get("rowspan"), 1 << 16)

    def _end_cell(self) -> None:
        if self._pieces is None or self._cells is None:
            return
        lines = (line.strip() for line in "".join(self._pieces).split("\n"))
        self._pieces = None
        cells = self._cells
        self._skip_spanned(cells)
        columns, rows = self._span
        if len(cells) + columns > MAX_COLUMNS:
            raise UnreadableFile("The HTML page is damaged: one of its tables has too many columns.")
        if rows > 1:
            self._spans.update(dict.fromkeys(range(len(cells), len(cells) + columns), rows))
        cells.append("\n".join(filter(None, lines)))
        cells.extend([""] * (columns - 1))

    def _skip_spanned(self, cells: list[str]) -> None:
        while self._spans.get(len(cells), 0) > 0 and len(cells) < MAX_COLUMNS:
            cells.append("")

    def _end_row(self) -> None:
        self._end_cell()
        cells, self._cells = self._cells, None
        if cells is None:
            return
        self._reached += len(self._spans)
        if self._reached > MAX_REACHED:
            raise UnreadableFile("The HTML page is damaged: cells of a table span too many rows.")
        self._spans = {column: rows - 1 for column, rows in self._spans.items() if rows > 1}
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            self.rows.append((self._number, cells, self._is_hidden))


def _span(text: str | None, maximum: int) -> int:
    return min(max(int(text), 1), maximum) if text and text.isdecimal() and len(text) < 8 else 1
