"""A step that runs the import in a thread, judging or loading: shows how far it is, and can stop it."""

import time
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.message import Message

from segtui.errors import Cancelled, NothingToImport, SegtuiError
from segtui.services.imports import ImportResult, Progress
from segtui.services.interrupt import Interrupt
from segtui.tui.screens.imports.wizard.import_state import ImportState
from segtui.tui.screens.imports.wizard.progress_lines import ProgressView
from segtui.tui.screens.imports.wizard.wizard_services import Work
from segtui.tui.screens.imports.wizard.wizard_step import Problem, StepView

_BETWEEN_LOOKS = 0.25
"""Seconds between two drawings of the progress: each costs bytes on a slow line."""


class RunningStep(StepView):
    """Base of the two steps that take long."""

    dry_run = False
    phases = 4

    class Progressed(Message):
        """It is so far. Of several that wait only the last is drawn."""

        def __init__(self, progress: Progress) -> None:
            super().__init__()
            self.progress = progress

        def can_replace(self, message: Message) -> bool:
            """Take the place of an older one."""
            return isinstance(message, type(self))

    @dataclass
    class Ended(Message):
        """It ended, with a result or an error that has a sentence. `run` numbers the runs."""

        run: int
        result: ImportResult | None = None
        error: SegtuiError | None = None

    def __init__(self, work: Work, state: ImportState, *, id: str) -> None:  # noqa: A002 -- Textual's name for it
        super().__init__(work, state, id=id)
        self._interrupt = Interrupt()
        self._run = 0
        self._began = 0.0
        self._progress = Progress("reading", 0, None, 0.0)
        self.running = False

    def compose(self) -> ComposeResult:
        """Lay out progress and problem; a subclass adds its own below."""
        yield ProgressView()
        yield Problem(id=f"{self.id}-problem")

    def on_mount(self) -> None:
        """Count the seconds while it runs: some phases say nothing for a while."""
        self.progress.display = False
        self.set_interval(1.0, self._tick)

    @property
    def progress(self) -> ProgressView:
        """The progress."""
        return self.query_one(ProgressView)

    @property
    def problem(self) -> Problem:
        """The error that ended the run."""
        return self.query_one(Problem)

    @property
    def phase(self) -> str:
        """The present phase."""
        return self._progress.phase

    @property
    def stopping(self) -> bool:
        """True from the request to stop until the run has ended."""
        return self.running and self._interrupt.cancelled

    def on_unmount(self) -> None:
        """Stop it: nobody would see what comes of it."""
        self._interrupt.cancel()

    def begin(self) -> None:
        """Start, as a new run: what an older one still posts is not looked at."""
        self._interrupt.cancel()
        self._interrupt = interrupt = Interrupt()
        self._run += 1
        run, self.running, self._began = self._run, True, time.monotonic()
        self.problem.say()
        self.progress.display = True
        self._draw(Progress("reading", 0, None, 0.0))
        self.requests.ask("run", lambda _: self._work(run, interrupt))
        self.post_message(self.Changed())

    def stop(self) -> None:
        """Tell it to stop. `Ended` follows once it has."""
        self._interrupt.cancel()
        self.problem.say("Stopping…", wrong=False)
        self.post_message(self.Changed())

    def _work(self, run: int, interrupt: Interrupt) -> Message:
        """Run the import in a thread and return its end as a message; a cancelled run too leaves nothing behind."""
        last = 0.0
        phase = ""

        def progress(now: Progress) -> None:
            nonlocal last, phase
            if now.phase != phase or time.monotonic() - last >= _BETWEEN_LOOKS:
                last, phase = time.monotonic(), now.phase
                self.post_message(self.Progressed(now))

        try:
            result = self.work.run(self.state, dry_run=self.dry_run, progress=progress, interrupt=interrupt)
        except NothingToImport as error:
            return self.Ended(run, getattr(error, "result", None), error)
        except SegtuiError as error:
            return self.Ended(run, None, error)
        return self.Ended(run, result)

    @on(Progressed)
    def _progressed(self, event: Progressed) -> None:
        event.stop()
        if self.running:
            changed = event.progress.phase != self.phase
            self._draw(event.progress)
            if changed:
                self.post_message(self.Changed())

    def _tick(self) -> None:
        if self.running:
            self._draw(self._progress)

    def _draw(self, progress: Progress) -> None:
        self._progress = progress
        counted = self.state.judged.rows if self.state.is_judged and self.state.judged else None
        estimate = counted or (self.state.source.estimated_rows if self.state.source else None)
        self.progress.show(progress, estimate, time.monotonic() - self._began, self.phases)

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        event.stop()
        if event.run != self._run:
            return
        self.running = False
        self.progress.display = False
        if isinstance(event.error, Cancelled):
            self.cancelled()
        else:
            self.ended(event.result, event.error)
        self.post_message(self.Changed())

    def ended(self, result: ImportResult | None, error: SegtuiError | None) -> None:
        """Show the result."""

    def cancelled(self) -> None:
        """Say that it was stopped."""
