"""First and last names from full names, where a row has neither."""

from segtui.domain.text import fold
from segtui.importing.columns.column_matching import LAST_FIRST
from segtui.importing.rows.full_names import split_name
from segtui.importing.rows.rules.work import ColumnWork, FieldRule, RowWork

# A name in one word, and one in two: neither is turned round, and no particle or suffix can be in it.
_ONE_WORD, _TWO_WORDS = r"^[^\s,]+$", r"^([^\s,]+) ([^\s,]+)$"


def _read_rows(work: RowWork) -> None:
    for column in work.columns.of("full_name"):
        first = work.fields["first_name"] = list(work.fields["first_name"])
        last = work.fields["last_name"] = list(work.fields["last_name"])
        for row, name in enumerate(work.cells[column.position]):
            if not name:
                continue
            if not first[row] and not last[row]:
                first[row], last[row] = split_name(name, last_name_first=column.group == LAST_FIRST)
            elif fold(name) not in (fold(f"{first[row]} {last[row]}"), fold(f"{last[row]} {first[row]}")):
                work.keep(column, row, name)


def _read_columns(work: ColumnWork) -> None:
    for column in work.columns.of("full_name"):
        name, first, last = work.cells[column.position], work.fields["first_name"], work.fields["last_name"]
        has_name = name != ""
        is_free = (first == "") & (last == "")
        one, two = name.str.contains(_ONE_WORD), name.str.contains(_TWO_WORDS)
        work.doubt(has_name & is_free & ~one & (~two if column.group != LAST_FIRST else has_name))
        work.doubt(has_name & ~is_free & (name != first + " " + last) & (name != last + " " + first))
        words = name.str.split_exact(" ", 1).struct.unnest()
        work.fields["first_name"] = words["field_0"].zip_with(is_free & (one | two), first)
        work.fields["last_name"] = words["field_1"].zip_with(is_free & two, last)


FULL_NAME = FieldRule(_read_rows, _read_columns)
