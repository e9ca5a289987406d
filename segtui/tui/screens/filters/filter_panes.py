"""The parts of the form of the filters: the fields at the left, the box in which their values are narrowed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from segtui.tui.screens.filters.filter_choice import FIELD_LABELS
from segtui.tui.widgets.chrome.glyphs import glyphs_for
from segtui.tui.widgets.forms.form_field import TextField


class FieldList(Widget):
    """The fields, one a line: which of them is looked at, and how many of its values are chosen."""

    ALLOW_SELECT: ClassVar[bool] = False

    current: reactive[str] = reactive("")
    chosen: reactive[Mapping[str, int]] = reactive(dict)

    @dataclass
    class Picked(Message):
        """Somebody clicked this field."""

        field: str

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__()
        self._fields = tuple(fields)

    def render(self) -> RenderResult:
        """Draw a line for each."""
        sign = glyphs_for(self.app).cursor
        return Content("\n").join(
            Content.assemble(
                (f"{sign} " if field == self.current else "  ", "bold $primary"),
                (FIELD_LABELS[field], "bold" if field == self.current else ""),
                (f" ({self.chosen[field]})" if self.chosen.get(field) else "", "bold"),
            )
            for field in self._fields
        )

    def on_click(self, event: events.Click) -> None:
        """Look at the field that was clicked."""
        at = event.get_content_offset(self)
        if at is not None and at.y < len(self._fields):
            self.post_message(self.Picked(self._fields[at.y]))


class NarrowBox(TextField):
    """Where a part of a value is typed, or days. What it has no use for moves the cursor in the list below it.

    Where nothing is typed, or all of it is selected, a blank chooses a value as it does in every list, and left and
    right go from field to field.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "screen.move_cursor(1)", "Next", show=False),
        Binding("up", "screen.move_cursor(-1)", "Previous", show=False),
        Binding("pagedown", "screen.move_pages(1)", "Further", show=False),
        Binding("pageup", "screen.move_pages(-1)", "Back", show=False),
        Binding("home", "screen.move_cursor(-1_000_000_000)", "First", show=False),
        Binding("end", "screen.move_cursor(1_000_000_000)", "Last", show=False),
        # Before Input's own, which would submit. The form's command for the blank is this too.
        Binding("enter", "screen.toggle_value", "Choose"),
        Binding("left", "left", "Field before, or cursor left", show=False),
        Binding("right", "right", "Next field, or cursor right", show=False),
    ]

    @dataclass
    class Stepped(Message):
        """Somebody goes on to the next field (1), or back to the one before (-1)."""

        step: int

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Leave the blank to the form where it is not typed."""
        return not (key == "space" and self._is_idle) and super().check_consume_key(key, character)

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "space" and self._is_idle:
            event.prevent_default()

    @property
    def _is_idle(self) -> bool:
        """Whether nobody is in the middle of typing."""
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
