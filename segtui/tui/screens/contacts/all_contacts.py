"""All contacts of the company or, for an admin, of every company."""

from collections.abc import Mapping

from textual.content import Content

from segtui.config.settings import Settings
from segtui.domain.criteria.tree import all_of
from segtui.domain.text import counted, was
from segtui.services.accounts import companies
from segtui.services.contacts import bulk, contacts
from segtui.services.contacts.contacts import Contact
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.actions import contact_actions as does
from segtui.tui.actions.global_actions import Back
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.actions.segment_actions import ChooseCompany
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import Holds
from segtui.tui.screens.base.company_choice import COMPANY, CompanyChoice, session_in_one_company
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.contacts.contact_columns import contact_columns
from segtui.tui.screens.contacts.contact_list import ON_CONTACTS, ContactListScreen
from segtui.tui.screens.contacts.contact_selection import ContactSelection
from segtui.tui.screens.filters.filter_context import FilterPart
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn, Width


class AllContactsScreen(ContactListScreen):
    """Every contact, in a segment or not."""

    commands = (
        does.OpenContact,
        does.AddContact,
        does.EditContact,
        does.DeleteContact,
        *ON_CONTACTS,
        ChooseCompany,
        Back,
        *IN_SECTIONS,
    )
    list_name = "all contacts"
    title_path = "Contacts"
    company_choice = Holds(CompanyChoice)

    def __init__(
        self,
        session: Session,
        settings: Settings,
        *,
        parts: tuple[FilterPart, ...] = (),
        title_path: str = title_path,
    ) -> None:
        """Make the list, with filters (`parts`, all of which hold) in force."""
        super().__init__(session, settings)
        self._companies: Mapping[int, str] = {}
        self._first_filters = parts
        self.title_path = title_path

    def on_mount(self) -> None:
        """Put the first filters in force, before the contacts are read."""
        if self._first_filters:
            self.filters.take(all_of(part.criteria for part in self._first_filters), self._first_filters)

    def new_table(self) -> ResultTable[Contact]:
        """Return the table, not filled yet."""
        columns = contact_columns(self.settings.local)
        columns.append(TableColumn(COMPANY, "Company", self._company_of, Width(10, 22, flex=1), 4, searched=False))
        return ResultTable(columns, found_in=True, id="rows")

    def _company_of(self, contact: Contact) -> str:
        return self._companies.get(contact.company_id, "")

    def prepare(self, interrupt: Interrupt) -> None:
        """Read the names of the companies, where they are shown."""
        if self.session.company is None:
            self._companies = companies.names(self.session, interrupt)

    def nothing_found(self) -> Content:
        """Return the text of an empty list."""
        if (nothing := self.nothing_matches("")) is not None:
            return nothing
        empty = Content("There are no contacts yet.")
        if not self.session.can_write:
            return empty
        return empty + Content.assemble("\n", self.press(does.AddContact), " to add one by hand.")

    # Commands

    @flow
    async def action_add_contact(self) -> None:
        """Add a contact by hand; where all companies are shown, ask for its company first."""
        from segtui.tui.screens.contacts.contact_form import ContactForm

        session = await session_in_one_company(self, "Which company is the contact for?")
        if session is not None:
            await self.edit_in(ContactForm(session), "was added")

    def action_delete_contact(self) -> None:
        """Delete the selected contacts for good, after a question."""
        if (selection := self.selection) is not None:
            self._delete(selection)

    @flow
    async def _delete(self, selection: ContactSelection) -> None:
        from segtui.tui.screens.contacts.contact_questions import delete_question
        from segtui.tui.screens.contacts.delete_many import DeleteManyForm

        def delete(interrupt: Interrupt) -> Done:
            session = selection.bound(self.session, interrupt)
            if selection.contact is not None:
                contacts.delete(session, selection.contact.id)
                return Done(f"{selection.title} was deleted for good.")
            deleted = bulk.delete(session, selection.which, besides=selection.besides, interrupt=interrupt)
            return Done(f"{counted(deleted, 'contact')} {was(deleted)} deleted for good.")

        if selection.count == 1:
            is_confirmed = await self.ask(delete_question(selection)) == "y"
        else:
            is_confirmed = await self.ask(DeleteManyForm(selection.count)) is True
        if is_confirmed:
            self.do(f"Deleting {selection.title}", delete, undoable=False)
