"""`segtui campaigns …`, as scripts and people use it."""

import re
from datetime import datetime, timedelta

import pytest

from segtui.database.engine import open_database
from segtui.services.campaigns.dispatch import dispatcher_lease
from segtui.services.campaigns.results.progress import progress
from segtui.services.session import open_session
from tests.support.commands import Commands

LISTED = {"id", "name", "status", "segment"}
SHOWN = {
    "id", "name", "agent", "segment", "exclude", "status", "reason", "total", "callable", "skipped", "states",
    "outcomes", "calls", "size", "hours", "days", "timezone", "calls_per_hour", "concurrent", "attempts", "retry_delay",
    "started_at", "finished_at", "expected_end",
}  # fmt: skip
RESULT = {"contact_id", "name", "phone", "email", "state", "outcome", "reason", "attempts", "next_at", "calls"}


@pytest.fixture
def spring(people: Commands) -> Commands:
    """Return the command line on a database with a draft `Spring` that calls the segment `Webinar`."""
    people("segments", "add", "Webinar", "--search", "quin")
    people("campaigns", "create", "Spring", "--segment", "webinar", "--agent", "agent-7")
    return people


def test_without_campaigns_it_says_what_makes_one(segtui: Commands) -> None:
    assert segtui("campaigns", "list", "--json").json == []
    assert "segtui campaigns create" in segtui("campaigns", "list").out


def test_a_draft_is_listed_and_shown_with_its_forecast(spring: Commands) -> None:
    (listed,) = spring("campaigns", "list", "--json").json
    assert set(listed) >= LISTED
    assert (listed["name"], listed["status"], listed["segment"]) == ("Spring", "draft", "Webinar")
    shown = spring("campaigns", "show", "SPRING", "--json").json
    assert set(shown) >= SHOWN
    assert shown["segment"] == {"id": 1, "name": "Webinar"}
    assert (shown["total"], shown["callable"], shown["size"]) == (3, 2, "test")
    assert shown["skipped"] == {
        "no_phone": 1, "do_not_call": 0, "excluded": 0, "other_campaign": 0, "deleted": 0, "cancelled": 0,
    }  # fmt: skip
    assert (shown["hours"], shown["days"], shown["timezone"]) == ("09:00-20:00", "mon-fri", "America/New_York")
    assert (shown["attempts"], shown["retry_delay"], shown["started_at"]) == (3, 60, None)
    told = spring("campaigns", "show", "Spring").out
    assert "draft: not launched yet" in told
    assert "Skipped, no phone" in told
    assert "Spring" in spring("campaigns", "list").out


def test_a_launch_says_whom_it_calls_and_needs_a_yes(spring: Commands) -> None:
    ran = spring.attempt("campaigns", "launch", "Spring")
    assert ran.status == 1
    assert "2 contacts will be called, 1 not (no phone 1); test: good for testing" in ran.err
    launched = spring("campaigns", "launch", "Spring", "--yes", "--json").json
    assert (launched["status"], launched["total"], launched["callable"]) == ("active", 3, 2)
    assert launched["states"] == {"pending": 2, "in_progress": 0, "retry": 0, "done": 1}
    assert launched["started_at"].endswith("Z")
    assert spring.attempt("campaigns", "launch", "Spring", "--yes").status == 1


def test_a_launch_says_whose_time_zone_is_a_guess(spring: Commands) -> None:
    spring("contacts", "add", "phone=+18005550199", "--segment", "Webinar")
    ran = spring.attempt("campaigns", "launch", "Spring")
    assert "The time zone of 1 contact is only a guess." in ran.err


