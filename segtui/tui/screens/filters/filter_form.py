"""The filter form: the fields, the values of one of them with counts, the expression, and how many contacts match."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import Reactive
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from segtui.config.settings import Settings
from segtui.domain.criteria.tree import Criteria
from segtui.domain.search_terms import parse
from segtui.domain.text import clean
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.session import Session
from segtui.tui.actions import filter_actions as does
from segtui.tui.actions.action import Command
from segtui.tui.actions.action_bindings import CommandHost
from segtui.tui.screens.filters.expression_box import CompletionLine, ExpressionBox
from segtui.tui.screens.filters.filter_context import FilterContext, FilterPart
from segtui.tui.screens.filters.filter_panes import FieldBox, FieldList, NarrowBox
from segtui.tui.screens.filters.filter_requests import FilterRequests
from segtui.tui.screens.filters.filter_state import ChosenCriteria, FilterState
from segtui.tui.screens.filters.filter_words import apply_words, copy_words, leave_question, total_words, unused_words
from segtui.tui.screens.filters.offered_values import Value
from segtui.tui.widgets.chrome.glyphs import glyphs_for
from segtui.tui.widgets.chrome.key_bar import KeyBar
from segtui.tui.widgets.chrome.resize_fix import ResizeFix
from segtui.tui.widgets.chrome.service_requests import Refused
from segtui.tui.widgets.forms.filter_chips import FilterChips
from segtui.tui.widgets.forms.push_button import PushButton
from segtui.tui.widgets.forms.value_list import ValueList
from segtui.tui.widgets.table.table_cells import shown

_FIND, _EXPRESSION = "find", "expression"
"""Stops of the tab key besides the fields and the buttons."""


class FilterForm(CommandHost, ResizeFix, ModalScreen[ChosenCriteria | None]):
    """Edits the criteria of `query`: by fields and values, and as text. Dismissed with None where nothing changes.

    `context` is read before (`FilterContext.read`). `apply_label` are the words of the button that ends it.
    """

    commands = (
        does.ToggleValue,
        does.ExcludeValue,
        does.NextField,
        does.PreviousField,
        does.FindField,
        does.EditExpression,
        does.CopyExpression,
        does.ApplyFilters,
        does.LeaveFilters,
    )
    AUTO_FOCUS = "NarrowBox"
    # Textual repaints the whole screen with each change of the focus: 20 kB in a wide terminal. The parts whose style
    # depends on the focus repaint themselves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (70, "-wide")]  # noqa: RUF012 -- as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012 -- likewise

    def __init__(self, session: Session, query: ContactQuery, context: FilterContext, *, apply_label: str = "") -> None:
        super().__init__()
        self._fields_context = context
        self._state = FilterState(query, context)
        self._apply_label = apply_label
        self._applies_when_read = False
        self._reads = FilterRequests(self, session, self._state, show=self._show, parsed=self._text_read)

    def compose(self) -> ComposeResult:
        """Lay out the fields at the left, the values at the right, and below them the expression and its count."""
        state = self._state
        with Vertical(classes="dialog filters"):
            yield Static("Filters", classes="dialog-title", markup=False)
            with Horizontal(id="filter-panes"):
                with Vertical(id="filter-fields"):
                    yield FieldBox("", "Find a field")
                    yield FieldList()
                with Vertical(id="filter-values"):
                    yield NarrowBox("", "")
                    yield Static("", id="filter-note", markup=False)
                    yield ValueList()
            yield FilterChips(lead="Also: ", key="", id="further-parts")
            with Horizontal(id="filter-expression"):
                yield Static("Expression ", markup=False)
                yield ExpressionBox(state.text, self._fields_context.catalog, self._reads.completed_values)
            yield CompletionLine()
            yield Static("", id="filter-count", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield PushButton(self._apply_label or apply_words(None), key="f10", id="apply")
                yield PushButton("Clear all", id="clear")
                yield PushButton(copy_words(self.app.size.width), key="y", id="copy")
        yield KeyBar()

    def on_mount(self) -> None:
        """Open the first field."""
        settings: Settings = self.app.settings  # type: ignore[attr-defined]  # of the program
        self._state.zone_name = self._state.zone_name or settings.zone_name
        self._open_field(self._state.field.name)

    def on_unmount(self) -> None:
        """Cancel the requests."""
        self._reads.cancel_all()

    def offers(self, command: type[Command]) -> bool:
        """Offer to choose a value where the cursor is among them, and to copy where no text is typed."""
        if command in (does.ToggleValue, does.ExcludeValue):
            return isinstance(self.focused, NarrowBox)
        if command is does.CopyExpression:
            return not isinstance(self.focused, Input)
        return True

    def on_descendant_focus(self) -> None:
        """Mark the part of the form that has the keys."""
        self.query_one(ValueList).set_class(isinstance(self.focused, NarrowBox), "-active")
        self.query_one(FieldList).set_class(isinstance(self.focused, FieldBox), "-active")
        self.refresh_bindings()

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        event.stop()
        self._applies_when_read = False
        self._reads.update_busy()
        self.app.notify(clean(str(event.error)), severity="error", timeout=10, markup=False)

    # Display

    def _open_field(self, field: str, *, focus: bool = True) -> None:
        box = self.query_one(NarrowBox)
        self._state.open_field(field, box.unused_text)
        box.start_over(self._state.hint, self._state.typed)
        if focus:
            box.focus()
        self._reads.request()
        self._show()

    def _show(self) -> None:
        state, values = self._state, self._state.values
        self.query_one(FieldList).show(state.fields_shown, state.field.name, state.chosen_counts)
        choice = state.choice
        self.query_one(ValueList).show(values, choice.included_keys, parse(state.typed), excluded=choice.excluded_keys)
        line, note = self.query_one("#filter-note", Static), state.note(len(values))
        line.update(Content(clean(note.sentence)))
        line.set_class(note.wrong, "wrong")
        self.query_one("#further-parts", FilterChips).filters = state.further_parts
        self._show_total()

    def _show_total(self) -> None:
        state, signs = self._state, glyphs_for(self.app)
        line, total = self.query_one("#filter-count", Static), state.total
        line.set_class(bool(state.problem), "wrong")
        if state.problem:
            line.update(Content(state.problem))
            return
        sentence = shown(self._fields_context.sentence(state.criteria), signs) or "no filter"
        # Until it takes long, the line stays as it is: it would come and go with every key.
        if total is None and not self._reads.shows_busy:
            return
        words = total_words(total, signs.ellipsis, counts_values=self._reads.shows_busy)
        line.update(Content.assemble((words, "bold"), (f"   {sentence}", "$foreground-muted")))
        self.query_one("#apply", PushButton).label = self._apply_label or apply_words(total)

    # Fields

    @on(FieldBox.Changed)
    def _field_typed(self, event: Input.Changed) -> None:
        if isinstance(event.input, FieldBox):
            self._state.typed_field = event.value
            fields = self._state.fields_shown
            if fields and self._state.field not in fields:
                self._open_field(fields[0].name, focus=False)
            self._show()

    @on(FieldBox.Submitted)
    def _field_found(self, event: Input.Submitted) -> None:
        if isinstance(event.input, FieldBox):
            self.query_one(NarrowBox).focus()

    @on(NarrowBox.Stepped)
    def _stepped(self, event: NarrowBox.Stepped) -> None:
        self.action_step_field(event.step)

    def action_step_field(self, step: int, focus: bool = True) -> None:
        """Open the next field (`step` 1), or the one before; the focus follows only with `focus`."""
        field = self._state.step(step)
        if field is not None:
            self._open_field(field, focus=focus)

    @on(FieldList.Picked)
    def _picked(self, event: FieldList.Picked) -> None:
        self._open_field(event.field)

    def action_find_field(self) -> None:
        """Go to the box that finds a field by its name."""
        box = self.query_one(FieldBox)
        box.focus()
        box.select_all()

    # Values

    @on(NarrowBox.Changed)
    def _value_typed(self, event: Input.Changed) -> None:
        if isinstance(event.input, NarrowBox):
            self._state.typed = event.value
            self._reads.request_counts()
            self._show()

    @on(ValueList.Clicked)
    def action_toggle_value(self) -> None:
        """Include the value under the cursor, or take it out of the criteria."""
        self._change_value(self._state.toggle)

    def action_exclude_value(self) -> None:
        """Exclude the value under the cursor, or take it out of the criteria."""
        self._change_value(self._state.toggle_exclusion)

    def _change_value(self, change: Callable[[Criteria], None]) -> None:
        value = self.query_one(ValueList).cursor
        if isinstance(value, Value):
            change(value.line)
            self._criteria_changed()
            box = self.query_one(NarrowBox)
            box.focus()
            box.mark_used()

    def action_move_cursor(self, step: int) -> None:
        """Move the cursor by `step` values."""
        self.query_one(ValueList).move(step)

    def action_move_pages(self, pages: int) -> None:
        """Move the cursor by `pages` screenfuls of values."""
        values = self.query_one(ValueList)
        values.move(pages * values.page)

    def _criteria_changed(self) -> None:
        """Show criteria that were changed by other means than their text."""
        self._reads.cancel_reading()
        box = self.query_one(ExpressionBox)
        with self.prevent(ExpressionBox.Changed):
            box.value = self._state.text
        self._reads.request()
        self._show()

    # The expression

    @on(ExpressionBox.Changed)
    def _expression_typed(self, event: Input.Changed) -> None:
        if isinstance(event.input, ExpressionBox):
            self._reads.follow_text(event.input.value)
            if self._applies_when_read and not self._reads.is_reading_text:
                self._text_read()

    def _text_read(self) -> None:
        """Show the criteria of the edited text, or its problem; close the form where that was requested before."""
        if self._applies_when_read:
            self._applies_when_read = False
            self.action_apply_filters()
        else:
            self._show()

    @on(ExpressionBox.WordsChanged)
    def _words_changed(self, event: ExpressionBox.WordsChanged) -> None:
        line = self.query_one(CompletionLine)
        line.words = event.box.completion.words if event.box.completion else ()
        line.index = event.box.index

    @on(ExpressionBox.TabLeft)
    def _expression_left(self) -> None:
        self._go(1)

    @on(ExpressionBox.Submitted)
    def _expression_entered(self, event: Input.Submitted) -> None:
        if isinstance(event.input, ExpressionBox):
            self.action_apply_filters()

    def action_edit_expression(self) -> None:
        """Go to the expression, at its end."""
        box = self.query_one(ExpressionBox)
        box.focus()
        box.cursor_position = len(box.value)

    @on(FilterChips.Removed)
    def _part_removed(self, event: FilterChips.Removed) -> None:
        event.stop()
        if isinstance(event.filter, FilterPart):
            self._state.remove(event.filter.criteria)
            self._criteria_changed()

    @on(FilterChips.Opened)
    def _parts_clicked(self, event: FilterChips.Opened) -> None:
        event.stop()
        self.action_edit_expression()

    @on(PushButton.Pressed, "#copy")
    def action_copy_expression(self) -> None:
        """Copy the expression to the clipboard."""
        if self._state.text:
            self.app.copy_to_clipboard(self._state.text)

    # From part to part, and the end

    def action_next_field(self) -> None:
        """Go to the next field; after those that are offered first to the other parts and the buttons."""
        self._go(1)

    def action_previous_field(self) -> None:
        """Go to the field, box or button before."""
        self._go(-1)

    def _go(self, step: int) -> None:
        buttons = {button.id or "": button for button in self.query(PushButton)}
        stops = [*(field.name for field in self._state.fields if field.offered_first), _FIND, _EXPRESSION, *buttons]
        stop = self._stop
        # A field that is not offered first is reached from the box that finds it.
        index = stops.index(stop) if stop in stops else stops.index(_FIND if step > 0 else _EXPRESSION)
        target = stops[(index + step) % len(stops)]
        if target == _FIND:
            self.action_find_field()
        elif target == _EXPRESSION:
            self.action_edit_expression()
        elif target in buttons:
            buttons[target].focus()
        else:
            self.query_one(FieldBox).value = ""
            self._open_field(target)

    @property
    def _stop(self) -> str:
        """The stop of the tab key that has the focus: the name of a field, or of another part."""
        match self.focused:
            case FieldBox():
                return _FIND
            case ExpressionBox():
                return _EXPRESSION
            case PushButton(id=str(button)):
                return button
        return self._state.field.name

    @on(PushButton.Pressed, "#clear")
    def _clear(self) -> None:
        self._state.clear()
        self._criteria_changed()
        self.query_one(NarrowBox).focus()

    @on(PushButton.Pressed, "#apply")
    def action_apply_filters(self) -> None:
        """Close the form with the criteria, once their text is read."""
        state = self._state
        # The change of a key that came just before may not be reported yet.
        self._reads.follow_text(self.query_one(ExpressionBox).value)
        if self._reads.is_reading_text:
            self._applies_when_read = True
        elif state.problem:
            self.app.notify(state.problem, severity="warning", timeout=10, markup=False)
            self.action_edit_expression()
            self._show()
        elif not self._has_unused_text():
            self.dismiss(ChosenCriteria(state.criteria) if state.changed else None)

    def _has_unused_text(self) -> bool:
        """Return True where a text was typed that no value was chosen for, after a message; its field is opened."""
        state, box = self._state, self.query_one(NarrowBox)
        if not box.unused_text and state.unused_texts:
            self._open_field(next(iter(state.unused_texts)))
        if unused := box.unused_text:
            box.focus()
            words = unused_words(unused, clean(state.field.label))
            self.app.notify(words, severity="warning", timeout=10, markup=False)
        return bool(unused)

    def _leave(self) -> None:
        if not self._state.changed:
            self.dismiss(None)
            return

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.dismiss(None)
            elif answer == "s":
                self.action_apply_filters()

        self.app.push_screen(leave_question(), answered)

    def action_leave_filters(self) -> None:
        """Empty the box, or go from the expression to the values; from an empty box leave, after a question."""
        box = self.focused
        if isinstance(box, NarrowBox | FieldBox) and box.value:
            box.value = ""
        elif isinstance(box, ExpressionBox):
            self.query_one(NarrowBox).focus()
        else:
            self._leave()
