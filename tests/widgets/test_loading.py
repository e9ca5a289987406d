"""What is asked of a listing to show it, and in which order."""

import pytest

from segtui.errors import DatabaseError
from segtui.widgets.loading import FirstRows, Order, load, load_pages
from tests.support.listings import MemoryListing, person


def test_a_short_result_is_complete_after_one_question() -> None:
    listing = MemoryListing([3, 1, 2])
    (part,) = load(listing, 50, keep=2)
    assert isinstance(part, FirstRows)
    assert list(part.ids or ()) == [3, 1, 2]
    assert listing.calls == ["first"]


def test_a_long_result_is_counted_after_its_first_rows() -> None:
    listing = MemoryListing(range(1000))
    first, order = load(listing, 50, keep=None)
    assert isinstance(first, FirstRows)
    assert first.ids is None
    assert isinstance(order, Order)
    assert (len(order.ids), order.place, order.pages) == (1000, None, {})


def test_the_place_to_keep_comes_with_the_rows_around_it() -> None:
    listing = MemoryListing(range(1000))
    _, order = load(listing, 50, keep=505)
    assert isinstance(order, Order)
    assert order.place == 505
    assert sorted(order.pages) == [9, 10, 11]
    assert order.pages[10][505] == person(505)
    assert listing.calls == ["first", "ids", "rows"]


def test_a_place_among_the_first_rows_needs_no_further_rows() -> None:
    listing = MemoryListing(range(1000))
    _, order = load(listing, 50, keep=5)
    assert isinstance(order, Order)
    assert (order.place, order.pages) == (5, {})


def test_rows_that_are_gone_are_missing_in_their_page() -> None:
    listing = MemoryListing(range(1000), gone={51})
    pages = load_pages(listing, {1: listing.ids()[50:53]})
    assert sorted(pages[1]) == [50, 52]


def test_errors_come_through() -> None:
    with pytest.raises(DatabaseError):
        list(load(MemoryListing([], error=DatabaseError("Gone.")), 50, keep=None))
