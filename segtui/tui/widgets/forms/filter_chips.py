"""Filter chips: the active filters in one line above a list, in words, with a cross to click each away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Protocol

from rich.cells import cell_len
from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

from segtui.tui.widgets.chrome.glyphs import Glyphs, glyphs_for
from segtui.tui.widgets.table.table_cells import fit, shown

_GAP: Final = 2
_CROSS: Final = 2
"""Cells of the cross behind a filter's words, and of the blank before it."""

_MIN_WORDS: Final = 12
"""Cells that a filter's words keep, even among many others."""


class Shown(Protocol):
    """A filter: its meaning in words."""

    @property
    def sentence(self) -> str:
        """The words."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter as it is drawn: its words, and the first cell of the line that they take."""

    filter: Shown
    start: int
    text: str

    @property
    def cross(self) -> int:
        """The cell of the cross."""
        return self.start + cell_len(self.text) + 1

    @property
    def end(self) -> int:
        """The first cell behind the chip."""
        return self.cross + 1


class FilterChips(Widget):
    """One line: `f Filters: source is Webinar or Fair ×  do not call ×  +2 more`. Hidden without a filter.

    `key` is the key that opens the filters, `lead` the words before them. A click on a cross posts Removed, any other
    click Opened.
    """

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = """
    FilterChips { height: 1; display: none; }
    """

    filters: var[tuple[Shown, ...]] = var(())

    @dataclass
    class Removed(Message):
        """The cross of this filter was clicked."""

        filter: Shown

    class Opened(Message):
        """The filters were clicked, to change them."""

    def __init__(
        self,
        *,
        key: str = "f",
        lead: str = "Filters: ",
        id: str | None = None,  # noqa: A002 -- Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._key = key
        self._first_words = lead
        self.tooltip = None

    def watch_filters(self, filters: tuple[Shown, ...]) -> None:
        """Show other filters, or hide the line without one."""
        self.display = bool(filters)
        self.refresh()

    @property
    def _lead(self) -> Content:
        key = Content.assemble((self._key, "bold $primary"), " ") if self._key else Content("")
        return key + Content.styled(self._first_words, "$foreground-muted")

    @property
    def _arranged(self) -> tuple[tuple[Chip, ...], int]:
        return arranged(self.filters, self._lead.cell_length, self.size.width, glyphs_for(self.app))

    def render(self) -> RenderResult:
        """Draw the filters that fit, and the number of others."""
        cross = cross_glyph(glyphs_for(self.app))
        chips, more = self._arranged
        line, end = self._lead, self._lead.cell_length
        for chip in chips:
            line += Content.assemble(
                " " * (chip.start - end),
                (f"{chip.text} ", "on $panel"),
                (cross, "bold $primary on $panel"),
            )
            end = chip.end
        return line + Content(f"{' ' * _GAP}+{more} more") if more else line

    def on_click(self, event: events.Click) -> None:
        """Remove the filter whose cross was clicked, or open the filters."""
        event.stop()
        offset = event.get_content_offset(self)
        if offset is None:
            return
        # The blank before the cross counts too: one cell is little to aim at.
        removed = next((chip for chip in self._arranged[0] if chip.cross - 1 <= offset.x <= chip.cross), None)
        self.post_message(self.Removed(removed.filter) if removed else self.Opened())


def cross_glyph(glyphs: Glyphs) -> str:
    """Return the glyph behind a filter that can be clicked away."""
    return "x" if glyphs.ascii_only else "×"


def arranged(filters: Sequence[Shown], lead: int, width: int, glyphs: Glyphs) -> tuple[tuple[Chip, ...], int]:
    """Return the filters that fit a line of `width` cells behind `lead` cells, and the number of others.

    Long words are cut before a filter is left out, down to a width at which they can still be read.
    """
    room = max(_MIN_WORDS, width - lead)
    for most in (room - _CROSS, room // 2, room // 3, _MIN_WORDS):
        chips = tuple(_placed(filters, lead, max(_MIN_WORDS, most), glyphs))
        if not chips or chips[-1].end <= width:
            return chips, 0
    for shown_count in range(len(chips) - 1, 0, -1):
        more = len(chips) - shown_count
        if chips[shown_count - 1].end + _GAP + len(f"+{more} more") <= width:
            return chips[:shown_count], more
    left = width - lead - _CROSS - (_GAP + len(f"+{len(filters) - 1} more") if len(filters) > 1 else 0)
    return tuple(_placed(filters[:1], lead, max(1, left), glyphs)), len(filters) - 1


def _placed(filters: Iterable[Shown], start: int, most: int, glyphs: Glyphs) -> Iterable[Chip]:
    for current in filters:
        text = shown(current.sentence, glyphs)
        if cell_len(text) > most:
            text = fit(text, most, glyphs).text.rstrip()
        chip = Chip(current, start, text)
        yield chip
        start = chip.end + _GAP
