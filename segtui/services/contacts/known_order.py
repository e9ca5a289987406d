"""Known order: the ids of a whole list in their order, and the position of each, to put matches of a search in order.

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
# Ids of the list for each match from which on sorting positions is faster than one pass over the list.
_PER_SORTED: Final = 25
# Numbers between the smallest and the largest id, for each id, up to which positions are stored: 4 bytes each.
_SPARSE: Final = 8


@dataclass(eq=False)
class KnownOrder:
    """The order of the list `key` while the database is in `state`: `ids` are of type `q`, and are not changed.

    `index` stores the positions: 4 bytes for each number up to the largest id. Any thread may use it.
    """

    key: object
    state: object
    ids: "array[int]"
    id_range: tuple[int, int] = (0, 0)
    """The smallest and the largest id, once it is indexed."""
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
        """Return those of some different ids that are in the list, in its order.

        Demands that the order is indexed, and that all ids are in `id_range`.
        """
        count = len(self.ids)
        if len(matches) * _PER_SORTED < count:
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
        """Return the position of each id, `len(self.ids)` for one that is not in the list."""
        assert self._positions is not None  # noqa: S101  narrows the type
        return map(self._positions.__getitem__, self._offsets(ids))

    def _offsets(self, ids: "array[int]") -> Iterable[int]:
        return map((-self._base).__add__, ids) if self._base else ids

    def _stored_positions(self) -> "array[int] | None":
        ids, count = self.ids, len(self.ids)
        self.id_range = smallest, largest = min(ids), max(ids)
        self._base = 0 if smallest <= count else smallest
        if largest - self._base > _SPARSE * count:
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
    """The order of the list that a screen showed last without a search, and the last search that was read completely.

    A screen has one, and its listings of any query use it from their threads.
    """

    def __init__(self) -> None:
        self.is_searching = False
        """True once positions are needed, which cost memory: a search box has the focus, or had it."""
        self._learning: Interrupt | None = None
        self._lock = threading.Lock()
        self._order: KnownOrder | None = None
        self._complete: CompleteSearch | None = None

    def order_of(self, key: object) -> KnownOrder | None:
        """Return the order of a list, if it is the one that is known."""
        order = self._order
        return order if order is not None and order.key == key else None

    def learn(self, order: KnownOrder) -> None:
        """Remember an order in place of the one before."""
        self._order, self._complete = order, None

    def forget(self, order: KnownOrder) -> None:
        """Forget an order that is not right any more."""
        if self._order is order:
            self._order = self._complete = None

    def completed(self, search: CompleteSearch) -> None:
        """Remember a search whose matches are all read."""
        if search.order is self._order:
            self._complete = search

    def wider_search(self, order: KnownOrder, search: Search) -> CompleteSearch | None:
        """Return a complete search in the order that finds every match of another one."""
        wider = self._complete
        return wider if wider is not None and wider.order is order and is_narrower(search, wider.search) else None

    def begin_learning(self) -> Interrupt | None:
        """Return the handle to stop a thread that reads the order, or None where another thread reads one.

        It is not the handle of a search: keys that follow each other would never let the order be read.
        """
        with self._lock:
            if self._learning is not None:
                return None
            self._learning = Interrupt()
            return self._learning

    def end_learning(self) -> None:
        """Let the next thread learn. Call it after `begin_learning`."""
        with self._lock:
            self._learning = None

    def stop(self) -> None:
        """Stop a thread that reads the order: for a screen that goes."""
        with self._lock:
            if self._learning is not None:
                self._learning.cancel()

    def rest(self) -> None:
        """Drop the positions, because nobody searches: 4 MB for a million contacts. A thread may still use them."""
        self.is_searching = False
        if (order := self._order) is not None and order.is_indexed:
            self.learn(KnownOrder(order.key, order.state, order.ids))

    def prepare(self) -> None:
        """Get ready for a search that begins: index the order that is known. Blocks."""
        self.is_searching = True
        if self._order is not None:
            self._order.index()


def is_narrower(search: Search, than: Search) -> bool:
    """Return True if every text that a search matches is matched by another one too, as far as their words tell."""
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
    """Run an iterator to its end, without a loop of the interpreter, then let other threads run.

    Otherwise each thread that wakes up would wait for the interpreter's 5 ms.
    """
    deque(steps, maxlen=0)
    time.sleep(0)
