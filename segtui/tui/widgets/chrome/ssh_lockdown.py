"""SSH lock-down: switches off Textual's functions that reach the server's files, programs and jobs.

No key and no command of the program leads to them, and no markup from outside is ever shown. This is the wall behind
those: no caller writes a file, starts a program or stops a job on the server.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from textual.app import App, SuspendNotSupported

from segtui.tui.textual_internals import disable_developer_tools

APP_ACTIONS: Final = frozenset({"bell", "focus", "focus_next", "focus_previous", "help_quit", "quit", "quit_anywhere"})
"""The actions of the app itself that work over SSH."""


class LockdownApp(App[Any], inherit_bindings=False):
    """An app that stays away from the computer it runs on while `is_locked_down`."""

    @property
    def is_locked_down(self) -> bool:
        """True where the user must not reach the computer that the app runs on."""
        return False

    def lock_down(self) -> None:
        """Switch off Textual's aids for developers, which environment variables switch on."""
        disable_developer_tools(self)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse actions that the program itself does not need."""
        if self.is_locked_down and action not in APP_ACTIONS:
            return False
        return super().check_action(action, parameters)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open a link in a browser, unless locked down."""
        if not self.is_locked_down:
            super().open_url(url, new_tab=new_tab)

    def save_screenshot(self, *arguments: Any, **options: Any) -> str:  # noqa: ANN401  those of App
        """Save a picture of the screen, unless locked down."""
        return "" if self.is_locked_down else super().save_screenshot(*arguments, **options)

    def deliver_screenshot(self, *arguments: Any, **options: Any) -> str | None:  # noqa: ANN401  those of App
        """Save a picture of the screen among the downloads, unless locked down."""
        return None if self.is_locked_down else super().deliver_screenshot(*arguments, **options)

    def deliver_text(self, *arguments: Any, **options: Any) -> str | None:  # noqa: ANN401  those of App
        """Save a text among the downloads, unless locked down."""
        return None if self.is_locked_down else super().deliver_text(*arguments, **options)

    def deliver_binary(self, *arguments: Any, **options: Any) -> str | None:  # noqa: ANN401  those of App
        """Save a file among the downloads, unless locked down."""
        return None if self.is_locked_down else super().deliver_binary(*arguments, **options)

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Leave the terminal to another program. Raises SuspendNotSupported while locked down."""
        if self.is_locked_down:
            raise SuspendNotSupported("Nobody's terminal is given to another program here.")
        with super().suspend():
            yield

    def action_suspend_process(self) -> None:
        """Stop as a job of a shell, unless locked down: an SSH session has no shell to continue from."""
        if not self.is_locked_down:
            super().action_suspend_process()
