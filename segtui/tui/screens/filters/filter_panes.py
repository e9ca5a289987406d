"""Parts of the filter form: the list of fields at the left, and the box that narrows their values."""

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

from segtui.services.contacts.filter_fields import FILTER_FIELDS
from segtui.tui.widgets.chrome.glyphs import glyphs_for
from segtui.tui.widgets.forms.form_field import TextField


class FieldList(Widget):
    """The fields, one a line, with the number of selected values of each; a sign marks the open field."""

    ALLOW_SELECT: ClassVar[bool] = False

    current: reactive[str] = reactive("")
    selected_counts: reactive[Mapping[str, int]] = reactive(dict)

    @dataclass
    class Picked(Message):
        """A field was clicked."""

        field: str

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__()
        self._fields = tuple(fields)

    def render(self) -> RenderResult:
        """Draw a line for each field."""
        sign = glyphs_for(self.app).cursor
        return Content("\n").join(
            Content.assemble(
                (f"{sign} " if field == self.current else "  ", "bold $primary"),
                (FILTER_FIELDS[field].label, "bold" if field == self.current else ""),
                (f" ({self.selected_counts[field]})" if self.selected_counts.get(field) else "", "bold"),
            )
            for field in self._fields
        )

    def on_click(self, event: events.Click) -> None:
        """Open the field that was clicked."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y < len(self._fields):
            self.post_message(self.Picked(self._fields[offset.y]))


class NarrowBox(TextField):
    """Box for a part of a value, or for days. Keys that it does not use move the cursor in the list below it.

    While it is empty, or all of its text is selected, the space bar selects a value as in every list, and left and
    right go from field to field.
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
        Binding("left", "left", "Field before, or cursor left", show=False),
        Binding("right", "right", "Next field, or cursor right", show=False),
    ]

    @dataclass
    class Stepped(Message):
        """A step to the next field (1), or to the field before (-1)."""

        step: int

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Leave the space bar to the form while no text is being edited."""
        return not (key == "space" and self._is_idle) and super().check_consume_key(key, character)

    def on_key(self, event: events.Key) -> None:
        """Keep a blank that is not typed out of the field."""
        if event.key == "space" and self._is_idle:
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
