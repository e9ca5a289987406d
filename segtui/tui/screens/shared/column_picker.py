"""The choice of the columns of a list. What is chosen is shown at once."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar, Final

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from segtui.domain import search_terms
from segtui.domain.text import clean
from segtui.tui.screens.imports.wizard.line_list import ChoiceList
from segtui.tui.widgets.chrome.resize_fix import ResizeFix
from segtui.tui.widgets.forms.push_button import PushButton
from segtui.tui.widgets.forms.search_box import SearchBox
from segtui.tui.widgets.table.table_columns import TableColumn

_SEARCHED_FROM: Final = 13
"""Smallest number of columns with a search box."""
_MAX_LABEL: Final = 24
"""Cells of the longest label that the column of notes leaves room for."""


class ColumnPicker(ResizeFix, ModalScreen[None]):
    """Lists the columns with a box each. Every change calls `changed` with the keys of those that are hidden.

    The first column stays, and so do those that are not `removable`. A long list can be searched.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,v,q", "close", "Close", show=False),
        Binding("space", "toggle_column", "Show or hide", show=False),
        Binding("slash", "find", "Find a column", show=False),
    ]

    def __init__(
        self,
        columns: Sequence[TableColumn[Any]],
        hidden: Collection[str],
        changed: Callable[[frozenset[str]], None],
    ) -> None:
        super().__init__()
        self._columns = [column for column in columns[1:] if column.removable]
        self._listed = self._columns
        self._hidden = frozenset(hidden) & {column.key for column in self._columns}
        self._changed = changed
        labels = (cell_len(clean(column.label)) for column in self._columns)
        self._label_width = min(max(labels, default=0), _MAX_LABEL)

    @property
    def _is_searched(self) -> bool:
        return len(self._columns) >= _SEARCHED_FROM

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        keys = "Space shows or hides a column"
        with Vertical(classes="dialog columns -searched" if self._is_searched else "dialog columns"):
            yield Static("Columns", classes="dialog-title", markup=False)
            if self._is_searched:
                yield SearchBox(placeholder="A part of a name or a note", id="find")
                keys = f"{keys}, / finds one"
            yield ChoiceList(id="columns")
            yield Static("No column matches.", id="nothing", markup=False)
            yield Static(f"{keys}. A narrow terminal has no room for all of them.", classes="dialog-note", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield PushButton("Close", key="escape", id="close")

    def on_mount(self) -> None:
        """Put the cursor on the first one."""
        self._list(self._columns)
        self.query_one(ChoiceList).focus()

    def _list(self, columns: Sequence[TableColumn[Any]]) -> None:
        self._listed = list(columns)
        self.query_one(ChoiceList).show([self._line(column) for column in columns])
        self.query_one(ChoiceList).display = bool(columns)
        self.query_one("#nothing").display = not columns

    def _line(self, column: TableColumn[Any]) -> Content:
        label = clean(column.label)
        box = f"[{' ' if column.key in self._hidden else 'x'}] {label}"
        if not column.note:
            return Content(box)
        gap = " " * (max(0, self._label_width - cell_len(label)) + 2)
        return Content.assemble(box, gap, (column.note, "$foreground-muted"))

    # Finding

    @on(SearchBox.Changed)
    def _typed(self, event: SearchBox.Changed) -> None:
        event.stop()
        search = search_terms.parse(event.value)
        self._list([column for column in self._columns if search_terms.matches(search, _text_of(column))])

    @on(SearchBox.Left)
    def _left(self, event: SearchBox.Left) -> None:
        event.stop()
        if self._listed:
            self.query_one(ChoiceList).focus()
        elif not event.forward:
            self.action_close()

    def action_find(self) -> None:
        """Go to the box, where there is one."""
        for box in self.query(SearchBox):
            box.focus()

    # Choosing

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
        column = self._listed[index]
        self._hidden ^= {column.key}
        self.query_one(ChoiceList).replace_option_prompt_at_index(index, self._line(column))
        self._changed(self._hidden)

    @on(PushButton.Pressed)
    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)


def _text_of(column: TableColumn[Any]) -> str:
    return f"{search_terms.field_text(column.label)}\n{search_terms.field_text(column.note)}"
