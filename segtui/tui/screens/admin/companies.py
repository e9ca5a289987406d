"""The companies, for admins: how much each holds, making and changing them, and looking at one of them."""

from collections.abc import Callable

from textual import on
from textual.content import Content
from textual.reactive import var

from segtui.services.accounts import companies
from segtui.services.accounts.companies import CompanyRow, PlainQuery
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.services.session import Company
from segtui.tui.actions import admin_actions as does
from segtui.tui.actions.global_actions import SEARCHING, Back, ChooseColumns, Copy, ExportList, ReverseSort, Sort
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.widgets.chrome.title_bar import TitleBar
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn, Width


class CompaniesScreen(ListScreen[CompanyRow]):
    """Every company."""

    commands = (
        does.LookAtCompany,
        does.CreateCompany,
        does.EditCompany,
        *SEARCHING,
        Sort,
        ReverseSort,
        ExportList,
        Copy,
        ChooseColumns,
        Back,
        *IN_SECTIONS,
    )
    list_name = "companies"
    title_path = "Companies"
    row_names = ("company", "companies")
    search_hint = "Search by name, region or zone"
    needs_row = (does.LookAtCompany, does.EditCompany, Copy)
    query_now: var[PlainQuery] = var(PlainQuery)

    def columns(self) -> list[TableColumn[CompanyRow]]:
        """Return the columns."""
        return [
            TableColumn("name", "Name", lambda row: row.name, Width(18, 40, flex=1), 1, sort="name", opens=True),
            TableColumn("region", "Region", lambda row: row.region, Width(8, 8), 2, sort="region"),
            TableColumn("timezone", "Time zone", lambda row: row.timezone, Width(18, 32), 4, sort="timezone"),
            self._number("segments", "Segments", lambda row: row.segments),
            self._number("contacts", "Contacts", lambda row: row.contacts),
        ]

    @staticmethod
    def _number(key: str, label: str, value: Callable[[CompanyRow], int]) -> TableColumn[CompanyRow]:
        return TableColumn(
            key, label, lambda row: f"{value(row):,}", Width(10, 12), 3,
            align="right", sort=key, first_descending=True, searched=False,
        )  # fmt: skip

    def listing(self, interrupt: Interrupt) -> Listing[CompanyRow]:  # noqa: ARG002 -- they are read in one go
        """Return the companies asked for."""
        return companies.listing(self.session, self.query_now)

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return what reads whether a company, or anything in one, was changed."""
        session = self.session
        return lambda interrupt: (companies.state_of(session, interrupt),)

    def count_all(self) -> int:
        """Return how many there are."""
        return len(companies.every(self.session))

    @on(ResultTable.Opened)
    def action_look_at_company(self) -> None:
        """Look at the company under the cursor alone, and go to its segments."""
        if (row := self.row) is None:
            return
        self.session = self.session.bound_to(Company(row.id, row.name, row.region, row.timezone))
        self._show_company()
        self.program.go_to("segments")

    def action_create_company(self) -> None:
        """Create a company."""
        self._open_form(None)

    def action_edit_company(self) -> None:
        """Edit the company under the cursor."""
        if (row := self.row) is not None:
            self._open_form(row)

    @flow
    async def _open_form(self, row: CompanyRow | None) -> None:
        from segtui.tui.screens.admin.company_form import CompanyForm

        company = await self.ask(CompanyForm(self.session, row))
        if company is None:
            return
        if self.session.company is not None and self.session.company.id == company.id:
            self.session = self.session.bound_to(company)
        if row is None:
            self.program.several_companies = True
        self._show_company()
        self.post_message(Done(f"“{company.name}” was {'saved' if row else 'created'}.", company.id))

    def _show_company(self) -> None:
        """Let every section be about the company that is looked at now, and say so here."""
        self.program.look_at(self.session)
        self.query_one(TitleBar).company = self.company_shown

    def nothing_yet(self) -> Content:
        """Return the text of an empty list."""
        return Content.assemble("There is no company yet.\n", self.press(does.CreateCompany), " to create one.")
