"""The search box and the count beside it."""

import pytest
from textual import events
from textual.widgets import Input

from segtui.tui.widgets.forms import search_box
from segtui.tui.widgets.forms.search_box import SearchBox
from tests.support.listings import MemoryListing
from tests.support.table_app import TableApp, loaded, until


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


async def test_the_count_says_how_many_are_selected_and_how_many_of_those_are_not_shown() -> None:
    app = TableApp(MemoryListing(range(10)))
    async with app.run_test():
        app.count.show(340, selected=3)
        assert app.count.text == "340 people, 3 selected"
        app.count.show(12, of=340, selected=3)
        assert app.count.text == "12 of 340 people, 3 selected"
        app.count.show(12, of=340, selected=1_003, elsewhere=1)
        assert app.count.text == "12 of 340 people, 1,003 selected, 1 not shown"
        app.count.show(0, of=1, selected=1, elsewhere=1)
        assert app.count.text == "0 of 1 person, 1 selected, 1 not shown"


@pytest.fixture
def never(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no answer take so long that it has to be announced."""
    monkeypatch.setattr(search_box, "_NOTICE_DELAY", 1000)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Announce everything, and let every announcement be read within no time."""
    monkeypatch.setattr(search_box, "_NOTICE_DELAY", 0.001)
    monkeypatch.setattr(search_box, "_MIN_NOTICE", 0)


async def test_an_answer_that_comes_at_once_is_not_announced(never: None) -> None:
    app = TableApp(MemoryListing(range(10)))
    async with app.run_test() as pilot:
        app.count.show(340)
        app.count.searching()
        await pilot.pause()
        assert app.count.text == "340 people"
        app.count.show(12, of=340)
        assert app.count.text == "12 of 340"


async def test_what_takes_long_is_announced_until_the_answer_comes(at_once: None) -> None:
    app = TableApp(MemoryListing(range(10)))
    async with app.run_test() as pilot:
        app.count.show(340)
        app.count.searching()
        await until(pilot, lambda: app.count.text == "searching…")
        app.count.searching("sorting by City")
        assert app.count.text == "sorting by City…"
        app.count.show(3, of=340)
        assert app.count.text == "3 of 340"


async def test_an_announcement_stays_long_enough_to_be_read(at_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    app = TableApp(MemoryListing(range(10)))
    async with app.run_test() as pilot:
        monkeypatch.setattr(search_box, "_MIN_NOTICE", 1000)
        app.count.searching()
        await until(pilot, lambda: app.count.text == "searching…")
        app.count.show(3, of=340)
        await pilot.pause()
        assert app.count.text == "searching…"
        # Who types on sees it stay: it does not come and go with every key.
        app.count.searching()
        await pilot.pause()
        assert app.count.text == "searching…"
        monkeypatch.setattr(search_box, "_MIN_NOTICE", 0)
        app.count.show(2, of=340)
        assert app.count.text == "2 of 340"


async def test_an_announcement_that_comes_too_late_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A timer that ran out before it was stopped calls back all the same: the count would say "searching" for good."""
    app = TableApp(MemoryListing(range(10)))
    async with app.run_test() as pilot:
        app.count.searching()
        timer = app.count._timer
        assert timer is not None
        await timer._tick(next_timer=0, count=1)
        app.count.show(12, of=340)
        await pilot.pause()
        assert app.count.text == "12 of 340"


async def test_what_is_not_the_answer_does_not_end_the_announcement(at_once: None) -> None:
    app = TableApp(MemoryListing(range(10)))
    async with app.run_test() as pilot:
        app.count.show(340)
        app.count.searching()
        await until(pilot, lambda: app.count.text == "searching…")
        app.count.show(340, selected=1, waiting=True)
        await pilot.pause()
        assert app.count.text == "searching…"
        app.count.show(12, of=340, selected=1)
        assert app.count.text == "12 of 340 people, 1 selected"


async def test_a_search_that_fails_says_again_what_was_said_before(at_once: None) -> None:
    app = TableApp(MemoryListing(range(10)))
    async with app.run_test() as pilot:
        app.count.searching()
        await until(pilot, lambda: app.count.text == "searching…")
        app.count.done()
        assert app.count.text == ""
        app.count.show(340)
        app.count.searching()
        await until(pilot, lambda: app.count.text == "searching…")
        app.count.done()
        assert app.count.text == "340 people"
