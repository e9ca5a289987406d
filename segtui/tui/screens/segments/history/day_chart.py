"""Day chart: the contacts of a segment at the end of each day, as a line."""

from collections.abc import Sequence
from typing import Final

from textual_plotext import PlotextPlot

from segtui.services.segments.history.members_by_day import DayOfSegment
from segtui.tui.widgets.chrome.glyphs import glyphs_for

_COLOUR: Final = "cyan"
"""One of the sixteen that every terminal has."""
_MAX_TICKS: Final = 5


class DayChart(PlotextPlot):
    """Draws days. Its axis begins near the fewest contacts, so that a small change of a large segment is seen."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str) -> None:  # noqa: A002 -- Textual's name
        super().__init__(id=id)
        self.theme = "clear"

    def show(self, days: Sequence[DayOfSegment]) -> None:
        """Draw other days."""
        plot = self.plt
        plot.clear_data()
        plot.frame(frame=False)
        if days:
            # From the end of one day to the end of the next the number is not known to have changed evenly: steps.
            positions = [position for number in range(len(days)) for position in (number, number + 1)]
            heights = [day.contacts for day in days for _ in range(2)]
            marker = "#" if glyphs_for(self.app).ascii_only else "hd"
            plot.plot(positions, heights, marker=marker, color=_COLOUR)
            ticks = axis_ticks(min(heights), max(heights))
            plot.ylim(ticks[0], ticks[-1])
            plot.yticks([float(tick) for tick in ticks], [f"{tick:,}" for tick in ticks])
            first, middle, last = 0, len(days) // 2, len(days) - 1
            shown = sorted({first, middle, last})
            plot.xticks([number + 0.5 for number in shown], [f"{days[number].day:%m-%d}" for number in shown])
        self.refresh()


def axis_ticks(least: int, most: int) -> list[int]:
    """Return the marks of an axis around `least` to `most`: two to seven whole numbers, evenly apart."""
    room = max(most - least, 1)
    step = next(step for power in range(20) for digit in (1, 2, 5) if (step := digit * 10**power) * _MAX_TICKS >= room)
    first = least // step * step
    return list(range(first, max(most, first + 1) + step, step))
