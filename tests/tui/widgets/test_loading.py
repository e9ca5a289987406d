"""What is asked of a listing, and in which order."""

import pytest

from segtui.errors import DatabaseError
from segtui.tui.widgets.table.listing_loader import FirstRows, Order, View, Wanted, load, load_again, load_pages
from tests.support.listings import MemoryListing, person


def test_a_short_result_is_complete_after_one_question() -> None:
    listing = MemoryListing([3, 1, 2])
    (part,) = load(listing, Wanted(50, keep=2))
    assert isinstance(part, FirstRows)
    assert part.order is not None
    assert list(part.order.ids) == [3, 1, 2]
    assert listing.calls == ["first"]


def test_a_long_result_is_counted_after_its_first_rows() -> None:
    listing = MemoryListing(range(1000))
    first, order = load(listing, Wanted(50))
    assert isinstance(first, FirstRows)
    assert first.order is None
    assert isinstance(order, Order)
    assert (len(order.ids), order.places, order.pages) == (1000, {}, {})


def test_the_place_to_keep_comes_with_the_rows_around_it() -> None:
    listing = MemoryListing(range(1000))
    _, order = load(listing, Wanted(50, keep=505))
    assert isinstance(order, Order)
    assert order.places == {505: 505}
    assert sorted(order.pages) == [9, 10, 11]
    assert order.pages[10][505] == person(505)
    assert listing.calls == ["first", "ids", "rows"]


def test_a_place_among_the_first_rows_needs_no_further_rows() -> None:
    listing = MemoryListing(range(1000))
    _, order = load(listing, Wanted(50, keep=5))
    assert isinstance(order, Order)
    assert (order.places, order.pages) == ({5: 5}, {})


@pytest.mark.parametrize("rows", [20, 1000])
def test_what_became_of_marked_rows_comes_with_the_order(rows: int) -> None:
    listing = MemoryListing(range(rows), everybody={*range(rows), 5000}, gone={7000})
    *_, last = load(listing, Wanted(50, marked=frozenset({3, 5000, 6000, 7000})))
    order = last.order if isinstance(last, FirstRows) else last
    assert order is not None
    assert (order.marked.here, order.marked.elsewhere) == ({3}, {5000})


def test_nothing_is_asked_about_marked_rows_that_are_all_in_the_order() -> None:
    listing = MemoryListing(range(1000))
    list(load(listing, Wanted(50, marked=frozenset({3, 999}))))
    assert listing.calls == ["first", "ids"]


def test_loading_again_brings_the_rows_on_the_screen_wherever_they_are_by_now() -> None:
    order = load_again(MemoryListing(range(-3, 1000)), Wanted(50), View(700, 700, 300, 300))
    assert (order.places[700], order.places[300]) == (703, 303)
    assert 700 in order.pages[703 // 50]
    assert 300 in order.pages[303 // 50]


def test_loading_a_short_result_again_brings_all_its_rows() -> None:
    listing = MemoryListing([5, 3, 4])
    order = load_again(listing, Wanted(50), View(4, 0, None, 0))
    assert list(order.ids) == [5, 3, 4]
    assert order.places == {4: 2}
    assert order.pages[0][4] == person(4)
    assert listing.calls == ["first"]


def test_loading_a_result_again_that_is_empty_by_now() -> None:
    order = load_again(MemoryListing([]), Wanted(50), View(4, 0, 4, 0))
    assert (list(order.ids), order.places, order.pages) == ([], {4: None}, {})


def test_rows_that_are_gone_are_missing_in_their_page() -> None:
    listing = MemoryListing(range(1000), gone={51})
    pages = load_pages(listing, {1: listing.ids()[50:53]})
    assert sorted(pages[1]) == [50, 52]


def test_errors_come_through() -> None:
    with pytest.raises(DatabaseError):
        list(load(MemoryListing([], error=DatabaseError("Gone.")), Wanted(50)))
