"""Taking an import back from wherever it is seen: the question before it, and what came of it after."""

from dataclasses import dataclass

from textual import on
from textual.message import Message

from segtui.domain.text import clean, counted
from segtui.services import imports
from segtui.services.imports import ImportRecord, UndoReport
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.widgets.forms.dialogs import yes_or_no

UNDOING = (
    "Contacts it created are deleted, those it changed get their old values back, and the segment is as it was before. "
    "What was changed or used since is kept and named."
)
"""What an undo does, for the question before it."""

_NUMBERS = {
    True: " Numbers that only this import put on the do-not-call list come off it: their contacts may be called again.",
    False: " Numbers on the do-not-call list and marks stay: taking them off is for admins.",
}
"""What an undo does to the do-not-call list: by an admin, and by others."""

_LEFT_NUMBERS = (
    "The import is undone already. The numbers that only it put on the do-not-call list, and its marks, stayed: taking "
    "them off is for admins. Now they come off: their contacts may be called again."
)
"""What the second undo does, for the question before it."""


class ImportUndoing(WorkScreen):
    """A screen from which imports can be undone."""

    @dataclass
    class Undone(Message):
        """An import was undone, and this came of it."""

        record: ImportRecord
        report: UndoReport

    @dataclass
    class Filled(Message):
        """This is the segment that was asked for."""

        segment: Segment

    def may_undo(self, record: ImportRecord) -> bool:
        """Tell whether an import can be undone here; where it left numbers, an admin can undo it once more."""
        return record.can_be_undone or (record.left_marks and self.session.is_admin)

    def ask_to_undo(self, record: ImportRecord) -> None:
        """Ask, then undo this import, or what an undo of it left on the do-not-call list."""
        outcome = f"The import of {clean(record.file)} was undone."
        title = f"Undo the import of {record.file} ({counted(record.counts['rows'], 'row')})?"
        consequence, yes = UNDOING + _NUMBERS[self.session.is_admin], "Undo it"
        if record.left_marks:
            outcome = f"The numbers of {clean(record.file)} were taken off the do-not-call list."
            title = f"Take the numbers of {record.file} off the do-not-call list?"
            consequence, yes = _LEFT_NUMBERS, "Take them off"

        def undo(_: Interrupt) -> Done:
            self.post_message(self.Undone(record, imports.undo(self.session, record.id)))
            return Done(outcome)

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.do(f"Undoing the import of {record.file}", undo, undoable=False)

        self.app.push_screen(yes_or_no(title, consequence, yes, no="Keep it", dangerous=True), answered)

    @on(Undone)
    def _undone(self, event: Undone) -> None:
        event.stop()
        self.show_undo(event.record, event.report)

    def show_undo(self, record: ImportRecord, report: UndoReport) -> None:
        """Show what came of an undo, where something had to be kept."""
        if report.kept:
            from segtui.tui.screens.shared.undo_report import UndoReportScreen

            self.app.push_screen(UndoReportScreen(record.file, report))

    def open_segment_by_id(self, session: Session, segment_id: int) -> None:
        """Show a segment as it is now, if it is there still."""
        self.requests.ask("filled", lambda _: self.Filled(segments.get(session, segment_id)), keys_wait=True)

    @on(Filled)
    def _filled(self, event: Filled) -> None:
        event.stop()
        self.open_segment(event.segment)
