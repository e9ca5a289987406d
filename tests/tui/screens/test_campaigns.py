"""The campaigns section: the list, one campaign with its results, the calls by the hour, and what is done there."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from syrupy.assertion import SnapshotAssertion

from segtui.database.tables.campaign_tables import campaign_contacts, unrecorded_calls
from segtui.services import campaigns
from segtui.services.accounts import companies
from segtui.services.campaigns import Campaign, SettingsInput
from segtui.services.campaigns.dispatch import database_identity, dispatcher_lease
from segtui.services.campaigns.dispatch import unrecorded_calls as unrecorded
from segtui.services.contacts import contacts
from segtui.services.segments import segments
from segtui.services.segments.partition import SplitWay
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.widgets.chrome.packed_lines import PackedLines
from tests.support.calls import call, set_status
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]
SIZES = [(80, 24), (160, 48)]
# The clock of these tests stands at nine in the morning of this Monday.
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_PEOPLE = (
    ("Ada", "Lovelace"), ("Finn", "O'Hara"), ("Zoë", "Müller"), ("Grace", "Hopper"), ("Emmy", "Noether"),
    ("Alan", "Turing"), ("Barbara", "Liskov"), ("Edsger", "Dijkstra"), ("Donald", "Knuth"), ("Radia", "Perlman"),
    ("Ken", "Thompson"), ("Frances", "Allen"),
)  # fmt: skip


def _people(session: Session) -> tuple[int, list[int]]:
    segment_id = segments.create(session, "Fair 2026").id
    ids = []
    for number, (first, last) in enumerate(_PEOPLE):
        values = {"first_name": first, "last_name": last, "phone": f"+1602555{200 + number:04}", "city": "Phoenix"}
        values |= {"email": f"{first.lower().replace('ë', 'e')}@example.com", "timezone": "Africa/Abidjan"}
        ids.append(contacts.add(session, values, segment_id).id)
    contacts.add(session, {"first_name": "Only", "last_name": "Mail", "email": "only@example.com"}, segment_id)
    contacts.add(session, {"first_name": "Not", "phone": "+16025550300", "do_not_call": "yes"}, segment_id)
    return segment_id, ids


@pytest.fixture
def called(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Return the session of a database with a campaign under way, whose dispatcher runs, and a draft.

    From now on the clock stands still.
    """
    segment_id, ids = _people(session)
    made = campaigns.create(session, "Spring fair", segment_id, SettingsInput(agent="agent-7"))
    campaigns.create(session, "Autumn", segment_id, SettingsInput(agent="agent-8", calls_per_hour=10))
    campaigns.launch(session, made.id)
    outcomes = ("answered", "answered", "no_answer", "voicemail", "failed", "wrong_number", "busy")
    for number, (contact_id, outcome) in enumerate(zip(ids, outcomes, strict=False)):
        began = NINE + timedelta(hours=number // 3, minutes=20 * (number % 3) - 70)
        again = NINE + timedelta(hours=2) if outcome in {"no_answer", "busy"} else None
        reason = "phone is not valid" if outcome == "failed" else None
        call(session, made.id, contact_id, outcome, at=began, again_at=again, reason=reason)
    call(session, made.id, ids[7], None, at=NINE)
    stands = int((NINE + timedelta(minutes=10)).timestamp() * 1_000_000_000)
    monkeypatch.setattr("time.time_ns", lambda: stands)
    dispatcher_lease.take_over(session, "host-1")
    return session


def _spring(session: Session) -> Campaign:
    return campaigns.by_name(session, "Spring fair")


def _head(person: Person) -> str:
    widget = person.app.screen.query_one("#campaign-head", PackedLines)
    return "\n".join(line.plain for line in widget._lines(widget.size.width))


# The list


async def test_an_empty_list_says_what_to_do(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("4")
        await person.see("There is no campaign yet.", "Press n to make one.")
        await person.press("n")
        await person.see("Create campaign")


async def test_campaigns_are_listed_searched_sorted_and_filtered(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called)) as person:
        await person.press("4")
        await person.see("2 campaigns", "Autumn", "draft", "Spring fair", "active", "5 of 12", "2026-03-02")
        await person.press("S")
        await person.see("Name ▼", "► Spring fair")
        await person.press("slash")
        await person.type("agent-8")
        await person.see("1 of 2", "Autumn")
        await person.press("escape", "escape", "f")
        await person.see("Show campaigns that are", "draft  1 campaign", "active  1 campaign")
        await person.type("act")
        await person.press("enter")
        await person.see("Campaigns > active", "1 of 2", "Spring fair")
        await person.see_no("Autumn")
        campaigns.pause(called, _spring(called).id)
        await person.see("There is no active campaign.", "Press f to show others.")


async def test_in_a_small_terminal_it_is_said_whose_a_campaign_is(app_on: AppOn, called: Session) -> None:
    companies.create(called.bound_to(None), "Globex")
    async with at(app_on(called.bound_to(None)), (60, 16)) as person:
        await person.press("4")
        await person.see("Autumn", "Company", "Main")


async def test_in_a_small_terminal_reasons_next_tries_and_settings_can_be_read(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called), (60, 16)) as person:
        await person.press("4", "j", "enter")
        await person.see("Reason/next", "Ada Lovelace")
        await person.see_no("Next try")
        seen = person.screen
        for _ in range(14):
            await person.press("j")
            seen += person.screen
        assert all(text in seen for text in ("phone is", "03-02 11:00", "no phone", "do not call")), seen
        assert "agent-7 calls" not in person.screen
        await person.press("tab", *["down"] * 14)
        await person.see("per contact, again after 60 minutes")
        await person.press("v")
        await person.see("[x] Next try", "[x] Reason")
        await person.see_no("[x] Reason/next")
    async with at(app_on(called), (100, 30)) as person:
        await person.press("4", "j", "enter")
        await person.see("Next try", "Reason")
        await person.see_no("Reason/next")


