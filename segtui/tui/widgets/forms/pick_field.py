"""Pick field: its value is picked from a list with a search. Fixed field: its value cannot be changed here."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from segtui.domain.text import clean


class PickField(Widget, can_focus=True):
    """Shows the picked value. Enter, space, a click or a letter opens the list (`ListRequested`)."""

    ALLOW_SELECT: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space,down", "ask", "Pick", show=False),
        Binding("backspace,delete", "clear", "Clear", show=False),
    ]

    value: reactive[str] = reactive("")

    @dataclass
    class ListRequested(Message):
        """The list is to be opened, with `typed` in its search box."""

        pick_field: "PickField"
        typed: str = ""

    class Changed(Message):
        """Another value was picked."""

    def __init__(self, value: str, shown: str, hint: str) -> None:
        super().__init__()
        self._shown = shown
        self._hint = hint
        self.set_reactive(PickField.value, value)

    def pick(self, value: str, shown: str) -> None:
        """Set the value, and the words shown for it."""
        self._shown = shown
        if value == self.value:
            self.refresh()
        self.value = value

    def render(self) -> RenderResult:
        """Draw the words for the value, or the hint."""
        words = (clean(self._shown), "") if self.value else (self._hint, "$text-muted")
        return Content.assemble(words).truncate(max(1, self.size.width - 2), ellipsis=True, pad=True) + Content(" ▼")

    def watch_value(self) -> None:
        """Post Changed."""
        self.post_message(self.Changed())

    def on_click(self) -> None:
        """Open the list."""
        self.action_ask()

    def on_key(self, event: events.Key) -> None:
        """Open the list with a letter as the beginning of the search."""
        if event.character is not None and event.is_printable and event.character != " ":
            event.stop()
            self.post_message(self.ListRequested(self, event.character))

    def action_ask(self) -> None:
        """Open the list."""
        self.post_message(self.ListRequested(self))

    def action_clear(self) -> None:
        """Clear the value."""
        self.pick("", "")


class FixedField(Widget):
    """Shows a value that cannot be changed, and the reason in a few words behind it."""

    def __init__(self, value: str, shown: str, why: str) -> None:
        super().__init__()
        self.value = value
        self._shown = shown
        self._why = why

    def render(self) -> RenderResult:
        """Draw the value and the reason; the reason stays where there is no room for both."""
        why = Content.assemble(("  " if self._shown else "", ""), (self._why, "$text-muted"))
        room = max(1, self.size.width - why.cell_length)
        return Content(clean(self._shown)).truncate(room, ellipsis=True) + why
