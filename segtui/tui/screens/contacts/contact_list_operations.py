"""What a list of contacts can change: who is in a segment, who is called, who there is."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Generic

from textual import on
from textual.message import Message

from segtui.domain.text import counted
from segtui.services import campaigns
from segtui.services.contacts import bulk
from segtui.services.contacts.contacts import Contact, ContactQuery
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Row
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.screens.base.selected_contacts import Chosen


class ContactWriting(ListScreen[Row], Generic[Row]):
    """A list of which every row is a contact, by its id, that can be changed."""

    @dataclass
    class Bound(Message):
        """The session in the company of what was chosen, for the choice of a segment."""

        session: Session
        chosen: Chosen

    @dataclass
    class DoNotCallCounted(Message):
        """How many of the chosen must not be called already."""

        session: Session
        chosen: Chosen
        marked: int

    @property
    @abstractmethod
    def asked(self) -> ContactQuery:
        """The query for the contacts that are listed."""

    @abstractmethod
    def contact_of(self, row: Row) -> Contact | None:
        """Return the contact that a row is about; None for one that is not there any more."""

    def living(self, chosen: Chosen, session: Session, interrupt: Interrupt) -> Chosen:  # noqa: ARG002 -- see below
        """Return the same, with how many of them are there still. Runs in a thread.

        A list of contacts shows no others.
        """
        return chosen

    @property
    def chosen(self) -> Chosen | None:
        """What a command acts on: the marked contacts, or else the one under the cursor."""
        table, row = self.table, self.row
        marks, count = table.selection.marked, table.marked_count
        if not count:
            return Chosen([row.id], 1, self.contact_of(row)) if row else None
        if marks.all_matching and not marks.outside:
            return Chosen(self.asked, count, besides=sorted(marks.excluded))
        ids = table.marked_ids() if marks.all_matching else sorted(marks.ids)
        return Chosen(ids, count, self.contact_of(row) if row and list(ids) == [row.id] else None)

    @property
    def segment_id(self) -> int | None:
        """The segment one is in, or None."""
        return None

    # To a segment

    def action_add_to_segment(self) -> None:
        """Choose the segment that the chosen contacts are to be added to."""
        if (chosen := self.chosen) is None:
            return

        def bind(interrupt: Interrupt) -> Message:
            session = chosen.bound(self.session, interrupt)
            return self.Bound(session, self.living(chosen, session, interrupt))

        self.requests.ask("bound", bind, keys_wait=True)

    @on(Bound)
    def _choose_segment(self, event: Bound) -> None:
        from segtui.tui.screens.segments.segment_target import SegmentTargetPicker, Target

        def picked(target: Target | None) -> None:
            if target is not None:
                self._add(event.session, event.chosen, target)

        self.app.push_screen(SegmentTargetPicker(event.session, event.chosen.title, besides=self.segment_id), picked)

    def _add(self, session: Session, chosen: Chosen, target: "segments.Segment | str") -> None:
        name = target if isinstance(target, str) else target.name

        def write(interrupt: Interrupt) -> Done:
            if isinstance(target, str):
                created, added = segments.create_with(
                    session, target, chosen.which, besides=chosen.besides, interrupt=interrupt
                )
                return Done(f"“{created.name}” was created with {counted(added, 'contact')}.")
            calls = campaigns.still_calling(
                session, target.id, chosen.which, besides=chosen.besides, joining=True, interrupt=interrupt
            )
            added = segments.add_contacts(session, target.id, chosen.which, besides=chosen.besides, interrupt=interrupt)
            told = campaigns.calling_words(calls, joining=True, one=chosen.contact is not None)
            return Done(_added(chosen, added, target.name) + told)

        self.do(f"Adding {chosen.title} to “{name}”", write)

    # Do not call

    def action_mark_do_not_call(self) -> None:
        """Ask whether the chosen contacts are to be marked, or their marks cleared."""
        chosen = self.chosen
        if chosen is None:
            return
        if chosen.contact is not None:
            self._ask_about(chosen.contact)
            return

        def count(interrupt: Interrupt) -> Message:
            session = chosen.bound(self.session, interrupt)
            there = self.living(chosen, session, interrupt)
            marked = bulk.do_not_call_count(session, there.which, besides=there.besides, interrupt=interrupt)
            return self.DoNotCallCounted(session, there, marked)

        self.requests.ask("count", count, keys_wait=True)

    def _ask_about(self, contact: Contact) -> None:
        from segtui.tui.screens.contacts import contact_questions as questions

        if (refusal := questions.clearing_refusal(self.session, contact)) is not None:
            self.say(refusal)
            return

        def write(_: Interrupt) -> Done:
            return Done(questions.set_do_not_call(self.session, contact), contact.id)

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.do("Changing the mark", write)
            else:
                self.say(questions.unchanged(contact))

        self.app.push_screen(questions.do_not_call_question(contact, self.session), answered)

    @on(DoNotCallCounted)
    def _ask_about_many(self, event: DoNotCallCounted) -> None:
        from segtui.tui.screens.contacts.contact_questions import do_not_call_many_question

        chosen, marked = event.chosen, event.marked

        def answered(answer: str | None) -> None:
            if answer in {"m", "c"}:
                self._set_do_not_call(event.session, chosen, wanted=answer == "m")
            elif answer == "y":
                wanted = not marked or not event.session.is_admin
                self._set_do_not_call(event.session, chosen, wanted=wanted)
            else:
                self.say("Nothing was changed: nobody was marked, and no mark was cleared.")

        question = do_not_call_many_question(chosen, marked, may_clear=event.session.is_admin)
        self.app.push_screen(question, answered)

    def _set_do_not_call(self, session: Session, chosen: Chosen, *, wanted: bool) -> None:
        def write(interrupt: Interrupt) -> Done:
            changed = bulk.set_do_not_call(
                session, chosen.which, wanted=wanted, besides=chosen.besides, interrupt=interrupt
            )
            if wanted:
                return Done(f"{counted(changed, 'contact')} must not be called now.")
            return Done(f"{counted(changed, 'contact')} may be called again.")

        self.do(f"{'Marking' if wanted else 'Clearing the marks of'} {chosen.title}", write)


def _added(chosen: Chosen, added: int, name: str) -> str:
    if chosen.contact is not None:
        return f"{chosen.title} was added to “{name}”." if added else f"{chosen.title} is in “{name}” already."
    inside = chosen.count - added
    sentence = f"{counted(added, 'contact')} {_was(added)} added to “{name}”"
    return f"{sentence}, {inside:,} {_was(inside)} in it already." if inside > 0 else f"{sentence}."


def _was(number: int) -> str:
    return "was" if number == 1 else "were"
