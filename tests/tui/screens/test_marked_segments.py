"""Marked segments: counted, kept over searches and visits, and acted on together."""

from collections.abc import Callable
from pathlib import Path

from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
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


async def test_marked_segments_are_archived_restored_and_deleted_after_one_question(
    app_on: AppOn, filled: Session
) -> None:
    rule = expressions.parse(filled, 'segment = "Webinar signups"')
    segments.create(filled, "Live", rule=rule)
    async with at(app_on(filled)) as person:
        await person.press("asterisk", "a")
        await person.see("Archive 2 segments?", "1 of the marked stays", "the rule of “Live” names it")
        await person.press("y")
        await person.hear("2 segments were archived: A shows archived segments. Press u to undo.")
        await person.see("1 segment, 1 selected")
        await person.press("u")
        await person.hear("2 segments (“Live”, “Newsletter”) are back among the segments.")
        await person.press("e")
        await person.hear("3 segments are marked, and this key acts on one")
        await person.press("d")
        await person.see("Delete 3 segments?", "contacts are in them; they are kept.", "cannot be undone")
        await person.press("a")
        await person.hear("2 segments were archived")
        await person.press("A", "asterisk", "a")
        await person.hear("None of the marked segments can be archived. “Webinar signups”: the rule of “Live”")
        await person.press("d", "y")
        await person.see("There are no segments yet.")
    assert segments.total(filled, archived=True) == 0


async def test_marked_segments_are_exported_to_one_file(app_on: AppOn, filled: Session, tmp_path: Path) -> None:
    both, _ = segments.create_with(filled, "Everybody", ContactQuery())
    async with at(app_on(filled)) as person:
        await person.press("asterisk", "x")
        await person.see(f"{both.contacts} contacts of 3 segments in one file, each once, by name.")
        await person.press("ctrl+u")
        await person.type(str(tmp_path / "all.csv"))
        await person.press("enter")
        await person.hear(f"{both.contacts} contacts were written")
    assert len((tmp_path / "all.csv").read_text().splitlines()) == both.contacts + 1
