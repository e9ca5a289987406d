"""What is asked of a listing, and in which order, to show it: the first rows at once, then the order of everything.

No widget here: these run in a worker's thread and only return values.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic

from segtui.services.listing import Listing, Row
from segtui.tui.widgets.table.result_window import PAGE, find, near
from segtui.tui.widgets.table.selection import Whereabouts, occurring

NOTHING: Final = Whereabouts(frozenset(), set(), set())


@dataclass(frozen=True, slots=True)
class FirstRows(Generic[Row]):
    """The first rows of the order. `order` where they are all there is."""

    rows: Sequence[Row]
    order: "Order[Row] | None" = None


@dataclass(frozen=True, slots=True)
class Order(Generic[Row]):
    """The order of everything; where the rows asked for are, the pages around the first of them, and the marks.

    `places` has None for a row that is not in the order.
    """

    ids: "array[int]"
    places: Mapping[int, int | None] = field(default_factory=dict)
    pages: Mapping[int, Mapping[int, Row]] = field(default_factory=dict)
    marked: Whereabouts = NOTHING


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be found out beside the rows: the place of the row `keep`, and what became of the `marked`.

    `limit`: rows that fill the screen.
    """

    limit: int
    keep: int | None = None
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class View:
    """What is on the screen: the cursor's row and the row at the top, with their positions."""

    cursor: int | None
    position: int
    top: int | None
    top_position: int


def load(listing: Listing[Row], wanted: Wanted) -> Iterator[FirstRows[Row] | Order[Row]]:
    """Yield what is known of a listing as it becomes known. Blocks between; raises what the listing raises."""
    rows = listing.first(wanted.limit)
    if len(rows) < wanted.limit:
        ids = array("q", (row.id for row in rows))
        yield FirstRows(rows, Order(ids, marked=whereabouts(listing, wanted.marked, ids)))
        return
    yield FirstRows(rows)
    ids = listing.ids()
    marked = whereabouts(listing, wanted.marked, ids)
    place = None if wanted.keep is None else find(ids, wanted.keep)
    places = {} if wanted.keep is None else {wanted.keep: place}
    if place is None or place < len(rows):
        yield Order(ids, places, marked=marked)
    else:
        yield Order(ids, places, load_around(listing, ids, place, wanted.limit), marked)


def load_again(listing: Listing[Row], wanted: Wanted, view: View) -> Order[Row]:
    """Return the order of everything with what is on the screen now: nothing is to be shown before all of it is."""
    rows = listing.first(wanted.limit)
    whole = len(rows) < wanted.limit
    ids = array("q", (row.id for row in rows)) if whole else listing.ids()
    marked = whereabouts(listing, wanted.marked, ids)
    looked_for = {view.cursor: view.position, view.top: view.top_position}
    places = {row_id: near(ids, row_id, place) for row_id, place in looked_for.items() if row_id is not None}
    if whole:
        by_id = {row.id: row for row in rows}
        return Order(ids, places, dict.fromkeys(range(-(-len(ids) // PAGE)), by_id), marked)
    pages: dict[int, Mapping[int, Row]] = {}
    for row_id, before in looked_for.items():
        place = places.get(row_id) if row_id is not None else None
        pages |= load_around(listing, ids, before if place is None else place, wanted.limit)
    return Order(ids, places, pages, marked)


def load_around(listing: Listing[Row], ids: "array[int]", place: int, limit: int) -> dict[int, dict[int, Row]]:
    """Return the pages around a place, a screenful in both directions."""
    last = max(0, (len(ids) - 1) // PAGE)
    around = range(min(last, max(0, (place - limit) // PAGE)), min(last, (place + limit) // PAGE) + 1)
    return load_pages(listing, {page: ids[page * PAGE : (page + 1) * PAGE] for page in around})


def load_pages(listing: Listing[Row], pages: "Mapping[int, array[int]]") -> dict[int, dict[int, Row]]:
    """Return the rows of pages, all asked for at once."""
    rows = listing.rows([row_id for ids in pages.values() for row_id in ids])
    return {page: {row_id: rows[row_id] for row_id in ids if row_id in rows} for page, ids in pages.items()}


def whereabouts(listing: Listing[Row], marked: frozenset[int], ids: "array[int]") -> Whereabouts:
    """Return what became of marked rows: they are in this order, or at least in the list, or gone."""
    here = occurring(marked, ids)
    others = marked - here
    return Whereabouts(marked, here, listing.belonging(sorted(others)) if others else set())
