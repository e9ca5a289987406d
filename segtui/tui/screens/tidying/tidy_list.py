"""The segments that could be tidied: each with its reasons and a proposed action, done for many at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from textual import on
from textual.content import Content
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Static

from segtui.config.settings import Settings
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.services.segments import many_segments, segments, tidy_changes, tidying
from segtui.services.segments.segments import Segment
from segtui.services.segments.tidying import Finding
from segtui.services.session import Session, company_of
from segtui.services.small_listing import SmallListing
from segtui.tui.actions import tidy_actions as does
from segtui.tui.actions.global_actions import (
    MARKING,
    SEARCHING,
    UNDOING,
    Back,
    ChooseColumns,
    Copy,
    ExportList,
    MarkAll,
    ReverseSort,
    Sort,
    ToggleMark,
)
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.screens.tidying import tidy_questions
from segtui.tui.screens.tidying.tidy_columns import ACTION_WORDS, sentence_of, tidy_columns
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn

_ACTIONS: Final = tuple(ACTION_WORDS)
"""The actions in the order of the list: those that the screen does, those for a person, and none."""
_KEYS: Final[dict[str, Callable[[Finding], Any]]] = {
    "name": lambda row: row.segment.name,
    "reason": lambda row: row.words,
    "action": lambda row: _ACTIONS.index(row.action),
    "contacts": lambda row: row.segment.contacts,
    "company": lambda row: row.segment.company,
}


@dataclass(frozen=True, slots=True)
class TidyQuery:
    """A search of findings and their order, one of `_KEYS`."""

    search: str = ""
    sort: str = "action"
    descending: bool = False


class TidyScreen(ListScreen[Finding]):
    """Lists the segments that could be tidied. It is computed anew after changes of segments, campaigns and rules."""

    commands = (
        does.OpenFinding,
        does.TidyMarked,
        does.RenameFinding,
        *MARKING,
        *SEARCHING,
        *UNDOING,
        Sort,
        ReverseSort,
        ExportList,
        Copy,
        ChooseColumns,
        Back,
        *IN_SECTIONS,
    )
    list_name = "tidy"
    title_path = "Segments > Tidy"
    row_names = ("segment", "segments")
    search_hint = "Search by name, reason or action"
    first_order = ("action", False)
    needs_row = (does.OpenFinding, does.TidyMarked, does.RenameFinding, ToggleMark, MarkAll, Copy)
    query_now: var[TidyQuery] = var(TidyQuery)

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__(session, settings)
        self._computed: tuple[object, Sequence[Finding]] | None = None
        """The state of the database, and the findings in it."""

    def new_table(self) -> ResultTable[Finding]:
        """Return the table, with marks."""
        return ResultTable(self.columns(), id="rows")

    def columns(self) -> list[TableColumn[Finding]]:
        """Return the columns."""
        return tidy_columns()

    def compose_between(self) -> Iterable[Widget]:
        """Yield the line with all reasons of the segment under the cursor."""
        yield Static(id="tidy-words", markup=False)

    @on(ResultTable.CursorMoved)
    @on(ResultTable.LoadFinished)
    def _show_words(self) -> None:
        self.query_one("#tidy-words", Static).update(Content("" if self.row is None else sentence_of(self.row)))

    # The rows

    def listing(self, interrupt: Interrupt) -> Listing[Finding]:
        """Return the findings that match."""
        query = self.query_now
        return SmallListing(
            lambda: self._read(interrupt),
            lambda row: (row.segment.name, row.words, ACTION_WORDS[row.action]),
            _KEYS[query.sort],
            query.search,
            query.descending,
        )

    def _read(self, interrupt: Interrupt) -> Sequence[Finding]:
        """Return all findings, computed anew after a change. Runs in a thread."""
        state = tidying.state_of(self.session, interrupt)
        computed = self._computed
        if computed is None or computed[0] != state:
            computed = self._computed = (state, tidying.findings(self.session, interrupt=interrupt))
        return computed[1]

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return a function that reads the state that the findings depend on."""
        session = self.session
        return lambda interrupt: (tidying.state_of(session, interrupt),)

    def count_all(self) -> int:
        """Return the number of findings without the search."""
        return len(self._computed[1]) if self._computed is not None else 0

    def nothing_yet(self) -> Content:
        """Return the text of an empty list."""
        return Content("Nothing to tidy.")

    # Commands

    @on(ResultTable.Opened)
    def action_open_finding(self) -> None:
        """Open the segment under the cursor."""
        if (row := self.row) is not None:
            self._open(row.id)

    @flow
    async def _open(self, segment_id: int) -> None:
        from segtui.tui.screens.segments.segment_detail import SegmentDetailScreen

        segment = await self.read(lambda _: segments.get(self.session, segment_id))
        session = company_of(self.session, segment.company_id) if self.session.company is None else self.session
        if self.is_top_work_screen:
            self.app.push_screen(SegmentDetailScreen(session, self.settings, segment))

    @flow
    async def action_rename_finding(self) -> None:
        """Open the form of the segment under the cursor."""
        from segtui.tui.screens.segments.segment_form import SegmentForm, form_context

        if (row := self.row) is None:
            return

        def read(_: Interrupt) -> Segment:
            return segments.get(self.session, row.id)

        segment = await self.read(read)
        session, catalog = await self.read(lambda _: form_context(self.session, segment))
        edited = await self.ask(SegmentForm(session, catalog, segment))
        if edited is not None:
            self.post_message(Done(f"“{edited.name}” was saved.", edited.id))

    @flow
    async def action_tidy_marked(self) -> None:
        """Do what is proposed for the marked segments, or the one under the cursor, after a question."""
        ids = list(self.table.marked_ids()) or ([self.row.id] if self.row is not None else [])
        computed = {row.id: row for row in self._computed[1]} if self._computed is not None else {}
        rows = [computed[segment_id] for segment_id in ids if segment_id in computed]
        if not rows:
            return
        possible = tidy_changes.doable(rows)
        if not possible:
            self.say_refusal(tidy_questions.left_to_people(rows))
            return
        session = await self.read(lambda _: many_segments.one_company(self.session, [row.id for row in possible]))
        answer = await self.ask(tidy_questions.tidy_question(possible, [row for row in rows if row not in possible]))
        if answer == "a":
            possible = tidy_changes.only_archived(possible)
        if answer in {"a", "y"}:
            self._tidy(session, possible)

    def _tidy(self, session: Session, rows: Sequence[Finding]) -> None:
        def write(interrupt: Interrupt) -> Done:
            tidied = tidy_changes.apply(session, rows, interrupt)
            remark = " Their contacts were kept." if tidied.deleted else ""
            return Done(f"{tidied.words}.{remark}")

        self.do("Tidying segments", write, undoable=any(row.action != "delete" for row in rows))
