"""Marks: by key and mouse, over searches and orders; always exactly as many as are said."""

import threading
from array import array

import hypothesis.strategies as st
import pytest
from hypothesis import given

from segtui.domain import search_terms
from segtui.tui.widgets.table.listing_reads import check_membership
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.selection import MarkedIds, ids_in_order
from tests.support.listings import MemoryListing
from tests.support.table_app import TableApp, loaded, until

SMALL = (80, 12)
ADA = search_terms.parse("ada")
BO = search_terms.parse("bo")


async def marked(keys: str, rows: int = 1000, size: tuple[int, int] = SMALL) -> list[int]:
    """Press keys in a fresh table and return what is marked then."""
    app = TableApp(MemoryListing(range(rows)))
    async with app.run_test(size=size) as pilot:
        await loaded(pilot)
        await pilot.press(*keys.split())
        await loaded(pilot)
        assert app.table.marked_count == len(app.table.marked_ids())
        return list(app.table.marked_ids())


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("space", [0]),
        # The mark moves the cursor on.
        ("space space", [0, 1]),
        ("space up space", []),
        ("G space space", []),
        ("shift+pagedown", list(range(9))),
        ("shift+pagedown shift+pageup", [0]),
        ("shift+end", list(range(30))),
        ("down down shift+home", [0, 1, 2]),
        ("G shift+pageup", list(range(21, 30))),
        ("down shift+end shift+home", [0, 1]),
        ("down down shift+down shift+home shift+down", [1, 2]),
        ("asterisk space", list(range(1, 30))),
        # With all marked, a range unmarks, and gives back what it leaves; where it begins on an unmarked row it marks.
        ("asterisk shift+down shift+down shift+up", list(range(2, 30))),
        ("asterisk down space space up up shift+down shift+down", list(range(30))),
        # A range leaves what was marked before it came as it was.
        ("down down space g shift+pagedown shift+home", [0, 2]),
        # Without shift: from here to there.
        ("down m down down down up space down down", [1, 2, 3]),
        ("m pagedown space space", list(range(8))),
        ("space m G space", list(range(30))),
        ("down down m G home space", [0, 1, 2]),
        ("space m down down escape down", [0]),
        ("asterisk down m down space", [0, *range(3, 30)]),
        ("m down asterisk", list(range(30))),
        ("asterisk asterisk", []),
        ("asterisk space asterisk", list(range(30))),
        ("asterisk space asterisk asterisk", []),
        # All are marked, one by one: then the star takes the marks.
        ("shift+end asterisk", []),
    ],
)
async def test_keys_mark(keys: str, expected: list[int]) -> None:
    assert await marked(keys, rows=30) == expected


async def test_a_long_range_is_marked_at_once() -> None:
    assert await marked("down shift+end", rows=200_000) == list(range(1, 200_000))


async def test_clicks_mark() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.click("#rows", offset=(1, 3))
        await pilot.click("#rows", offset=(40, 5), control=True)
        assert list(app.table.marked_ids()) == [2, 4]
        await pilot.click("#rows", offset=(5, 7), shift=True)
        assert list(app.table.marked_ids()) == [2, 4, 5, 6]
        await pilot.click("#rows", offset=(5, 2), shift=True)
        assert list(app.table.marked_ids()) == [1, 2, 3, 4]
        assert not app.heard(ResultTable.Opened)


async def test_what_is_marked_in_two_searches_is_all_marked() -> None:
    app = TableApp(MemoryListing(range(0, 1000, 5), search=ADA))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("down", "space")
        app.table.show(MemoryListing(range(1, 1000, 5), search=BO), sort="name")
        await loaded(pilot)
        await pilot.press("space")
        await pilot.pause()
        assert list(app.table.marked_ids()) == [1, 5]
        said = app.heard(ResultTable.MarksChanged)
        assert [(message.count, message.outside) for message in said] == [(1, 0), (1, 1), (2, 1)]
        # Both are in a result that holds both, and in the order of that.
        app.table.show(MemoryListing(range(999, -1, -1)), sort="name", descending=True)
        await loaded(pilot)
        assert list(app.table.marked_ids()) == [5, 1]
        assert app.table.selection.outside_count == 0
        app.table.clear_marks()
        assert not app.table.marked_ids()


async def test_a_mark_goes_with_its_row() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("space", "space", "space")
        app.table.show(MemoryListing([1, *range(500, 1000)], everybody={*range(1, 1000)}, search=BO), sort="name")
        await loaded(pilot)
        assert list(app.table.marked_ids()) == [1, 2]
        assert app.table.selection.outside_count == 1


async def test_what_is_marked_while_another_result_is_on_its_way_stays_marked() -> None:
    gate = threading.Event()
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("space")
        app.table.show(MemoryListing(range(1, 1000), ids_gate=gate, search=BO), sort="name")
        await until(pilot, lambda: "Number 1" in app.lines()[1])
        # In the new result, before it is counted: one that was marked before is not there, two others are.
        await pilot.press("space", "space", "space", "up", "space")
        gate.set()
        await loaded(pilot)
        assert list(app.table.marked_ids()) == [1, 2, 0]
        assert app.table.selection.outside_count == 1


