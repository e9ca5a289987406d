"""All contacts of the company or, for an admin, of every company."""

from collections.abc import Mapping

from textual.content import Content

from segtui.commands import contacts as does
from segtui.commands.everywhere import Back
from segtui.commands.sections import IN_SECTIONS
from segtui.commands.segments import ChooseCompany
from segtui.config import Settings
from segtui.screens.contact_columns import contact_columns
from segtui.screens.contact_list import ON_CONTACTS, ContactListScreen
from segtui.screens.section_list import COMPANY, SectionList
from segtui.screens.working import Done
from segtui.services import companies, contact_sets, contacts
from segtui.services.contacts import Contact
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.text import counted
from segtui.widgets.columns import TableColumn, Width
from segtui.widgets.result_table import ResultTable
from segtui.widgets.title_bar import TitleBar


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
        from segtui.screens.contact_form import ContactForm

        self.in_one_company(
            "Add a contact of which company?", lambda session: self.show_form(ContactForm(session), "was added")
        )

    def action_delete_contact(self) -> None:
        """Ask whether the chosen contacts are to be deleted for good."""
        from segtui.screens.contact_questions import delete_question
        from segtui.screens.delete_many import DeleteManyForm

        chosen = self.chosen
        if chosen is None:
            return

        def delete(interrupt: Interrupt) -> Done:
            session = chosen.bound(self.session, interrupt)
            if chosen.contact is not None:
                contacts.delete(session, chosen.contact.id)
                return Done(f"{chosen.title} was deleted for good.")
            deleted = contact_sets.delete(session, chosen.which, besides=chosen.besides, interrupt=interrupt)
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
