"""The do-not-call list of a company: search it, add numbers, and for admins take numbers off."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.content import Content
from textual.reactive import var

from segtui.domain.phones import grouped
from segtui.domain.text import clean, counted
from segtui.services.do_not_call import do_not_call, do_not_call_editing
from segtui.services.do_not_call.do_not_call import DoNotCallQuery, Listed
from segtui.services.do_not_call.opt_outs import BY_HAND
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.tui.actions import do_not_call_actions as does
from segtui.tui.actions.action import Command
from segtui.tui.actions.global_actions import SEARCHING, UNDOING, Back, ChooseColumns, Copy, ReverseSort, Sort
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.screens.contacts.contact_columns import phone_column
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn, Width

if TYPE_CHECKING:
    from segtui.tui.screens.shared.export_form import ExportTarget


class DoNotCallScreen(ListScreen[Listed]):
    """The numbers that are never called, by number."""

    commands = (
        does.OpenNumber,
        does.AddNumbers,
        does.RemoveNumber,
        *SEARCHING,
        *UNDOING,
        does.ExportNumbers,
        Sort,
        ReverseSort,
        Copy,
        ChooseColumns,
        Back,
        *IN_SECTIONS,
    )
    list_name = "do not call"
    title_path = "Do-not-call list"
    row_names = ("number", "numbers")
    search_hint = "Search by number, contact, file or user"
    needs_row = (does.OpenNumber, does.RemoveNumber, does.ExportNumbers, Copy)
    first_order: ClassVar[tuple[str, bool]] = ("phone", False)
    query_now: var[DoNotCallQuery] = var(DoNotCallQuery)

    def columns(self) -> list[TableColumn[Listed]]:
        """Return the columns."""
        local = self.settings.local
        return [
            replace(phone_column(), priority=1),
            TableColumn("contact", "Contact", shown_contact, Width(12, 30, flex=2), 2, opens=True),
            TableColumn(
                "since", "Since", lambda number: f"{local(number.since):%Y-%m-%d}", Width(10, 10), 1,
                sort="since", first_descending=True, searched=False,
            ),
            TableColumn("by", "By", lambda number: number.by, Width(8, 16, flex=1), 3),
            TableColumn("from", "From", shown_sources, Width(14, 40, flex=2), 2),
        ]  # fmt: skip

    @property
    def history_key(self) -> str:
        """The list of the company, in the history of the session."""
        return f"do-not-call list {self._session.one_company.id}"

    def offers(self, command: type[Command]) -> bool:
        """Offer to take a number off to admins, and to go to its contact where there is one."""
        if command is does.RemoveNumber and not self.session.is_admin:
            return False
        if command is does.OpenNumber and not (self.row and self.row.contact):
            return False
        return super().offers(command)

    @on(ResultTable.CursorMoved)
    def _offer_for_row(self) -> None:
        self.refresh_bindings()

    # The rows

    def listing(self, interrupt: Interrupt) -> Listing[Listed]:
        """Return the numbers that match."""
        return do_not_call.listing(self.session, self.query_now, interrupt)

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return a function that reads the state of the list and its contacts."""
        session = self.session
        return lambda interrupt: (do_not_call.state_of(session, interrupt),)

    def count_all(self) -> int:
        """Return the number of numbers without the search."""
        return do_not_call.total(self.session)

    def nothing_yet(self) -> Content:
        """Return the text of an empty list."""
        empty = Content("No number is on the do-not-call list yet.")
        if not self.session.can_write:
            return empty
        return empty + Content.assemble(
            "\n", self.press(does.AddNumbers), " to add some; ",
            ("segtui import FILE --do-not-call", "bold"), " adds a whole file.",
        )  # fmt: skip

    # Commands

    @on(ResultTable.Opened)
    def action_open_number(self) -> None:
        """Show the contact that has the number under the cursor."""
        from segtui.tui.screens.contacts.contact_view import contact_screen

        if (row := self.row) is None:
            return
        if row.contact is None:
            self.say(f"No contact has {grouped(row.phone)}.")
        else:
            self.app.push_screen(contact_screen(self.session, self.settings, row.contact))

    @flow
    async def action_add_numbers(self) -> None:
        """Add numbers by hand."""
        from segtui.tui.screens.do_not_call.do_not_call_form import NumbersForm

        history = self.session.history
        before = history.last if history else None
        added = await self.ask(NumbersForm(self.session))
        if added is None:
            return
        numbers, cursor = added.phones, int(added.phones[0][1:])
        subject = f"{numbers[0]} is" if len(numbers) == 1 else f"{counted(len(numbers), 'number')} are"
        marked = f"; {counted(added.marked, 'contact')} marked" if added.marked else ""
        undoable = history is not None and history.last is not before
        self.post_message(Done(f"{subject} on the do-not-call list{marked}.", cursor, undoable=undoable))

    def action_remove_number(self) -> None:
        """Take the number under the cursor off the list, after a question."""
        if (row := self.row) is not None:
            self._remove(row)

    @flow
    async def _remove(self, row: Listed) -> None:
        from segtui.tui.screens.do_not_call.do_not_call_form import remove_question

        session = self.session

        def write(_: Interrupt) -> Done:
            do_not_call_editing.remove(session, row.phone)
            return Done(f"{grouped(row.phone)} is no longer on the do-not-call list.")

        since = f"{self.settings.local(row.since):%Y-%m-%d}"
        if await self.ask(remove_question(row, since, shown_sources(row))) == "y":
            self.do(f"Taking {grouped(row.phone)} off", write)

    def action_export_numbers(self) -> None:
        """Save the marked numbers, or all that are listed, to a file."""
        query, session, total = self.query_now, self.session, self.table.total
        search = f" (“{clean(query.search.strip())}”)" if query.search.strip() else ""
        listed = "All numbers that are listed" if total is None else f"{counted(total, 'number')}, as listed"

        def write(target: "ExportTarget", interrupt: Interrupt, ids: Sequence[int] | None) -> int:
            from segtui.services.do_not_call import do_not_call_exports

            return do_not_call_exports.export(session, query, target.path, target.form, interrupt, ids=ids)

        self.exporter.export(f"{listed}{search}", "do not call", "number", write)


def shown_contact(listed: Listed) -> str:
    """Return the contact that has a number; blank where none has."""
    if listed.contact is None:
        return ""
    return clean(listed.contact.name or listed.contact.email or f"contact {listed.contact.id}")


def shown_sources(listed: Listed) -> str:
    """Return the sources of a number: `leads.csv`, `by hand`, `leads.csv and 2 more`."""
    named = ["by hand" if key == BY_HAND else clean(file) or f"import {key}" for key, file in listed.sources.items()]
    more = len(named) - 1
    return named[0] if not more else f"{named[0]} and {more} more"
