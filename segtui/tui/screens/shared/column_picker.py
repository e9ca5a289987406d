"""The choice of the columns of a list. What is chosen is shown at once."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from segtui.tui.screens.imports.wizard.line_list import ChoiceList
from segtui.tui.widgets.chrome.resize_fix import ResizeFix
from segtui.tui.widgets.forms.push_button import PushButton
from segtui.tui.widgets.table.table_columns import TableColumn


class ColumnPicker(ResizeFix, ModalScreen[None]):
    """Lists the columns with a box each. Every change calls `changed` with the keys of those that are hidden.

    The first column stays, and so do those that are not `removable`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,v,q", "close", "Close", show=False),
        Binding("space", "toggle_column", "Show or hide", show=False),
    ]

    def __init__(
        self,
        columns: Sequence[TableColumn[Any]],
        hidden: Collection[str],
        changed: Callable[[frozenset[str]], None],
    ) -> None:
        super().__init__()
        self._columns = [column for column in columns[1:] if column.removable]
        self._hidden = frozenset(hidden) & {column.key for column in self._columns}
        self._changed = changed

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        with Vertical(classes="dialog columns"):
            yield Static("Columns", classes="dialog-title", markup=False)
            yield ChoiceList(id="columns")
            yield Static(
                "Space shows or hides a column. A narrow terminal has no room for all of them.",
                classes="dialog-note",
                markup=False,
            )
            with Horizontal(classes="dialog-buttons"):
                yield PushButton("Close", key="escape", id="close")

    def on_mount(self) -> None:
        """Put the cursor on the first one."""
        self.query_one(ChoiceList).focus()
        self.query_one(ChoiceList).show([self._line(column) for column in self._columns])

    def _line(self, column: TableColumn[Any]) -> Content:
        return Content(f"[{' ' if column.key in self._hidden else 'x'}] {column.label}")

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._toggle(event.option_index)

    def action_toggle_column(self) -> None:
        """Show the column under the cursor, or hide it."""
        index = self.query_one(ChoiceList).highlighted
        if index is not None:
            self._toggle(index)

    def _toggle(self, index: int) -> None:
        self._hidden ^= {self._columns[index].key}
        self.query_one(ChoiceList).replace_option_prompt_at_index(index, self._line(self._columns[index]))
        self._changed(self._hidden)

    @on(PushButton.Pressed)
    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)
