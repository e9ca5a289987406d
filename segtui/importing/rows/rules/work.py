"""State of reading the rows of one table: the matched columns, their cells, and the fields read so far."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from segtui.domain.text import name_key
from segtui.importing.columns.column_matching import Column
from segtui.importing.default_values import NO_VALUES, DefaultValues
from segtui.importing.readers.cell_table import Table
from segtui.importing.rows.custom_fields import CustomColumn
from segtui.importing.rows.phones.phone_cells import Numbers
from segtui.importing.rows.reachability import Taken

ColumnCells = tuple[int, pl.Series]
"""The position of a column, and its cells."""


class MatchedColumns:
    """The columns of a file that are imported, by their targets, and the default values of its rows."""

    def __init__(self, columns: Sequence[Column], defaults: DefaultValues = NO_VALUES) -> None:
        self.all = [column for column in columns if column.target != "ignore"]
        self.defaults = defaults
        self.by_position = {column.position: column for column in self.all}

    def of(self, target: str) -> list[Column]:
        """Return the columns of a target, the best first."""
        columns = [column for column in self.all if column.target == target]
        return sorted(columns, key=lambda column: (column.rank, column.position))

    def custom_headers(self) -> list[tuple[int, str]]:
        """Return position and header of each column, and of an added column for each new custom default."""
        headers = [(column.position, column.header) for column in self.all]
        present = {name_key(header) for _, header in headers}
        behind = 1 + max((position for position, _ in headers), default=0)
        new = [name for name in self.defaults.custom if name_key(name) not in present]
        return [*headers, *enumerate(new, behind)]


@dataclass
class RowWork:
    """Rows that are read one by one. With `every_phone` all phones of a row are read, not only where it opts out."""

    table: Table
    columns: MatchedColumns
    region: str
    numbers: Numbers
    every_phone: bool = False
    fields: dict[str, list[str]] = field(default_factory=dict)
    custom: dict[int, CustomColumn] = field(default_factory=dict)
    opt_out_rows: set[int] = field(default_factory=set)
    """Rows whose phone cell or JSON object opts out."""
    opt_outs: list[int] = field(default_factory=list)
    """1 for each row of a contact who must not be called."""
    phones: Taken | None = None
    phone_regions: Mapping[int, Sequence[str]] = field(default_factory=dict)
    """By the position of a phone column, the region for which each of its cells is read."""
    further_phones: dict[int, list[str]] = field(default_factory=dict)

    @cached_property
    def cells(self) -> dict[int, list[str]]:
        """The cells of each column by its position."""
        return {column.position: self.table.column(column.position) for column in self.columns.all}

    @property
    def count(self) -> int:
        """The number of rows."""
        return len(self.table.rows)

    def warn(self, row: int, sentence: str) -> None:
        """Add a warning to a row."""
        self.table.defects.others.setdefault(row, []).append(sentence)

    def keep(self, column: Column, row: int, text: str) -> None:
        """Keep a text as a custom field of the column's name."""
        self.custom.setdefault(column.position, CustomColumn(column.header)).some[row] = text

    def keep_all(self, texts: Mapping[int, Mapping[int, str]]) -> None:
        """Keep texts by the position of their column and by their row."""
        for position, rows in texts.items():
            for row, text in rows.items():
                self.keep(self.columns.by_position[position], row, text)


@dataclass
class ColumnWork:
    """Rows that are read column by column. Rows in `unsure` are left to the row forms of the rules."""

    columns: MatchedColumns
    region: str
    cells: Mapping[int, pl.Series]
    blank: pl.Series
    unsure: pl.Series
    needs_phone: bool = False
    fields: dict[str, pl.Series] = field(default_factory=dict)
    custom: dict[int, pl.Series] = field(default_factory=dict)
    phone_columns: Sequence[ColumnCells] = ()
    fax_columns: Sequence[ColumnCells] = ()
    opt_outs: pl.Series = field(default_factory=pl.Series)
    """1 for each row of a contact who must not be called."""

    def doubt(self, rows: pl.Series) -> None:
        """Leave rows to the row forms of the rules."""
        self.unsure |= rows

    def keep(self, position: int, texts: pl.Series) -> None:
        """Keep texts of a column as custom fields; no row is given two."""
        before = self.custom.get(position, self.blank)
        self.custom[position] = texts.zip_with(texts != "", before)

    def where(self, rows: pl.Series, texts: pl.Series) -> pl.Series:
        """Return texts in some rows and blanks in the others."""
        return texts.zip_with(rows, self.blank)

    def any_of(self, masks: Sequence[pl.Series]) -> pl.Series:
        """Return a mask of the rows with at least one of the masks set."""
        rows = self.blank != ""
        for mask in masks:
            rows |= mask
        return rows

    def several_of(self, masks: Sequence[pl.Series]) -> pl.Series:
        """Return a mask of the rows with more than one of the masks set."""
        one = several = self.blank != ""
        for mask in masks:
            several, one = several | (one & mask), one | mask
        return several

    def first_valid(
        self,
        columns: Sequence[ColumnCells],
        read: Callable[[pl.Series], pl.Series],
        key: Callable[[pl.Series], pl.Series],
    ) -> pl.Series:
        """Return the value of the first column that has one; other values are kept, unless their `key` is the same.

        A row with a cell that `read` does not settle is in doubt.
        """
        values = self.blank
        for position, cells in columns:
            settled = read(cells)
            self.doubt((cells != "") & (settled == ""))
            has_value = values != ""
            self.keep(position, self.where(has_value & (key(settled) != key(values)), cells))
            values = values.zip_with(has_value, settled)
        return values


def cells_that(column: pl.Series, test: Callable[[str], object]) -> pl.Series:
    """Return which cells are not blank and pass `test`, which is called once for each different cell."""
    return column.is_in([value for value in column.unique().to_list() if value and test(value)])


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Declaration of how some fields are read from cells.

    `read_rows` decides every row. `read_columns` says the same of all rows at once where a row holds nothing unusual,
    and doubts the other rows. A test demands that both agree.
    """

    read_rows: Callable[[RowWork], None]
    read_columns: Callable[[ColumnWork], None]