async def test_the_list_follows_what_a_dispatcher_does(app_on: AppOn, called: Session) -> None:
    spring = _spring(called)
    async with at(app_on(called)) as person:
        await person.press("4")
        await person.see("5 of 12")
        call(called, spring.id, _ids(called, spring)[8], "answered", at=NINE)
        await person.see("6 of 12")


def _ids(session: Session, campaign: Campaign) -> list[int]:
    return [each.contact_id for each in campaigns.results(session, campaign.id)]


async def test_an_admin_sees_whose_they_are(app_on: AppOn, two_companies: Session) -> None:
    main = two_companies.bound_to(companies.by_name(two_companies, "Main"))
    segment_id, _ = _people(main)
    campaigns.create(main, "Spring fair", segment_id, SettingsInput(agent="agent-7"))
    async with at(app_on(two_companies), (100, 24)) as person:
        await person.press("4")
        await person.see("Company", "Main", "Spring fair", "c Company")
        await person.press("enter")
        await person.see("Campaigns > Spring fair", "would call 12 of 14 contacts")
        await person.press("escape", "c")
        await person.type("Globex")
        await person.press("enter")
        await person.see("There is no campaign yet.")


async def test_the_palette_finds_campaigns_by_name(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called)) as person:
        await person.press("ctrl+p")
        await person.type("spring f")
        await person.see("Spring fair  campaign, active")
        await person.press("enter")
        await person.see("4 Campaigns > Spring fair", "5 done of 12")
        await person.press("ctrl+p")
        await person.type("autumn")
        await person.press("enter")
        await person.see("4 Campaigns > Autumn", "would call")
        await person.press("escape")
        await person.see("2 campaigns")


# One campaign


async def test_a_campaign_says_how_far_it_is(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called)) as person:
        await person.press("4", "down", "enter")
        await person.see("active since 2026-03-02 09:0", " 41%   5 done of 12 who can be called")
        said = " ".join(_head(person).split())
        for text in (
            "called 8", "pending 4", "in progress 1", "to be retried 2", "failed 1",
            "skipped 2 (no phone 1, do not call 1)", "answered 2", "voicemail 1", "wrong number 1",
            "answer rate 29% of 7 calls", "last hour 6 calls", "ends about 2026-03-02 11:00",
            "agent-7 calls Fair 2026", "09:00-20:00, mon-fri, contacts' local time", "100 calls per hour, 5 at once",
            "3 calls per contact, again after 60 minutes",
        ):  # fmt: skip
            assert text in said, said


