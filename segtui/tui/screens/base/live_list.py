"""A list that follows what is changed elsewhere: quietly, at once where it is seen, and when it is seen again."""

from abc import abstractmethod
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

from textual import on
from textual.content import Content
from textual.message import Message
from textual.timer import Timer

from segtui.config.settings import Settings
from segtui.domain.search_terms import Search
from segtui.errors import DatabaseError, SegtuiError
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing, Row
from segtui.services.session import Session
from segtui.tui.screens.base.background_writes import KIND
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.widgets.chrome.service_requests import Refused
from segtui.tui.widgets.table.result_table import ResultTable

Read = TypeVar("Read")

# After it was read for somebody else's change a list rests so many times as long as that took: an import elsewhere may
# change it many times a second.
_REST = 4


class _Dated(Generic[Row]):
    """A listing that knows the state of the database before anything of it was read: what changes later is noticed.

    `prepare` is called before that. `state` is None until then, and again where the database failed meanwhile: then
    nobody knows what is shown.
    """

    def __init__(self, listing: Listing[Row], prepare: Callable[[], None], state_of: Callable[[], object]) -> None:
        self._listing = listing
        self._prepare = prepare
        self._state_of = state_of
        self.state: object = None

    @property
    def search(self) -> Search:
        """What was searched for."""
        return self._listing.search

    @property
    def matching(self) -> object:
        """What decides which rows match."""
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
        """Return which of these ids belong to the list at all."""
        return self._reading(lambda: self._listing.belonging(ids))

    def _reading(self, read: Callable[[], Read]) -> Read:
        try:
            return read()
        except DatabaseError:
            self.state = None
            raise


class FollowingScreen(WorkScreen, Generic[Row]):
    """A screen whose body holds a ResultTable `#rows`, and that reads it again when somebody changed it."""

    @dataclass
    class StateRead(Message):
        """The state the database is in now."""

        state: object

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__(session, settings)
        self._interrupt = Interrupt()
        self._read: _Dated[Row] | None = None
        self._covered = False
        self._quiet_since: float | None = None
        self._rests_until = 0.0
        self._rest: Timer | None = None
        self.order: tuple[str, bool] = ("name", False)
        """What the list is sorted by, and whether descending."""

    @property
    def followed(self) -> int | None:
        """The id of the segment whose changes matter; None for the lists of a company."""
        return None

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return what reads, in a thread, a value that is another one after every change that the list shows."""
        session, followed = self.session, self.followed
        return lambda interrupt: _state_of(session, followed, interrupt)

    @abstractmethod
    def listing(self, interrupt: Interrupt) -> Listing[Row]:
        """Return what is to be shown."""

    def prepare(self, interrupt: Interrupt) -> None:
        """Read what else is needed to show the list. Runs in a thread, before the list is read."""

    @abstractmethod
    def nothing_found(self) -> Content:
        """Return what stands in an empty table."""

    @property
    def table(self) -> ResultTable[Row]:
        """The table."""
        return self.query_one("#rows", ResultTable)

    def on_unmount(self) -> None:
        """Stop what is still being asked for a screen that is gone."""
        self._interrupt.cancel()

    # Reading

    def reload(self, *, cursor: int | None = None, same_rows: bool = False, quietly: bool = False) -> None:
        """Ask anew and show the answer, the cursor on the row with the id `cursor` where that is given.

        With `same_rows` only their order or the search changes. `quietly`: nobody pressed a key for it.
        """
        self._interrupt = interrupt = Interrupt()
        self.requests.cancel("state")
        self._quiet_since = monotonic() if quietly else None
        table = self.table
        table.empty_text = self.nothing_found()
        sort, descending = self.order
        table.show(
            self._listed(interrupt, same_state=same_rows),
            sort=sort,
            descending=descending,
            keep_cursor=cursor,
            cancel=interrupt.cancel,
            quietly=quietly,
        )

    def _listed(self, interrupt: Interrupt, *, same_state: bool) -> Listing[Row]:
        """Return the listing. With `same_state` what changed since the state that is known will be noticed anyway."""
        listing = self.listing(interrupt)
        if same_state and self._read is not None and self._read.state is not None:
            return listing
        read_state = self.state_reader()
        self._read = _Dated(listing, lambda: self.prepare(interrupt), lambda: read_state(interrupt))
        return self._read

    @on(ResultTable.Counted)
    def _came(self) -> None:
        self.program.database_away = False
        if self._quiet_since is not None:
            now = monotonic()
            self._rests_until = now + _REST * (now - self._quiet_since)
            self._quiet_since = None

    @on(ResultTable.LoadFailed)
    def _load_failed(self, event: ResultTable.LoadFailed) -> None:
        self.failed(event.error)

    def failed(self, error: SegtuiError) -> None:
        """Note that what is shown could not be read, and say why; of a database that is away, once."""
        self._read = None
        self.say_once(error)

    # Following

    def on_screen_suspend(self) -> None:
        """Remember that another screen came on top."""
        self._covered = True

    def on_screen_resume(self) -> None:
        """Show what changed while another screen was on top, or had not come when it was put there."""
        covered, self._covered = self._covered, False
        if covered and self.table.total is None:
            # What is painted under another screen is not seen: waiting for it would take forever.
            self.reload(cursor=self.table.cursor_id)
        elif covered:
            self.follow()

    def follow(self) -> None:
        """Read the list again if it was changed since it was read, unless something lies on top of it."""
        if not self.is_active or self._covered or self.requests.running(KIND):
            return  # it is looked at again when that has gone
        if (rest := self._rests_until - monotonic()) > 0:
            if self._rest is None:
                self._rest = self.set_timer(rest, self._rested)
            return
        read_state = self.state_reader()
        self.requests.ask("state", lambda interrupt: self.StateRead(read_state(interrupt)))

    def _rested(self) -> None:
        self._rest = None
        self.follow()

    @on(StateRead)
    def _state_read(self, event: StateRead) -> None:
        self.program.database_away = False
        if self._read is None or event.state != self._read.state:
            self.reload(cursor=self.table.cursor_id, quietly=self.table.total is not None)

    def refused(self, event: Refused) -> None:
        """Say what could not be done; of what nobody asked for, once."""
        if event.kind == "state":
            self.failed(event.error)
        else:
            super().refused(event)

    def show_change(self, cursor: int | None) -> None:
        """Read the list again after a change made here."""
        self.reload(cursor=cursor or self.table.cursor_id)


def _state_of(session: Session, followed: int | None, interrupt: Interrupt) -> object:
    from segtui.services import change_watcher

    # In a tuple, for a segment that is gone has a state as well.
    return (change_watcher.state_of(session, followed, interrupt),)
