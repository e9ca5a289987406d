"""How a campaign is getting on, and what became of its contacts, as the screens ask for it."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from segtui.domain.contact import OLD_RESULT_COLUMNS, RESULT_COLUMNS
from segtui.domain.criteria.tree import Comparison
from segtui.errors import InvalidInput, NotFound
from segtui.services import campaigns, imports
from segtui.services.campaigns import Campaign, SettingsInput
from segtui.services.campaigns.audience import filter_counts
from segtui.services.campaigns.dispatch import dispatcher_lease
from segtui.services.campaigns.results import result_export, result_search
from segtui.services.campaigns.results.hourly_stats import HourOfDay, by_hour
from segtui.services.campaigns.results.progress import progress, state_of, state_of_one
from segtui.services.campaigns.results.result_search import ResultQuery
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.outcome_filter import OutcomeFilter
from segtui.services.imports import Destination, ImportRequest
from segtui.services.segments import segments
from segtui.services.session import Session
from tests.conftest import TwoCompanies
from tests.services.campaigns.support import draft, people
from tests.support.calls import call, set_status

pytestmark = pytest.mark.search

Running = tuple[Campaign, list[int]]
_NAMES = ("Ada", "Zoë", "bob", "", "Cyd", "Eve", "Finn", "Gus")


@pytest.fixture
def running(session: Session) -> Running:
    """Return a campaign under way, and its contacts: one of each sort."""
    segment_id = segments.create(session, "Leads").id
    ids = []
    for place, name in enumerate(_NAMES):
        values = {"phone": f"+1602555{100 + place:04}", "first_name": name, "city": "Mesa" if place % 2 else "Reno"}
        ids.append(contacts.add(session, values, segment_id).id)
    ids.append(contacts.add(session, {"email": "x@example.com", "first_name": "Hal"}, segment_id).id)
    made = campaigns.launch(session, draft(session, segment_id, hours="08:00-21:00", days="mon-sun").id)
    now = datetime.now(UTC)
    call(session, made.id, ids[0], "answered", at=now - timedelta(minutes=5))
    call(session, made.id, ids[1], "busy", at=now - timedelta(hours=3), again_at=now + timedelta(hours=1))
    call(session, made.id, ids[2], "failed", at=now - timedelta(hours=2), reason="phone is not valid")
    call(session, made.id, ids[3], None, at=now)
    contacts.delete(session, ids[4])
    return campaigns.get(session, made.id), ids


def _ids(session: Session, query: ResultQuery) -> list[int]:
    listing = result_search.listing(session, query)
    first = [row.id for row in listing.first(50)]
    assert first == list(listing.ids())
    assert set(listing.rows(first)) == set(first)
    return first


def test_the_progress_says_what_is_left_and_how_fast_it_goes(session: Session, running: Running) -> None:
    campaign, _ = running
    assert progress(session, campaign.id).ends_at is None
    before = state_of_one(session, campaign.id)
    dispatcher_lease.take_over(session, "host-1")
    assert state_of_one(session, campaign.id) != before
    seen = progress(session, campaign.id)
    assert (seen.recent, seen.ended, seen.answered, seen.left) == (2, 3, 1, 5)
    assert seen.ends_at is not None
    assert seen.ends_at > datetime.now(UTC) + timedelta(minutes=55)  # when who was busy is tried again
    assert seen.overview.states == {"pending": 3, "in_progress": 1, "retry": 1, "done": 4}
    campaigns.pause(session, campaign.id)
    assert progress(session, campaign.id).ends_at is None
    with pytest.raises(NotFound):
        progress(session, campaign.id + 1)


def test_its_state_is_another_one_after_whatever_it_shows(session: Session, running: Running) -> None:
    campaign, ids = running
    seen = [state_of_one(session, campaign.id)]
    assert state_of_one(session, campaign.id) == seen[0]
    call(session, campaign.id, ids[1], None)
    seen.append(state_of_one(session, campaign.id))
    call(session, campaign.id, ids[1], "busy", again_at=datetime.now(UTC))
    seen.append(state_of_one(session, campaign.id))
    campaigns.pause(session, campaign.id)
    seen.append(state_of_one(session, campaign.id))
    contacts.edit(session, ids[0], {"first_name": "Adda"})
    seen.append(state_of_one(session, campaign.id))
    assert len({repr(each) for each in seen}) == len(seen)
    assert state_of_one(session, campaign.id + 1) is None


def test_the_state_of_the_list_is_another_one_when_a_campaign_gets_further(session: Session, running: Running) -> None:
    campaign, ids = running
    seen = [state_of(session)]
    call(session, campaign.id, ids[5], "answered")
    seen.append(state_of(session))
    assert campaign.segment_id is not None
    other = draft(session, campaign.segment_id, "Other")
    seen.append(state_of(session))
    campaigns.edit(session, other.id, SettingsInput(attempts=2))
    seen.append(state_of(session))
    segments.edit(session, campaign.segment_id, name="Leads, renamed")
    seen.append(state_of(session))
    assert len({repr(each) for each in seen}) == len(seen)
    assert state_of(session) == seen[-1]


def test_a_draft_follows_its_segment(session: Session) -> None:
    segment_id, ids = people(session, "Leads", 2)
    made = draft(session, segment_id)
    before = state_of_one(session, made.id)
    segments.remove_contacts(session, segment_id, ids[:1])
    assert state_of_one(session, made.id) != before


def test_results_are_sorted_as_they_are_shown_the_blank_ones_last(session: Session, running: Running) -> None:
    campaign, (ada, zoe, bob, nobody, gone, eve, finn, gus, hal) = running
    query = ResultQuery(campaign.id)
    assert _ids(session, query) == [ada, bob, eve, finn, gus, hal, zoe, nobody, gone]
    assert _ids(session, replace(query, descending=True)) == [zoe, hal, gus, finn, eve, bob, ada, gone, nobody]
    assert _ids(session, replace(query, sort="next"))[0] == zoe
    assert _ids(session, replace(query, sort="attempts", descending=True))[:4] == [nobody, bob, zoe, ada]
    by_outcome = result_search.listing(session, replace(query, sort="outcome"))
    assert [row.state if row.state != "done" else row.outcome for row in by_outcome.first(9)] == [
        "answered", "failed", "in_progress", "pending", "pending", "pending", "retry", "skipped", "skipped",
    ]  # fmt: skip
    assert _ids(session, replace(query, sort="reason"))[:4] == [zoe, gone, hal, bob]
    assert set(_ids(session, replace(query, sort="city"))[-2:]) == {gone, hal}
    with pytest.raises(InvalidInput, match="sorted by"):
        result_search.listing(session, replace(query, sort="fax"))


def test_results_are_searched_and_narrowed(session: Session, running: Running) -> None:
    campaign, (ada, zoe, bob, _, gone, eve, finn, gus, hal) = running
    query = ResultQuery(campaign.id)
    assert _ids(session, replace(query, search="zoe")) == [zoe]
    assert _ids(session, replace(query, search="602 555 0100")) == [ada]
    assert set(_ids(session, replace(query, search="mesa"))) == {zoe, eve, gus, running[1][3]}
    assert _ids(session, replace(query, search="Cyd")) == []
    assert set(_ids(session, replace(query, kept=OutcomeFilter(state="pending")))) == {eve, finn, gus}
    assert _ids(session, replace(query, kept=OutcomeFilter(outcome="failed"))) == [bob]
    assert _ids(session, replace(query, kept=OutcomeFilter(outcome="skipped", reason="no_phone"))) == [hal]
    assert _ids(session, replace(query, kept=OutcomeFilter(outcome="busy"))) == []
    found = result_search.listing(session, query)
    assert found.belonging([ada, gone, 10_000]) == {ada, gone}
    assert found.rows([gone])[gone].contact is None
    for kept in (OutcomeFilter(state="asleep"), OutcomeFilter(outcome="asleep")):
        with pytest.raises(InvalidInput, match="asleep"):
            result_search.listing(session, replace(query, kept=kept))


def test_what_results_can_be_narrowed_to_is_counted(session: Session, running: Running) -> None:
    campaign, ids = running
    found = filter_counts.choices(session, campaign.id)
    for kept, count in found:
        assert len(_ids(session, ResultQuery(campaign.id, kept=kept))) == count, kept
    assert sum(count for kept, count in found if kept.reason is None) == len(ids)
    assert [kept.words for kept, _ in found] == [
        "pending", "in progress", "waiting for retry", "answered", "failed", "failed: phone is not valid",
        "skipped", "skipped: no phone", "skipped: deleted",
    ]  # fmt: skip


def test_an_order_is_taken_over_only_where_it_is_the_same(session: Session, running: Running) -> None:
    campaign, ids = running
    query = ResultQuery(campaign.id)
    before = result_search.listing(session, query)
    order = before.ids()
    call(session, campaign.id, ids[5], "answered")
    after = result_search.listing(session, query, None, before)
    assert after.ids() is order
    contacts.edit(session, ids[0], {"first_name": "Zzz"})
    renamed = result_search.listing(session, query, None, after)
    assert renamed.ids() != order
    other = result_search.listing(session, replace(query, search="zzz"), None, renamed)
    assert list(other.ids()) == [ids[0]]


def test_the_first_by_name_are_found_near_the_beginning_of_all_names(
    session: Session, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, _ = running
    query = ResultQuery(campaign.id)
    for each in (query, replace(query, descending=True), replace(query, kept=OutcomeFilter(state="pending"))):
        expected = list(result_search.listing(session, each).ids())
        monkeypatch.setattr("segtui.services.contacts.contact_query.WALK", 6)
        for limit in (1, 2, 50):
            assert [row.id for row in result_search.listing(session, each).first(limit)] == expected[:limit]
        monkeypatch.undo()


def test_calls_are_counted_by_the_hour_of_who_was_called(session: Session) -> None:
    segment_id, ids = people(session, "Leads", 3, timezone="America/Phoenix")
    kathmandu = contacts.add(session, {"phone": "+97714412345", "timezone": "Asia/Kathmandu"}, segment_id).id
    made = campaigns.launch(session, draft(session, segment_id).id)
    assert by_hour(session, made.id) == ()
    at = datetime(2026, 3, 2, 17, 20, tzinfo=UTC)  # 10:20 in Phoenix
    call(session, made.id, ids[0], "answered", at=at)
    call(session, made.id, ids[1], "busy", at=at + timedelta(hours=2))
    call(session, made.id, ids[2], None, at=at)
    call(session, made.id, kathmandu, "answered", at=datetime(2026, 3, 2, 6, 20, tzinfo=UTC))  # 12:05
    hours = by_hour(session, made.id)
    assert hours == (HourOfDay(10, 1, 1), HourOfDay(11, 0, 0), HourOfDay(12, 2, 1))
    assert [each.rate for each in hours] == [1.0, None, 0.5]


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "xlsx"])
def test_results_are_exported_in_their_order(session: Session, running: Running, form: str) -> None:
    campaign, ids = running
    out = io.BytesIO()
    assert result_export.export(session, ResultQuery(campaign.id, sort="phone"), out, form) == len(ids)
    if form == "csv":
        lines = out.getvalue().decode().splitlines()
        assert lines[0] == ",".join(("phone", "first_name", "last_name", "email", *RESULT_COLUMNS))
        assert lines[1] == "+16025550100,Ada,,,done,answered,,1,"
        assert lines[3] == "+16025550102,bob,,,done,failed,phone is not valid,1,"
    elif form == "json":
        told = {each["contact_id"]: each for each in json.loads(out.getvalue())}
        assert (told[ids[1]]["state"], told[ids[1]]["outcome"], told[ids[4]]["first_name"]) == ("retry", "busy", None)
        assert told[ids[1]]["next_at"].endswith("Z")


def test_an_export_takes_what_is_asked_for_and_is_in_the_trail(session: Session, running: Running) -> None:
    from segtui.services.audit import audit_queries
    from segtui.services.audit.audit_queries import TrailQuery

    campaign, ids = running
    out = io.BytesIO()
    query = ResultQuery(campaign.id, search="eve", kept=OutcomeFilter(state="pending"))
    assert result_export.export(session, query, out) == 1
    assert result_export.export(session, query, io.BytesIO(), ids=ids[:3]) == 3
    elsewhere = ResultQuery(campaign.id, criteria=Comparison("city", "=", ("Nowhere",)))
    assert result_export.export(session, elsewhere, io.BytesIO()) == 0
    entries = audit_queries.listing(session, TrailQuery(action="campaign.export")).first(5)
    assert sorted((each.object, each.detail, each.count) for each in entries) == [
        ("Spring", "csv, city is Nowhere", 0),
        ("Spring", "csv, “eve”, pending", 1),
        ("Spring", "csv, “eve”, pending", 3),
    ]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("old", [False, True], ids=["names of now", "names of before"])
def test_the_results_imported_again_change_nothing_about_anybody(
    session: Session, running: Running, tmp_path: Path, form: str, *, old: bool
) -> None:
    campaign, _ = running
    everybody = contacts.listing(session, ContactQuery())
    before = everybody.rows(everybody.ids())
    path = tmp_path / f"results.{form}"
    if old:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(result_export._Results, "headers", ("phone", *result_export._OF_CONTACT, *OLD_RESULT_COLUMNS))
            result_export.export(session, ResultQuery(campaign.id), path)
    else:
        result_export.export(session, ResultQuery(campaign.id), path)
    target = Destination("Again", existing="overwrite")
    result = imports.run(session, ImportRequest(path, name=path.name, destination=target))
    # Of the one who was deleted nothing is known any more.
    assert (result.updated, result.created, result.rejected, result.warnings) == (0, 0, 1, 0)
    assert everybody.rows(list(before)) == before


def test_a_paused_campaign_says_why(session: Session, running: Running) -> None:
    campaign, _ = running
    set_status(session, campaign.id, "paused", "ten calls in a row failed: 503")
    assert progress(session, campaign.id).overview.reason == "ten calls in a row failed: 503"


def test_another_company_s_campaign_has_no_results(two_companies: TwoCompanies) -> None:
    segment_id, _ = people(two_companies.main, "Leads", 2)
    made = campaigns.launch(two_companies.main, draft(two_companies.main, segment_id).id)
    query = ResultQuery(made.id)
    assert len(result_search.listing(two_companies.both, query).ids()) == 2
    assert list(result_search.listing(two_companies.other, query).ids()) == []
    assert state_of_one(two_companies.other, made.id) is None
    with pytest.raises(NotFound):
        result_export.export(two_companies.other, query, io.BytesIO())