async def test_skipped_people_are_no_progress_and_who_was_cancelled_is_none_either(
    app_on: AppOn, called: Session
) -> None:
    campaigns.cancel(called, campaigns.by_name(called, "Autumn").id)
    campaigns.cancel(called, _spring(called).id)
    async with at(app_on(called), (120, 24)) as person:
        await person.press("4")
        await person.see("Skipped", "7 of 12          6  2026-03-02")
        await person.press("down", "enter")
        await person.see(
            " 58%   7 done of 12 who could be called", "skipped 6 (no phone 1, do not call 1, cancelled 4)"
        )


async def test_the_launch_and_a_draft_name_the_campaign_that_has_the_others(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called)) as person:
        await person.press("4", "enter")
        await person.see("do not call 1, other campaign 7 “Spring fair”)")
        await person.press("l")
        await person.see("7 are still to be called by “Spring fair”")


async def test_the_launch_and_a_draft_say_who_has_several_numbers(app_on: AppOn, called: Session) -> None:
    segment_id = segments.create(called, "Twice").id
    for number, email in enumerate(("ann@example.com", "Ann@Example.com", "bo@example.com"), 1):
        contacts.add(called, {"phone": f"+1602555050{number}", "email": email, "timezone": "UTC"}, segment_id)
    campaigns.edit(called, campaigns.by_name(called, "Autumn").id, SettingsInput(), segment_id=segment_id)
    said = "1 person has several numbers here (same e-mail): 2 contacts are called."
    async with at(app_on(called), (120, 40)) as person:
        await person.press("4", "enter")
        await person.see("would call 3 of 3 contacts", said)
        assert said in _head(person)
        await person.press("l")
        await person.see("Same person", said, "Time zones")


async def test_where_everybody_has_one_number_nothing_is_said_of_several(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called), (120, 40)) as person:
        await person.press("4", "enter")
        await person.see("would call")
        await person.see_no("several numbers")
        await person.press("l")
        await person.see("Takes")
        await person.see_no("Same person")


async def test_a_start_that_is_past_is_said_to_be_so(app_on: AppOn, called: Session) -> None:
    campaigns.edit(called, campaigns.by_name(called, "Autumn").id, SettingsInput(start="2026-03-01 10:00+00:00"))
    async with at(app_on(called), (120, 30)) as person:
        await person.press("4", "enter")
        await person.see("starts with the launch: 2026-03-01")
        await person.press("l")
        await person.see("at once: its start time, 2026-03-01")


async def test_first_of_all_it_says_why_nothing_is_dialled(app_on: AppOn, called: Session) -> None:
    spring = _spring(called)
    async with at(app_on(called)) as person:
        await person.press("4", "down", "enter")
        await person.see("active since")
        set_status(called, spring.id, "paused", "ten calls in a row failed; the last said [b]503[/b]\x1b[2J.")
        await person.see("paused. Nothing is being dialled: ten calls in a row failed; the last said", "[b]503[/b]")
        assert _head(person).splitlines()[0].startswith("paused. Nothing is being dialled: ten calls")
        await person.press("p")
        await person.hear("“Spring fair” is active and continues where it was.")
        await person.see("active since")
        dispatcher_lease.leave(called, 1)
        await person.see("active. Nothing is being dialled: no dispatcher is running")
        assert "ends about" not in _head(person)


async def test_it_is_live_and_paints_nothing_where_nothing_changed(
    app_on: AppOn, called: Session, monkeypatch: pytest.MonkeyPatch, polls: list[object]
) -> None:
    spring = _spring(called)
    ids = _ids(called, spring)
    painted = []
    paint = PackedLines.render

    def painting(self: PackedLines) -> object:
        painted.append(self)
        return paint(self)

    monkeypatch.setattr(PackedLines, "render", painting)
    async with at(app_on(called)) as person:
        await person.press("4", "down", "enter")
        await person.see("Ada Lovelace")
        painted.clear()
        segments.create(called, "Something else")
        dispatcher_lease.beat(called, 1, None)
        before = len(polls)
        await person.until(lambda: len(polls) > before + 2, "for the database to be polled")
        await person.settle()
        assert painted == []
        call(called, spring.id, ids[8], "answered", at=NINE)
        await person.see("6 done of 12", "answered      3")
        await person.until(
            lambda: any("Donald" in line and "answered" in line for line in person.lines), "for Donald's answer"
        )
        assert painted


