"""Row validation: each row of a file is accepted or rejected on its own, with warnings.

A row needs a valid phone or a valid e-mail. With one of the two it is accepted, and the defect of the other is a
warning. The work is done column by column over up to 30,000 rows at a time, so memory does not grow with the file.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import compress

from segtui.errors import IMPORT_CANCELLED, Cancelled
from segtui.importing.columns.column_matching import Column
from segtui.importing.default_values import NO_VALUES, DefaultValues
from segtui.importing.readers.cell_table import Table, table_of
from segtui.importing.readers.fast_csv import Piece
from segtui.importing.row_results import STAGED_COLUMNS, Batch, Rejected, RowWarning, StagedRow
from segtui.importing.rows.columnwise import ColumnReader
from segtui.importing.rows.row_reader import Reader
from segtui.importing.source import Source

# Rows below which validation row by row is faster.
FEW = 256

__all__ = ["STAGED_COLUMNS", "Batch", "Rejected", "RowWarning", "validate_rows"]


def validate_rows(
    source: Source,
    columns: list[Column],
    *,
    region: str,
    needs_phone: bool = False,
    defaults: DefaultValues = NO_VALUES,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[Batch]:
    """Validate all rows of `source` and yield them in batches, in file order.

    `columns` are those of `match_columns`, `region` (ISO 3166 alpha-2) is used for phones without a country code in
    rows without a country. `defaults` are the values of fields that a row leaves blank. Every phone of a row that opts
    out is read. With `needs_phone` an e-mail alone is not enough, and every phone of all rows is read. `cancelled` is
    called between batches. Raises Cancelled and UnreadableFile.
    """
    validator = _Validator(source, columns, region, needs_phone=needs_phone, defaults=defaults)
    pieces = source.pieces()
    while True:
        if cancelled is not None and cancelled():
            raise Cancelled(IMPORT_CANCELLED)
        with _no_collection():
            piece = next(pieces, None)
            if piece is None:
                return
            batch = validator.validate(piece)
            if source.line_warnings:
                _add_line_warnings(batch, source.line_warnings)
        yield batch


class _Validator:
    """The validators of one file: the columnwise one, and the row reader for the rows it leaves."""

    def __init__(
        self, source: Source, columns: list[Column], region: str, *, needs_phone: bool, defaults: DefaultValues
    ) -> None:
        self._source = source
        self._needs_phone = needs_phone
        self._rows = Reader(columns, region, every_phone=needs_phone, defaults=defaults)
        self._columns = ColumnReader(columns, region, needs_phone=needs_phone, defaults=defaults)

    def validate(self, piece: Piece) -> Batch:
        """Validate the rows of a piece."""
        frame, left = None, piece.others
        if piece.cells.height >= FEW:
            frame, unsure = self._columns.read(piece.lines, piece.cells)
            left = piece.with_others(unsure)
        elif piece.cells.height:
            left = piece.with_others()
        batch = Batch()
        if left.rows:
            table = table_of(left, self._source.width, self._source.required)
            batch = _validated(table, self._rows, needs_phone=self._needs_phone)
        if frame is not None and frame.height:
            batch.frame = frame
            batch.custom_names |= self._columns.custom_names
        return batch


def _add_line_warnings(batch: Batch, warnings: Mapping[int, str]) -> None:
    """Add what was known of some lines before validation: a warning, or a further reason of a rejection."""
    staged = set() if batch.frame is None else set(batch.frame["line"].to_list())
    staged.update(row[0] for row in batch.loose)
    batch.warnings += [RowWarning(line, text) for line, text in warnings.items() if line in staged]
    batch.warnings.sort(key=lambda warning: warning.line)
    batch.rejected = [
        replace(row, reason=f"{row.reason}; {warnings[row.line]}") if row.line in warnings else row
        for row in batch.rejected
    ]


@contextmanager
def _no_collection() -> Iterator[None]:
    """Disable the garbage collector: a hundred thousand new lists without cycles cost a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _validated(table: Table, reader: Reader, *, needs_phone: bool) -> Batch:
    batch = Batch(rejected=table.rejected)
    if not table.rows:
        return batch
    reading = reader.read(table)
    emails = [""] * len(reading.phones) if needs_phone else reading.emails
    usable = [bool(phone or email) for phone, email in zip(reading.phones, emails, strict=True)]
    staged: Iterator[StagedRow] = zip(table.lines, *reading.columns(), strict=True)
    if all(usable):
        batch.loose = list(staged)
    else:
        batch.loose = list(compress(staged, usable))
        batch.rejected = sorted(
            [*table.rejected, *_rejected(table, usable, needs_phone=needs_phone)], key=lambda rejected: rejected.line
        )
    batch.custom_names = reading.custom_names
    batch.warnings = _warnings(table, usable)
    further = reading.further_phones.items()
    batch.further_phones = sorted(
        (table.lines[row], phone) for row, phones in further if usable[row] for phone in phones
    )
    return batch


def _rejected(table: Table, usable: Sequence[bool], *, needs_phone: bool) -> Iterator[Rejected]:
    """Yield the rows without a required value; blank rows do not count."""
    for row, accepted in enumerate(usable):
        if not accepted and not table.is_blank(row):
            yield Rejected(table.lines[row], _reason(table, row, needs_phone=needs_phone), tuple(table.rows[row]))


def _reason(table: Table, row: int, *, needs_phone: bool) -> str:
    defects = table.defects
    phones, emails = defects.phones.get(row, []), defects.emails.get(row, [])
    if needs_phone:
        return "; ".join([*(phones or ["no phone"]), *defects.others.get(row, ())])
    if not phones and not emails:
        return "; ".join(["no phone and no e-mail", *defects.others.get(row, ())])
    missing = [] if phones and emails else ["no e-mail" if phones else "no phone"]
    return "; ".join([*phones, *emails, *missing, *defects.others.get(row, ())])


def _warnings(table: Table, usable: Sequence[bool]) -> list[RowWarning]:
    defects = table.defects
    rows = sorted({*defects.others, *defects.phones, *defects.emails})
    return [RowWarning(table.lines[row], sentence) for row in rows if usable[row] for sentence in defects.of(row)]
