"""Commands on the rows and columns of a list: mark, copy, choose columns."""

from typing import TYPE_CHECKING, Any

from segtui.domain.text import counted
from segtui.tui.actions.action import ALWAYS, MARKS_IMPORTANCE, Command
from segtui.tui.actions.global_actions import CancelRange, MarkAll, MarkRange, ToggleMark
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import background_flow, flow

if TYPE_CHECKING:
    from segtui.services.interrupt import Interrupt
    from segtui.tui.screens.base.list_base import ListScreen

    AnyListScreen = ListScreen[Any]


class RowActions(Collaborator["AnyListScreen"]):
    """Marks and copies the rows of a list screen, and chooses its columns."""

    def offers(self, command: type[Command]) -> bool:
        """Offer what fits the state of the range."""
        screen = self.screen
        if command in (MarkRange, CancelRange):
            is_open = screen.is_mounted and screen.table.marker.is_range_open
            return is_open if command is CancelRange else screen.has_row and not is_open
        return True

    def label_of(self, command: type[Command]) -> str:
        """Return the words of a command whose effect is another one now; blank for the others."""
        table = self.screen.table
        if command is ToggleMark and table.marker.is_range_open:
            return "End range"
        if command is MarkAll and table.is_all_marked:
            return "Unmark all"
        return ""

    def importance_of(self, command: type[Command]) -> int:
        """Return the importance of a command in the footer.

        The end of an open range stays, and while rows are marked the commands on marks come before the others.
        """
        table = self.screen.table
        if command is ToggleMark and table.marker.is_range_open:
            return ALWAYS
        if command.on_marks and table.marked_count:
            return max(command.importance, MARKS_IMPORTANCE)
        return command.importance

    def action_mark_range(self) -> None:
        """Mark the row under the cursor, and with every movement the rows up to it."""
        self.screen.table.mark_range()

    def action_cancel_range(self) -> None:
        """Take back the range that is being marked."""
        self.screen.table.marker.cancel_range()

    @property
    def shown(self) -> frozenset[str]:
        """The keys of the columns that are shown, where there is room for them."""
        return frozenset(column.key for column in self.screen.table.columns) - self.screen.hidden

    @flow
    async def action_choose_columns(self) -> None:
        """Choose the columns that are shown."""
        from segtui.tui.screens.shared.column_picker import ColumnPicker

        screen = self.screen
        offered = await screen.read(screen.offered_columns)
        hidden = {column.key for column in offered} - self.shown
        await screen.ask(ColumnPicker(offered, hidden, screen.show_columns))
        screen.columns_chosen()

    def action_toggle_mark(self) -> None:
        """Mark the row under the cursor, or unmark it, and go on to the next one; or end a range."""
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
        marked = table.selection.copy() if table.marked_count else None

        def copy(interrupt: "Interrupt") -> str:
            text = (
                copy_rows.as_text([row], columns)
                if marked is None
                else copy_rows.text_of(screen.listing(interrupt), marked.ids(), columns)
            )
            return clipboard.copy(app, text)

        if marked is not None or row is not None:
            consequence = await screen.read(copy)
            screen.say(f"{counted(1 if marked is None else marked.count, 'row')} copied. {consequence}")
