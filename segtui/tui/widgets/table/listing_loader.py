"""Listing loader: reads a listing for a table, first rows first. Only the newest request counts.

The rows shown before stay readable until the first rows of the new result are loaded.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final, Generic

from textual.timer import Timer

from segtui.errors import Cancelled, SegtuiError
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Row
from segtui.tui.widgets.chrome.memory import MANY, give_back
from segtui.tui.widgets.chrome.service_requests import Requests
from segtui.tui.widgets.table.listing_reads import FirstRows, Order, ReadPlan, read_result
from segtui.tui.widgets.table.load_request import NOTICE_DELAY, LoadRequest
from segtui.tui.widgets.table.result_messages import Counted, LoadFailed, LoadFinished, LoadStarted
from segtui.tui.widgets.table.result_presenter import ResultPresenter
from segtui.tui.widgets.table.result_window import PAGE
from segtui.tui.widgets.table.row_pager import RowPager

if TYPE_CHECKING:
    from segtui.tui.widgets.table.result_table import ResultTable

_KIND: Final = "result"
# Seconds that a reload waits for the position of the cursor's row before it shows the beginning of the list instead.
# Until then the old rows can be read, and the header announces the order.
_POSITION_WAIT: Final = 1.0
# Seconds that reading the order waits for the first rows to be painted: reading a million ids would delay the paint.
_PAINT_WAIT: Final = 0.2
_TRIM_DELAY: Final = 1.0  # seconds without a request before memory is given back


class ListingLoader(Generic[Row]):
    """Loads listings into a table through its presenter, and reports to the screen how far each has come."""

    def __init__(
        self, table: "ResultTable[Row]", requests: Requests, presenter: ResultPresenter[Row], pager: RowPager[Row]
    ) -> None:
        self._table = table
        self._requests = requests
        self._presenter = presenter
        self._pager = pager
        self.on_finished: Callable[[], None] = lambda: None
        """Called when nothing is loading any more."""
        self._newest: LoadRequest[Row] | None = None
        self._trim_timer: Timer | None = None

    @property
    def is_loading(self) -> bool:
        """True while a requested result is not loaded completely."""
        return self._newest is not None and not self._newest.is_finished

    @property
    def is_outdated(self) -> bool:
        """True while other rows match the newest request than the result that is shown."""
        newest, shown = self._newest, self._presenter.shown
        return newest is not None and shown is not None and newest.listing.matching != shown.listing.matching

    @property
    def order(self) -> tuple[str, bool]:
        """The order that is shown or loading: the sort key and whether it is descending."""
        newest = self._newest
        if newest is None or (newest.is_finished and newest is not self._presenter.shown):
            return self._table.sort, self._table.descending
        return newest.order

    def load(self, request: LoadRequest[Row]) -> None:
        """Load a result and show it in place of the current one."""
        shown = self._presenter.shown
        if self._newest is not None and not (self._newest is shown and self._newest.is_finished):
            self._newest.abandon()
        self._newest = request
        self._presenter.expect_result()
        table = self._table
        table.post_message(LoadStarted(table, self._words_for(request)))
        table.announce_order(None)
        if shown is not None and request.order != (table.sort, table.descending):
            table.set_timer(NOTICE_DELAY, partial(self._announce_order, request))
        plan = self.plan(request)

        def read(_: Interrupt) -> Iterator[FirstRows[Row] | Order[Row]]:
            for part in read_result(request.listing, plan):
                yield part
                if isinstance(part, FirstRows) and part.order is None:
                    request.first_rows_painted.wait(_PAINT_WAIT)

        self._requests.stream(_KIND, read, partial(self._take, request), partial(self._fail, request))

    def plan(self, request: LoadRequest[Row]) -> ReadPlan:
        """Return what has to be read for a request: whole pages that fill the terminal, and the marks."""
        height = max(self._table.app.size.height, self._table.size.height)
        limit = PAGE * -(-height // PAGE) if height else PAGE
        return ReadPlan(limit, request.cursor_id, self._table.selection.marked.checkable())

    def replace(self, request: LoadRequest[Row], order: Order[Row]) -> None:
        """Show the result of a live update as the newest one."""
        self._newest = request
        self._presenter.update(request, order)
        self._pager.start(request.listing)

    def abandon(self) -> None:
        """Stop everything that is read."""
        for request in (self._newest, self._presenter.shown):
            if request is not None:
                request.abandon()
        self._requests.cancel_all()

    def _words_for(self, request: LoadRequest[Row]) -> str:
        shown, table = self._presenter.shown, self._table
        if shown is not None and request.sort != table.sort and request.listing.matching == shown.listing.matching:
            label = next((column.label for column in table.columns if column.sort == request.sort), "")
            return f"sorting by {label}" if label else "sorting"
        return "searching" if request.listing.search else "loading"

    def _announce_order(self, request: LoadRequest[Row]) -> None:
        if request is self._newest and request is not self._presenter.shown and not request.is_finished:
            self._table.announce_order(request.order)

    # Answers, in the table's message queue

    def _take(self, request: LoadRequest[Row], part: FirstRows[Row] | Order[Row]) -> None:
        if isinstance(part, FirstRows):
            self._take_first_rows(request, part)
        else:
            self._take_order(request, part)

    def _fail(self, request: LoadRequest[Row], error: SegtuiError) -> None:
        self._table.announce_order(None)
        if not isinstance(error, Cancelled):
            self._table.post_message(LoadFailed(self._table, error))
        self._finish(request)

    def _take_first_rows(self, request: LoadRequest[Row], first: FirstRows[Row]) -> None:
        is_below = request.cursor_id is not None and all(row.id != request.cursor_id for row in first.rows)
        if is_below and first.order is None and len(self._table.window):
            # The cursor's row is further down: better the old rows a moment longer than a jump up and down again.
            request.held_rows = first
            request.first_rows_painted.set()
            self._table.set_timer(_POSITION_WAIT, partial(self._show_held_rows, request))
            return
        with self._table.batch_changes():
            self._begin(request, first)
            if first.order is not None:
                self._presenter.complete(request, first.order)
        self._report(request)
        self._table.call_after_paint(request.first_rows_painted.set)

    def _show_held_rows(self, request: LoadRequest[Row]) -> None:
        if request is self._newest and request is not self._presenter.shown and request.held_rows is not None:
            with self._table.batch_changes():
                self._begin(request, request.held_rows)
            self._report(request)

    def _take_order(self, request: LoadRequest[Row], order: Order[Row]) -> None:
        with self._table.batch_changes():
            if request is not self._presenter.shown and request.held_rows is not None:
                self._begin(request, request.held_rows)
            self._presenter.complete(request, order)
            self._table.hold_for_missing_rows()
        self._report(request)

    def _begin(self, request: LoadRequest[Row], first: FirstRows[Row]) -> None:
        self._presenter.begin(request, first)
        self._pager.start(request.listing)

    def _report(self, request: LoadRequest[Row]) -> None:
        """Tell the screen how far the result is, and load rows that are missing."""
        table = self._table
        table.report_marks()
        table.report_cursor()
        if table.total is not None and request is self._presenter.shown:
            table.marker.counted()
            table.post_message(Counted(table, table.total))
            self._finish(request)
        self._pager.load_missing()

    def _finish(self, request: LoadRequest[Row]) -> None:
        request.is_finished = True
        self._schedule_trim()
        self._table.post_message(LoadFinished(self._table))
        self.on_finished()

    # Memory

    def _schedule_trim(self) -> None:
        """Give back the memory of results of many rows, once nothing has been requested for a moment."""
        if self._trim_timer is not None:
            self._trim_timer.stop()
            self._trim_timer = None
        elif (self._table.total or 0) < MANY:
            return
        self._trim_timer = self._table.set_timer(_TRIM_DELAY, self._trim)

    def _trim(self) -> None:
        self._trim_timer = None
        if not self.is_loading:
            self._table.run_worker(give_back, group="memory", thread=True)
