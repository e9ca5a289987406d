"""Result presenter: puts a result into the table, and decides where cursor, scroll position and marks go."""

from typing import Generic

from segtui.services.listing import Row
from segtui.tui.widgets.table.listing_reads import FirstRows, Order
from segtui.tui.widgets.table.load_request import LoadRequest
from segtui.tui.widgets.table.result_window import ResultWindow, index_near
from segtui.tui.widgets.table.table_canvas import TableCanvas


class ResultPresenter(Generic[Row]):
    """Replaces the result that a canvas draws. `shown` is the request whose result that is."""

    def __init__(self, canvas: TableCanvas[Row]) -> None:
        self._canvas = canvas
        self.shown: LoadRequest[Row] | None = None
        self._is_cursor_moved = False  # since the newest request, or since its result is shown
        self._goes_to_end = False  # as soon as the rows are counted
        # The row whose position in the new order is not known yet, and the position to take should it be deleted.
        self._followed_id: int | None = None
        self._fallback_position = 0
        self._cursor_line = 0

    def expect_result(self) -> None:
        """Notice from now on whether the cursor is moved before the next result comes."""
        self._is_cursor_moved = False
        self._canvas.selection.is_all_pending = False

    def cursor_moved(self, *, to_end: bool = False) -> None:
        """Leave the cursor where the user has put it; `to_end`: on the last row, once that is known."""
        self._is_cursor_moved, self._goes_to_end = True, to_end

    def begin(self, request: LoadRequest[Row], first: FirstRows[Row]) -> None:
        """Show the first rows of a result in place of the old one."""
        canvas = self._canvas
        old_id, old_position = canvas.window.id_at(canvas.position), canvas.position
        self._cursor_line = max(0, old_position - canvas.top)
        # A cursor that was moved while the new order was loading stays on the row that it was moved to.
        is_moved = request.cursor_id is not None and self._is_cursor_moved
        self._followed_id = old_id if is_moved else request.cursor_id
        self._replace(request)
        self._is_cursor_moved = self._goes_to_end = False
        canvas.window.put_first(first.rows)
        position = None if self._followed_id is None else canvas.window.position_of(self._followed_id)
        if position is None:
            # A deleted row leaves the cursor at its position, on the neighbour.
            is_deleted = self._followed_id is not None and self._followed_id == old_id and first.order is not None
            canvas.position = max(0, min(old_position if is_deleted else 0, len(first.rows) - 1))
        else:
            canvas.position, self._followed_id = position, None
        # Until the rows are counted the scroll bar stays as it is: two bars a keystroke would be one too many.
        canvas.set_row_count(max(len(first.rows), canvas.row_count))
        canvas.scroll_cursor_to_line(min(self._cursor_line, canvas.position))
        self._fallback_position = old_position if request.cursor_id == old_id else 0

    def complete(self, request: LoadRequest[Row], order: Order[Row]) -> None:
        """Take the order of all rows: the count is exact now, and each row has its position."""
        canvas = self._canvas
        self._put_order(order)
        if canvas.selection.range is not None:
            canvas.selection.range.relocate(order.ids, canvas.selection.marked)
        last = len(order.ids) - 1
        if self._goes_to_end:
            canvas.position = last
        elif self._followed_id is not None and not self._is_cursor_moved:
            position = _position_in(order, self._followed_id, self._fallback_position)
            self._followed_id = None
            canvas.position = max(0, min(self._fallback_position if position is None else position, last))
            canvas.scroll_cursor_to_line(self._cursor_line)
        canvas.position = max(0, min(canvas.position, last))
        if self._goes_to_end:
            canvas.reveal(canvas.position)
        self._goes_to_end, request.is_finished = False, True

    def update(self, request: LoadRequest[Row], order: Order[Row]) -> None:
        """Show a newer state of the same list: rows on the screen stay on their lines."""
        canvas = self._canvas
        position, marked_range = canvas.position, canvas.selection.range
        cursor_id, top_id, top = canvas.window.id_at(position), canvas.window.id_at(canvas.top), canvas.top
        is_cursor_in_view = top <= position < top + canvas.page_rows
        self._replace(request)
        request.is_finished = True
        self._put_order(order)
        new_position = _position_in(order, cursor_id, position)
        canvas.position = max(0, min(position if new_position is None else new_position, len(order.ids) - 1))
        if marked_range is not None:
            marked_range.relocate(order.ids, canvas.selection.marked)
            canvas.selection.range = marked_range
        if not is_cursor_in_view:
            # The user scrolled away from the cursor: the rows in view stay.
            new_top = _position_in(order, top_id, top)
            canvas.scroll_to(y=top if new_top is None else new_top)
        elif top or canvas.position >= canvas.page_rows:
            # At the beginning of the list its new rows are to be seen.
            canvas.scroll_cursor_to_line(position - top)

    def _replace(self, request: LoadRequest[Row]) -> None:
        canvas, old = self._canvas, self.shown
        self.shown = request
        canvas.selection.range = None
        canvas.show_window(ResultWindow(), request.listing.search, request.sort, descending=request.descending)
        if old is not None and old is not request:
            old.abandon()
            marked = canvas.selection.marked
            if marked.all_matching and old.listing.matching != request.listing.matching:
                marked.end_all_matching()

    def _put_order(self, order: Order[Row]) -> None:
        canvas = self._canvas
        canvas.window.put_ids(order.ids)
        for page, rows in order.pages.items():
            canvas.window.put_page(page, rows)
        canvas.set_row_count(len(order.ids))
        canvas.selection.take_order(order.ids, order.marked)


def _position_in(order: Order[Row], row_id: int | None, old_position: int) -> int | None:
    if row_id is None:
        return None
    return order.positions[row_id] if row_id in order.positions else index_near(order.ids, row_id, old_position)
