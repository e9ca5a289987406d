"""Import undo: the question before it, the undo, and the report after it."""

from segtui.domain.text import clean, counted
from segtui.services import imports
from segtui.services.imports import ImportRecord, UndoReport
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import flow
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


class ImportUndo(Collaborator[WorkScreen]):
    """Undoes imports from a screen, and opens their segments."""

    def is_possible(self, record: ImportRecord) -> bool:
        """Return whether an import can be undone; where its numbers were left, an admin can undo it once more."""
        return record.can_be_undone or (record.left_marks and self.session.is_admin)

    @flow
    async def ask_to_undo(self, record: ImportRecord) -> None:
        """Ask, then undo an import, or take off the numbers that an earlier undo left on the do-not-call list."""
        screen, session = self.screen, self.session
        outcome = f"The import of {clean(record.file)} was undone."
        title = f"Undo the import of {record.file} ({counted(record.counts['rows'], 'row')})?"
        consequence, yes = UNDOING + _NUMBERS[session.is_admin], "Undo it"
        if record.left_marks:
            outcome = f"The numbers of {clean(record.file)} were taken off the do-not-call list."
            title = f"Take the numbers of {record.file} off the do-not-call list?"
            consequence, yes = _LEFT_NUMBERS, "Take them off"

        def undo(_: Interrupt) -> Done:
            report = imports.undo(session, record.id)
            return Done(outcome, follow_up=lambda: self._show_report(record, report))

        if await screen.ask(yes_or_no(title, consequence, yes, no="Keep it", dangerous=True)) == "y":
            screen.do(f"Undoing the import of {record.file}", undo, undoable=False)

    def _show_report(self, record: ImportRecord, report: UndoReport) -> None:
        """Show the report of an undo that had to keep something."""
        if report.kept:
            from segtui.tui.screens.shared.undo_report import UndoReportScreen

            self.screen.app.push_screen(UndoReportScreen(record.file, report))

    @flow
    async def open_segment_by_id(self, session: Session, segment_id: int) -> None:
        """Show a segment, if it still exists."""
        segment = await self.screen.read(lambda _: segments.get(session, segment_id))
        self.screen.open_segment(segment)
