"""One field of a form: its label, where one types or chooses, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive, var
from textual.widget import Widget
from textual.widgets import Input, Select, Static

from segtui.domain.text import clean, without_controls
from segtui.tui.widgets.forms.pick_field import FixedField, PickField


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name for the service, its label, and what it holds at first.

    With `choices`, pairs of a label and a value, one is chosen; without, text is typed. With `ticks`, what it says
    unticked and ticked, it is a box to tick, and its value is `true` or `false`. With `several` the
    lines that are pasted become a list with commas. With `picks` the form opens a list to
    pick the value from, for which `shown` stands. With `fixed`, which says why, it is only shown.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    choices: Sequence[tuple[str, str]] = ()
    ticks: tuple[str, str] | None = None
    several: bool = False
    picks: bool = False
    shown: str = ""
    fixed: str = ""


class TextField(Input):
    """A text field of one line, without a blinking cursor. It posts Submitted when enter is pressed."""

    def __init__(self, value: str, placeholder: str) -> None:
        super().__init__(value, placeholder=placeholder, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Hold nothing that a terminal would obey."""
        return shown_value(value)


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
    """A list to choose one from. Its labels are never read as markup."""

    def __init__(self, choices: Sequence[tuple[str, str]], value: str) -> None:
        # A Content, where the type says that a string is expected, is shown as it is; a string would be markup.
        options = [(Content(clean(label)), each) for label, each in choices]
        super().__init__(options, value=value, allow_blank=False, compact=True)


class TickField(Widget, can_focus=True):
    """A box to tick, with words that say what it means as it is: `[x] must not be called`."""

    ALLOW_SELECT: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", show=False),
        Binding("enter", "submit", "Save", show=False),
    ]

    value: reactive[str] = reactive("false")

    @dataclass
    class Changed(Message):
        """It was ticked, or no longer is."""

        tick_field: "TickField"

    class Submitted(Message):
        """Enter was pressed in it."""

    def __init__(self, ticks: tuple[str, str], value: str) -> None:
        super().__init__()
        self._ticks = ticks
        self.set_reactive(TickField.value, value)

    def render(self) -> RenderResult:
        """Draw the box and the words."""
        return Content("[x] " + self._ticks[1] if self.value == "true" else "[ ] " + self._ticks[0])

    def watch_value(self) -> None:
        """Tell."""
        self.post_message(self.Changed(self))

    def on_click(self) -> None:
        """Tick it, or take the tick away."""
        self.action_tick()

    def action_tick(self) -> None:
        """Tick it, or take the tick away."""
        self.value = "false" if self.value == "true" else "true"

    def action_submit(self) -> None:
        """Tell that the form is to be saved."""
        self.post_message(self.Submitted())


class FieldLine(Horizontal):
    """The line of a form that holds an editor: up and down go to the field before it and to the one behind it.

    A list to choose from keeps these keys for itself. Without this they would scroll a long form, and what one types
    into would be out of sight.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Previous field", show=False),
    ]


class FieldRow(Widget):
    """A label, its editor, and below them what is wrong, or else what is worth knowing."""

    problem: var[str] = var("")
    note: var[str] = var("")
    visited: bool = False

    class Edited(Message):
        """The value changed, or the field was left."""

    def __init__(self, field: Field, label_width: int, *, indent: int | None = None) -> None:
        """Make a row. What is said below it is indented by `indent` cells, or else stands below the editor."""
        super().__init__(classes="field")
        self._field = field
        self._label_width = label_width
        self._indent = label_width if indent is None else indent
        self.editor = _editor(field)
        # Asked of the editor it would be empty still: a list knows its value once it is on the screen.
        self.first = shown_value(field.value) if isinstance(self.editor, TextField) else field.value
        """What it held when it was opened: the value as it can be shown, which need not be what is stored."""

    @property
    def field(self) -> Field:
        """What it is about."""
        return self._field

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with FieldLine(classes="field-line"):
            yield from self.compose_label(self._label_width)
            yield self.editor
        below = Static("", classes="field-problem", markup=False)
        below.styles.margin = (0, 0, 0, self._indent)
        yield below

    def compose_label(self, width: int) -> ComposeResult:
        """Yield what stands before the editor, `width` cells wide."""
        text = clean(self.field.label)
        label = Static(Content(text), classes="field-label")
        label.styles.width = width
        if cell_len(text) >= width:
            label.tooltip = Content(text)
        yield label

    @property
    def value(self) -> str:
        """What it holds now."""
        return str(self.editor.value)

    @property
    def is_touched(self) -> bool:
        """Whether it holds something else than when it was opened."""
        return self.value != self.first

    def take_base(self, value: str) -> None:
        """Take `value` as what it was opened with. What was typed meanwhile stays; where nothing was, it is shown."""
        value = shown_value(value) if isinstance(self.editor, TextField) else value
        touched = self.is_touched
        self.first = value
        if not touched:
            self.editor.value = value

    def watch_problem(self) -> None:
        """Say what is wrong, or nothing."""
        self._say()

    def watch_note(self) -> None:
        """Say what is worth knowing, where nothing is wrong."""
        self._say()

    def _say(self) -> None:
        line = self.query_one(".field-problem", Static)
        line.update(Content(self.problem or self.note))
        line.set_class(not self.problem, "note")
        line.display = bool(self.problem or self.note)
        if line.display and self.has_focus_within:
            # It must be seen, at the end of a long form too.
            self.call_after_refresh(self.scroll_visible, animate=False)

    @on(Input.Changed)
    @on(Select.Changed)
    @on(TickField.Changed)
    @on(PickField.Changed)
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


def _editor(field: Field) -> TextField | ChoiceField | TickField | PickField | FixedField:
    if field.fixed:
        return FixedField(field.value, field.shown or field.value, field.fixed)
    if field.picks:
        return PickField(field.value, field.shown, field.hint)
    if field.ticks:
        return TickField(field.ticks, field.value)
    if field.several:
        return SeveralField(field.value, field.hint)
    return ChoiceField(field.choices, field.value) if field.choices else TextField(field.value, field.hint)


def shown_value(value: str) -> str:
    """Return a value as a field can show it."""
    return clean(without_controls(value))
