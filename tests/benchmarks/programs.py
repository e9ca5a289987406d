"""The small programs that the benchmarks time: the table over made-up rows, and the bare app it is compared with."""

import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widgets import DataTable, Input, Static


class Echo(Static):
    """Thirty lines that all change with every key."""

    def render_line(self, y: int) -> Strip:
        from rich.segment import Segment

        value = self.app.query_one(Input).value
        return Strip([Segment(f"line {y} {value} ".ljust(self.size.width)[: self.size.width], self.rich_style)])


class BareApp(App[None]):
    """An input and an empty table: the least a Textual program can do."""

    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        box = Input(placeholder="ready")
        box.cursor_blink = False
        yield box
        yield DataTable()


class EchoApp(BareApp):
    """The same that echoes each key into thirty lines."""

    CSS = "Echo { height: 1fr; }"

    def compose(self) -> ComposeResult:
        box = Input(placeholder="ready")
        box.cursor_blink = False
        yield box
        yield Echo()

    def on_input_changed(self) -> None:
        self.query_one(Echo).refresh()


def main(arguments: Sequence[str]) -> None:
    """Run the program with this name."""
    if arguments[0] == "bare":
        BareApp().run()
    elif arguments[0] == "echo":
        EchoApp().run()
    else:
        _table_app(int(arguments[1])).run()


def _table_app(rows: int) -> App[None]:
    from textual import on

    from segtui import terms
    from segtui.widgets.result_table import ResultTable
    from segtui.widgets.search_box import ResultCount, SearchBox
    from tests.support.listings import COLUMNS, Person, person

    every = array("q")

    @dataclass
    class Made:
        """Answers as fast as an index would: what it finds is every so many-th row."""

        search: terms.Search
        step: int

        def first(self, limit: int) -> list[Person]:
            return [person(number) for number in range(0, rows, self.step)[:limit]]

        def ids(self) -> "array[int]":
            if not every:
                every.extend(range(rows))
            return every[:: self.step]

        def rows(self, ids: Sequence[int]) -> dict[int, Person]:
            return {number: person(number) for number in ids}

    class Program(App[None]):
        ENABLE_COMMAND_PALETTE = False
        CSS = "SearchBox { height: 1; border: none; padding: 0; } ResultCount { height: 1; width: 1fr; }"

        def compose(self) -> ComposeResult:
            yield SearchBox(id="search")
            yield ResultCount(one="person", many="people")
            yield ResultTable(COLUMNS, id="rows")

        def on_mount(self) -> None:
            self.animation_level = "none"
            self.query_one(ResultTable).focus()

        @on(SearchBox.Changed)
        def look(self) -> None:
            typed = self.query_one(SearchBox).value
            listing = Made(terms.parse(typed), 1 + len(typed))
            self.query_one(ResultTable).show(listing, sort="name")

        @on(ResultTable.Counted)
        def say(self, event: ResultTable.Counted) -> None:
            self.query_one(ResultCount).show(event.total)

        def on_key(self, event: object) -> None:
            if getattr(event, "character", "") == "/":
                self.query_one(SearchBox).focus()
            if getattr(event, "character", "") == "r":
                self.look()

        def on_ready(self) -> None:
            self.look()

    return Program()


if __name__ == "__main__":
    main(sys.argv[1:])
