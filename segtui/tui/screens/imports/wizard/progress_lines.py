"""Progress of long work in three lines: the phase, a bar, the figures."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from segtui.domain.text import counted, duration
from segtui.services.imports import Progress
from segtui.tui.widgets.charts.bars import progress_bar
from segtui.tui.widgets.chrome.glyphs import glyphs_for

PHASES = {
    "reading": "Reading and checking the rows",
    "matching": "Looking for contacts that exist already",
    "writing": "Writing to the database",
    "indexing": "The contacts are in; making them searchable",
}
_WIDEST = 100


def share(progress: Progress, estimate: int | None) -> float | None:
    """Return how much of the phase is done, None where nobody can say: only rows that are read can be counted."""
    total = progress.total or estimate
    if progress.phase not in ("reading", "indexing") or not total:
        return None
    return min(progress.rows / total, 1.0)


def figures(progress: Progress, estimate: int | None, elapsed: float) -> str:
    """Return rows, rate and the time left, as far as each is known. `elapsed`: seconds since the beginning."""
    total = progress.total or estimate
    done = share(progress, estimate)
    parts = [counted(progress.rows, "row")]
    if done is not None and total:
        parts = [counted(progress.rows, "row", max(total, progress.rows))]
    if progress.phase == "reading" and progress.rows and progress.rate:
        parts.append(f"{counted(round(progress.rate), 'row')} per second")
        left = (total or 0) - progress.rows
        if left > 0:
            parts.append(f"{duration(left / progress.rate)} left")
    return ", ".join([*parts, f"{duration(elapsed)} so far"])


class ProgressView(Vertical):
    """Shows the three lines."""

    def __init__(self) -> None:
        super().__init__()
        self._share: float | None = None  # of the phase; None: nobody can say, or nothing was shown yet

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        yield Static("", id="phase", markup=False)
        yield Static("", id="bar", markup=False)
        yield Static("", id="figures", markup=False)

    def show(self, progress: Progress, estimate: int | None, elapsed: float, phases: int) -> None:
        """Show the progress. `estimate`: rows, before they are counted; `phases`: the number of phases."""
        names = list(PHASES)
        number = names.index(progress.phase) + 1 if progress.phase in names else 1
        self._share = share(progress, estimate)
        self._say("phase", f"{number} of {phases}: {PHASES.get(progress.phase, progress.phase)}")
        self._say("figures", figures(progress, estimate, elapsed))
        self._draw_bar()

    def on_resize(self) -> None:
        """Draw the bar as wide as the view is now."""
        self._draw_bar()

    def _draw_bar(self) -> None:
        # Before the first layout the width is 0: a bar that is drawn then would be seen to grow.
        width = min(self.size.width, _WIDEST)
        drawn = "" if self._share is None or width < 1 else progress_bar(self._share, width, glyphs_for(self.app))
        self._say("bar", drawn)

    def _say(self, name: str, text: str) -> None:
        self.query_one(f"#{name}", Static).update(Content(text))
