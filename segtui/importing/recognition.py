"""Opening a file of contacts: recognises its type, packing and encoding, and returns it as a `Source`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segtui.domain.text import clean, counted
from segtui.errors import InvalidInput, UnreadableFile
from segtui.importing.file_opening import OpenFile, Stream, open_regular, spool
from segtui.importing.options import ReadOptions, delimiter_of
from segtui.importing.readers.archive import only_readable
from segtui.importing.readers.encoding import Content, Encoding, declared_encoding, encoding_of
from segtui.importing.readers.file_type import GZIP, Markup, container_of, markup_of, refused_kind
from segtui.importing.readers.html_tables import HtmlTables
from segtui.importing.readers.vcard import VCards
from segtui.importing.readers.workbooks.workbook import DELIMITER, SheetText, sheet_as_text
from segtui.importing.readers.workbooks.workbook_process import sheet_of_file
from segtui.importing.source import Source, read_text

_MAX_NAMED_LINES = 10
"""Rows that a sentence about formulas names; the rest are counted."""


def open_source(
    path: Path | None,
    stream: Stream | None = None,
    *,
    name: str = "",
    options: ReadOptions,
    sha256: str | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Source:
    """Open a file, or spool a stream, and recognise its format.

    Raises UnreadableFile with one sentence for anything that is not a table of text, or not the file of `sha256` (in
    hexadecimal), and InvalidInput for options that make no sense. A file without rows is not an error here. `cancelled`
    is called while a workbook is unpacked; True ends that with Cancelled.
    """
    delimiter = delimiter_of(options.delimiter) if options.delimiter else None
    if path is not None:
        file = OpenFile(open_regular(path))
    elif stream is not None:
        file = OpenFile(spool(stream))
    else:
        raise InvalidInput("Name a file to import.", "file")
    name = name or (path.name if path else "standard input")
    try:
        digest = file.sha256()
        if sha256 is not None and sha256.strip().lower() != digest:
            raise UnreadableFile(f"{clean(name)} is not the expected file: its SHA-256 is {digest}.")
        return _recognise(_Request(file, name, digest, options, delimiter, cancelled))
    except BaseException:
        file.close()
        raise


@dataclass(frozen=True, slots=True)
class _Request:
    """A file to recognise: its name, its SHA-256, and the options of the person who opens it."""

    file: OpenFile
    name: str
    digest: str
    options: ReadOptions
    delimiter: str | None
    cancelled: Callable[[], bool] | None


def _recognise(request: _Request) -> Source:
    with request.file.reading() as raw:
        head = raw.read(1 << 16)
    if container_of(request.file, head) == "ZIP":
        return _of_archive(request)
    return _of_file(request, request.file, head)


def _of_archive(request: _Request) -> Source:
    """Return the source of the one readable file in an archive."""
    inner_name, inner = only_readable(request.file)
    try:
        with inner.reading() as raw:
            head = raw.read(1 << 16)
        source = _of_file(request, inner, head)
    except BaseException:
        inner.close()
        raise
    if not source.reads(inner):
        inner.close()  # a workbook: it was read completely already
    source.findings.insert(0, f"“{clean(inner_name)}” in a ZIP archive")
    return source


def _of_file(request: _Request, content_file: OpenFile, head: bytes) -> Source:
    """Return the source of `content_file`, which is the request's file itself or was unpacked from it."""
    name, options = request.name, request.options
    kind = container_of(content_file, head)
    if kind == "ZIP":
        raise UnreadableFile(f"{clean(name)} is a ZIP archive inside a ZIP archive; unpack it once.")
    if kind is not None:
        _refuse(options, name, "a workbook", delimiter="delimiter", encoding="encoding")
        sheet = sheet_of_file(content_file, kind, options.sheet, request.cancelled, skip_hidden=options.skip_hidden)
        return _of_sheet(request, sheet)
    content = Content(content_file, gzipped=head.startswith(GZIP))
    if content.gzipped:
        head = _unpacked_head(content, name)
    markup = markup_of(head)
    if markup is not None:
        return _of_markup(request, content, head, markup)
    _refuse_kind(content, head, name)
    _refuse(options, name, "not a workbook", sheet="sheets", skip_hidden="hidden rows")
    content = replace(content, encoding=encoding_of(content, options.encoding))
    return read_text(request.file, content, name, request.digest, (request.delimiter, options.header))


