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
from segtui.services.session import Session
from segtui.tui.actions import import_actions as does
from segtui.tui.actions.action import Command
from segtui.tui.actions.global_actions import Back, ChooseColumns, Copy, ReverseSort, Search, Sort
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.actions.segment_actions import ChooseCompany
from segtui.tui.screens.base.searchable_section import AdminList
from segtui.tui.screens.imports.import_list_columns import import_columns
from segtui.tui.screens.imports.import_undoing import ImportUndoing
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn


class ImportsScreen(AdminList[ImportRecord], ImportUndoing):
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
    place = "Imports"
    one, many = "import", "imports"
    search_hint = "Search by file, segment, user or status"
    needs_row = (does.OpenImport, does.UndoImport, Copy)
    first_order: ClassVar[tuple[str, bool]] = ("started", True)
    query_now: var[ImportQuery] = var(ImportQuery)  # type: ignore[assignment]  # a query of its own

    def columns(self) -> list[TableColumn[ImportRecord]]:
        """Return the columns."""
        return import_columns(self.settings.local)

    def offers(self, command: type[Command]) -> bool:
        """Offer to undo only what can be undone."""
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

    def nothing_yet(self) -> Content:
        """Say how contacts are imported."""
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
