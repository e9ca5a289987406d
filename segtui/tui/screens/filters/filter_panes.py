"""Parts of the filter form: the list of fields with the box that finds one, and the box that narrows values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len
from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from segtui.domain.criteria.fields import CriteriaField
from segtui.tui.widgets.chrome.glyphs import glyphs_for
from segtui.tui.widgets.forms.form_field import TextField
from segtui.tui.widgets.table.table_cells import fit, shown

_VALUE_KEYS: Final = ("space", "minus")
"""Keys that choose or exclude a value where no text is being edited."""


class FieldBox(TextField):
    """Box for a part of a field's name. Up and down open the fields in the list below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "screen.step_field(1, False)", "Next", show=False),
        Binding("up", "screen.step_field(-1, False)", "Previous", show=False),
    ]


class FieldList(Widget):
    """The fields, one a line, with the number of chosen values of each; a sign marks the open field.

    Where there are more than lines, those around the open field are drawn.
    """

    ALLOW_SELECT: ClassVar[bool] = False

    @dataclass
    class Picked(Message):
        """A field was clicked."""

        field: str

    def __init__(self) -> None:
        super().__init__()
        self._fields: Sequence[CriteriaField] = ()
        self._current = ""
        self._chosen_counts: Mapping[str, int] = {}
        self._top = 0

    def show(self, fields: Sequence[CriteriaField], current: str, chosen_counts: Mapping[str, int]) -> None:
        """Show fields, the name of the open one, and the number of chosen values of those that have some."""
        if (fields, current, chosen_counts) != (self._fields, self._current, self._chosen_counts):
            self._fields, self._current, self._chosen_counts = fields, current, dict(chosen_counts)
            self.refresh()

    def render(self) -> RenderResult:
        """Draw a line for each field that fits."""
        height = max(1, self.size.height)
        index = next((index for index, field in enumerate(self._fields) if field.name == self._current), 0)
        self._top = max(0, min(max(self._top, index - height + 1), index, len(self._fields) - 1))
        lines = [self._line(field) for field in self._fields[self._top : self._top + height]]
        return Content("\n").join(lines) if lines else Content("No field has that name.")

    def _line(self, field: CriteriaField) -> Content:
        glyphs = glyphs_for(self.app)
        is_open = field.name == self._current
        count = f" ({self._chosen_counts[field.name]})" if self._chosen_counts.get(field.name) else ""
        label = shown(field.label, glyphs)
        room = max(1, self.size.width - 2 - len(count))
        if cell_len(label) > room:
            label = fit(label, room, glyphs).text.rstrip()
        return Content.assemble(
            (f"{glyphs.cursor} " if is_open else "  ", "bold $primary"),
            (label, "bold" if is_open else ""),
            (count, "bold"),
        )

    def on_click(self, event: events.Click) -> None:
        """Open the field that was clicked."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y + self._top < len(self._fields):
            self.post_message(self.Picked(self._fields[offset.y + self._top].name))


class NarrowBox(TextField):
    """Box for a part of a value, or for days. Keys that it does not use move the cursor in the list below it.

    While it is empty, or all of its text is selected, the space bar chooses a value as in every list, the minus sign
    excludes it, and left and right go from field to field.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "screen.move_cursor(1)", "Next", show=False),
        Binding("up", "screen.move_cursor(-1)", "Previous", show=False),
        Binding("pagedown", "screen.move_pages(1)", "Further", show=False),
        Binding("pageup", "screen.move_pages(-1)", "Back", show=False),
        Binding("home", "screen.move_cursor(-1_000_000_000)", "First", show=False),
        Binding("end", "screen.move_cursor(1_000_000_000)", "Last", show=False),
        # Before Input's own, which would submit. The space bar has the same action.
        Binding("enter", "screen.toggle_value", "Choose"),
        # Here, too, to be in the key bar: a field is believed to take every sign.
        Binding("minus", "screen.exclude_value", "Exclude"),
        Binding("left", "left", "Field before, or cursor left", show=False),
        Binding("right", "right", "Next field, or cursor right", show=False),
    ]

    _used = ""

    @dataclass
    class Stepped(Message):
        """A step to the next field (1), or to the field before (-1)."""

        step: int

    @property
    def unused_text(self) -> str:
        """The typed text that no value was chosen for."""
        return "" if self.value == self._used else self.value.strip()

    def start_over(self, placeholder: str, text: str) -> None:
        """Show the text of another field, without a message."""
        self._used = ""
        with self.prevent(NarrowBox.Changed):
            self.value = text
        self.placeholder = placeholder
        self.cursor_position = len(text)

    def mark_used(self) -> None:
        """Take the typed text as used: a value was chosen. The next text replaces it."""
        self._used = self.value
        self.select_all()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Leave the keys of values to the form while no text is being edited."""
        return not (key in _VALUE_KEYS and self._is_idle) and super().check_consume_key(key, character)

    def on_key(self, event: events.Key) -> None:
        """Keep a key of values out of the field."""
        if event.key in _VALUE_KEYS and self._is_idle:
            event.prevent_default()

    @property
    def _is_idle(self) -> bool:
        """True while the box is empty or all of its text is selected."""
        return self.selected_text == self.value

    def action_left(self) -> None:
        """Go to the field before; in a text, a letter back."""
        if self._is_idle:
            self.post_message(self.Stepped(-1))
        else:
            self.action_cursor_left()

    def action_right(self) -> None:
        """Go to the next field; in a text, a letter on."""
        if self._is_idle:
            self.post_message(self.Stepped(1))
        else:
            self.action_cursor_right()
