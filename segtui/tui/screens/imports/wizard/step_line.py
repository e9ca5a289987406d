"""The line at the top of the import that shows its steps, and the message each step speaks through."""

from textual.app import RenderResult
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from segtui.tui.screens.imports.wizard.import_state import Step

_NARROW = 72
_BETWEEN = " > "


class StepsBar(Widget):
    """The names of the steps, the current one in brackets. A click on one that is open asks to go there."""

    current: reactive[Step] = reactive(Step.FILE)
    reached: reactive[Step] = reactive(Step.FILE)
    """The last step that can be gone to; later ones are drawn dim."""

    class Chosen(Message):
        """The user clicked on a step."""

        def __init__(self, step: Step) -> None:
            super().__init__()
            self.step = step

    def _labels(self) -> list[str]:
        numbered = self.size.width >= _NARROW
        names = [f"{step + 1} {step.title}" if numbered else step.title for step in Step]
        return [f"[{name}]" if step == self.current else name for step, name in zip(Step, names, strict=True)]

    def render(self) -> RenderResult:
        """Draw the steps on one line."""
        pieces: list[Content] = []
        for step, label in zip(Step, self._labels(), strict=True):
            style = "bold $primary" if step == self.current else "" if step <= self.reached else "$foreground-muted"
            pieces.append(Content.styled(label, style))
        return Content.styled(_BETWEEN, "$foreground-muted").join(pieces)

    def on_click(self, event: Click) -> None:
        """Find the step by where the click was."""
        start = 0
        for step, label in zip(Step, self._labels(), strict=True):
            if start <= event.get_content_offset_capture(self).x < start + len(label):
                if step <= self.reached and step != self.current:
                    self.post_message(self.Chosen(step))
                return
            start += len(label) + len(_BETWEEN)
