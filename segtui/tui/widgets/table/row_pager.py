"""Row pager: loads the pages of rows that come into view."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, Generic

from segtui.errors import Cancelled, SegtuiError
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing, Row
from segtui.tui.widgets.chrome.service_requests import Requests
from segtui.tui.widgets.table.listing_reads import read_pages
from segtui.tui.widgets.table.result_messages import LoadFailed

if TYPE_CHECKING:
    from segtui.tui.widgets.table.result_table import ResultTable

_KIND: Final = "rows"


class RowPager(Generic[Row]):
    """Loads the rows in view that are missing, then those around them; one request at a time."""

    def __init__(self, table: "ResultTable[Row]", requests: Requests) -> None:
        self._table = table
        self._requests = requests
        self._listing: Listing[Row] | None = None
        self._is_loading = False

    def start(self, listing: Listing[Row]) -> None:
        """Load from this listing from now on."""
        self._requests.cancel(_KIND)
        self._listing, self._is_loading = listing, False

    def load_missing(self) -> None:
        """Load the rows in view that are missing, then those around."""
        listing = self._listing
        if listing is None or self._is_loading:
            return
        window, rows = self._table.window, self._table.page_rows
        start, stop = self._table.top, self._table.top + rows
        missing = window.missing(start, stop) or window.missing(start - rows, stop + rows)
        if not missing:
            return
        pages = {page: window.page_ids(page) for page in missing}

        def read(_: Interrupt) -> Iterator[Mapping[int, Mapping[int, Row]]]:
            yield read_pages(listing, pages)

        self._is_loading = True
        self._requests.stream(_KIND, read, self._take, self._fail)

    def _take(self, pages: Mapping[int, Mapping[int, Row]]) -> None:
        self._is_loading = False
        table = self._table
        for page, rows in pages.items():
            table.window.put_page(page, rows)
        if not table.has_missing_rows:
            table.release_repaint()
        table.refresh_changed()
        table.report_cursor()
        self.load_missing()

    def _fail(self, error: SegtuiError) -> None:
        self._is_loading = False
        if not isinstance(error, Cancelled):
            self._table.post_message(LoadFailed(self._table, error))
