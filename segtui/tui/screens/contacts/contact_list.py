"""What the lists of contacts share: the table, the search, the filters, the marks, and the ways to a single contact."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Static

from segtui.domain.text import clean, counted
from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import Contact, ContactQuery
from segtui.services.contacts.filters import Filter
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.services.segments.segments import Segment
from segtui.tui.actions import contact_actions as does
from segtui.tui.actions.action import Command
from segtui.tui.actions.global_actions import (
    UNDOING,
    ChooseColumns,
    Copy,
    MarkAll,
    ReverseSort,
    Search,
    Sort,
    ToggleMark,
)
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.contacts.contact_list_operations import ContactWriting
from segtui.tui.screens.do_not_call.do_not_call_link import DoNotCallWay
from segtui.tui.screens.shared.exporting import Exporting
from segtui.tui.widgets.chrome.key_bar import key_shown, keys_shown
from segtui.tui.widgets.forms.filter_chips import FilterChips
from segtui.tui.widgets.forms.search_box import ResultCount, SearchBox
from segtui.tui.widgets.table.result_table import ResultTable

if TYPE_CHECKING:
    from segtui.tui.screens.shared.export_form import ExportTarget
    from segtui.tui.widgets.forms.form import Form

# In the order in which they stand in the footer; what the screens add stands before and behind.
ON_CONTACTS = (
    does.AddToSegment,
    ToggleMark,
    MarkAll,
    Search,
    does.Filters,
    *UNDOING,
    does.MarkDoNotCall,
    does.ShowDoNotCall,
    does.ExportContacts,
    Copy,
    Sort,
    ReverseSort,
    ChooseColumns,
    does.ClearFilters,
)
_NEEDS_CONTACT = {
    does.OpenContact,
    does.EditContact,
    does.RemoveContact,
    does.DeleteContact,
    does.AddToSegment,
    does.MarkDoNotCall,
    does.ExportContacts,
    ToggleMark,
    MarkAll,
    Copy,
}


class ContactListScreen(ContactWriting[Contact], Exporting[Contact], DoNotCallWay):
    """A list of contacts. `query_now` is what is asked for."""

    query_now: var[ContactQuery] = var(ContactQuery)
    filter_fields: tuple[str, ...] = ("source", "status", "state", "do_not_call", "added")
    """What they can be filtered by."""

    def compose_body(self) -> ComposeResult:
        """Lay out what stands above, the search line, the filters and the table."""
        yield from self.compose_above()
        with Horizontal(id="search-line"):
            yield Static("/", id="prompt")
            yield SearchBox(placeholder="Search in every column but the date", id="search")
            yield ResultCount(one="contact", many="contacts", id="count")
        yield FilterChips(key=keys_shown(self.app, does.Filters), id="filters")
        yield self.new_table()

    def compose_above(self) -> Iterable[Widget]:
        """Yield what stands above the search line."""
        return ()

    def new_table(self) -> ResultTable[Contact]:
        """Return the table, not filled yet."""
        raise NotImplementedError

    def offers(self, command: type[Command]) -> bool:
        """Offer what needs a contact only where there is one, and to clear filters where there are some."""
        if command in _NEEDS_CONTACT and not self.has_row:
            return False
        if command is does.ClearFilters:
            return bool(self.query_now.filters)
        return super().offers(command)

    # What is shown

    @property
    def narrowed(self) -> bool:
        """Whether not all contacts are asked for."""
        return super().narrowed or bool(self.query_now.filters)

    def listing(self, interrupt: Interrupt) -> Listing[Contact]:
        """Return the contacts asked for."""
        return contacts.listing(self.session, self.query_now, interrupt)

    @property
    def asked(self) -> ContactQuery:
        """The query for the contacts that are listed."""
        return self.query_now

    def contact_of(self, row: Contact) -> Contact:
        """Return the contact."""
        return row

    def count_all(self) -> int:
        """Return how many there are without the search and the filters."""
        return contacts.total(self.session, self.segment_id)

    def search_for(self, typed: str) -> None:
        """Take what was typed into the query."""
        self.query_now = replace(self.query_now, search=typed)

    def sort_by(self, sort: str, *, descending: bool) -> None:
        """Take an order into the query."""
        self.query_now = replace(self.query_now, sort=sort, descending=descending)

    def nothing_matches(self, where: str) -> Content | None:
        """Return why nothing was found `where`, and what can be done; None where nothing was searched for."""
        typed = clean(self.query_now.search.strip())
        if not typed and not self.query_now.filters:
            return None
        sentence = Content.assemble(f"No contact{where} matches")
        if typed:
            sentence += Content.assemble(" “", (typed, "bold"), "”")
        if not self.query_now.filters:
            return sentence + Content(".")
        sentence += Content(" with these filters." if typed else " these filters.")
        return sentence + Content.assemble("\n", self.press(does.Filters), " to change them.")

    # Filters

    def action_filters(self) -> None:
        """Choose the filters."""
        from segtui.tui.screens.filters.filter_form import FilterForm

        def chosen(filters: tuple[Filter, ...] | None) -> None:
            if filters is not None:
                self._filter(filters)

        self.app.push_screen(FilterForm(self.session, self.query_now, fields=self.filter_fields), chosen)

    def action_clear_filters(self) -> None:
        """Take all filters off."""
        self._filter(())

    @on(FilterChips.Opened)
    def _filters_clicked(self) -> None:
        self.action_filters()

    @on(FilterChips.Removed)
    def _filter_removed(self, event: FilterChips.Removed) -> None:
        self._filter(tuple(each for each in self.query_now.filters if each != event.filter))

    def _filter(self, filters: tuple[Filter, ...]) -> None:
        if filters == self.query_now.filters:
            return
        self.query_now = replace(self.query_now, filters=filters)
        self.query_one(FilterChips).filters = filters
        self.reload(same_rows=True)
        self.refresh_bindings()

    # A single contact

    @property
    def segment_shown(self) -> Segment | None:
        """The segment one is in, or None."""
        return None

    @property
    def segment_id(self) -> int | None:
        """The id of the segment one is in, or None."""
        return self.segment_shown.id if self.segment_shown else None

    @on(ResultTable.Opened)
    def action_open_contact(self) -> None:
        """Show everything about the contact under the cursor."""
        from segtui.tui.screens.contacts.contact_view import contact_screen

        if contact := self.row:
            self.app.push_screen(contact_screen(self.session, self.settings, contact, self.segment_shown))

    def action_edit_contact(self) -> None:
        """Edit the contact under the cursor; with marks, say that one contact is edited at a time."""
        from segtui.tui.screens.contacts.contact_form import ContactForm

        chosen = self.chosen
        if chosen is not None and chosen.contact is None:
            marked = self.table.marked_count
            unmark, unmark_all, edit = (
                key_shown(self.app, command) for command in (ToggleMark, MarkAll, does.EditContact)
            )
            self.say_refusal(
                f"{counted(marked, 'contact')} {_is(marked)} marked, and contacts are edited one at a time: take the "
                f"marks off ({unmark} on a row, {unmark_all} for all), then press {edit} on the one to edit."
            )
        elif contact := self.row:
            self.show_form(ContactForm(self.session, contact), "was saved")

    def show_form(self, form: "Form[Contact]", what: str) -> None:
        """Open a form of a contact, and afterwards say `what` happened to the contact."""
        query, session = self.query_now, self.session

        def told(contact: Contact, interrupt: Interrupt) -> Done:
            listed = contacts.is_listed(session, query, contact.id, interrupt)
            return Done(f"{contact.title} {what}.{'' if listed else _hidden(query)}", contact.id)

        def ended(contact: Contact | None) -> None:
            if contact is not None and (query.search.strip() or query.filters):
                self.requests.ask("told", lambda interrupt: told(contact, interrupt), keys_wait=True)
            elif contact is not None:
                self.post_message(Done(f"{contact.title} {what}.", contact.id))

        self.app.push_screen(form, ended)

    # To a file

    @property
    def export_name(self) -> str:
        """What the file is named after."""
        return "contacts"

    def what_is_listed(self) -> str:
        """Return in words which contacts are listed."""
        found = self.table.total
        parts = [f"“{self.query_now.search.strip()}”"] if self.query_now.search.strip() else []
        parts.extend(each.sentence for each in self.query_now.filters)
        listed = "All contacts that are listed" if found is None else f"{counted(found, 'contact')}, as listed"
        return f"{listed} ({', '.join(parts)})" if parts else listed

    def action_export_contacts(self) -> None:
        """Save what is marked, or what is listed, to a file."""
        query, session = self.query_now, self.session

        def write(target: "ExportTarget", interrupt: Interrupt, ids: Sequence[int] | None) -> int:
            from segtui.services.exports import exports

            return exports.export(session, query, target.path, target.form, interrupt, ids=ids)

        self.export_rows(self.what_is_listed(), self.export_name, "contact", write)


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _hidden(query: ContactQuery) -> str:
    """Return why a list with this query does not show a contact, and what shows it."""
    typed = clean(query.search.strip())
    if typed and query.filters:
        return f" The search “{typed}” or the filters hide it here: clear them to see it."
    if typed:
        return f" The search “{typed}” hides it here: clear the search to see it."
    return " The filters hide it here: clear them to see it."
