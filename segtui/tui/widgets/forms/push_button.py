"""Push button: one line, recognisable without colours, not repainted when the mouse passes over it."""

from typing import ClassVar

from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget


class PushButton(Widget, can_focus=True):
    """Shows `[ Save ]`; enter, space or a click presses it."""

    ALLOW_SELECT: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "press", "Press", show=False),
        Binding("right,down", "app.focus_next", "Next", show=False),
        Binding("left,up", "app.focus_previous", "Previous", show=False),
    ]

    class Pressed(Message):
        """The button was pressed, by a key or a click that was read from the terminal at `input_time`."""

        def __init__(self, button: "PushButton", input_time: float | None = None) -> None:
            super().__init__()
            self.button = button
            self.input_time = self.time if input_time is None else input_time

        @property
        def control(self) -> "PushButton":
            """The button."""
            return self.button

    def __init__(
        self,
        label: str,
        *,
        key: str = "",
        name: str | None = None,
        id: str | None = None,  # noqa: A002 -- Textual's name
        classes: str | None = None,
    ) -> None:
        """Make a button. `key` is shown beside the label, as a reminder; it is bound elsewhere."""
        super().__init__(name=name, id=id, classes=classes)
        self._words = label
        self._key = key

    @property
    def label(self) -> str:
        """The words on the button."""
        return self._words

    @label.setter
    def label(self, label: str) -> None:
        self.say(label, self._key)

    def say(self, label: str, key: str) -> None:
        """Show another label, and another key beside it."""
        if (label, key) != (self._words, self._key):
            self._words, self._key = label, key
            self.refresh(layout=True)

    @property
    def _label(self) -> Content:
        return Content.assemble("[ ", (self._words, "bold"), (f" {self._key}" if self._key else "", ""), " ]")

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 -- Textual's signature
        """Return the width of the label."""
        return self._label.cell_length

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 -- likewise
        """Return one line."""
        return 1

    def render(self) -> RenderResult:
        """Draw the label."""
        return self._label

    def on_click(self, event: events.Click) -> None:
        """Press the button."""
        self.post_message(self.Pressed(self, event.time))

    def action_press(self) -> None:
        """Post Pressed."""
        self.post_message(self.Pressed(self, getattr(self.app, "input_time", None)))
