"""Segment actions: create, edit, archive, restore, delete and export a segment of the list."""

from typing import TYPE_CHECKING

from segtui.domain.search_terms import matches, parse, segment_text
from segtui.domain.text import counted
from segtui.tui.actions.segment_actions import EditSegment, ShowArchived
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import flow
from segtui.tui.widgets.chrome.key_bar import key_shown

if TYPE_CHECKING:
    from segtui.services.interrupt import Interrupt
    from segtui.services.segments.segments import Segment
    from segtui.tui.screens.segments.segment_list import SegmentListScreen  # noqa: F401 -- named in quotes


class SegmentActions(Collaborator["SegmentListScreen"]):
    """Changes the segments of the list."""

    @flow
    async def action_create_segment(self) -> None:
        """Open the form for a new segment; after a search without a match, with the searched name."""
        from segtui.services.accounts import companies
        from segtui.tui.screens.segments.segment_form import SegmentForm, form_context

        screen, session = self.screen, self.session
        name = " ".join(screen.query_now.search.split()) if screen.table.total == 0 else ""

        _, catalog = await screen.read(lambda _: form_context(session))
        rows = await screen.read(lambda _: companies.every(session)) if session.company is None else ()
        created = await screen.ask(SegmentForm(session, catalog, name=name, companies=rows))
        if created is not None:
            live = f" as a live segment with {counted(created.contacts, 'contact')}" if created.live else ""
            screen.post_message(Done(f"“{created.name}” was created{live}.{self.hidden(created)}", created.id))

    def action_edit_segment(self) -> None:
        """Edit the segment under the cursor."""
        if self.screen.marked.refuses(EditSegment):
            return
        if segment := self.screen.row:
            self.edit(segment)

    @flow
    async def edit(self, segment: "Segment") -> None:
        """Open the form of a segment, and say afterwards where the search hides it."""
        from segtui.tui.screens.segments.segment_form import SegmentForm, form_context

        session, catalog = await self.screen.read(lambda _: form_context(self.session, segment))
        edited = await self.screen.ask(SegmentForm(session, catalog, segment))
        if edited is not None:
            self.screen.post_message(Done(f"“{edited.name}” was saved.{self.hidden(edited)}", edited.id))

    def hidden(self, segment: "Segment") -> str:
        """Return the sentence on a saved segment that the search hides; blank for one that is listed."""
        search = parse(self.screen.query_now.search)
        is_listed = matches(search, segment_text(segment.name, segment.description))
        return "" if is_listed else self.screen.list_search.hides(segment.id)

    def action_archive_segment(self) -> None:
        """Archive or restore the marked segments, or else the one under the cursor."""
        if self.screen.table.marked_count:
            self.screen.marked.archive_or_restore()
        elif self.screen.program.is_typed_blind:  # without a question: nobody saw which segment it is
            self.screen.say_refusal("That key came before the list was there: nothing was archived.")
        elif segment := self.screen.row:
            self._archive(segment)

    def _archive(self, segment: "Segment") -> None:
        from segtui.services.segments import segments

        session = self.session

        def write(_: "Interrupt") -> Done:
            if segment.archived:
                segments.restore(session, segment.id)
                return Done(f"“{segment.name}” is back among the segments.", segment.id)
            segments.archive(session, segment.id)
            return Done(f"“{segment.name}” is archived: {shows_archived} shows archived segments.")

        shows_archived = key_shown(self.screen.app, ShowArchived)
        self.screen.do(f"{'Restoring' if segment.archived else 'Archiving'} “{segment.name}”", write)

    def action_delete_segment(self) -> None:
        """Ask whether the marked segments, or else the one under the cursor, are to be deleted."""
        if self.screen.table.marked_count:
            self.screen.marked.delete()
        elif segment := self.screen.row:
            self.ask_to_delete(segment)

    @flow
    async def ask_to_delete(self, segment: "Segment") -> None:
        """Ask, with the current number of contacts, whether to delete or archive a segment, and do it."""
        from segtui.services.segments import segments
        from segtui.tui.screens.segments.segment_questions import delete_question

        session = self.session
        current = await self.screen.read(lambda _: segments.get(session, segment.id))

        def delete(_: "Interrupt") -> Done:
            segments.delete(session, current.id)
            return Done(f"“{current.name}” was deleted. Its contacts were kept.")

        answer = await self.screen.ask(delete_question(current))
        if answer == "y":
            self.screen.do(f"Deleting “{current.name}”", delete, undoable=False)
        elif answer == "a":
            self._archive(current)

    def action_export_segment(self) -> None:
        """Save the contacts of the marked segments, or else of the one under the cursor, to a file."""
        if self.screen.table.marked_count:
            self.screen.marked.export()
        elif segment := self.screen.row:
            self._export(segment)

    @flow
    async def _export(self, segment: "Segment") -> None:
        from segtui.services.contacts.contact_query import ContactQuery
        from segtui.tui.screens.shared.contact_export import export_contacts

        contents = f"{counted(segment.contacts, 'contact')} of “{segment.name}”, by name."
        query, company_id = ContactQuery(segment.id), segment.company_id
        await export_contacts(self.screen, self.session, query, contents, segment.name, company_id=company_id)
