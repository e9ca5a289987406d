"""A result table over made-up rows that are found as fast as an index would."""

import os
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from textual import events, on
from textual.app import App, ComposeResult

from segtui.domain import search_terms
from segtui.tui.widgets.forms.search_box import ResultCount, SearchBox
from segtui.tui.widgets.table.result_table import ResultTable
from tests.support.listings import COLUMNS, Person, person


@dataclass
class MadeUp:
    """Finds every so many-th of `rows` rows. The ids come from `every`, which the first who asks fills."""

    search: search_terms.Search
    rows_in_all: int
    step: int
    every: "array[int]"

    def first(self, limit: int) -> list[Person]:
        return [person(number) for number in range(0, self.rows_in_all, self.step)[:limit]]

    def ids(self) -> "array[int]":
        if not self.every:
            self.every.extend(range(self.rows_in_all))
        return self.every[:: self.step]

    def rows(self, ids: Sequence[int]) -> dict[int, Person]:
        return {number: person(number) for number in ids}

    @property
    def matching(self) -> object:
        return self.search, self.step

    def belonging(self, ids: Sequence[int]) -> set[int]:
        return set(ids)


class Program(App[None]):
    """`/` searches, `r` asks for the same again, `f` does so quietly."""

    ENABLE_COMMAND_PALETTE = False
    CSS = "SearchBox { height: 1; border: none; padding: 0; } ResultCount { height: 1; width: 1fr; }"

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.animation_level = "none"
        self._rows = rows
        self._every = array("q")

    def compose(self) -> ComposeResult:
        yield SearchBox(id="search")
        yield ResultCount(one="person", many="people")
        yield ResultTable(COLUMNS, id="rows")

    def on_mount(self) -> None:
        self.query_one(ResultTable).focus()
        self.look()

    @on(SearchBox.Changed)
    def look(self) -> None:
        self.show()

    def show(self, *, quietly: bool = False) -> None:
        typed = self.query_one(SearchBox).value
        listing = MadeUp(search_terms.parse(typed), self._rows, 1 + len(typed), self._every)
        self.query_one(ResultTable).show(listing, sort="name", quietly=quietly)

    @on(ResultTable.Counted)
    def say(self, event: ResultTable.Counted) -> None:
        self.query_one(ResultCount).show(event.total)
        # For a test that has to know that a result is there although nothing is painted for it.
        if log := os.environ.get("TABLE_PROGRAM_LOADS"):
            with Path(log).open("a", encoding="ascii") as file:
                file.write(".")

    def on_key(self, event: events.Key) -> None:
        if event.character == "/":
            self.query_one(SearchBox).focus()
        elif event.character == "r":
            self.look()
        elif event.character == "f":
            self.show(quietly=True)
