"""Reads from a listing: the first rows at once, then the order of all rows, then pages of rows.

No widget here: these run in a thread and only return values.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic

from segtui.services.listing import Listing, Row, prepare_next, ready_ids
from segtui.tui.widgets.table.result_window import PAGE, index_near, index_of
from segtui.tui.widgets.table.selection import Membership, ids_in_order

NOTHING_CHECKED: Final = Membership(frozenset(), set(), set())


@dataclass(frozen=True, slots=True)
class FirstRows(Generic[Row]):
    """The first rows of the order. `order` is set where they are the whole result."""

    rows: Sequence[Row]
    order: "Order[Row] | None" = None


@dataclass(frozen=True, slots=True)
class Order(Generic[Row]):
    """The ids of all rows in order, the positions of rows that were looked up, pages around them, and the marks.

    `positions` has None for a row that is not in the order.
    """

    ids: "array[int]"
    positions: Mapping[int, int | None] = field(default_factory=dict)
    pages: Mapping[int, Mapping[int, Row]] = field(default_factory=dict)
    marked: Membership = NOTHING_CHECKED


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """A plan of reads: `limit` first rows, the position of the row `cursor_id`, the membership of the ids `marked`."""

    limit: int
    cursor_id: int | None = None
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Viewport:
    """The rows on the screen: the cursor's and the top one, with their positions."""

    cursor_id: int | None
    position: int
    top_id: int | None
    top: int


def read_result(listing: Listing[Row], plan: ReadPlan) -> Iterator[FirstRows[Row] | Order[Row]]:
    """Yield the first rows, and the order with them or behind them. Blocks; raises what the listing raises.

    At the end the listing prepares the next search.
    """
    rows = listing.first(plan.limit)
    if len(rows) < plan.limit:
        ids = array("q", (row.id for row in rows))
        yield FirstRows(rows, Order(ids, marked=check_membership(listing, plan.marked, ids)))
    elif (order_ids := ready_ids(listing)) is not None:
        yield FirstRows(rows, _order(listing, plan, order_ids, len(rows)))
    else:
        yield FirstRows(rows)
        yield _order(listing, plan, listing.ids(), len(rows))
    prepare_next(listing)


def _order(listing: Listing[Row], plan: ReadPlan, ids: "array[int]", first_rows: int) -> Order[Row]:
    marked = check_membership(listing, plan.marked, ids)
    if plan.cursor_id is None:
        return Order(ids, marked=marked)
    position = index_of(ids, plan.cursor_id)
    is_loaded = position is None or position < first_rows
    pages = {} if is_loaded else read_pages_around(listing, ids, position or 0, plan.limit)
    return Order(ids, {plan.cursor_id: position}, pages, marked)


def reread_result(listing: Listing[Row], plan: ReadPlan, viewport: Viewport) -> Order[Row]:
    """Return the order with the rows on the screen: for an update that is shown in one step."""
    rows = listing.first(plan.limit)
    is_whole = len(rows) < plan.limit
    ids = array("q", (row.id for row in rows)) if is_whole else listing.ids()
    marked = check_membership(listing, plan.marked, ids)
    old_positions = {viewport.cursor_id: viewport.position, viewport.top_id: viewport.top}
    positions = {row_id: index_near(ids, row_id, old) for row_id, old in old_positions.items() if row_id is not None}
    if is_whole:
        by_id = {row.id: row for row in rows}
        return Order(ids, positions, dict.fromkeys(range(-(-len(ids) // PAGE)), by_id), marked)
    pages: dict[int, Mapping[int, Row]] = {}
    for row_id, old in old_positions.items():
        position = positions.get(row_id) if row_id is not None else None
        pages |= read_pages_around(listing, ids, old if position is None else position, plan.limit)
    return Order(ids, positions, pages, marked)


def read_pages_around(listing: Listing[Row], ids: "array[int]", position: int, limit: int) -> dict[int, dict[int, Row]]:
    """Return the pages around a position, `limit` rows in both directions."""
    last = max(0, (len(ids) - 1) // PAGE)
    around = range(min(last, max(0, (position - limit) // PAGE)), min(last, (position + limit) // PAGE) + 1)
    return read_pages(listing, {page: ids[page * PAGE : (page + 1) * PAGE] for page in around})


def read_pages(listing: Listing[Row], pages: "Mapping[int, array[int]]") -> dict[int, dict[int, Row]]:
    """Return the rows of pages, all read in one query."""
    rows = listing.rows([row_id for ids in pages.values() for row_id in ids])
    return {page: {row_id: rows[row_id] for row_id in ids if row_id in rows} for page, ids in pages.items()}


def check_membership(listing: Listing[Row], marked: frozenset[int], ids: "array[int]") -> Membership:
    """Return which marked rows are in this order, and which are at least in the list."""
    in_result = ids_in_order(marked, ids)
    others = marked - in_result
    return Membership(marked, in_result, listing.belonging(sorted(others)) if others else set())
