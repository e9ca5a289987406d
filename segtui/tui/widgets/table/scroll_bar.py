"""Scroll bar: jumps to the clicked position, and repaints only the cells that changed.

Textual's moves one page per click, which is nothing in a million rows, and repaints completely with every layout.
"""

from typing import ClassVar, Self

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender, ScrollTo


class AsciiScrollBar(ScrollBarRender):
    """Draws whole cells only, with nothing but blanks: for terminals without block characters."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "]
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "]


class QuietScrollBar(ScrollBar):
    """A vertical scroll bar."""

    _grip: float | None = None  # cells from the upper end of the thumb to the pointer that holds it
    _colours: tuple[bool, bool, str] | None = None
    _cells: tuple[Segment, ...] = ()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Repaint the cells that look different. A repaint by region or with a layout is passed on."""
        if regions or layout or recompose or not self.is_mounted:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        before, colours_before = self._cells, self._colours
        self._cells, self._colours = self._rendered_cells(), (self.mouse_over, self.grabbed is not None, self.app.theme)
        if self._colours != colours_before or len(before) != len(self._cells):
            return super().refresh()
        changed = [y for y, cell in enumerate(self._cells) if cell != before[y]]
        if changed:
            super().refresh(*(Region(0, y, self.size.width, 1) for y in changed))
        return self

    async def on_mouse_down(self, event: events.MouseDown) -> None:
        """Hold the thumb; a click beside it moves it to the pointer first."""
        event.stop()
        if event.button != 1 or self.window_size >= self.window_virtual_size:
            return
        pointer = event.y + 0.5
        above = self._travel * self.position / (self.window_virtual_size - self.window_size)
        if int(above) <= event.y < above + self._thumb:
            self._grip = pointer - above
        else:
            self._grip = self._thumb / 2
            self._drag_to(pointer)
        self.capture_mouse()

    async def on_mouse_move(self, event: events.MouseMove) -> None:
        """Let the thumb follow the mouse: the ends of the bar are the ends of the rows."""
        event.prevent_default()
        event.stop()
        if self._grip is not None and self.grabbed is not None:
            self._drag_to(event.screen_y - self.region.y + 0.5)

    def on_mouse_release(self, _event: events.MouseRelease) -> None:
        """Release the thumb."""
        self._grip = None

    def action_grab(self) -> None:
        """Do nothing: clicks are handled by their position."""

    action_scroll_up = action_scroll_down = action_grab

    @property
    def _thumb(self) -> float:
        """The length of the thumb, in cells."""
        return max(1.0, self.size.height * self.window_size / self.window_virtual_size)

    @property
    def _travel(self) -> float:
        """The distance that the thumb can move, in cells."""
        return max(0.0, self.size.height - self._thumb)

    def _drag_to(self, pointer: float) -> None:
        """Scroll to the position at which the pointer holds the thumb."""
        if self._grip is None or not self._travel:
            return
        share = max(0.0, min(1.0, (pointer - self._grip) / self._travel))
        self.post_message(ScrollTo(y=round(share * (self.window_virtual_size - self.window_size)), animate=False))

    def _rendered_cells(self) -> tuple[Segment, ...]:
        """Return the cells of the bar. Their colours do not count: those change for all cells at once."""
        inside = self.window_size < self.window_virtual_size
        bar = self.renderer.render_bar(
            self.size.height,
            self.window_virtual_size,
            self.window_size if inside else 0,
            self.position,
            self.thickness,
        )
        return tuple(bar.segments)
