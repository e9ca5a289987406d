"""Dialogs: questions with a few answers; the cursor starts on the harmless one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from segtui.tui.widgets.chrome.resize_fix import ResizeFix
from segtui.tui.widgets.forms.answer_guard import AnswerGuard
from segtui.tui.widgets.forms.push_button import PushButton

Dismissed = TypeVar("Dismissed")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a question: its key, its label, and whether it destroys something."""

    key: str
    label: str
    dangerous: bool = False


_AROUND_BODY = 9
"""Lines of a dialog that are not its body: border, title, a problem, the buttons, and some air."""


class DialogBody(VerticalScroll, can_focus=False):
    """The middle of a dialog: it scrolls before the buttons are pushed out of a terminal of `height` lines."""

    def __init__(self, height: int) -> None:
        super().__init__(classes="dialog-body")
        self.fit(height)

    def fit(self, height: int) -> None:
        """Follow the terminal's height."""
        self.styles.max_height = max(2, height - _AROUND_BODY)

    def watch_virtual_size(self) -> None:
        """Keep the focused field in sight when the text above it changes."""
        self._keep_in_sight()

    def on_resize(self) -> None:
        """Keep the focused field in sight where there is less room."""
        self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        focused = self.screen.focused
        if focused is not None and self in focused.ancestors:
            self.call_after_refresh(focused.scroll_visible, animate=False)


class ScrolledDialog(ResizeFix, ModalScreen[Dismissed]):
    """A dialog with a body and buttons. A body that does not fit is scrolled with the arrows and the page keys."""

    # Before the buttons, between which the arrows move: left and right still do.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll_body('down')", "Down", show=False, priority=True),
        Binding("up", "scroll_body('up')", "Up", show=False, priority=True),
        Binding("pagedown", "scroll_body('page_down')", "Page down", show=False, priority=True),
        Binding("pageup", "scroll_body('page_up')", "Page up", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.guard = AnswerGuard(self)

    def on_screen_resume(self) -> None:
        """Let no dangerous answer count before the dialog is on the screen, again where it was covered."""
        self.guard.arm()

    def on_resize(self, event: events.Resize) -> None:
        """Leave room for the answers."""
        self.query_one(DialogBody).fit(event.size.height)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse the scrolling keys where there is nothing to scroll: the buttons get them."""
        if action == "scroll_body":
            return self.query_one(DialogBody).max_scroll_y > 0
        return super().check_action(action, parameters)

    def action_scroll_body(self, direction: str) -> None:
        """Scroll the body."""
        getattr(self.query_one(DialogBody), f"scroll_{direction}")(animate=False)


class Question(ScrolledDialog[str]):
    """Asks a question; is dismissed with the key of the answer.

    The first answer is the harmless one: it has the cursor, and escape gives it as well, unless `escape` names another
    answer. Every other answer counts only after the question was on the screen for a moment.

    The text is Content or a plain string, never markup; text from outside must have passed `clean`.
    """

    def __init__(
        self, title: str, text: str | Content, answers: Sequence[Answer], *, escape: str | None = None
    ) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._answers = tuple(answers)
        self._escape = escape or self._harmless

    def compose(self) -> ComposeResult:
        """Lay out the text and the answers."""
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            with DialogBody(self.app.size.height):
                yield Static(self._text, classes="dialog-text", markup=False)
            with Horizontal(classes="dialog-buttons"):
                for answer in self._answers:
                    yield PushButton(
                        answer.label, key=answer.key, name=answer.key, classes="dangerous" if answer.dangerous else None
                    )

    def on_mount(self) -> None:
        """Put the cursor on the harmless answer."""
        self.query(PushButton).first().focus()

    @on(PushButton.Pressed)
    def _pressed(self, event: PushButton.Pressed) -> None:
        answer = event.button.name or self._harmless
        if answer == self._harmless or self.guard.allows(event.input_time):
            self.dismiss(answer)

    def on_key(self, event: events.Key) -> None:
        """Give the answer that has this key."""
        answer = self._escape if event.key == "escape" else event.key
        if any(offered.key == answer for offered in self._answers):
            event.stop()
            if answer == self._harmless or self.guard.allows(event.time):
                self.dismiss(answer)

    @property
    def _harmless(self) -> str:
        return self._answers[0].key


def yes_or_no(
    title: str,
    text: str | Content,
    yes: str,
    *,
    no: str = "No",
    dangerous: bool = False,
    escape: str | None = None,
) -> Question:
    """Return a question that is dismissed with `y` or `n`. No is the harmless answer; escape gives it, or `escape`."""
    return Question(title, text, [Answer("n", no), Answer("y", yes, dangerous=dangerous)], escape=escape)
