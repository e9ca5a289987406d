"""The protocol of a listing, for result tables: first page, ordered ids and rows are requested separately."""

from array import array
from collections.abc import Sequence
from typing import Protocol, TypeVar, runtime_checkable

from segtui.domain.search_terms import Search


class HasId(Protocol):
    """A row of a list."""

    @property
    def id(self) -> int:
        """Its id, unique in the list."""


Row = TypeVar("Row", bound=HasId)


class Listing(Protocol[Row]):
    """One search in one order. Every method queries the database and blocks: call it in a thread.

    All raise errors.Cancelled once the listing's Interrupt was cancelled.
    """

    @property
    def search(self) -> Search:
        """The search text: the table highlights it."""

    @property
    def matching(self) -> object:
        """The key of the matching rows. Equal for two listings that show the same rows in different orders."""

    def first(self, limit: int) -> Sequence[Row]:
        """Return the first rows of the order, at once."""

    def ids(self) -> "array[int]":
        """Return every id in order, as an array of type `q`. Its length is the exact count."""

    def rows(self, ids: Sequence[int]) -> dict[int, Row]:
        """Return the rows with these ids. Rows that were deleted meanwhile are missing."""

    def belonging(self, ids: Sequence[int]) -> set[int]:
        """Return those of `ids` that belong to the list, regardless of the search."""


@runtime_checkable
class OrderedListing(Protocol):
    """A listing that may have all ids once its first rows are read, and can prepare the next search. Both may block."""

    def ready_ids(self) -> "array[int] | None":
        """Return what `ids` returns, where `first` has determined it already, else None."""

    def prepare_next(self) -> None:
        """Make the next search in the list faster. Call it when everything is read."""


def ready_ids(listing: Listing[Row]) -> "array[int] | None":
    """Return all ids of a listing in order, where `first` has determined them already, else None."""
    return listing.ready_ids() if isinstance(listing, OrderedListing) else None


def prepare_next(listing: Listing[Row]) -> None:
    """Let a listing that was read prepare the next search in the same list."""
    if isinstance(listing, OrderedListing):
        listing.prepare_next()
