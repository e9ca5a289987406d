"""The imports of the company or, for an admin, of every company: what was loaded when, and taking it back."""

from collections.abc import Callable
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from segtui.config.settings import Settings
from segtui.domain.text import clean
from segtui.services import imports
from segtui.services.imports import ImportQuery, ImportRecord
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.services.session import Session
from segtui.tui.actions import import_actions as does
from segtui.tui.actions.action import Command
from segtui.tui.actions.global_actions import Back, ChooseColumns, Copy, ReverseSort, Search, Sort
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.actions.segment_actions import ChooseCompany
from segtui.tui.screens.base.section_list import SectionList
from segtui.tui.screens.imports.import_list_columns import import_columns
from segtui.tui.screens.imports.import_undoing import ImportUndoing
from segtui.tui.widgets.chrome.title_bar import TitleBar
from segtui.tui.widgets.forms.search_box import ResultCount, SearchBox
from segtui.tui.widgets.table.result_table import ResultTable

_NEEDS_IMPORT = {does.OpenImport, does.UndoImport, Copy}


class ImportsScreen(SectionList[ImportRecord], ImportUndoing):
    """Every import, the newest first."""

    commands = (
        does.OpenImport,
        does.NewImport,
        does.UndoImport,
        Search,
        Sort,
        ReverseSort,
        Copy,
        ChooseColumns,
        ChooseCompany,
        Back,
        *IN_SECTIONS,
    )
    list_name = "imports"
    query_now: var[ImportQuery] = var(ImportQuery)

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__(session, settings)
        self.order = ("started", True)

    def compose_body(self) -> ComposeResult:
        """Lay out the search line and the table."""
        with Horizontal(id="search-line"):
            yield Static("/", id="prompt")
            yield SearchBox(placeholder="Search by file, segment, user or status", id="search")
            yield ResultCount(one="import", many="imports", id="count")
        yield ResultTable(import_columns(self.settings.local), markable=False, id="rows")

    def on_mount(self) -> None:
        """Say where one is."""
        self.query_one(TitleBar).place = "Imports"

    def offers(self, command: type[Command]) -> bool:
        """Offer what needs an import only where there is one, and to undo only what can be undone."""
        if command in _NEEDS_IMPORT and not self.has_row:
            return False
        if command is does.UndoImport and not (self.row and self.may_undo(self.row)):
            return False
        return super().offers(command)

    # What is shown

    def listing(self, interrupt: Interrupt) -> Listing[ImportRecord]:
        """Return the imports asked for."""
        return imports.listing(self.session, self.query_now, interrupt)

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return what reads whether there was another import, or an undo."""
        session = self.session
        return lambda interrupt: (imports.state_of(session, interrupt),)

    def count_all(self) -> int:
        """Return how many there are without the search."""
        return imports.total(self.session)

    def search_for(self, typed: str) -> None:
        """Take what was typed into the query."""
        self.query_now = replace(self.query_now, search=typed)

    def sort_by(self, sort: str, *, descending: bool) -> None:
        """Take an order into the query."""
        self.query_now = replace(self.query_now, sort=sort, descending=descending)

    def nothing_found(self) -> Content:
        """Say why there is none and what to do."""
        typed = clean(self.query_now.search.strip())
        if typed:
            return Content.assemble("No import matches “", (typed, "bold"), "”.")
        empty = Content("Nothing has been imported yet.")
        if not self.session.can_write:
            return empty
        return empty + Content.assemble("\n", self.press(does.NewImport), " to load contacts from a file.")

    @on(ResultTable.CursorMoved)
    def _offer_for_row(self) -> None:
        self.refresh_bindings()

    # What the commands do

    @on(ResultTable.Opened)
    def action_open_import(self) -> None:
        """Look at the import under the cursor."""
        from segtui.tui.screens.imports.import_view import ImportView

        if (record := self.row) is not None:
            self.app.push_screen(ImportView(self.session, self.settings, record))

    def action_new_import(self) -> None:
        """Load contacts from a file; where one looks at all companies, ask first which one it is for."""
        self.in_one_company("Import for which company?", self._import)

    def _import(self, session: Session) -> None:
        from segtui.tui.screens.imports.wizard.import_wizard import ImportScreen

        def ended(segment_id: int | None) -> None:
            self.reload(cursor=self.table.cursor_id)
            if segment_id is not None:
                self.open_segment_by_id(session, segment_id)

        self.app.push_screen(ImportScreen(session), ended)

    def action_undo_import(self) -> None:
        """Undo the import under the cursor, after a question."""
        if (record := self.row) is not None:
            self.ask_to_undo(record)

    def action_back(self) -> None:
        """Go back to the segments."""
        self.program.go_to("segments")
