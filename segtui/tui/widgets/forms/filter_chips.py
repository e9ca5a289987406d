"""The filters in force, in one line above a list: what each means in words, and a sign to click it away with."""

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
_SIGN: Final = 2
"""Cells of the sign behind a filter's words, and of the blank before it."""

_NARROWEST: Final = 12
"""Cells that a filter's words keep, however many others there are."""


class Shown(Protocol):
    """A filter: what it means in words, and of which field. Those of one field mean either."""

    @property
    def field(self) -> str:
        """The field."""

    @property
    def sentence(self) -> str:
        """The words."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter as it is drawn: its words, and the cell of the line its sign stands on."""

    filter: Shown
    start: int
    lead: str
    text: str

    @property
    def sign(self) -> int:
        """The cell of the sign that takes the filter away."""
        return self.start + len(self.lead) + cell_len(self.text) + 1

    @property
    def end(self) -> int:
        """The first cell behind it."""
        return self.sign + 1


class FilterChips(Widget):
    """One line: `f Filters: source: Webinar ×  or source: Fair ×  +2 more`. It is not there while there is no filter.

    `key` is the key that opens the filters. A click on a sign posts Removed, a click on anything else Opened.
    """

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = """
    FilterChips { height: 1; display: none; }
    """

    filters: var[tuple[Shown, ...]] = var(())

    @dataclass
    class Removed(Message):
        """Somebody clicked this filter away."""

        filter: Shown

    class Opened(Message):
        """Somebody clicked on the filters, to change them."""

    def __init__(
        self,
        *,
        key: str = "f",
        id: str | None = None,  # noqa: A002 -- Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._key = key
        self.tooltip = None

    def watch_filters(self, filters: tuple[Shown, ...]) -> None:
        """Show other filters, or nothing where there is none."""
        self.display = bool(filters)
        self.refresh()

    @property
    def _lead(self) -> Content:
        key = Content.assemble((self._key, "bold $primary"), " ") if self._key else Content("")
        return key + Content.styled("Filters: ", "$foreground-muted")

    @property
    def _arranged(self) -> tuple[tuple[Chip, ...], int]:
        return arranged(self.filters, self._lead.cell_length, self.size.width, glyphs_for(self.app))

    def render(self) -> RenderResult:
        """Draw what fits, and say how many more there are."""
        sign = removing(glyphs_for(self.app))
        chips, more = self._arranged
        line, end = self._lead, self._lead.cell_length
        for chip in chips:
            line += Content.assemble(
                " " * (chip.start - end),
                (chip.lead, "$foreground-muted"),
                (f"{chip.text} ", "on $panel"),
                (sign, "bold $primary on $panel"),
            )
            end = chip.end
        return line + Content(f"{' ' * _GAP}+{more} more") if more else line

    def on_click(self, event: events.Click) -> None:
        """Take the filter away whose sign was clicked, or open the filters."""
        event.stop()
        at = event.get_content_offset(self)
        if at is None:
            return
        # The blank before the sign counts too: one cell is little to aim at.
        removed = next((chip for chip in self._arranged[0] if chip.sign - 1 <= at.x <= chip.sign), None)
        self.post_message(self.Removed(removed.filter) if removed else self.Opened())


def removing(glyphs: Glyphs) -> str:
    """Return the sign that stands behind what can be clicked away."""
    return "x" if glyphs.ascii_only else "×"


def arranged(filters: Sequence[Shown], lead: int, width: int, glyphs: Glyphs) -> tuple[tuple[Chip, ...], int]:
    """Return the filters that fit a line of `width` cells behind `lead` cells, and how many do not.

    Long words are cut before a filter is left out, down to a width in which they still say something.
    """
    room = max(_NARROWEST, width - lead)
    for most in (room - _SIGN, room // 2, room // 3, _NARROWEST):
        chips = tuple(_placed(filters, lead, max(_NARROWEST, most), glyphs))
        if not chips or chips[-1].end <= width:
            return chips, 0
    for kept in range(len(chips) - 1, 0, -1):
        more = len(chips) - kept
        if chips[kept - 1].end + _GAP + len(f"+{more} more") <= width:
            return chips[:kept], more
    left = width - lead - _SIGN - (_GAP + len(f"+{len(filters) - 1} more") if len(filters) > 1 else 0)
    return tuple(_placed(filters[:1], lead, max(1, left), glyphs)), len(filters) - 1


def _placed(filters: Iterable[Shown], start: int, most: int, glyphs: Glyphs) -> Iterable[Chip]:
    before: Shown | None = None
    for each in filters:
        text = shown(each.sentence, glyphs)
        if cell_len(text) > most:
            text = fit(text, most, glyphs).text.rstrip()
        chip = Chip(each, start, "or " if before and before.field == each.field else "", text)
        yield chip
        before, start = each, chip.end + _GAP
