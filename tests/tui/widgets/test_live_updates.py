"""A table that follows what others change: nothing moves, nothing is said, and who works on comes first."""

import threading
from collections.abc import Sequence

import pytest
from textual.pilot import Pilot

from segtui.domain import search_terms
from segtui.errors import DatabaseError
from segtui.tui.widgets.table.result_table import ResultTable
from tests.support.listings import MemoryListing, Person, person
from tests.support.table_app import TableApp, loaded, until

SMALL = (80, 12)


async def followed(pilot: Pilot[None], listing: MemoryListing) -> TableApp:
    """Show a listing quietly and wait until it is there."""
    app = pilot.app
    assert isinstance(app, TableApp)
    app.heard(ResultTable.LoadFinished)
    app.table.show(listing, sort=app.table.sort, descending=app.table.descending, quietly=True)
    await until(pilot, lambda: [m for m in app.said if isinstance(m, ResultTable.LoadFinished)])
    return await loaded(pilot)


@pytest.mark.parametrize("rows", [7, 1000])
@pytest.mark.parametrize("position", [0, 3, 505])
async def test_where_nothing_changed_nothing_is_painted_and_nothing_said(rows: int, position: int) -> None:
    app = TableApp(MemoryListing(range(rows)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.move_cursor(position)
        await pilot.press("space")
        await loaded(pilot)
        app.said.clear()
        app.table.repaints.clear()
        await followed(pilot, MemoryListing(range(rows)))
        assert app.table.repaints == []
        assert {type(message) for message in app.said} <= {ResultTable.Counted, ResultTable.LoadFinished}


async def test_only_what_changed_is_painted() -> None:
    def make(number: int) -> Person:
        return Person(4, "Emil Renamed") if number == 4 else person(number)

    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.repaints.clear()
        await followed(pilot, MemoryListing(range(1000), make))
        assert [region.y for region in app.table.repaints] == [5]
        assert "Emil Renamed" in app.lines()[5]


@pytest.mark.parametrize("position", [12, 505, 999])
async def test_the_cursor_stays_on_its_row_and_the_row_where_it_is(position: int) -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.move_cursor(position)
        app.table.move_cursor(position - 3)
        await loaded(pilot)
        line = next(line for line in app.lines() if line.startswith("►"))
        place = app.lines().index(line)
        # New rows above, others gone, others new below.
        order = [*range(2000, 2040), *range(5, 1000), *range(3000, 3100)]
        await followed(pilot, MemoryListing(order))
        assert app.lines()[place] == line
        assert app.table.cursor_id == position - 3
        assert app.table.position == position - 3 + 35
        assert app.table.total == len(order)


async def test_at_the_beginning_what_is_new_there_is_seen() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("down")
        await followed(pilot, MemoryListing([2000, 2001, *range(1000)]))
        assert "Number 2000" in app.lines()[1]
        assert app.lines()[4].startswith("► Bo Number 1")


async def test_who_scrolled_away_from_the_cursor_goes_on_reading_where_they_were() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.scroll_to(y=300)
        await loaded(pilot)
        before = app.lines()
        app.table.repaints.clear()
        await followed(pilot, MemoryListing([*range(2000, 2050), *range(1000)]))
        assert app.lines() == before
        assert app.table.repaints == []
        assert (app.table.top, app.table.cursor_id) == (350, 0)


async def test_a_row_that_is_gone_leaves_the_cursor_on_its_neighbour() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.move_cursor(500)
        await loaded(pilot)
        await followed(pilot, MemoryListing([number for number in range(1000) if number != 500]))
        assert app.table.cursor_id == 501
        await followed(pilot, MemoryListing(range(3)))
        assert app.table.cursor_id == 2
        await followed(pilot, MemoryListing([]))
        assert app.table.cursor_row is None
        assert app.table.total == 0


async def test_an_empty_list_fills_without_a_key() -> None:
    app = TableApp(MemoryListing([]))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: app.table.total == 0)
        await followed(pilot, MemoryListing(range(3)))
        assert app.lines()[1].startswith("► Ada Number 0")


async def test_marks_stay_with_rows_that_are_still_there() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("space", "space", "space")
        await followed(pilot, MemoryListing([2, 7, 1], everybody={1, 2, 7}))
        assert list(app.table.marked_ids()) == [2, 1]
        await pilot.press("asterisk")
        await followed(pilot, MemoryListing([2, 7, 1, 8]))
        assert list(app.table.marked_ids()) == [2, 7, 1, 8]
        assert app.table.marked_count == 4


async def test_a_range_that_is_being_marked_goes_on_where_it_began() -> None:
    app = TableApp(MemoryListing(range(100)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("down", "shift+down", "shift+down")
        await followed(pilot, MemoryListing([500, *range(100)]))
        await pilot.press("shift+up")
        assert list(app.table.marked_ids()) == [1, 2]


class Gated:
    """Quiet listings that wait until they may answer."""

    def __init__(self, order: Sequence[int]) -> None:
        self.gate = threading.Event()
        self.listing = MemoryListing(order, first_gate=self.gate)

    def cancel(self) -> None:
        self.listing.cancelled.set()


async def test_who_moves_meanwhile_stays_where_they_went() -> None:
    quiet = Gated([*range(2000, 2010), *range(1000)])
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.move_cursor(100)
        app.table.show(quiet.listing, sort="name", quietly=True)
        await pilot.press("pagedown", "pagedown", "down")
        await loaded(pilot)
        lines, row = app.lines(), app.table.cursor_id
        quiet.gate.set()
        await until(pilot, lambda: app.table.total == 1010)
        await loaded(pilot)
        assert app.table.cursor_id == row
        assert app.lines() == lines


async def test_who_scrolls_far_meanwhile_finds_the_rows_filled_in() -> None:
    quiet = Gated([*range(5000, 5010), *range(1000)])
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.show(quiet.listing, sort="name", quietly=True)
        await pilot.press("G")
        await loaded(pilot)
        lines = app.lines()
        quiet.gate.set()
        await until(pilot, lambda: app.table.total == 1010)
        await loaded(pilot)
        assert app.table.cursor_id == 999
        assert app.lines() == lines


async def test_who_searches_meanwhile_sees_their_own_answer() -> None:
    quiet = Gated(range(2000, 3000))
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.show(quiet.listing, sort="name", quietly=True, cancel=quiet.cancel)
        app.table.show(MemoryListing(range(500, 600), search=search_terms.parse("x")), sort="name")
        await loaded(pilot)
        assert quiet.listing.cancelled.is_set()
        assert app.table.total == 100
        assert "Number 500" in app.lines()[1]


async def test_what_a_person_asked_for_is_shown_before_what_changed() -> None:
    gate = threading.Event()
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        asked = MemoryListing(range(500, 600), search=search_terms.parse("x"), first_gate=gate)
        app.table.show(asked, sort="name", cancel=asked.cancelled.set)
        changed = MemoryListing(range(500, 601), search=search_terms.parse("x"))
        app.table.show(changed, sort="name", quietly=True)
        await pilot.pause()
        assert changed.calls == []
        assert not asked.cancelled.is_set()
        gate.set()
        await until(pilot, lambda: app.table.total == 101)
        assert [message.total for message in app.heard(ResultTable.Counted)][-2:] == [100, 101]


async def test_of_several_changes_the_last_is_shown() -> None:
    first, last = Gated(range(10)), Gated(range(20))
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.show(first.listing, sort="name", quietly=True)
        app.table.show(last.listing, sort="name", quietly=True)
        last.gate.set()
        await until(pilot, lambda: app.table.total == 20)
        first.gate.set()
        await pilot.pause(0.05)
        assert app.table.total == 20


async def test_a_failure_leaves_everything_as_it_was() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        before = app.lines()
        app.table.repaints.clear()
        await followed(pilot, MemoryListing(range(5), error=DatabaseError("The database went away.")))
        assert app.table.repaints == []
        assert app.lines() == before
        assert [message.quietly for message in app.heard(ResultTable.LoadFailed)] == [True]
        await followed(pilot, MemoryListing(range(5)))
        assert app.table.total == 5


async def test_what_is_on_its_way_is_stopped_with_the_table() -> None:
    quiet, asked = Gated(range(10)), Gated(range(20))
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.show(asked.listing, sort="name", cancel=asked.cancel)
        app.table.show(quiet.listing, sort="name", quietly=True, cancel=quiet.cancel)
    assert quiet.listing.cancelled.is_set()
    assert asked.listing.cancelled.is_set()
