"""Form field: a label, its editor, and the problem of its value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive, var
from textual.widget import Widget
from textual.widgets import Input, Select, Static

from segtui.domain.text import clean, without_controls
from segtui.tui.widgets.forms.pick_field import FixedField, PickField
from segtui.tui.widgets.forms.radio_choice import RadioField


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name for the service, its label, and its first value.

    `choices` are pairs of a label and a value, in a list or, with `radio`, beside each other; without them text is
    typed. `ticks` are the words of a box to tick, unticked and ticked; its value is `true` or `false`. With `several`,
    pasted lines become a list with commas. With `picks` the form opens a list to pick the value from, which is drawn as
    `shown`. With `fixed`, the reason in a few words, the value cannot be changed. `completes` returns the value that a
    typed text is the beginning of, or nothing: the right arrow takes it.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    choices: Sequence[tuple[str, str]] = ()
    radio: bool = False
    ticks: tuple[str, str] | None = None
    several: bool = False
    picks: bool = False
    shown: str = ""
    fixed: str = ""
    completes: Callable[[str], str] | None = None


class TextField(Input):
    """A text field of one line, without a blinking cursor. It posts Submitted when enter is pressed."""

    def __init__(self, value: str, placeholder: str) -> None:
        super().__init__(value, placeholder=placeholder, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Remove control characters."""
        return shown_value(value)

    def watch_value(self) -> None:
        """Keep the cursor in sight. Textual does not scroll to it with the first value, such as a pasted text."""
        if self.has_focus:
            self._show_cursor()

    def on_resize(self) -> None:
        """Keep the cursor in sight in another width."""
        if self.has_focus:
            self._show_cursor()

    def on_focus(self) -> None:
        """Bring the cursor into sight, behind a long first value too."""
        self._show_cursor()

    def _show_cursor(self) -> None:
        cells = cell_len(self.value[: self.cursor_position])
        self.scroll_to_region(Region(cells, 0, 1, 1), force=True, animate=False)


class CompletedField(TextField):
    """A text field whose value the right arrow completes, at its end."""

    def __init__(self, value: str, placeholder: str, completes: Callable[[str], str]) -> None:
        super().__init__(value, placeholder)
        self._completes = completes

    def action_cursor_right(self, select: bool = False) -> None:
        """Complete the value, or move the cursor."""
        completed = self._completes(self.value) if self.cursor_at_end and not select else ""
        if completed:
            self.value = completed
            self.cursor_position = len(completed)
        else:
            super().action_cursor_right(select)


class SeveralField(TextField):
    """A text field that takes several lines when they are pasted, with commas between them."""

    def on_paste(self, event: events.Paste) -> None:
        """Join the lines that hold something with commas."""
        event.stop()
        event.prevent_default()
        lines = [line.strip(" ,;") for line in event.text.splitlines()]
        text = ", ".join(line for line in lines if line)
        before = self.value[: self.selection.start]
        self.replace(f", {text}" if before.strip(" ,;") and lines[1:] else text, *self.selection)


class ChoiceField(Select[str]):
    """A list of choices. Its labels are never read as markup."""

    def __init__(self, choices: Sequence[tuple[str, str]], value: str) -> None:
        # A Content is shown as it is, though the type says string; a string would be read as markup.
        options = [(Content(clean(label)), choice) for label, choice in choices]
        super().__init__(options, value=value, allow_blank=False, compact=True)


class TickField(Widget, can_focus=True):
    """A box to tick, with words for its current state: `[x] must not be called`."""

    ALLOW_SELECT: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", show=False),
        Binding("enter", "submit", "Save", show=False),
    ]

    value: reactive[str] = reactive("false")

    @dataclass
    class Changed(Message):
        """The box was ticked or unticked."""

        tick_field: "TickField"

    class Submitted(Message):
        """Enter was pressed in the field."""

    def __init__(self, ticks: tuple[str, str], value: str) -> None:
        super().__init__()
        self._ticks = ticks
        self.set_reactive(TickField.value, value)

    def render(self) -> RenderResult:
        """Draw the box and the words."""
        return Content("[x] " + self._ticks[1] if self.value == "true" else "[ ] " + self._ticks[0])

    def watch_value(self) -> None:
        """Post Changed."""
        self.post_message(self.Changed(self))

    def on_click(self) -> None:
        """Tick or untick the box."""
        self.action_tick()

    def action_tick(self) -> None:
        """Tick or untick the box."""
        self.value = "false" if self.value == "true" else "true"

    def action_submit(self) -> None:
        """Post Submitted."""
        self.post_message(self.Submitted())


