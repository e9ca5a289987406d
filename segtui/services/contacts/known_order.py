"""Known order: the ids of a whole list in order, and the position of each, by which matches of a search are sorted.

A search in a list whose order is known needs only the ids of its matches: their positions give the first page, the
exact count and the whole order, without the sort keys of a single contact. No SQL here: `ordered_search` reads.
"""

import threading
import time
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress, repeat
from typing import Final

from segtui.domain.search_terms import Search
from segtui.services.interrupt import Interrupt

# Ids of one step, which takes a millisecond or two. Other threads run between two steps.
_STRIDE: Final = 20_000
# Sorting the positions of matches is faster than one pass over the list where it has more ids than this for each match.
_SORTED_IDS_PER_MATCH: Final = 25
# Positions take 4 bytes for each number from the smallest id to the largest: with more numbers per id, none are stored.
_MAX_NUMBERS_PER_ID: Final = 8


@dataclass(eq=False)
class KnownOrder:
    """The order of a list: `ids` are of type `q` and never changed. Any thread may use it.

    `key` names the list: its company and query. `state` is the state of the database in which the ids were read: in any
    other one, the order may be another one. `index` stores the positions.
    """

    key: object
    state: object
    ids: "array[int]"
    id_range: tuple[int, int] = (0, 0)
    """The smallest and the largest id, once the order is indexed."""
    _base: int = 0  # the id of the first stored position
    _positions: "array[int] | None" = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def is_indexed(self) -> bool:
        """True once the positions are stored."""
        return self._positions is not None

    def index(self) -> None:
        """Store the positions, unless the ids are too far apart. A million ids take 60 ms: call it in a thread."""
        with self._lock:
            if self._positions is None and self.ids:
                self._positions = self._stored_positions()

    def arrange(self, matches: "array[int]") -> "array[int]":
        """Return the matches that are in the list, in its order. `matches` are ids in any order, each once.

        The order has to be indexed, and all ids have to be in `id_range`.
        """
        count = len(self.ids)
        if len(matches) * _SORTED_IDS_PER_MATCH < count:
            positions = sorted(self._positions_of(matches))
            del positions[bisect_left(positions, count) :]
            return array("q", map(self.ids.__getitem__, positions))
        flags = bytearray(count + 1)
        for start in range(0, len(matches), _STRIDE):
            positions_of = self._positions_of(matches[start : start + _STRIDE])
            _exhaust(map(flags.__setitem__, positions_of, repeat(1)))
        arranged = array("q")
        for start in range(0, count, _STRIDE):
            stop = min(count, start + _STRIDE)
            arranged.extend(compress(self.ids[start:stop], flags[start:stop]))
        return arranged

    def in_range(self, ids: "array[int]") -> "array[int]":
        """Return the ids that are in `id_range`."""
        smallest, largest = self.id_range
        if not ids or (smallest <= min(ids) and max(ids) <= largest):
            return ids
        return array("q", (row_id for row_id in ids if smallest <= row_id <= largest))

    def _positions_of(self, ids: "array[int]") -> Iterable[int]:
        """Return the position of each id, and `len(self.ids)` for an id that is not in the list."""
        assert self._positions is not None  # noqa: S101  narrows the type
        return map(self._positions.__getitem__, self._offsets(ids))

    def _offsets(self, ids: "array[int]") -> Iterable[int]:
        return map((-self._base).__add__, ids) if self._base else ids

    def _stored_positions(self) -> "array[int] | None":
        ids, count = self.ids, len(self.ids)
        self.id_range = smallest, largest = min(ids), max(ids)
        self._base = 0 if smallest <= count else smallest
        if largest - self._base > _MAX_NUMBERS_PER_ID * count:
            return None
        positions = array("i", [count]) * (largest - self._base + 1)
        for start in range(0, count, _STRIDE):
            _exhaust(map(positions.__setitem__, self._offsets(ids[start : start + _STRIDE]), range(start, count)))
        return positions


@dataclass(frozen=True, slots=True)
class CompleteSearch:
    """All matches of a search in an order, in that order."""

    order: KnownOrder
    search: Search
    ids: "array[int]"


class OrderMemory:
    """The memory of a screen: the order of its list without a search, and the last search whose matches were all read.

    The listings of the screen share it, and use it from their threads.
    """

    def __init__(self) -> None:
        self.is_searching = False
        """True from `begin_search` to `end_search`: positions, which cost memory, are needed only then."""
        self._reading: Interrupt | None = None
        self._lock = threading.Lock()
        self._order: KnownOrder | None = None
        self._complete: CompleteSearch | None = None

    def order_of(self, key: object) -> KnownOrder | None:
        """Return the order of the list `key`, None where it is not known."""
        order = self._order
        return order if order is not None and order.key == key else None

    def remember(self, order: KnownOrder) -> None:
        """Remember an order in place of the previous one."""
        self._order, self._complete = order, None

    def forget(self, order: KnownOrder) -> None:
        """Forget an order that is out of date."""
        if self._order is order:
            self._order = self._complete = None

    def remember_search(self, search: CompleteSearch) -> None:
        """Remember a complete search, unless its order has been replaced."""
        if search.order is self._order:
            self._complete = search

    def wider_search(self, order: KnownOrder, search: Search) -> CompleteSearch | None:
        """Return the remembered search if it matches all that `search` matches, else None."""
        wider = self._complete
        return wider if wider is not None and wider.order is order and is_narrower(search, wider.search) else None

    def begin_reading(self) -> Interrupt | None:
        """Return the interrupt of the calling thread, which is about to read an order; None where another thread does.

        It is not the interrupt of a search, which the next key cancels: a fast typist would never have an order.
        """
        with self._lock:
            if self._reading is not None:
                return None
            self._reading = Interrupt()
            return self._reading

    def end_reading(self) -> None:
        """Let another thread read an order."""
        with self._lock:
            self._reading = None

    def stop_reading(self) -> None:
        """Stop a thread that reads an order, when the screen is removed."""
        with self._lock:
            if self._reading is not None:
                self._reading.cancel()

    def end_search(self) -> None:
        """Drop the positions, 4 MB for a million contacts. A thread that uses them holds them until it is done."""
        self.is_searching = False
        if (order := self._order) is not None and order.is_indexed:
            self.remember(KnownOrder(order.key, order.state, order.ids))

    def begin_search(self) -> None:
        """Index the order that is known, for the searches that follow. Blocks, so call it in a thread."""
        self.is_searching = True
        if self._order is not None:
            self._order.index()


def is_narrower(search: Search, than: Search) -> bool:
    """Return True if `than` certainly matches every text that `search` matches, judging by their patterns alone."""
    return all(
        any(
            all(_implies(patterns, clause.alternatives) for patterns in narrow.alternatives)
            for narrow in search
        )
        for clause in than
    )  # fmt: skip


def _implies(patterns: Sequence[str], alternatives: Sequence[Sequence[str]]) -> bool:
    """Return True if a text with all `patterns` has all patterns of one of the alternatives."""
    return any(all(any(part in pattern for pattern in patterns) for part in parts) for parts in alternatives)


def _exhaust(steps: Iterable[object]) -> None:
    """Run an iterator to its end, without the cost of a loop in Python, then let other threads run.

    Otherwise each thread that wakes up would wait for the interpreter's 5 ms.
    """
    deque(steps, maxlen=0)
    time.sleep(0)
