"""Live list: reads a list again when its rows were changed elsewhere, so that nothing jumps."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from textual.message import Message

from segtui.errors import DatabaseError, SegtuiError
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing, Row, prepare_next, ready_ids
from segtui.tui.screens.base.background_writes import WRITE
from segtui.tui.widgets.chrome.throttle import Throttle

if TYPE_CHECKING:
    from segtui.domain.search_terms import Search
    from segtui.services.session import Session
    from segtui.tui.screens.base.list_base import ListScreen

Read = TypeVar("Read")

STATE = "state"
"""The kind of request that reads the state of the database."""


@dataclass
class StateRead(Message):
    """The state of the database now."""

    state: object


def state_of(session: "Session", segment_id: int | None, interrupt: Interrupt) -> object:
    """Return the state of a company's contacts, or of one segment's. Runs in a thread."""
    from segtui.services import change_watcher

    # In a tuple, for a segment that is gone has a state as well.
    return (change_watcher.state_of(session, segment_id, interrupt),)


class _DatedListing(Generic[Row]):
    """A listing with the state of the database from before its first query, so that any later change is noticed.

    `prepare` is called before the first query. `state` is None until then, and again after a database error: the rows
    on the screen are of no known state then.
    """

    def __init__(self, listing: Listing[Row], prepare: Callable[[], None], state_of: Callable[[], object]) -> None:
        self._listing = listing
        self._prepare = prepare
        self._state_of = state_of
        self.state: object = None

    @property
    def search(self) -> "Search":
        """The search."""
        return self._listing.search

    @property
    def matching(self) -> object:
        """The value that decides which rows match."""
        return self._listing.matching

    def first(self, limit: int) -> Sequence[Row]:
        """Return the first rows of the order."""
        self._prepare()
        self.state = self._state_of()
        return self._reading(lambda: self._listing.first(limit))

    def ids(self) -> "array[int]":
        """Return every id, in order."""
        return self._reading(self._listing.ids)

    def rows(self, ids: Sequence[int]) -> dict[int, Row]:
        """Return the rows with these ids."""
        return self._reading(lambda: self._listing.rows(ids))

    def belonging(self, ids: Sequence[int]) -> set[int]:
        """Return the ids that belong to the list at all."""
        return self._reading(lambda: self._listing.belonging(ids))

    def ready_ids(self) -> "array[int] | None":
        """Return all ids in order, where the first rows have determined them already."""
        return ready_ids(self._listing)

    def prepare_next(self) -> None:
        """Prepare the next search."""
        prepare_next(self._listing)

    def _reading(self, read: Callable[[], Read]) -> Read:
        try:
            return read()
        except DatabaseError:
            self.state = None
            raise


class LiveList(Generic[Row]):
    """Loads the rows of a list screen, and loads them again after a change: at once where the list is on top."""

    def __init__(self, screen: "ListScreen[Row]") -> None:
        self._screen = screen
        self._interrupt = Interrupt()
        self._listing: _DatedListing[Row] | None = None
        self._is_covered = False
        # An import elsewhere may change the list many times a second. Only loads that no key asked for are measured.
        self._throttle = Throttle(screen, self._read_state)

    def reload(self, *, cursor: int | None, same_rows: bool, quietly: bool) -> None:
        """Load the rows and show them, the cursor on the row with the id `cursor` where that is given.

        With `same_rows` only their order or the search changes. `quietly`: no key asked for it.
        """
        self._interrupt = interrupt = Interrupt()
        screen = self._screen
        screen.requests.cancel(STATE)
        if quietly:
            self._throttle.started()
        else:
            self._throttle.abandoned()
        table = screen.table
        table.empty_text = screen.nothing_found()
        sort, descending = screen.order
        table.show(
            self._dated(interrupt, same_state=same_rows),
            sort=sort,
            descending=descending,
            keep_cursor=cursor,
            cancel=interrupt.cancel,
            quietly=quietly,
        )

    def _dated(self, interrupt: Interrupt, *, same_state: bool) -> Listing[Row]:
        """Return the listing. With `same_state` a change since the known state will be noticed anyway."""
        screen = self._screen
        listing = screen.listing(interrupt)
        if same_state and self._listing is not None and self._listing.state is not None:
            return listing
        read_state = screen.state_reader()
        self._listing = _DatedListing(listing, lambda: screen.prepare(interrupt), lambda: read_state(interrupt))
        return self._listing

    def loaded(self) -> None:
        """Note that the rows are here: after a load that no key asked for the list rests."""
        self._throttle.finished()

    def failed(self, error: SegtuiError) -> None:
        """Note that the rows could not be read, and say why; that the database is away, only once."""
        self._listing = None
        self._screen.say_once(error)

    def cover(self) -> None:
        """Note that another screen lies on top."""
        self._is_covered = True

    def uncover(self) -> None:
        """Show the changes made while another screen was on top."""
        was_covered, self._is_covered = self._is_covered, False
        screen = self._screen
        if screen.program.is_opening:  # there is nothing to read from yet
            return
        if was_covered and screen.table.total is None:
            # A paint under another screen never comes: waiting for it would take forever.
            screen.reload(cursor=screen.table.cursor_id)
        elif was_covered:
            screen.follow()

    def follow(self) -> None:
        """Load the rows again if they were changed since, unless something lies on top of the list."""
        if not self._is_blocked:
            self._throttle.request()

    @property
    def _is_blocked(self) -> bool:
        """True while nothing is read: the list is checked again when the screen on top, or the change, has gone."""
        screen = self._screen
        return not screen.is_active or self._is_covered or screen.requests.running(WRITE)

    def _read_state(self) -> None:
        if self._is_blocked:
            return
        screen = self._screen
        read_state = screen.state_reader()
        screen.requests.ask(STATE, lambda interrupt: StateRead(read_state(interrupt)))

    def compare(self, state: object) -> None:
        """Load the rows again where the database is in another state than they were read in."""
        if self._listing is None or state != self._listing.state:
            table: Any = self._screen.table
            self._screen.reload(cursor=table.cursor_id, quietly=table.total is not None)

    def stop(self) -> None:
        """Stop the queries of a screen that is gone."""
        self._interrupt.cancel()
