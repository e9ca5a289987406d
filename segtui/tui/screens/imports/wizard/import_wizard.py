"""The import: one screen whose steps are seen at the top, back and forth at will until the load."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import ContentSwitcher

from segtui.config.settings import Settings
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.actions.action import Command
from segtui.tui.actions.global_actions import EVERYWHERE
from segtui.tui.actions.import_actions import (
    FLOW,
    IgnoreColumn,
    ImportAnother,
    LookAtRows,
    NextStep,
    OpenImported,
    PreviousStep,
    ResetColumns,
    SendColumn,
    UndoImport,
)
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.imports.wizard.check_step import CheckStep
from segtui.tui.screens.imports.wizard.columns_step import ColumnsStep
from segtui.tui.screens.imports.wizard.destination_step import DestinationStep
from segtui.tui.screens.imports.wizard.file.file_step import FileStep
from segtui.tui.screens.imports.wizard.import_state import ImportState, Step
from segtui.tui.screens.imports.wizard.load_step import LoadStep
from segtui.tui.screens.imports.wizard.result_step import ResultStep
from segtui.tui.screens.imports.wizard.step_line import StepsBar
from segtui.tui.screens.imports.wizard.wizard_services import ImportRunner, Work
from segtui.tui.screens.imports.wizard.wizard_step import StepView
from segtui.tui.widgets.chrome.title_bar import TitleBar
from segtui.tui.widgets.forms.dialogs import yes_or_no
from segtui.tui.widgets.forms.push_button import PushButton

if TYPE_CHECKING:
    from segtui.services.imports import ImportResult

_IDS = ("file", "columns", "destination", "check", "load", "result-step")


class StepButton(PushButton):
    """A button whose words follow the step."""

    def say(self, label: str, key: str) -> None:
        """Show `label`; nothing where it is empty."""
        self.display = bool(label)
        super().say(label, key)


class ImportScreen(WorkScreen):
    """Imports a file, into `segment` unless somebody chooses another one.

    It is dismissed with the id of the segment to look at, or with None. The session must be bound to a company, or a
    segment be given. `runner` runs the check and the load: a process of its own where none is given.
    """

    @dataclass
    class Again(Message):
        """Another file may be chosen; `segment` is the one that was filled, as it is now."""

        segment: Segment | None

    commands = (*FLOW, *EVERYWHERE)
    AUTO_FOCUS: ClassVar[str] = "#path"

    def __init__(
        self,
        session: Session,
        segment: Segment | None = None,
        settings: Settings | None = None,
        runner: ImportRunner | None = None,
    ) -> None:
        super().__init__(session, settings or Settings(database=""))
        self._has_settings = settings is not None
        self.state = ImportState(existing_segment=segment, into="existing" if segment else "new")
        self._work = Work(session, segment, runner)
        self._segment = segment

    def compose(self) -> ComposeResult:
        """Take the app's settings where none were given, then lay it out."""
        if not self._has_settings:
            self.settings = getattr(self.app, "settings", self.settings)
        yield from super().compose()

    def compose_body(self) -> ComposeResult:
        """Lay out the steps."""
        yield StepsBar()
        with ContentSwitcher(initial="file"):
            yield FileStep(self._work, self.state, id=_IDS[Step.FILE])
            yield ColumnsStep(self._work, self.state, id=_IDS[Step.COLUMNS])
            yield DestinationStep(self._work, self.state, id=_IDS[Step.DESTINATION])
            yield CheckStep(self._work, self.state, id=_IDS[Step.CHECK])
            yield LoadStep(self._work, self.state, id=_IDS[Step.LOAD])
            yield ResultStep(self._work, self.state, id=_IDS[Step.RESULT])
        with Horizontal(id="import-buttons"):
            yield StepButton("Back", key="escape", id="back")
            yield StepButton("Next", key="f10", id="next")

    @property
    def step(self) -> StepView:
        """The step that is shown."""
        return self.query_one(f"#{_IDS[self.state.step]}", StepView)

    def on_mount(self) -> None:
        """Begin with the file."""
        self.query_one(TitleBar).place = f"{self._segment.name} > Import" if self._segment else "Import"
        self._go(Step.FILE)

    def on_unmount(self) -> None:
        """Drop what was checked and not loaded."""
        self._work.close()

    def _go(self, step: Step) -> None:
        self.step.leave()
        self.state.step = step
        self.query_one(ContentSwitcher).current = _IDS[step]
        self.step.enter()
        self._look_around()

    @on(StepView.Changed)
    def _look_around(self) -> None:
        """Fit steps, buttons and keys to what is possible now."""
        step = self.state.step
        bar = self.query_one(StepsBar)
        bar.current, bar.reached = step, step
        self.query_one("#import-buttons").display = step != Step.RESULT
        self.query_one("#back", StepButton).say("Leave" if step == Step.FILE else self.step.back_label, "escape")
        self.query_one("#next", StepButton).say(self.step.next_label, "f10")
        if step == Step.LOAD:
            # Nothing in this step takes keys: without this they would go to a field that is not shown.
            self.set_focus(self.query_one("#back" if self._is_loading else "#next"))
        self.refresh_bindings()

    @on(StepView.Ready)
    def _ready(self) -> None:
        if self.state.step < Step.RESULT:
            self._go(Step(self.state.step + 1))

    @on(StepsBar.Chosen)
    def _chosen(self, event: StepsBar.Chosen) -> None:
        # A click goes back; forwards every step has to agree.
        if event.step < self.state.step and not self._is_loading and self.state.step != Step.RESULT:
            self._go(event.step)

    @on(PushButton.Pressed, "#next")
    def action_next_step(self) -> None:
        """Go on, if the step has all it needs."""
        if self.step.next_label:
            self.step.proceed()

    @on(PushButton.Pressed, "#back")
    def action_previous_step(self) -> None:
        """Go back one step; from the first one leave, from a load only after a question."""
        if self._is_loading:
            self.query_one(LoadStep).ask_to_stop()
        elif self.state.step in (Step.FILE, Step.RESULT):
            self._leave()
        else:
            self._go(Step(self.state.step - 1))

    @property
    def _is_loading(self) -> bool:
        return self.query_one(LoadStep).running

    def _leave(self) -> None:
        """Go back to where the import was called from, to a list that may have changed."""
        self.dismiss(None)

    def action_leave_import(self) -> None:
        """Leave; ask where something would be lost."""
        if self._is_loading:
            self.query_one(LoadStep).ask_to_stop()
        elif self.state.step in (Step.FILE, Step.RESULT):
            self._leave()
        else:
            self._ask_to_leave()

    @flow
    async def _ask_to_leave(self) -> None:
        lost = "Nothing has been loaded yet. Your choices will be lost."
        if await self.ask(yes_or_no("Leave the import?", lost, "Leave", no="Stay")) == "y":
            self._leave()

    @on(ResultStep.Leave)
    def _leave_result(self, event: ResultStep.Leave) -> None:
        if event.where == "another":
            self.action_import_another()
        elif event.where == "view":
            self.action_open_imported()
        else:
            self._leave()

    def action_open_imported(self) -> None:
        """Open the segment that was filled."""
        if self.state.result is not None:
            self.dismiss(self.state.result.segment_id)

    def action_import_another(self) -> None:
        """Begin again with another file, into the same segment."""
        result = self.state.result
        segment_id = result.segment_id if result is not None else None
        self.requests.ask("again", lambda _: self.Again(self._work.filled(segment_id)))

    @on(Again)
    def _again(self, event: Again) -> None:
        self.state.begin_again(event.segment)
        self.query_one(FileStep).begin_again()
        self._go(Step.FILE)

    def offers(self, command: type[Command]) -> bool:
        """Offer what the step can do."""
        if not self.is_mounted:
            return super().offers(command)
        step = self.state.step
        possible: dict[type[Command], bool] = {
            NextStep: bool(self.step.next_label),
            PreviousStep: bool(self.step.back_label),
            SendColumn: step == Step.COLUMNS,
            IgnoreColumn: step == Step.COLUMNS,
            ResetColumns: step == Step.COLUMNS and self.query_one(ColumnsStep).can_undo,
            LookAtRows: self._remarked is not None,
            OpenImported: step == Step.RESULT and self.query_one(ResultStep).can_view,
            ImportAnother: step == Step.RESULT,
            UndoImport: step == Step.RESULT and self.query_one(ResultStep).can_undo,
        }
        return possible[command] if command in possible else super().offers(command)

    @property
    def _remarked(self) -> "ImportResult | None":
        """The remarks that can be listed now; None without any."""
        shown = {Step.CHECK: self.state.judged, Step.RESULT: self.state.result}.get(self.state.step)
        return shown if shown is not None and shown.remarks else None

    def action_look_at_rows(self) -> None:
        """List the rows that there is something to say about."""
        from segtui.tui.screens.imports.import_remarks import JudgedRemarks, KeptRemarks, RemarksScreen

        if (result := self._remarked) is not None:
            session = self._work.session
            remarks = JudgedRemarks(result) if result.import_id is None else KeptRemarks(session, result.import_id)
            self.app.push_screen(RemarksScreen(self.session, self.settings, remarks))

    def action_send_column(self) -> None:
        """Choose the field of a column."""
        self.query_one(ColumnsStep).choose()

    def action_ignore_column(self) -> None:
        """Leave a column out."""
        self.query_one(ColumnsStep).ignore()

    def action_reset_columns(self) -> None:
        """Undo the last change of a column."""
        self.query_one(ColumnsStep).undo()

    def action_undo_import(self) -> None:
        """Undo the import."""
        self.query_one(ResultStep).undo()
