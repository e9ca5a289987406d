"""Creating, editing, launching and splitting campaigns, from whatever screen that is done."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from segtui.config import settings as config
from segtui.config.calling_platform import CallingSettings
from segtui.database.engine import Database
from segtui.services import campaigns
from segtui.services.campaigns import AssumedZones, Campaign, CampaignQuery, Forecast, SettingsInput
from segtui.services.campaigns.splitting import MAX_PARTS
from segtui.services.contacts import contacts
from segtui.services.criteria import expressions
from segtui.services.segments import segments
from segtui.services.segments.partition import SplitWay, parts_for
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.base.collaborators import Holds
from segtui.tui.screens.campaigns import campaign_launch
from segtui.tui.screens.campaigns.campaign_editing import CampaignEditing
from segtui.tui.widgets.forms.form_field import TextField
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]
SIZES = [(80, 24), (160, 48)]


class Desk(WorkScreen):
    """A screen from which campaigns are edited, and nothing else."""

    editing: Holds[CampaignEditing["Desk"]] = Holds(CampaignEditing)


@asynccontextmanager
async def desk(app: SegtuiApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[Person, Desk]]:
    """Run the app with such a screen on top."""
    async with at(app, size) as person:
        screen = Desk(app.session, app.settings)
        await app.push_screen(screen)
        await person.settle()
        yield person, screen


@pytest.fixture
def called(filled: Session) -> Session:
    """Return a session with a segment of five: one without a phone, one who must not be called, two without a zone."""
    webinar = segments.by_name(filled, "Webinar signups")
    contacts.add(filled, {"first_name": "Mail", "email": "only@example.com"}, webinar.id)
    contacts.add(filled, {"first_name": "Toll", "phone": "+18005550199"}, webinar.id)
    contacts.add(filled, {"first_name": "Free", "phone": "+18005550198"}, webinar.id)
    contacts.add(filled, {"first_name": "Ten", "phone": "+18005550197", "state": "TN", "country": "US"}, webinar.id)
    return filled


async def put(person: Person, text: str) -> None:
    """Put a text into the field one is in, in the place of what it holds, at once: each key would ask anew."""
    field = person.app.focused
    assert isinstance(field, TextField)
    field.value = text
    await person.settle()


def draft(session: Session, name: str = "Spring fair", **given: Any) -> Campaign:
    """Make a draft that calls the segment of the webinar."""
    segment = segments.by_name(session, "Webinar signups")
    return campaigns.create(session, name, segment.id, SettingsInput(**{"agent": "agent-7", **given}))


def only(session: Session) -> Campaign:
    """Return the campaign that there is."""
    (found,) = campaigns.find(session, CampaignQuery())
    return found


# Creating


async def test_a_campaign_is_made_with_a_name_an_agent_and_a_segment(app_on: AppOn, filled: Session) -> None:
    async with desk(app_on(filled)) as (person, screen):
        screen.editing.create()
        await person.settle()
        await person.type("Spring fair")
        await person.press("tab")
        await person.type("agent-7")
        await person.press("tab")
        await person.type("webi")
        await person.see("The segment to call", "3 contacts")
        await person.press("enter")
        await person.see("Webinar signups  (3 contacts, test)")
        # The cursor has gone on: to further segments, and then to those that it leaves out.
        await person.press("tab")
        await person.type("news")
        await person.press("enter")
        await person.press("tab", "enter")
        await person.hear("“Spring fair” was created as a draft")
    made = only(filled)
    assert (made.name, made.segment, made.settings.agent) == ("Spring fair", "Webinar signups", "agent-7")
    assert campaigns.usual("UTC").hours == made.settings.hours
    assert [name for _, name in campaigns.excluded(filled, made.id)] == ["Newsletter"]


async def test_every_setting_can_be_given(app_on: AppOn, filled: Session) -> None:
    async with desk(app_on(filled), (120, 36)) as (person, screen):
        screen.editing.create(segments.by_name(filled, "Webinar signups"))
        await person.settle()
        await person.see("Webinar signups  (3 contacts, test)")
        values = {
            "name": "All", "agent": "a", "start": "2030-01-02 09:30", "hours": "10-12", "days": "mon,wed",
            "timezone": "america/phoenix", "calls_per_hour": "7", "concurrent": "2", "attempts": "4",
            "retry_delay": "90",
        }  # fmt: skip
        order = ["name", "agent", "segment", "further", "exclude", *list(values)[2:]]
        for name in order:
            if name in values:
                await put(person, values[name])
            await person.pilot.press("tab")
        await person.press("space", "enter")
        await person.hear("“All” was created")
    its = only(filled).settings
    assert its.start_at == datetime(2030, 1, 2, 16, 30, tzinfo=UTC)  # as clocks in Phoenix show it
    assert (its.hours.text, its.hours.days_text, its.timezone) == ("10:00-12:00", "mon,wed", "America/Phoenix")
    assert (its.calls_per_hour, its.concurrent, its.attempts, its.retry_delay) == (7, 2, 4, 90)
    assert its.retry_voicemail


async def test_what_is_wrong_is_said_beside_each_field(app_on: AppOn, filled: Session) -> None:
    draft(filled)
    async with desk(app_on(filled), (120, 36)) as (person, screen):
        screen.editing.create()
        await person.settle()
        await person.type("spring FAIR")
        await person.see("There is already a campaign")
        await person.press("enter")
        await person.see("A campaign needs an agent", "A campaign needs a segment")
        await person.press("tab", "tab", "tab", "tab")
        for text, sentence in (
            ("tomorrow", "is not a time such as"),
            ("9-25", "are not hours such as"),
            ("mon-day", "are not days such as"),
            ("Europe/Madrit", "Did you mean Europe/Madrid?"),
            ("many", "The calls per hour are a whole number"),
            ("0", "are 1 to 1,000, not 0"),
            ("39", "are 1 to 10, not 39"),
            ("", "The minutes before a retry are a whole number."),
        ):
            await person.pilot.press("tab")
            await put(person, text)
            await person.see(sentence)
    assert only(filled).name == "Spring fair"


async def test_what_the_values_mean_is_said_beside_them(app_on: AppOn, filled: Session) -> None:
    async with desk(app_on(filled), (120, 36)) as (person, screen):
        screen.editing.create()
        await person.settle()
        await person.pilot.press(*["tab"] * 5)
        await put(person, "2030-01-02 09:30")
        await person.see("Wednesday, 2030-01-02 09:30 in UTC.")
        await put(person, "2020-01-01")
        await person.see("That is past: it begins with the launch.")
        await person.pilot.press(*["tab"] * 4)
        await put(person, "1000")
        await person.press("tab")
        await put(person, "3")
        await person.see("These make about 90 calls an hour.", "For contacts whose own zone is not known.")


async def test_a_segment_cannot_be_called_and_left_out(app_on: AppOn, filled: Session) -> None:
    async with desk(app_on(filled)) as (person, screen):
        screen.editing.create()
        await person.settle()
        await person.press("tab", "tab", "tab", "tab")
        await person.press("enter", "enter")
        await person.see("Newsletter")
        # Again takes it in again; and what is called is not offered.
        await person.press("enter")
        await person.see("left out; again to take it in")
        await person.press("enter", "shift+tab", "shift+tab", "enter")
        await person.see("The segment to call")
        await person.press("enter", "tab", "enter")
        await person.see("Leave out the contacts of a segment", "Webinar signups")
        assert "Newsletter" not in "\n".join(person.screen.splitlines()[4:16])


async def test_enter_in_the_list_of_segments_leaves_what_was_chosen(app_on: AppOn, filled: Session) -> None:
    async with desk(app_on(filled)) as (person, screen):
        screen.editing.create(segments.by_name(filled, "Webinar signups"))
        await person.settle()
        await person.press("tab", "tab", "space")
        await person.see("3 contacts, as it is", "Newsletter")
        await person.press("enter")
        await person.see("Webinar signups  (3 contacts")


async def test_an_admin_says_for_which_company_and_sees_its_segments(app_on: AppOn, two_companies: Session) -> None:
    async with desk(app_on(two_companies), (120, 40)) as (person, screen):
        screen.editing.create()
        await person.settle()
        await person.see("Company", "choose one")
        # Before that nobody knows whose segments are meant.
        await person.pilot.press("tab", *"Round", "tab", "a", "tab", "enter")
        await person.see("Choose a company.")
        await person.see_no("The segment to call")
        await person.press("enter", "down", "enter")
        await person.see("Globex")
        await person.pilot.press(*["tab"] * 3)
        await person.type("newsl")
        await person.press("enter")
        await person.see("Newsletter  (0 contacts")
        await person.see("Europe/London")  # of the company, which is in Great Britain
        await person.pilot.press(*["shift+tab"] * 4)
        await person.press("enter", "end", "enter")
        # That segment was of the other company.
        await person.see_no("Newsletter  (0")
        await person.pilot.press(*["tab"] * 3)
        await person.type("webi")
        await person.press("enter", "tab", "tab", "enter")
        await person.hear("“Round” was created")
    made = only(two_companies)
    assert (made.company, made.segment) == ("Main", "Webinar signups")
    assert made.settings.timezone == "UTC"  # the company's


async def test_a_start_stays_what_it_says_when_the_zone_is_changed(app_on: AppOn, filled: Session) -> None:
    made = draft(filled, start="2030-01-02 09:30")
    assert made.settings.start_at == datetime(2030, 1, 2, 9, 30, tzinfo=UTC)
    async with desk(app_on(filled), (120, 36)) as (person, screen):
        screen.editing.edit(made)
        await person.settle()
        await person.pilot.press(*["tab"] * 8)
        await put(person, "EST")
        await person.see("America/New_York.")
        await person.press("enter")
        await person.hear("was saved")
    its = only(filled).settings
    assert (its.timezone, its.shown_start) == ("America/New_York", "2030-01-02 09:30 (America/New_York)")


async def test_what_the_account_allows_is_said_where_limits_are_typed(
    app_on: AppOn, filled: Session, database: Database
) -> None:
    calling = CallingSettings(base_url="https://secret.example.com/v1", calls_per_minute=60)
    settings = config.Settings(database=str(database.url), timezone="UTC", theme="segtui", calling=calling)
    async with desk(SegtuiApp(filled, settings), (60, 16)) as (person, screen):
        screen.editing.create(segments.by_name(filled, "Webinar signups"))
        await person.settle()
        person.app.screen.query_one("#leave").focus()
        await person.press(*["shift+tab"] * 6)
        await person.see("The account allows fewer than 3,600 calls an", "hour, all campaigns together")
        assert "secret" not in person.screen
        await put(person, "20000")
        await person.see("The account allows fewer: below 3,600.")
        await person.press("tab")
        await put(person, "121")
        await person.see("The account keeps about 120 busy.")
        await put(person, "120")
        await person.see_no("The account keeps")


async def test_nothing_is_said_of_an_account_that_is_not_known(app_on: AppOn, filled: Session) -> None:
    async with desk(app_on(filled), (120, 40)) as (person, screen):
        screen.editing.create(segments.by_name(filled, "Webinar signups"))
        await person.settle()
        await person.see("Calls per hour")
        await person.see_no("The account")


async def test_in_a_small_terminal_every_field_has_room(app_on: AppOn, filled: Session) -> None:
    async with desk(app_on(filled), (60, 16)) as (person, screen):
        screen.editing.create(segments.by_name(filled, "Webinar signups"))
        await person.settle()
        await person.press(*["tab"] * 7)
        await person.see("09:00-20:00", "mon-fri")
        await person.press(*["tab"] * 6)
        await person.see("Minutes between  60", "Voicemail")


async def test_in_a_small_terminal_all_that_is_said_before_a_launch_can_be_read(app_on: AppOn, called: Session) -> None:
    made = draft(called)
    async with desk(app_on(called), (60, 16)) as (person, screen):
        screen.editing.launch(made)
        await person.see("will be called")
        await person.see_no("Time zones")
        seen = person.screen
        for _ in range(12):
            await person.press("down")
            seen += person.screen
        assert all(
            label in seen for label in ("Not called", "Size", "Begins", "Hours", "Takes", "Done by", "Time zones")
        )
        await person.press("pageup", "pageup", "right")
        await person.see("will be called")
        await person.press("enter")
        await person.hear("was launched")


async def test_a_campaign_from_a_segment_is_of_its_company(app_on: AppOn, two_companies: Session) -> None:
    async with desk(app_on(two_companies)) as (person, screen):
        screen.editing.create(segments.by_name(two_companies, "Webinar signups"))
        await person.settle()
        await person.see("Webinar signups  (3 contacts, test)")
        await person.see_no("Company")
        await person.type("Spring")
        await person.press("tab", "a", "enter")
        await person.hear("was created")
    assert only(two_companies).company == "Main"


async def test_several_segments_are_called_together(app_on: AppOn, filled: Session) -> None:
    third = segments.create(filled, "Fair", rule=expressions.parse(filled, "state = AZ"))
    async with desk(app_on(filled)) as (person, screen):
        screen.editing.create(segments.by_name(filled, "Webinar signups"))
        await person.settle()
        await person.type("Both")
        await person.press("tab")
        await person.type("agent-7")
        await person.press("tab", "tab")
        await person.type("news")
        await person.see("Another segment to call")
        await person.press("enter")
        await person.see("A contact of several is called once.")
        # What is called already is not offered as the first, nor to be left out.
        await person.press("tab", "enter")
        await person.see("Leave out the contacts of a segment", "Fair")
        await person.see_no("0 contacts")
        await person.press("escape", "shift+tab")
        await person.type("fair")
        await person.press("enter")
        await person.see("Newsletter, Fair", "Live: it calls")
        await person.press("enter")
        await person.see("called; again to take it out")
        await person.press("escape", "tab", "tab", "enter")
        await person.hear("“Both” was created")
    made = only(filled)
    assert made.segment_names == "Webinar signups, Newsletter, Fair"
    async with desk(app_on(filled)) as (person, screen):
        screen.editing.edit(made)
        await person.settle()
        await person.press("tab", "tab", "tab", "backspace")
        await person.type("fair")
        await person.press("enter", "tab", "tab", "enter")
        await person.hear("“Both” was saved.")
        screen.editing.launch(made)
        await person.see("several segments together", "“Webinar signups”, “Fair”")
    assert [segment.id for segment in campaigns.get(filled, made.id).segments][1:] == [third.id]


# Editing


async def test_a_draft_can_be_changed_in_everything(app_on: AppOn, filled: Session) -> None:
    made = draft(filled)
    async with desk(app_on(filled)) as (person, screen):
        screen.editing.edit(made)
        await person.settle()
        await put(person, "Spring fair two")
        await person.press("tab", "tab")
        await person.type("news")
        await person.press("enter", "tab", "tab", "tab")
        await put(person, "11-12")
        await person.press("enter")
        await person.hear("“Spring fair two” was saved.")
    after = campaigns.get(filled, made.id)
    assert (after.name, after.segment, after.settings.hours.text) == ("Spring fair two", "Newsletter", "11:00-12:00")


async def test_only_what_was_changed_is_written(app_on: AppOn, filled: Session) -> None:
    made = draft(filled)
    async with desk(app_on(filled)) as (person, screen):
        screen.editing.edit(made)
        await person.settle()
        campaigns.edit(filled, made.id, SettingsInput(attempts=9))
        await person.press("end", "2", "enter")
        await person.hear("was saved")
    after = campaigns.get(filled, made.id)
    assert (after.name, after.settings.attempts) == ("Spring fair2", 9)


async def test_of_a_paused_campaign_the_audience_is_shown_and_why_it_stays(app_on: AppOn, filled: Session) -> None:
    other = segments.by_name(filled, "Newsletter")
    segment = segments.by_name(filled, "Webinar signups")
    made = campaigns.create(filled, "Spring fair", segment.id, SettingsInput(agent="agent-7"), excluded=[other.id])
    campaigns.launch(filled, made.id)
    campaigns.pause(filled, made.id)
    async with desk(app_on(filled)) as (person, screen):
        screen.editing.edit(made)
        await person.see("Webinar signups  (settled by the launch)", "Newsletter  (settled by", "(it has begun)")
        # Past what cannot be changed, to the hours.
        await person.press("tab", "tab")
        await put(person, "12-13")
        await person.press("enter")
        await person.hear("was saved")
    assert campaigns.get(filled, made.id).settings.hours.text == "12:00-13:00"


async def test_that_a_change_holds_for_those_called_already_is_said_beside_it(app_on: AppOn, filled: Session) -> None:
    campaigns.launch(filled, draft(filled).id)
    made = campaigns.pause(filled, only(filled).id)
    said = "Also for those called already."
    async with desk(app_on(filled)) as (person, screen):
        screen.editing.edit(made)
        await person.settle()
        await person.pilot.press(*["tab"] * 7)
        await put(person, "5")
        await person.see(said)
        await put(person, str(made.settings.attempts))
        await person.see_no(said)
        await person.pilot.press("tab", "tab", "space")
        await person.see(said)
        await person.press("enter")
        await person.hear("was saved")
    assert campaigns.get(filled, made.id).settings.retry_voicemail


async def test_a_running_campaign_says_what_to_do(app_on: AppOn, filled: Session) -> None:
    made = campaigns.launch(filled, draft(filled).id)
    async with desk(app_on(filled)) as (person, screen):
        screen.editing.edit(made)
        await person.hear("“Spring fair” is active: pause it first.")
        screen.editing.launch(made)
        await person.hear("“Spring fair” is active: only a draft can be launched.")


async def test_a_part_says_that_it_is_one(app_on: AppOn, filled: Session) -> None:
    part, _ = campaigns.split(filled, draft(filled).id, SplitWay("into", 2))
    async with desk(app_on(filled), (120, 36)) as (person, screen):
        screen.editing.edit(part)
        await person.settle()
        await person.press("tab", "tab")
        await person.type("news")
        await person.press("enter")
        await person.see("It calls a part of this segment; of another it would call all.")
        await person.press("tab", "tab", "enter")
        await person.hear("was saved")
    after = campaigns.get(filled, part.id)
    assert (after.segment, after.part) == ("Newsletter", (None, None))


# Launching


async def test_before_the_launch_one_sees_whom_and_how_long_and_then_says_yes(app_on: AppOn, called: Session) -> None:
    made = draft(called)
    async with desk(app_on(called)) as (person, screen):
        screen.editing.launch(made)
        await person.see("5 of 7 contacts will be called", "1 has no phone", "1 must not be called")
        await person.see("test: good for testing", "100 calls an hour", "Done by", "only a guess for 3 contacts")
        await person.see("hours must fit every", "[ Call 5 contacts y ]")
        await person.press("enter")
        assert only(called).status == "draft"
        screen.editing.launch(made)
        await person.see("Call 5 contacts")
        await person.press("y")
        await person.hear("“Spring fair” was launched: it is active.")
    assert only(called).status == "active"


@pytest.mark.parametrize("answer", ["enter", "n", "escape", "space"])
async def test_the_harmless_answer_is_where_the_cursor_is(app_on: AppOn, called: Session, answer: str) -> None:
    made = draft(called)
    async with desk(app_on(called)) as (person, screen):
        screen.editing.launch(made)
        await person.see("Call 5 contacts")
        await person.press(answer)
        assert person.app.screen is screen
    assert only(called).status == "draft"


async def test_where_nobody_can_be_called_there_is_nothing_to_say_yes_to(app_on: AppOn, filled: Session) -> None:
    empty = segments.by_name(filled, "Newsletter")
    made = campaigns.create(filled, "Nobody", empty.id, SettingsInput(agent="a"))
    async with desk(app_on(filled)) as (person, screen):
        screen.editing.launch(made)
        await person.see("No contact is in “Newsletter”: there is no contact to call.")
        await person.press("y")
        await person.see("No contact is in “Newsletter”")
        await person.press("escape")
        contacts.add(filled, {"phone": "+16025550177", "do_not_call": "yes"}, empty.id)
        screen.editing.launch(made)
        await person.see("No contact of “Newsletter” can be called", "1 must not be called")
    assert only(filled).status == "draft"


async def test_counting_can_be_left_and_is_stopped(
    app_on: AppOn, called: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = draft(called)
    stopped = threading.Event()

    def forever(_: Session, __: int, interrupt: Any) -> Forecast:
        while not interrupt.cancelled:
            stopped.wait(0.01)
        stopped.set()
        interrupt.demand_not_cancelled()
        raise AssertionError

    monkeypatch.setattr(campaigns, "forecast", forever)
    monkeypatch.setattr(campaign_launch, "_KEYS_WAIT", 0.01)
    async with desk(app_on(called)) as (person, screen):
        screen.editing.launch(made)
        await person.see("Counting whom it would call...")
        await person.pilot.pause(0.05)
        await person.pilot.press("y")
        await person.see("Counting whom it would call...")
        await person.pilot.press("escape")
        await person.see_no("Counting")
        assert stopped.wait(5)
    assert only(called).status == "draft"


async def test_how_far_it_looked_at_the_zones_is_said(
    app_on: AppOn, called: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = threading.Event()

    def slowly(_: Session, __: int, ___: object, progress: Callable[[int], None]) -> AssumedZones:
        progress(3)
        assert going.wait(5)
        return AssumedZones()

    monkeypatch.setattr(campaigns, "guesses", slowly)
    made = draft(called)
    async with desk(app_on(called)) as (person, screen):
        screen.editing.launch(made)
        await person.see("checking whether they are certain... 3 of 5")
        going.set()
        await person.see("known for every contact")


async def test_zones_that_are_no_place_are_said_to_be_a_guess(
    app_on: AppOn, called: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigns, "guesses", lambda *_: AssumedZones(placeless=2))
    made = draft(called)
    async with desk(app_on(called), (120, 40)) as (person, screen):
        screen.editing.launch(made)
        await person.see("only a guess for 2 contacts: a zone without a place", "(UTC) is assumed")


# Splitting


async def test_a_large_campaign_is_split_on_offer(
    app_on: AppOn, called: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segtui.services.campaigns.forecasting.size_of", lambda _: "split")
    made = draft(called)
    async with desk(app_on(called)) as (person, screen):
        screen.editing.launch(made)
        await person.see("split into several campaigns", "[ Split s ]")
        await person.press("s")
        await person.see("Split the campaign", "would call 5 of its 7 contacts", "launched one by one.")
        await person.press("backspace", "1")
        await person.see("A campaign is split into 2 to 100 parts.")
        await person.press("backspace", "3")
        await person.see("3 parts, 2 to 3 contacts:", "3  Spring fair 3/3")
        await person.press("enter")
        await person.see("“Spring fair” is now 3 drafts", "Spring fair 1/3", "Spring fair 3/3")
        await person.hear("“Spring fair” was split into 3 drafts.")
    names = [each.name for each in campaigns.find(called, CampaignQuery())]
    assert names == ["Spring fair 1/3", "Spring fair 2/3", "Spring fair 3/3"]


async def test_split_on_its_own_screen_a_campaign_gives_way_to_its_parts(
    app_on: AppOn, called: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segtui.services.campaigns.forecasting.size_of", lambda _: "split")
    draft(called)
    async with at(app_on(called), (120, 30)) as person:
        await person.press("4", "enter")
        await person.see("Campaigns > Spring fair")
        await person.press("l")
        await person.see("[ Split s ]")
        await person.press("s", "enter")
        await person.see("“Spring fair” is now 2 drafts")
        await person.press("down", "enter")
        await person.see("Campaigns > Spring fair 2/2")
        await person.press("escape")
        await person.see("2 campaigns", "Spring fair 1/2", "Spring fair 2/2")


async def test_an_enter_that_was_typed_before_the_parts_were_seen_splits_nothing(
    app_on: AppOn, called: Session
) -> None:
    made = draft(called)
    async with at(app_on(called), answer_delay=60) as person:
        await person.press("4", "P", "enter")
        await person.see("This cannot be undone.", "3  Spring fair 1/2")
        await person.hear("too early")
    assert [campaign.id for campaign in campaigns.find(called, CampaignQuery())] == [made.id]


@pytest.mark.parametrize(
    ("count", "parts"), [(5, 2), (10_001, 2), (20_000, 2), (20_001, 3), (95_000, 10), (9_999_999, 100)]
)
def test_so_many_parts_are_suggested(count: int, parts: int) -> None:
    assert parts_for(count, MAX_PARTS) == parts


# How it looks


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("what", ["create", "wrong", "paused", "launch", "split"])
async def test_looks_as_it_did(
    app_on: AppOn, called: Session, picture: SnapshotAssertion, size: tuple[int, int], what: str
) -> None:
    made = draft(called)
    async with desk(app_on(called), size) as (person, screen):
        if what in {"create", "wrong"}:
            screen.editing.create(segments.by_name(called, "Webinar signups"))
            await person.settle()
            if what == "wrong":
                await put(person, "Spring fair")
                await person.pilot.press(*["tab"] * 5, "end", "x", "tab", "end", "x")
        elif what == "paused":
            campaigns.launch(called, made.id)
            campaigns.pause(called, made.id)
            screen.editing.edit(made)
        elif what == "launch":
            screen.editing.launch(made)
        else:
            screen.editing.split(made)
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture


# In a segment


async def test_a_segment_lists_its_campaigns_and_one_goes_to_them(app_on: AppOn, called: Session) -> None:
    campaigns.cancel(called, draft(called, "Autumn").id)
    async with at(app_on(called)) as person:
        await person.press("G", "enter")
        await person.see("Campaigns (C): Autumn (cancelled)")
        await person.press("N")
        await person.see("Create campaign", "Webinar signups  (7 contacts, test)")
        await person.type("Spring fair")
        await person.press("tab", "a", "enter")
        await person.hear("“Spring fair” was created as a draft. It calls nobody until it is launched. C goes to it.")
        await person.see("Campaigns (C): Spring fair (draft), Autumn (cancelled)")
        campaigns.launch(called, campaigns.by_name(called, "Spring fair").id)
        await person.see("Campaigns (C): Spring fair (active, 0 of 5), Autumn (cancelled)")
        await person.press("C")
        await person.see("Campaigns of “Webinar signups”")
        await person.type("spring")
        await person.press("enter")
        await person.see("Campaigns > Spring fair")
        await person.press("1")
        await person.see("2 segments", "Webinar signups")


async def test_without_campaigns_the_segment_keeps_its_lines(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("G", "enter")
        await person.see("3 contacts")
        await person.see_no("Campaigns (C)", "C Campaigns")
        await person.press("C")
        await person.see_no("Campaigns of")


async def test_a_viewer_makes_no_campaign(app_on: AppOn, called: Session, viewer: Session) -> None:
    draft(called)
    async with at(app_on(viewer), (160, 30)) as person:
        await person.press("G", "enter")
        await person.see("Campaigns (C): Spring fair (draft)", "C Campaigns")
        await person.see_no("N New campaign")
        await person.press("N")
        await person.see_no("Create campaign")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_segment_with_campaigns_looks_as_it_did(
    app_on: AppOn, called: Session, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    for name in ("Spring fair", "A campaign with a long name, second round", "Autumn"):
        draft(called, name)
    campaigns.launch(called, campaigns.by_name(called, "Autumn").id)
    async with at(app_on(called), size) as person:
        await person.press("G", "enter")
        await person.see("Campaigns (C):")
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture
