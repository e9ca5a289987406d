"""Live segments, as somebody at the keyboard meets them: made, edited, frozen, and left to their rule."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events

from segtui.services.contacts import contacts
from segtui.services.criteria import expressions as criteria_service
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]

CALLED = "Called once"
"""A live segment of the contacts with the status CALLED: Finn, who must not be called."""


@pytest.fixture
def live(filled: Session) -> Session:
    """Return the session of a database with a live segment."""
    make(filled, CALLED, "status = called")
    return filled


def make(session: Session, name: str, rule: str) -> Segment:
    """Make a live segment."""
    return segments.create(session, name, rule=criteria_service.parse(session, rule))


def first_names(session: Session, segment: str) -> list[str]:
    """Return the first names of the contacts in a segment, in order."""
    listing = contacts.listing(session, contacts.ContactQuery(segments.by_name(session, segment).id))
    return sorted(contact.first_name for contact in listing.rows(listing.ids()).values())


async def type_rule(person: Person, rule: str) -> None:
    """Go from the name of the form of a segment to its kind, choose live, and type the rule."""
    await person.press("tab", "tab", "right", "tab")
    await person.type(rule)


async def test_a_live_segment_is_made_with_a_count_while_typing(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("n")
        await person.see("(x) fixed   ( ) live", "Filled by hand")
        await person.see_no("Rule ")
        await person.type("From webinars")
        await type_rule(person, "source = webinar")
        await person.see("(x) live", "source is webinar", "3 contacts, 2 can be called")
        await person.type(" and status = called")
        await person.see("1 contact, 0 can be called")
        await person.press("enter")
        await person.hear("“From webinars” was created as a live segment with 1 contact.")
        await person.see("► From webinars", " live ")
    made = segments.by_name(filled, "From webinars")
    assert (made.live, made.contacts, made.callable) == (True, 1, 0)
    assert first_names(filled, "From webinars") == ["Finn"]


async def test_the_end_of_a_long_rule_is_in_sight_while_it_is_typed(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("n")
        await type_rule(person, "")
        # As a burst of keys comes.
        person.app.post_message(events.Paste("state in (AZ, CA) and last_outcome = no_answer and calls >= 1"))
        await person.see("0 contacts, 0 can be called", "no_answer and calls >= 1 ")


async def test_what_is_wrong_with_a_rule_is_said_with_its_position(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("n")
        await person.type("X")
        await type_rule(person, "sourc = webinar")
        await person.see("sourc", "source", "1")
        await person.see_no("can be called")
        await person.press("enter")
        await person.see("Create segment")
        await person.press("ctrl+u")
        await person.see("A live segment needs a rule")
    assert segments.total(filled) == 2


async def test_the_kind_is_chosen_with_the_mouse(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("n")
        await person.click("( ) live")
        await person.see("(x) live", "Rule ")
        await person.click("Build it")
        await person.see("Take it as the rule")
        await person.press("escape")
        await person.click("( ) fixed")
        await person.see("(x) fixed")
        await person.see_no("Rule ")


async def test_over_all_companies_a_rule_waits_for_the_company(app_on: AppOn, two_companies: Session) -> None:
    async with at(app_on(two_companies), (120, 40)) as person:
        await person.press("n", "tab")
        await person.type("Anywhere")
        await type_rule(person, "source = webinar")
        await person.see("Rule ", "choose one")
        await person.see_no("can be called")
        await person.press("f5")
        await person.see("Choose the company first")
        await person.press(*["shift+tab"] * 4, "enter", "end", "enter")
        await person.see("3 contacts, 2 can be called")
        await person.press("tab", "enter")
        await person.hear("“Anywhere” was created as a live segment with 3 contacts.")
        await person.press("e", "tab", "tab", "end")
        await person.type(" and status = new")
        await person.see("1 contact, 1 can be called")
        await person.press("enter", "y")
        await person.hear("“Anywhere” was saved.")


async def test_the_choice_of_fixed_takes_the_rule_away(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("n")
        await person.type("Plain")
        await type_rule(person, "nonsense (")
        await person.press("shift+tab", "left")
        await person.see_no("Rule ")
        await person.press("enter")
        await person.hear("“Plain” was created.")
    assert not segments.by_name(filled, "Plain").live


async def test_a_changed_rule_is_shown_before_it_moves_anybody(app_on: AppOn, live: Session) -> None:
    async with at(app_on(live)) as person:
        await person.press("e")
        await person.see("Edit segment", "live  (freeze the segment", "status = called", "1 contact, 0 can be called")
        await person.press("tab", "tab", "ctrl+u")
        await person.type("status = new")
        await person.see("1 contact, 1 can be called; 1 joins, 1 leaves")
        await person.press("enter")
        await person.see("1 joins: Ada Lovelace", "1 leaves: Finn O'Hara", "It has 1 contact now, and will have 1")
        await person.press("n")
        assert first_names(live, CALLED) == ["Finn"]
        await person.press("enter", "y")
        await person.hear(f"“{CALLED}” was saved.")
        assert first_names(live, CALLED) == ["Ada"]
        await person.press("u")
        await person.until(lambda: first_names(live, CALLED) == ["Finn"], "for the undo")


async def test_a_fixed_segment_becomes_live_and_says_how_many_leave(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("G", "e")
        await type_rule(person, "status = new")
        await person.press("enter")
        await person.see("becomes live", "Nobody joins.", "2 leave: Finn O'Hara, Zoë Müller", "It has 3 contacts now")
        await person.press("y")
        await person.see("Webinar signups", " live ")
    assert first_names(filled, "Webinar signups") == ["Ada"]


async def test_a_name_is_changed_without_a_question_about_the_rule(app_on: AppOn, live: Session) -> None:
    async with at(app_on(live)) as person:
        await person.press("e", "end")
        await person.type(" now")
        await person.press("enter")
        await person.see(f"► {CALLED} now", " live ")


async def test_a_live_segment_is_frozen_and_thawed_by_undo(app_on: AppOn, live: Session) -> None:
    async with at(app_on(live)) as person:
        await person.press("z")
        await person.see(f"Freeze “{CALLED}”?", "its contact stays", "Fixed copy c", "Freeze y")
        await person.press("y")
        await person.hear(f"“{CALLED}” is fixed now, with 1 contact.")
        await person.see_no(" live ")
        await person.press("z")
        await person.hear("is fixed already")
        await person.press("u")
        await person.see(CALLED, " live ")


async def test_a_fixed_copy_leaves_the_live_segment_as_it_is(app_on: AppOn, live: Session) -> None:
    async with at(app_on(live)) as person:
        await person.press("enter")
        await person.see("Live: ")
        await person.press("z", "c")
        await person.see(f"Copy of “{CALLED}”", f"{CALLED}, fixed")
        await person.press("enter")
        await person.hear(f"“{CALLED}, fixed” was created, fixed, with 1 contact.")
        await person.press("z", "y")
        await person.see_no("Live: ")
        await person.see_no("Live: ", "z Freeze")
        await person.press("u")
        await person.see("Live: ")
        await person.see_no("n Add")
    assert segments.by_name(live, CALLED).live
    copy = segments.by_name(live, f"{CALLED}, fixed")
    assert (copy.live, first_names(live, copy.name)) == (False, ["Finn"])


async def test_its_detail_shows_the_rule_and_who_can_be_called(app_on: AppOn, live: Session) -> None:
    async with at(app_on(live)) as person:
        await person.press("enter")
        await person.see("Live: status is called", "1 contact, 0 can be called", "test: good for testing")
        await person.press("escape", "G", "enter")
        await person.see("3 contacts, 2 can be called")
        await person.see_no("Live: ")


async def test_a_rule_is_edited_on_the_screen_of_the_segment(app_on: AppOn, live: Session) -> None:
    async with at(app_on(live)) as person:
        await person.press("enter")
        await person.see("Finn O'Hara")
        await person.press("E", "tab", "tab", "ctrl+u")
        await person.type("status = new")
        await person.press("enter", "y")
        await person.see("Live: status is new", "Ada Lovelace", "1 contact, 1 can be called")
        await person.see_no("Finn O'Hara")


async def test_nothing_is_done_by_hand_to_its_contacts(app_on: AppOn, live: Session) -> None:
    async with at(app_on(live)) as person:
        await person.press("enter")
        await person.see("Finn O'Hara")
        await person.see_no("n Add", "d Remove", "i Import")
        await person.press("d")
        await person.hear(f"“{CALLED}” is live: its rule decides who is in it. Change the rule (E), or freeze")
        await person.press("n")
        await person.hear("Add the contact to all contacts (2)")
        await person.press("i")
        await person.hear("Import the file from the imports (3)")
        await person.press("enter")
        await person.see("Must not be called")
        await person.see_no("d Remove")
        await person.press("d")
        await person.hear("To take Finn O'Hara out, edit the contact (e)")


async def test_an_edit_takes_a_contact_in_and_out_on_the_screen(app_on: AppOn, live: Session) -> None:
    async with at(app_on(live)) as person:
        await person.press("enter")
        await person.see("1 contact, 0 can be called")
        ada = contacts.by_id_or_phone(live, "+16025550100")
        contacts.edit(live, ada.id, {"status": "called"})
        await person.see("Ada Lovelace", "2 contacts, 1 can be called")
        contacts.edit(live, ada.id, {"status": "new"})
        await person.see("1 contact, 0 can be called")
        await person.see_no("Ada Lovelace")


async def test_the_list_follows_counts_that_others_change(app_on: AppOn, live: Session) -> None:
    async with at(app_on(live), (160, 48)) as person:
        await person.see("Can be called", CALLED, " live ")
        zoe = contacts.by_id_or_phone(live, "+16025550102")
        contacts.edit(live, zoe.id, {"status": "called"})
        await person.until(lambda: any(CALLED in line and " 2 " in line for line in person.lines), "for the count")


async def test_the_screen_follows_midnight(app_on: AppOn, filled: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    make(filled, "Came today", "added in last 1 day")
    async with at(app_on(filled)) as person:
        await person.see("► Came today", "live 3")
        tomorrow = time.time_ns() + 24 * 3600 * 10**9
        monkeypatch.setattr("time.time_ns", lambda: tomorrow)
        app = person.app
        assert isinstance(app, SegtuiApp)
        app.follow_changes()  # as the clock does every minute
        await person.see("► Came today", "live 0")
        await person.press("enter")
        await person.see("0 contacts", "No contact satisfies the rule of this segment now.")


async def test_contacts_are_not_added_to_a_live_segment(app_on: AppOn, live: Session) -> None:
    async with at(app_on(live)) as person:
        await person.press("2", "plus")
        await person.see("Newsletter  0 contacts")
        await person.see_no(CALLED)
        await person.type("called")
        await person.see(f"{CALLED}  live, 1 contact")
        await person.press("down", "enter")
        await person.hear(f"“{CALLED}” is live: its rule decides who is in it. Pick a fixed segment")
        await person.see("to a segment")


async def test_a_viewer_sees_the_rule_and_changes_nothing(app_on: AppOn, live: Session, viewer: Session) -> None:
    del live
    async with at(app_on(viewer)) as person:
        await person.see(CALLED, " live ")
        await person.press("enter")
        await person.see("Live: status is called")
        await person.press("z", "d", "E")
        await person.see("1 contact, 0 can be called")
        assert person.said == ""


async def test_fields_and_values_are_completed_while_a_rule_is_typed(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("n")
        await person.type("By source")
        await type_rule(person, "sou")
        await person.see("source")
        await person.press("tab")
        await person.type("= we")
        await person.see("  webinar")
        await person.press("tab")
        await person.see("source = webinar", "3 contacts, 2 can be called")
        await person.press("tab")
        await person.see_no("and  or")


async def test_a_file_is_not_imported_into_a_live_segment(app_on: AppOn, live: Session, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("First Name,Phone,Status\nGrace,602 555 0177,called\n")
    async with at(app_on(live), (100, 30)) as person:
        await person.press("i")
        await person.type(str(file))
        await person.press("enter", "f10", "f10")
        await person.see("Into which segment")
        await person.click("Existing segment")
        await person.click("Choose")
        await person.see("Import into which segment?")
        await person.see_no(CALLED)
        await person.type("called")
        await person.see(f"{CALLED}  live, 1 contact")
        await person.press("enter")
        await person.hear(f"“{CALLED}” is live: its rule decides who is in it. Import into another segment")
        await person.press("escape")
        await person.click("Name it for me")
        await person.press("f10", "f10", "f10")
        await person.see("View segment")
    assert first_names(live, CALLED) == ["Finn", "Grace"]


async def test_a_campaign_of_a_live_segment_says_whom_it_calls(app_on: AppOn, filled: Session) -> None:
    make(filled, "From webinars", "source = webinar")
    async with at(app_on(filled), (120, 40)) as person:
        await person.press("enter", "N")
        await person.see("From webinars  (live, 3 contacts, test)")
        await person.type("Round one")
        await person.press("tab")
        await person.type("agent-1")
        await person.press("enter")
        await person.hear("“Round one” was created as a draft")
        await person.press("C", "enter", "l")
        await person.see("2 of 3 contacts will be called", "those in the live segment at the launch")


async def test_a_rule_and_a_campaign_that_need_a_segment_are_named(app_on: AppOn, live: Session) -> None:
    make(live, "Depends", f'segment = "{CALLED}"')
    async with at(app_on(live)) as person:
        await person.press("d", "y")
        await person.hear("cannot be deleted", "Depends")
        await person.press("a")
        await person.hear("cannot be archived")
    assert not segments.by_name(live, CALLED).archived


async def test_a_rule_that_would_depend_on_itself_is_refused_beside_the_field(app_on: AppOn, live: Session) -> None:
    make(live, "Depends", f'segment = "{CALLED}"')
    async with at(app_on(live)) as person:
        await person.press("e", "tab", "tab", "ctrl+u")
        await person.type("segment = Depends")
        await person.see("Depends", "Rule  ")
        await person.see_no("can be called")
        await person.press("enter")
        await person.see("Edit segment")


async def filter_by(person: Person, expression: str) -> None:
    """Filter the list of contacts by an expression."""
    await person.press("f", "f4")
    await person.type(expression)
    await person.press("enter")
    await person.see("Filters: ")


async def test_a_rule_is_built_in_the_filter_form(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("n")
        await person.type("Built")
        await type_rule(person, "source = webinar")
        await person.press("f5")
        await person.see("Filters", "Take it as the rule")
        await person.press("f4")
        await person.type(" and status = new")
        await person.press("enter")
        await person.see("Create segment", "source is webinar and status is new", "1 contact, 1 can be called")
        await person.press("enter")
        await person.hear("“Built” was created as a live segment with 1 contact.")
    assert first_names(filled, "Built") == ["Ada"]


async def test_a_filtered_list_becomes_a_live_segment(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("2")
        await filter_by(person, "status = new")
        await person.press("plus")
        await person.type("Fresh")
        await person.see("Create segment “Fresh”  fixed: Ada Lovelace", "Create live segment “Fresh”")
        await person.press("down", "enter")
        await person.see("live: every contact that satisfies its rule", "status = new", "1 contact, 1 can be called")
        await person.press("enter")
        await person.hear("“Fresh” was created as a live segment with 1 contact.")
    assert segments.by_name(filled, "Fresh").rule == "status = new"


async def test_a_fixed_segment_of_a_filtered_list_is_described_by_its_filters(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("2")
        await filter_by(person, "source = webinar and state = AZ")
        await person.press("asterisk", "plus")
        await person.type("Arizona")
        await person.press("enter")
        await person.see("fixed: 3 contacts", "Source is webinar and state is AZ")
        await person.press("tab", "end")
        await person.type(", in March")
        await person.press("enter")
        await person.hear("“Arizona” was created with 3 contacts.")
    made = segments.by_name(filled, "Arizona")
    assert (made.live, made.description) == (False, "Source is webinar and state is AZ, in March")


async def test_in_a_segment_the_live_one_is_a_part_of_it(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("G", "enter")
        await filter_by(person, "status = new")
        await person.press("plus")
        await person.type("Part")
        await person.press("down", "enter")
        await person.see("Rule", "1 contact, 1 can be called")
        await person.press("enter")
        await person.hear("“Part” was created as a live segment with 1 contact.")
    assert segments.by_name(filled, "Part").rule == 'segment = "Webinar signups" and status = new'


async def test_a_search_and_marks_say_why_no_live_segment_is_offered(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("2")
        await filter_by(person, "source = webinar")
        await person.press("space", "plus")
        await person.type("Some")
        await person.see("Create segment “Some”", "it takes all that match, and only", "some are marked.")
        await person.see_no("Create live segment")
        await person.press("escape", "up", "space", "slash")
        await person.type("ada")
        await person.press("enter", "plus")
        await person.type("Some")
        await person.see("the search “ada” cannot be part of a")
        await person.see_no("Create live segment")
        await person.press("enter")
        await person.hear("“Some” was created with 1 contact.")


async def test_nothing_about_rules_is_said_without_filters(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("2", "plus")
        await person.type("Just one")
        await person.see("Create segment “Just one”")
        await person.see_no("live")
