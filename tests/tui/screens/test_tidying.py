"""The screen of segments that could be tidied: reasons, one question for many, undo, and what is left to people."""

from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion

from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.segments import segments, tidying
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.tidying.tidy_questions import tidy_question
from tests.support.person import at

AppOn = Callable[[Session], SegtuiApp]


@pytest.fixture
def untidy(filled: Session) -> Session:
    """Return a session with an empty segment, a twin, one inside another, and one that a rule names."""
    segments.create_with(filled, "Twin", ContactQuery(segments.by_name(filled, "Webinar signups").id))
    segments.create_with(filled, "Everybody", ContactQuery())
    contacts.add(filled, {"email": "new@example.com"}, segments.by_name(filled, "Everybody").id)
    segments.create(filled, "Named")
    segments.create(filled, "Live", rule=expressions.parse(filled, "segment = Named"))
    return filled


async def test_marked_segments_are_tidied_after_one_question(app_on: AppOn, untidy: Session) -> None:
    async with at(app_on(untidy)) as person:
        await person.press("T")
        await person.see("Segments > Tidy", "5 segments", "► Newsletter", "Proposed: delete it; its contacts are kept.")
        await person.press("asterisk", "T")
        await person.see(
            "Tidy 3 segments?",
            "“Webinar signups”",
            "Merge “Twin” into “Webinar signups”",
            "Delete “Newsletter”",
            "left as is",
        )
        await person.press("n")
        await person.see("5 segments, 5 selected")
        await person.press("T", "y")
        await person.hear("1 segment was archived, 1 was merged, 1 was deleted. Their contacts were kept.")
        # What another one is merged into is not archived in the same step.
        await person.see("2 segments", "Webinar signups", "stays")
        await person.press("asterisk", "G", "T")
        await person.see("It stays: the rule of “Live” names it.")
        await person.hear("“Named” stays: the rule of “Live” names it.")
        await person.press("u")
        await person.hear("2 segments are back among the segments. Press U to redo.")
        await person.see("Twin", "Live")
    assert {segment.name for segment in segments.find(untidy, segments.SegmentQuery())} == {
        "Everybody", "Live", "Named", "Twin", "Webinar signups",
    }  # fmt: skip


async def test_a_finding_is_opened_renamed_and_followed(app_on: AppOn, untidy: Session) -> None:
    async with at(app_on(untidy)) as person:
        await person.press("T", "slash")
        await person.type("same")
        await person.press("enter")
        await person.see("1 of 5", "► Twin")
        await person.press("e", "ctrl+u")
        await person.type("Other")
        await person.press("enter")
        await person.hear("“Other” was saved.")
        await person.see("► Other")
        await person.press("enter")
        await person.see("Segments > Other")
        segments.add_contacts(untidy, segments.by_name(untidy, "Other").id, ContactQuery())
        await person.press("escape")
        await person.see("Segments > Tidy", "► Everybody", "the same 4 contacts as “Other”")
        await person.press("slash", "escape", "escape", "slash")
        await person.type("nowhere")
        await person.see("No segment matches")


def test_the_question_tells_apart_what_may_be_in_use(untidy: Session) -> None:
    rows = {row.segment.name: row for row in tidying.findings(untidy)}
    asked = str(tidy_question([rows["Live"], rows["Webinar signups"]], [])._text)
    assert "Archive “Live”.\nArchive “Webinar signups”, which may be in use: wholly inside “Everybody”." in asked


async def test_nothing_to_tidy_is_said(app_on: AppOn, filled: Session) -> None:
    for segment in segments.find(filled, segments.SegmentQuery()):
        if segment.name == "Newsletter":
            segments.delete(filled, segment.id)
    async with at(app_on(filled)) as person:
        await person.press("T")
        await person.see("Nothing to tidy.")


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_looks_as_it_did(
    app_on: AppOn, untidy: Session, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with at(app_on(untidy), size) as person:
        await person.press("T", "space", "space", "T")
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture
