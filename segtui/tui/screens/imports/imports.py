"""The imports of the company or, for an admin, of every company: what was loaded when, and taking it back."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.reactive import var

from segtui.services import imports
from segtui.services.imports import ImportQuery, ImportRecord
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.tui.actions import import_actions as does
from segtui.tui.actions.action import Command
from segtui.tui.actions.global_actions import SEARCHING, Back, ChooseColumns, Copy, ExportList, ReverseSort, Sort
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.actions.segment_actions import ChooseCompany
from segtui.tui.screens.base.collaborators import Holds
from segtui.tui.screens.base.company_choice import CompanyChoice, session_in_one_company
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.screens.imports.import_list_columns import import_columns
from segtui.tui.screens.imports.import_undo import ImportUndo
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn


class ImportsScreen(ListScreen[ImportRecord]):
    """Every import, the newest first."""

    commands = (
        does.OpenImport,
        does.NewImport,
        does.UndoImport,
        *SEARCHING,
        Sort,
        ReverseSort,
        ExportList,
        Copy,
        ChooseColumns,
        ChooseCompany,
        Back,
        *IN_SECTIONS,
    )
    list_name = "imports"
    title_path = "Imports"
    row_names = ("import", "imports")
    search_hint = "Search by file, segment, user or status"
    needs_row = (does.OpenImport, does.UndoImport, Copy)
    first_order: ClassVar[tuple[str, bool]] = ("started", True)
    query_now: var[ImportQuery] = var(ImportQuery)

    import_undo = Holds(ImportUndo)
    company_choice = Holds(CompanyChoice)

    def columns(self) -> list[TableColumn[ImportRecord]]:
        """Return the columns."""
        return import_columns(self.settings.local)

    def offers(self, command: type[Command]) -> bool:
        """Offer the undo only of an import that can be undone."""
        if command is does.UndoImport and not (self.row and self.import_undo.is_possible(self.row)):
            return False
        return super().offers(command)

    # The rows

    def listing(self, interrupt: Interrupt) -> Listing[ImportRecord]:
        """Return the imports that match."""
        return imports.listing(self.session, self.query_now, interrupt)

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return a function that reads the state of the imports."""
        session = self.session
        return lambda interrupt: (imports.state_of(session, interrupt),)

    def count_all(self) -> int:
        """Return the number of imports without the search."""
        return imports.total(self.session)

    def nothing_yet(self) -> Content:
        """Return the text of an empty list."""
        empty = Content("Nothing has been imported yet.")
        if not self.session.can_write:
            return empty
        return empty + Content.assemble("\n", self.press(does.NewImport), " to load contacts from a file.")

    @on(ResultTable.CursorMoved)
    def _offer_for_row(self) -> None:
        self.refresh_bindings()

    # Commands

    @on(ResultTable.Opened)
    def action_open_import(self) -> None:
        """Open the import under the cursor."""
        from segtui.tui.screens.imports.import_view import ImportView

        if (record := self.row) is not None:
            self.app.push_screen(ImportView(self.session, self.settings, record))

    @flow
    async def action_new_import(self) -> None:
        """Load contacts from a file; where all companies are shown, ask first which one it is for."""
        from segtui.tui.screens.imports.wizard.import_wizard import ImportScreen

        session = await session_in_one_company(self, "Which company is the import for?")
        if session is None:
            return
        segment_id = await self.ask(ImportScreen(session))
        self.reload(cursor=self.table.cursor_id)
        if segment_id is not None:
            self.import_undo.open_segment_by_id(session, segment_id)

    def action_undo_import(self) -> None:
        """Undo the import under the cursor, after a question."""
        if (record := self.row) is not None:
            self.import_undo.ask_to_undo(record)
