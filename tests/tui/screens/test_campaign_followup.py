"""The follow-up round: on a campaign's screen its contacts are marked, put into a segment and marked do-not-call."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from segtui.database.tables.core_tables import audit
from segtui.services import campaigns
from segtui.services.campaigns import Campaign, SettingsInput
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.calls import call
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]
_PEOPLE = {
    "Ada": "answered", "Bob": "no_answer", "Cyd": "no_answer", "Dee": "busy", "Eve": "answered", "Gus": "no_answer",
}  # fmt: skip


@pytest.fixture
def spring(session: Session) -> Campaign:
    """Return a campaign that called six people, of whom one was deleted since and one is in the segment `Again`."""
    segment_id = segments.create(session, "Leads").id
    ids = {
        name: contacts.add(session, {"first_name": name, "phone": f"+1602555{300 + place:04}"}, segment_id).id
        for place, name in enumerate(_PEOPLE)
    }
    made = campaigns.launch(session, campaigns.create(session, "Spring", segment_id, SettingsInput(agent="agent-1")).id)
    for name, outcome in _PEOPLE.items():
        call(session, made.id, ids[name], outcome)
    segments.create_with(session, "Again", [ids["Cyd"]])
    contacts.delete(session, ids["Gus"])
    return campaigns.get(session, made.id)


def _names(session: Session, segment: str) -> list[str]:
    found = contacts.listing(session, ContactQuery(segments.by_name(session, segment).id))
    return sorted(each.first_name for each in found.rows(found.ids()).values())


async def _open(person: Person) -> None:
    await person.press("4", "enter")
    await person.see("Campaigns > Spring", "6 contacts", "+ To segment")


@pytest.mark.usefixtures("spring")
async def test_who_was_not_reached_is_added_to_a_new_segment_and_taken_out_by_an_undo(
    app_on: AppOn, session: Session
) -> None:
    async with at(app_on(session), (80, 24)) as person:
        await _open(person)
        await person.press("f")
        await person.type("no answer")
        await person.press("enter")
        await person.see("3 of 6")
        await person.press("asterisk")
        await person.see("3 selected")
        await person.press("plus")
        # Who was deleted since is not added.
        await person.see("Add 2 contacts to a segment", "Again  1 contact")
        await person.type("Round 2")
        await person.press("enter")
        await person.hear("“Round 2” was created with 2 contacts. Press u to undo.")
        assert _names(session, "Round 2") == ["Bob", "Cyd"]
        await person.see("u Undo")
        await person.press("u")
        await person.hear("Undone: “Round 2” is gone.")


@pytest.mark.usefixtures("spring")
async def test_marked_rows_go_into_a_segment_that_exists_but_for_those_that_are_in_it(
    app_on: AppOn, session: Session
) -> None:
    async with at(app_on(session), (80, 24)) as person:
        await _open(person)
        await person.press("down", "space", "space", "space")
        await person.see("3 selected")
        await person.press("plus")
        await person.see("Add 3 contacts to a segment")
        await person.type("again")
        await person.press("enter")
        await person.hear("2 contacts were added to “Again”, 1 was in it already. Press u to undo.")
        assert _names(session, "Again") == ["Bob", "Cyd", "Dee"]
        await person.press("u")
        await person.hear("2 contacts were taken out of “Again” again.")
        assert _names(session, "Again") == ["Cyd"]
    with session.read() as tx:
        entries = tx.execute(
            select(audit.c.object, audit.c.count).where(tx.scope(audit), audit.c.action == "segment.add")
        ).all()
    assert ("Again", 2) in [tuple(each) for each in entries]


@pytest.mark.usefixtures("spring")
async def test_without_marks_it_is_about_the_row_under_the_cursor(app_on: AppOn, session: Session) -> None:
    async with at(app_on(session), (80, 24)) as person:
        await _open(person)
        await person.press("plus")
        await person.see("Add Ada to a segment")
        await person.type("again")
        await person.press("enter")
        await person.hear("Ada was added to “Again”.")
        await person.press("G", "plus")
        await person.hear("All selected contacts are deleted.")
        await person.press("exclamation_mark")
        await person.see_no("No campaign calls")
        assert _names(session, "Again") == ["Ada", "Cyd"]


@pytest.mark.usefixtures("spring")
async def test_all_but_some_that_a_search_finds_are_marked_do_not_call(app_on: AppOn, session: Session) -> None:
    async with at(app_on(session), (160, 48)) as person:
        await _open(person)
        await person.see("space Mark", "* Mark all")
        await person.press("asterisk", "space")
        await person.see("5 selected")
        await person.press("exclamation_mark")
        await person.see("4 contacts: 0 must not be called, 4 have no mark.", "Mark 4")
        await person.press("y")
        await person.hear("4 contacts must not be called now. Press u to undo.")
        await person.see("do not call")
        assert not contacts.by_id_or_phone(session, "+16025550300").do_not_call
        assert contacts.by_id_or_phone(session, "+16025550303").do_not_call
        await person.press("u")
        await person.see("Bob, Cyd, Dee and Eve may be called again. 4 numbers come")
        await person.press("y")
        await person.hear("4 contacts may be called again; 4 numbers were taken off the do-not-call list.")
        assert not contacts.by_id_or_phone(session, "+16025550303").do_not_call
        await person.press("asterisk", "asterisk", "home", "exclamation_mark")
        await person.see("Mark Ada as do not call?")
        await person.press("y")
        await person.hear("Ada must not be called.")
    assert contacts.by_id_or_phone(session, "+16025550300").do_not_call


@pytest.mark.usefixtures("spring")
async def test_the_marked_results_are_exported_and_copied(app_on: AppOn, session: Session, tmp_path: Path) -> None:
    async with at(app_on(session), (80, 24)) as person:
        await _open(person)
        await person.press("space", "down", "space", "y")
        await person.hear("2 rows copied.")
        await person.press("x")
        await person.see("2 marked results, in this order.")
        await person.press("home", "ctrl+k")
        await person.type(str(tmp_path / "out.json"))
        await person.press("enter")
        await person.hear("2 results were written to")
    told = json.loads((tmp_path / "out.json").read_text())
    assert [each["first_name"] for each in told] == ["Ada", "Cyd"]
    with session.read() as tx:
        detail = select(audit.c.detail).where(tx.scope(audit), audit.c.action == "campaign.export")
        assert tx.execute(detail).scalar() == "json, marked"


@pytest.mark.usefixtures("spring")
async def test_a_viewer_marks_to_copy_and_changes_nothing(app_on: AppOn, session: Session, viewer: Session) -> None:
    async with at(app_on(viewer), (80, 24)) as person:
        await person.press("4", "enter")
        await person.see("Campaigns > Spring", "space Mark")
        await person.see_no("To segment", "Do not call")
        await person.press("asterisk", "plus", "exclamation_mark")
        await person.see("6 selected")
        await person.see_no("to a segment", "No campaign calls")
    assert _names(session, "Again") == ["Cyd"]


async def test_a_draft_has_nobody_to_mark(app_on: AppOn, session: Session) -> None:
    campaigns.create(session, "Autumn", segments.create(session, "Empty").id, SettingsInput(agent="agent-1"))
    async with at(app_on(session), (80, 24)) as person:
        await person.press("4", "enter")
        await person.see("The launch fixes the contacts to call")
        await person.see_no("To segment", "Mark all")
        await person.press("asterisk", "plus", "exclamation_mark")
        await person.see_no("to a segment")


@pytest.mark.usefixtures("spring")
async def test_the_help_tells_of_it(app_on: AppOn, session: Session) -> None:
    async with at(app_on(session), (100, 48)) as person:
        await _open(person)
        await person.press("question_mark")
        await person.see(
            "or those that are marked, to an existing or a new", "Mark all rows that match", "as not to be called"
        )
