"""The search box and the count beside it."""

from textual import events
from textual.widgets import Input

from segtui.widgets.search_box import SearchBox
from tests.support.listings import MemoryListing
from tests.support.table_app import TableApp, loaded


async def test_enter_and_down_leave_for_the_rows_and_keep_the_search() -> None:
    app = TableApp(MemoryListing(range(10)))
    async with app.run_test() as pilot:
        await loaded(pilot)
        box = app.query_one(SearchBox)
        box.focus()
        await pilot.press("f", "enter", "down")
        assert [left.forward for left in app.heard(SearchBox.Left)] == [True, True]
        assert box.value == "f"


async def test_escape_clears_and_again_leaves() -> None:
    app = TableApp(MemoryListing(range(10)))
    async with app.run_test() as pilot:
        await loaded(pilot)
        box = app.query_one(SearchBox)
        box.focus()
        await pilot.press("f", "i", "escape")
        assert box.value == ""
        assert not app.heard(SearchBox.Left)
        await pilot.press("escape")
        assert [left.forward for left in app.heard(SearchBox.Left)] == [False]


async def test_going_back_to_the_box_goes_on_typing() -> None:
    app = TableApp(MemoryListing(range(10)))
    async with app.run_test() as pilot:
        await loaded(pilot)
        box = app.query_one(SearchBox)
        box.focus()
        await pilot.press("f", "i")
        app.table.focus()
        await pilot.pause()
        box.focus()
        await pilot.press("n")
        assert box.value == "fin"


async def test_what_is_pasted_is_cleaned_and_becomes_one_line() -> None:
    app = TableApp(MemoryListing(range(10)))
    async with app.run_test() as pilot:
        await loaded(pilot)
        box = app.query_one(SearchBox)
        box.focus()
        await pilot.pause()
        box.post_message(events.Paste("\nada\x1b]0;x\x07\n\u202elove\tlace"))
        await pilot.pause()
        assert box.value == "ada ]0;x  love lace"
        assert box.cursor_position == len(box.value)


async def test_no_more_is_taken_than_anybody_types() -> None:
    app = TableApp(MemoryListing(range(10)))
    async with app.run_test() as pilot:
        await loaded(pilot)
        box = app.query_one(SearchBox)
        box.focus()
        await pilot.pause()
        box.post_message(events.Paste("x" * 5000))
        await pilot.press("y")
        assert box.value == "x" * 200


async def test_the_cursor_of_the_box_does_not_blink() -> None:
    app = TableApp(MemoryListing(range(10)))
    async with app.run_test() as pilot:
        await loaded(pilot)
        box = app.query_one(SearchBox)
        assert not box.cursor_blink
        assert isinstance(box, Input)


async def test_the_count_says_how_many_and_of_how_many() -> None:
    app = TableApp(MemoryListing(range(10)))
    async with app.run_test():
        app.count.show(1)
        assert app.count.text == "1 person"
        app.count.show(12_340)
        assert app.count.text == "12,340 people"
        app.count.show(12, of=340)
        assert app.count.text == "12 of 340"


async def test_searching_is_said_only_when_it_takes_a_while() -> None:
    app = TableApp(MemoryListing(range(10)))
    async with app.run_test() as pilot:
        app.count.show(340)
        app.count.searching()
        await pilot.pause(0.02)
        assert app.count.text == "340 people"
        app.count.show(12, of=340)
        await pilot.pause(0.15)
        assert app.count.text == "12 of 340"
        app.count.searching()
        await pilot.pause(0.15)
        assert app.count.text == "searching…"
        app.count.show(3, of=340)
        assert app.count.text == "3 of 340"


async def test_a_search_that_fails_is_not_searching_any_more() -> None:
    app = TableApp(MemoryListing(range(10)))
    async with app.run_test() as pilot:
        app.count.searching()
        await pilot.pause(0.15)
        app.count.done()
        assert app.count.text == ""
