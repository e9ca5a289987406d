"""The terminal interface: an app that is handed an open session and shows the list of segments."""

import logging
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.worker import WorkerFailed

from segtui import crash
from segtui.commands.everywhere import QuitAnywhere
from segtui.config import Settings
from segtui.resources import folder
from segtui.screens.segment_list import SegmentListScreen
from segtui.screens.too_small import TooSmallScreen, is_too_small
from segtui.services.session import Session
from segtui.terminal import is_unicode
from segtui.text import clean
from segtui.widgets.theme import SEGTUI
from segtui.widgets.type_ahead import OneKeyAtATime

if TYPE_CHECKING:
    from segtui.services.segments import Segment

_KEY_NAMES = {"circumflex_accent": "^", "pageup": "page up", "pagedown": "page down"} | {
    key: key for key in ("enter", "escape", "space", "tab", "up", "down", "left", "right", "backspace")
}
NO_KEYS: Mapping[str, str] = MappingProxyType({})


class SegtuiApp(OneKeyAtATime, inherit_bindings=False):
    """The program on a terminal. `keymap` gives commands, by name, other keys than their own."""

    TITLE = "segtui"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        QuitAnywhere.binding(),
        Binding("ctrl+c", "help_quit", show=False, system=True),
    ]

    def __init__(self, session: Session, settings: Settings, *, keymap: Mapping[str, str] = NO_KEYS) -> None:
        super().__init__(css_path=sorted(folder("styles").glob("*.tcss")))
        self.session = session
        self.settings = settings
        self.keymap = keymap
        self.several_companies = session.company is None
        """Whether there are other companies than the one looked at, so that it has to be named."""
        self.ascii_only = not is_unicode()
        self.animation_level = "none"
        self.set_class(self.ascii_only, "-ascii")
        self.set_keymap(keymap)
        self.register_theme(SEGTUI)
        self._choose_theme(settings.theme)

    def _choose_theme(self, wanted: str | None) -> None:
        """Take the configured theme, else our own, or the terminal's colours where it has but sixteen."""
        if wanted is None and self.console.color_system == "standard":
            wanted = "ansi-dark"
        if wanted is None or wanted not in self.available_themes:
            wanted = SEGTUI.name
        # Textual picks its filter for NO_COLOR before it knows the theme; with these it would paint black on black.
        if self.no_color and self.available_themes[wanted].ansi:
            wanted = SEGTUI.name
        self.theme = wanted

    def on_mount(self) -> None:
        """Show the segments."""
        self.push_screen(SegmentListScreen(self.session, self.settings))
        self._look_at(self.size)
        if self.settings.theme and self.theme != self.settings.theme and not self.no_color:
            self.notify(
                f"There is no theme “{clean(self.settings.theme)}”; the interface's own is used.",
                severity="warning",
                markup=False,
            )

    def on_resize(self, event: events.Resize) -> None:
        """Cover everything where the terminal is too small for it."""
        # The first size comes before the first screen.
        if len(self.screen_stack) > 1:
            self._look_at(event.size)

    def _look_at(self, size: Size) -> None:
        if is_too_small(size) and not isinstance(self.screen, TooSmallScreen):
            self.push_screen(TooSmallScreen())

    def open_segment(self, segment: "Segment") -> None:
        """Show a segment on top of the list, whatever was on top of that."""
        while len(self.screen_stack) > 2:
            self.pop_screen()
        if isinstance(self.screen, SegmentListScreen):
            self.screen.open_segment(segment)

    def get_key_display(self, binding: Binding) -> str:
        """Write the names of keys as they stand on a keyboard; not every terminal has the signs for them."""
        return _KEY_NAMES.get(binding.key) or super().get_key_display(binding).replace("^", "ctrl+")

    def action_quit_anywhere(self) -> None:
        """Leave the program."""
        self.exit()

    def action_help_quit(self) -> None:
        """Tell somebody who pressed ctrl+c how the program is left."""
        self.notify("Press ctrl+q to quit.", markup=False)

    # Textual shows a traceback with all local variables, database password included, so these two replace its own.
    # They are not public; a test makes a screen fail and looks at what comes out.

    def _handle_exception(self, error: Exception) -> None:
        cause = error.error if isinstance(error, WorkerFailed) else error
        self._return_code = 1
        if self._exception is None:
            self._exception = cause if isinstance(cause, Exception) else error
            self._exception_event.set()
            self._crash_sentence = crash.record(cause)
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        sentence = getattr(self, "_crash_sentence", "")
        if sentence:
            sys.stderr.write(f"{sentence}\n")


def run(session: Session, settings: Settings) -> int:
    """Run the interface until somebody leaves it. Returns the exit status: not 0 after an unexpected error."""
    log = crash.LogFile(logging.WARNING)
    logging.getLogger().addHandler(log)
    if sys.__stderr__ is not None and sys.__stderr__.errors in {"strict", "backslashreplace"}:
        sys.__stderr__.reconfigure(errors="replace")
    app = SegtuiApp(session, settings)
    try:
        app.run()
    finally:
        logging.getLogger().removeHandler(log)
    return app.return_code or 0