def test_a_launch_and_a_draft_say_who_has_several_numbers(spring: Commands) -> None:
    said = "1 person has several numbers here (same e-mail): 2 contacts are called."
    assert "several numbers" not in spring("campaigns", "show", "Spring").out
    for phone in ("+16025550177", "+16025550178"):
        spring("contacts", "add", f"phone={phone}", "email=Twice@example.com", "--segment", "Webinar")
    assert f"Same person    {said}" in re.sub(" {2,}", "    ", spring("campaigns", "show", "Spring").out)
    refused = spring.attempt("campaigns", "launch", "Spring")
    assert refused.status == 1
    assert said in refused.err
    assert said in spring("campaigns", "launch", "Spring", "--yes").out.splitlines()
    assert "several numbers" not in spring("campaigns", "show", "Spring").out


def test_total_states_and_outcomes_add_up_to_the_end(spring: Commands) -> None:
    spring("campaigns", "launch", "Spring", "--yes")
    spring("contacts", "delete", "+16025550199", "--yes")
    assert "Paused" in spring("campaigns", "pause", "Spring").out
    assert spring("campaigns", "show", "Spring", "--json").json["reason"] == "paused by tester"
    assert spring("campaigns", "resume", "Spring", "--json").json["status"] == "active"
    assert spring.attempt("campaigns", "cancel", "Spring").status == 1
    shown = spring("campaigns", "cancel", "Spring", "--yes", "--json").json
    assert shown["status"] == "cancelled"
    assert shown["total"] == sum(shown["states"].values()) == 3
    assert shown["states"]["done"] == sum(shown["outcomes"].values()) == 3
    assert shown["outcomes"]["skipped"] == sum(shown["skipped"].values()) == 3
    assert (shown["skipped"]["deleted"], shown["skipped"]["cancelled"], shown["callable"]) == (1, 1, 0)


def test_results_are_everybody_of_the_audience(spring: Commands) -> None:
    assert spring("campaigns", "results", "Spring", "--json").json == {"total": 0, "results": []}
    assert "launch" in spring("campaigns", "results", "Spring").out
    spring("campaigns", "launch", "Spring", "--yes")
    found = spring("campaigns", "results", "Spring", "--json").json
    assert found["total"] == len(found["results"]) == 3
    assert all(set(each) == RESULT and each["calls"] == [] for each in found["results"])
    assert (found["results"][0]["phone"], found["results"][0]["name"]) == ("+16025550199", "Finn Sample")
    shown = spring("campaigns", "results", "Spring").out
    assert all(name in shown for name in ("Name", "Finn Sample", "Zoë", "Quin"))
    skipped = spring("campaigns", "results", "Spring", "--outcome", "skipped", "--json").json
    assert [(each["email"], each["reason"]) for each in skipped["results"]] == [("quin@example.com", "no_phone")]
    both = spring("campaigns", "results", "Spring", "--outcome", "skipped", "--outcome", "busy", "--json").json
    assert both == skipped
    assert "no phone" in spring("campaigns", "results", "Spring").out
    assert "No contacts match" in spring("campaigns", "results", "Spring", "--outcome", "busy").out
    spring("contacts", "delete", "+16025550199", "--yes")
    assert "(deleted)" in spring("campaigns", "results", "Spring").out
    gone = spring("campaigns", "results", "Spring", "--json").json["results"][0]
    assert (gone["name"], gone["phone"]) == (None, None)


def test_who_was_skipped_for_another_campaign_is_shown_with_that(spring: Commands) -> None:
    spring("campaigns", "launch", "Spring", "--yes")
    spring("segments", "create", "More")
    spring("contacts", "add", "phone=+16025550177", "--segment", "More")
    spring("segments", "add", "More", "--search", "finn")
    spring("campaigns", "create", "Second", "--segment", "More", "--agent", "agent-7")
    spring("campaigns", "launch", "Second", "--yes")
    assert "other campaign: Spring" in spring("campaigns", "results", "Second").out
    assert "Second: skipped: other campaign “Spring”" in spring("contacts", "show", "+16025550199").out


