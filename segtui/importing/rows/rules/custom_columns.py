"""Columns that are custom fields as a whole, and columns of JSON objects."""

from segtui.importing.columns.column_matching import KEPT_WHOLE, OWN, Column, is_opt_out
from segtui.importing.rows.custom_fields import CustomColumn, members_of
from segtui.importing.rows.rules.work import ColumnWork, FieldRule, RowWork


def _read_rows(work: RowWork) -> None:
    for column in work.columns.all:
        if column.target in KEPT_WHOLE:
            work.custom[column.position] = CustomColumn(column.header, work.cells[column.position])
        elif column.target == "custom_fields":
            _read_objects(work, column)


def _read_objects(work: RowWork, column: Column) -> None:
    custom = work.custom[column.position] = CustomColumn(column.header)
    is_own = column.reason == OWN
    for row, cell in enumerate(work.cells[column.position]):
        if not cell:
            continue
        members = members_of(cell)
        if members is None:
            custom.some[row] = cell
            continue
        custom.objects[row] = members
        if not is_own and any(map(is_opt_out, members, members.values())):
            work.opt_out_rows.add(row)


def _read_columns(work: ColumnWork) -> None:
    for column in work.columns.all:
        if column.target in KEPT_WHOLE:
            work.custom[column.position] = work.cells[column.position]
        elif column.target == "custom_fields":
            work.doubt(work.cells[column.position] != "")


CUSTOM_COLUMNS = FieldRule(_read_rows, _read_columns)
