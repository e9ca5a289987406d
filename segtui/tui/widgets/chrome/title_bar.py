"""Title bar: the first line of every screen, with the sections, the location, the company and the time zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from segtui.domain.text import clean

_GAP = 2
_PROGRAM = "segtui"


@dataclass(frozen=True, slots=True)
class Tab:
    """A section: its name in the program, the key that goes there, and the title of its tab."""

    name: str
    key: str
    title: str


class TitleBar(Widget):
    """One line. Where it gets narrow the zone is left out first, then the program's name, then tabs from the last on.

    A tab is never shown without its title. The tab of the `active` section is reversed and shows the location
    (`place`), which is cut at last; a screen of no section has no tabs. A click on another tab posts Chosen.
    """

    ALLOW_SELECT: ClassVar[bool] = False

    place: reactive[str] = reactive("Segments")
    company: reactive[str] = reactive("")
    notice: reactive[str] = reactive("")
    """A few words that are shown wherever there is room for the location: `2 watches due: W`."""

    @dataclass
    class Chosen(Message):
        """The tab of this section was clicked."""

        name: str

    class NoticeChosen(Message):
        """The notice was clicked."""

    def __init__(self, company: str, zone: str, *, tabs: Sequence[Tab] = (), active: str = "") -> None:
        super().__init__()
        self.set_reactive(TitleBar.company, company)
        self._zone = zone
        self._tabs = tuple(tabs)
        self._active = active
        self._placed: list[tuple[str, int, int]] = []
        self._notice_cells = range(0)

    def render(self) -> RenderResult:
        """Draw the parts that there is room for."""
        width = self.size.width
        location = Content(clean(self.place))
        company = Content.styled(clean(self.company), "bold")
        notice = Content.styled(clean(self.notice), "bold $warning")
        zone = Content.styled(f"times in {clean(self._zone)}", "$foreground-muted")
        none = Content("")
        # From everything to the least, until the location has room.
        every = self._tabs_left(len(self._tabs))
        fewer = [self._tabs_left(count) for count in range(len(self._tabs), -1, -1)]
        for program, times, tabs in (
            (_PROGRAM, zone, every),
            (_PROGRAM, none, every),
            *(("", none, tabs) for tabs in fewer),
        ):
            shown = Content(" " * _GAP).join([part for part in (notice, company, times) if part.plain])
            left = Content.assemble((program, "bold"), " " * _GAP) if program else Content("")
            used = left.cell_length + self._around(tabs) + (shown.cell_length + _GAP if shown.plain else 0)
            if used + location.cell_length <= width:
                break
        location = location.truncate(max(1, width - used), ellipsis=True)
        line = left + self._tabs_line(left.cell_length, location, tabs)
        gap = max(1, width - line.cell_length - shown.cell_length)
        start = line.cell_length + gap
        self._notice_cells = range(start, start + notice.cell_length)
        return Content.assemble(line, " " * gap, shown)

    def _tabs_left(self, count: int) -> Sequence[Tab]:
        """Return the first `count` tabs, and the active one."""
        return [tab for number, tab in enumerate(self._tabs) if number < count or tab.name == self._active]

    def _around(self, tabs: Sequence[Tab]) -> int:
        """Return the width of tabs without the location, in cells."""
        return self._tabs_line(0, Content("."), tabs).cell_length - 1 if tabs else 0

    def _tabs_line(self, start: int, location: Content, tabs: Sequence[Tab]) -> Content:
        """Return tabs, and note the cells of each."""
        if not tabs:
            return location
        self._placed = []
        line = Content("")
        for tab in tabs:
            active = tab.name == self._active
            title = location if active else Content(tab.title)
            label = Content(" ").join([part for part in (Content(tab.key), title) if part.plain])
            label = Content.assemble(" ", label, " ")
            self._placed.append((tab.name, start + line.cell_length, start + line.cell_length + label.cell_length))
            line += label.stylize("bold reverse") if active else label
        return line

    def on_click(self, event: events.Click) -> None:
        """Go to the section whose tab was clicked, or to what the notice is about."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.x in self._notice_cells:
            self.post_message(self.NoticeChosen())
        for name, start, end in self._placed:
            if start <= offset.x < end:
                self.post_message(self.Chosen(name))
