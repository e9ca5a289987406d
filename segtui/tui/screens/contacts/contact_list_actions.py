"""Actions on the contacts of a list: add them to a segment, mark them as do not call."""

from abc import abstractmethod
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Generic, TypeVar

from segtui.domain.contact import SEARCHED_FIELDS
from segtui.domain.criteria.fields import Catalog, declared_field
from segtui.domain.criteria.tree import fields_of
from segtui.domain.text import counted, was
from segtui.services import campaigns
from segtui.services.contacts import bulk
from segtui.services.contacts.contacts import Contact, ContactQuery
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Row
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.screens.contacts.contact_selection import ContactSelection
from segtui.tui.screens.contacts.list_rule import ListRule, description_of
from segtui.tui.screens.segments.segment_draft import SegmentDraft

ListScreenT = TypeVar("ListScreenT", bound=ListScreen[Any])


class ContactListActions(Collaborator[ListScreenT], Generic[ListScreenT, Row]):
    """Acts on the selected contacts of a list in which every row is a contact, by its id."""

    @property
    @abstractmethod
    def query(self) -> ContactQuery:
        """The query for the contacts that are listed."""

    @abstractmethod
    def contact_of(self, row: Row) -> Contact | None:
        """Return the contact of a row; None for a deleted one."""

    @property
    def segment_id(self) -> int | None:
        """The segment that the list shows, or None."""
        return None

    def list_rule(self, selection: ContactSelection) -> ListRule:  # noqa: ARG002 -- for those that override it
        """Return the rule of a live segment with the contacts of the list, or the reason for which there is none."""
        return ListRule()

    def without_deleted(self, selection: ContactSelection, session: Session, interrupt: Interrupt) -> ContactSelection:
        """Return the selection with the number of contacts that still exist. Runs in a thread.

        A list of contacts shows no others.
        """
        del session, interrupt
        return selection

    @property
    def selection(self) -> ContactSelection | None:
        """The contacts that a command acts on: the marked ones, or else the one under the cursor."""
        table = self.screen.table
        row: Row | None = self.screen.row
        marks, count = table.selection.marked, table.marked_count
        if not count:
            return ContactSelection([row.id], 1, self.contact_of(row)) if row else None
        if marks.all_matching and not marks.outside and self._query_means_rows:
            return ContactSelection(self.query, count, besides=sorted(marks.excluded))
        ids = table.marked_ids() if marks.all_matching else sorted(marks.ids)
        only_row: Row | None = table.window.loaded_row(ids[0]) if count == 1 else None
        return ContactSelection(ids, count, self.contact_of(only_row) if only_row else None)

    @property
    def _query_means_rows(self) -> bool:
        """True where the query selects the rows that are shown, whatever is done with it.

        It may be another one while its rows are loading. In a list of all companies its days are those of the reader,
        and a change is made with the days of one company.
        """
        fields = fields_of(self.query.criteria)
        has_days = any(declared_field(name).kind == "day" for name in fields)
        return not self.screen.table.is_outdated and not (has_days and self.session.company is None)

    # Editing

    def action_edit_contact(self) -> None:
        """Edit the contact under the cursor, or all that are marked."""
        selection = self.selection
        if selection is None:
            return
        if selection.contact is not None:
            self.edit_one(selection.contact)
        else:
            self._edit_many(selection)

    def edit_one(self, contact: Contact) -> None:
        """Edit one contact in its form."""
        self._edit_in_form(contact)

    @flow
    async def _edit_in_form(self, contact: Contact) -> None:
        from segtui.tui.screens.contacts.contact_form import ContactForm

        saved = await self.screen.ask(ContactForm(self.session, contact))
        if saved is not None:
            self.screen.post_message(Done(f"{saved.title} was saved.", saved.id))

    @flow
    async def _edit_many(self, selection: ContactSelection) -> None:
        from segtui.tui.screens.bulk_edit.bulk_edit_form import BulkEditForm, edited_words

        def read(interrupt: Interrupt) -> tuple[Session, ContactSelection]:
            session = selection.bound(self.session, interrupt)
            return session, self.without_deleted(selection, session, interrupt)

        session, existing = await self.screen.read(read)
        edit = await self.screen.ask(BulkEditForm(session, existing, self.leaving_words))
        if edit is None:
            return

        def write(interrupt: Interrupt) -> Done:
            return Done(edited_words(edit, edit.make(session, existing, interrupt)))

        self.screen.do(f"Editing {counted(edit.preview.changing, 'contact')}", write)

    def leaving_words(self, fields: Collection[str]) -> str:
        """Return the sentence that contacts may leave the list when `fields` of them are edited; else nothing."""
        query = self.query
        if self.leaves_live_segment:
            return "The segment is live: contacts that no longer satisfy its rule leave it."
        names = {name.casefold() for name in fields}
        names |= {"name"} if names & {"first_name", "last_name"} else set()
        names |= {"region"} if "phone" in names else set()
        is_filtered = not names.isdisjoint(name.casefold() for name in fields_of(query.criteria))
        if is_filtered or (query.search.strip() and names & set(SEARCHED_FIELDS)):
            return "Contacts that the search or the filters no longer match leave this list."
        return ""

    @property
    def leaves_live_segment(self) -> bool:
        """True where the list shows a live segment."""
        return False

    # To a segment

    def action_add_to_segment(self) -> None:
        """Add the selected contacts to a segment."""
        if (selection := self.selection) is not None:
            self._add_to_segment(selection)

    @flow
    async def _add_to_segment(self, selection: ContactSelection) -> None:
        """Ask for the segment that contacts are added to, and add them; or make a live one of the list's filters."""
        from segtui.tui.screens.segments.segment_target import SegmentTargetPicker

        rule = self.list_rule(selection)

        def read(interrupt: Interrupt) -> tuple[Session, ContactSelection]:
            session = selection.bound(self.session, interrupt)
            return session, self.without_deleted(selection, session, interrupt)

        session, existing = await self.screen.read(read)
        picker = SegmentTargetPicker(
            session,
            existing.title,
            besides=self.segment_id,
            may_be_live=rule.criteria is not None,
            remark=rule.refusal,
        )
        target = await self.screen.ask(picker)
        if target is None:
            return
        if isinstance(target, Segment):
            self._add(session, existing, target)
            return
        if target.live:
            draft = await self._ask_for_texts(session, existing, SegmentDraft(target.name, "", rule.criteria))
        else:
            draft = SegmentDraft(target.name, "")
            if isinstance(existing.which, ContactQuery) and existing.which.criteria is not None:
                draft = await self._ask_for_texts(session, existing, draft)
        if draft is not None:
            self._create(session, existing, draft)

    async def _ask_for_texts(
        self, session: Session, selection: ContactSelection, draft: SegmentDraft
    ) -> SegmentDraft | None:
        """Ask for the name, the description and the rule of a new segment. A fixed one is described by the filters."""
        from segtui.tui.screens.segments import rules
        from segtui.tui.screens.segments.segment_draft_form import SegmentDraftForm
        from segtui.tui.screens.segments.segment_form import form_context

        query = selection.which

        def read(_: Interrupt) -> tuple[Catalog, str]:
            catalog = form_context(session)[1]
            if draft.rule is not None or not isinstance(query, ContactQuery) or query.criteria is None:
                return catalog, ""
            sentence = rules.sentence_of(session, query.criteria)
            return catalog, description_of(sentence, query, len(selection.besides))

        catalog, description = await self.screen.read(read)
        form = SegmentDraftForm(session, catalog, replace(draft, description=description), contacts=selection.title)
        return await self.screen.ask(form)

    def _create(self, session: Session, selection: ContactSelection, draft: SegmentDraft) -> None:
        def write(interrupt: Interrupt) -> Done:
            if draft.rule is not None:
                live = segments.create(session, draft.name, draft.description, rule=draft.rule, interrupt=interrupt)
                return Done(f"“{live.name}” was created as a live segment with {counted(live.contacts, 'contact')}.")
            created, added = segments.create_with(
                session,
                draft.name,
                selection.which,
                draft.description,
                besides=selection.besides,
                interrupt=interrupt,
            )
            return Done(f"“{created.name}” was created with {counted(added, 'contact')}.")

        self.screen.do(f"Creating “{draft.name}”", write)

    def _add(self, session: Session, selection: ContactSelection, target: Segment) -> None:
        which, besides = selection.which, selection.besides

        def write(interrupt: Interrupt) -> Done:
            calls = campaigns.still_calling(
                session, target.id, which, besides=besides, joining=True, interrupt=interrupt
            )
            added = segments.add_contacts(session, target.id, which, besides=besides, interrupt=interrupt)
            consequence = campaigns.calling_words(calls, joining=True, one=selection.contact is not None)
            return Done(_added(selection, added, target.name) + consequence)

        self.screen.do(f"Adding {selection.title} to “{target.name}”", write)

    # Do not call

    def action_mark_do_not_call(self) -> None:
        """Mark the selected contacts as do not call, or clear their marks, after a question."""
        selection = self.selection
        if selection is None:
            return
        if selection.contact is not None:
            self._mark_one(selection.contact)
        else:
            self._mark_many(selection)

    @flow
    async def _mark_one(self, contact: Contact) -> None:
        from segtui.tui.screens.contacts import contact_questions as questions

        screen, session = self.screen, self.session
        if (refusal := questions.clearing_refusal(session, contact)) is not None:
            screen.say(refusal)
        elif await screen.ask(questions.do_not_call_question(contact, session)) == "y":
            screen.do("Changing the mark", lambda _: Done(questions.set_do_not_call(session, contact), contact.id))
        else:
            screen.say(questions.unchanged(contact))

    @flow
    async def _mark_many(self, selection: ContactSelection) -> None:
        from segtui.tui.screens.contacts.contact_questions import do_not_call_many_question

        def read(interrupt: Interrupt) -> tuple[Session, ContactSelection, int]:
            session = selection.bound(self.session, interrupt)
            existing = self.without_deleted(selection, session, interrupt)
            marked = bulk.do_not_call_count(session, existing.which, besides=existing.besides, interrupt=interrupt)
            return session, existing, marked

        session, existing, marked = await self.screen.read(read)
        answer = await self.screen.ask(do_not_call_many_question(existing, marked, may_clear=session.is_admin))
        if answer in {"m", "c"}:
            self._set_do_not_call(session, existing, mark=answer == "m")
        elif answer == "y":
            self._set_do_not_call(session, existing, mark=not marked or not session.is_admin)
        else:
            self.screen.say("Nothing was changed: no contact was marked, and no mark was cleared.")

    def _set_do_not_call(self, session: Session, selection: ContactSelection, *, mark: bool) -> None:
        def write(interrupt: Interrupt) -> Done:
            changed = bulk.set_do_not_call(
                session, selection.which, do_not_call=mark, besides=selection.besides, interrupt=interrupt
            )
            if mark:
                return Done(f"{counted(changed, 'contact')} must not be called now.")
            return Done(f"{counted(changed, 'contact')} may be called again.")

        self.screen.do(f"{'Marking' if mark else 'Clearing the marks of'} {selection.title}", write)


def _added(selection: ContactSelection, added: int, name: str) -> str:
    if selection.contact is not None:
        return f"{selection.title} was added to “{name}”." if added else f"{selection.title} is in “{name}” already."
    already_in = selection.count - added
    sentence = f"{counted(added, 'contact')} {was(added)} added to “{name}”"
    return f"{sentence}, {already_in:,} {was(already_in)} in it already." if already_in > 0 else f"{sentence}."
