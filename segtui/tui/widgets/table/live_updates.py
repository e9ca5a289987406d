"""Live updates: shows what others changed, while the user reads, moves about or types."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final, Generic

from segtui.errors import Cancelled, SegtuiError
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Row
from segtui.tui.widgets.chrome.service_requests import Requests
from segtui.tui.widgets.table.listing_loader import ListingLoader
from segtui.tui.widgets.table.listing_reads import Order, Viewport, reread_result
from segtui.tui.widgets.table.load_request import LoadRequest
from segtui.tui.widgets.table.result_messages import Counted, LoadFailed, LoadFinished
from segtui.tui.widgets.table.row_pager import RowPager

if TYPE_CHECKING:
    from segtui.tui.widgets.table.result_table import ResultTable

_KIND: Final = "update"


class LiveUpdates(Generic[Row]):
    """Reads a list again in the background, and shows it in one step where nothing moves but what changed."""

    def __init__(
        self, table: "ResultTable[Row]", requests: Requests, loader: ListingLoader[Row], pager: RowPager[Row]
    ) -> None:
        self._table = table
        self._requests = requests
        self._loader = loader
        self._pager = pager
        loader.on_finished = self._resume
        self._running: LoadRequest[Row] | None = None
        self._waiting: LoadRequest[Row] | None = None  # until the result that the user requested is loaded

    def load(self, request: LoadRequest[Row]) -> None:
        """Load an update now, or after the result that is loading: that may have been read before the change."""
        if self._loader.is_loading:
            self._waiting = request
        else:
            self._start(request)

    def abandon(self) -> None:
        """Drop the update: something newer is requested."""
        for request in (self._running, self._waiting):
            if request is not None:
                request.abandon()
        self._running = self._waiting = None
        self._requests.cancel(_KIND)

    def _resume(self) -> None:
        if self._waiting is not None:
            request, self._waiting = self._waiting, None
            self._start(request)

    def _start(self, request: LoadRequest[Row]) -> None:
        self._running = request
        table, plan = self._table, self._loader.plan(request)
        viewport = Viewport(table.cursor_id, table.position, table.window.id_at(table.top), table.top)

        def read(_: Interrupt) -> Iterator[Order[Row]]:
            yield reread_result(request.listing, plan, viewport)

        self._requests.stream(_KIND, read, partial(self._take, request), self._fail)

    def _take(self, request: LoadRequest[Row], order: Order[Row]) -> None:
        self._running = None
        table = self._table
        with table.batch_changes():
            self._loader.replace(request, order)
            table.hold_for_missing_rows()
        table.report_marks()
        table.report_cursor()
        table.post_message(Counted(table, len(order.ids)))
        table.post_message(LoadFinished(table))
        self._pager.load_missing()

    def _fail(self, error: SegtuiError) -> None:
        """Leave the rows as they are, until the next change or the next request."""
        self._running = None
        table = self._table
        if not isinstance(error, Cancelled):
            table.post_message(LoadFailed(table, error, quietly=True))
        table.post_message(LoadFinished(table))
