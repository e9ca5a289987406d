"""The filter form: the fields, the values of one of them with counts, and how many contacts match."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Static

from segtui.config.settings import Settings
from segtui.domain.search_terms import parse
from segtui.domain.text import clean
from segtui.services.contacts import filter_facets as facets
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.filter_fields import FILTER_FIELDS
from segtui.services.contacts.filters import Filter
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.actions.action import Command
from segtui.tui.actions.action_bindings import CommandHost
from segtui.tui.actions.filter_actions import ApplyFilters, LeaveFilters, NextField, PreviousField, ToggleValue
from segtui.tui.screens.filters.filter_choice import FieldValues, FilterKey, Selection, Value
from segtui.tui.screens.filters.filter_panes import FieldList, NarrowBox
from segtui.tui.screens.filters.filter_state import FilterState
from segtui.tui.widgets.chrome.glyphs import glyphs_for
from segtui.tui.widgets.chrome.key_bar import KeyBar
from segtui.tui.widgets.chrome.key_queue import KeyQueueApp
from segtui.tui.widgets.chrome.resize_fix import ResizeFix
from segtui.tui.widgets.chrome.service_requests import Refused, Requests
from segtui.tui.widgets.forms.dialogs import Answer, Question
from segtui.tui.widgets.forms.push_button import PushButton
from segtui.tui.widgets.forms.value_list import ValueList
from segtui.tui.widgets.table.table_cells import shown

_BUSY_DELAY = 0.1
"""Seconds before the form says that it counts: a word that comes and goes with every key would flicker."""
_KEY_HOLD = 0.5
"""Seconds for which keys wait for the values of a field that was not opened yet."""
_COUNTING_FIELD = next(name for name, field in FILTER_FIELDS.items() if field.is_partition and field.choices)
"""A field with two values, of which every contact has one: their counts add up to the number of matches."""


class FilterForm(CommandHost, ResizeFix, ModalScreen[tuple[Filter, ...] | None]):
    """Selects the filters of `query`. Dismissed with the new ones, or with None where nothing changes.

    `fields` are the names that are offered; without them all that make sense for the query.
    """

    commands = (ToggleValue, NextField, PreviousField, ApplyFilters, LeaveFilters)
    AUTO_FOCUS = "NarrowBox"

    @dataclass
    class ValuesLoaded(Message):
        """The values of a field."""

        field: str
        values: FieldValues

    @dataclass
    class Counted(Message):
        """The number of contacts that match each of some selections."""

        counts: Mapping[frozenset[FilterKey], int]

    def __init__(self, session: Session, query: ContactQuery, *, fields: Sequence[str] = ()) -> None:
        super().__init__()
        offered = tuple(fields) or tuple(
            name for name, field in FILTER_FIELDS.items() if field.inside_segments or query.segment_id is None
        )
        self._session = session
        self._state = FilterState(query, offered)
        self._busy_timer: Timer | None = None
        self._shows_busy = False
        self._release_keys: Callable[[], None] = _no_keys_held
        self.requests = Requests(self)

    def compose(self) -> ComposeResult:
        """Lay out the fields at the left, the values at the right, and what they come to below."""
        with Vertical(classes="dialog filters"):
            yield Static("Filters", classes="dialog-title", markup=False)
            with Horizontal(id="filter-panes"):
                yield FieldList(self._state.fields)
                with Vertical():
                    yield NarrowBox("", "")
                    yield Static("", id="filter-note", markup=False)
                    yield ValueList()
            yield Static("", id="filter-count", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield PushButton("Show the contacts", key="f10", id="apply")
                yield PushButton("Clear all", id="clear")
        yield KeyBar()

    def on_mount(self) -> None:
        """Open the first field."""
        settings: Settings = self.app.settings  # type: ignore[attr-defined]  # of the program
        self._state.zone_name = str(self._session.zone or settings.zone_name)
        self._open_field(self._state.field)

    def on_unmount(self) -> None:
        """Cancel the requests."""
        self.requests.cancel_all()

    def offers(self, command: type[Command]) -> bool:
        """Offer to select a value where the cursor is among them."""
        return command is not ToggleValue or isinstance(self.focused, NarrowBox)

    def on_descendant_focus(self) -> None:
        """Mark the part of the form that has the keys."""
        self.query_one(ValueList).set_class(isinstance(self.focused, NarrowBox), "-active")
        self.refresh_bindings()

    # Requests

    def _request(self) -> None:
        """Request the values and counts that are missing."""
        state, field, query, other_keys = self._state, self._state.field, self._state.query, self._state.other_keys
        if state.is_counted:
            self.requests.cancel("values")
        else:
            if state.is_unseen:
                self._hold_keys()
            self.requests.ask(
                "values",
                lambda interrupt: self.ValuesLoaded(
                    field,
                    FieldValues.from_facet(
                        other_keys, facets.facet(self._session, query, field, interrupt), query.filters
                    ),
                ),
            )
        self._request_counts()

    def _hold_keys(self) -> None:
        """Hold keys that came in one burst: they are meant for the values."""
        if isinstance(self.app, KeyQueueApp):
            self._release_keys = self.app.hold_keys()
            self.set_timer(_KEY_HOLD, self._release_keys)

    def _request_counts(self) -> None:
        selections = self._state.uncounted
        if selections:
            self.requests.ask("counts", lambda interrupt: self.Counted(self._counts(selections, interrupt)))
        else:
            self.requests.cancel("counts")
        self._update_busy()

    def _counts(self, selections: Sequence[Selection], interrupt: Interrupt) -> dict[frozenset[FilterKey], int]:
        counts = {}
        for selection in selections:
            facet = facets.facet(self._session, self._state.query_with(selection), _COUNTING_FIELD, interrupt)
            values = FieldValues.from_facet(frozenset(), facet)
            counts[selection.keys] = values.matching(_COUNTING_FIELD, selection.in_field(_COUNTING_FIELD)) or 0
        return counts

    @on(ValuesLoaded)
    def _values_loaded(self, event: ValuesLoaded) -> None:
        self._state.set_values(event.field, event.values)
        self._request_counts()
        self._show()
        self.call_later(self._release_keys)

    @on(Counted)
    def _counted(self, event: Counted) -> None:
        self._state.set_counts(event.counts)
        self._update_busy()
        self._show()

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        event.stop()
        self._update_busy()
        self.app.notify(clean(str(event.error)), severity="error", timeout=10, markup=False)

    def _update_busy(self) -> None:
        """Show after a moment that the form counts, while it does."""
        busy = self.requests.running("values") or self.requests.running("counts")
        if busy and self._busy_timer is None:
            self._busy_timer = self.set_timer(_BUSY_DELAY, self._show_busy)
        elif not busy and self._busy_timer is not None:
            self._busy_timer.stop()
            self._busy_timer, self._shows_busy = None, False

    def _show_busy(self) -> None:
        # It may have been on its way already when the answer came.
        if self._busy_timer is not None:
            self._shows_busy = True
            self._show_total()

    # Display

    def _open_field(self, field: str) -> None:
        self._state.open_field(field)
        box = self.query_one(NarrowBox)
        with self.prevent(NarrowBox.Changed):
            box.value = ""
        box.placeholder = self._state.declaration.placeholder
        self.query_one(FieldList).current = field
        box.focus()
        self._request()
        self._show()

    def _show(self) -> None:
        state, values = self._state, self._state.values
        self.query_one(FieldList).selected_counts = state.selected_counts
        self.query_one(ValueList).show(values, state.selection.keys, parse(state.typed))
        line, note = self.query_one("#filter-note", Static), state.note(len(values))
        line.update(Content(clean(note.sentence)))
        line.set_class(note.wrong, "wrong")
        self._show_total()

    def _show_total(self) -> None:
        signs, total = glyphs_for(self.app), self._state.total
        sentence = shown(self._state.selection.sentence, signs) or "no filter"
        if total is None:
            # Until it takes long, the line stays as it is: it would come and go with every key.
            if not self._shows_busy:
                return
            words = "counting..." if signs.ascii_only else "counting…"
        else:
            words = "1 contact matches" if total == 1 else f"{total:,} contacts match"
            if self._shows_busy:
                words += ", counting the values..." if signs.ascii_only else ", counting the values…"
        self.query_one("#filter-count", Static).update(
            Content.assemble((words, "bold"), (f"   {sentence}", "$foreground-muted"))
        )
        label = "Show the contacts" if total is None else "Show 1 contact" if total == 1 else f"Show {total:,} contacts"
        self.query_one("#apply", PushButton).label = label

    # Keys and clicks

    @on(NarrowBox.Changed)
    def _typed(self, event: NarrowBox.Changed) -> None:
        self._state.typed = event.value
        self._request_counts()
        self._show()

    @on(NarrowBox.Stepped)
    def _stepped(self, event: NarrowBox.Stepped) -> None:
        index = self._state.fields.index(self._state.field) + event.step
        if 0 <= index < len(self._state.fields):
            self._open_field(self._state.fields[index])

    @on(FieldList.Picked)
    def _picked(self, event: FieldList.Picked) -> None:
        self._open_field(event.field)

    @on(ValueList.Clicked)
    def action_toggle_value(self) -> None:
        """Select the value under the cursor, or take it out of the selection."""
        value = self.query_one(ValueList).cursor
        if isinstance(value, Value):
            self._state.toggle(value.filter)
            self._request()
            self._show()
            box = self.query_one(NarrowBox)
            box.focus()
            # The next text replaces this one.
            box.select_all()

    def action_move_cursor(self, step: int) -> None:
        """Move the cursor by `step` values."""
        self.query_one(ValueList).move(step)

    def action_move_pages(self, pages: int) -> None:
        """Move the cursor by `pages` screenfuls of values."""
        values = self.query_one(ValueList)
        values.move(pages * values.page)

    def action_next_field(self) -> None:
        """Go to the next field, after the last one to the buttons, after those to the first field."""
        self._go(1)

    def action_previous_field(self) -> None:
        """Go to the field or button before."""
        self._go(-1)

    def _go(self, step: int) -> None:
        buttons = list(self.query(PushButton))
        stops: list[str | PushButton] = [*self._state.fields, *buttons]
        current = self._state.field if isinstance(self.focused, NarrowBox) else self.focused
        index = next((index for index, stop in enumerate(stops) if stop is current or stop == current), 0)
        target = stops[(index + step) % len(stops)]
        if isinstance(target, PushButton):
            target.focus()
        else:
            self._open_field(target)

    @on(PushButton.Pressed, "#clear")
    def _clear(self) -> None:
        self._state.clear()
        self._request()
        self._show()
        self.query_one(NarrowBox).focus()

    @on(PushButton.Pressed, "#apply")
    def action_apply_filters(self) -> None:
        """Close the form with the selection."""
        self.dismiss(self._state.selection.filters if self._state.changed else None)

    def _leave(self) -> None:
        if not self._state.changed:
            self.dismiss(None)
            return
        question = Question(
            "Leave the filters as they were?",
            "What you chose will not be applied. Press escape again to leave.",
            [Answer("n", "Go on"), Answer("s", "Show them"), Answer("y", "Leave")],
            escape="y",
        )

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.dismiss(None)
            elif answer == "s":
                self.action_apply_filters()

        self.app.push_screen(question, answered)

    def action_leave_filters(self) -> None:
        """Empty the box; where it is empty, leave, after a question where the selection changed."""
        box = self.query_one(NarrowBox)
        if box.value and box.has_focus:
            box.value = ""
        else:
            self._leave()


def _no_keys_held() -> None:
    """Release no keys: none are held."""
