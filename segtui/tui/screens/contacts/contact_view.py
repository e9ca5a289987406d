"""The contact screen: last call, campaigns, all fields, segments, origin and history of one contact."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from segtui.config.settings import Settings
from segtui.domain.text import clean
from segtui.errors import NotFound
from segtui.services import campaigns
from segtui.services.audit import audit_queries
from segtui.services.audit.audit_queries import Entry
from segtui.services.campaigns import ContactCampaigns
from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import Contact
from segtui.services.interrupt import Interrupt
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.actions import contact_actions as does
from segtui.tui.actions.global_actions import UNDOING, Back
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.screens.admin.audit_words import history_facts
from segtui.tui.screens.base.background_writes import WRITE
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.base.collaborators import Holds
from segtui.tui.screens.contacts import contact_facts as facts
from segtui.tui.screens.contacts.contact_actions import ContactActions
from segtui.tui.widgets.chrome.glyphs import glyphs_for
from segtui.tui.widgets.chrome.scrolling import ScrolledText
from segtui.tui.widgets.chrome.service_requests import Refused
from segtui.tui.widgets.chrome.title_bar import TitleBar
from segtui.tui.widgets.forms.fact_list import FactList

TWO_COLUMNS = 100
"""Cells of terminal width from which two columns of fields have room."""

_REST_OF_TITLE = 20
"""Cells of the title line beside the title path."""

_BEGINNING = (does.EditContact, does.MarkDoNotCall, does.AddToSegment)
_END = (*UNDOING, Back, *IN_SECTIONS)


class ContactScreen(WorkScreen):
    """One contact, opened from the list of all: `d` deletes it, as it does there."""

    commands = (*_BEGINNING, does.DeleteContact, *_END)
    AUTO_FOCUS = "#contact"
    contact_actions = Holds(ContactActions)

    @dataclass
    class Loaded(Message):
        """The current contact, its campaigns, segments and history, and the imports that created and marked it."""

        contact: Contact
        called: ContactCampaigns
        segments: Sequence[Segment]
        origin: str
        marked_by: str
        history: Sequence[Entry]

    def __init__(self, session: Session, settings: Settings, contact: Contact, segment: Segment | None = None) -> None:
        super().__init__(session, settings)
        self.opener = session
        """The session of the screen that this one was opened from, with the history of that screen."""
        self.contact = contact
        self.segment = segment
        """The segment that the contact was opened from."""
        self.segments: Sequence[Segment] = ()
        """The segments that the contact is in, once they are read."""

    @property
    def history_key(self) -> str:
        """The contact, in the history of the session."""
        return f"contact {self.contact.id}"

    @property
    def history_title(self) -> str:
        """The contact by its name."""
        return f"Contacts > {self.contact.title}"

    def compose_body(self) -> ComposeResult:
        """Lay out the fields and, beside or below them, the segments and calls; then the rest."""
        with ScrolledText(id="contact"):
            yield Static(id="warning", markup=False)
            yield Static(id="last-call", markup=False)
            with Horizontal(id="fields"):
                with Vertical(id="own"):
                    yield FactList(id="person")
                    yield FactList(classes="place wide")
                with Vertical(id="related"):
                    yield FactList(heading="Segments and origin", id="origin")
                    yield FactList(heading="Campaigns", id="called")
            # Where there is one column, the segments stand above what is asked for less often.
            yield FactList(classes="place narrow")
            yield FactList(heading="Custom fields", id="custom")
            yield FactList(heading="History", id="history")

    def on_mount(self) -> None:
        """Show the contact as it is known already, and read the rest."""
        self.query_one("#last-call").display = False
        self._show(self.contact)
        self.follow()

    def on_resize(self, event: events.Resize) -> None:
        """Put the columns below each other where they would be too narrow, and shorten the title."""
        self.query_one("#contact").set_class(event.size.width < TWO_COLUMNS, "-narrow")
        self._show_title(event.size.width)

    def follow(self) -> None:
        """Read the contact again."""
        self.requests.ask("contact", self._load)

    def _load(self, interrupt: Interrupt) -> Message:
        contact = contacts.get(self.session, self.contact.id)
        called = campaigns.of_contact(self.session, contact.id, interrupt=interrupt)
        origin = "added by hand" if contact.import_id is None else self._import(contact.import_id)
        marked_in = facts.import_that_marked(contact)
        marked_by = facts.set_by(contact, self._import(marked_in) if marked_in is not None else "")
        history = audit_queries.of_contact(self.session, contact.id)
        return self.Loaded(contact, called, contacts.segments_of(self.session, contact.id), origin, marked_by, history)

    def _import(self, import_id: int) -> str:
        from segtui.services import imports

        try:
            record = imports.get(self.session, import_id)
        except NotFound:
            return f"import {import_id}"
        return f"import {record.id} of {record.file}, {self.settings.shown_time(record.started_at)}"

    @on(Loaded)
    def _loaded(self, event: Loaded) -> None:
        self.segments = event.segments
        self._show(event.contact, marked_by=event.marked_by)
        self._show_calls(event.called)
        self.query_one("#origin", FactList).facts = facts.origin_facts(event.segments, event.origin)
        self.query_one("#history", FactList).facts = history_facts(event.history, self.settings.shown_time)

    def _show(self, contact: Contact, *, marked_by: str = "") -> None:
        self.contact = contact
        self._show_title(self.size.width)
        warning = self.query_one("#warning", Static)
        by = marked_by or facts.set_by(contact)
        reason = f": marked as do not call by {clean(by)}" if by else ""
        warning.update(Content(f"Must not be called{reason}"))
        warning.display = contact.do_not_call
        self.query_one("#person", FactList).facts = facts.person_facts(contact)
        for fact_list in self.query(".place").results(FactList):
            fact_list.facts = facts.place_facts(contact, self.settings.shown_time)
        self.query_one("#custom", FactList).facts = facts.custom_facts(contact)

    def _show_calls(self, called: ContactCampaigns) -> None:
        last = self.query_one("#last-call", Static)
        last.update(Content(facts.last_call(called, self.settings.shown_time)))
        last.display = bool(called.campaigns)
        self.query_one("#called", FactList).facts = facts.called_facts(called, self.settings.shown_time)

    def _show_title(self, width: int) -> None:
        """Show the title path; where it is too long, the contact's name is kept."""
        above = ["Segments", clean(self.segment.name)] if self.segment else ["Contacts"]
        title = clean(self.contact.title)
        path = " > ".join([*above, title])
        if len(path) > width - _REST_OF_TITLE and len(above) > 1:
            path = " > ".join([above[0], "..." if glyphs_for(self.app).ascii_only else "…", title])
        self.query_one(TitleBar).place = path

    def show_change(self, cursor: int | None) -> None:
        """Show a change made here; go back where it took the contact away."""
        if self.contact_actions.is_leaving and cursor is not None:
            self.dismiss(None)
        else:
            self.contact_actions.is_leaving = False
            self.follow()

    def refused(self, event: Refused) -> None:
        """Say that a request failed; go back from a contact that was deleted."""
        super().refused(event)
        if event.kind == WRITE:
            self.contact_actions.is_leaving = False
        if event.kind == "contact" and isinstance(event.error, NotFound):
            self.dismiss(None)


class MemberScreen(ContactScreen):
    """One contact, opened from a segment: `d` removes it from that segment."""

    commands = (*_BEGINNING, does.RemoveContact, does.DeleteForGood, *_END)


def contact_screen(
    session: Session, settings: Settings, contact: Contact, segment: Segment | None = None
) -> ContactScreen:
    """Return the screen of a contact, opened from a segment or from the list of all contacts."""
    kind = ContactScreen if segment is None else MemberScreen
    return kind(session, settings, contact, segment)
