"""The notice in a terminal that is too small; it closes when the terminal grows."""

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Static

from segtui.tui.widgets.chrome.resize_fix import ResizeFix

LEAST = Size(60, 16)


def is_too_small(size: Size) -> bool:
    """Tell whether nothing can be shown in so few cells."""
    return size.width < LEAST.width or size.height < LEAST.height


class TooSmallScreen(ResizeFix, ModalScreen[None]):
    """Says how large the terminal has to be. Everything below it stays as it is."""

    _leaving = False

    def compose(self) -> ComposeResult:
        """One sentence in the middle."""
        yield Static("")

    def on_screen_resume(self) -> None:
        """Look anew, if something else was on top meanwhile."""
        self.look()

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 -- Textual's signature
        """Say it with the size as it is, or go."""
        self.look()

    def look(self) -> None:
        """Go if the terminal is large enough, else say what is wrong with it."""
        size = self.app.size
        if not is_too_small(size):
            if self.is_active and not self._leaving:
                self._leaving = True
                self.dismiss(None)
            return
        sentence = (
            f"segtui needs at least {LEAST.width} columns and {LEAST.height} lines; this terminal has "
            f"{size.width} and {size.height}. Make it larger to go on, or press ctrl+q to quit."
        )
        self.query_one(Static).update(Content(sentence))
