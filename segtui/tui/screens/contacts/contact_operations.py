"""What can be done to one contact from its own screen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import on
from textual.content import Content
from textual.message import Message

from segtui.config.settings import Settings
from segtui.domain.text import clean
from segtui.services import campaigns
from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import Contact
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment
from segtui.services.session import Session, company_of
from segtui.tui.screens.base.background_writes import KIND, Done
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.contacts.contact_form import ContactForm
from segtui.tui.screens.contacts.contact_questions import (
    clearing_refusal,
    do_not_call_question,
    remove_question,
    set_do_not_call,
    unchanged,
)
from segtui.tui.widgets.chrome.service_requests import Refused
from segtui.tui.widgets.forms.dialogs import Question, yes_or_no

# So many segments are named in the question whether to delete; of the others it says how many there are.
_NAMED = 5


class ContactActs(WorkScreen):
    """A screen about one contact, `contact`, which is in the segments `inside` as far as that is known yet."""

    @dataclass
    class Bound(Message):
        """The session in the contact's company, for the choice of a segment."""

        session: Session

    def __init__(self, session: Session, settings: Settings, contact: Contact, segment: Segment | None = None) -> None:
        super().__init__(session, settings)
        self._opener = session
        self.contact = contact
        self.segment = segment
        self.inside: Sequence[Segment] = ()
        self._is_leaving = False

    @property
    def history_key(self) -> str:
        """The contact, in the history of the session."""
        return f"contact {self.contact.id}"

    def show_change(self, cursor: int | None) -> None:
        """Show what was changed; go, where that took the contact away from here."""
        if self._is_leaving and cursor is not None:
            self.dismiss(None)
        else:
            self._is_leaving = False
            self.follow()

    def refused(self, event: Refused) -> None:
        """Say what could not be had or done."""
        super().refused(event)
        if event.kind == KIND:
            self._is_leaving = False

    def action_edit_contact(self) -> None:
        """Edit it."""

        def ended(contact: Contact | None) -> None:
            if contact is not None:
                self.post_message(Done(f"{contact.title} was saved."))

        self.app.push_screen(ContactForm(self.session, self.contact), ended)

    def action_mark_do_not_call(self) -> None:
        """Ask whether it is to be marked, or its mark cleared."""
        contact = self.contact
        if (refusal := clearing_refusal(self.session, contact)) is not None:
            self.say(refusal)
            return

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.do("Changing the mark", lambda _: Done(set_do_not_call(self.session, contact)))
            else:
                self.say(unchanged(contact))

        self.app.push_screen(do_not_call_question(contact, self.session), answered)

    def action_add_to_segment(self) -> None:
        """Choose the segment that it is to be added to."""
        company_id = self.contact.company_id

        def bind(_: Interrupt) -> Message:
            return self.Bound(self.session if self.session.company else company_of(self.session, company_id))

        self.requests.ask("bound", bind, keys_wait=True)

    @on(Bound)
    def _choose_segment(self, event: Bound) -> None:
        from segtui.tui.screens.segments.segment_target import SegmentTargetPicker, Target

        contact, session = self.contact, event.session

        def add(target: Target) -> Done:
            if isinstance(target, str):
                segments.create_with(session, target, [contact.id])
                return Done(f"“{target}” was created, with {contact.title} in it.")
            calls = campaigns.still_calling(session, target.id, [contact.id], joining=True)
            added = segments.add_contacts(session, target.id, [contact.id])
            done = "was added to" if added else "is already in"
            told = campaigns.calling_words(calls, joining=True, one=True)
            return Done(f"{contact.title} {done} “{target.name}”.{told}")

        def picked(target: Target | None) -> None:
            if target is not None:
                self.do("Adding the contact", lambda _: add(target))

        inside = self.segment.id if self.segment else None
        self.app.push_screen(SegmentTargetPicker(session, contact.title, besides=inside), picked)

    def action_delete_contact(self) -> None:
        """Ask whether it is to be deleted for good."""
        contact = self.contact

        def delete(_: Interrupt) -> Done:
            contacts.delete(self._opener, contact.id)
            return Done(f"{contact.title} was deleted for good.", contact.id)

        self._ask_and_leave(_delete_question(contact, self.inside), "Deleting the contact", delete, undoable=False)

    def action_delete_for_good(self) -> None:
        """Ask whether it is to be deleted for good."""
        self.action_delete_contact()

    def action_remove_contact(self) -> None:
        """Ask whether it is to leave the segment it was opened from."""
        contact, segment = self.contact, self.segment
        if segment is None:
            return

        def remove(_: Interrupt) -> Done:
            calls = campaigns.still_calling(self.session, segment.id, [contact.id])
            segments.remove_contacts(self._opener, segment.id, [contact.id])
            told = campaigns.calling_words(calls, joining=False, one=True)
            return Done(f"{contact.title} is no longer in “{segment.name}”.{told}", contact.id)

        self._ask_and_leave(remove_question(contact, segment), "Removing the contact", remove, undoable=True)

    def _ask_and_leave(
        self, question: Question, doing: str, call: Callable[[Interrupt], Done], *, undoable: bool
    ) -> None:
        """Ask; after a yes do what takes the contact away from here, and go back.

        It is undone on the screen that this one was opened from.
        """

        def answered(answer: str | None) -> None:
            if answer == "y":
                self._is_leaving = True
                self.do(doing, call, undoable=undoable, history=self._opener.history)

        self.app.push_screen(question, answered)


def _delete_question(contact: Contact, inside: Sequence[Segment]) -> Question:
    names = ", ".join(f"“{clean(each.name)}”" for each in inside[:_NAMED])
    more = f" and {len(inside) - _NAMED:,} more" if len(inside) > _NAMED else ""
    leaves = f"It is in {names}{more}, and leaves {'that' if len(inside) == 1 else 'them'}.\n" if inside else ""
    text = Content.assemble(
        "Delete ", (clean(contact.title), "bold"), f" for good?\n\n{leaves}",
        "What was known about the contact goes too. This cannot be undone.",
    )  # fmt: skip
    return yes_or_no("Delete the contact", text, "Delete for good", no="Keep it", dangerous=True)
