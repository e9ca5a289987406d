"""Saving rows of a list to a file: the marked ones, or what is listed."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic

from segtui.domain.text import counted
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Row
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.list_base import ListScreen

if TYPE_CHECKING:
    from segtui.tui.screens.shared.export_form import ExportTarget

Write = Callable[["ExportTarget", Interrupt, Sequence[int] | None], int]
"""Writes the rows with these ids in this order, or else what is listed, and returns how many they were."""


class Exporting(ListScreen[Row], Generic[Row]):
    """A list that can be saved to a file."""

    def export_rows(self, listed: str, name: str, noun: str, write: Write) -> None:
        """Ask for a file named after `name` and write it. `listed` says what is listed, `noun` what a row is."""
        from segtui.tui.screens.shared.export_form import ExportForm, ExportTarget

        table, session = self.table, self.session
        marked = table.marked_count
        # As they are now: the list may be read anew while a path is typed.
        selection = table.selection.copy()

        def written(target: ExportTarget, interrupt: Interrupt) -> Done:
            from segtui.ssh.user_file_words import bare_names

            ids = selection.ids() if marked else None
            with bare_names(session.desk):
                count = write(target, interrupt, ids)
            return target.done(count, noun)

        def ended(target: ExportTarget | None) -> None:
            if target is not None:
                self.do(f"Writing {target.shown}", lambda interrupt: written(target, interrupt), undoable=False)

        what = counted(marked, f"marked {noun}") if marked else listed
        self.app.push_screen(ExportForm(f"{what}, in this order.", name, session), ended)
