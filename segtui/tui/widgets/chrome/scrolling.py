"""Scrolling: texts longer than the screen, scrolled by the same keys as the lists."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll


class ScrolledText(VerticalScroll):
    """Scrolls by lines (arrows, j, k), by pages, and to both ends (g, G, home, end)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Scroll down", show=False),
        Binding("k", "scroll_up", "Scroll up", show=False),
        Binding("g", "scroll_home", "To the top", show=False),
        Binding("G", "scroll_end", "To the bottom", show=False),
    ]


class ScrolledHead(ScrolledText):
    """The text above a list. Tab stops at it only where it is cut, to scroll it."""

    def allow_focus(self) -> bool:
        """Return True where there is something to scroll."""
        return super().allow_focus() and self.max_scroll_y > 0
