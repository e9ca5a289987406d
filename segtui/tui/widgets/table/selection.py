"""Selection: the marked rows of a table, by id or as all that match with exceptions."""

from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from itertools import filterfalse
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from segtui.tui.widgets.table.marking.marked_range import MarkedRange

_STRIDE: Final = 50_000  # ids per step of a search: the interpreter lets other threads run between two steps


def ids_in_order(row_ids: Collection[int], order: "array[int]") -> set[int]:
    """Return which ids occur in an order. A million take some 30 ms: call it in a thread."""
    matches: set[int] = set()
    if row_ids:
        row_ids = frozenset(row_ids)
        for start in range(0, len(order), _STRIDE):
            matches |= row_ids.intersection(order[start : start + _STRIDE])
    return matches


@dataclass(frozen=True, slots=True)
class Membership:
    """Marked ids that were looked up for a new result: `in_result`, `outside` it, or in neither: not in the list."""

    checked: frozenset[int]
    in_result: set[int]
    outside: set[int]


@dataclass(slots=True)
class MarkedIds:
    """Marked are the rows with these `ids` and, with `all_matching`, all of the result but `excluded`.

    `outside` are those of the `ids` that the current result does not show: rows marked in two searches stay marked.
    `excluded_outside` are those of the `excluded`. `all_matching` belongs to one search and ends with it.
    """

    all_matching: bool = False
    ids: set[int] = field(default_factory=set)
    excluded: set[int] = field(default_factory=set)
    outside: set[int] = field(default_factory=set)
    excluded_outside: set[int] = field(default_factory=set)

    def __contains__(self, row_id: int) -> bool:
        return row_id in self.ids or (self.all_matching and row_id not in self.excluded)

    def among(self, row_ids: set[int]) -> set[int]:
        """Return those of some rows of the current result that are marked."""
        return row_ids - self.excluded if self.all_matching else row_ids & self.ids

    def __bool__(self) -> bool:
        return self.all_matching or bool(self.ids)

    def count(self, total: int) -> int:
        """Return the number of marked rows, with a result of `total` rows."""
        if not self.all_matching:
            return len(self.ids)
        return total - len(self.excluded) + len(self.excluded_outside) + len(self.outside)

    def copy(self) -> "MarkedIds":
        """Return a copy that later marks do not change."""
        return MarkedIds(
            self.all_matching, set(self.ids), set(self.excluded), set(self.outside), set(self.excluded_outside)
        )

    def checkable(self) -> frozenset[int]:
        """Return the ids whose membership in a new result has to be checked."""
        return frozenset(self.ids | self.excluded)

    def mark(self, row_ids: Iterable[int]) -> None:
        """Mark rows of the current result."""
        if self.all_matching:
            row_ids = set(row_ids)
            self.excluded -= row_ids
            self.excluded_outside -= row_ids
        else:
            self.ids.update(row_ids)

    def unmark(self, row_ids: Collection[int]) -> None:
        """Unmark rows of the current result."""
        self.ids.difference_update(row_ids)
        # A row that was outside and is in a result that is not counted yet.
        self.outside.difference_update(row_ids)
        if self.all_matching:
            self.excluded.update(row_ids)
            self.excluded_outside.difference_update(row_ids)

    def toggle(self, row_id: int) -> None:
        """Mark a row of the current result, or unmark it."""
        (self.unmark if row_id in self else self.mark)((row_id,))

    def is_all(self, total: int) -> bool:
        """Tell whether all of a result of `total` rows are marked."""
        return self.count(total) - len(self.outside) >= total

    def toggle_all(self, total: int) -> None:
        """Mark all of a result of `total` rows; where all are marked already, clear."""
        if self.is_all(total):
            self.clear()
        else:
            self.all_matching = True
            self._clear_excluded()

    def clear(self) -> None:
        """Mark nothing."""
        self.all_matching = False
        self.ids.clear()
        self.outside.clear()
        self._clear_excluded()

    def end_all_matching(self) -> None:
        """Keep only the rows marked by id: the search has changed."""
        self.all_matching = False
        self._clear_excluded()

    def _clear_excluded(self) -> None:
        self.excluded.clear()
        self.excluded_outside.clear()

    def settle(self, membership: Membership) -> None:
        """Take the membership of marked rows in a new result. A row marked since the check stays marked."""
        deleted = membership.checked - membership.in_result - membership.outside
        self.ids -= deleted
        self.excluded -= deleted
        self.outside = membership.outside & self.ids
        self.excluded_outside = membership.outside & self.excluded

    def in_order(self, order: "array[int]") -> "array[int]":
        """Return the marked ids: those of a result in its order, then those outside it."""
        if self.all_matching and not self.excluded and not self.outside:
            return order
        # No id is both marked and excluded. These two run without a step of Python: 60 ms per million, not 200.
        is_excluded, is_marked = self.excluded.__contains__, self.ids.__contains__
        ids = array("q", filterfalse(is_excluded, order) if self.all_matching else filter(is_marked, order))
        ids.extend(sorted(self.outside))
        return ids


@dataclass(slots=True)
class Selection:
    """The marked rows of a table over changing results.

    `order` holds the ids of the newest result that was counted: the meaning of "all that match".
    """

    marked: MarkedIds = field(default_factory=MarkedIds)
    order: "array[int]" = field(default_factory=lambda: array("q"))
    range: "MarkedRange | None" = None
    """The range that shift with a movement extends, until the cursor moves without."""
    is_all_pending: bool = False
    """All rows are to be marked as soon as they are counted."""
    version: int = 0
    """Grows with every change of marks, and of the order."""

    @property
    def count(self) -> int:
        """The number of marked rows, those outside the current result included."""
        return self.marked.count(len(self.order))

    @property
    def is_all_marked(self) -> bool:
        """True where all rows of the newest counted result are marked."""
        return self.marked.is_all(len(self.order))

    @property
    def outside_count(self) -> int:
        """The number of marked rows outside the current result."""
        return len(self.marked.outside)

    def ids(self) -> "array[int]":
        """Return as many ids as `count` says: in the order of the result, then those outside it."""
        return self.marked.in_order(self.order)

    def copy(self) -> "Selection":
        """Return a copy that later marks do not change. It can be read in a thread."""
        return replace(self, marked=self.marked.copy(), range=None)

    def toggle_all(self, total: int | None) -> bool:
        """Mark all rows or none, at once or as soon as they are counted. Returns whether marks changed."""
        if total is None:
            self.is_all_pending = not self.is_all_pending
            return False
        if not total and not self.marked:
            return False
        self.marked.toggle_all(total)
        return True

    def clear(self) -> bool:
        """Mark nothing. Returns whether marks changed."""
        self.is_all_pending = False
        had_marks = bool(self.marked)
        self.marked.clear()
        return had_marks

    def take_order(self, ids: "array[int]", membership: Membership) -> None:
        """Take the order of a new result, and the membership of the rows that were marked when it was read."""
        self.order = ids
        self.version += 1
        if self.marked:
            if late := self.marked.checkable() - membership.checked:
                in_result = ids_in_order(late, ids)
                membership = Membership(
                    membership.checked | late,
                    membership.in_result | in_result,
                    membership.outside | (late - in_result),
                )
            self.marked.settle(membership)
        if self.is_all_pending and ids:
            self.marked.toggle_all(len(ids))
        self.is_all_pending = False
