"""The last step: the result of the import, and the next actions."""

from dataclasses import dataclass
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from segtui.domain.text import clean, duration
from segtui.services.imports import ImportResult, UndoReport
from segtui.ssh.user_file_words import download_command
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.imports import import_report as report
from segtui.tui.screens.imports.import_undo import UNDOING
from segtui.tui.screens.imports.wizard.file.paths import shown
from segtui.tui.screens.imports.wizard.wizard_step import Problem, StepView
from segtui.tui.widgets.chrome.scrolling import ScrolledText
from segtui.tui.widgets.chrome.service_requests import Refused
from segtui.tui.widgets.forms.dialogs import yes_or_no
from segtui.tui.widgets.forms.push_button import PushButton


class ResultStep(StepView):
    """Shows the figures. Posts `Leave` with what was chosen to do next."""

    class Leave(Message):
        """Go on to something else: `view`, `another` or `close`."""

        def __init__(self, where: str) -> None:
            super().__init__()
            self.where = where

    @dataclass
    class Undone(Message):
        """The import was undone."""

        report: UndoReport

    _undo_report: UndoReport | None = None

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        with ScrolledText(id="result"):
            yield Static("", id="result-text", markup=False)
        yield Problem(id="undo-problem")
        with Horizontal(id="result-buttons"):
            yield PushButton("View segment", key="enter", name="view", id="view")
            yield PushButton("Import another", key="i", name="another")
            yield PushButton("Undo", key="u", name="undo", id="undo")
            yield PushButton("Close", key="escape", name="close", id="close")

    def enter(self) -> None:
        """Show the result."""
        self._undo_report = None
        self.query_one("#undo-problem", Problem).say()
        self._show()
        # Longer than the screen: the keys that scroll are worth more than those of the buttons.
        self.call_after_refresh(self._focus)

    def _focus(self) -> None:
        text = self.query_one("#result")
        (text if text.max_scroll_y else self.query_one("#view")).focus()

    @property
    def next_label(self) -> str:
        """There is nothing to go on to."""
        return ""

    @property
    def can_view(self) -> bool:
        """True where a segment can be opened."""
        result = self.state.result
        return result is not None and result.segment_id is not None and self._undo_report is None

    @property
    def can_undo(self) -> bool:
        """True where the import can be undone."""
        result = self.state.result
        return result is not None and result.import_id is not None and self._undo_report is None

    def _show(self) -> None:
        result = self.state.result
        if result is None:
            return
        file = clean(self.state.path.name) if self.state.path else ""
        if self._undo_report is not None:
            parts = [Content.assemble((file, "bold"), ". ", clean(report.undone(self._undo_report)))]
        else:
            parts = self._told(file, result)
        self.query_one("#result-text", Static).update(Content("\n").join(parts))
        self.query_one("#view").display = self.query_one("#undo").display = self._undo_report is None

    def _told(self, file: str, result: ImportResult) -> list[Content]:
        parts = [
            Content.assemble((file, "bold"), f" was imported in {duration(max(result.seconds, 1))}."),
            report.destination(result, done=True),
            Content(""),
            report.counts(result, done=True),
        ]
        if result.still_calling:
            parts += [Content(""), Content(clean(result.still_calling))]
        if result.rejects_file and self.work.session_as_given.user_files:
            fetched = download_command(result.rejects_file)
            parts.append(Content(f"Rejected rows, to correct and import again: {fetched}"))
        elif result.rejects_file:
            parts.append(
                Content(f"Rejected rows, to correct and import again, are in {shown(Path(result.rejects_file))}")
            )
        if result.rejected or result.warnings or result.duplicates:
            parts += [Content(""), report.details(result)]
        return parts

    @on(PushButton.Pressed)
    def _pressed(self, event: PushButton.Pressed) -> None:
        event.stop()
        if event.button.name == "undo":
            self.undo()
        else:
            self.post_message(self.Leave(event.button.name or "close"))

    def undo(self) -> None:
        """Ask, then undo the import."""
        result = self.state.result
        if self.can_undo and result is not None and result.import_id is not None:
            self._ask_to_undo(result.import_id)

    @flow
    async def _ask_to_undo(self, import_id: int) -> None:
        question = yes_or_no("Undo this import?", UNDOING, "Undo it", no="Keep it", dangerous=True)
        if await self.work_screen.ask(question) == "y":
            self.query_one("#undo-problem", Problem).say("Undoing…", wrong=False)
            self.requests.ask("undo", lambda _: self.Undone(self.work.undo(import_id)))

    @on(Undone)
    def _undone(self, event: Undone) -> None:
        event.stop()
        self._undo_report = event.report
        self._show()
        self.query_one("#undo-problem", Problem).say()
        self.query_one("#close").focus()
        self.post_message(self.Changed())

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        event.stop()
        self.query_one("#undo-problem", Problem).say(event.error)
