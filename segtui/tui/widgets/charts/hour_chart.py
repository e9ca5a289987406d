"""Hour chart: two bars for every hour of the day, calls and answered calls, both from the axis on."""

from collections.abc import Sequence
from typing import Final

from textual.content import Content
from textual_plotext import PlotextPlot

from segtui.tui.widgets.chrome.glyphs import Glyphs, glyphs_for

_COLOURS: Final = ("cyan", "green")
"""Two of the sixteen that every terminal has; the glyphs differ as well."""
_MAX_TICKS: Final = 5
_BAR_WIDTH: Final = 0.4
"""Of an hour; the rest is the gap to the next."""


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
            # Not as a `multiple_bar`: with few cells it leaves the gap between the bars of an hour, not between hours.
            glyph_pair = bar_glyphs(glyphs_for(self.app))
            for index, sign in enumerate((-1, 1)):
                positions = [number + sign * _BAR_WIDTH / 2 for number in range(len(hours))]
                heights = [counts[index] for _, *counts in hours]
                plot.bar(
                    positions, heights, marker=glyph_pair[index], color=_COLOURS[index], width=_BAR_WIDTH, minimum=0
                )
            plot.xticks(list[float](range(len(hours))), [label for label, _, _ in hours])
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
