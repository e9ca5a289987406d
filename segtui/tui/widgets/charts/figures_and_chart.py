"""Figures and a chart of them: a table of text, and beside it the chart where the terminal has room."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.visual import VisualType
from textual.widget import Widget
from textual.widgets import Static

from segtui.tui.widgets.chrome.scrolling import ScrolledText


class FiguresAndChart(Horizontal):
    """Lines of figures and a chart with a title. `least` is the smallest terminal with room for both."""

    def __init__(self, chart: Widget, title: VisualType, least: Size) -> None:
        super().__init__()
        self._chart = chart
        self._title = title
        self._least = least
        self._is_drawn = False

    def compose(self) -> ComposeResult:
        """Lay out the figures, and the chart beside them."""
        with ScrolledText(id="figures"):
            yield Static("", id="figures-table", markup=False)
        with Vertical(id="chart") as drawn:
            drawn.display = False
            yield Static(self._title, id="chart-title", markup=False)
            yield self._chart

    def show(self, lines: Iterable[Content], *, is_drawn: bool) -> None:
        """Show lines of figures. `is_drawn`: there is something for the chart to show."""
        self.query_one("#figures-table", Static).update(Content("\n").join(lines))
        self._is_drawn = is_drawn
        self._fit()

    def name_chart(self, title: str) -> None:
        """Give the chart another title."""
        self.query_one("#chart-title", Static).update(title)

    def on_resize(self) -> None:
        """Show the chart where there is room."""
        self._fit()

    def _fit(self) -> None:
        width, height = self.screen.size
        has_chart = self._is_drawn and width >= self._least.width and height >= self._least.height
        self.query_one("#chart").display = has_chart
        self.set_class(not has_chart, "-alone")