async def test_a_mark_from_another_search_can_be_taken_before_the_new_result_is_counted() -> None:
    gate = threading.Event()
    app = TableApp(MemoryListing(range(1000), search=ADA))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("space")
        app.table.show(MemoryListing(range(500, 1000), search=BO), sort="name")
        await loaded(pilot)
        assert app.table.selection.outside_count == 1
        app.table.show(MemoryListing(range(1000), search=ADA, ids_gate=gate), sort="name")
        await until(pilot, lambda: app.lines()[1].startswith("►*Ada"))
        await pilot.press("space")
        gate.set()
        await loaded(pilot)
        assert (app.table.marked_count, list(app.table.marked_ids())) == (0, [])


async def test_all_that_match_stays_in_another_order_and_goes_with_another_search() -> None:
    app = TableApp(MemoryListing(range(1000), search=ADA))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("space", "asterisk", "space")
        assert app.table.marked_count == 999
        app.table.show(MemoryListing(range(999, -1, -1), search=ADA), sort="name", descending=True)
        assert app.table.marked_count == len(app.table.marked_ids()) == 999
        await loaded(pilot)
        assert list(app.table.marked_ids()) == [number for number in range(999, -1, -1) if number != 1]
        app.table.show(MemoryListing(range(500), search=BO), sort="name")
        await loaded(pilot)
        # What was marked by hand is marked still.
        assert list(app.table.marked_ids()) == [0]


async def test_all_that_match_and_what_was_marked_in_another_search_are_both_marked() -> None:
    app = TableApp(MemoryListing(range(10), search=ADA))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("space")
        app.table.show(MemoryListing(range(5, 8), search=BO), sort="name")
        await loaded(pilot)
        await pilot.press("asterisk")
        assert list(app.table.marked_ids()) == [5, 6, 7, 0]
        assert (app.table.marked_count, app.table.selection.outside_count) == (4, 1)
        await pilot.press("asterisk")
        assert app.table.marked_count == 0


async def test_the_star_marks_all_as_soon_as_they_are_counted() -> None:
    gate = threading.Event()
    app = TableApp(MemoryListing(range(1000), ids_gate=gate))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: app.table.cursor_row is not None)
        await pilot.press("asterisk")
        assert app.table.marked_count == len(app.table.marked_ids()) == 0
        gate.set()
        await loaded(pilot)
        assert app.table.marked_count == 1000
        assert [message.count for message in app.heard(ResultTable.MarksChanged)] == [1000]


async def test_in_an_empty_result_nothing_is_marked() -> None:
    app = TableApp(MemoryListing([]))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: app.table.total == 0)
        await pilot.press("asterisk", "space", "shift+down", "shift+end")
        assert (app.table.marked_count, list(app.table.marked_ids())) == (0, [])


async def test_a_mark_is_a_sign_that_every_terminal_has() -> None:
    app = TableApp(MemoryListing(range(10)), ascii_only=True)
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("space")
        assert [line[:3] for line in app.lines()[1:4]] == [" *A", "> B", "  C"]


ORDERS = st.permutations(range(12)).flatmap(lambda order: st.integers(0, 12).map(lambda size: order[:size]))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["toggle", "mark", "unmark", "all", "result", "search", "gone"]), st.integers(0, 11), ORDERS
    )
)


@given(ORDERS, STEPS)
def test_marks_agree_with_a_plain_set(  # noqa: C901, PLR0912  a model in one piece
    first: list[int], steps: list[tuple[str, int, list[int]]]
) -> None:
    """The marks beside what they mean: a set by hand, and a set of all that matched but what was taken away."""
    marks, order, there = MarkedIds(), array("q", first), set(range(12))
    by_hand: set[int] = set()
    all_but: set[int] | None = None

    def meant() -> set[int]:
        return by_hand | (set(order) - all_but if all_but is not None else set())

    for step, number, other in steps:
        if step in ("result", "search", "gone"):
            if step == "gone":
                there.discard(number)
            if step == "search":
                marks.end_all_matching()
                all_but = None
            order = array("q", [each for each in other if each in there])
            marks.settle(check_membership(MemoryListing([], everybody=there), marks.checkable(), order))
            by_hand &= there
        elif step == "all":
            if order:
                whole = set(order) <= meant()
                marks.toggle_all(len(order))
                by_hand = set() if whole else by_hand
                all_but = None if whole else set()
        elif number in order:
            marking = step == "mark" or (step == "toggle" and number not in meant())
            if step == "toggle":
                marks.toggle(number)
            elif step == "mark":
                marks.mark((number,))
            else:
                marks.unmark((number,))
            if not marking:
                by_hand.discard(number)
                if all_but is not None:
                    all_but.add(number)
            elif all_but is not None:
                all_but.discard(number)
            else:
                by_hand.add(number)
        chosen = marks.in_order(order)
        assert set(chosen) == meant()
        assert len(chosen) == marks.count(len(order))
        assert [row for row in chosen if row in order] == [row for row in order if row in meant()]
        assert all((row in marks) == (row in meant()) for row in order)
        assert marks.outside == meant() - set(order)


@given(st.lists(st.integers(0, 50), unique=True), st.sets(st.integers(0, 60)))
def test_occurring_says_which_are_in_an_order(order: list[int], wanted: set[int]) -> None:
    assert ids_in_order(wanted, array("q", order)) == wanted & set(order)