def test_one_person_is_taken_out_of_a_running_campaign(spring: Commands) -> None:
    assert spring.attempt("campaigns", "skip", "Spring", "+16025550199").status == 1
    spring("campaigns", "launch", "Spring", "--yes")
    told = spring("campaigns", "skip", "spring", "(602) 555-0199").out
    assert "Took 1 contact out of the campaign “Spring”" in told
    shown = spring("campaigns", "show", "Spring", "--json").json
    assert (shown["skipped"]["excluded"], shown["states"]["pending"]) == (1, 1)
    assert spring.attempt("campaigns", "skip", "Spring", "+16025550199").status == 1
    assert spring.attempt("campaigns", "skip", "Spring", "nobody").status == 1


def test_joining_and_leaving_its_segment_says_whom_it_still_calls(spring: Commands) -> None:
    spring("campaigns", "launch", "Spring", "--yes")
    told = spring("segments", "remove", "Webinar", "--search", "602")
    assert told.out.endswith("The campaign “Spring” still calls 1 of them.\n")
    nobody = "The campaign “Spring” will not call contacts that join now: its audience was fixed at launch."
    spring("contacts", "add", "email=new@example.com")
    assert nobody in spring("segments", "add", "Webinar", "--search", "new@").out
    assert nobody in spring("contacts", "add", "email=newer@example.com", "--segment", "Webinar").out
    again = spring("segments", "add", "Webinar", "--search", "602", "--json").json
    assert again["still_calling"] == [{"id": 1, "name": "Spring", "contacts": 1}]


def test_progress_is_of_those_who_can_be_called_and_the_skipped_stand_beside_it(spring: Commands) -> None:
    spring("campaigns", "launch", "Spring", "--yes")
    shown = spring("campaigns", "list").lines
    assert shown[0].split()[-4:] == ["Status", "Done", "Skipped", "Started"]
    assert "0 of 2        1" in shown[1]
    (listed,) = spring("campaigns", "list", "--json").json
    assert (listed["total"], listed["done"], listed["skipped"]) == (3, 1, 1)
    spring("campaigns", "cancel", "Spring", "--yes")
    assert "0 of 2        3" in spring("campaigns", "list").lines[1]


def test_show_says_when_it_is_expected_to_end_while_somebody_dials(spring: Commands) -> None:
    assert spring("campaigns", "show", "Spring", "--json").json["expected_end"] is None
    spring("campaigns", "launch", "Spring", "--yes")
    assert spring("campaigns", "show", "Spring", "--json").json["expected_end"] is None
    assert "Ends about" not in spring("campaigns", "show", "Spring").out
    database = open_database(spring.database)
    session = open_session(database, source="test")
    dispatcher_lease.take_over(session, "host-1")
    ends = progress(session, 1).ends_at
    database.close()
    assert ends is not None
    told = datetime.fromisoformat(spring("campaigns", "show", "Spring", "--json").json["expected_end"])
    assert abs(told - ends) < timedelta(minutes=2)
    assert re.search(
        r"^Ends about +20\d\d-\d\d-\d\d \d\d:\d\d \(UTC\)$", spring("campaigns", "show", "Spring").out, re.MULTILINE
    )
    paused = spring("campaigns", "pause", "Spring", "--json").json
    assert paused["expected_end"] is None


def test_a_start_that_is_past_is_taken_as_at_once_and_said_to_be_so(spring: Commands) -> None:
    past = ("--start", "2020-01-02 09:00")
    told = "Its start, 2020-01-02 09:00 (America/New_York), is past: it begins with the launch."
    made = spring("campaigns", "create", "Other", "--segment", "Webinar", "--agent", "a", *past)
    assert made.out == f"Created the campaign “Other”, a draft: launch it to begin. {told}\n"
    assert told in spring("campaigns", "edit", "Spring", *past).out
    assert told in spring("campaigns", "show", "Spring").out
    assert told in spring.attempt("campaigns", "launch", "Spring").err
    assert spring("campaigns", "launch", "Spring", "--yes", "--json").json["status"] == "active"
    assert "is past" not in spring("campaigns", "show", "Spring").out
    assert "is past" not in spring("campaigns", "edit", "Other", "--start", "2090-01-02 09:00").out