async def test_its_results_are_searched_filtered_sorted_and_opened(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called)) as person:
        await person.press("4", "down", "enter")
        await person.see("14 contacts")
        await person.press("slash")
        await person.type("0203")
        await person.see("1 of 14", "Grace Hopper", "voicemail")
        await person.press("escape", "escape", "f")
        await person.see("Everybody  14 contacts", "waiting for retry  2 contacts")
        await person.type("do not")
        await person.press("enter")
        await person.see("f Filters: skipped: do not call ×", "1 of 14")
        await person.press("f")
        await person.type("retry")
        await person.press("enter")
        await person.see("2 of 14", "03-02 11:00", "no answer", "busy")
        await person.press("f", "enter")
        await person.see("14 contacts")
        await person.press("s", "s")
        await person.see("Outcome ▲")
        await person.press("enter")
        await person.see("Ada Lovelace", "ada@example.com")
        await person.press("escape")
        await person.see("5 done of 12")


async def test_its_results_are_filtered_by_the_fields_of_the_contacts(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called)) as person:
        await person.press("4", "down", "enter", "f")
        await person.type("fields")
        await person.press("enter")
        await person.see("Find a field", "14 contacts match")
        await person.press("f4")
        await person.type("name ^ ada")
        await person.press("enter")
        await person.see("name begins with", "1 of 14", "Ada Lovelace")
        await person.press("f")
        await person.type("voicemail")
        await person.press("enter")
        await person.see("voicemail ×", "No contact of this campaign matches these filters.")
        await person.click("×")
        await person.see("1 of 14", "Ada Lovelace")
        await person.click("×")
        await person.see("14 contacts")


async def test_its_results_are_copied_and_exported(
    app_on: AppOn, called: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at(app_on(called)) as person:
        await person.press("4", "down", "enter", "f")
        await person.type("answered")
        await person.press("enter")
        await person.see("2 of 14")
        await person.press("x")
        await person.see("The results of 2 contacts, as listed (answered), in this order.", "spring-fair-results.csv")
        await person.press("home", "ctrl+k")
        await person.type(str(tmp_path / "out.json"))
        await person.press("enter")
        await person.hear("2 results were written to")
        told = json.loads((tmp_path / "out.json").read_text())
        assert [(each["first_name"], each["outcome"]) for each in told] == [("Ada", "answered"), ("Finn", "answered")]
        await person.press("y")
        await person.hear("1 row copied.")


async def test_a_deleted_contact_stays_in_its_campaign(app_on: AppOn, called: Session) -> None:
    spring = _spring(called)
    contacts.delete(called, _ids(called, spring)[0])
    async with at(app_on(called)) as person:
        await person.press("4", "down", "enter", "G")
        await person.see("► (deleted)")
        await person.press("enter")
        await person.hear("This contact was deleted")


async def test_it_is_cancelled_after_a_question_whose_harmless_answer_is_where_the_cursor_is(
    app_on: AppOn, called: Session
) -> None:
    async with at(app_on(called)) as person:
        await person.press("4", "down", "D")
        await person.see("Cancel “Spring fair” for good?", "4 contacts have not been called and will not be.")
        await person.see("2 contacts will get no further call.", "1 call is in progress and will finish.")
        await person.press("enter")
        assert _spring(called).status == "active"
        await person.press("enter", "D", "y")
        await person.hear("“Spring fair” is cancelled. It will make no more calls.")
        await person.see("cancelled on 2026-03-02", "skipped 6 (no phone 1, do not call 1, cancelled 4)")
        await person.see_no("p Pause", "D Cancel")
        await person.press("D", "p", "l", "e")
        await person.see_no("for good?")
    assert _spring(called).status == "cancelled"


async def test_a_draft_is_deleted_after_a_question_whose_harmless_answer_is_where_the_cursor_is(
    app_on: AppOn, called: Session
) -> None:
    async with at(app_on(called)) as person:
        await person.press("4")
        await person.see("d Delete", "Autumn")
        await person.press("d")
        await person.see("Delete “Autumn”?", "It was never launched: it has called nobody.")
        await person.see("The segment “Fair 2026” and its contacts are kept.", "cannot be undone.")
        await person.press("enter", "d", "escape")
        assert campaigns.total(called) == 2
        await person.press("d", "y")
        await person.hear("“Autumn” was deleted.")
        await person.see("1 campaign")
        await person.see_no("Autumn ")
    assert campaigns.total(called) == 1


async def test_a_draft_is_deleted_from_its_own_screen_which_goes(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called)) as person:
        await person.press("4", "enter")
        await person.see("would call", "d Delete")
        await person.press("d", "y")
        await person.hear("“Autumn” was deleted.")
        await person.see("1 campaign", "Spring fair")
        assert "no longer exists" not in person.said


