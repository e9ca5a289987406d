"""The fourth step: validates the whole file and writes nothing, so that the user sees what a load would do."""

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from segtui.errors import SegtuiError
from segtui.services.imports import ImportResult
from segtui.tui.screens.imports import import_report as report
from segtui.tui.screens.imports.wizard.running_step import RunningStep
from segtui.tui.widgets.chrome.scrolling import ScrolledText


class CheckStep(RunningStep):
    """Judges the file for the decisions as they are; what was judged already is only shown again."""

    dry_run = True
    phases = 2

    def compose(self) -> ComposeResult:
        """Lay out what was found below the progress."""
        yield from super().compose()
        with ScrolledText(id="forecast"):
            yield Static("", id="forecast-text", markup=False)

    def enter(self) -> None:
        """Judge the file, unless nothing has changed since it was judged."""
        self.query_one("#forecast").focus()
        if self.state.is_judged:
            self._show()
            return
        self.state.judged = None
        self.query_one("#forecast-text", Static).update("")
        self._decisions = self.state.decisions
        self.begin()

    def leave(self) -> None:
        """Stop judging: something will be decided otherwise."""
        if self.running:
            self.stop()

    def proceed(self) -> None:
        """Go on to the load, once it is known what it would do and that it would do something."""
        if not self.running and self.can_load:
            super().proceed()

    @property
    def can_load(self) -> bool:
        """True where the file brings something to load."""
        judged = self.state.judged
        return self.state.is_judged and judged is not None and judged.rejected < judged.rows

    @property
    def next_label(self) -> str:
        """The label of the button after which contacts change."""
        return "Load" if self.can_load else ""

    def ended(self, result: ImportResult | None, error: SegtuiError | None) -> None:
        """Show the figures, or why there are none."""
        self.state.judged, self.state.judged_as = result, self._decisions
        self.problem.say(error or "")
        self._show()

    def cancelled(self) -> None:
        """Leave it unjudged."""
        self.problem.say()

    def _show(self) -> None:
        result = self.state.judged
        self.progress.display = False
        if result is None:
            return
        parts = [report.counts(result, done=False), Content("")]
        if self.can_load:
            parts += [report.destination(result, done=False), Content("Nothing has been written yet."), Content("")]
        parts.append(report.details(result))
        self.query_one("#forecast-text", Static).update(Content("\n").join(parts))
