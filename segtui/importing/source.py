"""A file that was opened and recognised: what it is, how it is laid out, and its rows, as often as one wants them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Self

from segtui.domain.text import MAX_VALUE_LENGTH, clean
from segtui.errors import UnreadableFile
from segtui.importing.file_opening import MAX_COLUMNS, OpenFile
from segtui.importing.readers.dialect import SAMPLE, Layout, layout_of
from segtui.importing.readers.encoding import Content
from segtui.importing.readers.file_type import is_binary
from segtui.importing.readers.records import Chunk, records, records_but
from segtui.importing.rows.cells import stored

if TYPE_CHECKING:  # it loads Polars
    from segtui.importing.readers.fast_csv import Piece

PREVIEW = 20
"""Rows that are shown before anything is decided."""
_SAMPLE_ROWS = 500


@dataclass
class Source:
    """A file ready to be read. Close it, or use it as a context manager.

    `format` is CSV, TSV, XLSX, XLS, ODS, HTML or vCard. Of a workbook, `sheets` are the names and `sheet` the one that
    is read; what is read then is that sheet as text, its lines the sheet's rows, and it has neither encoding nor
    delimiter. The tables of an HTML page and the cards of a vCard file are such sheets too, and have an encoding.
    `hidden_rows` is the number of hidden rows in the sheet, read or skipped. `size` (bytes) and `sha256` are those of
    the file as it was given, packed or not. `headers` are unique: the second "Email"
    is "Email (2)", a column without a header "Column 5". `preview` holds the first rows as they will be read.
    `findings` are short remarks for people about what was recognised. `rows` is known at once for small files only,
    `estimated_rows` is judged by the size of the first rows for the others.
    """

    name: str
    size: int
    sha256: str
    format: str
    encoding: str
    delimiter: str
    header_line: int | None
    headers: list[str]
    preview: list[list[str]]
    findings: list[str]
    rows: int | None
    estimated_rows: int
    sample: list[list[str]] = field(repr=False)
    """The first rows, by which columns are recognised."""
    written_headers: list[str] = field(repr=False)
    """The header row as it is in the file."""
    _file: OpenFile = field(repr=False)
    _content: Content = field(repr=False)
    _layout: Layout = field(repr=False)
    sheet: str | None = None
    sheets: Sequence[str] = ()
    hidden_rows: int = 0
    encoding_guessed: bool = False
    warnings: list[str] = field(default_factory=list)
    """Sentences about the whole file that people should act on: an encoding that was guessed, hidden rows."""
    line_warnings: dict[int, str] = field(default_factory=dict, repr=False)
    """Sentences about single rows, by their lines, that were known before the rows were judged."""

    @property
    def width(self) -> int:
        """How many cells a row has."""
        return len(self.headers)

    @property
    def required(self) -> int:
        """How many cells a row must have not to be short: columns at the end without a header may be missing."""
        written = self.written_headers
        if self.sheet is not None:
            return 0  # a row of a sheet ends with its last filled cell
        return next((place for place in range(len(written), 0, -1) if written[place - 1]), 0) if written else self.width

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows as they are in the file, from the first; see `records`. Raises UnreadableFile."""
        if not self.headers:
            return
        self._file.check_unchanged()
        with self._content.text() as text:
            yield from records(text, self._layout.delimiter, self.width, self._layout.skip)
        self._file.check_unchanged()

    def pieces(self) -> "Iterator[Piece]":
        """Yield the same rows with the regular ones as columns; see `regular`. Raises UnreadableFile."""
        from segtui.importing.readers.fast_csv import of_records, proven

        if not self.headers:
            return
        delimiter, width = self._layout.delimiter, self.width
        self._file.check_unchanged()
        with self._content.text() as text:
            read = partial(proven, delimiter=delimiter, width=width)
            for found in records_but(read, text, delimiter, width, self._layout.skip):
                yield of_records(found, width) if isinstance(found, Chunk) else found
        self._file.check_unchanged()

    def reads(self, file: OpenFile) -> bool:
        """Tell whether the rows are read from this open file."""
        return self._content.file is file

    def close(self) -> None:
        """Close the file; nothing of it stays behind."""
        self._file.close()
        self._content.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def read_text(
    file: OpenFile,
    content: Content,
    name: str,
    digest: str,
    asked: tuple[str | None, bool | None],
    *,
    width: int = 0,
    filled: int = 0,
) -> Source:
    """Return what is in text. `asked` are the delimiter and whether there is a header, where a person said so.

    Of a sheet, `width` is the number of cells in its longest row and `filled` of rows with something in them.
    """
    sample, total = _sampled(content, name)
    layout = layout_of(sample, *asked)
    if layout.width < width:
        # What stands beside the last header of a sheet is in a column of its own, not a cell too many.
        header = layout.header and (*layout.header, *[""] * (width - layout.width))
        layout = replace(layout, width=width, header=header)
    if layout.width > MAX_COLUMNS:
        raise UnreadableFile(f"{clean(name)} has {layout.width:,} columns; an import reads at most {MAX_COLUMNS:,}.")
    written = list(layout.header or ())
    if any(len(header) > MAX_VALUE_LENGTH for header in written):
        raise UnreadableFile(f"{clean(name)} has a column whose name is longer than {MAX_VALUE_LENGTH:,} characters.")
    headers = _unique(written or [""] * layout.width)
    source = Source(
        name=name,
        size=file.size,
        sha256=digest,
        format="TSV" if layout.delimiter == "\t" else "CSV",
        encoding=content.encoding.label,
        delimiter=layout.delimiter,
        header_line=layout.header_line,
        headers=headers,
        preview=[],
        findings=[],
        rows=None,
        estimated_rows=0,
        sample=[],
        written_headers=written,
        _file=file,
        _content=content,
        _layout=layout,
        encoding_guessed=content.encoding.guessed,
        warnings=[content.encoding.warning] if content.encoding.warning else [],
    )
    first = next(source.chunks(), None)
    rows = [_shown(row, len(headers)) for row in first.rows[:_SAMPLE_ROWS] if any(map(str.strip, row))] if first else []
    source.sample, source.preview = rows, rows[:PREVIEW]
    if not total:
        source.rows = sum(1 for chunk in source.chunks() for row in chunk.rows if any(map(str.strip, row)))
    elif filled:
        source.rows = filled - layout.preamble - (layout.header is not None)
    source.estimated_rows = _estimated(source.rows, total, sample, layout)
    source.findings = _findings(source, written)
    return source


