"""Contact actions: the commands on the contact of a contact screen."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from segtui.services import campaigns
from segtui.services.contacts import contacts
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.segments.segment_rows import live_sentence
from segtui.services.segments.segments import Segment
from segtui.services.session import Session, company_of
from segtui.tui.actions.action import Command
from segtui.tui.actions.contact_actions import EditContact, RemoveContact
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.contacts import contact_questions as questions
from segtui.tui.screens.contacts.contact_form import ContactForm
from segtui.tui.widgets.chrome.key_bar import key_shown
from segtui.tui.widgets.forms.dialogs import Question

if TYPE_CHECKING:
    from segtui.tui.screens.contacts.contact_view import ContactScreen


class ContactActions(Collaborator["ContactScreen"]):
    """Acts on the contact that is shown."""

    def __init__(self, screen: "ContactScreen") -> None:
        super().__init__(screen)
        self.is_leaving = False
        """Whether a change is under way that takes the contact away from this screen."""

    @flow
    async def action_edit_contact(self) -> None:
        """Edit the contact."""
        saved = await self.screen.ask(ContactForm(self.session, self.screen.contact))
        if saved is not None:
            self.screen.post_message(Done(f"{saved.title} was saved."))

    @flow
    async def action_mark_do_not_call(self) -> None:
        """Mark the contact as do not call, or clear its mark, after a question."""
        screen, session, contact = self.screen, self.session, self.screen.contact
        if (refusal := questions.clearing_refusal(session, contact)) is not None:
            screen.say(refusal)
        elif await screen.ask(questions.do_not_call_question(contact, session)) == "y":
            screen.do("Changing the mark", lambda _: Done(questions.set_do_not_call(session, contact)))
        else:
            screen.say(questions.unchanged(contact))

    @flow
    async def action_add_to_segment(self) -> None:
        """Ask for the segment that the contact is added to, and add it."""
        from segtui.tui.screens.segments.segment_target import SegmentTargetPicker, Target

        contact, opened_from = self.screen.contact, self.screen.segment

        def read(_: Interrupt) -> Session:
            return self.session if self.session.company else company_of(self.session, contact.company_id)

        session = await self.screen.read(read)
        picker = SegmentTargetPicker(session, contact.title, besides=opened_from.id if opened_from else None)
        target = await self.screen.ask(picker)

        def add(target: Target) -> Done:
            if not isinstance(target, Segment):
                segments.create_with(session, target.name, [contact.id])
                return Done(f"“{target.name}” was created, with {contact.title} in it.")
            calls = campaigns.still_calling(session, target.id, [contact.id], joining=True)
            added = segments.add_contacts(session, target.id, [contact.id])
            done = "was added to" if added else "is already in"
            consequence = campaigns.calling_words(calls, joining=True, one=True)
            return Done(f"{contact.title} {done} “{target.name}”.{consequence}")

        if target is not None:
            self.screen.do("Adding the contact", lambda _: add(target))

    def action_delete_contact(self) -> None:
        """Delete the contact for good, after a question."""
        screen, contact = self.screen, self.screen.contact

        def delete(_: Interrupt) -> Done:
            contacts.delete(screen.opener, contact.id)
            return Done(f"{contact.title} was deleted for good.", contact.id)

        question = questions.delete_from_segments_question(contact, screen.segments)
        self._ask_and_leave(question, "Deleting the contact", delete, undoable=False)

    def action_delete_for_good(self) -> None:
        """Delete the contact for good, after a question."""
        self.action_delete_contact()

    def offers(self, command: type[Command]) -> bool:
        """Offer to remove the contact from a fixed segment only."""
        return not self._is_refused(command)

    def explains(self, command: type[Command]) -> bool:
        """Say why a contact is not removed from a live segment."""
        return self.session.can_write and self._is_refused(command)

    def _is_refused(self, command: type[Command]) -> bool:
        segment = self.screen.segment
        return command is RemoveContact and segment is not None and segment.live

    def action_remove_contact(self) -> None:
        """Remove the contact from the segment that it was opened from, after a question."""
        screen, contact, segment, session = self.screen, self.screen.contact, self.screen.segment, self.session
        if segment is None:
            return
        if segment.live:
            edit = key_shown(screen.app, EditContact)
            screen.say_refusal(
                f"{live_sentence(segment.name)} To take {contact.title} out, edit the contact ({edit}) so that it does "
                "not satisfy the rule, or go back and change the rule."
            )
            return

        def remove(_: Interrupt) -> Done:
            calls = campaigns.still_calling(session, segment.id, [contact.id])
            segments.remove_contacts(screen.opener, segment.id, [contact.id])
            consequence = campaigns.calling_words(calls, joining=False, one=True)
            return Done(f"{contact.title} is no longer in “{segment.name}”.{consequence}", contact.id)

        question = questions.remove_question(contact, segment)
        self._ask_and_leave(question, "Removing the contact", remove, undoable=True)

    @flow
    async def _ask_and_leave(
        self, question: Question, doing: str, call: Callable[[Interrupt], Done], *, undoable: bool
    ) -> None:
        """Ask, take the contact away from here, and go back.

        The change is undone on the screen that this one was opened from.
        """
        if await self.screen.ask(question) == "y":
            self.is_leaving = True
            self.screen.do(doing, call, undoable=undoable, history=self.screen.opener.history)
