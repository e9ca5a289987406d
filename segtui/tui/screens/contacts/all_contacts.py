"""All contacts of the company or, for an admin, of every company."""

from collections.abc import Mapping

from textual.content import Content

from segtui.config.settings import Settings
from segtui.domain.text import counted
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
from segtui.tui.screens.base.section_list import COMPANY, SectionList
from segtui.tui.screens.contacts.contact_columns import contact_columns
from segtui.tui.screens.contacts.contact_list import ON_CONTACTS, ContactListScreen
from segtui.tui.widgets.chrome.title_bar import TitleBar
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn, Width


class AllContactsScreen(SectionList[Contact], ContactListScreen):
    """Every contact, in whatever segment or in none."""

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
    filter_fields = (*ContactListScreen.filter_fields, "segment")

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__(session, settings)
        self._companies: Mapping[int, str] = {}

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

    def on_mount(self) -> None:
        """Say where one is."""
        self.query_one(TitleBar).place = "Contacts"

    def nothing_found(self) -> Content:
        """Say why there is none and what to do."""
        if (nothing := self.nothing_matches("")) is not None:
            return nothing
        empty = Content("There are no contacts yet.")
        if not self.session.can_write:
            return empty
        return empty + Content.assemble("\n", self.press(does.AddContact), " to add one by hand.")

    # What the commands do

    def action_add_contact(self) -> None:
        """Add a contact by hand."""
        from segtui.tui.screens.contacts.contact_form import ContactForm

        self.in_one_company(
            "Add a contact of which company?", lambda session: self.show_form(ContactForm(session), "was added")
        )

    def action_delete_contact(self) -> None:
        """Ask whether the chosen contacts are to be deleted for good."""
        from segtui.tui.screens.contacts.contact_questions import delete_question
        from segtui.tui.screens.contacts.delete_many import DeleteManyForm

        chosen = self.chosen
        if chosen is None:
            return

        def delete(interrupt: Interrupt) -> Done:
            session = chosen.bound(self.session, interrupt)
            if chosen.contact is not None:
                contacts.delete(session, chosen.contact.id)
                return Done(f"{chosen.title} was deleted for good.")
            deleted = bulk.delete(session, chosen.which, besides=chosen.besides, interrupt=interrupt)
            return Done(f"{counted(deleted, 'contact')} {'was' if deleted == 1 else 'were'} deleted for good.")

        def answered(answer: str | bool | None) -> None:
            if answer in {"y", True}:
                self.do(f"Deleting {chosen.title}", delete, undoable=False)

        if chosen.count == 1:
            self.app.push_screen(delete_question(chosen), answered)
        else:
            self.app.push_screen(DeleteManyForm(chosen.count), answered)

    def action_back(self) -> None:
        """Go back to the segments."""
        self.program.go_to("segments")
