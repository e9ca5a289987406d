"""The scroll bar goes exactly where it is clicked or dragged, however many rows there are."""

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widget import Widget

from tests.support.listings import MemoryListing
from tests.support.table_app import TableApp, loaded, until

SIZE = (80, 23)
"""The bar has 21 cells, the first beside the header."""


async def press(pilot: Pilot[None], y: int) -> None:
    app = pilot.app
    assert isinstance(app, TableApp)
    bar: Widget = app.table.vertical_scrollbar
    await pilot.mouse_down(bar, offset=(0, y))
    await pilot.pause()


async def release(pilot: Pilot[None], y: int) -> None:
    app = pilot.app
    assert isinstance(app, TableApp)
    await pilot.mouse_up(app.table.vertical_scrollbar, offset=(0, y))
    await pilot.pause()


async def drag(pilot: Pilot[None], y: int) -> None:
    app = pilot.app
    assert isinstance(app, TableApp)
    region = app.table.vertical_scrollbar.region
    await pilot.hover(offset=(region.x, region.y + y))
    await pilot.pause()


@pytest.mark.parametrize("rows", [1000, 1_000_000])
@pytest.mark.parametrize(("cell", "share"), [(0, 0.0), (5, 0.25), (10, 0.5), (20, 1.0)])
async def test_a_click_goes_to_the_place(rows: int, cell: int, share: float) -> None:
    app = TableApp(MemoryListing(range(rows)))
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot)
        app.table.scroll_to(y=rows // 3)
        assert app.table.size.height == 21
        await press(pilot, cell)
        await until(pilot, lambda: app.table.top == round(share * (rows - 20)))
        await release(pilot, cell)
        await loaded(pilot)
        assert f"Number {round(share * (rows - 20))} " in app.lines()[1]


async def test_dragging_reaches_both_ends_and_leaves_the_cursor() -> None:
    app = TableApp(MemoryListing(range(1_000_000)))
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot)
        await press(pilot, 0)
        assert app.table.top == 0
        await drag(pilot, 20)
        await until(pilot, lambda: app.table.top == 1_000_000 - 20)
        await drag(pilot, 15)
        await until(pilot, lambda: app.table.top == round(0.75 * (1_000_000 - 20)))
        await drag(pilot, 0)
        await until(pilot, lambda: app.table.top == 0)
        await release(pilot, 0)
        await drag(pilot, 12)
        assert app.table.top == 0
        assert app.table.position == 0


async def test_where_all_rows_are_in_view_there_is_nothing_to_scroll() -> None:
    app = TableApp(MemoryListing(range(3)))
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot)
        await press(pilot, 15)
        await release(pilot, 15)
        assert app.table.top == 0


async def test_a_bar_without_unicode_works_as_well() -> None:
    app = TableApp(MemoryListing(range(1000)), ascii_only=True)
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot)
        await press(pilot, 20)
        await release(pilot, 20)
        await until(pilot, lambda: app.table.top == 980)
        strips = app.table.vertical_scrollbar.render_lines(Region(0, 0, 1, 21))
        assert all(strip.text.isascii() for strip in strips)
