"""Which rows of a result are marked: some by id, or all but some."""

from array import array
from dataclasses import dataclass, field


@dataclass(slots=True)
class Marks:
    """Marked are the rows with these `ids`; or, with `everything`, all that match but those with these `ids`."""

    everything: bool = False
    ids: set[int] = field(default_factory=set)

    def __contains__(self, row_id: int) -> bool:
        return (row_id in self.ids) != self.everything

    def __bool__(self) -> bool:
        return self.everything or bool(self.ids)

    def count(self, total: int | None) -> int:
        """Return how many are marked of a result of so many rows; of an uncounted one, as many as are sure."""
        if self.everything:
            return max(0, (total or 0) - len(self.ids))
        return len(self.ids)

    def mark(self, row_id: int) -> None:
        """Mark a row."""
        (self.ids.discard if self.everything else self.ids.add)(row_id)

    def unmark(self, row_id: int) -> None:
        """Take the mark from a row."""
        (self.ids.add if self.everything else self.ids.discard)(row_id)

    def toggle(self, row_id: int) -> None:
        """Mark a row, or take its mark."""
        self.ids ^= {row_id}

    def toggle_everything(self) -> None:
        """Mark all that match; if all are marked already, none."""
        self.everything = not (self.everything and not self.ids)
        self.ids.clear()

    def clear(self) -> None:
        """Mark nothing."""
        self.everything = False
        self.ids.clear()

    def chosen(self, order: "array[int]") -> "array[int]":
        """Return the marked ids of a result, in its order."""
        if self.everything and not self.ids:
            return order
        if self.everything:
            return array("q", (row_id for row_id in order if row_id not in self.ids))
        return array("q", (row_id for row_id in order if row_id in self.ids))

    def keep_only(self, order: "array[int]") -> None:
        """Forget ids that are not in the result any more."""
        if self.ids:
            self.ids.intersection_update(order)
