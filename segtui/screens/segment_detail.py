"""A segment: what it is, and its contacts."""

from dataclasses import dataclass, replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static

from segtui.commands import contacts as does
from segtui.commands.command import Command
from segtui.commands.everywhere import EVERYWHERE, Back, ReverseSort, Search, Sort
from segtui.commands.segments import EditThisSegment
from segtui.config import Settings
from segtui.contact import SIZE_ADVICE
from segtui.screens.contact_columns import contact_columns
from segtui.screens.contact_form import ContactForm
from segtui.screens.contact_questions import do_not_call_question, remove_question, set_do_not_call
from segtui.screens.contact_view import ContactScreen
from segtui.screens.export_form import ExportForm
from segtui.screens.listed import ListScreen
from segtui.screens.segment_form import SegmentForm
from segtui.services import contacts, segments
from segtui.services.contacts import Contact, ContactQuery
from segtui.services.listing import Listing
from segtui.services.segments import Segment
from segtui.services.session import Interrupt, Session
from segtui.text import clean
from segtui.widgets.result_table import ResultTable
from segtui.widgets.search_box import ResultCount, SearchBox
from segtui.widgets.title_bar import TitleBar

_NEEDS_CONTACT = {does.OpenContact, does.EditContact, does.RemoveContact, does.MarkDoNotCall, does.ExportContacts}


