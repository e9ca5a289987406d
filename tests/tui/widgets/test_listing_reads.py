"""Reads from a listing, and their order."""

import pytest

from segtui.errors import DatabaseError
from segtui.tui.widgets.table.listing_reads import (
    FirstRows,
    Order,
    ReadPlan,
    Viewport,
    read_pages,
    read_result,
    reread_result,
)
from tests.support.listings import MemoryListing, person


def test_a_short_result_is_complete_after_one_question() -> None:
    listing = MemoryListing([3, 1, 2])
    (part,) = read_result(listing, ReadPlan(50, cursor_id=2))
    assert isinstance(part, FirstRows)
    assert part.order is not None
    assert list(part.order.ids) == [3, 1, 2]
    assert listing.calls == ["first"]


def test_a_long_result_is_counted_after_its_first_rows() -> None:
    listing = MemoryListing(range(1000))
    first, order = read_result(listing, ReadPlan(50))
    assert isinstance(first, FirstRows)
    assert first.order is None
    assert isinstance(order, Order)
    assert (len(order.ids), order.positions, order.pages) == (1000, {}, {})


def test_the_place_to_keep_comes_with_the_rows_around_it() -> None:
    listing = MemoryListing(range(1000))
    _, order = read_result(listing, ReadPlan(50, cursor_id=505))
    assert isinstance(order, Order)
    assert order.positions == {505: 505}
    assert sorted(order.pages) == [9, 10, 11]
    assert order.pages[10][505] == person(505)
    assert listing.calls == ["first", "ids", "rows"]


def test_a_place_among_the_first_rows_needs_no_further_rows() -> None:
    listing = MemoryListing(range(1000))
    _, order = read_result(listing, ReadPlan(50, cursor_id=5))
    assert isinstance(order, Order)
    assert (order.positions, order.pages) == ({5: 5}, {})


@pytest.mark.parametrize("rows", [20, 1000])
def test_what_became_of_marked_rows_comes_with_the_order(rows: int) -> None:
    listing = MemoryListing(range(rows), everybody={*range(rows), 5000}, gone={7000})
    *_, last = read_result(listing, ReadPlan(50, marked=frozenset({3, 5000, 6000, 7000})))
    order = last.order if isinstance(last, FirstRows) else last
    assert order is not None
    assert (order.marked.in_result, order.marked.outside) == ({3}, {5000})


def test_nothing_is_asked_about_marked_rows_that_are_all_in_the_order() -> None:
    listing = MemoryListing(range(1000))
    list(read_result(listing, ReadPlan(50, marked=frozenset({3, 999}))))
    assert listing.calls == ["first", "ids"]


def test_loading_again_brings_the_rows_on_the_screen_wherever_they_are_by_now() -> None:
    order = reread_result(MemoryListing(range(-3, 1000)), ReadPlan(50), Viewport(700, 700, 300, 300))
    assert (order.positions[700], order.positions[300]) == (703, 303)
    assert 700 in order.pages[703 // 50]
    assert 300 in order.pages[303 // 50]


def test_loading_a_short_result_again_brings_all_its_rows() -> None:
    listing = MemoryListing([5, 3, 4])
    order = reread_result(listing, ReadPlan(50), Viewport(4, 0, None, 0))
    assert list(order.ids) == [5, 3, 4]
    assert order.positions == {4: 2}
    assert order.pages[0][4] == person(4)
    assert listing.calls == ["first"]


def test_loading_a_result_again_that_is_empty_by_now() -> None:
    order = reread_result(MemoryListing([]), ReadPlan(50), Viewport(4, 0, 4, 0))
    assert (list(order.ids), order.positions, order.pages) == ([], {4: None}, {})


def test_rows_that_are_gone_are_missing_in_their_page() -> None:
    listing = MemoryListing(range(1000), gone={51})
    pages = read_pages(listing, {1: listing.ids()[50:53]})
    assert sorted(pages[1]) == [50, 52]


def test_errors_come_through() -> None:
    with pytest.raises(DatabaseError):
        list(read_result(MemoryListing([], error=DatabaseError("Gone.")), ReadPlan(50)))
