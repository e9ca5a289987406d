"""The fifth step: the contacts are written, all of them or none."""

from textual.app import ComposeResult
from textual.widgets import Static

from segtui.errors import SegtuiError
from segtui.services.imports import ImportResult
from segtui.tui.screens.imports.wizard.import_state import ImportState
from segtui.tui.screens.imports.wizard.running_step import RunningStep
from segtui.tui.screens.imports.wizard.wizard_services import Work
from segtui.tui.widgets.forms.dialogs import Question, yes_or_no

COMMITTED = "indexing"
"""The phase in which the contacts are in already, and only the search does not know all of them yet."""


class LoadStep(RunningStep):
    """Runs the load, and asks before it stops one."""

    def __init__(self, work: Work, state: ImportState, *, id: str) -> None:  # noqa: A002 -- Textual's name for it
        super().__init__(work, state, id=id)
        self._question: Question | None = None

    def compose(self) -> ComposeResult:
        """Lay out what a load means below the progress."""
        yield from super().compose()
        yield Static("All of it is loaded, or none of it.", id="load-hint", markup=False)

    def enter(self) -> None:
        """Start."""
        self.begin()

    def proceed(self) -> None:
        """Start again what was cancelled or failed."""
        if not self.running:
            self.begin()

    @property
    def can_stop(self) -> bool:
        """True while a stop would still leave nothing behind."""
        return self.running and not self.stopping and self.phase != COMMITTED

    @property
    def next_label(self) -> str:
        """The label of the button after a load that did not finish."""
        return "" if self.running else "Load again"

    @property
    def back_label(self) -> str:
        """While it runs the way back is to stop it."""
        if self.running:
            return "Cancel" if self.can_stop else ""
        return super().back_label

    def ask_to_stop(self) -> None:
        """Ask whether the load is to be stopped; it goes on meanwhile."""
        if not self.can_stop:
            return
        self._question = yes_or_no(
            "Cancel the import?",
            "Nothing will remain: no contacts, no segment, no changes.",
            "Cancel the import",
            no="Keep loading",
            dangerous=True,
        )
        self.app.push_screen(self._question, self._answered)

    def _answered(self, answer: str | None) -> None:
        self._question = None
        if answer == "y" and self.running:
            self.stop()

    def _withdraw_question(self) -> None:
        if self._question is not None and self._question.is_active:
            self._question.dismiss("n")

    def ended(self, result: ImportResult | None, error: SegtuiError | None) -> None:
        """Go on to the result, or say why there is none."""
        self._withdraw_question()
        if error is not None:
            self.problem.say(error)
            return
        self.state.result = result
        self.post_message(self.Ready())

    def cancelled(self) -> None:
        """Say that nothing remained."""
        self._withdraw_question()
        self.problem.say("The import was cancelled. Nothing was changed.", wrong=False)
