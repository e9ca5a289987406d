"""Campaigns: what can be set, whom they call, and what may be done in which state."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts
from segtui.domain.vocabulary import Role
from segtui.errors import Conflict, InvalidInput, NameTaken, NotAllowed, NotFound
from segtui.services import campaigns
from segtui.services.audit import audit_queries
from segtui.services.audit.audit_queries import TrailQuery
from segtui.services.campaigns import CampaignQuery, SettingsInput
from segtui.services.campaigns.audience import audience_counts
from segtui.services.campaigns.audience.audience_counts import AudiencePlace
from segtui.services.campaigns.deletion_guards import campaigns_holding
from segtui.services.contacts import contacts
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.segments.partition import SplitWay
from segtui.services.session import Session
from segtui.services.undo import UndoStack
from tests.conftest import TwoCompanies
from tests.services.campaigns.support import audience, draft, people
from tests.support.calls import call
from tests.support.canaries import World

_LATER = (datetime.now(UTC) + timedelta(days=30)).isoformat()


def test_a_draft_has_the_usual_settings_and_those_that_are_given(session: Session) -> None:
    segment_id, _ = people(session, "Leads", 1)
    usual = draft(session, segment_id).settings
    assert (usual.hours.text, usual.hours.days_text, usual.timezone) == ("09:00-20:00", "mon-fri", "America/New_York")
    assert (usual.attempts, usual.retry_delay, usual.retry_voicemail, usual.start_at) == (3, 60, False, None)
    given = SettingsInput(
        agent=" a\tb ", start="2030-01-02 09:00+01:00", hours="10-11:30", days="sat,sun", timezone="europe/madrid",
        calls_per_hour=7, concurrent=2, attempts=10, retry_delay=5, retry_voicemail=True,
    )  # fmt: skip
    made = campaigns.create(session, " Other ", segment_id, given)
    assert campaigns.get(session, made.id) == made == campaigns.by_name(session, "OTHER")
    assert (made.name, made.status, made.segment, made.settings.agent) == ("Other", "draft", "Leads", "a b")
    assert (made.settings.hours.text, made.settings.timezone) == ("10:00-11:30", "Europe/Madrid")
    assert made.settings.start_at == datetime(2030, 1, 2, 8, tzinfo=UTC)
    assert (made.settings.calls_per_hour, made.settings.concurrent, made.settings.attempts) == (7, 2, 10)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (SettingsInput(), "agent"), (SettingsInput(agent=" "), "agent"), (SettingsInput(agent="x" * 201), "agent"),
        (SettingsInput(agent="a", start="soon"), "start"), (SettingsInput(agent="a", start="0001-01-01"), "start"),
        (SettingsInput(agent="a", hours="7-9"), "hours"), (SettingsInput(agent="a", days="x"), "days"),
        (SettingsInput(agent="a", timezone="Mars"), "timezone"), (SettingsInput(agent="a", attempts=0), "attempts"),
        (SettingsInput(agent="a", attempts=11), "attempts"), (SettingsInput(agent="a", retry_delay=0), "retry_delay"),
        (SettingsInput(agent="a", calls_per_hour=0), "calls_per_hour"),
        (SettingsInput(agent="a", concurrent=1001), "concurrent"),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_refused_by_its_field(session: Session, given: SettingsInput, field: str) -> None:
    segment_id, _ = people(session, "Leads", 1)
    with pytest.raises(InvalidInput) as refused:
        campaigns.create(session, "Spring", segment_id, given)
    assert refused.value.field == field
    assert campaigns.total(session) == 0


def test_a_name_is_one_campaign_s_for_ever(session: Session) -> None:
    segment_id, _ = people(session, "Leads", 1)
    first = draft(session, segment_id, "Spring")
    campaigns.cancel(session, first.id)
    with pytest.raises(NameTaken):
        draft(session, segment_id, " SPRING")
    with pytest.raises(NameTaken):
        campaigns.check_name(session, "spring")
    campaigns.check_name(session, "spring", besides=first.id)
    with pytest.raises(NotFound, match="Did you mean “Spring”"):
        campaigns.by_name(session, "Sprin")


def test_the_forecast_counts_everybody_once_under_the_first_reason(session: Session) -> None:
    segment_id, ids = people(session, "Leads", 6)
    contacts.add(session, {"email": "a@example.com"}, segment_id)
    contacts.add(session, {"email": "b@example.com", "do_not_call": "yes"}, segment_id)
    contacts.edit(session, ids[0], {"do_not_call": "yes"})
    others = [segments.create(session, f"Left out {number}").id for number in (1, 2)]
    segments.add_contacts(session, others[0], ids[:3])
    segments.add_contacts(session, others[1], ids[2:3])
    running, _ = segments.create_with(session, "Running", ids[2:4])
    campaigns.launch(session, draft(session, running.id, "Running").id)
    made = draft(session, segment_id, excluded=others)
    ahead = campaigns.forecast(session, made.id)
    assert (ahead.total, ahead.callable, ahead.size) == (8, 2, "test")
    expected = {"no_phone": 2, "do_not_call": 1, "excluded": 2, "other_campaign": 1, "deleted": 0, "cancelled": 0}
    assert ahead.skipped == expected
    launched = campaigns.launch(session, made.id)
    seen = campaigns.overview(session, launched.id)
    assert (seen.total, seen.callable, seen.skipped, seen.exclude) == (8, 2, expected, ("Left out 1", "Left out 2"))
    assert seen.states == {"pending": 2, "in_progress": 0, "retry": 0, "done": 6}
    assert seen.outcomes["skipped"] == 6
    assert maintenance.check(session.database) == []


def test_the_forecast_names_the_campaigns_that_have_the_others_who_most_of_them_first(session: Session) -> None:
    few, of_few = people(session, "Few", 1)
    many, of_many = people(session, "Many", 3, first=300)
    ended, of_ended = people(session, "Ended", 1, first=400)
    for name, segment_id in (("Few", few), ("Many", many), ("Ended", ended)):
        campaigns.launch(session, draft(session, segment_id, name).id)
    campaigns.cancel(session, campaigns.by_name(session, "Ended").id)
    every, _ = people(session, "All", 1, first=500)
    segments.add_contacts(session, every, [*of_few, *of_many, *of_ended])
    contacts.edit(session, of_many[0], {"do_not_call": "yes"})
    ahead = campaigns.forecast(session, draft(session, every, "Next").id)
    assert (ahead.callable, ahead.skipped["other_campaign"], ahead.elsewhere) == (2, 3, ("Many", "Few"))
    assert ahead.why("other_campaign") == " “Many”, “Few”"
    assert ahead.why("no_phone") == ""
    assert campaigns.forecast(session, draft(session, ended, "Again").id).elsewhere == ()


def test_progress_is_of_those_who_can_be_called(session: Session) -> None:
    segment_id, (ann, bob, cyd, dan) = people(session, "Leads", 4)
    contacts.add(session, {"email": "x@example.com"}, segment_id)
    made = campaigns.launch(session, draft(session, segment_id).id)
    seen = [(made.settled, made.to_call, made.skipped, made.share)]
    call(session, made.id, ann, "answered")
    contacts.delete(session, bob)
    now = campaigns.get(session, made.id)
    seen.append((now.settled, now.to_call, now.skipped, round(now.share, 2)))
    ended = campaigns.cancel(session, made.id)
    seen.append((ended.settled, ended.to_call, ended.skipped, round(ended.share, 2)))
    assert seen == [(0, 4, 1, 0.0), (1, 3, 2, 0.33), (1, 3, 4, 0.33)]
    assert (ended.total, ended.done) == (5, 5)
    other = campaigns.launch(session, draft(session, segment_id, "Other").id)
    for each in (ann, cyd, dan):
        contacts.delete(session, each)
    ended = campaigns.get(session, other.id)
    assert (ended.status, ended.settled, ended.to_call, ended.share) == ("completed", 0, 0, 1.0)
    assert draft(session, segment_id, "Third").share == 0.0


def test_a_start_that_is_past_is_no_start(session: Session) -> None:
    segment_id, _ = people(session, "Leads", 2)
    made = draft(session, segment_id, start="2020-01-02 09:00")
    assert made.start_is_past
    assert not draft(session, segment_id, "Later", start=_LATER).start_is_past
    assert not draft(session, segment_id, "Now").start_is_past
    launched = campaigns.launch(session, made.id)
    assert (launched.status, launched.start_is_past) == ("active", False)


def test_the_forecast_says_how_long_it_takes_at_the_limits(session: Session) -> None:
    segment_id, _ = people(session, "Leads", 12)
    made = draft(
        session,
        segment_id,
        calls_per_hour=5,
        hours="09:00-10:00",
        days="mon",
        start="2030-01-01T00:00Z",
        concurrent=9,
        timezone="UTC",
    )
    ahead = campaigns.forecast(session, made.id)
    assert ahead.hours == 2.4
    # Mondays from the 7th of January on, an hour each.
    assert ahead.ends_at == datetime(2030, 1, 21, 9, 24, tzinfo=UTC)
    slow = campaigns.edit(session, made.id, SettingsInput(concurrent=1, calls_per_hour=1000))
    assert campaigns.forecast(session, slow.id).hours == 0.4


def test_the_launch_freezes_the_audience_with_the_zone_of_each(session: Session) -> None:
    segment_id, ids = people(session, "Leads", 2, timezone="Europe/Madrid")
    berlin = contacts.add(session, {"phone": "+4930123456"}, segment_id).id
    nowhere = contacts.add(session, {"phone": "+80012345678"}, segment_id).id
    launched = campaigns.launch(session, draft(session, segment_id).id)
    assert (launched.status, launched.total, launched.done) == ("active", 4, 0)
    assert launched.started_at == launched.launched_at
    late = contacts.add(session, {"phone": "+16025559999"}, segment_id).id
    segments.remove_contacts(session, segment_id, ids[:1])
    assert set(audience(session, launched.id)) == {*ids, berlin, nowhere}
    assert late not in audience(session, launched.id)
    with session.read() as tx:
        c = campaign_contacts.c
        zones = dict(tx.execute(select(c.contact_id, c.zone).where(tx.scope(campaign_contacts))).all())
    assert zones == {ids[0]: "Europe/Madrid", ids[1]: "Europe/Madrid", berlin: "Europe/Berlin", nowhere: None}


def test_nothing_is_launched_where_nobody_can_be_called(session: Session) -> None:
    segment_id, ids = people(session, "Leads", 1)
    made = draft(session, segment_id)
    contacts.edit(session, ids[0], {"do_not_call": "yes"})
    with pytest.raises(Conflict, match="do not call 1"):
        campaigns.launch(session, made.id)
    assert campaigns.get(session, made.id).status == "draft"
    assert audience(session, made.id) == {}
    contacts.edit(session, ids[0], {"do_not_call": "no"})
    assert campaigns.launch(session, made.id).status == "active"


def test_states_follow_each_other_as_they_may(session: Session) -> None:
    segment_id, _ = people(session, "Leads", 1)
    made = draft(session, segment_id)
    for refused in (campaigns.pause, campaigns.resume):
        with pytest.raises(Conflict, match="is draft"):
            refused(session, made.id)
    campaigns.launch(session, made.id)
    with pytest.raises(Conflict, match="is active: only a campaign that is draft can be launched"):
        campaigns.launch(session, made.id)
    with pytest.raises(Conflict, match="is active"):
        campaigns.edit(session, made.id, SettingsInput(attempts=5))
    paused = campaigns.pause(session, made.id)
    assert (paused.status, paused.reason) == ("paused", "paused by tester")
    assert campaigns.overview(session, made.id).reason == "paused by tester"
    assert campaigns.edit(session, made.id, SettingsInput(attempts=5)).settings.attempts == 5
    changes: list[dict[str, Any]] = [{"segment_id": segment_id}, {"excluded": []}]
    for audience_change in changes:
        with pytest.raises(Conflict, match="fixed at launch"):
            campaigns.edit(session, made.id, SettingsInput(), **audience_change)
    with pytest.raises(Conflict, match="already started"):
        campaigns.edit(session, made.id, SettingsInput(start="now"))
    resumed = campaigns.resume(session, made.id)
    assert (resumed.status, resumed.reason) == ("active", None)
    cancelled = campaigns.cancel(session, made.id)
    assert (cancelled.status, cancelled.finished_at is not None) == ("cancelled", True)
    for refused in (campaigns.pause, campaigns.resume, campaigns.cancel, campaigns.launch):
        with pytest.raises(Conflict, match="is cancelled"):
            refused(session, made.id)


def test_one_that_begins_later_is_scheduled_and_can_be_paused_and_moved(session: Session) -> None:
    segment_id, _ = people(session, "Leads", 1)
    made = draft(session, segment_id, start=_LATER)
    launched = campaigns.launch(session, made.id)
    assert (launched.status, launched.started_at, launched.launched) == ("scheduled", None, True)
    assert campaigns.pause(session, made.id).status == "paused"
    assert campaigns.resume(session, made.id).status == "scheduled"
    campaigns.pause(session, made.id)
    campaigns.edit(session, made.id, SettingsInput(start="now"))
    resumed = campaigns.resume(session, made.id)
    assert (resumed.status, resumed.started_at is not None) == ("active", True)


def test_cancelling_skips_who_was_not_called_and_lets_the_last_outcome_of_others_stand(session: Session) -> None:
    segment_id, ids = people(session, "Leads", 3)
    made = campaigns.launch(session, draft(session, segment_id).id)
    _stands(session, made.id, ids[0], state="retry", outcome="busy")
    with session.write() as tx:
        audience_counts.move(tx, made.id, [(AudiencePlace("pending"), AudiencePlace("retry", "busy"), 1)])
    campaigns.cancel(session, made.id)
    assert audience(session, made.id) == {
        ids[0]: ("done", "busy", None),
        ids[1]: ("done", "skipped", "cancelled"),
        ids[2]: ("done", "skipped", "cancelled"),
    }
    seen = campaigns.overview(session, made.id)
    assert (seen.outcomes["busy"], seen.skipped["cancelled"], seen.callable) == (1, 2, 1)
    assert maintenance.check(session.database) == []


def _stands(session: Session, campaign_id: int, contact_id: int, **values: object) -> None:
    c = campaign_contacts.c
    with session.write() as tx:
        tx.execute(
            update(campaign_contacts)
            .where(tx.scope(campaign_contacts), c.campaign_id == campaign_id, c.contact_id == contact_id)
            .values(**values)
        )


def test_an_edit_of_a_draft_changes_whom_it_calls(session: Session) -> None:
    segment_id, ids = people(session, "Leads", 3)
    other, _ = segments.create_with(session, "Others", ids[:1])
    made = draft(session, segment_id)
    assert campaigns.edit(session, made.id, SettingsInput()) == made
    edited = campaigns.edit(session, made.id, SettingsInput(agent="b"), name="Autumn", excluded=[other.id])
    assert (edited.name, edited.settings.agent) == ("Autumn", "b")
    assert campaigns.forecast(session, made.id).skipped["excluded"] == 1
    with pytest.raises(InvalidInput, match="cannot exclude"):
        campaigns.edit(session, made.id, SettingsInput(), segment_id=other.id)
    moved = campaigns.edit(session, made.id, SettingsInput(), segment_id=other.id, excluded=[])
    assert (moved.segment, campaigns.forecast(session, made.id).total) == ("Others", 1)


def test_a_segment_that_an_unfinished_campaign_needs_stays(session: Session) -> None:
    segment_id, _ = people(session, "Leads", 1)
    other = segments.create(session, "Others").id
    made = draft(session, segment_id, "Spring\x1b[2J", excluded=[other])
    for refused in (segments.delete, segments.archive):
        with pytest.raises(Conflict, match="“Spring"):
            refused(session, segment_id)
    with pytest.raises(Conflict, match="cannot be deleted: an unfinished campaign needs it"):
        segments.delete(session, other)
    assert campaigns_holding(session, other) == campaigns_holding(session, segment_id) == [made.name]
    segments.archive(session, other)
    campaigns.launch(session, made.id)
    segments.delete(session, other)
    segments.edit(session, segment_id, name="Leads of March")
    assert campaigns.get(session, made.id).segment == "Leads of March"
    campaigns.cancel(session, made.id)
    segments.edit(session, segment_id, name="Renamed since")
    segments.archive(session, segment_id)
    segments.delete(session, segment_id)
    seen = campaigns.overview(session, made.id)
    assert (seen.campaign.segment, seen.campaign.segment_id, seen.exclude) == ("Leads of March", None, ("Others",))
    assert maintenance.check(session.database) == []


def test_an_archived_segment_is_not_called(session: Session) -> None:
    segment_id, _ = people(session, "Leads", 1)
    segments.archive(session, segment_id)
    with pytest.raises(Conflict, match="archived"):
        draft(session, segment_id)


def test_a_deleted_contact_is_accounted_for_and_leaves_no_phone(session: Session) -> None:
    segment_id, ids = people(session, "Leads", 3)
    made = campaigns.launch(session, draft(session, segment_id).id)
    contacts.delete(session, ids[0])
    assert audience(session, made.id)[ids[0]] == ("done", "skipped", "deleted")
    first = next(campaigns.results(session, made.id))
    assert (first.contact_id, first.phone, first.email, first.reason) == (ids[0], None, None, "deleted")
    assert campaigns.overview(session, made.id).skipped["deleted"] == 1
    for contact_id in ids[1:]:
        contacts.delete(session, contact_id)
    ended = campaigns.get(session, made.id)
    assert (ended.status, ended.done, ended.total) == ("completed", 3, 3)
    assert maintenance.check(session.database) == []


def test_a_split_puts_everybody_into_exactly_one_part(session: Session) -> None:
    segment_id, ids = people(session, "Leads", 10)
    other, _ = segments.create_with(session, "Others", ids[:1])
    made = draft(session, segment_id, "Spring", excluded=[other.id], attempts=7)
    parts = campaigns.split(session, made.id, SplitWay("into", 3))
    assert [part.name for part in parts] == ["Spring 1/3", "Spring 2/3", "Spring 3/3"]
    assert [part.settings.attempts for part in parts] == [7, 7, 7]
    assert [campaigns.forecast(session, part.id).total for part in parts] == [3, 3, 4]
    with pytest.raises(NotFound):
        campaigns.get(session, made.id)
    smaller = campaigns.split(session, parts[2].id, SplitWay("into", 2))
    contacts.add(session, {"phone": "+16025559999"}, segment_id)
    launched = [campaigns.launch(session, part.id) for part in (*parts[:2], *smaller)]
    everybody = [contact_id for part in launched for contact_id in audience(session, part.id)]
    assert len(everybody) == len(set(everybody)) == 11
    assert campaigns.overview(session, launched[0].id).skipped["excluded"] == 1
    whole = draft(session, segment_id, "Again")
    assert campaigns.forecast(session, whole.id).skipped["other_campaign"] == 10


@pytest.mark.parametrize("parts", [1, 101, 4])
def test_what_cannot_be_split_stays_as_it_is(session: Session, parts: int) -> None:
    segment_id, _ = people(session, "Leads", 3)
    made = draft(session, segment_id)
    with pytest.raises(InvalidInput):
        campaigns.split(session, made.id, SplitWay("into", parts))
    assert campaigns.find(session, CampaignQuery()) == [made]


def test_what_was_never_launched_is_deleted_and_lets_its_segments_go(session: Session) -> None:
    segment_id, _ = people(session, "Leads", 2)
    without, _ = people(session, "Called", 1, first=300)
    made = draft(session, segment_id, excluded=[without])
    assert campaigns_holding(session, segment_id) == ["Spring"]
    assert campaigns.delete(session, made.id).name == "Spring"
    assert campaigns.total(session) == 0
    [entry] = audit_queries.find(session, TrailQuery(action="campaign.delete"))
    assert (entry.object, entry.detail) == ("Spring", "segment Leads")
    for each in (segment_id, without):
        segments.delete(session, each)
    with pytest.raises(NotFound):
        campaigns.delete(session, made.id)


def test_one_that_was_cancelled_as_a_draft_is_deleted_too_and_its_name_is_free(session: Session) -> None:
    segment_id, _ = people(session, "Leads", 2)
    made = draft(session, segment_id)
    campaigns.cancel(session, made.id)
    segments.delete(session, segment_id)
    campaigns.delete(session, made.id)
    assert campaigns.total(session) == 0
    assert draft(session, people(session, "More", 1, first=300)[0]).name == "Spring"


@pytest.mark.parametrize("start", [None, _LATER], ids=["at once", "later"])
def test_what_was_launched_is_never_deleted(session: Session, start: str | None) -> None:
    segment_id, _ = people(session, "Leads", 2)
    made = campaigns.launch(session, draft(session, segment_id, start=start).id)
    for act in (campaigns.pause, campaigns.resume, campaigns.cancel):
        with pytest.raises(Conflict, match="“Spring” was launched: it cannot be deleted"):
            campaigns.delete(session, made.id)
        act(session, made.id)
    with pytest.raises(Conflict, match="are kept"):
        campaigns.delete(session, made.id)
    assert campaigns.results_total(session, made.id) == 2


def test_a_deletion_is_not_undone_and_undoes_nothing_else(session: Session) -> None:
    session = replace(session, history=UndoStack())
    segment_id, _ = people(session, "Leads", 2)
    campaigns.delete(session, draft(session, segment_id).id)
    assert session.history is not None
    with pytest.raises(Conflict, match="The campaign “Spring” was deleted: this cannot be undone; make it again"):
        session.history.undo_last(session)


def test_the_list_is_searched_and_sorted(session: Session) -> None:
    segment_id, ids = people(session, "Leads", 2)
    other, _ = segments.create_with(session, "Others", ids[1:])
    beta = draft(session, segment_id, "Beta")
    alpha = campaigns.launch(session, draft(session, other.id, "alpha").id)
    assert campaigns.find(session, CampaignQuery()) == [alpha, beta]
    assert campaigns.find(session, CampaignQuery(sort="status")) == [beta, alpha]
    assert campaigns.find(session, CampaignQuery(sort="started", descending=True)) == [alpha, beta]
    assert campaigns.find(session, CampaignQuery("other")) == [alpha]
    assert campaigns.find(session, CampaignQuery(status="draft")) == [beta]
    assert campaigns.find(session, CampaignQuery(segment_id=segment_id)) == [beta]
    for wrong in (CampaignQuery(status="gone"), CampaignQuery(sort="age")):
        with pytest.raises(InvalidInput):
            campaigns.find(session, wrong)


def test_results_hold_every_contact_with_its_calls(session: Session) -> None:
    segment_id, ids = people(session, "Leads", 2)
    nobody = contacts.add(session, {"email": "a@example.com"}, segment_id).id
    made = campaigns.launch(session, draft(session, segment_id).id)
    _stands(session, made.id, ids[1], attempts=2)
    with session.write() as tx:
        call = {"company_id": tx.company_id, "campaign_id": made.id, "contact_id": ids[1], "started_at": 1_000_000}
        tx.execute(insert(call_attempts), {**call, "number": 2})
        tx.execute(insert(call_attempts), {**call, "number": 1, "call_id": "c1", "outcome": "busy", "seconds": 4})
    found = list(campaigns.results(session, made.id))
    assert [(each.contact_id, each.state, each.outcome) for each in found] == [
        (ids[0], "pending", None), (ids[1], "pending", None), (nobody, "done", "skipped"),
    ]  # fmt: skip
    assert [(call.call_id, call.outcome, call.seconds) for call in found[1].calls] == [("c1", "busy", 4), (None,) * 3]
    assert [each.email for each in campaigns.results(session, made.id, ["skipped"])] == ["a@example.com"]
    assert campaigns.results_total(session, made.id) == 3
    assert campaigns.results_total(session, made.id, ["skipped"]) == 1
    with pytest.raises(InvalidInput):
        campaigns.results_total(session, made.id, ["gone"])


def test_an_admin_manages_campaigns_of_any_company(two_companies: TwoCompanies) -> None:
    segment_id, _ = people(two_companies.other, "Leads", 2)
    made = draft(two_companies.both, segment_id)
    assert made.company == "Other"
    assert campaigns.split(two_companies.both, made.id, SplitWay("into", 2))[0].company == "Other"
    (first, second) = campaigns.find(two_companies.both, CampaignQuery())
    assert campaigns.launch(two_companies.both, first.id).status == "active"
    assert campaigns.edit(two_companies.both, second.id, SettingsInput(), name="Second").name == "Second"
    assert campaigns.cancel(two_companies.both, first.id).status == "cancelled"
    assert campaigns.find(two_companies.main, CampaignQuery()) == []


def test_a_viewer_looks_and_changes_nothing(world: World) -> None:
    viewer = world.as_role(Role.VIEWER)
    assert campaigns.overview(viewer, world.main.campaign_id).total == 2
    for change in (campaigns.pause, campaigns.cancel):
        with pytest.raises(NotAllowed):
            change(viewer, world.main.campaign_id)
    with pytest.raises(NotAllowed):
        campaigns.launch(viewer, world.main.draft_id)


def test_wrong_counts_are_found_by_the_check(session: Session) -> None:
    segment_id, ids = people(session, "Leads", 2)
    made = campaigns.launch(session, draft(session, segment_id).id)
    _stands(session, made.id, ids[0], state="done", outcome="answered")
    (problem,) = maintenance.check(session.database)
    assert "“Spring”" in problem
