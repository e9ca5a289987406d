"""The segment list: search, sort, create, edit, archive, delete, and the way into a segment.

It is the first screen, so what only a key needs is imported when that is pressed.
"""

from dataclasses import dataclass, replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from segtui.domain.text import clean, counted
from segtui.services.accounts import companies
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment
from segtui.services.session import Session, company_of
from segtui.tui.actions import segment_actions as does
from segtui.tui.actions.action import Command
from segtui.tui.actions.global_actions import UNDOING, ChooseColumns, Copy, Quit, ReverseSort, Search, Sort
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.section_list import SectionList
from segtui.tui.screens.segments.segment_columns import ACTIONS, ACTIONS_PRIORITY, VIEW_ONLY, segment_columns
from segtui.tui.screens.segments.segment_operations import SegmentWriting
from segtui.tui.widgets.chrome.key_bar import key_shown
from segtui.tui.widgets.chrome.title_bar import TitleBar
from segtui.tui.widgets.forms.push_button import PushButton
from segtui.tui.widgets.forms.search_box import ResultCount, SearchBox
from segtui.tui.widgets.table.result_table import ResultTable

_NEEDS_SEGMENT = {
    does.OpenSegment,
    does.EditSegment,
    does.DeleteSegment,
    does.ArchiveSegment,
    does.ExportSegment,
    Copy,
}


class SegmentListScreen(SectionList[Segment], SegmentWriting):
    """The first screen. Its search, order and cursor stay while something else is on top of it."""

    commands = (
        does.OpenSegment,
        does.CreateSegment,
        does.EditSegment,
        does.DeleteSegment,
        does.ArchiveSegment,
        does.ShowArchived,
        Search,
        *UNDOING,
        Sort,
        ReverseSort,
        does.Import,
        does.ExportSegment,
        Copy,
        ChooseColumns,
        does.ChooseCompany,
        Quit,
        *IN_SECTIONS,
    )
    list_name = "segments"

    @dataclass
    class Several(Message):
        """Whether there are other companies."""

        several: bool

    @dataclass
    class Opening(Message):
        """This segment is to be shown, in its company."""

        segment: Segment
        session: Session

    def compose_body(self) -> ComposeResult:
        """Lay out the search line, with the button at its right, and the table."""
        with Horizontal(id="search-line"):
            yield Static("/", id="prompt")
            yield SearchBox(placeholder="Search by name or description", id="search")
            yield ResultCount(one="segment", many="segments", id="count")
            if self.session.can_write:
                yield PushButton("Create Segment", key="n", id="create")
        yield self.new_table()

    def new_table(self) -> ResultTable[Segment]:
        """Return the table, not filled yet."""
        return ResultTable(
            segment_columns(self.settings.local, companies=True),
            actions=ACTIONS if self.session.can_write else VIEW_ONLY,
            actions_priority=ACTIONS_PRIORITY,
            markable=False,
            id="rows",
        )

    def on_mount(self) -> None:
        """Find out whether the company has to be named."""
        self.requests.ask("several", lambda _: self.Several(companies.several(self.session)))

    @on(Several)
    def _name_company(self, event: Several) -> None:
        self.program.several_companies = event.several
        self.query_one(TitleBar).company = self.company_shown
        self.refresh_bindings()

    def offers(self, command: type[Command]) -> bool:
        """Offer what needs a segment only where there is one."""
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
                return sentence + Content.assemble(
                    "\n", self.press(does.CreateSegment), " to create a segment of that name."
                )
            return sentence
        if not self.session.can_write:
            return Content("There are no segments yet.")
        return Content.assemble(
            "There are no segments yet.\n", self.press(does.CreateSegment), " to create one, or ",
            (key_shown(self.app, does.Import), "bold"), " to import contacts from a file.",
        )  # fmt: skip

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
            self.edit(event.row)
        elif event.action == "delete":
            self.ask_to_delete(event.row)

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
            self._show(segment, self.session)

    def _open_by_id(self, segment_id: int) -> None:
        def find(_: Interrupt) -> Message:
            segment = segments.get(self.session, segment_id)
            return self.Opening(segment, company_of(self.session, segment.company_id))

        self.requests.ask("open", find, keys_wait=True)

    @on(Opening)
    def _opening(self, event: Opening) -> None:
        self._show(event.segment, event.session)

    def _show(self, segment: Segment, session: Session) -> None:
        from segtui.tui.screens.segments.segment_detail import SegmentDetailScreen

        self.app.push_screen(SegmentDetailScreen(session, self.settings, segment))

    def action_import(self) -> None:
        """Import a file; where one looks at all companies, ask first which one it is for."""
        self.in_one_company("Import for which company?", self._import)

    def _import(self, session: Session) -> None:
        from segtui.tui.screens.imports.wizard.import_wizard import ImportScreen

        def ended(segment_id: int | None) -> None:
            self.reload(cursor=segment_id or self.table.cursor_id)
            if segment_id is not None:
                self._open_by_id(segment_id)

        self.app.push_screen(ImportScreen(session), ended)

    def action_export_segment(self) -> None:
        """Save the contacts of the segment under the cursor to a file."""
        from segtui.tui.screens.shared.export_form import ExportForm, ExportTarget

        segment, session = self.row, self.session
        if segment is None:
            return

        def write(target: ExportTarget, interrupt: Interrupt) -> Done:
            from segtui.services.contacts.contact_query import ContactQuery
            from segtui.services.exports import exports
            from segtui.ssh.user_file_words import hide_folders

            with hide_folders(session.user_files):
                own = company_of(session, segment.company_id)
                count = exports.export(own, ContactQuery(segment.id), target.path, target.form, interrupt)
            return target.done(count, "contact")

        def ended(target: ExportTarget | None) -> None:
            if target is not None:
                self.do(f"Writing {target.shown}", lambda interrupt: write(target, interrupt), undoable=False)

        what = f"{counted(segment.contacts, 'contact')} of “{segment.name}”, by name."
        self.app.push_screen(ExportForm(what, segment.name, session), ended)

    def action_show_archived(self) -> None:
        """Show the archived segments too, or hide them again."""
        self.query_now = replace(self.query_now, archived=not self.query_now.archived)
        self.query_one(TitleBar).place = "Segments, with the archived" if self.query_now.archived else "Segments"
        self.reload(cursor=self.table.cursor_id)

    def action_quit(self) -> None:
        """Leave the program."""
        self.app.exit()
