"""The list of what was done in a session: when, where, and what of it can be undone or redone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from segtui.domain.text import clean
from segtui.services.undo import Change, UndoStack
from segtui.tui.actions.global_actions import Redo, Undo
from segtui.tui.widgets.chrome.key_bar import key_shown
from segtui.tui.widgets.chrome.resize_fix import ResizeFix
from segtui.tui.widgets.forms.push_button import PushButton


@dataclass(frozen=True, slots=True)
class ChosenReversal:
    """The change that is to be undone, or redone: the last one of its screen."""

    change: Change
    redo: bool


class ChangesView(ResizeFix, ModalScreen[ChosenReversal | None]):
    """Lists the changes of a session, the newest first. The keys of undo and redo act on the change under the cursor.

    On each screen only the last change is undone, and the last undone one redone: the others build on each other.
    """

    AUTO_FOCUS = "#changes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,Z", "close", "Close", show=False, priority=True),
        Binding("j", "move(1)", "Down", show=False),
        Binding("k", "move(-1)", "Up", show=False),
        Binding("u", "choose(False)", "Undo", show=False, id=Undo.name()),
        Binding("U", "choose(True)", "Redo", show=False, id=Redo.name()),
    ]

    def __init__(self, history: UndoStack, shown_time: Callable[[datetime], str]) -> None:
        """Make it for the screen of `history`, whose last change has the cursor."""
        super().__init__()
        self._history = history
        self._changes = history.every
        self._shown_time = shown_time

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        with Vertical(classes="dialog changes"):
            yield Static("What was done", classes="dialog-title", markup=False)
            yield OptionList(*map(self._option, self._changes), id="changes", markup=False, compact=True)
            with Horizontal(classes="dialog-buttons"):
                yield PushButton("Close", key="escape", id="close")
                yield PushButton("Undo", key="u", id="undo")
                yield PushButton("Redo", key="U", id="redo")

    def on_mount(self) -> None:
        """Put the cursor on the change that the key of undo is about on the screen below, or on the newest."""
        target = self._history.last or self._history.next_redo
        self.query_one(OptionList).highlighted = self._changes.index(target) if target in self._changes else 0

    def _option(self, change: Change) -> Option:
        here = " (this screen)" if change.screen == self._history.screen else ""
        location = f"{clean(change.screen_title)}{here}" if change.screen_title else here.strip(" ()").capitalize()
        head = "  ".join(filter(None, (self._shown_time(change.at), location, self._state(change))))
        return Option(Content.assemble((head, "$foreground-muted"), f"\n  {clean(change.sentence)}"))

    def _state(self, change: Change) -> str:
        stack = self._history.on_screen(change.screen)
        if change is stack.last and not change.refusal:
            return f"done ({key_shown(self.app, Undo)} undoes it)"
        if change is stack.next_redo:
            return f"undone ({key_shown(self.app, Redo)} redoes it)"
        return {"done": "done", "undone": "undone", "final": "cannot be undone"}[change.state]

    def _refusal(self, change: Change, *, redo: bool) -> str:
        """Return the reason why a change cannot be undone, or redone, now; blank where it can."""
        stack = self._history.on_screen(change.screen)
        target = stack.next_redo if redo else stack.last
        if change is target:
            return "" if redo else change.refusal
        if change.refusal:
            return change.refusal
        if redo == change.is_undone and target is not None:
            other = f"“{clean(target.sentence)}”"
            return f"First redo {other}." if redo else f"First undo what was done later on that screen: {other}."
        if redo:
            return "Something else was done since: it can no longer be redone." if change.is_undone else "It is done."
        return "It is undone already."

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        options = self.query_one(OptionList)
        (options.action_cursor_down if step > 0 else options.action_cursor_up)()

    def action_close(self) -> None:
        """Close it."""
        self.dismiss(None)

    def action_choose(self, redo: bool) -> None:
        """Close it, and undo or redo the change under the cursor; or say why that cannot be."""
        index = self.query_one(OptionList).highlighted
        if index is None:
            return
        change = self._changes[index]
        if refusal := self._refusal(change, redo=redo):
            self.app.notify(clean(refusal), severity="warning", timeout=10, markup=False)
        else:
            self.dismiss(ChosenReversal(change, redo))

    def on_push_button_pressed(self, event: PushButton.Pressed) -> None:
        """Do what the button says."""
        if event.button.id == "close":
            self.action_close()
        else:
            self.action_choose(event.button.id == "redo")
