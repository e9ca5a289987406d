"""The header: which order is shown, which one is on its way, and columns that are not wanted."""

import threading

import pytest

from segtui.domain import search_terms
from segtui.errors import Cancelled, DatabaseError
from segtui.tui.widgets.table import load_request
from segtui.tui.widgets.table.result_table import ResultTable
from tests.support.listings import COLUMNS, MemoryListing
from tests.support.table_app import TableApp, loaded, until

WIDE = (120, 12)


@pytest.mark.parametrize(("ascii_only", "signs"), [(False, ("▲", "▼", "…")), (True, ("^", "v", "..."))])
async def test_an_order_that_takes_long_is_announced_while_the_old_rows_stay(
    ascii_only: bool, signs: tuple[str, str, str]
) -> None:
    up, down, coming = signs
    slow = MemoryListing(range(999, -1, -1), first_gate=threading.Event())
    app = TableApp(MemoryListing(range(1000)), ascii_only=ascii_only)
    async with app.run_test(size=WIDE) as pilot:
        await loaded(pilot)
        app.heard(ResultTable.LoadStarted)
        app.table.show(slow, sort="city", descending=True)
        await until(pilot, lambda: f"City {down}{coming}" in app.lines()[0])
        assert [message.words for message in app.heard(ResultTable.LoadStarted)] == ["sorting by City"]
        assert f"Name {up} " in app.lines()[0]
        # The old rows are there, those that were not looked at yet too.
        await pilot.press("pagedown", "pagedown", "G")
        await until(pilot, lambda: "Number 999" in app.lines()[-1])
        assert slow.first_gate is not None
        slow.first_gate.set()
        await loaded(pilot)
        assert f"City {down} " in app.lines()[0]
        assert coming not in app.lines()[0]
        assert f"Name {up}" not in app.lines()[0]


async def test_an_order_that_is_there_at_once_is_not_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=WIDE) as pilot:
        await loaded(pilot)
        monkeypatch.setattr("segtui.tui.widgets.table.listing_loader.NOTICE_DELAY", 1000)
        app.table.show(MemoryListing(range(999, -1, -1)), sort="city")
        assert "City ▲" not in app.lines()[0]
        await loaded(pilot)
        assert "City ▲ " in app.lines()[0]
        assert load_request.NOTICE_DELAY < 0.1


@pytest.mark.parametrize("error", [DatabaseError("It went away."), Cancelled("It was stopped.")])
async def test_an_order_that_cannot_be_had_is_not_on_its_way_any_more(error: DatabaseError) -> None:
    gate = threading.Event()
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=WIDE) as pilot:
        await loaded(pilot)
        app.table.show(MemoryListing(range(10), first_gate=gate, error=error), sort="city")
        await until(pilot, lambda: "City ▲…" in app.lines()[0])
        assert app.table.next_sort() == ("id", True)
        gate.set()
        await until(pilot, lambda: "City ▲" not in app.lines()[0])
        assert "Name ▲" in app.lines()[0]
        assert not app.table.loading_rows
        # The next one is counted from what is shown.
        assert app.table.next_sort() == ("phone", False)
        assert app.table.reversed_sort() == ("name", True)


async def test_typing_announces_no_order() -> None:
    slow = MemoryListing(range(10), search=search_terms.parse("x"), first_gate=threading.Event())
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=WIDE) as pilot:
        await loaded(pilot)
        app.heard(ResultTable.LoadStarted)
        app.table.show(slow, sort="name")
        assert app.lines()[0].count("▲") == 1
        await pilot.pause(0.1)
        assert "…" not in app.lines()[0]
        assert [message.words for message in app.heard(ResultTable.LoadStarted)] == ["searching"]
        slow.cancelled.set()


async def test_the_first_column_names_an_order_whose_column_is_not_there() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=(70, 12)) as pilot:
        await loaded(pilot)
        assert "City" not in app.lines()[0]
        gate = threading.Event()
        app.table.show(MemoryListing(range(999, -1, -1), first_gate=gate), sort="city")
        await until(pilot, lambda: "City ▲…" in app.lines()[0])
        gate.set()
        await loaded(pilot)
        assert "Name by City ▲ " in app.lines()[0]
        await pilot.resize_terminal(120, 12)
        await loaded(pilot)
        assert "Name  " in app.lines()[0]
        assert " City ▲ " in app.lines()[0]


async def test_columns_that_are_not_wanted_are_not_there() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=(160, 12)) as pilot:
        await loaded(pilot)
        app.table.set_hidden({"name", "phone", "city", "nonsense"})
        await pilot.pause()
        assert app.table.hidden == {"phone", "city"}
        header = app.lines()[0]
        assert [column.label for column in COLUMNS if column.label in header] == ["Name", "E-mail", "Number", "Status"]
        assert "+1602" not in app.lines()[1]
        # What is not there is not sorted by with `s`.
        assert app.table.next_sort() == ("email", False)
        app.table.set_hidden(())
        await pilot.pause()
        assert "Phone" in app.lines()[0]


async def test_what_is_not_removable_stays() -> None:
    from dataclasses import replace

    columns = (COLUMNS[0], replace(COLUMNS[1], removable=False), *COLUMNS[2:])
    app = TableApp(MemoryListing(range(1000)), columns=columns)
    async with app.run_test(size=WIDE) as pilot:
        await loaded(pilot)
        app.table.set_hidden({"phone", "email"})
        assert app.table.hidden == {"email"}


async def test_a_label_that_is_cut_off_is_whole_in_the_tooltip() -> None:
    from dataclasses import replace

    columns = (COLUMNS[0], replace(COLUMNS[1], label="Telephone number, international"), *COLUMNS[2:])
    app = TableApp(MemoryListing(range(1000)), columns=columns)
    async with app.run_test(size=(80, 12)) as pilot:
        await loaded(pilot)
        x = app.lines()[0].index("Telephone")
        assert app.table.full_text_at(x, 0) == "Telephone number, international"
        assert app.table.full_text_at(3, 0) is None
