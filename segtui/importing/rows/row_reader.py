"""Contacts from a table of cells, row by row: the row forms of the field rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from segtui.domain.contact import SEARCHED_FIELDS, TEXT_FIELDS
from segtui.domain.phones import region_of
from segtui.importing.columns.column_matching import Column
from segtui.importing.default_values import NO_VALUES, DefaultValues
from segtui.importing.readers.cell_table import Table
from segtui.importing.rows.custom_fields import custom_fields
from segtui.importing.rows.folding import Folding, casefolded
from segtui.importing.rows.phones.phone_cells import Numbers
from segtui.importing.rows.rules.field_rules import FIELD_RULES
from segtui.importing.rows.rules.work import MatchedColumns, RowWork


@dataclass
class People:
    """The contacts of a table, column by column; "" is a blank."""

    fields: dict[str, list[str]]
    opt_outs: list[int]
    custom_fields: list[str]
    custom_names: set[str]
    """Names that occur in `custom_fields`."""
    name_keys: list[str]
    email_keys: list[str]
    search: list[str]
    further_phones: dict[int, list[str]] = field(default_factory=dict)
    """By row, the valid phones beside the one that was taken: of rows that opt out, or where every phone counts."""

    @property
    def phones(self) -> list[str]:
        """The phone of each row."""
        return self.fields["phone"]

    @property
    def emails(self) -> list[str]:
        """The e-mail of each row."""
        return self.fields["email"]

    def columns(self) -> Iterator[Sequence[object]]:
        """Yield the columns of a staged row behind its line."""
        for name in TEXT_FIELDS:
            yield _with_none(self.fields[name])
        yield self.opt_outs
        yield self.custom_fields
        yield _with_none(self.name_keys)
        yield _with_none(self.email_keys)
        yield self.search
        yield [region_of(phone) if phone else None for phone in self.phones]


def _with_none(values: Sequence[str]) -> Sequence[str | None]:
    """Return values with None for the blanks, at once where there are none or nothing else."""
    if "" not in values:
        return values
    return [value or None for value in values] if any(values) else [None] * len(values)


class Reader:
    """Reads the tables of one file with one set of columns.

    All phones of a row are read where it opts out, and with `every_phone` in all rows.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        region: str,
        *,
        every_phone: bool = False,
        defaults: DefaultValues = NO_VALUES,
    ) -> None:
        self._columns = MatchedColumns(columns, defaults)
        self._region = region
        self._every_phone = every_phone
        self._numbers = Numbers()
        self._folding = Folding()

    def read(self, table: Table) -> People:
        """Return the contacts of a table; defects of a row are added to the table's."""
        work = RowWork(table, self._columns, self._region, self._numbers, self._every_phone)
        for rule in FIELD_RULES:
            rule.read_rows(work)
        fields = work.fields
        keys = self._folding.name_keys(fields["first_name"], fields["last_name"])
        emails = casefolded(fields["email"])
        others = [fields[name] for name in SEARCHED_FIELDS[3:]]
        search = self._folding.search_texts(keys, fields["phone"], emails, others)
        customs = [work.custom[position] for position in sorted(work.custom)]
        objects, names = custom_fields(customs, work.count)
        return People(fields, work.opt_outs, objects, names, keys, emails, search, work.further_phones)