def _sampled(content: Content, name: str) -> tuple[str, int]:
    """Return the beginning of the text, whole lines of it, and how many characters there are about."""
    with content.text() as text:
        sample = text.read(SAMPLE)
        more = text.read(1)
    if is_binary(sample):
        raise UnreadableFile(f"{clean(name)} is not a table of text: most of it is control characters.")
    if more and "\n" in sample:
        sample = sample[: sample.rindex("\n") + 1]
    return sample, content.file.size if more else 0


def _unique(written: list[str]) -> list[str]:
    taken: Counter[str] = Counter()
    names: list[str] = []
    known = set(written)
    for place, header in enumerate(written):
        base = name = header or f"Column {place + 1}"
        while taken[name] or (name != header and name in known):
            taken[base] += 1
            name = f"{base} ({taken[base]})"
        taken[name] += 1
        names.append(name)
    return names


def _shown(row: list[str], width: int) -> list[str]:
    cells = [stored(cell[: MAX_VALUE_LENGTH + 1]) for cell in row]
    return cells[:width] + [""] * (width - len(cells))


def _estimated(rows: int | None, size: int, sample: str, layout: Layout) -> int:
    if rows is not None:
        return rows
    lines = max(sample.count("\n"), 1)
    return max(round(size * lines / max(len(sample), 1)) - layout.skip, 1)


def _findings(source: Source, written: list[str]) -> list[str]:
    content, layout = source._content, source._layout  # noqa: SLF001  # the module's own
    found = []
    if content.gzipped:
        found.append("Packed with gzip")
    found.extend(filter(None, (content.encoding.finding, content.encoding.warning)))
    if layout.preamble:
        lines = "line" if layout.preamble == 1 else "lines"
        found.append(f"{layout.preamble} {lines} above the header skipped")
    if not source.headers:
        found = ["The file is empty"]
    elif source.header_line is None:
        found.append("No header row: columns are named by their number")
    repeated = sorted({header for header in written if header and written.count(header) > 1})
    found.extend(f"Header “{clean(header)}” occurs several times" for header in repeated)
    return found
