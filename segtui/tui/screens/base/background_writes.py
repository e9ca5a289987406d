"""Background writes: the changes a screen makes, in a thread, one at a time, with a dialog to stop a slow one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Static

from segtui.domain.text import clean
from segtui.errors import Cancelled
from segtui.tui.widgets.chrome.resize_fix import ResizeFix
from segtui.tui.widgets.forms.push_button import PushButton

if TYPE_CHECKING:
    from segtui.services.interrupt import Interrupt
    from segtui.services.undo import UndoStack
    from segtui.tui.screens.base.base_screen import WorkScreen

WRITE = "write"
"""The kind of request that a change is."""

_ANNOUNCED_AFTER = 0.4  # seconds; a faster change shows no dialog
_STOPPED = "It was stopped; nothing was changed."


@dataclass
class Done(Message):
    """The result of a change: the sentence that says so, and the id of the row the cursor belongs on.

    `changed`: whether anything in the database is different now. `undoable`: whether `u` undoes it. `redoable`: whether
    it was an undo, which `U` reverses. `download_command`: the command that downloads a written file; it stays on the
    screen until the user closes it. `follow_up` is called in the app's own thread, after the sentence was said.
    """

    sentence: str
    cursor: int | None = None
    changed: bool = True
    undoable: bool = False
    redoable: bool = False
    history_screen: str = ""
    """The key of the screen where it is undone or redone; blank for the one that made it."""
    download_command: str = ""
    follow_up: Callable[[], None] | None = None


class WorkingDialog(ResizeFix, ModalScreen[None]):
    """Names a change that takes long; escape stops it. The dialog closes when the change has ended."""

    AUTO_FOCUS = "PushButton"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stop", "Stop", show=False)]

    def __init__(self, doing: str, stop: Callable[[], None]) -> None:
        super().__init__()
        self._doing = doing
        self._stop = stop
        self._ended = False

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        with Vertical(classes="dialog"):
            yield Static(Content(clean(self._doing)), classes="dialog-text")
            yield Static("All of it is done, or nothing.", id="working-note", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield PushButton("Stop", key="escape", id="stop")

    def on_push_button_pressed(self) -> None:
        """Stop the change."""
        self.action_stop()

    def action_stop(self) -> None:
        """Stop the change; the dialog stays until it has ended."""
        self.query_one("#working-note", Static).update("Stopping...")
        self._stop()

    def end(self) -> None:
        """Close, now or as soon as nothing lies on top."""
        self._ended = True
        if self.is_active:
            self.dismiss(None)

    def on_screen_resume(self) -> None:
        """Close, if the change ended while something lay on top."""
        # The answer may have come before this, and closed it.
        if self._ended and self.is_active:
            self.dismiss(None)


class BackgroundWrites:
    """Runs the changes of a screen. Keys wait until one is done; after a moment a dialog names it."""

    def __init__(self, screen: "WorkScreen") -> None:
        self._screen = screen
        self._timer: Timer | None = None
        self._dialog: WorkingDialog | None = None
        self._let_go: Callable[[], None] | None = None

    def start(
        self, doing: str, call: Callable[["Interrupt"], Done], *, undoable: bool, history: "UndoStack | None"
    ) -> None:
        """Run `call` in a thread and post the Done it returns. `doing` names the change where it takes long.

        `undoable`: what it records in `history`, if anything, can be undone. Ignored while another change runs.
        """
        screen = self._screen
        if screen.requests.running(WRITE):
            return

        def run(interrupt: "Interrupt") -> Message:
            before = history.last if history else None
            try:
                done = call(interrupt)
            except Cancelled:
                return Done(_STOPPED, changed=False)
            after = history.last if history else None
            done.undoable = undoable and after is not None and after is not before
            done.history_screen = history.screen if history else ""
            return done

        self._let_go = screen.program.hold_keys()
        self._timer = screen.set_timer(_ANNOUNCED_AFTER, lambda: self._announce(doing))
        screen.requests.ask(WRITE, run)

    def ended(self) -> None:
        """Close the dialog: the answer is here."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._dialog is not None:
            self._dialog.end()
            self._dialog = None
        self._release()

    def _announce(self, doing: str) -> None:
        if not self._screen.is_current or not self._screen.requests.running(WRITE):
            return
        self._dialog = WorkingDialog(doing, lambda: self._screen.requests.stop(WRITE))
        self._screen.app.push_screen(self._dialog)
        self._release()

    def _release(self) -> None:
        if self._let_go is not None:
            self._screen.call_later(self._let_go)
            self._let_go = None
