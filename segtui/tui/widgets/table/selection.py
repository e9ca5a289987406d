"""Which rows are marked: some by id, or all that match but some."""

from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

# Ids looked through in one go: the interpreter lets other threads run between two goes.
_STRIDE: Final = 50_000


def occurring(wanted: Collection[int], order: "array[int]") -> set[int]:
    """Return which ids occur in an order. A million take some 30 ms: call it in a thread."""
    found: set[int] = set()
    if wanted:
        wanted = frozenset(wanted)
        for start in range(0, len(order), _STRIDE):
            found |= wanted.intersection(order[start : start + _STRIDE])
    return found


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What became of ids in a new result: asked about were `about`, of which these are `here`, these only `elsewhere`.

    The others do not belong to the list any more.
    """

    about: frozenset[int]
    here: set[int]
    elsewhere: set[int]


@dataclass(slots=True)
class Marks:
    """Marked are the rows with these `ids` and, with `everything`, all that match but those in `without`.

    `elsewhere` are those of the `ids` that the present result does not show: somebody who marks a row, searches for
    another and marks that too has marked both. "All that match" is said of one search, and goes with it.
    """

    everything: bool = False
    ids: set[int] = field(default_factory=set)
    without: set[int] = field(default_factory=set)
    elsewhere: set[int] = field(default_factory=set)

    def __contains__(self, row_id: int) -> bool:
        return row_id in self.ids or (self.everything and row_id not in self.without)

    def __bool__(self) -> bool:
        return self.everything or bool(self.ids)

    def count(self, total: int) -> int:
        """Return how many are marked, with a result of so many rows."""
        return total - len(self.without) + len(self.elsewhere) if self.everything else len(self.ids)

    def known(self) -> frozenset[int]:
        """Return the ids of which a new result has to say what became of them."""
        return frozenset(self.ids | self.without)

    def mark(self, row_ids: Iterable[int]) -> None:
        """Mark rows of the present result."""
        if self.everything:
            self.without.difference_update(row_ids)
        else:
            self.ids.update(row_ids)

    def unmark(self, row_ids: Collection[int]) -> None:
        """Take the marks from rows of the present result."""
        self.ids.difference_update(row_ids)
        # A row that was out of sight and is in a result that is not counted yet.
        self.elsewhere.difference_update(row_ids)
        if self.everything:
            self.without.update(row_ids)

    def toggle(self, row_id: int) -> None:
        """Mark a row of the present result, or take its mark."""
        (self.unmark if row_id in self else self.mark)((row_id,))

    def toggle_everything(self, total: int) -> None:
        """Mark all that match a result of so many rows; where all are marked already, nothing at all."""
        if self.count(total) - len(self.elsewhere) >= total:
            self.clear()
        else:
            self.everything = True
            self.without.clear()

    def clear(self) -> None:
        """Mark nothing."""
        self.everything = False
        self.ids.clear()
        self.without.clear()
        self.elsewhere.clear()

    def keep_single(self) -> None:
        """Forget that all that match are marked: something else is searched for."""
        self.everything = False
        self.without.clear()

    def settle(self, known: Whereabouts) -> None:
        """Take what became of the marked rows in a new result. Of what was marked since nothing is said: it stays."""
        gone = known.about - known.here - known.elsewhere
        self.ids -= gone
        self.without -= gone | known.elsewhere
        self.elsewhere = known.elsewhere & self.ids

    def chosen(self, order: "array[int]") -> "array[int]":
        """Return the marked ids: those of a result in its order, then those it does not show."""
        if self.everything and not self.without and not self.elsewhere:
            return order
        here = array("q", (row_id for row_id in order if row_id in self))
        here.extend(sorted(self.elsewhere))
        return here
