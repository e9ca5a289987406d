"""An opened and recognised file: its properties, its layout, and its rows, which can be read repeatedly."""

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
from segtui.importing.readers.records import Chunk, records, records_or_blocks
from segtui.importing.rows.cells import stored

if TYPE_CHECKING:  # it loads Polars
    from segtui.importing.readers.fast_csv import Piece

PREVIEW = 20
"""Rows that are shown as a preview."""
_SAMPLE_ROWS = 500


@dataclass
class Source:
    """A file ready to be read. Close it, or use it as a context manager.

    `format` is CSV, TSV, XLSX, XLS, ODS, HTML or vCard. For a workbook, `sheets` are the names and `sheet` the one that
    is read; that sheet is then read as text, its lines are the sheet's rows, and it has neither encoding nor delimiter.
    The tables of an HTML page and the cards of a vCard file are such sheets too, and have an encoding. `hidden_rows` is
    the number of hidden rows in the sheet, read or skipped. `size` (bytes) and `sha256` are those of the original file,
    packed or not. `headers` are unique: the second "Email" is "Email (2)", a column without a header "Column 5".
    `preview` holds the first rows as they will be read. `findings` are short remarks for people about what was
    recognised. `rows` is known at once for small files only; for the others `estimated_rows` is extrapolated from the
    size of the first rows.
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
    """Sentences about the whole file that need attention: a guessed encoding, hidden rows."""
    line_warnings: dict[int, str] = field(default_factory=dict, repr=False)
    """Sentences about single rows, by line, that are known before validation."""

    @property
    def width(self) -> int:
        """The number of cells of a row."""
        return len(self.headers)

    @property
    def required(self) -> int:
        """The number of cells below which a row is short: trailing columns without a header may be missing."""
        written = self.written_headers
        if self.sheet is not None:
            return 0  # rows of a sheet end with their last filled cell
        return next((count for count in range(len(written), 0, -1) if written[count - 1]), 0) if written else self.width

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows as they are in the file, from the first; see `records`. Raises UnreadableFile."""
        if not self.headers:
            return
        self._file.check_unchanged()
        with self._content.text() as text:
            yield from records(text, self._layout.delimiter, self.width, self._layout.skip)
        self._file.check_unchanged()

    def pieces(self) -> "Iterator[Piece]":
        """Yield the same rows, the regular ones as columns; see `fast_csv`. Raises UnreadableFile."""
        from segtui.importing.readers.fast_csv import piece_of_records, prove_block

        if not self.headers:
            return
        delimiter, width = self._layout.delimiter, self.width
        self._file.check_unchanged()
        with self._content.text() as text:
            read_block = partial(prove_block, delimiter=delimiter, width=width)
            for part in records_or_blocks(read_block, text, delimiter, width, self._layout.skip):
                yield piece_of_records(part, width) if isinstance(part, Chunk) else part
        self._file.check_unchanged()

    def reads(self, file: OpenFile) -> bool:
        """Return True if the rows are read from this open file."""
        return self._content.file is file

    def close(self) -> None:
        """Close the file; nothing of it stays behind."""
        self._file.close()
        self._content.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def read_text(
    file: OpenFile,
    content: Content,
    name: str,
    digest: str,
    choices: tuple[str | None, bool | None],
    *,
    width: int = 0,
    filled: int = 0,
) -> Source:
    """Return the source of a text. `choices` are the delimiter and the header option, None if not chosen.

    For a sheet, `width` is the number of cells in its longest row and `filled` the number of rows that are not blank.
    """
    sample, total = _sampled(content, name)
    layout = layout_of(sample, *choices)
    if layout.width < width:
        # Cells of a sheet beyond the last header are columns of their own, not surplus cells.
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
    """Return the beginning of the text, in whole lines, and the approximate number of characters."""
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
    written_names = set(written)
    for position, header in enumerate(written):
        base = name = header or f"Column {position + 1}"
        while taken[name] or (name != header and name in written_names):
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
    content, layout = source._content, source._layout  # noqa: SLF001  # of this module
    findings = []
    if content.gzipped:
        findings.append("Packed with gzip")
    findings.extend(filter(None, (content.encoding.finding, content.encoding.warning)))
    if layout.preamble:
        lines = "line" if layout.preamble == 1 else "lines"
        findings.append(f"{layout.preamble} {lines} above the header skipped")
    if not source.headers:
        findings = ["The file is empty"]
    elif source.header_line is None:
        findings.append("No header row: columns are named by their number")
    repeated = sorted({header for header in written if header and written.count(header) > 1})
    findings.extend(f"Header “{clean(header)}” occurs several times" for header in repeated)
    return findings
