"""How a table is filled from a Listing of any length while it stays usable.

Workers ask the listing and only post messages; a newer `show` makes the answers to an older one void. What was shown
stays readable until the first rows of the new result are there.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, Generic

from textual import on
from textual.timer import Timer

from segtui.errors import Cancelled, SegtuiError
from segtui.services.listing import Listing, Row
from segtui.tui.widgets.chrome.memory import MANY, give_back
from segtui.tui.widgets.table.listing_loader import FirstRows, Order, Wanted, load
from segtui.tui.widgets.table.load_request import DESCRIPTION, MOMENT, Answer, Asked
from segtui.tui.widgets.table.paged_table import PagedTable
from segtui.tui.widgets.table.result_window import PAGE, ResultWindow, near
from segtui.tui.widgets.table.selection import Whereabouts, occurring

# How long a reload waits for the place of the cursor's row before it shows the beginning of the list instead.
_PATIENCE: Final = 0.2
# So long nothing is asked for before memory is given back.
_QUIET: Final = 1.0
# How long the order of everything waits for the first rows to be painted. Reading a million ids keeps the interpreter
# from painting for as long as it takes.
_PAINTING: Final = 0.2


class ListingTable(PagedTable[Row], Generic[Row]):
    """A table that shows one listing in place of another."""

    _asked: Asked[Row] | None = None
    # The person moved the cursor since the newest result was asked for, or since it is shown.
    _moved = False
    # They asked for the last row, or marked all, before anybody knew which those are.
    _to_the_end = False
    _to_mark_all = False
    # Where the marking with shift began.
    _anchor: int | None = None
    _tidying: Timer | None = None
    _told_marks = (0, 0)
    # The row whose place in the new order is waited for; where the cursor was, should that row be gone.
    _keep: int | None = None
    _kept_position = 0
    _kept_line = 0

    @property
    def loading_rows(self) -> bool:
        """Whether something that was asked for with `show` is not here yet, or not all of it."""
        return self._asked is not None and not self._asked.ended

    def show(
        self,
        listing: Listing[Row],
        *,
        sort: str,
        descending: bool = False,
        keep_cursor: int | None = None,
        cancel: Callable[[], None] | None = None,
    ) -> None:
        """Load a listing and show it in place of what is shown now.

        `sort` and `descending` are what the header says. `keep_cursor` is the id of a row that the cursor follows to
        its new place; without one it goes to the first row. Rows that are marked stay so as long as they belong to the
        list; that all that match are marked, as long as the same is searched for.

        `cancel` stops what the listing is reading. It is called as soon as that is of no use any more: what is shown
        may be read from until something else is shown.
        """
        asked = Asked(listing, sort, descending, keep_cursor, cancel)
        if self._asked is not None and not (self._asked is self._shown and self._asked.ended):
            self._asked.forget()
        self._asked = asked
        self._moved = self._to_mark_all = False
        self.post_message(self.LoadStarted(self, self._what_for(asked)))
        self.announce(None)
        if self._shown is not None and (sort, descending) != (self.sort, self.descending):
            self.set_timer(MOMENT, partial(self._announce_order, asked))
        work = partial(self._load, asked, self.wanted(asked))
        self.run_worker(work, group="result", exclusive=True, thread=True, description=DESCRIPTION)

    def wanted(self, asked: Asked[Row]) -> Wanted:
        """Return what is to be found out about a listing."""
        height = max(self.app.size.height, self.size.height)
        limit = PAGE * -(-height // PAGE) if height else PAGE
        return Wanted(limit, asked.keep, self.marks.known())

    @property
    def order_asked(self) -> tuple[str, bool]:
        """The order that is shown, or the one that is on its way, and whether it is descending."""
        if self._asked is None or (self._asked.ended and self._asked is not self._shown):
            return self.sort, self.descending
        return self._asked.sort, self._asked.descending

    def _what_for(self, asked: Asked[Row]) -> str:
        """Say in words what is waited for."""
        shown = self._shown
        if shown is not None and asked.sort != self.sort and asked.listing.matching == shown.listing.matching:
            label = next((column.label for column in self.columns if column.sort == asked.sort), "")
            return f"sorting by {label}" if label else "sorting"
        return "searching" if asked.listing.search else "loading"

    def _announce_order(self, asked: Asked[Row]) -> None:
        if asked is self._asked and asked is not self._shown and not asked.ended:
            self.announce((asked.sort, asked.descending))

    def _load(self, asked: Asked[Row], wanted: Wanted) -> None:
        try:
            for part in load(asked.listing, wanted):
                self.post_message(Answer(asked, part))
                if isinstance(part, FirstRows) and part.order is None:
                    asked.painted.wait(_PAINTING)
                if self._asked is not asked:
                    return
        except SegtuiError as error:
            self.post_message(Answer(asked, error))

    @on(Answer)
    def _take_answer(self, message: Answer) -> None:
        """Take what a worker found out, unless something newer was asked for meanwhile."""
        message.stop()
        asked, part = message.asked, message.part
        if asked is not self._asked:
            return
        if isinstance(part, SegtuiError):
            self.announce(None)
            if not isinstance(part, Cancelled):
                self.post_message(self.LoadFailed(self, part))
            self.end(asked)
        elif isinstance(part, FirstRows):
            self._take_first(asked, part)
        else:
            self._take_order(asked, part)

    def _take_first(self, asked: Asked[Row], first: FirstRows[Row]) -> None:
        far = asked.keep is not None and all(row.id != asked.keep for row in first.rows)
        if far and first.order is None and len(self.window) and asked.held is None:
            # The cursor's row is somewhere below: better the old rows a moment longer than a jump up and down again.
            asked.held = first
            asked.painted.set()
            self.set_timer(_PATIENCE, partial(self._take_held, asked))
            return
        with self.one_change():
            self._begin(asked, first)
            if first.order is not None:
                self._count(asked, first.order)
        self._settled(asked)
        self.call_after_refresh(asked.painted.set)

    def _take_held(self, asked: Asked[Row]) -> None:
        if asked is self._asked and asked is not self._shown and asked.held is not None:
            with self.one_change():
                self._begin(asked, asked.held)
            self._settled(asked)

    def _take_order(self, asked: Asked[Row], order: Order[Row]) -> None:
        with self.one_change():
            if asked is not self._shown and asked.held is not None:
                self._begin(asked, asked.held)
            self._count(asked, order)
            self.hold_if_missing()
        self._settled(asked)

    def _begin(self, asked: Asked[Row], first: FirstRows[Row]) -> None:
        """Put the first rows of a result in the place of the old one."""
        old_id, old_position = self.cursor_id, self._position
        self._kept_line = max(0, old_position - self.top)
        # Who moved while the new order was on its way wants to keep the row they moved to.
        self._keep = old_id if asked.keep is not None and self._moved else asked.keep
        self.replace_listing(asked)
        self._moved = self._to_the_end = False
        self.window.put_first(first.rows)
        place = None if self._keep is None else self.window.position_of(self._keep)
        if place is None:
            # A row that is gone leaves the cursor where it was, on its neighbour.
            gone = self._keep is not None and self._keep == old_id and first.order is not None
            self._position = max(0, min(old_position if gone else 0, len(first.rows) - 1))
        else:
            self._position, self._keep = place, None
        # Until it is counted the scroll bar stays as it is: two bars a keystroke would be one too many.
        self.set_rows(max(len(first.rows), self._rows))
        self.scroll_to_line(min(self._kept_line, self._position))
        self._kept_position = old_position if asked.keep == old_id else 0

    def replace_listing(self, asked: Asked[Row]) -> None:
        """Forget what was shown, and look for the search and the order of what comes."""
        old, self._shown = self._shown, asked
        self._anchor, self._fetching, self._coming = None, False, None
        self.window = ResultWindow()
        self.look_for(asked.listing.search, asked.sort, descending=asked.descending)
        if old is not None and old is not asked:
            old.forget()
            if self.marks.everything and old.listing.matching != asked.listing.matching:
                self.marks.keep_single()
                self.tell_marks()

    def _count(self, asked: Asked[Row], order: Order[Row]) -> None:
        """Take the order of everything: now the count is exact, and each row has its place."""
        self.put_order(order)
        total = len(order.ids)
        if self._to_the_end:
            self._position = total - 1
        elif self._keep is not None and not self._moved:
            place = self.place_in(order, self._keep, self._kept_position)
            self._position = self._kept_position if place is None else place
            self._keep = None
            self._position = max(0, min(self._position, total - 1))
            self.scroll_to_line(self._kept_line)
        self._position = max(0, min(self._position, total - 1))
        if self._to_the_end:
            self.reveal(self._position)
        self._to_the_end, asked.ended = False, True

    def put_order(self, order: Order[Row]) -> None:
        """Take an order, the rows that came with it, and what became of the marked ones."""
        self.window.put_ids(order.ids)
        for page, rows in order.pages.items():
            self.window.put_page(page, rows)
        self.set_rows(len(order.ids))
        self._ordered = order.ids
        if self.marks:
            known = order.marked
            if late := self.marks.known() - known.about:
                here = occurring(late, order.ids)
                known = Whereabouts(known.about | late, known.here | here, known.elsewhere | (late - here))
            self.marks.settle(known)
        if self._to_mark_all and order.ids:
            self.marks.toggle_everything(len(order.ids))
        self._to_mark_all = False
        self.tell_marks()

    @staticmethod
    def place_in(order: Order[Row], row_id: int | None, before: int) -> int | None:
        """Return where a row is in an order; it was at the position `before`."""
        if row_id is None:
            return None
        return order.places[row_id] if row_id in order.places else near(order.ids, row_id, before)

    def _settled(self, asked: Asked[Row]) -> None:
        """Tell the screen how far it is, and ask for rows that are missing."""
        self.tell_cursor()
        if self.window.total is not None and asked is self._shown:
            self.post_message(self.Counted(self, self.window.total))
            self.end(asked)
        self.want()

    def end(self, asked: Asked[Row]) -> None:
        """Say that nothing of this is on its way any more."""
        asked.ended = True
        self._tidy_up()
        self.post_message(self.LoadFinished(self))

    def _tidy_up(self) -> None:
        """Once nobody has asked for anything for a moment, give back what results of many rows took."""
        if self._tidying is not None:
            self._tidying.stop()
            self._tidying = None
        elif (self.window.total or 0) < MANY:
            return
        self._tidying = self.set_timer(_QUIET, self._tidy)

    def _tidy(self) -> None:
        self._tidying = None
        if not self.loading_rows:
            self.run_worker(give_back, group="tidying", thread=True, description=DESCRIPTION)

    def on_unmount(self) -> None:
        """Stop what is still being read."""
        for asked in (self._asked, self._shown):
            if asked is not None:
                asked.forget()

    def scroll_to_line(self, line: int) -> None:
        """Scroll so that the cursor is on this line of the rows, as far as there are rows enough."""
        top = self._position - min(line, self.page_rows - 1)
        self.scroll_to(y=max(0, min(top, self._rows - self.page_rows)))

    def tell_marks(self) -> None:
        """Tell the screen how many rows are marked, if that is news."""
        now = (self.marked_count, self.marked_elsewhere)
        if now != self._told_marks:
            self._told_marks = now
            self.post_message(self.MarksChanged(self, *now))
