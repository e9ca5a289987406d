"""An app that is nothing but a search box, a count and a result table, and what a test wants to know of it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot

from segtui.tui.widgets.forms.search_box import ResultCount, SearchBox
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import Action, TableColumn
from tests.support.listings import COLUMNS, MemoryListing, Person

ACTIONS = (Action("view", "View"), Action("edit", "Edit"), Action("delete", "Delete"))


class RecordingTable(ResultTable[Person]):
    """Remembers which regions were asked to be painted again; an empty one stands for everything."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.repaints: list[Region] = []
        super().__init__(*args, **options)

    def refresh(self, *regions: Region, **options: Any) -> "RecordingTable":
        self.repaints.extend(regions or [Region(0, 0, 0, 0)])
        super().refresh(*regions, **options)
        return self


class TableApp(App[None]):
    """Shows one listing; remembers the table's messages."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "mark_range", show=False),
        Binding("escape", "cancel_range", show=False),
    ]
    CSS = "SearchBox { height: 1; border: none; padding: 0; } ResultCount { height: 1; width: 1fr; }"

    def __init__(
        self,
        listing: MemoryListing | None = None,
        *,
        columns: Sequence[TableColumn[Person]] = COLUMNS,
        ascii_only: bool = False,
        **options: Any,
    ) -> None:
        super().__init__()
        self.animation_level = "none"
        self.listing = listing
        self.columns = columns
        self.ascii_only = ascii_only
        self.options = options
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        yield SearchBox(id="search")
        yield ResultCount(one="person", many="people", id="count")
        yield RecordingTable(self.columns, id="rows", **self.options)

    def on_mount(self) -> None:
        self.table.focus()
        if self.listing is not None:
            self.table.show(self.listing, sort="name")

    def action_mark_range(self) -> None:
        self.table.mark_range()

    def action_cancel_range(self) -> None:
        self.table.marker.cancel_range()

    @property
    def table(self) -> RecordingTable:
        return self.query_one(RecordingTable)

    @property
    def count(self) -> ResultCount:
        return self.query_one(ResultCount)

    @on(ResultTable.Opened)
    @on(ResultTable.CursorMoved)
    @on(ResultTable.SortRequested)
    @on(ResultTable.ActionChosen)
    @on(ResultTable.MarksChanged)
    @on(ResultTable.RangeChanged)
    @on(ResultTable.LoadStarted)
    @on(ResultTable.Counted)
    @on(ResultTable.LoadFinished)
    @on(ResultTable.LoadFailed)
    @on(SearchBox.Left)
    def remember(self, event: Message) -> None:
        self.said.append(event)

    def heard(self, kind: type[Message]) -> list[Any]:
        """Return the messages of a kind, and forget them."""
        found = [message for message in self.said if isinstance(message, kind)]
        self.said = [message for message in self.said if not isinstance(message, kind)]
        return found

    def lines(self) -> list[str]:
        """Return the table as it is shown, header first, without trailing blanks."""
        width, height = self.table.size
        strips = self.table.render_lines(Region(0, 0, width, height))
        return [strip.text.rstrip() for strip in strips]


async def until(pilot: Pilot[Any], condition: Callable[[], object]) -> None:
    """Wait until something is so; fail if it does not become so."""
    for _ in range(500):
        await pilot.pause()
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"never so: {condition}")


async def loaded(pilot: Pilot[Any]) -> TableApp:
    """Wait until the result is counted and every row in view is here."""
    app = pilot.app
    assert isinstance(app, TableApp)
    await until(pilot, lambda: app.table.is_settled)
    await pilot.pause()
    return app