async def test_what_was_launched_says_that_it_is_kept(app_on: AppOn, called: Session, viewer: Session) -> None:
    async with at(app_on(called)) as person:
        await person.press("4", "down")
        await person.see("p Pause")
        await person.see_no("d Delete")
        await person.press("d")
        await person.hear(
            "“Spring fair” was launched: it cannot be deleted, because the results of its calls are kept."
        )
        await person.press("enter")
        await person.see("active since")
        await person.press("d")
        await person.see_no("Delete “")
    async with at(app_on(viewer)) as person:
        await person.press("4", "d")
        await person.see_no("Delete “", "d Delete")
        assert not person.said


async def test_it_is_paused_resumed_edited_and_launched_by_key(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called)) as person:
        await person.press("4")
        await person.see("l Launch", "e Edit")
        await person.press("down")
        await person.see("p Pause")
        await person.press("p")
        await person.hear("“Spring fair” is paused: calls in progress finish, no new ones start.")
        await person.see("paused", "p Resume", "e Edit")
        await person.press("p")
        await person.see("active")
        await person.press("home", "l")
        await person.see("Launch “Autumn”")
        await person.press("escape", "e")
        await person.see("Save changes", "agent-8")


async def test_comparing_calls_says_in_every_state_that_none_are_missing(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called)) as person:
        await person.press("4", "down")
        await person.see("p Pause")
        await person.press("R")
        await person.hear("The database has every known call of “Spring fair”.")
        await person.press("p")
        await person.see("p Resume")
        await person.press("R")
        await person.hear("The database has every known call of “Spring fair”.")
        await person.press("home")
        await person.see("l Launch")
        await person.press("R")
        await person.hear("“Autumn” was not launched here: launch it before recording its calls.")


async def test_a_held_campaign_asks_before_it_goes_on_and_records_calls(app_on: AppOn, called: Session) -> None:
    spring = _spring(called)
    campaigns.pause(called, spring.id)
    with called.write() as tx:
        row = {"company_id": tx.company_id, "campaign_id": spring.id, "database_id": "t", "started_at": 1}
        waiting = select(campaign_contacts.c.contact_id).where(
            tx.scope(campaign_contacts), campaign_contacts.c.state == "pending"
        )
        contact_id = tx.execute(waiting.limit(1)).scalar()
        values = {"contact_id": contact_id, "attempt_id": 9, "outcome": "answered"}
        tx.execute(insert(unrecorded_calls), {**row, **values})
    async with at(app_on(called)) as person:
        await person.press("4", "down")
        await person.see("p Resume")
        await person.press("p")
        await person.see("Resume “Spring fair”?", "has 1 call that", "Reconcile")
        await person.press("enter")
        assert _spring(called).status == "paused"
        await person.press("R")
        await person.see("Record 1 call to 1 contact of “Spring fair”?", "Contacts that they reached")
        await person.press("y")
        await person.hear("1 call of “Spring fair” recorded. Resume it to continue.")
        await person.press("R")
        await person.hear("The database has every known call of “Spring fair”.")
        await person.press("p")
        await person.see("active")


