"""Listings in memory: results of any length for tests and benchmarks of the table, slow or changing on demand."""

import threading
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from segtui.domain import search_terms
from segtui.errors import Cancelled, SegtuiError
from segtui.tui.widgets.table.table_columns import TableColumn, Width


@dataclass(frozen=True, slots=True)
class Person:
    """A row."""

    id: int
    name: str
    phone: str = ""
    email: str = ""
    city: str = ""
    status: str = ""


def person(number: int) -> Person:
    """Return the person with this id, always the same."""
    return Person(
        number,
        f"{('Ada', 'Bo', 'Cleo', 'Dora', 'Emil')[number % 5]} Number {number}",
        f"+1602555{number % 10_000:04}",
        f"person{number}@example.com",
        ("Phoenix", "Boston", "Denver")[number % 3],
        ("NEW", "OPEN", "DNC")[number % 3],
    )


@dataclass
class MemoryListing:
    """A listing of the ids in `order`. A gate that is given holds an answer back until it is set."""

    order: Sequence[int]
    make: Callable[[int], Person] = person
    search: search_terms.Search = ()
    gone: set[int] = field(default_factory=set)
    first_gate: threading.Event | None = None
    ids_gate: threading.Event | None = None
    rows_gate: threading.Event | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)
    error: SegtuiError | None = None
    calls: list[str] = field(default_factory=list)
    # Rows that are in the list, whatever is searched for; all of them where this is None.
    everybody: set[int] | None = None

    @property
    def matching(self) -> object:
        """What decides which rows match."""
        return self.search

    def belonging(self, ids: Sequence[int]) -> set[int]:
        """Return which of these rows there are."""
        self._pass("belonging", None)
        return (set(ids) if self.everybody is None else set(ids) & self.everybody) - self.gone

    def first(self, limit: int) -> list[Person]:
        """Return the first rows."""
        self._pass("first", self.first_gate)
        return [self.make(number) for number in self.order[:limit]]

    def ids(self) -> "array[int]":
        """Return the whole order."""
        self._pass("ids", self.ids_gate)
        return array("q", self.order)

    def rows(self, ids: Sequence[int]) -> dict[int, Person]:
        """Return rows by id, but those that are gone."""
        self._pass("rows", self.rows_gate)
        return {number: self.make(number) for number in ids if number not in self.gone}

    def _pass(self, call: str, gate: threading.Event | None) -> None:
        self.calls.append(call)
        while gate is not None and not gate.wait(0.01) and not self.cancelled.is_set():
            pass
        if self.cancelled.is_set():
            raise Cancelled("The search was stopped.")
        if self.error is not None:
            raise self.error


COLUMNS: tuple[TableColumn[Person], ...] = (
    TableColumn("name", "Name", lambda row: row.name, Width(14, 24, flex=2), priority=1, sort="name", opens=True),
    TableColumn("phone", "Phone", lambda row: row.phone, Width(13, 16), priority=2, sort="phone"),
    TableColumn("email", "E-mail", lambda row: row.email, Width(16, 26, flex=2), priority=3, sort="email"),
    TableColumn("city", "City", lambda row: row.city, Width(10, 14, flex=1), priority=5, sort="city"),
    TableColumn(
        "id", "Number", lambda row: f"{row.id:,}", Width(9, 9), priority=6, align="right", sort="id",
        first_descending=True, searched=False,
    ),
    TableColumn("status", "Status", lambda row: row.status, Width(8, 8), priority=4),
)  # fmt: skip
