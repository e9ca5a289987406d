"""The address: the first of several in a file; decimals of a postal code are cut off."""

import polars as pl

from segtui.importing.columns import header_synonyms
from segtui.importing.rows.addresses import take_addresses
from segtui.importing.rows.cells import DECIMALS_OF_CODE, without_decimals
from segtui.importing.rows.rules.work import ColumnWork, FieldRule, RowWork


def _read_rows(work: RowWork) -> None:
    fields, rest = take_addresses(work.columns.all, work.cells, work.count)
    work.fields.update(fields)
    work.fields["postal_code"] = list(map(without_decimals, work.fields["postal_code"]))
    work.keep_all(rest)


def _read_columns(work: ColumnWork) -> None:
    """Take the only address of a row; among several, the row form decides."""
    parts = [column for column in work.columns.all if column.target in header_synonyms.ADDRESS_FIELDS]
    filled = {part.position: work.cells[part.position] != "" for part in parts}
    for target in header_synonyms.ADDRESS_FIELDS:
        positions = [part.position for part in parts if part.target == target]
        work.fields[target] = _only(work, positions)
        if target == "postal_code":
            work.doubt(work.fields[target].str.contains(DECIMALS_OF_CODE))
        work.doubt(work.several_of([filled[position] for position in positions]))
    if len({part.target for part in parts}) == len(parts):
        return  # then it is one address, whatever its columns are called
    groups = dict.fromkeys(part.group for part in parts if part.group)
    used = [work.any_of([filled[part.position] for part in parts if part.group == group]) for group in groups]
    work.doubt(work.several_of(used))


def _only(work: ColumnWork, positions: list[int]) -> pl.Series:
    """Return the only cell of each row that is not blank."""
    values = work.blank
    for position in positions:
        cells = work.cells[position]
        values = cells.zip_with(cells != "", values)
    return values


ADDRESS = FieldRule(_read_rows, _read_columns)