def _refuse(options: ReadOptions, name: str, what: str, **choices: str) -> None:
    """Raise InvalidInput if an option makes a choice that such a file does not have."""
    for option, noun in choices.items():
        if getattr(options, option):
            many = noun.endswith("s")
            raise InvalidInput(
                f"{clean(name)} is {what}: it has no {noun} to {'skip' if option == 'skip_hidden' else 'choose'}"
                f"{' from' if many and option == 'sheet' else ''}.",
                option,
            )


def _of_sheet(request: _Request, sheet: SheetText, *, header: bool | None = None) -> Source:
    """Return the source of a sheet. `header` is True or False if it is certain that it has one, or none."""
    options = request.options
    try:
        content = Content(sheet.file, encoding=Encoding("utf-8", ""))
        choices = (DELIMITER, options.header if options.header is not None else header)
        source = read_text(
            request.file, content, request.name, request.digest, choices, width=sheet.width, filled=sheet.filled
        )
    except BaseException:
        sheet.file.close()
        raise
    source.format, source.delimiter = sheet.kind, ""
    source.sheet, source.sheets, source.hidden_rows = sheet.name, sheet.sheets, sheet.hidden
    if len(source.sheets) > 1:
        source.findings.insert(0, f"Sheet “{clean(sheet.name)}”, one of {len(source.sheets)}")
    if sheet.hidden:
        left_out = "it" if sheet.hidden == 1 else "they"
        rows = f"{counted(sheet.hidden, 'hidden row')} of the sheet {'is' if sheet.hidden == 1 else 'are'}"
        if options.skip_hidden:
            source.findings.append(f"{rows} left out")
        else:
            source.warnings.append(f"{rows} imported too; {left_out} can be left out")
    if sheet.uncomputed:
        _warn_of_formulas(source, sheet.uncomputed)
    source.findings.extend(source.warnings)
    return source


def _warn_of_formulas(source: Source, lines: Sequence[int]) -> None:
    """Report rows with formulas that have no stored value: a spreadsheet program has to compute them first."""
    some = ", ".join(f"{line:,}" for line in lines[:_MAX_NAMED_LINES])
    more = f" and {len(lines) - _MAX_NAMED_LINES:,} more" if len(lines) > _MAX_NAMED_LINES else ""
    source.warnings.append(
        f"Formulas in {counted(len(lines), 'row')} have no stored value and are blank (rows {some}{more}): open the "
        "workbook in a spreadsheet program, save it and import it again"
    )
    source.line_warnings = dict.fromkeys(lines, "a formula has no stored value; its cell is blank")


def _of_markup(request: _Request, content: Content, head: bytes, kind: Markup) -> Source:
    """Return the source of an HTML page or of vCards."""
    name, options = request.name, request.options
    encoding = (None if options.encoding else declared_encoding(content, head)) or encoding_of(
        content, options.encoding
    )
    content = replace(content, encoding=encoding)
    if kind == "HTML":
        _refuse(options, name, "an HTML page", delimiter="delimiter")
        tables = HtmlTables(content.text)
        source = _of_sheet(request, sheet_as_text(tables, options.sheet, skip_hidden=options.skip_hidden))
    else:
        _refuse(options, name, "a vCard file", delimiter="delimiter", sheet="sheets", skip_hidden="hidden rows")
        cards = VCards(content.lines, "utf-8" if encoding.is_wide else encoding.codec)
        source = _of_sheet(request, sheet_as_text(cards, None), header=True)
        source.sheets = ()
    source.encoding, source.encoding_guessed = encoding.label, encoding.guessed
    source.findings.extend(filter(None, (encoding.finding, encoding.warning)))
    source.warnings.extend(filter(None, (encoding.warning,)))
    return source


def _unpacked_head(content: Content, name: str) -> bytes:
    with content.bytes() as unpacked:
        head = unpacked.read(1 << 16)
    if head.startswith(GZIP):
        raise UnreadableFile(f"{clean(name)} is packed with gzip twice; unpack it once.")
    return head


def _refuse_kind(content: Content, head: bytes, name: str) -> None:
    """Raise UnreadableFile for content that is not text."""
    kind = refused_kind(head)
    if kind is None and head.startswith(b"PK\x03\x04"):
        kind = "a ZIP archive; unpack it first"
    if kind:
        what, stop, way_out = kind.partition("; ")
        inside = " inside gzip" if content.gzipped else ""
        raise UnreadableFile(f"{clean(name)} is not a table of text: this is {what}{inside}{stop}{way_out}.")
