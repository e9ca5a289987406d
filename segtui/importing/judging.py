"""Rows to contacts: each row of a file is accepted or rejected, on its own, with whatever there is to say about it.

A row needs a valid phone or a valid e-mail. With one of the two it is accepted, and the defect of the other is a
warning. The work is done column by column over some 20,000 rows at a time, so memory does not grow with the file.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import compress

from segtui.errors import Cancelled
from segtui.importing.columns import Column
from segtui.importing.people import Reader
from segtui.importing.results import STAGED_COLUMNS, Batch, Rejected, RowWarning, StagedRow
from segtui.importing.source import Source
from segtui.importing.table import Table, table_of

__all__ = ["STAGED_COLUMNS", "Batch", "Rejected", "RowWarning", "judge"]


def judge(
    source: Source,
    columns: list[Column],
    *,
    region: str,
    needs_phone: bool = False,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[Batch]:
    """Judge all rows of `source` and yield them in batches, in file order.

    `columns` are those of `match_columns`, `region` (ISO 3166 alpha-2) is used for phones without a country code in
    rows without a country. With `needs_phone` an e-mail alone is not enough. `cancelled` is asked between batches.
    Raises Cancelled and UnreadableFile.
    """
    reader = Reader(columns, region)
    chunks = source.chunks()
    while True:
        if cancelled is not None and cancelled():
            raise Cancelled("The import was cancelled; nothing was changed.")
        with _no_collection():
            chunk = next(chunks, None)
            if chunk is None:
                return
            batch = _judged(table_of(chunk, source.width, source.required), reader, needs_phone=needs_phone)
        yield batch


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from searching a hundred thousand new lists for cycles they do not have: a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _judged(table: Table, reader: Reader, *, needs_phone: bool) -> Batch:
    batch = Batch(rejected=table.rejected)
    if not table.rows:
        return batch
    people = reader.read(table)
    emails = [""] * len(people.phones) if needs_phone else people.emails
    usable = [bool(phone or email) for phone, email in zip(people.phones, emails, strict=True)]
    staged: Iterator[StagedRow] = zip(table.lines, *people.columns(), strict=True)
    if all(usable):
        batch.staged = list(staged)
    else:
        batch.staged = list(compress(staged, usable))
        batch.rejected = sorted(
            [*table.rejected, *_rejected(table, usable, needs_phone=needs_phone)], key=lambda rejected: rejected.line
        )
    batch.warnings = _warnings(table, usable)
    return batch


def _rejected(table: Table, usable: Sequence[bool], *, needs_phone: bool) -> Iterator[Rejected]:
    """Yield the rows without what is needed; rows without anything are none."""
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
