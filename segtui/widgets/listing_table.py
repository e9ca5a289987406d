"""How a table is filled from a Listing of any length while it stays usable.

Workers ask the listing and only post messages; a newer `show` makes the answers to an older one void. What was shown
stays readable until the first rows of the new result are there.
"""

import threading
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Generic

from textual import on
from textual.message import Message

from segtui.errors import Cancelled, SegtuiError
from segtui.services.listing import Listing, Row
from segtui.widgets.loading import FirstRows, Order, load, load_pages
from segtui.widgets.result_messages import TableMessages
from segtui.widgets.result_window import PAGE, ResultWindow
from segtui.widgets.table_view import TableView

# How long a reload waits for the place of the cursor's row before it shows the beginning of the list instead.
_PATIENCE: Final = 0.2
# How long the order of everything waits for the first rows to be painted. Reading a million ids keeps the interpreter
# from painting for as long as it takes.
_PAINTING: Final = 0.2
# How long rows that scrolled into view may take before they are shown as on their way.
_MOMENT: Final = 0.05

# Textual describes a worker by the repr() of its work, which for ours may be a million ids: a quarter of a second.
_DESCRIPTION: Final = "asks a listing"


@dataclass(eq=False, repr=False, slots=True)
class _Asked(Generic[Row]):
    """One call of `show`. Also what its workers' answers are compared with: only the newest counts."""

    listing: Listing[Row]
    sort: str
    descending: bool
    keep: int | None
    keep_marks: bool
    held: FirstRows[Row] | None = None
    # The first rows are on the screen, or nobody waits for them.
    painted: threading.Event = field(default_factory=threading.Event)


@dataclass(repr=False)
class _Answer(Message, bubble=False):
    """What a worker found out. `part` is an error if it could not."""

    asked: _Asked[Any]
    part: FirstRows[Any] | Order[Any] | SegtuiError


@dataclass(repr=False)
class _Pages(Message, bubble=False):
    asked: _Asked[Any]
    pages: Mapping[int, Mapping[int, Any]] | SegtuiError


