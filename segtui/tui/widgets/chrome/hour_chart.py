"""Hour chart: two bars for every hour of the day, calls and answered calls, both from the axis on."""

from collections.abc import Sequence
from typing import Final

from textual.content import Content
from textual_plotext import PlotextPlot

from segtui.tui.widgets.chrome.glyphs import Glyphs, glyphs_for

_COLOURS: Final = ("cyan", "green")
"""Two of the sixteen that every terminal has; the glyphs differ as well."""
_MAX_TICKS: Final = 5


def bar_glyphs(glyphs: Glyphs) -> tuple[str, str]:
    """Return the glyphs of calls and of answered ones."""
    return (".", "#") if glyphs.ascii_only else ("░", "█")


class HourChart(PlotextPlot):
    """Draws `hours`, which are (label, calls, answered)."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str) -> None:  # noqa: A002 -- Textual's name
        super().__init__(id=id)
        self.theme = "clear"

    def show(self, hours: Sequence[tuple[str, int, int]]) -> None:
        """Draw other hours."""
        plot = self.plt
        plot.clear_data()
        plot.frame(frame=False)
        most = max((calls for _, calls, _ in hours), default=0)
        if most:
            heights = [[calls for _, calls, _ in hours], [answered for _, _, answered in hours]]
            plot.multiple_bar(
                [label for label, _, _ in hours],
                heights,
                marker=list(bar_glyphs(glyphs_for(self.app))),  # type: ignore[arg-type]  # one for each of the two
                color=list(_COLOURS),  # type: ignore[arg-type]  # the same
                width=0.8,
                minimum=0,
            )
            ticks = _ticks(most)
            plot.yticks(list[float](ticks), [f"{tick:,}" for tick in ticks])
        self.refresh()


def _ticks(most: int) -> list[int]:
    """Return the marks of an axis up to `most`: three to six whole numbers from 0 on, evenly apart."""
    step = next(step for power in range(20) for digit in (1, 2, 5) if (step := digit * 10**power) * _MAX_TICKS >= most)
    return list(range(0, most + 1, step))


def legend(glyphs: Glyphs) -> Content:
    """Return the meaning of the glyphs."""
    calls, answered = bar_glyphs(glyphs)
    first, second = (f"ansi_{colour}" for colour in _COLOURS)
    return Content.assemble((calls * 2, first), " calls   ", (answered * 2, second), " answered")