class SegmentDetailScreen(ListScreen[Contact]):
    """One segment and its contacts."""

    commands = (
        does.OpenContact,
        does.AddContact,
        does.EditContact,
        does.RemoveContact,
        does.MarkDoNotCall,
        Search,
        Sort,
        ReverseSort,
        does.ImportHere,
        does.ExportContacts,
        EditThisSegment,
        Back,
        *EVERYWHERE,
    )

    query_now: var[ContactQuery] = var(ContactQuery)

    @dataclass
    class Refreshed(Message):
        """The segment as it is now."""

        segment: Segment

    @dataclass
    class Changed(Message):
        """Something was done: the sentence, and the contact the cursor belongs on."""

        sentence: str
        cursor: int | None

    def __init__(self, session: Session, settings: Settings, segment: Segment) -> None:
        super().__init__(session, settings)
        self.segment = segment
        self.query_now = ContactQuery(segment_id=segment.id)

    def compose_body(self) -> ComposeResult:
        """Lay out what the segment is, the search line and the table."""
        with Vertical(id="about"):
            yield Static(id="description", markup=False)
            yield Static(id="facts", markup=False)
        with Horizontal(id="search-line"):
            yield Static("/", id="prompt")
            yield SearchBox(placeholder="Search in every column but the date", id="search")
            yield ResultCount(one="contact", many="contacts", id="count")
        yield ResultTable(contact_columns(self.settings.local), found_in=True, markable=False, id="rows")

    def on_mount(self) -> None:
        """Say what the segment is, and show its contacts."""
        self._show_segment(self.segment)
        super().on_mount()

    def offers(self, command: type[Command]) -> bool:
        """Offer what needs a contact only where there is one."""
        if command in _NEEDS_CONTACT and not self.has_row:
            return False
        return super().offers(command)

    # What is shown

    def _show_segment(self, segment: Segment) -> None:
        self.segment = segment
        name = f"Segments > {segment.name}"
        self.query_one(TitleBar).place = f"{name} (archived)" if segment.archived else name
        description = self.query_one("#description", Static)
        description.update(Content(clean(segment.description)))
        description.display = bool(segment.description)
        contacts_ = "1 contact" if segment.contacts == 1 else f"{segment.contacts:,} contacts"
        self.query_one("#facts", Static).update(
            Content.assemble(
                (contacts_, "bold"),
                (f"   {segment.size}: {SIZE_ADVICE[segment.size]}", ""),
                (f"   created {self.settings.local(segment.created_at):%Y-%m-%d}", "$foreground-muted"),
            )
        )

    def listing(self, interrupt: Interrupt) -> Listing[Contact]:
        """Return the contacts asked for."""
        return contacts.listing(self.session, self.query_now, interrupt)

    def count_all(self) -> int:
        """Return how many there are without the search."""
        return contacts.total(self.session, self.segment.id)

    def nothing_found(self) -> Content:
        """Say why there is none and what to do."""
        typed = clean(self.query_now.search.strip())
        if typed:
            return Content.assemble("No contact of this segment matches “", (typed, "bold"), "”.")
        if not self.session.can_write:
            return Content("There is no contact in this segment yet.")
        return Content.assemble(
            "There is no contact in this segment yet.\nPress ",
            ("i", "bold"),
            " to import a file into it, or ",
            ("n", "bold"),
            " to add one by hand.",
        )

    def search_for(self, typed: str) -> None:
        """Take what was typed into the query."""
        self.query_now = replace(self.query_now, search=typed)

    def sort_by(self, sort: str, *, descending: bool) -> None:
        """Take an order into the query."""
        self.query_now = replace(self.query_now, sort=sort, descending=descending)

    def reload(self, *, cursor: int | None = None, same_rows: bool = False) -> None:
        """Ask anew for the contacts and, unless it is only their order that changed, for the segment."""
        super().reload(cursor=cursor, same_rows=same_rows)
        if not same_rows:
            self.requests.ask("segment", lambda _: self.Refreshed(segments.get(self.session, self.segment.id)))

    @on(Refreshed)
    def _refreshed(self, event: Refreshed) -> None:
        if event.segment != self.segment:
            self._show_segment(event.segment)

    @on(Changed)
    def _changed(self, event: Changed) -> None:
        self.say(event.sentence)
        self.reload(cursor=event.cursor or self.table.cursor_id)

    # What the commands do

    @on(ResultTable.Opened)
    def action_open_contact(self) -> None:
        """Show everything about the contact under the cursor."""
        if contact := self.row:
            self.went_away()
            self.app.push_screen(ContactScreen(self.session, self.settings, contact, self.segment))

    def action_add_contact(self) -> None:
        """Add a contact by hand."""
        self._show_form(ContactForm(self.session, segment_id=self.segment.id), "was added")

    def action_edit_contact(self) -> None:
        """Edit the contact under the cursor."""
        if contact := self.row:
            self._show_form(ContactForm(self.session, contact), "was saved")

    def _show_form(self, form: ContactForm, what: str) -> None:
        def ended(contact: Contact | None) -> None:
            if contact is not None:
                self.post_message(self.Changed(f"{contact.title} {what}.", contact.id))

        self.app.push_screen(form, ended)

    def action_remove_contact(self) -> None:
        """Ask whether the contact under the cursor is to leave the segment."""
        contact = self.row
        if contact is None:
            return

        def write(_: Interrupt) -> Message:
            segments.remove_contacts(self.session, self.segment.id, [contact.id])
            return self.Changed(f"{contact.title} is no longer in this segment.", None)

        self.app.push_screen(
            remove_question(contact, self.segment),
            lambda answer: self.requests.ask("write", write) if answer == "y" else None,
        )

    def action_mark_do_not_call(self) -> None:
        """Ask whether the contact under the cursor is to be marked, or its mark cleared."""
        contact = self.row
        if contact is None:
            return

        def write(_: Interrupt) -> Message:
            return self.Changed(set_do_not_call(self.session, contact), contact.id)

        self.app.push_screen(
            do_not_call_question(contact),
            lambda answer: self.requests.ask("write", write) if answer == "y" else None,
        )

    def action_edit_this_segment(self) -> None:
        """Edit the segment itself."""

        def ended(segment: Segment | None) -> None:
            if segment is not None:
                self._show_segment(segment)
                self.say(f"“{segment.name}” was saved.")

        self.app.push_screen(SegmentForm(self.session, self.segment), ended)

    def action_import_here(self) -> None:
        """Import a file into this segment."""
        from segtui.screens.import_flow import ImportScreen

        self.app.push_screen(
            ImportScreen(self.session, self.segment), lambda _: self.reload(cursor=self.table.cursor_id)
        )

    def action_export_contacts(self) -> None:
        """Save what is listed to a file."""

        def ended(sentence: str | None) -> None:
            if sentence:
                self.say(sentence)

        self.app.push_screen(ExportForm(self.session, self.query_now, self.segment.name), ended)