def test_a_launch_names_the_campaign_that_has_the_others(spring: Commands) -> None:
    spring("campaigns", "create", "Other", "--segment", "Webinar", "--agent", "a")
    spring("contacts", "add", "phone=+16025550177", "--segment", "Webinar")
    spring("campaigns", "launch", "Other", "--yes")
    spring("contacts", "add", "phone=+16025550178", "--segment", "Webinar")
    assert "other campaign 3 “Other”" in spring.attempt("campaigns", "launch", "Spring").err
    assert "3 “Other”" in spring("campaigns", "show", "Spring").out


def test_every_setting_is_set_and_edited(spring: Commands) -> None:
    spring("segments", "create", "Called already")
    options = [
        "--agent", "b", "--exclude", "Called already", "--start", "2030-01-02 09:00", "--hours", "10-18",
        "--days", "mon,wed", "--timezone", "europe/madrid", "--calls-per-hour", "7", "--concurrent", "2",
        "--attempts", "1", "--retry-delay", "5", "--retry-voicemail",
    ]  # fmt: skip
    for command in (("create", "Other", "--segment", "Webinar"), ("edit", "Spring", "--name", "Summer")):
        made = spring("campaigns", *command, *options, "--json").json
        assert (made["agent"], made["exclude"], made["start_at"]) == ("b", ["Called already"], "2030-01-02T08:00:00Z")
        assert (made["hours"], made["days"], made["timezone"]) == ("10:00-18:00", "mon,wed", "Europe/Madrid")
        assert (made["calls_per_hour"], made["concurrent"], made["attempts"], made["retry_delay"]) == (7, 2, 1, 5)
        assert made["retry_voicemail"] is True
    assert spring("campaigns", "edit", "Summer", "--no-exclude", "--json").json["exclude"] == []
    assert [each["name"] for each in spring("campaigns", "list", "--json").json] == ["Other", "Summer"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["--hours", "7-9"], ["--days", "someday"], ["--timezone", "Mars"], ["--start", "soon"], ["--attempts", "11"],

        ["--start", "0226-12-01 09:00"], ["--start", "2206-12-01"], ["--hours", "9-25:00"], ["--concurrent", "0"],
        ["--calls-per-hour", "x"], ["--retry-delay", "0"], [],
    ],
)  # fmt: skip
def test_wrong_settings_are_wrong_usage(spring: Commands, wrong: list[str]) -> None:
    assert spring.attempt("campaigns", "edit", "Spring", *wrong).status == 2


def test_a_split_prints_the_drafts_it_made(spring: Commands) -> None:
    made = spring("campaigns", "split", "Spring", "--parts", "2", "--json").json
    assert [each["name"] for each in made] == ["Spring 1/2", "Spring 2/2"]
    assert sum(spring("campaigns", "show", each["name"], "--json").json["total"] for each in made) == 3
    assert spring.attempt("campaigns", "show", "Spring").status == 1
    assert spring.attempt("campaigns", "split", "Spring 1/2", "--parts", "1").status == 2


def test_a_draft_is_deleted_with_a_yes_and_nothing_that_was_launched(spring: Commands) -> None:
    ran = spring.attempt("campaigns", "delete", "spring")
    assert (ran.status, "Delete the campaign “Spring”?" in ran.err, "--yes" in ran.err) == (1, True, True)
    assert len(spring("campaigns", "list", "--json").json) == 1
    assert spring("campaigns", "delete", "spring", "--yes").out == "Deleted the campaign “Spring”.\n"
    assert spring("campaigns", "list", "--json").json == []
    spring("campaigns", "create", "Spring", "--segment", "Webinar", "--agent", "agent-7")
    spring("campaigns", "launch", "Spring", "--yes")
    for options in ((), ("--yes",)):
        ran = spring.attempt("campaigns", "delete", "Spring", *options)
        assert ran.status == 1
        assert ran.err == "“Spring” was launched: it cannot be deleted, because the results of its calls are kept.\n"
    spring("campaigns", "create", "Other", "--segment", "Webinar", "--agent", "agent-7")
    assert spring("campaigns", "delete", "Other", "--yes", "--json").json["name"] == "Other"


