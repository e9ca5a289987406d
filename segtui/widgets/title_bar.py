"""The first line of every screen: the program, where one is, whose data it is, and in which zone times are shown."""

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from segtui.text import clean

_GAP = 2


class TitleBar(Widget):
    """One line. Where it gets narrow the zone goes first, then the end of where one is."""

    place: reactive[str] = reactive("Segments")
    company: reactive[str] = reactive("")

    def __init__(self, company: str, zone: str) -> None:
        super().__init__()
        self.set_reactive(TitleBar.company, company)
        self._zone = zone

    def render(self) -> RenderResult:
        """Draw it."""
        width = self.size.width
        company = Content.styled(clean(self.company), "bold")
        zone = Content.styled(f"times in {clean(self._zone)}", "$foreground-muted")
        right = [part for part in (company, zone) if part.plain]
        left = Content.assemble(("segtui", "bold"), "  ", clean(self.place))
        shown = Content(" " * _GAP).join(right)
        if left.cell_length + _GAP + shown.cell_length > width:
            shown = company
        room = max(10, width - shown.cell_length - _GAP)
        if left.cell_length > room:
            left = left.truncate(room, ellipsis=True)
        gap = max(1, width - left.cell_length - shown.cell_length)
        return Content.assemble(left, " " * gap, shown)
