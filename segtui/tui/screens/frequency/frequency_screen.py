"""The frequency table of a field among the contacts of a list: every value with its contacts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from textual import events, on
from textual.content import Content
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Static

from segtui.config.settings import Settings
from segtui.domain.criteria.fields import CriteriaField, declared_field, in_offered_order
from segtui.domain.criteria.tree import Criteria, fields_of
from segtui.domain.periods import PERIODS
from segtui.domain.text import clean, counted, was
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import field_names, frequency
from segtui.services.criteria.frequency import FrequencyTable, Line
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.services.session import Session
from segtui.tui.actions import frequency_actions as does
from segtui.tui.actions.action import Command
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
from segtui.tui.actions.segment_actions import ChooseCompany
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.screens.frequency.field_picker import FieldPicker
from segtui.tui.screens.frequency.frequency_rows import (
    CONTACTS_SORT,
    VALUE_SORT,
    FrequencyListing,
    FrequencyQuery,
    FrequencyRow,
    frequency_columns,
)
from segtui.tui.widgets.chrome.glyphs import glyphs_for
from segtui.tui.widgets.chrome.key_bar import key_shown
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn

_LIST_NAME: Final = "frequency"
_FIRST_FIELD: Final = "source"


@dataclass(frozen=True, slots=True)
class CountedList:
    """The list whose contacts are counted: its location in the title line, and the search and filters in words."""

    path: str
    filters: Sequence[str] = ()
    search: str = ""

    @property
    def narrowed(self) -> str:
        """The filters and the search; blank without any."""
        search = [f"search “{self.search.strip()}”"] if self.search.strip() else []
        return clean(", ".join((*self.filters, *search)))


class FrequencyScreen(ListScreen[FrequencyRow]):
    """The values of a field among the contacts of `query`, which are those of `counted_list`.

    It is dismissed when a value is picked to filter the list by: `picked_line`.
    """

    commands = (
        does.FilterByValue,
        does.SegmentsFromValues,
        *MARKING,
        does.ChooseField,
        does.ChangePeriod,
        does.NextField,
        does.PreviousField,
        *SEARCHING,
        *UNDOING,
        ExportList,
        Copy,
        Sort,
        ReverseSort,
        ChooseColumns,
        Back,
        *IN_SECTIONS,
    )
    list_name = _LIST_NAME
    row_names = ("value", "values")
    search_hint = "Search in the values"
    needs_row = (does.FilterByValue, does.SegmentsFromValues, ToggleMark, MarkAll, Copy)
    first_order: ClassVar[tuple[str, bool]] = (CONTACTS_SORT, True)
    query_now: var[FrequencyQuery] = var(lambda: FrequencyQuery(ContactQuery(), _FIRST_FIELD))

    def __init__(
        self,
        session: Session,
        settings: Settings,
        query: ContactQuery,
        fields: Sequence[str],
        counted_list: CountedList,
    ) -> None:
        super().__init__(session, settings)
        self._fields = fields
        self._counted_list = counted_list
        self._table: tuple[object, FrequencyTable] | None = None
        """The table that was counted last, with what decided its counts."""
        self.picked_line: Line | None = None
        """The line to filter the list by; None where the table is left without one."""
        self.query_now = FrequencyQuery(query, _FIRST_FIELD)

    def compose_between(self) -> Iterable[Widget]:
        """Yield the line about the table."""
        yield Static("", id="frequency-about", markup=False)

    def new_table(self) -> ResultTable[FrequencyRow]:
        """Return the table, not filled yet."""
        return ResultTable(self.columns(), found_in=True, id="rows")

    def columns(self) -> list[TableColumn[FrequencyRow]]:
        """Return the columns of the present field."""
        width = self.app.size.width
        return frequency_columns(self.query_now.field, width, is_ascii=glyphs_for(self.app).ascii_only)

    def on_resize(self, event: events.Resize) -> None:
        """Draw the bars as long as there is room."""
        super().on_resize(event)
        self.table.set_columns(self.columns(), self.hidden)

    def recall(self) -> None:
        """Take the field that was shown last, and the columns; the order follows the field."""
        remembered = [name for name in self.program.remembered.shown(_LIST_NAME) if name in self._fields]
        self._take_field(remembered[0] if remembered else self.query_now.field)
        self.show_title()

    def show_title(self) -> None:
        """Show the location of the list, and the field."""
        self.title_path = f"{self._counted_list.path} > By {clean(self._declared.label)}"
        super().show_title()

    @property
    def _declared(self) -> CriteriaField:
        return declared_field(self.query_now.field)

    # The rows

    def reload(self, *, cursor: int | None = None, same_rows: bool = False, quietly: bool = False) -> None:
        """Load the rows; unless only their order or the search changes, the contacts are counted anew."""
        if not same_rows:
            self._table = None
        super().reload(cursor=cursor, same_rows=same_rows, quietly=quietly)

    def listing(self, interrupt: Interrupt) -> Listing[FrequencyRow]:
        """Return the lines that match."""
        query = self.query_now
        return FrequencyListing(query, lambda: self._counted_table(query, interrupt))

    def _counted_table(self, query: FrequencyQuery, interrupt: Interrupt | None = None) -> FrequencyTable:
        """Return the table of a query, counted unless it is known. Runs in a thread."""
        last = self._table
        if last is not None and last[0] == query.counted:
            return last[1]
        table = frequency.frequency(
            self.session, query.contacts, query.field, query.period, interrupt, limit=frequency.MAX_LINES
        )
        self._table = (query.counted, table)
        return table

    @property
    def table_now(self) -> FrequencyTable | None:
        """The table that is shown; None while it is counted."""
        last = self._table
        return last[1] if last is not None and last[0] == self.query_now.counted else None

    def count_all(self) -> int:
        """Return the number of lines without the search."""
        return len(self._counted_table(self.query_now).lines)

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return a function for a thread. Its value differs after every change that the table shows."""
        session, query = self.session, self.query_now
        fields = {query.field, *fields_of(query.contacts.criteria)}
        results = query.contacts.results

        def read(interrupt: Interrupt) -> object:
            from segtui.services import change_watcher

            state = change_watcher.state_of(session, query.contacts.viewed_segment, interrupt, fields)
            if results is None:
                return (state,)
            from segtui.services.campaigns.results import progress

            return state, progress.state_of_one(session, results.campaign_id, interrupt)

        return read

    def nothing_yet(self) -> Content:
        """Return the text of a table without contacts."""
        return Content("No contact is listed, so there is nothing to count.")

    @on(ResultTable.Counted)
    def _show_about(self) -> None:
        table = self.table_now
        if table is None:
            return
        label = clean(self._declared.label)
        by_period = f" by {table.of.period}" if table.of.period else ""
        narrowed = f" ({self._counted_list.narrowed})" if self._counted_list.narrowed else ""
        among = (
            f"{label}{by_period} of {counted(table.contacts, 'contact')}{narrowed}, {table.callable:,} can be called."
        )
        if table.overlaps:
            among += f" A contact can be in several {label.lower()}s: the lines overlap."
        if table.rarer_values:
            among += (
                f" These are the {len(table.lines):,} most frequent values; {table.rarer_values:,} others have"
                f" {counted(table.rarer_contacts, 'contact')}."
            )
        self.query_one("#frequency-about", Static).update(among)
        self.refresh_bindings()

    # The field

    def offers(self, command: type[Command]) -> bool:
        """Offer the periods where the field has days."""
        if command is does.ChangePeriod and self._declared.kind != "day":
            return False
        return super().offers(command)

    def _take_field(self, name: str) -> None:
        """Take a field into the query, in the order that suits it; the next `reload` shows it."""
        self.query_now = replace(self.query_now, field=name, period=None)
        is_day = declared_field(name).kind == "day"
        self.sorted_by(VALUE_SORT if is_day else CONTACTS_SORT, descending=True)
        self.table.set_columns(self.columns(), self.hidden)
        self.program.remembered.remember_shown(_LIST_NAME, [name])

    def _show_field(self, name: str) -> None:
        self._take_field(name)
        self.list_search.put("")
        self.query_one("#frequency-about", Static).update("")
        self.show_title()
        self.reload()
        self.refresh_bindings()

    def action_next_field(self) -> None:
        """Show the next field."""
        self._step(1)

    def action_previous_field(self) -> None:
        """Show the field before."""
        self._step(-1)

    def _step(self, step: int) -> None:
        position = self._fields.index(self.query_now.field)
        self._show_field(self._fields[(position + step) % len(self._fields)])

    @flow
    async def action_choose_field(self) -> None:
        """Pick the field."""
        name = await self.ask(FieldPicker(self._fields))
        if name is not None:
            self._show_field(name)

    def action_change_period(self) -> None:
        """Show the next period of the days."""
        table = self.table_now
        period = self.query_now.period or (table.of.period if table else None)
        following = PERIODS[(PERIODS.index(period) + 1) % len(PERIODS)] if period else PERIODS[0]
        self.query_now = replace(self.query_now, period=following)
        self.reload()

    # Lines

    @on(ResultTable.Opened)
    def action_filter_by_value(self) -> None:
        """Go back to the list, and filter it by the line under the cursor."""
        if (row := self.row) is not None:
            self.picked_line = row.line
            self.dismiss(None)

    @flow
    async def action_segments_from_values(self) -> None:
        """Make a segment of each marked line, or of the one under the cursor."""
        from segtui.services.segments import segments_by
        from segtui.tui.screens.frequency.segments_by_form import SegmentsByForm

        table, marked = self.table_now, self.table.marked_count
        if table is None or self.table.is_outdated:
            self.say_refusal("The contacts are still being counted: wait for the table.")
            return
        if self.session.company is None:
            key = key_shown(self.app, ChooseCompany)
            self.say_refusal(
                f"These contacts belong to several companies. Choose one with {key} in the list, then come back."
            )
            return
        rows = FrequencyListing(self.query_now, lambda: table).every
        lines = [rows[key].line for key in self.table.selection.ids() if key in rows] if marked else []
        if not marked and (row := self.row) is not None:
            lines = [row.line]
        if not lines:
            return
        covers_table = len(lines) == len(table.lines) and not table.rarer_values
        contacts = self.query_now.contacts
        first = segments_by.SegmentsBy(
            contacts, lines, segments_by.default_pattern(contacts), covers_table=covers_table
        )
        session = self.session
        request = await self.ask(SegmentsByForm(session, first))
        if request is None:
            return

        def write(interrupt: Interrupt) -> Done:
            made = segments_by.segments_from(session, request, interrupt)
            total = counted(sum(segment.contacts for segment in made), "contact")
            were = was(len(made))
            return Done(f"{counted(len(made), 'segment')} {were} created, with {total} in all.")

        self.do(f"Creating {counted(request.count, 'segment')}", write)


async def pick_value(screen: WorkScreen, query: ContactQuery, counted_list: CountedList) -> Criteria | None:
    """Open the frequency table of the contacts of a query above a list; return the criteria of the picked line.

    None where it is left without one. To be awaited in a flow of `screen`.
    """
    session = screen.session
    in_segment = query.viewed_segment is not None

    def read(interrupt: Interrupt) -> list[str]:
        fields = field_names.every(session, in_segment=in_segment, interrupt=interrupt)
        return in_offered_order([field.name for field in fields])

    table = FrequencyScreen(session, screen.settings, query, await screen.read(read), counted_list)
    await screen.ask(table)
    return None if table.picked_line is None else table.picked_line.criteria
