"""Ranges of marked rows: exact for any movement, over loading pages and live changes, and never on the event loop."""

import threading
from array import array
from functools import partial

import hypothesis.strategies as st
import pytest
from hypothesis import given

from segtui.domain import search_terms
from segtui.tui.widgets.table.marking import marker
from segtui.tui.widgets.table.marking.marked_range import MarkedRange
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.selection import MarkedIds
from tests.support.listings import MemoryListing
from tests.support.table_app import TableApp, loaded, until

SMALL = (80, 12)
ADA = search_terms.parse("ada")


def _has_row(app: TableApp) -> bool:
    return app.table.cursor_row is not None


@given(st.permutations(range(12)), st.sets(st.integers(0, 11)), st.booleans(), st.lists(st.integers(0, 11), min_size=1))
def test_a_range_is_what_lies_between_its_ends_and_gives_back_the_rest(
    order: list[int], marked_before: set[int], all_matching: bool, ends: list[int]
) -> None:
    ids, anchor = array("q", order), ends[0]
    marked = MarkedIds(all_matching, *((set(), marked_before) if all_matching else (marked_before, set())))
    before = {row_id for row_id in order if row_id in marked}
    marked_range = MarkedRange(anchor, order[anchor], marks=not (all_matching and order[anchor] in marked))
    for end in ends:
        step = marked_range.step(end)
        was = {row_id for row_id in order if row_id in marked}
        marked_range.move_end(end, ids, marked)
        now = {row_id for row_id in order if row_id in marked}
        inside = set(order[min(anchor, end) : max(anchor, end) + 1])
        assert now == (before | inside if marked_range.marks else before - inside)
        assert len(was ^ now) <= step
        assert marked.count(len(order)) == len(now)
    marked_range.move_end(None, ids, marked)
    assert {row_id for row_id in order if row_id in marked} == before
    assert not marked_range.changed


async def test_a_long_range_is_marked_in_a_thread_and_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[threading.Thread] = set()
    original = MarkedRange.move_end

    def recorded(self: MarkedRange, *arguments: object) -> None:
        threads.add(threading.current_thread())
        original(self, *arguments)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(MarkedRange, "move_end", recorded)
    monkeypatch.setattr(marker, "_MOST_AT_ONCE", 100)
    app = TableApp(MemoryListing(range(30_000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("down", "space", "down", "shift+end")
        await loaded(pilot)
        assert threading.main_thread() not in threads
        assert app.table.marked_count == len(app.table.marked_ids()) == 29_998
        assert [message.count for message in app.heard(ResultTable.MarksChanged)] == [1, 29_998]
        # Back over the row where it began: the rows below are left, and those above are marked.
        await pilot.press("shift+home")
        await loaded(pilot)
        assert list(app.table.marked_ids()) == [0, 1, 2, 3]
        # While a long range is being marked a click is ignored; a change of the list is taken in.
        gate = threading.Event()
        monkeypatch.setattr(MarkedRange, "move_end", lambda *arguments: (gate.wait(60), original(*arguments))[1])
        await pilot.press("shift+end")
        await until(pilot, lambda: app.table.marker.is_busy)
        await pilot.click("#rows", offset=(1, 4))
        assert not app.table.is_settled
        app.table.show(MemoryListing([*range(2, 30_000), 50_000]), sort="name", quietly=True)
        await until(pilot, lambda: app.table.total == 29_999)
        gate.set()
        await loaded(pilot)
        # Row 1 was marked by itself and is gone from this result; row 50,000 came below the end of the range.
        assert list(app.table.marked_ids()) == [*range(3, 30_000), 1]


async def test_a_range_to_the_end_waits_for_rows_that_are_not_counted() -> None:
    for keys in (("shift+end",), ("m", "G", "space")):
        gate = threading.Event()
        app = TableApp(MemoryListing(range(1000), ids_gate=gate))
        async with app.run_test(size=SMALL) as pilot:
            await until(pilot, partial(_has_row, app))
            await pilot.press("down", *keys)
            gate.set()
            await loaded(pilot)
            waits = keys[0] == "shift+end"
            # Ended before: as far as the rows were there.
            assert list(app.table.marked_ids()) == list(range(1, 1000 if waits else 50))
    # Dropped with its result.
    gate = threading.Event()
    app = TableApp(MemoryListing(range(1000), ids_gate=gate))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: app.table.cursor_row is not None)
        await pilot.press("shift+end")
        app.table.show(MemoryListing(range(500, 900), search=ADA), sort="name")
        gate.set()
        await loaded(pilot)
        assert app.table.position == 0
        assert not app.table.marker.is_range_open


async def test_a_range_follows_its_rows_when_others_change_the_list() -> None:
    app = TableApp(MemoryListing(range(100, 1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("down", "down", "m", "down")
        assert [message.is_open for message in app.heard(ResultTable.RangeChanged)] == [True]
        # Three rows come before it.
        app.table.show(MemoryListing([7, 8, 9, *range(100, 1000)]), sort="name", quietly=True)
        await until(pilot, lambda: app.table.total == 903)
        assert list(app.table.marked_ids()) == [102, 103]
        await pilot.press("down")
        assert list(app.table.marked_ids()) == [102, 103, 104]
        await pilot.press("up", "up", "up")
        assert list(app.table.marked_ids()) == [101, 102]
        await pilot.click("#rows", offset=(10, 8))
        assert list(app.table.marked_ids()) == [102, 103, 104]
        await pilot.press("space", "down", "space")
        assert list(app.table.marked_ids()) == [102, 103, 104, 105]
        assert [message.is_open for message in app.heard(ResultTable.RangeChanged)] == [False]
        # Another search ends a range; its rows stay marked.
        await pilot.press("m", "down")
        app.table.show(MemoryListing(range(102, 110), search=ADA), sort="name")
        await loaded(pilot)
        assert [message.is_open for message in app.heard(ResultTable.RangeChanged)] == [True, False]
        assert app.table.marked_count == 6
