"""Splitting a segment in the list and in its detail, with the parts shown first and one undo."""

from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion

from segtui.services.contacts import contacts
from segtui.services.criteria import expressions
from segtui.services.segments import segments
from segtui.services.segments.segments import SegmentQuery
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.person import at

AppOn = Callable[[Session], SegtuiApp]


@pytest.fixture
def leads(filled: Session) -> Session:
    """Return a session with a segment of five contacts in two states, which is the first of the list."""
    segment = segments.create(filled, "A leads")
    for number in range(5):
        values = {"phone": f"+1602555{number:04}", "state": "CA" if number % 2 else "AZ"}
        contacts.add(filled, values, segment.id)
    return filled


def _sizes(session: Session) -> dict[str, int]:
    names = (segment for segment in segments.find(session, SegmentQuery()) if segment.name.startswith("A leads"))
    return {segment.name: segment.contacts for segment in names}


async def test_the_list_shows_the_parts_and_one_undo_takes_them_away(app_on: AppOn, leads: Session) -> None:
    async with at(app_on(leads)) as person:
        await person.press("P")
        await person.see("“A leads” has 5 contacts and stays as it is.", "2  A leads 1/2", "3  A leads 2/2")
        await person.press("backspace", "6")
        await person.see("“A leads” has only 5 contacts, too few for 6 parts.")
        await person.press("backspace", "1")
        await person.see("A segment is split into 2 to 1,000 parts.")
        await person.press("backspace", "3", "enter")
        await person.hear("“A leads” was split into 3 segments: “A leads 1/3”, “A leads 2/3” and 1 more.")
        await person.see("A leads 2/3")
        assert _sizes(leads) == {"A leads": 5, "A leads 1/3": 1, "A leads 2/3": 2, "A leads 3/3": 2}
        await person.press("u")
        await person.hear("3 segments are gone")
    assert _sizes(leads) == {"A leads": 5}


async def test_every_way_is_in_the_form(app_on: AppOn, leads: Session) -> None:
    async with at(app_on(leads), (120, 30)) as person:
        await person.press("enter", "P", "shift+tab", "right")
        await person.see("(x) Size", "that is one part, nothing to split")
        await person.press("tab", "home", "ctrl+k", "4")
        await person.see("2 parts, 2 to 3 contacts:")
        await person.press("shift+tab", "right", "tab")
        await person.type("stat")
        await person.see("A part for each value of which field?", "State")
        await person.press("enter")
        await person.see("A leads – AZ", "A leads – CA")
        await person.press("enter")
        await person.hear("“A leads” was split into 2 segments", "They are in the list of segments.")
        await person.press("P", "shift+tab", "left", "tab", "tab", "end", "backspace", "x", "enter")
        await person.see("The seed is a whole number.")
        await person.press("backspace", "7", "enter")
        await person.hear("“A leads 1/2”")
    assert _sizes(leads) == {"A leads": 5, "A leads – AZ": 3, "A leads – CA": 2, "A leads 1/2": 2, "A leads 2/2": 3}


async def test_names_that_are_taken_are_said_beforehand(app_on: AppOn, leads: Session) -> None:
    segments.create(leads, "A LEADS 2/2")
    empty = segments.create(leads, "0")
    segments.create(leads, "1 live", rule=expressions.parse(leads, "state = AZ"))
    async with at(app_on(leads)) as person:
        await person.press("P")
        await person.hear(f"“{empty.name}” has 0 contacts: nothing to split.")
        await person.press("j", "P")
        await person.see("It is live: the", "parts are fixed segments.")
        await person.press("escape", "j", "P")
        await person.see("There is already a segment “A leads 2/2”", "Nothing was created")
        await person.press("enter")
        await person.see("There is already a segment “A leads 2/2”")
    assert _sizes(leads) == {"A leads": 5}


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_looks_as_it_did(
    app_on: AppOn, leads: Session, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with at(app_on(leads), size) as person:
        await person.press("P", "shift+tab", "right", "right", "right")
        await person.see("(x) Random", "2 parts, 2 to 3 contacts:")
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture
