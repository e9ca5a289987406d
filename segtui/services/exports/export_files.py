"""Rows of a list as a file: CSV, JSON, Parquet or XLSX, whole or not at all."""

import csv
import gzip
import io
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar, cast

from segtui.domain.formula_guard import guarded
from segtui.domain.text import clean, counted
from segtui.errors import InvalidInput, SegtuiError
from segtui.importing.file_opening import lock_partial
from segtui.services.file_quota import FileQuota

FORMATS = ("csv", "json", "parquet", "xlsx")
_PACKABLE = ("csv", "json")  # the others are packed already
# Below its header.
_MOST_XLSX_ROWS = 1_048_575
_MOST_XLSX_COLUMNS = 16_384
_LONGEST_XLSX_CELL = 32_767
# What a spreadsheet would run as a formula gets one ' before it; of the cells that look so only these are safe.
_E164 = re.compile(r"\+[1-9]\d{6,14}")


Row = TypeVar("Row")
Row_contra = TypeVar("Row_contra", contravariant=True)


class Layout(Protocol[Row_contra]):
    """The columns of a row: their names, and its values in each format."""

    @property
    def headers(self) -> Sequence[str]:
        """The header row."""

    def cells(self, row: Row_contra) -> list[str]:
        """Return the cells of one row."""

    def json(self, row: Row_contra) -> dict[str, Any]:
        """Return one row as JSON has it."""

    def title(self, row: Row_contra) -> str:
        """Return the row's name for messages."""


class Rows(Protocol[Row]):
    """The rows of an export. `noun` names a row in sentences."""

    noun: str

    def __len__(self) -> int:
        """Return the number of rows; fewer are written if some were deleted meanwhile."""

    def __iter__(self) -> Iterator[Row]:
        """Yield them."""

    def layout(self) -> Layout[Row]:
        """Return the columns of a row."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a file: one of FORMATS, and whether it is compressed with gzip."""

    format: str = "csv"
    packed: bool = False

    @property
    def is_text(self) -> bool:
        """True if people can read it."""
        return self.format in _PACKABLE and not self.packed


def form_of(path: Path, format_: str | None = None) -> Form:
    """Return the form for the ending of a file's name; `format_` is the format where the ending names none.

    A final `.gz` compresses the file, and a name without an ending means CSV. Raises InvalidInput for an unknown ending
    or format, and for compressing a format that is compressed already.
    """
    packed = path.suffix.lower() == ".gz"
    ending = (path.with_suffix("") if packed else path).suffix.lower().removeprefix(".")
    if format_ is None and ending and ending not in FORMATS:
        raise InvalidInput(
            f"segtui cannot write “.{clean(ending)}”. Use {', '.join(f'.{name}' for name in FORMATS)}, or "
            "name the format.",
            "format",
        )
    form = Form(_checked(format_ or ending or "csv"), packed)
    if packed and form.format not in _PACKABLE:
        raise InvalidInput(f"{form.format} is already compressed: leave out the ending .gz.", "format")
    return form


def _checked(format_: str) -> str:
    if format_ not in FORMATS:
        raise InvalidInput(f"The format is one of {', '.join(FORMATS)}, not “{clean(format_)}”.", "format")
    return format_


def form_for(target: Path | BinaryIO, form: Form | str | None) -> Form:
    """Return the form of a target: the given format, or by the target's name. Raises InvalidInput."""
    if form is None:
        return form_of(target) if isinstance(target, Path) else Form()
    if isinstance(form, str):
        return form_of(target, form) if isinstance(target, Path) else Form(_checked(form))
    return form


Record = Callable[[int], None]
"""Writes into the audit trail how many rows leave. Where that fails none does."""


def write(
    source: Rows[Row], target: Path | BinaryIO, form: Form, record: Record, quota: FileQuota | None = None
) -> int:
    """Write rows and return their number. A file appears whole or not at all, readable by its owner only.

    `record` is called once, before the file gets its name. An existing file is replaced: ask before. Raises
    InvalidInput, also where `quota` has not enough room, and SegtuiError where the file cannot be written.
    """
    if not isinstance(target, Path):
        return _write_recorded(source, target, form, record)
    try:
        if target.exists() and not target.is_file():  # a pipe or a device takes it as it comes
            with target.open("wb") as file:
                return _write_recorded(source, file, form, record)
        target = target.resolve()  # what a link points to is written, the link stays
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".part", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                lock_partial(file)
                count = _write(source, file if quota is None else cast("BinaryIO", quota.bounded(file)), form)
                file.flush()
                with nullcontext() if quota is None else quota.renaming():
                    record(count)
                    Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SegtuiError(f"{clean(str(target))} cannot be written: {error.strerror or error}.") from error
    return count


class _RecordedStream(io.RawIOBase):
    """A wrapper around a stream that calls `record` before the first byte is written."""

    def __init__(self, stream: BinaryIO, record: Callable[[], None]) -> None:
        self._stream = stream
        self._record: Callable[[], None] | None = record

    def writable(self) -> bool:
        """Return whether it can be written."""
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401  any buffer
        """Pass bytes on."""
        if self._record is not None:
            self._record()
            self._record = None
        return self._stream.write(data)

    def flush(self) -> None:
        """Flush the stream behind it."""
        self._stream.flush()


def _write_recorded(source: Rows[Row], stream: BinaryIO, form: Form, record: Record) -> int:
    """Write rows to a stream. The first byte cannot be taken back, so the record is made before it."""
    recorded = _RecordedStream(stream, lambda: record(len(source)))
    if form.is_text or form.packed:
        return _write(source, cast("BinaryIO", recorded), form)
    whole = io.BytesIO()  # these formats are complete only at their end
    count = _write(source, whole, form)
    recorded.write(whole.getbuffer())
    return count


def _write(source: Rows[Row], file: BinaryIO, form: Form) -> int:
    if form.packed:
        # Neither name nor time in it: the same contacts are the same bytes.
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            return _write(source, cast("BinaryIO", packed), replace(form, packed=False))
    if form.format == "csv":
        return _write_csv(source, file)
    if form.format == "json":
        return _write_json(source, file)
    return _write_parquet(source, file) if form.format == "parquet" else _write_xlsx(source, file)


def _write_csv(source: Rows[Row], file: BinaryIO) -> int:
    layout = source.layout()
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(layout.headers)
    count = 0
    for row in source:
        writer.writerow([guarded(cell, but=_E164) for cell in layout.cells(row)])
        count += 1
    text.flush()
    text.detach()
    return count


def _write_json(source: Rows[Row], file: BinaryIO) -> int:
    layout = source.layout()
    count = 0
    file.write(b"[")
    for row in source:
        file.write(b",\n" if count else b"\n")
        file.write(json.dumps(layout.json(row)).encode())
        count += 1
    file.write(b"\n]\n")
    return count


def _write_parquet(source: Rows[Row], file: BinaryIO) -> int:
    import polars as pl

    layout = source.layout()
    schema = dict.fromkeys(layout.headers, pl.String)
    frames = [pl.DataFrame(rows, schema=schema, orient="row") for rows in _batches(source, layout)]
    frame = pl.concat(frames) if frames else pl.DataFrame(schema=schema)
    frame.write_parquet(file)
    return frame.height


def _batches(source: Rows[Row], layout: Layout[Row]) -> Iterator[list[list[str]]]:
    rows = map(layout.cells, source)
    while batch := list(islice(rows, 50_000)):
        yield batch


def _write_xlsx(source: Rows[Row], file: BinaryIO) -> int:
    """Write a sheet of text cells only: a spreadsheet would otherwise drop zeros, and run formulas.

    It has no Excel table: that could not have both `Phone` and `phone` as columns.
    """
    import xlsxwriter

    layout = source.layout()
    if len(source) > _MOST_XLSX_ROWS or len(layout.headers) > _MOST_XLSX_COLUMNS:
        raise InvalidInput(
            f"An XLSX sheet holds {_MOST_XLSX_ROWS:,} rows and {_MOST_XLSX_COLUMNS:,} columns; export these "
            f"{counted(len(source), source.noun)} with {counted(len(layout.headers), 'column')} as CSV.",
            "format",
        )
    count = 0
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet(f"{source.noun.capitalize()}s")
        bold = workbook.add_format({"bold": True})
        for column, header in enumerate(layout.headers):
            sheet.write_string(0, column, header, bold)
        for count, row in enumerate(source, 1):
            for column, cell in enumerate(layout.cells(row)):
                if len(cell) > _LONGEST_XLSX_CELL:
                    raise InvalidInput(
                        f"A cell of an XLSX sheet holds {_LONGEST_XLSX_CELL:,} characters, and "
                        f"{clean(layout.title(row))} has more in “{clean(layout.headers[column])}”; export as CSV.",
                        "format",
                    )
                if cell:
                    sheet.write_string(count, column, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, count, len(layout.headers) - 1)
    return count
