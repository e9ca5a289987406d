"""The segment list: search, sort, create, edit, archive, delete, and the way into a segment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static

from segtui.commands import segments as does
from segtui.commands.command import Command
from segtui.commands.everywhere import EVERYWHERE, Quit, ReverseSort, Search, Sort
from segtui.screens.company_picker import ChosenCompany, CompanyPicker
from segtui.screens.listed import ListScreen
from segtui.screens.segment_columns import ACTIONS, ACTIONS_PRIORITY, VIEW_ONLY, segment_columns
from segtui.screens.segment_detail import SegmentDetailScreen
from segtui.screens.segment_form import SegmentForm
from segtui.screens.segment_questions import delete_question
from segtui.services import companies, segments
from segtui.services.companies import CompanyRow
from segtui.services.listing import Listing
from segtui.services.segments import Segment, SegmentQuery
from segtui.services.session import Interrupt, Session, company_of
from segtui.terms import matches, parse, segment_text
from segtui.text import clean
from segtui.widgets.push_button import PushButton
from segtui.widgets.result_table import ResultTable
from segtui.widgets.search_box import ResultCount, SearchBox
from segtui.widgets.title_bar import TitleBar

_NEEDS_SEGMENT = {does.OpenSegment, does.EditSegment, does.DeleteSegment, does.ArchiveSegment}


class SegmentListScreen(ListScreen[Segment]):
    """The first screen. Its search, order and cursor stay while something else is on top of it."""

    commands = (
        does.OpenSegment,
        does.CreateSegment,
        does.EditSegment,
        does.DeleteSegment,
        does.ArchiveSegment,
        does.ShowArchived,
        Search,
        Sort,
        ReverseSort,
        does.Import,
        does.ChooseCompany,
        Quit,
        *EVERYWHERE,
    )

    query_now: var[SegmentQuery] = var(SegmentQuery)

    @dataclass
    class Opening(Message):
        """This segment is to be shown, in its company."""

        segment: Segment
        session: Session

    @dataclass
    class Deleting(Message):
        """Somebody wants to delete this segment, whose figures are those of now."""

        segment: Segment

    @dataclass
    class Creating(Message):
        """These are the companies a new segment can be for."""

        companies: Sequence[CompanyRow]

    @dataclass
    class Changed(Message):
        """Something was done: the sentence, and the segment the cursor belongs on."""

        sentence: str
        cursor: int | None

    def compose_body(self) -> ComposeResult:
        """Lay out the search line, with the button at its right, and the table."""
        with Horizontal(id="search-line"):
            yield Static("/", id="prompt")
            yield SearchBox(placeholder="Search by name or description", id="search")
            yield ResultCount(one="segment", many="segments", id="count")
            if self.session.can_write:
                yield PushButton("Create Segment", key="n", id="create")
        yield ResultTable(
            segment_columns(self.settings.local, companies=self.session.company is None),
            actions=ACTIONS if self.session.can_write else VIEW_ONLY,
            actions_priority=ACTIONS_PRIORITY,
            markable=False,
            id="rows",
        )

    def offers(self, command: type[Command]) -> bool:
        """Offer what needs a segment only where there is one, and companies only where there are several."""
        if command is does.ChooseCompany:
            return self.session.is_admin and self.program.several_companies
        if command in _NEEDS_SEGMENT and not self.has_row:
            return False
        return super().offers(command)

    # What the list shows

    def listing(self, interrupt: Interrupt) -> Listing[Segment]:
        """Return what is asked for."""
        return segments.listing(self.session, self.query_now, interrupt)

    def count_all(self) -> int:
        """Return how many there are without the search."""
        return segments.total(self.session, archived=self.query_now.archived)

    def nothing_found(self) -> Content:
        """Say why the list is empty and what to do."""
        typed = clean(self.query_now.search.strip())
        if typed:
            sentence = Content.assemble("No segment matches “", (typed, "bold"), "”.")
            if self.session.can_write:
                return sentence + Content.assemble("\nPress ", ("n", "bold"), " to create a segment of that name.")
            return sentence
        if not self.session.can_write:
            return Content("There are no segments yet.")
        return Content.assemble(
            "There are no segments yet.\nPress ",
            ("n", "bold"),
            " to create one, or ",
            ("i", "bold"),
            " to import contacts from a file.",
        )

    def search_for(self, typed: str) -> None:
        """Take what was typed into the query."""
        self.query_now = replace(self.query_now, search=typed)

    def sort_by(self, sort: str, *, descending: bool) -> None:
        """Take an order into the query."""
        self.query_now = replace(self.query_now, sort=sort, descending=descending)

    # What the commands do

    @on(ResultTable.ActionChosen)
    def _chosen(self, event: ResultTable.ActionChosen) -> None:
        if event.action == "view":
            self.open_segment(event.row)
        elif event.action == "edit":
            self._edit(event.row)
        elif event.action == "delete":
            self._ask_to_delete(event.row)

    @on(ResultTable.Opened)
    def _opened(self, event: ResultTable.Opened) -> None:
        self.open_segment(event.row)

    def action_open_segment(self) -> None:
        """Look into the segment under the cursor."""
        if segment := self.row:
            self.open_segment(segment)

    def open_segment(self, segment: Segment) -> None:
        """Show a segment on top of this list."""
        if self.session.company is None:
            self._open_by_id(segment.id)
        else:
            self.post_message(self.Opening(segment, self.session))

    def _open_by_id(self, segment_id: int) -> None:
        def find(_: Interrupt) -> Message:
            segment = segments.get(self.session, segment_id)
            return self.Opening(segment, company_of(self.session, segment.company_id))

        self.requests.ask("open", find)

    @on(Opening)
    def _opening(self, event: Opening) -> None:
        self.went_away()
        self.app.push_screen(SegmentDetailScreen(event.session, self.settings, event.segment))

    def action_import(self) -> None:
        """Import a file; where one looks at all companies, ask first which one it is for."""
        if self.session.company is not None:
            self._import(self.session)
            return

        def chosen(choice: ChosenCompany | None) -> None:
            if choice is not None:
                self._import(self.session.bound_to(choice.company))

        self.app.push_screen(CompanyPicker(self.session, "Import for which company?", everything=False), chosen)

    def _import(self, session: Session) -> None:
        from segtui.screens.import_flow import ImportScreen

        def ended(segment_id: int | None) -> None:
            self.reload(cursor=segment_id or self.table.cursor_id)
            if segment_id is not None:
                self._open_by_id(segment_id)

        self.app.push_screen(ImportScreen(session), ended)

    @on(PushButton.Pressed, "#create")
    def action_create_segment(self) -> None:
        """Open the form for a new segment."""
        if self.session.company is not None:
            self._create(())
        else:
            self.requests.ask("companies", lambda _: self.Creating(companies.every(self.session)))

    @on(Creating)
    def _creating(self, event: Creating) -> None:
        self._create(event.companies)

    def _create(self, rows: Sequence[CompanyRow]) -> None:
        without_hit = self.table.total == 0
        name = " ".join(self.query_now.search.split()) if without_hit else ""

        def ended(segment: Segment | None) -> None:
            if segment is None:
                return
            if not matches(parse(self.query_now.search), segment_text(segment.name, segment.description)):
                self.query_one(SearchBox).clear()
            self.post_message(self.Changed(f"“{segment.name}” was created.", segment.id))

        self.app.push_screen(SegmentForm(self.session, name=name, companies=rows), ended)

    def action_edit_segment(self) -> None:
        """Edit the segment under the cursor."""
        if segment := self.row:
            self._edit(segment)

    def _edit(self, segment: Segment) -> None:
        def ended(edited: Segment | None) -> None:
            if edited is not None:
                self.post_message(self.Changed(f"“{edited.name}” was saved.", edited.id))

        self.app.push_screen(SegmentForm(self.session, segment), ended)

    def action_archive_segment(self) -> None:
        """Archive the segment under the cursor, or bring it back."""
        if segment := self.row:
            self._archive(segment)

    def _archive(self, segment: Segment) -> None:
        def write(_: Interrupt) -> Message:
            if segment.archived:
                segments.restore(self.session, segment.id)
                return self.Changed(f"“{segment.name}” is back among the segments.", segment.id)
            segments.archive(self.session, segment.id)
            return self.Changed(f"“{segment.name}” is archived. Press A to see the archived, a to bring it back.", None)

        self.requests.ask("write", write)

    def action_show_archived(self) -> None:
        """Show the archived segments too, or hide them again."""
        self.query_now = replace(self.query_now, archived=not self.query_now.archived)
        self.query_one(TitleBar).place = "Segments, with the archived" if self.query_now.archived else "Segments"
        self.reload(cursor=self.table.cursor_id)

    def action_delete_segment(self) -> None:
        """Ask whether the segment under the cursor is to be deleted."""
        if segment := self.row:
            self._ask_to_delete(segment)

    def _ask_to_delete(self, segment: Segment) -> None:
        self.requests.ask("delete", lambda _: self.Deleting(segments.get(self.session, segment.id)))

    @on(Deleting)
    def _deleting(self, event: Deleting) -> None:
        segment = event.segment

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.requests.ask("write", lambda _: self._deleted(segment))
            elif answer == "a":
                self._archive(segment)

        self.app.push_screen(delete_question(segment), answered)

    def _deleted(self, segment: Segment) -> Message:
        segments.delete(self.session, segment.id)
        return self.Changed(f"“{segment.name}” was deleted. Its contacts were kept.", None)

    @on(Changed)
    def _changed(self, event: Changed) -> None:
        self.say(event.sentence)
        self.reload(cursor=event.cursor or self.table.cursor_id)

    def action_choose_company(self) -> None:
        """Choose whose segments are shown."""

        def chosen(choice: ChosenCompany | None) -> None:
            if choice is not None:
                self.session = self.session.bound_to(choice.company)
                self.query_one(TitleBar).company = self.company_shown
                self.reload(cursor=None)

        self.app.push_screen(CompanyPicker(self.session), chosen)

    def action_quit(self) -> None:
        """Leave the program."""
        self.app.exit()
