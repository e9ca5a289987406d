"""Commands on the rows and columns of a list: mark, copy, choose columns."""

from typing import TYPE_CHECKING, Any

from segtui.domain.text import counted
from segtui.services.interrupt import Interrupt
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import background_flow, flow

if TYPE_CHECKING:
    from segtui.tui.screens.base.list_base import ListScreen

    AnyListScreen = ListScreen[Any]


class RowActions(Collaborator["AnyListScreen"]):
    """Marks and copies the rows of a list screen, and chooses its columns."""

    @flow
    async def action_choose_columns(self) -> None:
        """Choose the columns that are shown."""
        from segtui.tui.screens.shared.column_picker import ColumnPicker

        screen = self.screen
        offered = await screen.read(screen.offered_columns)
        shown = {column.key for column in screen.table.columns} - screen.hidden
        hidden = {column.key for column in offered} - shown
        await screen.ask(ColumnPicker(offered, hidden, screen.show_columns))
        screen.columns_chosen()

    def action_toggle_mark(self) -> None:
        """Mark the row under the cursor, or unmark it."""
        self.screen.table.toggle_mark()

    def action_mark_all(self) -> None:
        """Mark all rows that match; where all are marked, unmark them."""
        self.screen.table.mark_all()

    @background_flow
    async def action_copy(self) -> None:
        """Copy the row under the cursor, or the marked ones, as they are shown."""
        from segtui.tui.screens.base import copy_rows
        from segtui.tui.widgets.chrome import clipboard

        screen, app, table, row = self.screen, self.screen.app, self.screen.table, self.screen.row
        columns = copy_rows.copied_columns(table.columns, screen.hidden)
        ids = table.marked_ids() if table.marked_count else None

        def copy(interrupt: Interrupt) -> str:
            text = (
                copy_rows.as_text([row], columns)
                if ids is None
                else copy_rows.text_of(screen.listing(interrupt), ids, columns)
            )
            return clipboard.copy(app, text)

        if ids is not None or row is not None:
            consequence = await screen.read(copy)
            screen.say(f"{counted(1 if ids is None else len(ids), 'row')} copied. {consequence}")
