"""The segment list: search, sort, create, edit, archive, delete, and the way into a segment.

It is the first screen, so code that only a key needs is imported when that key is pressed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

from segtui.services.segments.segment_query import SegmentQuery
from segtui.tui.actions import segment_actions as does
from segtui.tui.actions.global_actions import (
    MARKING,
    SEARCHING,
    UNDOING,
    ChooseColumns,
    Copy,
    MarkAll,
    Quit,
    ReverseSort,
    Sort,
    ToggleMark,
)
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.screens.base.collaborators import Holds
from segtui.tui.screens.base.company_choice import CompanyChoice, session_in_one_company
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.screens.comparison.comparing import SegmentComparing
from segtui.tui.screens.segments.marked_segments import MarkedSegments
from segtui.tui.screens.segments.segment_actions import SegmentActions
from segtui.tui.screens.segments.segment_columns import ACTIONS, ACTIONS_PRIORITY, VIEW_ONLY
from segtui.tui.screens.segments.segment_freezing import ListedSegmentFreezing
from segtui.tui.screens.segments.segment_row_actions import SegmentRowActions
from segtui.tui.screens.splitting.segment_splitting import ListedSegmentSplitting
from segtui.tui.widgets.chrome.key_bar import key_shown
from segtui.tui.widgets.chrome.title_bar import TitleBar
from segtui.tui.widgets.forms.push_button import PushButton
from segtui.tui.widgets.table.result_table import ResultTable

if TYPE_CHECKING:
    from segtui.services.interrupt import Interrupt
    from segtui.services.listing import Listing
    from segtui.services.segments.segments import Segment
    from segtui.services.session import Session


class SegmentListScreen(ListScreen["Segment"]):
    """The first screen. Its search, order and cursor stay while another screen lies on top."""

    commands = (
        does.OpenSegment,
        does.CreateSegment,
        does.EditSegment,
        does.DeleteSegment,
        does.ArchiveSegment,
        does.ShowArchived,
        does.FreezeSegment,
        does.SplitSegment,
        does.CompareSegments,
        does.TidySegments,
        *MARKING,
        *SEARCHING,
        *UNDOING,
        Sort,
        ReverseSort,
        does.Import,
        does.ExportSegment,
        does.ExportSegmentList,
        Copy,
        ChooseColumns,
        does.ChooseCompany,
        Quit,
        *IN_SECTIONS,
    )
    list_name = "segments"
    title_path = "Segments"
    row_names = ("segment", "segments")
    search_hint = "Search by name or description"
    needs_row = (
        does.OpenSegment,
        does.EditSegment,
        does.DeleteSegment,
        does.ArchiveSegment,
        does.FreezeSegment,
        does.SplitSegment,
        does.CompareSegments,
        does.ExportSegment,
        ToggleMark,
        MarkAll,
        Copy,
    )
    query_now: var[SegmentQuery] = var(SegmentQuery)

    row_actions = Holds(SegmentRowActions)
    segment_actions = Holds(SegmentActions)
    marked = Holds(MarkedSegments)
    freezing = Holds(ListedSegmentFreezing)
    splitting = Holds(ListedSegmentSplitting)
    comparing = Holds(SegmentComparing)
    company_choice = Holds(CompanyChoice)

    _on_live = False
    """True while the cursor is on a live segment."""

    @dataclass
    class CompaniesCounted(Message):
        """The companies are counted: `several`, or only one."""

        several: bool

    def compose_search_end(self) -> Iterable[Widget]:
        """Yield the button that creates a segment."""
        if self.session.can_write:
            yield PushButton("Create Segment", key="n", id="create")

    def new_table(self) -> "ResultTable[Segment]":
        """Return the table, not filled yet."""
        return ResultTable(
            self.row_actions.columns(),
            actions=ACTIONS if self.session.can_write else VIEW_ONLY,
            actions_priority=ACTIONS_PRIORITY,
            id="rows",
        )

    @property
    def hidden(self) -> frozenset[str]:
        """The keys of the columns that are not shown."""
        return self.row_actions.without_unchosen(super().hidden)

    def show_columns(self, hidden: frozenset[str]) -> None:
        """Show the offered columns but for those that are `hidden`, and remember it."""
        super().show_columns(self.row_actions.choose(hidden))

    def on_mount(self) -> None:
        """Read the number of companies, once there is a session."""
        if not self.program.is_opening:
            self._count_companies()

    def begin(self, session: "Session") -> None:
        """Show the rows of a session that was opened after this screen was laid out."""
        self.session = session
        self.query_one(TitleBar).company = self.company_shown
        self.recall()
        self.reload()
        self.refresh_bindings()

    def read_further(self) -> None:
        """Read what is shown beside the rows, once they are there."""
        self._count_companies()
        self.due_watches.follow()

    def _count_companies(self) -> None:
        """Read the number of companies: rows name theirs if there are several."""

        def read(_: "Interrupt") -> Message:
            from segtui.services.accounts import companies

            return self.CompaniesCounted(companies.several(self.session))

        self.requests.ask("companies", read)

    @on(CompaniesCounted)
    def _name_company(self, event: CompaniesCounted) -> None:
        self.program.several_companies = event.several
        self.query_one(TitleBar).company = self.company_shown
        self.refresh_bindings()

    # The rows

    def listing(self, interrupt: "Interrupt") -> "Listing[Segment]":
        """Return the segments that match."""
        from segtui.services.segments import segments

        return segments.listing(self.session, self.query_now, interrupt)

    def count_all(self) -> int:
        """Return the number of segments without the search."""
        from segtui.services.segments import segments

        return segments.total(self.session, archived=self.query_now.archived)

    def nothing_found(self) -> Content:
        """Return the text of an empty list: a search without a match offers to create a segment of that name."""
        text = super().nothing_found()
        if self.query_now.search.strip() and self.session.can_write:
            text += Content.assemble("\n", self.press(does.CreateSegment), " to create a segment of that name.")
        return text

    def nothing_yet(self) -> Content:
        """Return the text of an empty list."""
        if not self.session.can_write:
            return Content("There are no segments yet.")
        return Content.assemble(
            "There are no segments yet.\n", self.press(does.CreateSegment), " to create one, or ",
            (key_shown(self.app, does.Import), "bold"), " to import contacts from a file.",
        )  # fmt: skip

    # Commands

    def marked_segments(self) -> list[int]:
        """Return the ids of the marked segments: in the order of the list, then those that the search hides."""
        return list(self.table.marked_ids())

    @on(PushButton.Pressed, "#create")
    def _create_pressed(self) -> None:
        self.segment_actions.action_create_segment()

    @on(ResultTable.ActionChosen)
    def _row_action(self, event: ResultTable.ActionChosen) -> None:
        if event.action == "view":
            self.open_segment(event.row)
        elif event.action == "edit":
            self.segment_actions.edit(event.row)
        elif event.action == "delete":
            self.segment_actions.ask_to_delete(event.row)

    @on(ResultTable.CursorMoved)
    @on(ResultTable.LoadFinished)
    def _note_kind(self) -> None:
        """Update the commands that are offered on live segments only."""
        is_live = self.row is not None and self.row.live
        if is_live != self._on_live:
            self._on_live = is_live
            self.refresh_bindings()

    @on(ResultTable.Opened)
    def _opened(self, event: ResultTable.Opened) -> None:
        self.open_segment(event.row)

    def action_open_segment(self) -> None:
        """Open the segment under the cursor."""
        if segment := self.row:
            self.open_segment(segment)

    def open_segment(self, segment: "Segment") -> None:
        """Show a segment on top of this list."""
        if self.session.company is None:
            self._open_by_id(segment.id)
        else:
            self._show(segment, self.session)

    @flow
    async def _open_by_id(self, segment_id: int) -> None:
        """Show a segment, in its company."""
        from segtui.services.segments import segments
        from segtui.services.session import company_of

        def read(_: "Interrupt") -> tuple["Segment", "Session"]:
            segment = segments.get(self.session, segment_id)
            return segment, company_of(self.session, segment.company_id)

        segment, session = await self.read(read)
        if self.is_top_work_screen:
            self._show(segment, session)

    def _show(self, segment: "Segment", session: "Session") -> None:
        from segtui.tui.screens.segments.segment_detail import SegmentDetailScreen

        self.app.push_screen(SegmentDetailScreen(session, self.settings, segment))

    @flow
    async def action_import(self) -> None:
        """Import a file; where all companies are shown, ask first which one it is for."""
        from segtui.tui.screens.imports.wizard.import_wizard import ImportScreen

        session = await session_in_one_company(self, "Which company is the import for?")
        if session is None:
            return
        segment_id = await self.ask(ImportScreen(session))
        self.reload(cursor=segment_id or self.table.cursor_id)
        if segment_id is not None:
            self._open_by_id(segment_id)

    def action_tidy_segments(self) -> None:
        """Show the segments that could be tidied."""
        from segtui.tui.screens.tidying.tidy_list import TidyScreen

        self.app.push_screen(TidyScreen(self.session, self.settings))

    def action_show_archived(self) -> None:
        """Show the archived segments too, or hide them again."""
        self.query_now = replace(self.query_now, archived=not self.query_now.archived)
        self.title_path = "Segments, with archived" if self.query_now.archived else "Segments"
        self.show_title()
        self.reload(cursor=self.table.cursor_id)

    def action_quit(self) -> None:
        """Leave the program."""
        self.app.exit()