async def test_a_campaign_of_a_restored_database_asks_before_it_goes_on(app_on: AppOn, called: Session) -> None:
    spring = _spring(called)
    with called.bound_to(None).write() as tx:
        database_identity.renew(tx, "restored")
    assert unrecorded.pause_held(called, None, spring.id) is not None
    async with at(app_on(called)) as person:
        await person.press("4", "down", "p")
        await person.see("It is held: this database was restored from a backup", "may be called")
        await person.press("y")
        await person.see("active")


async def test_a_viewer_looks_and_changes_nothing(app_on: AppOn, called: Session, viewer: Session) -> None:
    async with at(app_on(viewer)) as person:
        await person.press("4", "down")
        await person.see("Spring fair")
        await person.see_no("n New", "p Pause", "D Cancel")
        await person.press("p", "D", "n", "enter")
        await person.see("5 done of 12", "b By hour")
        assert _spring(called).status == "active"


async def test_a_campaign_that_is_gone_is_left(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called)) as person:
        await person.press("4", "enter")
        await person.see("would call")
        campaigns.split(called, campaigns.by_name(called, "Autumn").id, SplitWay("into", 2))
        await person.hear("This campaign no longer exists.")
        await person.see("3 campaigns", "Autumn 1/2")


# The calls by the hour


async def test_the_calls_are_shown_by_the_hour_in_figures_and_drawn(app_on: AppOn, called: Session) -> None:
    spring = _spring(called)
    async with at(app_on(called)) as person:
        await person.press("4", "down", "enter", "b")
        await person.see("07:00-08:00          1         1  100%")
        await person.see("All                  7         2   29%", "░░ calls   ██ answered")
        call(called, spring.id, _ids(called, spring)[8], "answered", at=NINE)
        await person.see("All                  8         3   38%")
        await person.press("escape")
        await person.see("6 done of 12")


async def test_where_there_is_little_room_the_figures_are_enough(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called), (60, 16)) as person:
        await person.press("4", "down", "enter", "b")
        await person.see("08:00-09:00", "29%")
        await person.see_no("██ answered")


async def test_without_a_call_there_is_nothing_to_draw(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called)) as person:
        await person.press("4", "enter")
        await person.see("would call")
        await person.see_no("b By hour")
        campaigns.launch(called, campaigns.by_name(called, "Autumn").id)
        await person.see("b By hour")
        await person.press("b")
        await person.see("No call is over yet.")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "keys",
    [("4",), ("4", "enter"), ("4", "down", "enter"), ("4", "down", "enter", "f"), ("4", "down", "enter", "b"),
     ("4", "down", "D"), ("4", "d")],
    ids=["list", "draft", "running", "filter", "hours", "cancel", "delete"],
)  # fmt: skip
async def test_looks_as_it_did(
    app_on: AppOn, called: Session, picture: SnapshotAssertion, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    async with at(app_on(called), size) as person:
        await person.press(*keys)
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture


# One person out of a campaign, and who joins or leaves its segment


async def test_a_contact_is_taken_out_of_a_running_campaign(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called)) as person:
        await person.press("4", "j", "enter")
        await person.see("Spring fair", "Ada Lovelace")
        await person.press("slash")
        await person.type("knuth")
        await person.press("enter", "minus")
        await person.see("Take out of the campaign", "Donald Knuth", "will not call them any more")
        await person.press("n")
        await person.press("minus", "y")
        await person.hear("The campaign “Spring fair” no longer calls Donald Knuth.")
        await person.see("excluded")
    assert campaigns.overview(called, _spring(called).id).skipped["excluded"] == 1


async def test_a_draft_has_nobody_to_take_out(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called), (160, 48)) as person:
        await person.press("4", "enter")
        await person.see("Autumn", "draft")
        await person.see_no("Take out")


async def test_leaving_the_segment_says_that_the_campaign_still_calls(app_on: AppOn, called: Session) -> None:
    async with at(app_on(called)) as person:
        await person.press("enter")
        await person.see("Segments > Fair 2026")
        await person.press("asterisk", "d", "y")
        await person.hear("The campaign “Spring fair” still calls 7 of them.")
