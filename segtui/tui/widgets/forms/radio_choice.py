"""Radio choice: one of a few possibilities, drawn as `(x)`, so that it is visible without colours too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click, MouseDown
from textual.geometry import Offset, Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Item:
    """A possibility: its value, its name, and its meaning in half a sentence."""

    value: str
    label: str
    meaning: str = ""


class Choice(Widget, can_focus=True):
    """Possibilities below each other (or beside each other), one of them selected by the arrows or a click."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,right,j,space", "move(1)", "Next", show=False),
        Binding("up,left,k", "move(-1)", "Previous", show=False),
        Binding("enter", "app.focus_next", "Next field", show=False),
    ]

    value: reactive[str] = reactive("", init=False)

    class Changed(Message):
        """Another possibility was selected."""

        def __init__(self, choice: "Choice", value: str) -> None:
            super().__init__()
            self.choice = choice
            self.value = value

        @property
        def control(self) -> "Choice":
            """The widget that sent this."""
            return self.choice

    def __init__(self, items: Sequence[Item], value: str, *, id: str | None = None, beside: bool = False) -> None:  # noqa: A002 -- Textual's name
        super().__init__(id=id)
        self.items = tuple(items)
        self.beside = beside
        self.set_reactive(Choice.value, value)

    def select(self, value: str) -> Self:
        """Select `value` without posting Changed."""
        with self.prevent(self.Changed):
            self.value = value
        return self

    def watch_value(self, value: str) -> None:
        """Post Changed."""
        self.post_message(self.Changed(self, value))

    def action_move(self, step: int) -> None:
        """Select the next or the previous possibility."""
        values = [item.value for item in self.items]
        self.value = values[(values.index(self.value) + step) % len(values)]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 -- Textual's signature
        """Return one line, or one for each possibility."""
        return 1 if self.beside else len(self.items)

    def _labels(self) -> list[str]:
        return [f"({'x' if item.value == self.value else ' '}) {item.label}" for item in self.items]

    def render(self) -> RenderResult:
        """Draw the possibilities."""
        labels = self._labels()
        highlight = "bold $block-cursor-foreground on $block-cursor-background" if self.has_focus else "bold"
        styled = [
            Content.styled(label, highlight if item.value == self.value else "")
            for item, label in zip(self.items, labels, strict=True)
        ]
        if self.beside:
            return Content("   ").join(styled)
        width = max(map(len, labels)) + 2
        lines = [
            Content.assemble(name, " " * (width - len(label)), (item.meaning, "$foreground-muted"))
            for item, label, name in zip(self.items, labels, styled, strict=True)
        ]
        return Content("\n").join(lines)

    def on_click(self, event: Click) -> None:
        """Select the clicked possibility."""
        self.select_at(event.get_content_offset_capture(self))

    def select_at(self, offset: Offset) -> None:
        """Select the possibility that is drawn at a place of the widget."""
        if not self.beside:
            self.value = self.items[min(offset.y, len(self.items) - 1)].value
            return
        start = 0
        for item, label in zip(self.items, self._labels(), strict=True):
            if start <= offset.x < start + len(label):
                self.value = item.value
            start += len(label) + 3


class RadioField(Choice, inherit_bindings=False):
    """A choice in a line of a form: left, right and the space bar select, enter saves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "move(1)", "Next", show=False),
        Binding("left", "move(-1)", "Previous", show=False),
        Binding("enter", "submit", "Save", show=False),
    ]

    class Submitted(Message):
        """Enter was pressed in the field."""

    def __init__(self, choices: Sequence[tuple[str, str]], value: str) -> None:
        super().__init__([Item(choice, label) for label, choice in choices], value, beside=True)

    def on_mouse_down(self, event: MouseDown) -> None:
        """Select at once: the field that is left may say what is wrong with it, which moves this one before a click."""
        self.select_at(event.get_content_offset_capture(self))

    def action_submit(self) -> None:
        """Post Submitted."""
        self.post_message(self.Submitted())
