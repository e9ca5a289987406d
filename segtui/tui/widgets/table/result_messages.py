"""Messages of a result table to the screen it stands on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message

from segtui.errors import SegtuiError

if TYPE_CHECKING:
    from segtui.tui.widgets.table.table_canvas import TableCanvas


@dataclass
class TableMessage(Message, bubble=True, namespace="result_table"):
    """A message of one table: `@on(ResultTable.Opened, "#segments")` picks one of several."""

    table: "TableCanvas[Any]"

    @property
    def control(self) -> "TableCanvas[Any]":
        """The table."""
        return self.table


@dataclass
class Opened(TableMessage, namespace="result_table"):
    """A row is to be opened: enter, a double click, a click on its name."""

    row: Any


@dataclass
class CursorMoved(TableMessage, namespace="result_table"):
    """The cursor is on another row now, or on none."""

    row: Any


@dataclass
class SortRequested(TableMessage, namespace="result_table"):
    """A header was clicked. A second click on the same header reverses the order."""

    sort: str
    descending: bool


@dataclass
class ActionChosen(TableMessage, namespace="result_table"):
    """An action's word in a row was clicked."""

    action: str
    row: Any


@dataclass
class MarksChanged(TableMessage, namespace="result_table"):
    """`count` rows are marked, `outside` of them outside the current result."""

    count: int
    outside: int = 0


@dataclass
class RangeChanged(TableMessage, namespace="result_table"):
    """A range that every movement extends was begun (`is_open`), or has ended."""

    is_open: bool


@dataclass
class LoadStarted(TableMessage, namespace="result_table"):
    """A result was requested. `words` say what is under way: searching, loading, sorting by City."""

    words: str


@dataclass
class Counted(TableMessage, namespace="result_table"):
    """The exact number of rows is known."""

    total: int


@dataclass
class LoadFinished(TableMessage, namespace="result_table"):
    """The result is complete, or failed: nothing is under way any more."""


@dataclass
class LoadFailed(TableMessage, namespace="result_table"):
    """The result could not be read; the rows shown before stay. `quietly`: no key was pressed for it."""

    error: SegtuiError
    quietly: bool = False
