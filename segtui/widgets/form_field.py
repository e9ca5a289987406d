"""One field of a form: its label, where one types or chooses, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Input, Select, Static

from segtui.text import clean, without_controls


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name for the service, its label, and what it holds at first.

    With `choices`, pairs of a label and a value, one is chosen; without, text is typed.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    choices: Sequence[tuple[str, str]] = ()


class TextField(Input):
    """A text field of one line, without a blinking cursor. It posts Submitted when enter is pressed."""

    def __init__(self, value: str, placeholder: str) -> None:
        super().__init__(value, placeholder=placeholder, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Hold nothing that a terminal would obey."""
        return _shown(value)


class ChoiceField(Select[str]):
    """A list to choose one from. Its labels are never read as markup."""

    def __init__(self, choices: Sequence[tuple[str, str]], value: str) -> None:
        # A Content, where the type says that a string is expected, is shown as it is; a string would be markup.
        options = [(Content(clean(label)), each) for label, each in choices]
        super().__init__(options, value=value, allow_blank=False, compact=True)


class FieldRow(Widget):
    """A label, its editor, and below them what is wrong."""

    problem: var[str] = var("")
    visited: bool = False

    class Edited(Message):
        """The value changed, or the field was left."""

    def __init__(self, field: Field, label_width: int) -> None:
        super().__init__(classes="field")
        self.field = field
        self._label_width = label_width
        self.editor: TextField | ChoiceField = (
            ChoiceField(field.choices, field.value) if field.choices else TextField(field.value, field.hint)
        )
        # Asked of the editor it would be empty still: a list knows its value once it is on the screen.
        self.first = field.value if field.choices else _shown(field.value)
        """What it held when it was opened: the value as it can be shown, which need not be what is stored."""

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Horizontal(classes="field-line"):
            label = Static(Content(clean(self.field.label)), classes="field-label")
            label.styles.width = self._label_width
            yield label
            yield self.editor
        problem = Static("", classes="field-problem", markup=False)
        problem.styles.margin = (0, 0, 0, self._label_width)
        yield problem

    @property
    def value(self) -> str:
        """What it holds now."""
        return str(self.editor.value)

    def watch_problem(self, problem: str) -> None:
        """Say what is wrong, or nothing."""
        line = self.query_one(".field-problem", Static)
        line.update(Content(problem))
        line.display = bool(problem)

    @on(Input.Changed)
    @on(Select.Changed)
    def _changed(self, event: Message) -> None:
        event.stop()
        if self.value != self.first or self.visited:
            self.visited = True
            self.post_message(self.Edited())

    @on(Input.Blurred)
    def _left(self) -> None:
        if not self.visited and self.is_attached:
            self.visited = True
            self.post_message(self.Edited())


def _shown(value: str) -> str:
    """Return a value as a field can show it."""
    return clean(without_controls(value))
