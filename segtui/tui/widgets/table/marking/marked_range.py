"""Marked range: the rows between the row where marking began and the cursor."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from segtui.tui.widgets.table.result_window import index_near
from segtui.tui.widgets.table.selection import MarkedIds

_STRIDE: Final = 20_000  # ids per step: the interpreter lets other threads run between two steps


@dataclass(slots=True)
class MarkedRange:
    """A range that begins at position `anchor`, on the row `anchor_id`, and reaches to position `end`.

    `marks`: the range marks rows; otherwise it unmarks them. `changed` are the ids that it marked, or unmarked: these
    are as before when it leaves them again. `is_open`: every movement of the cursor extends it, not only one with
    shift. `end` is None while the range holds no row.
    """

    anchor: int
    anchor_id: int
    marks: bool = True
    is_open: bool = False
    end: int | None = None
    changed: set[int] = field(default_factory=set)

    def copy(self) -> "MarkedRange":
        """Return a copy that can be changed in a thread."""
        return replace(self, changed=set(self.changed))

    def step(self, end: int | None) -> int:
        """Return the number of rows that `move_end` reaches or leaves."""
        before, after = self._span(self.end), self._span(end)
        return sum(len(part) for part in (*_without(before, after), *_without(after, before)))

    def move_end(self, end: int | None, order: "array[int]", marked: MarkedIds) -> None:
        """Move the end in an order of ids: rows that are reached are marked, rows that are left are as before.

        Without an `end` all rows are left. A million rows take some 200 ms: call it in a thread.
        """
        before, after = self._span(self.end), self._span(end)
        for left in _without(before, after):
            self._leave(order[left.start : left.stop], marked)
        for entered in _without(after, before):
            self._reach(order[entered.start : entered.stop], marked)
        self.end = end

    def relocate(self, order: "array[int]", marked: MarkedIds) -> None:
        """Follow the row where the range began into a newer state of the list; the end keeps its distance.

        Rows that are no longer in the result are left.
        """
        self._revert(self.changed & (marked.outside | marked.excluded_outside), marked)
        position = index_near(order, self.anchor_id, self.anchor)
        shift = 0 if position is None else position - self.anchor
        last = max(0, len(order) - 1)
        self.anchor = max(0, min(self.anchor + shift, last))
        self.end = None if self.end is None else max(0, min(self.end + shift, last))

    def _span(self, end: int | None) -> range:
        return range(0) if end is None else range(min(self.anchor, end), max(self.anchor, end) + 1)

    def _reach(self, ids: "array[int]", marked: MarkedIds) -> None:
        for page in _pages(ids):
            are_marked = marked.among(page)
            changed = page - are_marked if self.marks else are_marked
            self.changed |= changed
            (marked.mark if self.marks else marked.unmark)(changed)

    def _leave(self, ids: "array[int]", marked: MarkedIds) -> None:
        for page in _pages(ids):
            self._revert(page & self.changed, marked)

    def _revert(self, row_ids: set[int], marked: MarkedIds) -> None:
        (marked.unmark if self.marks else marked.mark)(row_ids)
        self.changed -= row_ids


def _pages(ids: "array[int]") -> Iterator[set[int]]:
    for start in range(0, len(ids), _STRIDE):
        yield set(ids[start : start + _STRIDE])


def _without(positions: range, others: range) -> tuple[range, range]:
    """Return the positions before and behind other ones."""
    if not others:
        return positions, range(0)
    return (
        range(positions.start, max(positions.start, min(positions.stop, others.start))),
        range(min(positions.stop, max(positions.start, others.stop)), positions.stop),
    )