class FieldLine(Horizontal):
    """The line of a form that holds an editor: up and down go to the previous and to the next field.

    A list of choices keeps these keys for itself. Without this line they would scroll a long form, and the field would
    be out of sight.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Previous field", show=False),
    ]


class FieldRow(Widget):
    """A label, its editor, and below them the problem of the value, or else a remark."""

    problem: var[str] = var("")
    note: var[str] = var("")
    visited: bool = False

    class Edited(Message):
        """The value changed, or the field was left."""

    def __init__(self, field: Field, label_width: int, *, indent: int | None = None) -> None:
        """Make a row. The problem is indented by `indent` cells, or else stands below the editor."""
        super().__init__(classes="field")
        self._field = field
        self._label_width = label_width
        self._indent = label_width if indent is None else indent
        self.editor = _editor(field)
        # Not read from the editor, where it is still empty: a list has its value once it is on the screen.
        self.first = shown_value(field.value) if isinstance(self.editor, TextField) else field.value
        """The first value, as it can be shown, which may differ from the stored one."""

    @property
    def field(self) -> Field:
        """The field."""
        return self._field

    def compose(self) -> ComposeResult:
        """Lay out the label, the editor and the problem."""
        with FieldLine(classes="field-line"):
            yield from self.compose_label(self._label_width)
            yield self.editor
            yield from self.compose_end()
        below = Static("", classes="field-problem", markup=False)
        below.styles.margin = (0, 0, 0, self._indent)
        yield below

    def compose_label(self, width: int) -> ComposeResult:
        """Yield the label, `width` cells wide."""
        text = clean(self.field.label)
        label = Static(Content(text), classes="field-label")
        label.styles.width = width
        if cell_len(text) >= width:
            label.tooltip = Content(text)
        yield label

    def compose_end(self) -> ComposeResult:
        """Yield widgets behind the editor."""
        yield from ()

    @property
    def value(self) -> str:
        """The current value."""
        return str(self.editor.value)

    @property
    def is_touched(self) -> bool:
        """True where the value differs from the first one."""
        return self.value != self.first

    def take_base(self, value: str) -> None:
        """Set the first value. A value that was typed meanwhile stays; otherwise the new one is shown."""
        value = shown_value(value) if isinstance(self.editor, TextField) else value
        touched = self.is_touched
        self.first = value
        if not touched:
            self.editor.value = value

    def watch_problem(self) -> None:
        """Show the problem, or nothing."""
        self._say()

    def watch_note(self) -> None:
        """Show the remark, where there is no problem."""
        self._say()

    def _say(self) -> None:
        line = self.query_one(".field-problem", Static)
        line.update(Content(self.problem or self.note))
        line.set_class(not self.problem, "note")
        line.display = bool(self.problem or self.note)
        if line.display and self.has_focus_within:
            # The problem must be in sight, at the end of a long form too.
            self.call_after_refresh(self.scroll_visible, animate=False)

    @on(Input.Changed)
    @on(Select.Changed)
    @on(TickField.Changed)
    @on(PickField.Changed)
    @on(RadioField.Changed)
    def _changed(self, event: Message) -> None:
        event.stop()
        if self.is_touched or self.visited:
            self.visited = True
            self.post_message(self.Edited())

    @on(Input.Blurred)
    def _left(self) -> None:
        if not self.visited and self.is_attached:
            self.visited = True
            self.post_message(self.Edited())


def _editor(field: Field) -> TextField | ChoiceField | TickField | PickField | FixedField | RadioField:
    if field.fixed:
        return FixedField(field.value, field.shown or field.value, field.fixed)
    if field.picks:
        return PickField(field.value, field.shown, field.hint)
    if field.radio:
        return RadioField(field.choices, field.value)
    if field.ticks:
        return TickField(field.ticks, field.value)
    if field.several:
        return SeveralField(field.value, field.hint)
    if field.completes:
        return CompletedField(field.value, field.hint, field.completes)
    return ChoiceField(field.choices, field.value) if field.choices else TextField(field.value, field.hint)


def shown_value(value: str) -> str:
    """Return a value as a field can show it."""
    return clean(without_controls(value))
