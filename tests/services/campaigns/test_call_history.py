"""The campaigns of one contact, as somebody asks for them who has it on the phone."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from segtui.database.tables.campaign_tables import call_attempts
from segtui.errors import NotFound
from segtui.services import campaigns
from segtui.services.campaigns import ContactCampaigns, of_contact
from segtui.services.campaigns.results import result_search
from segtui.services.campaigns.results.result_search import ResultQuery
from segtui.services.contacts import contacts
from segtui.services.segments import segments
from segtui.services.session import Session
from tests.conftest import TwoCompanies
from tests.services.campaigns.support import draft, people
from tests.support.calls import call, set_status

NOW = datetime.now(UTC).replace(microsecond=0)
ANY_DAY = {"hours": "08:00-21:00", "days": "mon-sun", "timezone": "UTC"}
ABIDJAN = "Africa/Abidjan"  # a place whose clocks show UTC all year


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _told(found: ContactCampaigns) -> list[tuple[str, str]]:
    return [(each.campaign.name, each.words(_time)) for each in found.campaigns]


def _launched(session: Session, name: str, segment_id: int, **given: str) -> int:
    return campaigns.launch(session, draft(session, segment_id, name, **{**ANY_DAY, **given}).id).id


def test_what_came_of_it_is_told_with_every_call_and_what_was_last_is_first(session: Session) -> None:
    segment_id, (ann, _) = people(session, "Leads", 2)
    first = _launched(session, "First", segment_id)
    call(session, first, ann, "no_answer", at=NOW - timedelta(hours=5), again_at=NOW, seconds=0)
    call(session, first, ann, "answered", at=NOW - timedelta(hours=2), seconds=102)
    campaigns.cancel(session, first)
    second = _launched(session, "Second", segment_id)
    found = of_contact(session, ann)
    assert [name for name, _ in _told(found)] == ["Second", "First"]
    assert _told(found)[1] == ("First", "answered, 2 calls")
    assert (found.more, found.more_calls, found.rest) == (0, 0, "")
    calls = found.campaigns[1].result.calls
    assert [(each.outcome, each.seconds) for each in calls] == [("no_answer", 0), ("answered", 102)]
    assert [campaigns.call_words(each) for each in calls] == ["no answer", "answered, 1 min 42 s"]
    last = found.last_call()
    assert last is not None
    assert (last[0].campaign.name, last[1]) == ("First", calls[1])
    # Called again by the one, it is first, whatever was launched since.
    call(session, second, ann, "failed", at=NOW + timedelta(minutes=1), reason="phone is\x1b not valid")
    call(session, first, ann, None, at=NOW + timedelta(minutes=2))
    assert _told(of_contact(session, ann)) == [
        ("First", "is being called now"),
        ("Second", "failed: phone is\ufffd not valid"),
    ]
    assert campaigns.call_words(of_contact(session, ann).campaigns[0].result.calls[-1]) == "in progress"


def test_nobody_called_it_where_it_was_in_no_campaign(session: Session) -> None:
    _, (ann,) = people(session, "Leads", 1)
    assert of_contact(session, ann) == ContactCampaigns((), 0, 0)
    assert of_contact(session, ann).last_call() is None
    contacts.delete(session, ann)
    with pytest.raises(NotFound):
        of_contact(session, ann)


@pytest.mark.parametrize("hour", [3, 12, 23])
def test_who_waits_is_told_until_when(session: Session, monkeypatch: pytest.MonkeyPatch, hour: int) -> None:
    at = datetime(2027, 1, 4, hour, 7, tzinfo=UTC)  # a Monday
    monkeypatch.setattr(time, "time_ns", lambda: int(at.timestamp()) * 10**9)
    segment_id, (ann, bob, cyd) = people(session, "Leads", 3, timezone=ABIDJAN)
    made = _launched(session, "Spring", segment_id, days="mon-fri", hours="09:00-20:00")
    call(session, made, bob, "busy", at=at, again_at=at + timedelta(days=9))
    waits = of_contact(session, ann).campaigns[0]
    opens = {3: at.replace(hour=9, minute=0), 12: at, 23: at.replace(day=5, hour=9, minute=0)}[hour]
    assert waits.until == opens
    later = "which is due now" if hour == 12 else f"not before {_time(opens)}"
    assert waits.words(_time) == f"waits for its first call, {later}"
    retried = of_contact(session, bob).campaigns[0]
    assert retried.until == opens + timedelta(days=9)
    assert retried.words(_time) == f"waits for another call after busy, not before {_time(retried.until)}"
    campaigns.pause(session, made)
    assert of_contact(session, cyd).campaigns[0].words(_time) == "waits for its first call: the campaign is paused"
    campaigns.cancel(session, made)
    assert of_contact(session, cyd).campaigns[0].words(_time) == "skipped: cancelled"
    assert of_contact(session, bob).campaigns[0].words(_time) == "busy"


def test_who_waits_for_a_campaign_that_has_not_begun_waits_for_that(session: Session) -> None:
    segment_id, (ann,) = people(session, "Leads", 1, timezone=ABIDJAN)
    start = (NOW + timedelta(days=30)).replace(hour=3, minute=0, second=0)
    _launched(session, "Spring", segment_id, start=start.isoformat())
    [each] = of_contact(session, ann).campaigns
    assert each.campaign.status == "scheduled"
    assert each.until == start.replace(hour=8)


def test_who_was_skipped_is_told_why_and_for_which_other_campaign(session: Session) -> None:
    segment_id, (ann, bob) = people(session, "Leads", 2)
    contacts.edit(session, bob, {"do_not_call": "yes"})
    first = _launched(session, "First", segment_id)
    more, _ = people(session, "More", 1, first=300)
    segments.add_contacts(session, more, [ann])
    _launched(session, "Second", more)
    assert _told(of_contact(session, bob)) == [("First", "skipped: do not call")]
    expected = ("Second", "skipped: other campaign “First”")
    assert _told(of_contact(session, ann))[0] == expected
    # It stays that one, whatever became of it since, and whoever else has the contact later.
    call(session, first, ann, "answered", at=NOW + timedelta(hours=1))
    campaigns.cancel(session, first)
    _launched(session, "Third", segment_id)
    assert expected in _told(of_contact(session, ann))
    assert ("Third", "skipped: other campaign “First”") not in _told(of_contact(session, ann))


def test_one_that_was_over_with_the_contact_is_not_the_one_it_was_skipped_for(session: Session) -> None:
    segment_id, (ann, _) = people(session, "Leads", 2)
    first = _launched(session, "First", segment_id)
    call(session, first, ann, "answered", at=NOW - timedelta(hours=3))
    alone = segments.create(session, "Ann").id
    segments.add_contacts(session, alone, [ann])
    _launched(session, "Second", alone)
    segments.add_contacts(session, alone, people(session, "Else", 1, first=500)[1])
    _launched(session, "Third", alone)
    found = dict(_told(of_contact(session, ann)))
    assert found["First"] == "answered"
    assert found["Third"] == "skipped: other campaign “Second”"


def test_the_results_say_it_too(session: Session) -> None:
    segment_id, ids = people(session, "Leads", 2)
    _launched(session, "First", segment_id)
    more, _ = people(session, "More", 1, first=300)
    segments.add_contacts(session, more, ids[:1])
    second = _launched(session, "Second", more)
    listed = result_search.listing(session, ResultQuery(second)).first(5)
    assert [row.elsewhere for row in listed if row.id == ids[0]] == ["First"]
    assert [row.elsewhere for row in listed if row.id != ids[0]] == [None]
    results = {each.contact_id: each.elsewhere for each in campaigns.results(session, second)}
    assert results == {row.id: row.elsewhere for row in listed}


def test_of_very_many_the_newest_are_told_and_the_others_counted(session: Session) -> None:
    segment_id, (ann, _) = people(session, "Leads", 2)
    for number in range(7):
        made = _launched(session, f"Round {number}", segment_id)
        at = NOW - timedelta(days=7 - number)
        call(session, made, ann, "busy", at=at, again_at=at)
        call(session, made, ann, "answered", at=at)
        campaigns.cancel(session, made)
    found = of_contact(session, ann, 3)
    assert [each.campaign.name for each in found.campaigns] == ["Round 6", "Round 5", "Round 4"]
    assert (found.more, found.more_calls) == (4, 8)
    assert found.rest == "and 4 earlier campaigns, 8 calls"
    assert len(of_contact(session, ann, None).campaigns) == 7


def test_an_attempt_that_was_never_dialled_is_no_call(session: Session) -> None:
    segment_id, (ann, _) = people(session, "Leads", 2)
    made = _launched(session, "Spring", segment_id)
    call(session, made, ann, None, at=NOW)
    with session.write() as tx:
        tx.execute(update(call_attempts).where(tx.scope(call_attempts)).values(released=1))
    assert of_contact(session, ann).campaigns[0].result.calls == ()


@pytest.mark.parametrize("status", ["paused", "active"])
def test_it_is_of_the_contact_s_company_alone(two_companies: TwoCompanies, status: str) -> None:
    segment_id, (ann, _) = people(two_companies.main, "Leads", 2)
    made = _launched(two_companies.main, "Spring", segment_id)
    call(two_companies.main, made, ann, "answered", at=NOW)
    set_status(two_companies.main, made, status, None)
    for session in (two_companies.main, two_companies.both):
        assert _told(of_contact(session, ann)) == [("Spring", "answered")]
    with pytest.raises(NotFound):
        of_contact(two_companies.other, ann)
