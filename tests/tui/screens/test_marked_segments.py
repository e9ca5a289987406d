"""Marked segments: counted, kept over searches and visits, and acted on together."""

from collections.abc import Callable

from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.segments.segment_list import SegmentListScreen
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]


def marked_names(person: Person, session: Session) -> list[str]:
    """Return the names of the marked segments, in their order."""
    screen = person.app.screen
    assert isinstance(screen, SegmentListScreen)
    return [segments.get(session, segment_id).name for segment_id in screen.marked_segments()]


async def test_marks_survive_sorting_searching_and_a_visit(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("asterisk", "S")
        await person.see("2 selected", "Name ▼")
        assert marked_names(person, filled) == ["Webinar signups", "Newsletter"]
        await person.press("asterisk")
        await person.see_no("selected")
        await person.press("S", "g", "space", "slash")
        await person.type("webi")
        await person.press("enter", "space")
        await person.see("1 of 2", "2 selected", "1 not")
        assert marked_names(person, filled) == ["Webinar signups", "Newsletter"]
        await person.press("enter")
        await person.see("Segments > Webinar signups")
        await person.press("escape", "slash", "escape", "escape")
        await person.see("2 segments", "2 selected")
        # An archived segment is marked only while it is in the list.
        await person.press("A", "asterisk")
        await person.see("3 segments", "3 selected")
        assert "Old leads" in marked_names(person, filled)
        await person.press("A")
        await person.see("2 segments")
        await person.see_no("3 selected")
