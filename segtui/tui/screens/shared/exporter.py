"""Exporter: saves the rows of a list to a file, the marked ones or all that are listed."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from segtui.domain.text import counted
from segtui.services.interrupt import Interrupt
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.base.list_base import ListScreen

if TYPE_CHECKING:
    from segtui.tui.screens.shared.export_form import ExportTarget

Write = Callable[["ExportTarget", Interrupt, Sequence[int] | None], int]
"""Writes the rows with these ids in this order, or else the listed rows, and returns their number."""


class Exporter(Collaborator[ListScreen[Any]]):
    """Saves rows of a list screen to a file."""

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

        def run(interrupt: Interrupt, target: "ExportTarget" = target) -> Done:
            from segtui.ssh.user_file_words import hide_folders

            ids = selection.ids() if marked else None
            with hide_folders(session.user_files):
                count = write(target, interrupt, ids)
            return target.done(count, noun)

        self.screen.do(f"Writing {target.shown}", run, undoable=False)
