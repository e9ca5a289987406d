"""How rows come into view that are not here yet: asked for by pages, shown when they come, nothing moves meanwhile."""

from array import array
from collections.abc import Mapping
from functools import partial
from typing import Generic

from textual import on

from segtui.errors import Cancelled, SegtuiError
from segtui.services.listing import Listing, Row
from segtui.tui.widgets.table.listing_loader import load_pages
from segtui.tui.widgets.table.load_request import DESCRIPTION, MOMENT, Asked, Pages
from segtui.tui.widgets.table.result_messages import TableMessages
from segtui.tui.widgets.table.table_view import TableView


class PagedTable(TableMessages, TableView[Row], Generic[Row]):
    """A TableView that asks the listing it shows for the rows in view."""

    _shown: Asked[Row] | None = None
    _fetching = False
    _told: Row | None = None
    _rows_before = 0

    @property
    def listing(self) -> Listing[Row] | None:
        """What is shown now."""
        return None if self._shown is None else self._shown.listing

    def want(self) -> None:
        """Ask for the rows in view that are not here, then for those around. One question at a time."""
        asked = self._shown
        if asked is None or self._fetching:
            return
        start, stop = self.top, self.top + self.page_rows
        pages = self.window.missing(start, stop) or self.window.missing(start - self.page_rows, stop + self.page_rows)
        if pages:
            self._fetching = True
            wanted = {page: self.window.page_ids(page) for page in pages}
            self.run_worker(partial(self._fetch, asked, wanted), group="rows", thread=True, description=DESCRIPTION)

    def _fetch(self, asked: Asked[Row], wanted: "Mapping[int, array[int]]") -> None:
        try:
            self.post_message(Pages(asked, load_pages(asked.listing, wanted)))
        except SegtuiError as error:
            self.post_message(Pages(asked, error))

    @on(Pages)
    def _take_pages(self, message: Pages) -> None:
        """Take rows that were asked for, and ask for what came into view meanwhile."""
        message.stop()
        if message.asked is not self._shown:
            return
        self._fetching = False
        if isinstance(message.pages, SegtuiError):
            if not isinstance(message.pages, Cancelled):
                self.post_message(self.LoadFailed(self, message.pages))
            return
        for page, rows in message.pages.items():
            self.window.put_page(page, rows)
        if not self.is_missing:
            self.let_go()
        self.refresh_changed()
        self.tell_cursor()
        self.want()

    @property
    def is_missing(self) -> bool:
        """Whether rows in view are not here."""
        return bool(self.window.missing(self.top, self.top + self.page_rows))

    def hold_if_missing(self) -> None:
        """Rows mostly come within a moment: better to paint once with them than first without."""
        if self.is_missing:
            self.hold_back()
            self.set_timer(MOMENT, self.let_go)
        else:
            self._held_back = False

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw what came into view, and ask for what of it is not here."""
        if round(old_value) != round(new_value):
            self.hold_if_missing()
        super().watch_scroll_y(old_value, new_value)
        if not self._quiet:
            self.want()

    def on_resize(self) -> None:
        """Keep the cursor's row in view in a smaller terminal, if it was in view before."""
        before, self._rows_before = self._rows_before, self.page_rows
        if self.top <= self._position < self.top + before:
            self.reveal(self._position)
        self.want()

    def tell_cursor(self) -> None:
        """Tell the screen which row the cursor is on, if that is news."""
        row = self.cursor_row
        if row != self._told:
            self._told = row
            self.post_message(self.CursorMoved(self, row))
