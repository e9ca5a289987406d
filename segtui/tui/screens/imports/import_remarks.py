"""The rows of a file that there is something to say about, one a line: rejected, duplicates, with a warning."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from segtui.config.settings import Settings
from segtui.domain import search_terms
from segtui.domain.text import clean, fold
from segtui.services import imports
from segtui.services.imports.remarks import Remark, RemarkQuery
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.services.session import Session
from segtui.tui.actions.global_actions import EVERYWHERE, SEARCHING, Back, Copy, ExportList, ReverseSort, Sort
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.widgets.table.table_columns import TableColumn, Width

if TYPE_CHECKING:
    from segtui.services.imports import ImportResult


def remarks_of(result: "ImportResult") -> list[Remark]:
    """Return all remarks that came with a result, in the order of the file."""
    rows = [
        *((row.line, "rejected", row.reason) for row in result.rejected_examples),
        *((line, "duplicate", f"the same contact as line {first:,}") for line, first in result.duplicate_examples),
        *((row.line, "warning", row.text) for row in result.warning_examples),
    ]
    rows.sort(key=lambda columns: columns[0])
    return [Remark(number, *columns) for number, columns in enumerate(rows, 1)]


@dataclass(frozen=True)
class RemarkListing:
    """Remarks as a list that is searched and sorted. They are all here; nothing is asked of a database."""

    remarks: Sequence[Remark]
    typed: str = ""
    sort: str = "line"
    descending: bool = False
    search: search_terms.Search = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "search", search_terms.parse(self.typed))

    def first(self, limit: int) -> list[Remark]:
        """Return the first remarks of the order."""
        return self._ordered()[:limit]

    def ids(self) -> "array[int]":
        """Return the id of every remark, in order."""
        return array("q", (remark.id for remark in self._ordered()))

    def rows(self, ids: Sequence[int]) -> dict[int, Remark]:
        """Return the remarks with these ids."""
        return {number: self.remarks[number - 1] for number in ids}

    @property
    def matching(self) -> object:
        """The query by which remarks match."""
        return self.search

    def belonging(self, ids: Sequence[int]) -> set[int]:
        """Return these ids: no remark ever goes."""
        return set(ids)

    def _ordered(self) -> list[Remark]:
        matching = [remark for remark in self.remarks if search_terms.matches(self.search, _text(remark))]
        if self.sort == "line":
            return matching[::-1] if self.descending else matching
        return sorted(matching, key=lambda remark: fold(getattr(remark, self.sort)), reverse=self.descending)


def _text(remark: Remark) -> str:
    return "\n".join(search_terms.field_text(word) for word in (str(remark.line), remark.kind, remark.text))


class Remarks(Protocol):
    """A set of remarks that can be listed."""

    missing: int
    """Remarks that there are and that are not listed."""

    def listing(self, query: RemarkQuery, interrupt: Interrupt) -> Listing[Remark]:
        """Return the remarks that `query` selects."""

    def total(self) -> int:
        """Return the number of remarks without a search. Runs in a thread."""


class JudgedRemarks:
    """The remarks of a file that was judged and not imported: its first ones, in memory."""

    def __init__(self, result: "ImportResult") -> None:
        self._remarks = remarks_of(result)
        self.missing = result.remarks - len(self._remarks)

    def listing(self, query: RemarkQuery, interrupt: Interrupt) -> Listing[Remark]:  # noqa: ARG002 -- nothing to interrupt
        """Return the remarks that `query` selects."""
        return RemarkListing(self._remarks, query.search, query.sort, query.descending)

    def total(self) -> int:
        """Return the number of remarks that are listed."""
        return len(self._remarks)


class KeptRemarks:
    """The remarks that are kept with an import: all of them, in the database."""

    missing = 0

    def __init__(self, session: Session, import_id: int) -> None:
        self._session = session
        self._import_id = import_id

    def listing(self, query: RemarkQuery, interrupt: Interrupt) -> Listing[Remark]:
        """Return the remarks that `query` selects."""
        return imports.remarks.listing(self._session, self._import_id, query, interrupt)

    def total(self) -> int:
        """Return the number of remarks of the import."""
        return imports.remarks.total(self._session, self._import_id)


class RemarksScreen(ListScreen[Remark]):
    """Lists remarks. `path` is the position of the user, for the title line."""

    commands = (*SEARCHING, Sort, ReverseSort, ExportList, Copy, Back, *EVERYWHERE)
    list_name = "remarks"
    row_names = ("remark", "remarks")
    search_hint = "Search by line, kind or reason"
    first_order = ("line", False)

    def __init__(
        self, session: Session, settings: Settings, remarks: Remarks, path: str = "Import > Rows with remarks"
    ) -> None:
        super().__init__(session, settings)
        self._remarks = remarks
        self.title_path = path
        self._typed = ""

    def compose_between(self) -> Iterable[Widget]:
        """Yield the sentence about remarks that are not listed."""
        if self._remarks.missing:
            sentence = (
                f"These are the first ones; {self._remarks.missing:,} more are not listed. After the import all are."
            )
            yield Static(Content(sentence), id="remarks-missing")

    def columns(self) -> list[TableColumn[Remark]]:
        """Return the columns."""
        return list(_COLUMNS)

    def listing(self, interrupt: Interrupt) -> Listing[Remark]:
        """Return the remarks that match, in the order of the screen."""
        sort, descending = self.order
        return self._remarks.listing(RemarkQuery(self._typed, sort, descending), interrupt)

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return a function for a list that never changes."""
        return lambda _: True

    def count_all(self) -> int:
        """Return the number of remarks without the search."""
        return self._remarks.total()

    def search_for(self, typed: str) -> None:
        """Take the typed search."""
        self._typed = typed

    def sort_by(self, sort: str, *, descending: bool) -> None:
        """Take an order: it is in `order` already."""

    def nothing_found(self) -> Content:
        """Say that nothing matches."""
        return Content.assemble("No remark matches “", (clean(self._typed.strip()), "bold"), "”.")


_COLUMNS: Sequence[TableColumn[Remark]] = (
    TableColumn(
        "line",
        "Line",
        lambda remark: f"{remark.line:,}" if remark.line else "file",
        Width(9, 9),
        priority=1,
        align="right",
        sort="line",
    ),
    TableColumn("kind", "Kind", lambda remark: remark.kind, Width(9, 9), priority=2, sort="kind"),
    TableColumn("text", "Reason", lambda remark: remark.text, Width(30, 60, flex=1), priority=1, sort="text"),
)
