"""Keys that come in a burst, as over a slow line, mean what they would mean one by one."""

import threading
from collections.abc import Callable

import pytest
from textual import events

from segtui.services.accounts import companies
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.widgets.forms.search_box import SearchBox
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]
_NAMES = {"/": "slash", "\n": "enter"}


def burst(person: Person, text: str) -> None:
    """Let all of `text` come at once."""
    for key in text:
        person.app.post_message(events.Key(_NAMES.get(key, key), None if key == "\n" else key))


async def test_a_search_typed_in_one_burst_is_a_search(filled: Session, app_on: AppOn) -> None:
    async with at(app_on(filled)) as person:
        burst(person, "/dylan")
        await person.see("/ dylan")
        assert person.app.screen.query_one(SearchBox).value == "dylan"


@pytest.mark.parametrize("everything", [False, True], ids=["one company", "all companies"])
async def test_what_is_typed_behind_enter_goes_to_the_segment_that_opens(
    two_companies: Session, app_on: AppOn, everything: bool
) -> None:
    session = two_companies if everything else two_companies.bound_to(companies.by_name(two_companies, "Main"))
    async with at(app_on(session)) as person:
        await person.press("G")
        burst(person, "\n/finn")
        await person.see("Segments > Webinar signups", "/ finn", "1 of 3")
        await person.press("escape", "escape", "escape")
        assert person.app.screen.query_one(SearchBox).value == ""


async def test_what_is_typed_behind_d_answers_the_question(
    filled: Session, app_on: AppOn, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, get = threading.Event(), segments.get

    def slow(session: Session, segment_id: int) -> Segment:
        asked.wait(5)
        return get(session, segment_id)

    async with at(app_on(filled)) as person:
        monkeypatch.setattr(segments, "get", slow)
        burst(person, "dn/")
        await person.pilot.pause(1.2)
        assert person.app.focused is not None
        assert not isinstance(person.app.focused, SearchBox)
        asked.set()
        await person.see("/ ")
        await person.settle()
        assert isinstance(person.app.focused, SearchBox)
    assert segments.total(filled) == 2