def test_a_segment_that_is_called_is_kept_and_the_campaign_is_named(spring: Commands) -> None:
    for command in (("delete", "Webinar", "--yes"), ("archive", "Webinar")):
        ran = spring.attempt("segments", *command)
        assert (ran.status, "“Spring”" in ran.err) == (1, True)
    spring("campaigns", "cancel", "Spring", "--yes")
    spring("segments", "delete", "Webinar", "--yes")
    assert spring("campaigns", "show", "Spring", "--json").json["segment"] == {"id": None, "name": "Webinar"}


def test_an_unknown_campaign_is_a_sentence_with_the_nearest_name(spring: Commands) -> None:
    for command in ("show", "results", "launch", "pause", "resume", "cancel", "delete"):
        ran = spring.attempt("campaigns", command, "Sprng")
        assert (ran.status, "Did you mean “Spring”" in ran.err) == (1, True)


def test_campaigns_are_listed_by_state(spring: Commands) -> None:
    assert len(spring("campaigns", "list", "--status", "draft", "--json").json) == 1
    assert "No campaigns match" in spring("campaigns", "list", "--status", "active").out
    assert spring.attempt("campaigns", "list", "--status", "gone").status == 2


def test_its_results_choose_whom_the_next_one_calls(spring: Commands) -> None:
    spring("contacts", "add", "phone=+16025550177", "first_name=Never")
    assert spring("contacts", "list", "--campaign", "Spring", "--json").json["total"] == 0
    spring("campaigns", "launch", "Spring", "--yes")
    spring("campaigns", "cancel", "Spring", "--yes")
    spring("segments", "create", "Again")
    skipped = ("--campaign", "spring", "--outcome", "skipped")
    told = spring("segments", "add", "Again", *skipped, "--outcome", "answered", "--json").json
    assert (told["added"], told["segment"]["contacts"]) == (3, 3)
    assert spring("contacts", "list", *skipped, "--search", "finn", "--json").json["total"] == 1
    assert "No contacts match" in spring("contacts", "list", "--campaign", "Spring", "--outcome", "busy").out
    spring("export", *skipped, "--output", "skipped.csv")
    assert "Removed 1 contact" in spring("segments", "remove", "Again", *skipped, "--search", "quin").out
    assert spring("segments", "remove", "Again", "--campaign", "Spring", "--json").json["removed"] == 2
    # The round after that leaves them out.
    spring("segments", "add", "Again", "--campaign", "Spring", "--filter", "status=OPEN")
    made = spring("campaigns", "create", "Two", "--segment", "Webinar", "--agent", "a", "--exclude", "Again", "--json")
    assert (made.json["callable"], made.json["skipped"]["excluded"]) == (1, 1)


def test_an_outcome_is_of_a_campaign_that_is_there(spring: Commands) -> None:
    ran = spring.attempt("segments", "add", "Webinar", "--outcome", "busy")
    assert (ran.status, "--campaign NAME" in ran.err) == (2, True)
    assert spring.attempt("segments", "add", "Webinar", "--campaign", "Spring", "--outcome", "gone").status == 2
    ran = spring.attempt("segments", "add", "Webinar", "--campaign", "Sprng")
    assert (ran.status, "Did you mean “Spring”" in ran.err) == (1, True)


def test_a_campaign_is_looked_for_in_the_company_of_the_segment(spring: Commands) -> None:
    spring("companies", "create", "Other")
    spring("segments", "create", "Theirs", "--company", "Other")
    ran = spring.attempt("segments", "add", "Theirs", "--campaign", "Spring")
    assert (ran.status, "There is no campaign “Spring”" in ran.err) == (1, True)
    spring("campaigns", "launch", "Spring", "--yes")
    assert spring("segments", "add", "Webinar", "--campaign", "Spring", "--json").json["added"] == 0
