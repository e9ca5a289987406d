"""A list of a few thousand rows at the most: read as a whole, then searched and sorted here."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic

from segtui.domain import search_terms
from segtui.domain.text import fold
from segtui.services.listing import Row


@dataclass
class SmallListing(Generic[Row]):
    """A `listing.Listing` of what `read` returns. `words` of a row are searched; `key` is what it is sorted by.

    Text is sorted by its folded form, blanks last in both directions; of equal rows the order is that of `read`.
    """

    read: Callable[[], Sequence[Row]]
    words: Callable[[Row], Sequence[str]]
    key: Callable[[Row], Any]
    typed: str = ""
    descending: bool = False
    whose: object = None
    """Whatever else decides which rows there are, such as the company."""

    @cached_property
    def search(self) -> search_terms.Search:
        """The search text."""
        return search_terms.parse(self.typed)

    @cached_property
    def _every(self) -> dict[int, Row]:
        return {row.id: row for row in self.read()}

    @cached_property
    def _ordered(self) -> list[Row]:
        matches = [row for row in self._every.values() if search_terms.matches(self.search, self._text(row))]
        keys = {row.id: fold(key) if isinstance(key := self.key(row), str) else key for row in matches}
        matches.sort(key=lambda row: keys[row.id], reverse=self.descending)
        matches.sort(key=lambda row: keys[row.id] == "")
        return matches

    def _text(self, row: Row) -> str:
        return "\n".join(search_terms.field_text(word) for word in self.words(row))

    def first(self, limit: int) -> list[Row]:
        """Return the first rows of the order."""
        return self._ordered[:limit]

    def ids(self) -> "array[int]":
        """Return every row's id, in order."""
        return array("q", (row.id for row in self._ordered))

    def rows(self, ids: Sequence[int]) -> dict[int, Row]:
        """Return the rows with these ids."""
        return {key: self._every[key] for key in ids if key in self._every}

    @property
    def matching(self) -> object:
        """The key of the matching rows, independent of their order."""
        return self.whose, self.search

    def belonging(self, ids: Sequence[int]) -> set[int]:
        """Return which of these rows there are."""
        return set(self.rows(ids))
