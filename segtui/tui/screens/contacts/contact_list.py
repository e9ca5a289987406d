"""The base of the lists of contacts: search, filters, marks, and the way to a single contact."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content
from textual.reactive import var
from textual.widget import Widget

from segtui.config.settings import Settings
from segtui.domain.criteria.tree import fields_of
from segtui.domain.text import clean, counted
from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import Contact, ContactQuery
from segtui.services.contacts.known_order import OrderMemory
from segtui.services.contacts.ordered_search import KnownOrderListing
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.actions import contact_actions as does
from segtui.tui.actions.action import Command
from segtui.tui.actions.global_actions import (
    MARKING,
    SEARCHING,
    UNDOING,
    Back,
    ChooseColumns,
    Copy,
    MarkAll,
    ReverseSort,
    Sort,
    ToggleMark,
)
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import Holds
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.screens.contacts.column_choice import ColumnChoice
from segtui.tui.screens.contacts.contact_filters import ContactFilters
from segtui.tui.screens.contacts.contact_list_actions import ContactListActions
from segtui.tui.screens.contacts.contact_selection import ContactSelection
from segtui.tui.screens.contacts.contact_views import ContactViews
from segtui.tui.screens.contacts.list_rule import ListRule, rule_of
from segtui.tui.screens.do_not_call.do_not_call_link import DoNotCallLink
from segtui.tui.screens.filters.filter_context import FilterPart
from segtui.tui.widgets.chrome.key_bar import keys_shown
from segtui.tui.widgets.chrome.title_bar import TitleBar
from segtui.tui.widgets.forms.filter_chips import FilterChips
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn

if TYPE_CHECKING:
    from segtui.tui.screens.shared.export_form import ExportTarget
    from segtui.tui.widgets.forms.form import Form

ON_CONTACTS = (
    does.AddToSegment,
    *MARKING,
    *SEARCHING,
    does.Filters,
    does.ShowFrequency,
    does.Views,
    *UNDOING,
    does.MarkDoNotCall,
    does.ShowDoNotCall,
    does.ExportContacts,
    Copy,
    Sort,
    ReverseSort,
    ChooseColumns,
    does.RemoveFilter,
    does.ClearFilters,
    does.CopyFilters,
    does.SaveView,
    does.RenameView,
    does.DeleteView,
    does.MakeViewLive,
)
"""The commands of every list of contacts, in the order of the footer; the screens add theirs before and behind."""


class ListedContactActions(ContactListActions["ContactListScreen", Contact]):
    """Acts on the selected contacts of a list of contacts."""

    @property
    def query(self) -> ContactQuery:
        """The query for the contacts that are listed."""
        return self.screen.query_now

    @property
    def segment_id(self) -> int | None:
        """The segment that the list shows, or None."""
        return self.screen.segment_id

    def list_rule(self, selection: ContactSelection) -> ListRule:
        """Return the rule of what the list shows, where nothing is marked or all that match."""
        is_all = isinstance(selection.which, ContactQuery) and not selection.besides
        is_partial = bool(self.screen.table.marked_count) and not is_all
        return rule_of(self.query, self.screen.segment_shown, is_partial=is_partial)

    def contact_of(self, row: Contact) -> Contact:
        """Return the contact."""
        return row

    def edit_one(self, contact: Contact) -> None:
        """Edit a contact in its form, and say afterwards what hides it."""
        from segtui.tui.screens.contacts.contact_form import ContactForm

        self.screen.show_form(ContactForm(self.session, contact), "was saved")

    @property
    def leaves_live_segment(self) -> bool:
        """True where the list shows a live segment."""
        segment = self.screen.segment_shown
        return segment is not None and segment.live


class ContactListScreen(ListScreen[Contact]):
    """A list of contacts."""

    row_names = ("contact", "contacts")
    search_hint = "Search in every column but the date"
    needs_row = (
        does.OpenContact,
        does.EditContact,
        does.RemoveContact,
        does.DeleteContact,
        does.AddToSegment,
        does.MarkDoNotCall,
        does.ExportContacts,
        does.ShowFrequency,
        ToggleMark,
        MarkAll,
        Copy,
    )
    query_now: var[ContactQuery] = var(ContactQuery)
    export_name = "contacts"
    """The name of an exported file."""

    filters = Holds(ContactFilters)
    views = Holds(ContactViews)
    contact_actions = Holds(ListedContactActions)
    column_choice = Holds(ColumnChoice)
    do_not_call_link = Holds(DoNotCallLink)

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__(session, settings)
        self._order_memory = OrderMemory()

    def compose_between(self) -> Iterable[Widget]:
        """Yield the filters in force."""
        yield FilterChips(key=keys_shown(self.app, does.Filters), id="filters")

    @property
    def selection(self) -> ContactSelection | None:
        """The contacts that a command acts on: the marked ones, or else the one under the cursor."""
        return self.contact_actions.selection

    # The rows

    @property
    def filtered(self) -> bool:
        """True while a filter leaves contacts out."""
        return self.query_now.criteria is not None

    def show_everything(self) -> None:
        """Clear the search and the filters, for the next `reload`."""
        super().show_everything()
        self.filters.take(None, ())

    def listing(self, interrupt: Interrupt) -> Listing[Contact]:
        """Return the contacts that match."""
        further = self.column_choice.further
        self._end_search_when_left()
        listing = contacts.listing(self.session, self.query_now, interrupt, further)
        return KnownOrderListing(listing, self.session, self.query_now, interrupt, further, self._order_memory)

    def on_descendant_focus(self) -> None:
        """Index the order of the list for the first search, before its first key comes."""
        if self.typing and not self._order_memory.is_searching:
            self.requests.read("order", lambda _: self._order_memory.begin_search(), lambda _: None)

    def on_descendant_blur(self) -> None:
        """Give back the memory of a search whose box was left empty."""
        self._end_search_when_left()

    def on_unmount(self) -> None:
        """Stop reading the order of a list that is gone."""
        self._order_memory.stop_reading()

    def _end_search_when_left(self) -> None:
        if not self.typing and not self.query_now.search:
            self._order_memory.end_search()

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return a function for a thread. Its value differs after every change that the list shows."""
        session, segment_id, query = self.session, self.segment_followed, self.query_now
        fields = {*self.column_choice.further, query.sort, *fields_of(query.criteria)}

        def read(interrupt: Interrupt) -> object:
            from segtui.services import change_watcher

            return (change_watcher.state_of(session, segment_id, interrupt, fields),)

        return read

    def count_all(self) -> int:
        """Return the number of contacts without search and filters."""
        return contacts.total(self.session, self.segment_id)

    def nothing_matches(self, where: str) -> Content | None:
        """Return the text of an empty result `where` nothing matches; None without a search and filters."""
        typed = clean(self.query_now.search.strip())
        if not typed and not self.query_now.criteria:
            return None
        sentence = Content.assemble(f"No contact{where} matches")
        if typed:
            sentence += Content.assemble(" “", (typed, "bold"), "”")
        if not self.query_now.criteria:
            return sentence + Content(".")
        sentence += Content(" with these filters." if typed else " these filters.")
        return sentence + self.filters.hint + Content.assemble("\n", self.press(does.Filters), " to change them.")

    # Columns

    def recall(self) -> None:
        """Take the remembered columns, then the order by one of them."""
        self.column_choice.recall()
        super().recall()

    @property
    def hidden(self) -> frozenset[str]:
        """The keys of the columns that are not shown: those of a view, or of the user's choice."""
        of_view = self.column_choice.hidden_by_view
        return super().hidden if of_view is None else self.left_out | of_view

    def offered_columns(self, interrupt: Interrupt) -> Sequence[TableColumn[Contact]]:
        """Return the columns of every field, the company's custom fields last."""
        return self.column_choice.offered(interrupt)

    def show_columns(self, hidden: frozenset[str]) -> None:
        """Show the offered columns but for those that are `hidden`, and remember it."""
        super().show_columns(self.column_choice.show(hidden))

    def columns_chosen(self) -> None:
        """Read the values of columns that were not shown before."""
        if self.column_choice.drop_unknown():
            self.reload(cursor=self.table.cursor_id, same_rows=True)
        self.show_title()

    def show_title(self) -> None:
        """Show the place in the title line, with the name of the view that the list shows."""
        name = self.views.current_name
        self.query_one(TitleBar).place = f"{self.title_path} > {name}" if name else self.title_path

    def action_back(self) -> None:
        """Leave the view that the list shows; without one, go back."""
        if self.views.is_shown:
            self.views.leave()
        else:
            super().action_back()

    def label_of(self, command: type[Command]) -> str:
        """Return the words of a command in the footer; escape leaves a view first."""
        return "Leave the view" if command is Back and self.views.is_shown else super().label_of(command)

    def watch_query_now(self) -> None:
        """Update the name of the view, which goes when the list differs from it."""
        if self.is_mounted:
            self.show_title()

    # Filters

    @on(ResultTable.Counted)
    def _explain_nothing(self, event: ResultTable.Counted) -> None:
        if event.total == 0:
            self.filters.find_excluding_filter()

    @on(FilterChips.Opened)
    def _filters_clicked(self) -> None:
        self.filters.action_filters()

    @on(FilterChips.Removed)
    def _filter_removed(self, event: FilterChips.Removed) -> None:
        if isinstance(event.filter, FilterPart):
            self.filters.remove(event.filter)

    # A single contact

    @property
    def segment_shown(self) -> Segment | None:
        """The segment that the list shows, or None."""
        return None

    @property
    def segment_id(self) -> int | None:
        """The id of the segment that the list shows, or None."""
        return self.segment_shown.id if self.segment_shown else None

    @on(ResultTable.Opened)
    def action_open_contact(self) -> None:
        """Show everything about the contact under the cursor."""
        if contact := self.row:
            self.show_contact(contact)

    def show_contact(self, contact: Contact) -> None:
        """Show a contact on top of this list."""
        from segtui.tui.screens.contacts.contact_view import contact_screen

        self.app.push_screen(contact_screen(self.session, self.settings, contact, self.segment_shown))

    @flow
    async def show_form(self, form: "Form[Contact]", done: str) -> None:
        """Open the form of a contact, and say afterwards that it is `done`, and what hides it."""
        await self.edit_in(form, done)

    async def edit_in(self, form: "Form[Contact]", done: str) -> None:
        """Do the same as `show_form`, within a flow."""
        query, session = self.query_now, self.session
        contact = await self.ask(form)
        if contact is None:
            return
        is_listed = True
        if query.search.strip() or query.criteria is not None:
            is_listed = await self.read(lambda interrupt: contacts.is_listed(session, query, contact.id, interrupt))
        self.post_message(
            Done(f"{contact.title} {done}.{'' if is_listed else self.list_search.hides(contact.id)}", contact.id)
        )

    # To a file

    def listed_words(self) -> str:
        """Return a description of the listed contacts."""
        total = None if self.table.is_outdated else self.table.total
        parts = [f"“{self.query_now.search.strip()}”"] if self.query_now.search.strip() else []
        parts.extend(self.filters.sentences)
        listed = "All contacts that are listed" if total is None else f"{counted(total, 'contact')}, as listed"
        return f"{listed} ({', '.join(parts)})" if parts else listed

    def action_export_contacts(self) -> None:
        """Save the marked contacts, or all that are listed, to a file."""
        query, session = self.query_now, self.session

        def write(target: "ExportTarget", interrupt: Interrupt, ids: Sequence[int] | None) -> int:
            from segtui.services.exports import exports

            return exports.export(session, query, target.path, target.form, interrupt, ids=ids)

        self.exporter.export(self.listed_words(), self.export_name, "contact", write)


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
