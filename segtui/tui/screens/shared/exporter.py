"""Exporter: saves the rows of a list to a file, the marked ones or all that are listed."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from segtui.domain.text import clean, counted
from segtui.services.interrupt import Interrupt
from segtui.tui.actions.global_actions import ExportList
from segtui.tui.actions.segment_actions import ExportSegmentList
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import flow

if TYPE_CHECKING:
    from segtui.tui.actions.action import Command
    from segtui.tui.screens.base.background_writes import Done
    from segtui.tui.screens.base.list_base import ListScreen
    from segtui.tui.screens.shared.export_form import ExportTarget

    AnyListScreen = ListScreen[Any]

Write = Callable[["ExportTarget", Interrupt, Sequence[int] | None], int]
"""Writes the rows with these ids in this order, or else the listed rows, and returns their number."""


class Exporter(Collaborator["AnyListScreen"]):
    """Saves rows of a list screen to a file.

    Any list is saved as it is shown. Contacts, results and numbers have exports of their own, which an import reads
    back and the audit trail records.
    """

    def offers(self, command: type["Command"]) -> bool:
        """Offer to save the list where there is a row."""
        return self.screen.has_row if command in (ExportList, ExportSegmentList) else True

    def action_export_segment_list(self) -> None:
        """Save the list of segments as it is shown."""
        self.action_export_list()

    def action_export_list(self) -> None:
        """Save the list as it is shown, the marked rows or all of them."""
        from segtui.tui.screens.base.copy_rows import copied_columns

        screen, session = self.screen, self.session
        noun, search = screen.row_names[0], clean(screen.list_search.text)
        total = None if screen.table.is_outdated else screen.table.total
        listed = "All rows that are listed" if total is None else f"{counted(total, noun)}, as listed"
        columns = copied_columns(screen.table.columns, screen.hidden)

        def write(target: "ExportTarget", interrupt: Interrupt, ids: Sequence[int] | None) -> int:
            from segtui.services import user_files
            from segtui.services.exports import export_files
            from segtui.tui.screens.shared.listed_rows import ListedRows

            rows = ListedRows(screen.listing(interrupt), ids, columns, noun)
            return export_files.write(rows, target.path, target.form, lambda _: None, user_files.quota(session))

        self.export(f"{listed} (“{search}”)" if search else listed, screen.list_name, noun, write)

    @flow
    async def export(self, listed: str, name: str, noun: str, write: Write) -> None:
        """Ask for a file named after `name` and write it. `listed` describes the listed rows, `noun` is one row."""
        from segtui.tui.screens.shared.export_form import ExportForm

        table, session = self.screen.table, self.session
        marked = table.marked_count
        # A copy: the list may be loaded again while a path is typed.
        selection = table.selection.copy()
        contents = counted(marked, f"marked {noun}") if marked else listed
        target = await self.screen.ask(ExportForm(f"{contents}, in this order.", name, session))
        if target is None:
            return

        def run(interrupt: Interrupt, target: "ExportTarget" = target) -> "Done":
            from segtui.ssh.user_file_words import hide_folders

            ids = selection.ids() if marked else None
            with hide_folders(session.user_files):
                count = write(target, interrupt, ids)
            return target.done(count, noun)

        self.screen.do(f"Writing {target.shown}", run, undoable=False)
