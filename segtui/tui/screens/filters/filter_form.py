"""The form of the filters: the fields, the values of one of them with counts, and how many contacts match."""

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
from segtui.services.contacts import facets
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.filters import FIELDS, Filter
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.actions.action import Command
from segtui.tui.actions.action_bindings import CommandHost
from segtui.tui.actions.filter_actions import ApplyFilters, LeaveFilters, NextField, PreviousField, ToggleValue
from segtui.tui.screens.filters.filter_choice import Choice, Found, Key, Value
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

# What is answered faster is not announced: a sign that comes and goes with every key would flicker.
_PATIENCE = 0.1
# How long keys wait for the values of a field that was not looked at yet.
_HELD = 0.5
_COUNTED_BY = "do_not_call"
"""A field with two values, one of which every contact has: their counts add up to how many contacts match."""


class FilterForm(CommandHost, ResizeFix, ModalScreen[tuple[Filter, ...] | None]):
    """Chooses the filters of `query`; is dismissed with the new ones, or with None where they stay as they are.

    `fields` are those of filters.FIELDS that are offered; without them all that make sense for the query.
    """

    commands = (ToggleValue, NextField, PreviousField, ApplyFilters, LeaveFilters)
    AUTO_FOCUS = "NarrowBox"

    @dataclass
    class ValuesFound(Message):
        """The values of a field."""

        field: str
        found: Found

    @dataclass
    class Counted(Message):
        """How many contacts match each of these choices."""

        counts: Mapping[frozenset[Key], int]

    def __init__(self, session: Session, query: ContactQuery, *, fields: Sequence[str] = ()) -> None:
        super().__init__()
        offered = tuple(fields) or tuple(each for each in FIELDS if each != "segment" or query.segment_id is None)
        self._session = session
        self._state = FilterState(query, offered)
        self._waiting: Timer | None = None
        self._is_slow = False
        self._let_go: Callable[[], None] = _nothing
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
        """Look at the first field."""
        settings: Settings = self.app.settings  # type: ignore[attr-defined]  # of the program
        self._state.zone = str(self._session.zone or settings.zone_name)
        self._look_at(self._state.field)

    def on_unmount(self) -> None:
        """Stop what is still being asked."""
        self.requests.cancel_all()

    def offers(self, command: type[Command]) -> bool:
        """Offer to choose a value where the cursor is among them."""
        return command is not ToggleValue or isinstance(self.focused, NarrowBox)

    def on_descendant_focus(self) -> None:
        """Show where the keys go."""
        self.query_one(ValueList).set_class(isinstance(self.focused, NarrowBox), "-active")
        self.refresh_bindings()

    # What is asked

    def _ask(self) -> None:
        """Ask for what is not known yet of what is shown."""
        state, field, query, besides = self._state, self._state.field, self._state.query, self._state.besides
        if state.is_known:
            self.requests.cancel("values")
        else:
            if state.is_new:
                self._hold_keys()
            self.requests.ask(
                "values",
                lambda interrupt: self.ValuesFound(
                    field, Found.of(besides, facets.facet(self._session, query, field, interrupt), query.filters)
                ),
            )
        self._ask_counts()

    def _hold_keys(self) -> None:
        """Let keys that came in one burst wait a moment: they are meant for the values."""
        if isinstance(self.app, KeyQueueApp):
            self._let_go = self.app.hold_keys()
            self.set_timer(_HELD, self._let_go)

    def _ask_counts(self) -> None:
        choices = self._state.uncounted
        if choices:
            self.requests.ask("counts", lambda interrupt: self.Counted(self._counts(choices, interrupt)))
        else:
            self.requests.cancel("counts")
        self._wait()

    def _counts(self, choices: Sequence[Choice], interrupt: Interrupt) -> dict[frozenset[Key], int]:
        counts = {}
        for choice in choices:
            query = self._state.query_of(choice)
            found = Found.of(frozenset(), facets.facet(self._session, query, _COUNTED_BY, interrupt))
            counts[choice.keys] = found.matching(_COUNTED_BY, choice.of(_COUNTED_BY)) or 0
        return counts

    @on(ValuesFound)
    def _values_found(self, event: ValuesFound) -> None:
        self._state.take_values(event.field, event.found)
        self._ask_counts()
        self._show()
        self.call_later(self._let_go)

    @on(Counted)
    def _counted(self, event: Counted) -> None:
        self._state.take_counts(event.counts)
        self._wait()
        self._show()

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        event.stop()
        self._wait()
        self.app.notify(clean(str(event.error)), severity="error", timeout=10, markup=False)

    def _wait(self) -> None:
        """Say after a moment that something is being counted, if it still is; and no longer when it is not."""
        busy = self.requests.running("values") or self.requests.running("counts")
        if busy and self._waiting is None:
            self._waiting = self.set_timer(_PATIENCE, self._slow)
        elif not busy and self._waiting is not None:
            self._waiting.stop()
            self._waiting, self._is_slow = None, False

    def _slow(self) -> None:
        # It may have been on its way already when the answer came.
        if self._waiting is not None:
            self._is_slow = True
            self._show_total()

    # What is shown

    def _look_at(self, field: str) -> None:
        self._state.look_at(field)
        box = self.query_one(NarrowBox)
        with self.prevent(NarrowBox.Changed):
            box.value = ""
        box.placeholder = "A part of a value" if field != "added" else "A day, or FROM..TO"
        self.query_one(FieldList).current = field
        box.focus()
        self._ask()
        self._show()

    def _show(self) -> None:
        state, values = self._state, self._state.values
        self.query_one(FieldList).chosen = state.chosen
        self.query_one(ValueList).show(values, state.choice.keys, parse(state.typed))
        line, note = self.query_one("#filter-note", Static), state.note(len(values))
        line.update(Content(clean(note.sentence)))
        line.set_class(note.wrong, "wrong")
        self._show_total()

    def _show_total(self) -> None:
        signs, total = glyphs_for(self.app), self._state.total
        sentence = shown(self._state.choice.sentence, signs) or "no filter"
        if total is None:
            # Until it takes long, the line stays as it is: it would come and go with every key.
            if not self._is_slow:
                return
            words = "counting..." if signs.ascii_only else "counting…"
        else:
            words = "1 contact matches" if total == 1 else f"{total:,} contacts match"
            if self._is_slow:
                words += ", counting the values..." if signs.ascii_only else ", counting the values…"
        self.query_one("#filter-count", Static).update(
            Content.assemble((words, "bold"), (f"   {sentence}", "$foreground-muted"))
        )
        label = "Show the contacts" if total is None else "Show 1 contact" if total == 1 else f"Show {total:,} contacts"
        self.query_one("#apply", PushButton).label = label

    # What the keys and clicks do

    @on(NarrowBox.Changed)
    def _typed(self, event: NarrowBox.Changed) -> None:
        self._state.typed = event.value
        self._ask_counts()
        self._show()

    @on(NarrowBox.Stepped)
    def _stepped(self, event: NarrowBox.Stepped) -> None:
        place = self._state.fields.index(self._state.field) + event.step
        if 0 <= place < len(self._state.fields):
            self._look_at(self._state.fields[place])

    @on(FieldList.Picked)
    def _picked(self, event: FieldList.Picked) -> None:
        self._look_at(event.field)

    @on(ValueList.Clicked)
    def action_toggle_value(self) -> None:
        """Choose the value under the cursor, or no longer."""
        value = self.query_one(ValueList).cursor
        if isinstance(value, Value):
            self._state.toggle(value.filter)
            self._ask()
            self._show()
            box = self.query_one(NarrowBox)
            box.focus()
            # What is typed next narrows anew.
            box.select_all()

    def action_move_cursor(self, step: int) -> None:
        """Move the cursor by so many values."""
        self.query_one(ValueList).move(step)

    def action_move_pages(self, pages: int) -> None:
        """Move the cursor by so many screenfuls of values."""
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
        here = self._state.field if isinstance(self.focused, NarrowBox) else self.focused
        place = next((place for place, stop in enumerate(stops) if stop is here or stop == here), 0)
        there = stops[(place + step) % len(stops)]
        if isinstance(there, PushButton):
            there.focus()
        else:
            self._look_at(there)

    @on(PushButton.Pressed, "#clear")
    def _clear(self) -> None:
        self._state.clear()
        self._ask()
        self._show()
        self.query_one(NarrowBox).focus()

    @on(PushButton.Pressed, "#apply")
    def action_apply_filters(self) -> None:
        """Close, and show what was chosen."""
        self.dismiss(self._state.choice.filters if self._state.changed else None)

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
        """Empty the box; where it is empty, leave, after a question where something was chosen."""
        box = self.query_one(NarrowBox)
        if box.value and box.has_focus:
            box.value = ""
        else:
            self._leave()


def _nothing() -> None:
    """Nothing waits."""
