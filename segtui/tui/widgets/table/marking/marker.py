"""Marker: marks the rows of a result table, one by one, in ranges or all that match, and reports their number."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from segtui.services.interrupt import Interrupt
from segtui.tui.widgets.chrome.key_queue import KeyQueueApp
from segtui.tui.widgets.chrome.service_requests import Requests
from segtui.tui.widgets.table.marking.marked_range import MarkedRange
from segtui.tui.widgets.table.result_messages import MarksChanged, RangeChanged
from segtui.tui.widgets.table.selection import MarkedIds

if TYPE_CHECKING:
    from segtui.tui.widgets.table.result_table import ResultTable

_KIND: Final = "marks"
_MOST_AT_ONCE: Final = 10_000
"""Rows that a range marks without a thread: some 2 ms."""


class Marker:
    """Holds the marks of one table up to date with its keys and clicks."""

    def __init__(self, table: "ResultTable[Any]", requests: Requests) -> None:
        self._table = table
        self._requests = requests
        self._reported = (0, 0)
        self._reported_open = False
        self._waits_for_end = False
        """The range is to reach the last row, as soon as the rows are counted."""
        self._release_keys: Callable[[], None] | None = None

    @property
    def is_busy(self) -> bool:
        """True while a long range is being marked."""
        return self._requests.running(_KIND)

    @property
    def is_range_open(self) -> bool:
        """True while every movement of the cursor extends a range."""
        marked_range = self._table.selection.range
        return marked_range is not None and marked_range.is_open

    # Rows

    def toggle(self) -> None:
        """Mark the row under the cursor, or unmark it."""
        selection, row_id = self._table.selection, self._table.cursor_id
        if row_id is not None:
            selection.range = None
            selection.marked.toggle(row_id)
            self._changed()

    def toggle_all(self) -> None:
        """Mark all that match, as soon as they are counted; where all are marked, none."""
        self._table.selection.range = None
        self._table.selection.toggle_all(self._table.total)
        self._changed()

    def clear(self) -> None:
        """Mark nothing."""
        self._table.selection.range = None
        self._table.selection.clear()
        self._changed()

    # Ranges

    def open_range(self) -> None:
        """Begin a range at the cursor that every movement extends, until it is ended or cancelled."""
        if (begun := self._begun()) is not None:
            begun.is_open = True
            self._move_end(self._table.position)

    def end_range(self) -> None:
        """End the range; its rows stay marked."""
        self._table.selection.range = None
        self._waits_for_end = False
        self.report()

    def cancel_range(self) -> None:
        """End the range; its rows are as before."""
        self._move_end(None)

    def extend(self, position: int) -> None:
        """Move the cursor, and the end of the range with it. A range begins where the cursor was."""
        if self._begun() is not None:
            self._table.move_within_range(position)
            self._move_end(self._table.position)

    def extend_to_end(self) -> None:
        """Extend the range to the last row, as soon as the rows are counted."""
        self.extend(len(self._table.window) - 1)
        self._waits_for_end = self._table.total is None and self._table.selection.range is not None

    def counted(self) -> None:
        """Extend a range that waits for the last row: the rows are counted."""
        if self._waits_for_end and self._table.selection.range is not None:
            self._waits_for_end = False
            self.extend(len(self._table.window) - 1)

    def _begun(self) -> MarkedRange | None:
        """Return the range, begun at the cursor if there is none; None in an empty list."""
        selection, table = self._table.selection, self._table
        if selection.range is None and (row_id := table.cursor_id) is not None:
            self._waits_for_end = False
            # With all that match marked, there are only rows to unmark.
            marks = not (selection.marked.all_matching and row_id in selection.marked)
            selection.range = MarkedRange(table.position, row_id, marks)
        return selection.range

    def _move_end(self, end: int | None) -> None:
        table, selection = self._table, self._table.selection
        marked_range = selection.range
        if marked_range is None:
            return
        if marked_range.step(end) <= _MOST_AT_ONCE:
            marked_range.move_end(end, table.window.order, selection.marked)
            self._moved(end)
        else:
            self._move_in_thread(marked_range, end)

    def _move_in_thread(self, marked_range: MarkedRange, end: int | None) -> None:
        """Move the end of the range off the event loop. Keys wait until it is done, and clicks are ignored."""
        selection, order, version = self._table.selection, self._table.window.order, self._table.selection.version
        marked = selection.marked

        def move(_: Interrupt) -> tuple[MarkedRange, MarkedIds]:
            moved_range, moved_marks = marked_range.copy(), marked.copy()
            moved_range.move_end(end, order, moved_marks)
            return moved_range, moved_marks

        def take(answer: tuple[MarkedRange, MarkedIds]) -> None:
            if selection.version == version and selection.range is marked_range:
                selection.range, selection.marked = answer
                self._moved(end)
            else:  # other rows were read meanwhile
                self._move_end(None if end is None else self._table.position)
            self._release()

        if self._release_keys is None and isinstance(self._table.app, KeyQueueApp):
            self._release_keys = self._table.app.hold_keys()
        self._requests.read(_KIND, move, take)

    def _moved(self, end: int | None) -> None:
        if end is None:
            self._table.selection.range = None
        self._changed()

    def _release(self) -> None:
        if self._release_keys is not None and not self.is_busy:
            self._table.call_later(self._release_keys)
            self._release_keys = None

    # Reports

    def _changed(self) -> None:
        self._table.selection.version += 1
        self._table.refresh_changed()
        self.report()

    def report(self) -> None:
        """Tell the screen how many rows are marked, and whether a range is open, if that has changed."""
        table = self._table
        marks = (table.selection.count, table.selection.outside_count)
        if marks != self._reported:
            self._reported = marks
            table.post_message(MarksChanged(table, *marks))
        if self.is_range_open != self._reported_open:
            self._reported_open = self.is_range_open
            table.post_message(RangeChanged(table, self._reported_open))
