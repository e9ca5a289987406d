"""Rows of a frequency table on the screen: the query, the listing and the columns. No widget here."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

from segtui.domain import search_terms
from segtui.domain.contact import size_of
from segtui.domain.criteria.fields import declared_field
from segtui.domain.periods import Period
from segtui.domain.text import fold
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria.frequency import FrequencyTable, Line
from segtui.tui.widgets.charts.bars import bar, percent
from segtui.tui.widgets.table.table_columns import TableColumn, Width

VALUE_SORT, CONTACTS_SORT, CALLABLE_SORT = "value", "contacts", "callable"
_BAR_FROM, _MIN_BAR, _MAX_BAR = 76, 8, 48
"""Cells of the smallest table with bars, and of the longest bar in it and in the widest table."""


@dataclass(frozen=True, slots=True)
class FrequencyQuery:
    """The contacts that are counted, the field, the period of its days, and the search and order of the lines."""

    contacts: ContactQuery
    field: str
    period: Period | None = None
    search: str = ""
    sort: str = CONTACTS_SORT
    descending: bool = True

    @property
    def counted(self) -> object:
        """The part of the query that decides the counts."""
        return self.contacts, self.field, self.period


@dataclass(frozen=True, slots=True)
class FrequencyRow:
    """A line of the table. `share` is its part of all contacts, `length` that of the most frequent line, 0 to 1."""

    id: int
    line: Line
    share: float
    length: float


@dataclass
class FrequencyListing:
    """The lines of a table as a listing; `read` counts them. Blanks come last in every order."""

    query: FrequencyQuery
    read: Callable[[], FrequencyTable]

    @cached_property
    def search(self) -> search_terms.Search:
        """The search text."""
        return search_terms.parse(self.query.search)

    @property
    def matching(self) -> object:
        """The key of the matching lines, independent of their order."""
        return self.query.counted, self.search

    @cached_property
    def every(self) -> dict[int, FrequencyRow]:
        """All lines by id, in the order of the table."""
        table = self.read()
        most = max((table.share(line) for line in table.lines), default=0.0) or 1.0
        rows = (FrequencyRow(_id_of(line), line, table.share(line), table.share(line) / most) for line in table.lines)
        return {row.id: row for row in rows}

    @cached_property
    def _ordered(self) -> list[FrequencyRow]:
        matches = [row for row in self.every.values() if search_terms.matches(self.search, _text(row))]
        matches.sort(key=self._key, reverse=self.query.descending)
        matches.sort(key=lambda row: row.line.value is None)
        return matches

    def _key(self, row: FrequencyRow) -> Any:  # noqa: ANN401  numbers or texts, of one kind in one order
        match self.query.sort:
            case "contacts":
                return row.line.contacts
            case "callable":
                return row.line.callable
        value = row.line.value or ""
        declared = row.line.of.declared
        if declared.kind == "number" and value:
            return int(value)
        return value if declared.kind in ("day", "import") else fold(row.line.label)

    def first(self, limit: int) -> list[FrequencyRow]:
        """Return the first lines of the order."""
        return self._ordered[:limit]

    def ids(self) -> "array[int]":
        """Return the id of every line, in order."""
        return array("q", (row.id for row in self._ordered))

    def rows(self, ids: Sequence[int]) -> dict[int, FrequencyRow]:
        """Return the lines with these ids."""
        return {key: self.every[key] for key in ids if key in self.every}

    def belonging(self, ids: Sequence[int]) -> set[int]:
        """Return those of `ids` that are lines of the table."""
        return set(self.rows(ids))


def frequency_columns(field: str, width: int, *, is_ascii: bool) -> list[TableColumn[FrequencyRow]]:
    """Return the columns of the table of a field in a terminal of `width` cells."""
    is_day = declared_field(field).kind == "day"
    bar_width = max(_MIN_BAR, min(_MAX_BAR, _MIN_BAR + (width - 80) // 2))
    return [
        TableColumn(
            "value", declared_field(field).label, lambda row: row.line.label, Width(18, 40, flex=3), 1,
            sort=VALUE_SORT, first_descending=is_day, opens=True, removable=False,
        ),
        _count("contacts", "Contacts", 10, 1, CONTACTS_SORT, lambda row: row.line.contacts),
        _count("callable", "Can be called", 15, 2, CALLABLE_SORT, lambda row: row.line.callable),
        TableColumn(
            "share", "Share", lambda row: percent(row.share), Width(5, 5), 3, align="right", searched=False,
        ),
        TableColumn(
            "bar", "", lambda row: bar(row.length, bar_width, is_ascii), Width(bar_width, bar_width), 5,
            searched=False, from_width=_BAR_FROM, drawn=True,
        ),
        TableColumn("size", "Size", lambda row: size_of(row.line.contacts), Width(8, 8), 4, searched=False),
    ]  # fmt: skip


def _count(
    key: str, label: str, width: int, priority: int, sort: str, count: Callable[[FrequencyRow], int]
) -> TableColumn[FrequencyRow]:
    return TableColumn(
        key,
        label,
        lambda row: f"{count(row):,}",
        Width(width, width),
        priority,
        align="right",
        sort=sort,
        first_descending=True,
        searched=False,
    )


def _text(row: FrequencyRow) -> str:
    return search_terms.field_text(row.line.label)


def _id_of(line: Line) -> int:
    """Return the id of a line: always the same, also when another spelling has become the most frequent."""
    declared, value = line.of.declared, line.value
    key = fold(value) if value is not None and declared.kind == "text" else value
    digest = blake2b(repr((declared.name, line.of.period, key)).encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
