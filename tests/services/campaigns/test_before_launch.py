"""What the form and the question before a launch ask: faults by field, exclusions, and whose time zone is a guess."""

from datetime import UTC, datetime

import pytest

from segtui.errors import Cancelled, NotFound
from segtui.services import campaigns
from segtui.services.campaigns import AssumedZones, SettingsInput, calls_an_hour, faults, forecasting
from segtui.services.contacts import contacts
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.session import Session
from tests.services.campaigns.support import draft, people


def test_every_setting_that_is_wrong_is_named_with_a_sentence() -> None:
    given = SettingsInput(
        agent=" ", start="soon", hours="9-25", days="mo", timezone="Mars", calls_per_hour=0, attempts=11
    )
    found = faults(given)
    assert set(found) == {"agent", "start", "hours", "days", "timezone", "calls_per_hour", "attempts"}
    assert all(sentence.endswith(".") or "?" in sentence for sentence in found.values())
    right = SettingsInput(
        agent="a", start="2026-12-01 09:00", hours="9-12", days="sat", timezone="Europe/Madrid", attempts=1
    )
    assert faults(right) == {}
    assert faults(SettingsInput()) == {}


def test_what_is_left_out_is_known_by_id_and_name(session: Session) -> None:
    segment_id, _ = people(session, "Leads", 1)
    others = [segments.create(session, name).id for name in ("B", "A")]
    made = draft(session, segment_id, excluded=others)
    assert campaigns.excluded(session, made.id) == list(zip(others, ("B", "A"), strict=True))
    with pytest.raises(NotFound):
        campaigns.excluded(session, made.id + 1)


def test_whose_zone_is_a_guess_is_counted_among_those_who_are_called(session: Session) -> None:
    segment_id, _ = people(session, "Leads", 3)
    where = [
        {"phone": "+80012345678"},  # says nothing
        {"phone": "+18005550101"},  # may be anywhere in North America, from Guam to Newfoundland
        {"phone": "+18005550102", "timezone": "Europe/Madrid"},
        {"phone": "+18005550103", "state": "TN", "country": "US"},  # a state of two zones
        {"phone": "+16155550104", "state": "TN", "country": "US"},  # the phone says which
        {"phone": "+18005550105", "state": "AZ", "country": "US"},
        {"phone": "+18005550106", "do_not_call": "yes"},  # is not called
        {"phone": "+80012345679", "timezone": "UTC"},  # says nothing of a place
        {"phone": "+80012345680", "timezone": "Etc/GMT+5"},
        {"phone": "+16025550107", "timezone": "UTC"},  # hours hold by both
    ]
    for fields in where:
        contacts.add(session, fields, segment_id)
    made = draft(session, segment_id)
    assert campaigns.guesses(session, made.id) == AssumedZones(unknown=1, doubtful=3, placeless=2)
    assert campaigns.guesses(session.bound_to(None), made.id) == AssumedZones(unknown=1, doubtful=3, placeless=2)
    assert campaigns.guesses(session, made.id).total == 6
    campaigns.launch(session, made.id)
    assert campaigns.assumed_zones(session, made.id) == AssumedZones(unknown=1, doubtful=3, placeless=2)


def test_several_numbers_of_one_person_are_said(session: Session) -> None:
    segment_id, _ = people(session, "Leads", 3)
    for number, email in enumerate(("ann@example.com", "Ann@Example.com", "bo@example.com", "cy@example.com"), 1):
        contacts.add(session, {"phone": f"+1602555020{number}", "email": email}, segment_id)
    contacts.add(session, {"phone": "+16025550208", "email": "bo@example.com", "do_not_call": "yes"}, segment_id)
    made = draft(session, segment_id)
    ahead = campaigns.forecast(session, made.id)
    assert (ahead.shared_people, ahead.shared_contacts) == (1, 2)
    assert ahead.shared == "1 person has several numbers here (same e-mail): 2 contacts are called."
    contacts.add(session, {"phone": "+16025550209", "email": "cy@example.com"}, segment_id)
    contacts.add(session, {"phone": "+16025550210", "email": "cy@example.com"}, segment_id)
    ahead = campaigns.forecast(session, made.id)
    assert ahead.shared == "2 people have several numbers here (same e-mail): 5 contacts are called."


def test_looking_at_zones_tells_how_far_it_is_and_can_be_stopped(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment_id, _ = people(session, "Leads", 3)
    contacts.add(session, {"phone": "+34612345678"}, segment_id)
    made = draft(session, segment_id)
    monkeypatch.setattr(forecasting, "_STEP", 1)
    told: list[int] = []
    campaigns.guesses(session, made.id, None, told.append)
    assert told == sorted(told)
    assert told[-1] == 4
    interrupt = Interrupt()
    with pytest.raises(Cancelled):
        campaigns.guesses(session, made.id, interrupt, lambda _: interrupt.cancel())


def test_a_campaign_without_a_limit_of_lines_makes_what_it_may() -> None:
    assert calls_an_hour(100, 1_000) == 100
    assert calls_an_hour(100, 1) == 30


def test_a_start_is_read_on_the_clocks_of_who_types_it() -> None:
    assert campaigns.parse_start("2026-12-01 09:00", UTC) == datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert campaigns.parse_start("now", UTC) is None
