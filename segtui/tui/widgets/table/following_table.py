"""How a table follows what is changed elsewhere while somebody looks at it, moves about or types."""

from collections.abc import Callable
from functools import partial
from typing import Generic

from textual import on

from segtui.errors import Cancelled, SegtuiError
from segtui.services.listing import Listing, Row
from segtui.tui.widgets.table.listing_loader import Order, View, Wanted, load_again
from segtui.tui.widgets.table.listing_table import ListingTable
from segtui.tui.widgets.table.load_request import DESCRIPTION, AnswerAgain, Asked


class FollowingTable(ListingTable[Row], Generic[Row]):
    """A table that can show a listing without anybody noticing but by what is different."""

    # Asked for quietly: under way, and to be asked for when what the person asked for is here.
    _again: Asked[Row] | None = None
    _next: Asked[Row] | None = None

    def show(
        self,
        listing: Listing[Row],
        *,
        sort: str,
        descending: bool = False,
        keep_cursor: int | None = None,
        cancel: Callable[[], None] | None = None,
        quietly: bool = False,
    ) -> None:
        """Load a listing and show it in place of what is shown now; see `ListingTable.show`.

        `quietly` is for what was changed elsewhere: cursor and scroll position stay with their rows, nothing is said
        while it loads, and what the person asks for meanwhile comes first.
        """
        self._forget()
        if not quietly:
            super().show(listing, sort=sort, descending=descending, keep_cursor=keep_cursor, cancel=cancel)
            return
        asked = Asked(listing, sort, descending, None, cancel)
        if self.loading_rows:
            # What is on its way may have been read before the change.
            self._next = asked
        else:
            self._ask_again(asked)

    def _ask_again(self, asked: Asked[Row]) -> None:
        self._again = asked
        view = View(self.cursor_id, self._position, self.window.id_at(self.top), self.top)
        work = partial(self._load_again, asked, self.wanted(asked), view)
        self.run_worker(work, group="again", thread=True, description=DESCRIPTION)

    def end(self, asked: Asked[Row]) -> None:
        """Say that nothing of this is on its way any more, and look at what was changed meanwhile."""
        super().end(asked)
        if self._next is not None:
            waiting, self._next = self._next, None
            self._ask_again(waiting)

    def _forget(self) -> None:
        for asked in (self._again, self._next):
            if asked is not None:
                asked.forget()
        self._again = self._next = None

    def _load_again(self, asked: Asked[Row], wanted: Wanted, view: View) -> None:
        try:
            self.post_message(AnswerAgain(asked, load_again(asked.listing, wanted, view)))
        except SegtuiError as error:
            self.post_message(AnswerAgain(asked, error))

    @on(AnswerAgain)
    def _take_again(self, message: AnswerAgain) -> None:
        """Show what was changed elsewhere, where the person is by now."""
        message.stop()
        asked, order = message.asked, message.order
        if asked is not self._again:
            return
        self._again = None
        if isinstance(order, SegtuiError):
            # What is shown is shown still, until the next change or the next question.
            if not isinstance(order, Cancelled):
                self.post_message(self.LoadFailed(self, order, quietly=True))
            self.post_message(self.LoadFinished(self))
            return
        with self.one_change():
            self._stay(asked, order)
            self.hold_if_missing()
        self.tell_cursor()
        self.post_message(self.Counted(self, len(order.ids)))
        self.post_message(self.LoadFinished(self))
        self.want()

    def _stay(self, asked: Asked[Row], order: Order[Row]) -> None:
        """Put a new order in the place of the old one: what the person looks at stays where it is."""
        cursor, position, anchor = self.cursor_id, self._position, self._anchor
        top_id, top = self.window.id_at(self.top), self.top
        with_cursor = top <= position < top + self.page_rows
        self.replace_listing(asked)
        self._asked, asked.ended = asked, True
        self.put_order(order)
        place = self.place_in(order, cursor, position)
        self._position = max(0, min(position if place is None else place, len(order.ids) - 1))
        self._anchor = None if anchor is None else max(0, anchor + self._position - position)
        if not with_cursor:
            # They scrolled away from the cursor: what they read stays.
            first = self.place_in(order, top_id, top)
            self.scroll_to(y=top if first is None else first)
        elif top or self._position >= self.page_rows:
            # At the beginning of the list what is new there is to be seen.
            self.scroll_to_line(position - top)

    def on_unmount(self) -> None:
        """Stop what is still being read."""
        self._forget()
