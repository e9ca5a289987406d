"""The audit trail, for admins: who did what, when and from where."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.reactive import var

from segtui.domain.text import clean
from segtui.services.audit import audit_queries
from segtui.services.audit.audit_queries import Entry, TrailQuery
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.services.session import Session
from segtui.tui.actions import admin_actions as does
from segtui.tui.actions.global_actions import SEARCHING, Back, ChooseColumns, Copy, ExportList, ReverseSort, Sort
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.actions.segment_actions import ChooseCompany
from segtui.tui.screens.base.collaborators import Holds
from segtui.tui.screens.base.company_choice import COMPANY, CompanyChoice
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn, Width


class AuditScreen(ListScreen[Entry]):
    """The entries of the company that is looked at, or all, the newest first."""

    commands = (
        does.OpenEntry,
        does.FilterEntries,
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
    list_name = "audit"
    title_path = "Audit"
    row_names = ("entry", "entries")
    search_hint = "Search by user, action, object, detail or source"
    needs_row = (does.OpenEntry, Copy)
    first_order: ClassVar[tuple[str, bool]] = ("at", True)
    query_now: var[TrailQuery] = var(TrailQuery)

    company_choice = Holds(CompanyChoice)

    def columns(self) -> list[TableColumn[Entry]]:
        """Return the columns."""
        local = self.settings.local
        return [
            TableColumn(
                "at", "When", lambda entry: f"{local(entry.at):%Y-%m-%d %H:%M}", Width(16, 16), 1,
                sort="at", first_descending=True, searched=False, opens=True,
            ),
            TableColumn("user", "Who", lambda entry: entry.user, Width(8, 14), 1),
            TableColumn("action", "What", lambda entry: entry.action, Width(14, 20), 1),
            TableColumn("object", "On what", lambda entry: entry.object, Width(14, 28, flex=1), 2),
            TableColumn(
                "count", "Count", lambda entry: "" if entry.count is None else f"{entry.count:,}", Width(6, 9), 3,
                align="right", searched=False,
            ),
            TableColumn("detail", "Detail", lambda entry: entry.detail, Width(14, 30, flex=2), 5),
            TableColumn("source", "From", lambda entry: entry.source, Width(10, 18), 6),
            TableColumn(
                COMPANY, "Company", lambda entry: entry.company or "", Width(10, 22), 4, searched=False,
            ),
        ]  # fmt: skip

    @property
    def left_out(self) -> frozenset[str]:
        """The column of the company, where there is but one."""
        return super().left_out if self.program.several_companies else frozenset({COMPANY})

    def _seen(self) -> Session:
        """Return the session whose entries are shown: over everything where there is but one company."""
        return self.session if self.program.several_companies else self.session.bound_to(None)

    def listing(self, interrupt: Interrupt) -> Listing[Entry]:
        """Return the entries asked for."""
        return audit_queries.listing(self._seen(), self.query_now, interrupt)

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return what reads whether there is another entry."""
        return lambda interrupt: (audit_queries.state_of(self._seen(), interrupt),)

    def count_all(self) -> int:
        """Return how many there are."""
        return audit_queries.total(self._seen())

    @property
    def filtered(self) -> bool:
        """True while a filter narrows the list."""
        return bool(self._filters())

    def sort_by(self, sort: str, *, descending: bool) -> None:  # noqa: ARG002 -- by time alone
        """Take an order into the query."""
        self.query_now = replace(self.query_now, descending=descending)

    def nothing_found(self) -> Content:
        """Say that nothing matches."""
        return Content("No entry matches." if self.narrowed else "Nothing was done yet.")

    @on(ResultTable.Opened)
    def action_open_entry(self) -> None:
        """Show the whole entry under the cursor."""
        from segtui.tui.screens.admin.audit_words import entry_facts
        from segtui.tui.screens.shared.facts_view import FactsView

        if (entry := self.row) is None:
            return
        shown_time, several = self.settings.shown_time, self.program.several_companies
        view = FactsView(
            self.session, self.settings, "Audit > entry", lambda: entry_facts(entry, shown_time, companies=several)
        )
        self.app.push_screen(view)

    @flow
    async def action_filter_entries(self) -> None:
        """Choose a filter."""
        from segtui.tui.screens.admin.audit_filter import AuditFilter

        query = await self.ask(AuditFilter(self._seen, self.query_now))
        if query is not None:
            self.query_now = replace(query, search=self.query_now.search, descending=self.query_now.descending)
            self.title_path = " > ".join(["Audit", *self._filters()])
            self.show_title()
            self.reload(same_rows=True)

    def _filters(self) -> list[str]:
        query = self.query_now
        words = [clean(query.user)] if query.user is not None else []
        words += [clean(query.action)] if query.action is not None else []
        words += [f"since {self.settings.local(query.since):%Y-%m-%d}"] if query.since is not None else []
        return words
