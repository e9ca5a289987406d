"""What Textual offers that reaches the computer the program runs on: nothing of it for who came in over SSH.

No key and no command of the program leads there, and no markup from outside is ever shown. This is the wall behind
those: whatever else calls it, there is no file written, no program started and no job stopped on the server.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from textual.app import App, SuspendNotSupported

APP_ACTIONS: Final = frozenset({"bell", "focus", "focus_next", "focus_previous", "help_quit", "quit", "quit_anywhere"})
"""The actions of the app itself that such a person can run."""


class LockdownApp(App[Any], inherit_bindings=False):
    """An app that stays away from its computer where `is_locked_down` says so."""

    @property
    def is_locked_down(self) -> bool:
        """Whether whoever uses it has no business on the computer that it runs on."""
        return False

    def lock_down(self) -> None:
        """Forget Textual's aids for developers, which its environment variables switch on."""
        self.features = frozenset()
        self.devtools = self._devtools_redirector = self.css_monitor = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let nothing run but what the program itself needs."""
        if self.is_locked_down and action not in APP_ACTIONS:
            return False
        return super().check_action(action, parameters)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open a link in a browser, on an own computer."""
        if not self.is_locked_down:
            super().open_url(url, new_tab=new_tab)

    def save_screenshot(self, *arguments: Any, **options: Any) -> str:  # noqa: ANN401  those of App
        """Save a picture of the screen, on an own computer."""
        return "" if self.is_locked_down else super().save_screenshot(*arguments, **options)

    def deliver_screenshot(self, *arguments: Any, **options: Any) -> str | None:  # noqa: ANN401  those of App
        """Save a picture of the screen among the downloads, on an own computer."""
        return None if self.is_locked_down else super().deliver_screenshot(*arguments, **options)

    def deliver_text(self, *arguments: Any, **options: Any) -> str | None:  # noqa: ANN401  those of App
        """Save a text among the downloads, on an own computer."""
        return None if self.is_locked_down else super().deliver_text(*arguments, **options)

    def deliver_binary(self, *arguments: Any, **options: Any) -> str | None:  # noqa: ANN401  those of App
        """Save a file among the downloads, on an own computer."""
        return None if self.is_locked_down else super().deliver_binary(*arguments, **options)

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Leave the terminal to another program. Raises SuspendNotSupported on a server."""
        if self.is_locked_down:
            raise SuspendNotSupported("Nobody's terminal is given to another program here.")
        with super().suspend():
            yield

    def action_suspend_process(self) -> None:
        """Stop as a job of a shell; on a server there is none to go on from."""
        if not self.is_locked_down:
            super().action_suspend_process()
