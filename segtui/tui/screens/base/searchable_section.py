"""What the lists for admins share: a search line, a table, and a query of a search and an order."""

from dataclasses import replace
from typing import ClassVar, Generic

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from segtui.config.settings import Settings
from segtui.domain.text import clean
from segtui.services.accounts.companies import PlainQuery
from segtui.services.listing import Row
from segtui.services.session import Session
from segtui.tui.actions.action import Command, Commands
from segtui.tui.screens.base.section_list import SectionList
from segtui.tui.widgets.chrome.title_bar import TitleBar
from segtui.tui.widgets.forms.search_box import ResultCount, SearchBox
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn


class AdminList(SectionList[Row], Generic[Row]):
    """A list whose rows are called `one` and `many`. `needs_row` are the commands that a row is needed for."""

    place: ClassVar[str]
    one: ClassVar[str]
    many: ClassVar[str]
    search_hint: ClassVar[str]
    needs_row: ClassVar[Commands] = ()
    first_order: ClassVar[tuple[str, bool]] = ("name", False)
    query_now: var[PlainQuery] = var(PlainQuery)

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__(session, settings)
        sort, descending = self.first_order
        self.sorted_by(sort, descending=descending)

    def columns(self) -> list[TableColumn[Row]]:
        """Return the columns of the table."""
        raise NotImplementedError

    def compose_body(self) -> ComposeResult:
        """Lay out the search line and the table."""
        with Horizontal(id="search-line"):
            yield Static("/", id="prompt")
            yield SearchBox(placeholder=self.search_hint, id="search")
            yield ResultCount(one=self.one, many=self.many, id="count")
        yield ResultTable(self.columns(), markable=False, id="rows")

    def on_mount(self) -> None:
        """Say where one is."""
        self.query_one(TitleBar).place = self.place

    def offers(self, command: type[Command]) -> bool:
        """Offer what needs a row only where there is one."""
        if command in self.needs_row and not self.has_row:
            return False
        return super().offers(command)

    def search_for(self, typed: str) -> None:
        """Take what was typed into the query."""
        self.query_now = replace(self.query_now, search=typed)

    def sort_by(self, sort: str, *, descending: bool) -> None:
        """Take an order into the query."""
        self.query_now = replace(self.query_now, sort=sort, descending=descending)

    def nothing_found(self) -> Content:
        """Say that nothing matches, or what to do where there is nothing at all."""
        typed = clean(self.query_now.search.strip())
        if typed:
            return Content.assemble(f"No {self.one} matches “", (typed, "bold"), "”.")
        return self.nothing_yet()

    def nothing_yet(self) -> Content:
        """Return what stands in the list while there is nothing to be listed."""
        return Content(f"There is no {self.one} yet.")

    def action_back(self) -> None:
        """Go back to the segments."""
        self.program.go_to("segments")
