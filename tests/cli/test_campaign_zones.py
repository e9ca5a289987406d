"""Zones, hours and starts on the command line: read as people write them, echoed, counted where they are assumed."""

from tests.support.commands import Commands


def test_a_company_has_a_zone_that_its_campaigns_begin_with(segtui: Commands) -> None:
    made = segtui("companies", "create", "Madrid", "--region", "ES", "--timezone", "europe/madrid", "--json").json
    assert (made["region"], made["timezone"]) == ("ES", "Europe/Madrid")
    listed = {each["name"]: each["timezone"] for each in segtui("companies", "list", "--json").json}
    # Without one of its own it has the system's; the clock of a server shows UTC, which is nobody's.
    assert listed == {"Main": "America/New_York", "Madrid": "Europe/Madrid"}
    assert "Europe/Madrid" in segtui("companies", "list").out
    changed = segtui("companies", "edit", "Main", "--timezone", "EST", "--json").json
    assert changed["timezone"] == "America/New_York"
    ran = segtui.attempt("companies", "edit", "Main", "--timezone", "Mars")
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    segtui("segments", "create", "Leads", "--company", "Madrid")
    options = ("--segment", "Leads", "--agent", "a", "--start", "2030-12-01 09:00", "--company", "Madrid")
    told = segtui("campaigns", "create", "Spring", *options)
    assert "It starts 2030-12-01 09:00 (Europe/Madrid)." in told.out
    shown = segtui("campaigns", "show", "Spring", "--json", "--company", "Madrid").json
    assert (shown["timezone"], shown["start_at"]) == ("Europe/Madrid", "2030-12-01T08:00:00Z")
    assert "2030-12-01 09:00 (Europe/Madrid)" in segtui("campaigns", "show", "Spring", "--company", "Madrid").out


def test_hours_days_and_zones_are_read_as_people_write_them(people: Commands) -> None:
    options = ("--segment", "Webinar", "--agent", "a", "--json")
    written = ("--hours", "9am \u2013 8pm", "--days", "Monday-Friday", "--timezone", "EST")
    made = people("campaigns", "create", "Spring", *options, *written).json
    assert (made["hours"], made["days"], made["timezone"]) == ("09:00-20:00", "mon-fri", "America/New_York")
    made = people("campaigns", "edit", "Spring", "--hours", "9-17", "--days", "weekdays", "--json").json
    assert (made["hours"], made["days"]) == ("09:00-17:00", "mon-fri")
    for wrong in (("--hours", "25:00-26:00"), ("--start", "1026-12-01 09:00"), ("--timezone", "MST")):
        ran = people.attempt("campaigns", "edit", "Spring", *wrong)
        assert (ran.status, ran.err.count("\n")) == (2, 1), ran.err


def test_a_contacts_zone_that_is_no_place_is_said_to_be_an_assumption(people: Commands) -> None:
    people("contacts", "add", "phone=+80012345678", "timezone=UTC", "--segment", "Webinar")
    people("contacts", "add", "phone=+34612345678", "timezone=Etc/UTC", "--segment", "Webinar")
    people("contacts", "add", "phone=+34612345679", "timezone=Europe/Madrid", "--segment", "Webinar")
    people("campaigns", "create", "Spring", "--segment", "Webinar", "--agent", "a", "--timezone", "UTC")
    sentence = (
        "The time zone of 2 contacts is only a guess. For 1 several are possible: hours hold in all of them. "
        "For 1 only a clock without a place is known, such as UTC: it is assumed."
    )
    shown = people("campaigns", "show", "Spring", "--json").json
    assert (shown["timezone"], shown["assumed_zones"], shown["without_hours"]) == ("UTC", 2, 0)
    assert sentence in " ".join(people("campaigns", "show", "Spring").out.split())
    assert sentence in people("campaigns", "launch", "Spring", "--yes").out
    assert people("campaigns", "show", "Spring", "--json").json["assumed_zones"] == 2


def test_the_forecast_and_the_launch_say_how_many_zones_are_assumed(people: Commands) -> None:
    people("contacts", "add", "phone=+34612345678", "--segment", "Webinar")
    people("contacts", "add", "phone=+80012345678", "--segment", "Webinar")
    people("contacts", "add", "phone=+79161234567", "--segment", "Webinar")
    people("campaigns", "create", "Spring", "--segment", "Webinar", "--agent", "a", "--hours", "9-12")
    shown = people("campaigns", "show", "Spring", "--json").json
    assert (shown["assumed_zones"], shown["without_hours"]) == (3, 1)
    sentence = (
        "The time zone of 3 contacts is only a guess. For 1 the campaign's zone is assumed. "
        "For 2 several are possible: hours hold in all of them. For 1 that leaves no calling hours: they would wait."
    )
    assert sentence in " ".join(people("campaigns", "show", "Spring").out.split())
    assert sentence in people.attempt("campaigns", "launch", "Spring").err
    assert sentence in people("campaigns", "launch", "Spring", "--yes").out
    launched = people("campaigns", "show", "Spring", "--json").json
    assert (launched["assumed_zones"], launched["without_hours"]) == (3, 1)
    found = people("campaigns", "results", "Spring", "--json").json["results"]
    reasons = {each["phone"]: each["reason"] for each in found if each["reason"]}
    assert reasons == {"+79161234567": "no calling hour holds in all possible time zones"}