class ListingTable(TableMessages, TableView[Row], Generic[Row]):
    """A TableView that loads what it shows."""

    _asked: _Asked[Row] | None = None
    _shown: _Asked[Row] | None = None
    _fetching = False
    # The person moved the cursor since the newest result was asked for, or since it is shown.
    _moved = False
    # They asked for the last row before anybody knew which one that is.
    _to_the_end = False
    # Where the marking with shift began.
    _anchor: int | None = None
    _told: Row | None = None
    # The row whose place in the new order is waited for; where the cursor was, should that row be gone.
    _keep: int | None = None
    _kept_position = 0
    _kept_line = 0
    _rows_before = 0

    @property
    def listing(self) -> Listing[Row] | None:
        """What is shown now."""
        return None if self._shown is None else self._shown.listing

    def show(
        self,
        listing: Listing[Row],
        *,
        sort: str,
        descending: bool = False,
        keep_cursor: int | None = None,
        keep_marks: bool = False,
    ) -> None:
        """Load a listing and show it in place of what is shown now.

        `sort` and `descending` are what the header says. `keep_cursor` is the id of a row that the cursor follows to
        its new place; without one it goes to the first row. `keep_marks` where the same rows come in another order:
        otherwise nothing is marked afterwards. The caller interrupts the listing before.
        """
        asked = _Asked(listing, sort, descending, keep_cursor, keep_marks)
        if self._asked is not None:
            self._asked.painted.set()
        self._asked = asked
        self._moved = False
        self.post_message(self.LoadStarted(self))
        height = max(self.app.size.height, self.size.height)
        limit = PAGE * -(-height // PAGE) if height else PAGE
        self.run_worker(
            partial(self._load, asked, limit), group="result", exclusive=True, thread=True, description=_DESCRIPTION
        )

    def _load(self, asked: _Asked[Row], limit: int) -> None:
        try:
            for part in load(asked.listing, limit, asked.keep):
                self.post_message(_Answer(asked, part))
                if isinstance(part, FirstRows) and part.ids is None:
                    asked.painted.wait(_PAINTING)
                if self._asked is not asked:
                    return
        except SegtuiError as error:
            self.post_message(_Answer(asked, error))

    @on(_Answer)
    def _take_answer(self, message: _Answer) -> None:
        """Take what a worker found out, unless something newer was asked for meanwhile."""
        message.stop()
        asked, part = message.asked, message.part
        if asked is not self._asked:
            return
        if isinstance(part, SegtuiError):
            if not isinstance(part, Cancelled):
                self.post_message(self.LoadFailed(self, part))
            self.post_message(self.LoadFinished(self))
        elif isinstance(part, FirstRows):
            self._take_first(asked, part)
        else:
            self._take_order(asked, part)

    def _take_first(self, asked: _Asked[Row], first: FirstRows[Row]) -> None:
        far = asked.keep is not None and all(row.id != asked.keep for row in first.rows)
        if far and first.ids is None and len(self.window) and asked.held is None:
            # The cursor's row is somewhere below: better the old rows a moment longer than a jump up and down again.
            asked.held = first
            asked.painted.set()
            self.set_timer(_PATIENCE, partial(self._take_held, asked))
            return
        with self.one_change():
            self._begin(asked, first)
            if first.ids is not None:
                self._count(asked, Order(first.ids))
        self._settled(asked)
        self.call_after_refresh(asked.painted.set)

    def _take_held(self, asked: _Asked[Row]) -> None:
        if asked is self._asked and asked is not self._shown and asked.held is not None:
            with self.one_change():
                self._begin(asked, asked.held)
            self._settled(asked)

    def _take_order(self, asked: _Asked[Row], order: Order[Row]) -> None:
        with self.one_change():
            if asked is not self._shown and asked.held is not None:
                self._begin(asked, asked.held)
            self._count(asked, order)
        self._settled(asked)

    def _begin(self, asked: _Asked[Row], first: FirstRows[Row]) -> None:
        """Put the first rows of a result in the place of the old one."""
        old_id, old_position = self.cursor_id, self._position
        self._kept_line = max(0, old_position - self.top)
        # Who moved while the new order was on its way wants to keep the row they moved to.
        self._keep = old_id if asked.keep is not None and self._moved else asked.keep
        self._shown, self._moved, self._to_the_end, self._anchor, self._fetching = asked, False, False, None, False
        self.window = ResultWindow()
        self.window.put_first(first.rows)
        # "All that match" was said of what matched then.
        other = not asked.keep_marks or (self.marks.everything and asked.listing.search != self.search)
        if other and self.marks:
            self.marks.clear()
            self._tell_marks()
        self.look_for(asked.listing.search, asked.sort, descending=asked.descending)
        place = None if self._keep is None else self.window.position_of(self._keep)
        if place is None:
            # A row that is gone leaves the cursor where it was, on its neighbour.
            place = old_position if self._keep is not None and self._keep == old_id and first.ids is not None else 0
            self._position = max(0, min(place, len(first.rows) - 1))
        else:
            self._position, self._keep = place, None
        # Until it is counted the scroll bar stays as it is: two bars a keystroke would be one too many.
        self.set_rows(max(len(first.rows), self._rows))
        self._scroll_to_line(min(self._kept_line, self._position))
        self._kept_position = old_position if asked.keep == old_id else 0

    def _count(self, asked: _Asked[Row], order: Order[Row]) -> None:
        """Take the order of everything: now the count is exact, and each row has its place."""
        self.window.put_ids(order.ids)
        for page, rows in order.pages.items():
            self.window.put_page(page, rows)
        total = len(order.ids)
        self.set_rows(total)
        if self._to_the_end:
            self._position = total - 1
        elif self._keep is not None and not self._moved:
            place = order.place if self._keep == asked.keep else self.window.position_of(self._keep)
            self._position = self._kept_position if place is None else place
            self._keep = None
            self._position = max(0, min(self._position, total - 1))
            self._scroll_to_line(self._kept_line)
        self._position = max(0, min(self._position, total - 1))
        if self._to_the_end:
            self.reveal(self._position)
        if self.marks:
            self.marks.keep_only(order.ids)
            self._tell_marks()

    def _settled(self, asked: _Asked[Row]) -> None:
        """Tell the screen how far it is, and ask for rows that are missing."""
        self._tell_cursor()
        if self.window.total is not None and asked is self._shown:
            self.post_message(self.Counted(self, self.window.total))
            self.post_message(self.LoadFinished(self))
        self._want()

    def _want(self) -> None:
        """Ask for the rows in view that are not here, then for those around. One question at a time."""
        asked = self._shown
        if asked is None or self._fetching:
            return
        start, stop = self.top, self.top + self.page_rows
        pages = self.window.missing(start, stop) or self.window.missing(start - self.page_rows, stop + self.page_rows)
        if pages:
            self._fetching = True
            wanted = {page: self.window.page_ids(page) for page in pages}
            self.run_worker(partial(self._fetch, asked, wanted), group="rows", thread=True, description=_DESCRIPTION)

    def _fetch(self, asked: _Asked[Row], wanted: "Mapping[int, array[int]]") -> None:
        try:
            self.post_message(_Pages(asked, load_pages(asked.listing, wanted)))
        except SegtuiError as error:
            self.post_message(_Pages(asked, error))

    @on(_Pages)
    def _take_pages(self, message: _Pages) -> None:
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
        if not self.window.missing(self.top, self.top + self.page_rows):
            self.let_go()
        self.refresh_changed()
        self._tell_cursor()
        self._want()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw what came into view, and ask for what of it is not here.

        Rows mostly come within a moment: better to paint once with them than first without.
        """
        if round(old_value) != round(new_value) and self.window.missing(self.top, self.top + self.page_rows):
            self.hold_back()
            self.set_timer(_MOMENT, self.let_go)
        super().watch_scroll_y(old_value, new_value)
        if not self._quiet:
            self._want()

    def on_resize(self) -> None:
        """Keep the cursor's row in view in a smaller terminal, if it was in view before."""
        before, self._rows_before = self._rows_before, self.page_rows
        if self.top <= self._position < self.top + before:
            self.reveal(self._position)
        self._want()

    def _scroll_to_line(self, line: int) -> None:
        """Scroll so that the cursor is on this line of the rows, as far as there are rows enough."""
        top = self._position - min(line, self.page_rows - 1)
        self.scroll_to(y=max(0, min(top, self._rows - self.page_rows)))

    def _tell_cursor(self) -> None:
        row = self.cursor_row
        if row is not self._told:
            self._told = row
            self.post_message(self.CursorMoved(self, row))

    def _tell_marks(self) -> None:
        self.post_message(self.MarksChanged(self, self.marked_count))
