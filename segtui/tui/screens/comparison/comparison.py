"""Comparison of segments: their sizes, overlaps, union, intersection and differences, each a line of a table."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from textual import on
from textual.content import Content
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Static

from segtui.config.settings import Settings
from segtui.domain.criteria.fields import Catalog
from segtui.domain.criteria.sentences import sentence_of
from segtui.domain.text import counted
from segtui.errors import NotFound, SegtuiError
from segtui.services.criteria import expressions
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.services.segments import set_operations
from segtui.services.segments.set_operations import Overlap, SetLine
from segtui.services.session import Session
from segtui.services.small_listing import SmallListing
from segtui.tui.actions import set_actions as does
from segtui.tui.actions.global_actions import SEARCHING, UNDOING, Back, ChooseColumns, Copy, ReverseSort, Sort
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.screens.base.collaborators import Holds
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.screens.comparison.set_actions import SetActions
from segtui.tui.screens.comparison.set_columns import KIND_WORDS, set_columns
from segtui.tui.widgets.chrome.glyphs import glyphs_for
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn

_KEYS: Final[dict[str, Callable[[SetLine], Any]]] = {
    "order": lambda line: line.id,
    "title": lambda line: line.title,
    "contacts": lambda line: line.contacts,
}


@dataclass(frozen=True, slots=True)
class SetQuery:
    """A search of lines and their order, one of `_KEYS`."""

    search: str = ""
    sort: str = "order"
    descending: bool = False


class ComparisonScreen(ListScreen[SetLine]):
    """Compares segments of the company of `session`. The numbers are of one moment, and follow changes."""

    commands = (
        does.ViewSet,
        does.SetToSegment,
        *SEARCHING,
        *UNDOING,
        does.ExportSet,
        Copy,
        Sort,
        ReverseSort,
        ChooseColumns,
        Back,
        *IN_SECTIONS,
    )
    list_name = "comparison"
    row_names = ("line", "lines")
    search_hint = "Search by segment, or by overlap, difference, union…"
    first_order = ("order", False)
    needs_row = (does.ViewSet, does.SetToSegment, does.ExportSet, Copy)
    query_now: var[SetQuery] = var(SetQuery)

    set_actions = Holds(SetActions)

    def __init__(self, session: Session, settings: Settings, segment_ids: Sequence[int]) -> None:
        super().__init__(session, settings)
        self._segment_ids = tuple(segment_ids)
        self._compared: tuple[object, Overlap] | None = None
        """The state of the segments, and their overlap in it."""
        self._catalog: Catalog | None = None
        self.title_path = f"Segments > Compare {len(segment_ids)}"

    def columns(self) -> list[TableColumn[SetLine]]:
        """Return the columns."""
        return set_columns(self._share_of, ascii_only=glyphs_for(self.app).ascii_only)

    def _share_of(self, line: SetLine) -> float:
        union = self._compared[1].union if self._compared is not None else 0
        return line.contacts / union if union else 0.0

    def compose_between(self) -> Iterable[Widget]:
        """Yield the line that says in words, with every name, which contacts the line under the cursor counts."""
        yield Static(id="set-words", markup=False)

    @on(ResultTable.CursorMoved)
    @on(ResultTable.LoadFinished)
    def _show_words(self) -> None:
        line, words = self.row, ""
        if line is not None and self._catalog is not None:
            inside = sentence_of(line.set.criteria(self.names), self._catalog)
            words = f"{counted(line.contacts, 'contact')} {inside}"
        self.query_one("#set-words", Static).update(Content(words))

    @property
    def names(self) -> dict[int, str]:
        """The names of the segments by their ids; empty until they were compared."""
        return dict(self._compared[1].names) if self._compared is not None else {}

    # The rows

    def listing(self, interrupt: Interrupt) -> Listing[SetLine]:
        """Return the lines that match."""
        query = self.query_now
        return SmallListing(
            lambda: self._read(interrupt),
            lambda line: (line.title, KIND_WORDS[line.kind]),
            _KEYS[query.sort],
            query.search,
            query.descending,
        )

    def _read(self, interrupt: Interrupt) -> Sequence[SetLine]:
        """Return all lines, compared anew where a segment was changed. Runs in a thread."""
        state = set_operations.state_of(self.session, self._segment_ids, interrupt)
        if self._catalog is None:
            self._catalog = expressions.catalog(self.session)
        if self._compared is None or self._compared[0] != state:
            self._compared = (state, set_operations.overlap(self.session, self._segment_ids, interrupt))
        return self._compared[1].lines()

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return a function that reads the state of the segments."""
        session, segment_ids = self.session, self._segment_ids
        return lambda interrupt: (set_operations.state_of(session, segment_ids, interrupt),)

    def count_all(self) -> int:
        """Return the number of lines without the search."""
        return len(self._compared[1].lines()) if self._compared is not None else 0

    def nothing_found(self) -> Content:
        """Return the text of an empty table."""
        return super().nothing_found() if self.query_now.search.strip() else Content("Comparing the segments.")

    def failed(self, error: SegtuiError) -> None:
        """Say why the segments could not be compared; go back where one of them is gone."""
        super().failed(error)
        if isinstance(error, NotFound) and self.is_active:
            self.dismiss(None)

    # Commands

    @on(ResultTable.Opened)
    def action_view_set(self) -> None:
        """List the contacts of the line under the cursor."""
        if (line := self.row) is not None:
            self.set_actions.view(line)
