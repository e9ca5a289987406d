"""Default values of rows, for fields that are blank in the file: applied as if the file had them."""

from collections.abc import Mapping

import polars as pl

from segtui.domain.text import name_key
from segtui.importing.rows.custom_fields import CustomColumn
from segtui.importing.rows.rules.work import ColumnWork, FieldRule, MatchedColumns, RowWork

# Row form


def _read_rows(work: RowWork) -> None:
    for name, value in work.columns.defaults.texts.items():
        work.fields[name] = [text or value for text in work.fields[name]]


def _mark_rows(work: RowWork) -> None:
    if work.columns.defaults.do_not_call:
        work.opt_outs = [1] * work.count
    for position, (name, value) in _custom_defaults(work.columns).items():
        column = work.custom.setdefault(position, CustomColumn(name))
        present = _rows_with(work, name)
        column.some.update((row, value) for row in range(work.count) if row not in present)


def _rows_with(work: RowWork, name: str) -> set[int]:
    """Return the rows that have a custom field, under any spelling of its name."""
    key = name_key(name)
    rows: set[int] = set()
    for column in work.custom.values():
        if name_key(column.name) == key:
            rows.update(row for row in range(work.count) if column.value(row))
        rows.update(row for row, fields in column.objects.items() if any(name_key(field) == key for field in fields))
    return rows


# Column form


def _read_columns(work: ColumnWork) -> None:
    for name, value in work.columns.defaults.texts.items():
        work.fields[name] = _filled(work.fields[name], value)


def _mark_columns(work: ColumnWork) -> None:
    if work.columns.defaults.do_not_call:
        work.opt_outs = pl.repeat(1, len(work.blank), dtype=pl.Int64, eager=True)
    for position, (_, value) in _custom_defaults(work.columns).items():
        work.custom[position] = _filled(work.custom.get(position, work.blank), value)


def _filled(texts: pl.Series, value: str) -> pl.Series:
    return texts.zip_with(texts != "", pl.repeat(value, len(texts), dtype=pl.String, eager=True))


def _custom_defaults(columns: MatchedColumns) -> Mapping[int, tuple[str, str]]:
    """Return name and value of each custom default by the position of its column, which the file may have."""
    by_key = {name_key(header): (position, header) for position, header in reversed(columns.custom_headers())}
    values = ((by_key[name_key(name)], value) for name, value in columns.defaults.custom.items())
    return {position: (header, value) for (position, header), value in values}


DEFAULT_VALUES = FieldRule(_read_rows, _read_columns)
DEFAULT_MARKS = FieldRule(_mark_rows, _mark_columns)
"""The do-not-call mark and custom fields. They need the opt-outs and custom fields of the file."""
