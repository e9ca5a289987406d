"""What a screen changes: in a thread, one thing at a time, with a way to stop what takes long."""

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
from segtui.services.interrupt import Interrupt
from segtui.tui.widgets.chrome.resize_fix import ResizeFix
from segtui.tui.widgets.forms.push_button import PushButton

if TYPE_CHECKING:
    from segtui.services.undo import History
    from segtui.tui.screens.base.base_screen import WorkScreen

KIND = "write"
"""The kind of request a change is."""

# What is done faster is not announced.
_PATIENCE = 0.4
_STOPPED = "It was stopped; nothing was changed."


@dataclass
class Done(Message):
    """Something was done: the sentence that says so, and the id of the row the cursor belongs on.

    `changed`: whether anything in the database is different now. `undoable`: whether `u` undoes it. `redoable`: whether
    it was an undo, which `U` reverses. `fetched_by`: the command that gets what was written, which stays on the screen
    until it was read.
    """

    sentence: str
    cursor: int | None = None
    changed: bool = True
    undoable: bool = False
    redoable: bool = False
    fetched_by: str = ""


class WorkingDialog(ResizeFix, ModalScreen[None]):
    """Says what is under way; escape stops it. It goes when that has ended."""

    AUTO_FOCUS = "PushButton"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stop", "Stop", show=False)]

    def __init__(self, doing: str, stop: Callable[[], None]) -> None:
        super().__init__()
        self._doing = doing
        self._stop = stop
        self._ended = False

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical(classes="dialog"):
            yield Static(Content(clean(self._doing)), classes="dialog-text")
            yield Static("All of it is done or nothing.", id="working-note", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield PushButton("Stop", key="escape", id="stop")

    def on_push_button_pressed(self) -> None:
        """Stop it."""
        self.action_stop()

    def action_stop(self) -> None:
        """Stop it; the dialog stays until it has."""
        self.query_one("#working-note", Static).update("Stopping...")
        self._stop()

    def end(self) -> None:
        """Go, now or as soon as nothing is on top any more."""
        self._ended = True
        if self.is_active:
            self.dismiss(None)

    def on_screen_resume(self) -> None:
        """Go, if what it is about ended under something else."""
        # It may have gone already, when the answer came before this.
        if self._ended and self.is_active:
            self.dismiss(None)


class Writer:
    """Runs what a screen changes. Keys wait until it is done; after a moment a dialog says what is under way."""

    def __init__(self, screen: "WorkScreen") -> None:
        self._screen = screen
        self._timer: Timer | None = None
        self._dialog: WorkingDialog | None = None
        self._let_go: Callable[[], None] | None = None

    def do(self, doing: str, call: Callable[[Interrupt], Done], *, undoable: bool, history: "History | None") -> None:
        """Run `call` in a thread and post the Done it returns. `doing` says what is under way where it takes long.

        `undoable`: what it records in `history`, if anything, can be undone. Nothing is begun while
        something else is being changed.
        """
        screen = self._screen
        if screen.requests.running(KIND):
            return

        def run(interrupt: Interrupt) -> Message:
            before = history.last if history else None
            try:
                done = call(interrupt)
            except Cancelled:
                return Done(_STOPPED, changed=False)
            after = history.last if history else None
            done.undoable = undoable and after is not None and after is not before
            return done

        self._let_go = screen.program.hold_keys()
        self._timer = screen.set_timer(_PATIENCE, lambda: self._announce(doing))
        screen.requests.ask(KIND, run)

    def ended(self) -> None:
        """Take the dialog away: the answer is here."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._dialog is not None:
            self._dialog.end()
            self._dialog = None
        self._release()

    def _announce(self, doing: str) -> None:
        if not self._screen.is_current or not self._screen.requests.running(KIND):
            return
        self._dialog = WorkingDialog(doing, lambda: self._screen.requests.stop(KIND))
        self._screen.app.push_screen(self._dialog)
        self._release()

    def _release(self) -> None:
        if self._let_go is not None:
            self._screen.call_later(self._let_go)
            self._let_go = None
