"""What a result table says to the screen it stands on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message

from segtui.errors import SegtuiError

if TYPE_CHECKING:
    from segtui.tui.widgets.table.table_view import TableView


@dataclass
class TableMessage(Message, bubble=True, namespace="result_table"):
    """From which table it comes: `@on(ResultTable.Opened, "#segments")` picks one of several."""

    table: "TableView[Any]"

    @property
    def control(self) -> "TableView[Any]":
        """The table."""
        return self.table


class TableMessages:
    """The messages, as classes of every table: `ResultTable.Opened`."""

    @dataclass
    class Opened(TableMessage, namespace="result_table"):
        """The person wants to look into this row: enter, a double click, a click on its name."""

        row: Any

    @dataclass
    class CursorMoved(TableMessage, namespace="result_table"):
        """The cursor is on another row now, or on none."""

        row: Any

    @dataclass
    class SortRequested(TableMessage, namespace="result_table"):
        """A header was clicked: what to sort by. A second click on the same asks for the other direction."""

        sort: str
        descending: bool

    @dataclass
    class ActionChosen(TableMessage, namespace="result_table"):
        """An action's word in a row was clicked."""

        action: str
        row: Any

    @dataclass
    class MarksChanged(TableMessage, namespace="result_table"):
        """So many rows are marked now, of which the present result does not show so many."""

        count: int
        elsewhere: int = 0

    @dataclass
    class LoadStarted(TableMessage, namespace="result_table"):
        """A result was asked for. `words` say what is waited for: searching, loading, sorting by City."""

        words: str

    @dataclass
    class Counted(TableMessage, namespace="result_table"):
        """The exact number of rows is known."""

        total: int

    @dataclass
    class LoadFinished(TableMessage, namespace="result_table"):
        """The result is there, or could not be had: nothing is on its way any more."""

    @dataclass
    class LoadFailed(TableMessage, namespace="result_table"):
        """The result could not be read. What was shown before is shown still. `quietly`: nobody asked for it."""

        error: SegtuiError
        quietly: bool = False
