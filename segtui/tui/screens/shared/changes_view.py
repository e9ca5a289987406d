"""The list of what was done in a session: what `u` undoes here, what `U` does again, and what stays."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from segtui.domain.text import clean
from segtui.services.undo import Change
from segtui.tui.actions.global_actions import Redo, Undo
from segtui.tui.widgets.chrome.key_bar import key_shown
from segtui.tui.widgets.chrome.resize_fix import ResizeFix
from segtui.tui.widgets.chrome.scrolling import ScrolledText
from segtui.tui.widgets.forms.push_button import PushButton


class ChangesView(ResizeFix, ModalScreen[str | None]):
    """Lists the changes of a session, the newest first; is dismissed with `undo`, `redo` or None."""

    AUTO_FOCUS = "#changes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,Z", "close", "Close", show=False),
        Binding("u", "choose('undo')", "Undo", show=False),
        Binding("U", "choose('redo')", "Redo", show=False),
    ]

    def __init__(
        self,
        changes: Sequence[Change],
        screen: str,
        next_ones: tuple[Change | None, Change | None],
        shown_time: Callable[[datetime], str],
    ) -> None:
        """Make it for a screen of the history. `next_ones` are the changes that `u` and `U` are about there."""
        super().__init__()
        self._changes = changes
        self._of_screen = screen
        self._next_undo, self._next_redo = next_ones
        self._shown_time = shown_time

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        here = [change for change in self._changes if change.screen == self._of_screen]
        elsewhere = [change for change in self._changes if change.screen != self._of_screen]
        with Vertical(classes="dialog"):
            yield Static("What was done", classes="dialog-title", markup=False)
            with ScrolledText(id="changes"):
                yield Static(self._section("On this screen", here))
                if elsewhere:
                    yield Static(self._section("On other screens (undo them there)", elsewhere))
            with Horizontal(classes="dialog-buttons"):
                yield PushButton("Close", key="escape", id="close")
                if self._next_undo is not None:
                    yield PushButton("Undo", key="u", id="undo")
                if self._next_redo is not None:
                    yield PushButton("Redo", key="U", id="redo")

    def _section(self, heading: str, changes: Sequence[Change]) -> Content:
        lines = [Content.styled(heading, "bold")]
        lines += [self._line(change) for change in changes] or [Content("Nothing has been changed here yet.")]
        return Content("\n").join([*lines, Content("")])

    def _line(self, change: Change) -> Content:
        state = {"done": "", "undone": "undone", "final": "not undone"}[change.state]
        if change is self._next_undo and not change.refusal:
            state = f"{key_shown(self.app, Undo)} undoes it"
        elif change is self._next_redo:
            state = f"undone; {key_shown(self.app, Redo)} does it again"
        return Content.assemble(
            (self._shown_time(change.at), "$foreground-muted"),
            f"  {clean(change.sentence)}",
            (f"  ({state})" if state else "", "$foreground-muted"),
        )

    def action_close(self) -> None:
        """Close it."""
        self.dismiss(None)

    def action_choose(self, action: str) -> None:
        """Close it and undo, or do again."""
        if (self._next_undo if action == "undo" else self._next_redo) is not None:
            self.dismiss(action)

    def on_push_button_pressed(self, event: PushButton.Pressed) -> None:
        """Do what the button says."""
        name = event.button.id
        self.dismiss(None if name == "close" else name)
