"""What is asked of a listing, and in which order, to show it: the first rows at once, then the order of everything.

No widget here: these run in a worker's thread and only return values.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic

from segtui.services.listing import Listing, Row
from segtui.widgets.result_window import PAGE, find


@dataclass(frozen=True, slots=True)
class FirstRows(Generic[Row]):
    """The first rows of the order. `ids` where they are all there is."""

    rows: Sequence[Row]
    ids: "array[int] | None" = None


@dataclass(frozen=True, slots=True)
class Order(Generic[Row]):
    """The order of everything; where the row to keep the cursor on is, and the pages around it."""

    ids: "array[int]"
    place: int | None = None
    pages: Mapping[int, Mapping[int, Row]] = field(default_factory=dict)


def load(listing: Listing[Row], limit: int, keep: int | None) -> Iterator[FirstRows[Row] | Order[Row]]:
    """Yield what is known of a listing as it becomes known. Blocks between; raises what the listing raises.

    `limit`: rows that fill the screen. `keep`: id of the row whose place is wanted.
    """
    rows = listing.first(limit)
    if len(rows) < limit:
        yield FirstRows(rows, array("q", (row.id for row in rows)))
        return
    yield FirstRows(rows)
    ids = listing.ids()
    place = None if keep is None else find(ids, keep)
    if place is None or place < len(rows):
        yield Order(ids, place)
        return
    around = range(max(0, (place - limit) // PAGE), (place + limit) // PAGE + 1)
    yield Order(ids, place, load_pages(listing, {page: ids[page * PAGE : (page + 1) * PAGE] for page in around}))


def load_pages(listing: Listing[Row], pages: "Mapping[int, array[int]]") -> dict[int, dict[int, Row]]:
    """Return the rows of pages, all asked for at once."""
    rows = listing.rows([row_id for ids in pages.values() for row_id in ids])
    return {page: {row_id: rows[row_id] for row_id in ids if row_id in rows} for page, ids in pages.items()}
