"""The first frame is painted before the database is open, and nothing acts on it until the first list is there."""

import threading
from collections.abc import Callable, Iterator

import pytest
from textual import events

from segtui.config import settings as config
from segtui.errors import DatabaseError
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.opening import SessionOpening
from segtui.tui.screens.segments.segment_list import SegmentListScreen
from segtui.tui.screens.shared.too_small import TooSmallScreen
from segtui.tui.widgets.forms.search_box import SearchBox
from tests.support.person import Person, at

FRAME = ("Segments", "Search by name or description", "Create Segment", "Name", "Contacts", "Help")


@pytest.fixture
def opened() -> Iterator[threading.Event]:
    """Return the event that lets a slow opening end. Nothing waits for it after the test."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def slowly(opened: threading.Event) -> Callable[[Callable[[], Session]], SegtuiApp]:
    """Return what makes the app for a session whose opening waits for `opened`."""

    def app(open_session: Callable[[], Session]) -> SegtuiApp:
        def wait() -> Session:
            opened.wait(30)
            return open_session()

        return SegtuiApp(SessionOpening(wait), config.Settings(database="", timezone="UTC", theme="segtui"))

    return app


Slowly = Callable[[Callable[[], Session]], SegtuiApp]


def send(person: Person, *keys: str) -> None:
    """Let keys come from the terminal, without waiting for their effect."""
    for key in keys:
        person.app.post_message(events.Key(key, key if len(key) == 1 else None))


def click(person: Person, text: str) -> None:
    """Let a click on the first place where `text` stands come from the terminal."""
    x, y = next((line.find(text), y) for y, line in enumerate(person.lines) if text in line)
    for kind in (events.MouseDown, events.MouseUp):
        person.app.post_message(kind(None, x, y, 0, 0, 1, shift=False, meta=False, ctrl=False, screen_x=x, screen_y=y))


async def test_the_frame_is_painted_first_and_then_filled(
    filled: Session, slowly: Slowly, opened: threading.Event
) -> None:
    async with at(slowly(lambda: filled), (120, 24)) as person:
        await person.see(*FRAME)
        assert "Webinar signups" not in person.screen
        opened.set()
        await person.see(*FRAME, "Webinar signups", "segments")
        await person.still()
        late = person.screen
    settings = config.Settings(database="", timezone="UTC", theme="segtui")
    async with at(SegtuiApp(filled, settings), (120, 24)) as person:
        await person.see("Webinar signups")
        await person.still()
        assert person.screen == late


async def test_keys_wait_for_the_list_and_act_in_order(
    filled: Session, slowly: Slowly, opened: threading.Event
) -> None:
    async with at(slowly(lambda: filled)) as person:
        send(person, "G", "enter", "slash", "f", "i", "n", "n")
        await person.pilot.pause(0.2)
        assert isinstance(person.app.screen, SegmentListScreen)
        assert not isinstance(person.app.focused, SearchBox)
        opened.set()
        await person.see("Segments > Webinar signups", "/ finn", "1 of 3")


async def test_a_question_asked_before_the_list_is_about_its_row(
    filled: Session, slowly: Slowly, opened: threading.Event
) -> None:
    async with at(slowly(lambda: filled)) as person:
        send(person, "d", "n", "d")
        await person.pilot.pause(0.2)
        opened.set()
        await person.see("Delete segment")
        await person.settle()
        assert segments.total(filled) == 2
        assert len(person.app.screen_stack) == 2


async def test_nothing_is_archived_before_it_was_seen(filled: Session, slowly: Slowly, opened: threading.Event) -> None:
    async with at(slowly(lambda: filled)) as person:
        send(person, "a")
        await person.pilot.pause(0.2)
        opened.set()
        await person.see("Webinar signups", "nothing was archived")
        await person.settle()
        assert segments.total(filled) == 2
        await person.press("a")
        await person.see("is archived")
        assert segments.total(filled) == 1


async def test_a_click_before_the_list_goes_nowhere(filled: Session, slowly: Slowly, opened: threading.Event) -> None:
    async with at(slowly(lambda: filled), (120, 24)) as person:
        for text in ("Create Segment", "2 Contacts", "Name"):
            click(person, text)
        await person.pilot.pause(0.2)
        opened.set()
        await person.see("Webinar signups")
        await person.settle()
        assert len(person.app.screen_stack) == 1
        assert person.app.current_mode == "segments"
        click(person, "Create Segment")
        await person.see("What the segment is called")


async def test_several_companies_are_named_once_they_are_known(
    two_companies: Session, slowly: Slowly, opened: threading.Event
) -> None:
    async with at(slowly(lambda: two_companies), (140, 24)) as person:
        await person.see(*FRAME)
        assert "Company" not in person.screen
        opened.set()
        await person.see("All companies", "Company", "Webinar signups")


async def test_changes_elsewhere_show_in_a_list_that_was_opened_late(
    filled: Session, slowly: Slowly, opened: threading.Event
) -> None:
    async with at(slowly(lambda: filled)) as person:
        opened.set()
        await person.see("Webinar signups")
        segments.create(filled, "Made elsewhere", "")
        await person.see("Made elsewhere")


async def test_an_error_ends_the_app_and_is_kept_for_its_caller(slowly: Slowly, opened: threading.Event) -> None:
    failure = DatabaseError("The database is away.")

    def fail() -> Session:
        raise failure

    app = slowly(fail)
    async with at(app) as person:
        send(person, "n")
        opened.set()
        await person.until(lambda: not app.is_running, "for the app to end")
    assert app.failure is failure
    assert app.return_code == 1


async def test_it_can_be_left_while_the_database_does_not_answer(filled: Session, slowly: Slowly) -> None:
    app = slowly(lambda: filled)
    async with at(app) as person:
        send(person, "d", "ctrl+q")
        await person.until(lambda: not app.is_running, "for the app to end")
    assert app.failure is None
    assert app.return_code == 0


async def test_a_terminal_that_is_too_small_for_a_while_reads_nothing_before_it_can(
    filled: Session, slowly: Slowly, opened: threading.Event
) -> None:
    async with at(slowly(lambda: filled), (120, 24)) as person:
        await person.see(*FRAME)
        await person.pilot.resize_terminal(50, 10)
        await person.see("Make it larger")
        await person.pilot.resize_terminal(120, 24)
        await person.see(*FRAME)
        opened.set()
        await person.see("Webinar signups", "segments")


async def test_ctrl_c_names_the_key_that_quits_while_the_database_does_not_answer(
    filled: Session, slowly: Slowly
) -> None:
    async with at(slowly(lambda: filled)) as person:
        send(person, "d", "ctrl+c")
        await person.see("Press ctrl+q to quit.")


async def test_keys_are_kept_in_a_terminal_that_is_too_small(
    filled: Session, slowly: Slowly, opened: threading.Event
) -> None:
    async with at(slowly(lambda: filled), (50, 10)) as person:
        assert isinstance(person.app.screen, TooSmallScreen)
        opened.set()
        await person.see("Make it larger")
        await person.settle()
        await person.pilot.resize_terminal(80, 24)
        await person.see("Webinar signups", "segments")
