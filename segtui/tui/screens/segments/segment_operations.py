"""What the segment list can change: create, edit, archive, restore and delete a segment."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.message import Message
from textual.reactive import var

from segtui.domain.search_terms import matches, parse, segment_text
from segtui.services.accounts import companies
from segtui.services.accounts.companies import CompanyRow
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment, SegmentQuery
from segtui.tui.actions.segment_actions import ShowArchived
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.widgets.chrome.key_bar import key_shown
from segtui.tui.widgets.forms.push_button import PushButton
from segtui.tui.widgets.forms.search_box import SearchBox


class SegmentWriting(ListScreen[Segment]):
    """A list of segments that can be changed. `query_now` is what is asked for."""

    query_now: var[SegmentQuery] = var(SegmentQuery)

    @dataclass
    class Deleting(Message):
        """Somebody wants to delete this segment, whose figures are those of now."""

        segment: Segment

    @dataclass
    class Creating(Message):
        """These are the companies a new segment can be for."""

        companies: Sequence[CompanyRow]

    @on(PushButton.Pressed, "#create")
    def action_create_segment(self) -> None:
        """Open the form for a new segment."""
        if self.session.company is not None:
            self._create(())
        else:
            self.requests.ask("companies", lambda _: self.Creating(companies.every(self.session)), keys_wait=True)

    @on(Creating)
    def _creating(self, event: Creating) -> None:
        self._create(event.companies)

    def _create(self, rows: Sequence[CompanyRow]) -> None:
        from segtui.tui.screens.segments.segment_form import SegmentForm

        without_hit = self.table.total == 0
        name = " ".join(self.query_now.search.split()) if without_hit else ""

        def ended(segment: Segment | None) -> None:
            if segment is None:
                return
            if not matches(parse(self.query_now.search), segment_text(segment.name, segment.description)):
                self.query_one(SearchBox).clear()
            self.post_message(Done(f"“{segment.name}” was created.", segment.id))

        self.app.push_screen(SegmentForm(self.session, name=name, companies=rows), ended)

    def action_edit_segment(self) -> None:
        """Edit the segment under the cursor."""
        if segment := self.row:
            self.edit(segment)

    def edit(self, segment: Segment) -> None:
        """Open the form of this segment."""
        from segtui.tui.screens.segments.segment_form import SegmentForm

        def ended(edited: Segment | None) -> None:
            if edited is not None:
                search = self.query_now.search
                listed = matches(parse(search), segment_text(edited.name, edited.description))
                hidden = "" if listed else f" The search “{search.strip()}” hides it here: clear the search to see it."
                self.post_message(Done(f"“{edited.name}” was saved.{hidden}", edited.id))

        self.app.push_screen(SegmentForm(self.session, segment), ended)

    def action_archive_segment(self) -> None:
        """Archive the segment under the cursor, or bring it back."""
        if segment := self.row:
            self._archive(segment)

    def _archive(self, segment: Segment) -> None:
        def write(_: Interrupt) -> Done:
            if segment.archived:
                segments.restore(self.session, segment.id)
                return Done(f"“{segment.name}” is back among the segments.", segment.id)
            segments.archive(self.session, segment.id)
            return Done(f"“{segment.name}” is archived: {self._archived_key} shows the archived.")

        self.do(f"Archiving “{segment.name}”", write)

    @property
    def _archived_key(self) -> str:
        return key_shown(self.app, ShowArchived)

    def action_delete_segment(self) -> None:
        """Ask whether the segment under the cursor is to be deleted."""
        if segment := self.row:
            self.ask_to_delete(segment)

    def ask_to_delete(self, segment: Segment) -> None:
        """Ask, with the figures of now, whether this segment is to be deleted."""
        self.requests.ask("delete", lambda _: self.Deleting(segments.get(self.session, segment.id)), keys_wait=True)

    @on(Deleting)
    def _deleting(self, event: Deleting) -> None:
        from segtui.tui.screens.segments.segment_questions import delete_question

        segment = event.segment

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.do(f"Deleting “{segment.name}”", lambda _: self._deleted(segment), undoable=False)
            elif answer == "a":
                self._archive(segment)

        self.app.push_screen(delete_question(segment), answered)

    def _deleted(self, segment: Segment) -> Done:
        segments.delete(self.session, segment.id)
        return Done(f"“{segment.name}” was deleted. Its contacts were kept.")
