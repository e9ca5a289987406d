"""A scroll bar that repaints only the cells that changed. Textual's repaints all of itself with every layout."""

from typing import ClassVar, Self

from rich.segment import Segment
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender


class AsciiScrollBar(ScrollBarRender):
    """Draws whole cells only, with nothing but blanks: for terminals without block characters."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "]
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "]


class QuietScrollBar(ScrollBar):
    """A vertical scroll bar."""

    _colours: tuple[bool, bool, str] | None = None
    _cells: tuple[Segment, ...] = ()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Repaint what looks different. A repaint by region or with a layout is done as asked."""
        if regions or layout or recompose or not self.is_mounted:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        before, colours_before = self._cells, self._colours
        self._cells, self._colours = self._look(), (self.mouse_over, self.grabbed is not None, self.app.theme)
        if self._colours != colours_before or len(before) != len(self._cells):
            return super().refresh()
        changed = [y for y, cell in enumerate(self._cells) if cell != before[y]]
        if changed:
            super().refresh(*(Region(0, y, self.size.width, 1) for y in changed))
        return self

    def _look(self) -> tuple[Segment, ...]:
        """Return the cells in colours that do not matter: those change for all of them at once."""
        inside = self.window_size < self.window_virtual_size
        bar = self.renderer.render_bar(
            self.size.height,
            self.window_virtual_size,
            self.window_size if inside else 0,
            self.position,
            self.thickness,
        )
        return tuple(bar.segments)
