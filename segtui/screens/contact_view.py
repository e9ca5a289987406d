"""A contact: all its fields, its custom fields, the segments it is in, the import it came from."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from segtui.commands import contacts as does
from segtui.commands.everywhere import EVERYWHERE, Back
from segtui.config import Settings
from segtui.contact import LABELS
from segtui.screens.base import WorkScreen
from segtui.screens.contact_form import ContactForm
from segtui.screens.contact_questions import do_not_call_question, remove_question, set_do_not_call
from segtui.services import contacts, segments
from segtui.services.contacts import Contact
from segtui.services.segments import Segment
from segtui.services.session import Interrupt, Session
from segtui.text import clean
from segtui.widgets.title_bar import TitleBar

_LEFT = ("phone", "email", "organization", "job_title", "source", "status")
_RIGHT = ("address", "city", "state", "postal_code", "country", "timezone")

Facts = Sequence[tuple[str, str]]
"""Labels with what stands beside them, as it came from outside."""


class ContactScreen(WorkScreen):
    """One contact; opened from `segment`, which it can be removed from."""

    commands = (does.EditContact, does.MarkDoNotCall, does.RemoveContact, Back, *EVERYWHERE)
    AUTO_FOCUS = "#contact"

    @dataclass
    class Loaded(Message):
        """The contact as it is now, the segments it is in, and the sentence about where it came from."""

        contact: Contact
        segments: Sequence[Segment]
        origin: str

    @dataclass
    class Changed(Message):
        """Something was done to it, which this sentence says."""

        sentence: str

    @dataclass
    class Removed(Message):
        """It is in the segment no longer, which this sentence says."""

        sentence: str

    def __init__(self, session: Session, settings: Settings, contact: Contact, segment: Segment) -> None:
        super().__init__(session, settings)
        self.contact = contact
        self.segment = segment

    def compose_body(self) -> ComposeResult:
        """Lay out the fields in two columns, and below them what there is any number of."""
        with VerticalScroll(id="contact"):
            yield Static(id="warning", markup=False)
            with Horizontal(id="fields"):
                yield Vertical(id="left")
                yield Vertical(id="right")
            yield Vertical(id="custom")
            yield Vertical(id="more")

    async def on_mount(self) -> None:
        """Show what is known already, and ask for the rest."""
        await self._show(self.contact)
        self._load()

    def _load(self) -> None:
        self.requests.ask("contact", self._loaded)

    def _loaded(self, _: Interrupt) -> Message:
        contact = contacts.get(self.session, self.contact.id)
        origin = "added by hand"
        if contact.import_id is not None:
            from segtui.services import imports

            record = imports.get(self.session, contact.import_id)
            origin = f"import {record.id} of {record.file}, {self.settings.local(record.started_at):%Y-%m-%d %H:%M}"
        return self.Loaded(contact, contacts.segments_of(self.session, contact.id), origin)

    async def _show(self, contact: Contact) -> None:
        self.contact = contact
        self.query_one(TitleBar).place = f"Segments > {self.segment.name} > {contact.title}"
        warning = self.query_one("#warning", Static)
        warning.display = contact.do_not_call
        by = f", set by {contact.do_not_call_by}" if contact.do_not_call_by else ""
        warning.update(Content(clean(f"Must not be called (do not call{by})")))
        local = self.settings.local
        times = (
            (LABELS["added"], f"{local(contact.created_at):%Y-%m-%d %H:%M}"),
            (LABELS["updated"], f"{local(contact.updated_at):%Y-%m-%d %H:%M}"),
        )
        await self._fill("#left", [(LABELS["name"], contact.name), *_values(contact, _LEFT)])
        await self._fill("#right", [*_values(contact, _RIGHT), times[0], times[1]])
        await self._fill("#custom", list(contact.custom_fields.items()), heading="Custom fields")

    @on(Loaded)
    async def _show_all(self, event: Loaded) -> None:
        if event.contact != self.contact:
            await self._show(event.contact)
        names = [f"{each.name} (archived)" if each.archived else each.name for each in event.segments]
        facts = [("Segments" if place == 0 else "", name) for place, name in enumerate(names or ["none"])]
        await self._fill("#more", [*facts, ("Came from", event.origin)], heading="Where it is")

    async def _fill(self, where: str, facts: Facts, *, heading: str = "") -> None:
        box = self.query_one(where, Vertical)
        box.display = bool(facts)
        await box.remove_children()
        lines: list[Static | FactLine] = [Static(Content(heading), classes="heading")] if heading else []
        await box.mount_all([*lines, *(FactLine(label, value) for label, value in facts)])

    @on(Changed)
    def _changed(self, event: Changed) -> None:
        self.say(event.sentence)
        self._load()

    @on(Removed)
    def _removed(self, event: Removed) -> None:
        self.say(event.sentence)
        self.dismiss(None)

    def action_edit_contact(self) -> None:
        """Edit it."""

        def ended(contact: Contact | None) -> None:
            if contact is not None:
                self.post_message(self.Changed(f"{contact.title} was saved."))

        self.app.push_screen(ContactForm(self.session, self.contact), ended)

    def action_mark_do_not_call(self) -> None:
        """Ask whether it is to be marked, or its mark cleared."""

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.requests.ask("write", lambda _: self.Changed(set_do_not_call(self.session, self.contact)))

        self.app.push_screen(do_not_call_question(self.contact), answered)

    def action_remove_contact(self) -> None:
        """Ask whether it is to leave the segment."""

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.requests.ask("write", self._remove)

        self.app.push_screen(remove_question(self.contact, self.segment), answered)

    def _remove(self, _: Interrupt) -> Message:
        segments.remove_contacts(self.session, self.segment.id, [self.contact.id])
        return self.Removed(f"{self.contact.title} is no longer in “{self.segment.name}”.")


class FactLine(Horizontal):
    """A label and what stands beside it, wrapped under itself; a dash where there is nothing."""

    def __init__(self, label: str, value: str) -> None:
        shown = Content(clean(value)) if value else Content.styled("-", "$foreground-muted")
        super().__init__(
            Static(Content(clean(label)), classes="fact-label"), Static(shown, classes="fact-value"), classes="fact"
        )


def _values(contact: Contact, names: Sequence[str]) -> Facts:
    return [(LABELS[name], getattr(contact, name)) for name in names]
