"""Taking contacts out of a running campaign, and what it still does about those who join or leave its segment."""

import io

import pytest

from segtui.errors import Conflict, NotAllowed, NotFound
from segtui.services import campaigns, imports
from segtui.services.audit import audit_queries
from segtui.services.audit.audit_queries import TrailQuery
from segtui.services.campaigns import Campaign, SettingsInput, calling_words, still_calling
from segtui.services.campaigns.dispatch import dispatcher_lease, settling
from segtui.services.campaigns.dispatch.settling import Settled
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.imports import Destination, ImportRequest
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.session import Session
from tests.conftest import TwoCompanies
from tests.services.campaigns.support import audience, draft, people
from tests.support.calls import call

Running = tuple[Campaign, int, list[int]]


@pytest.fixture
def running(session: Session) -> Running:
    """Return a running campaign, its segment and its five contacts: one is called now, one waits for a retry."""
    segment_id, ids = people(session, "Leads", 5)
    made = campaigns.launch(session, draft(session, segment_id, hours="08:00-21:00", days="mon-sun").id)
    call(session, made.id, ids[0], None)
    call(session, made.id, ids[1], "busy", again_at=made.created_at)
    call(session, made.id, ids[2], "answered")
    return campaigns.get(session, made.id), segment_id, ids


def test_one_person_is_taken_out_of_a_running_campaign(session: Session, running: Running) -> None:
    campaign, segment_id, ids = running
    assert campaigns.skip(session, campaign.id, [ids[3]]) == 1
    seen = campaigns.overview(session, campaign.id)
    assert (seen.skipped["excluded"], seen.states["pending"]) == (1, 1)
    told = {each.contact_id: each for each in campaigns.results(session, campaign.id)}
    assert (told[ids[3]].state, told[ids[3]].outcome, told[ids[3]].reason) == ("done", "skipped", "excluded")
    assert segments.get(session, segment_id).contacts == 5
    (entry,) = audit_queries.listing(session, TrailQuery(action="campaign.skip")).first(5)
    assert (entry.object, entry.detail, entry.count) == (campaign.name, f"contact {ids[3]}", 1)
    assert maintenance.check(session.database) == []


def test_who_waits_for_a_retry_is_taken_out_and_a_call_in_progress_finishes(session: Session, running: Running) -> None:
    campaign, _, ids = running
    assert campaigns.skip(session, campaign.id, ids) == 4
    states = {each.contact_id: (each.state, each.outcome) for each in campaigns.results(session, campaign.id)}
    assert states[ids[0]] == ("in_progress", None)
    assert states[ids[1]] == ("done", "skipped")
    assert states[ids[2]] == ("done", "answered")
    with pytest.raises(Conflict, match="will call none of them"):
        campaigns.skip(session, campaign.id, ids)


@pytest.mark.parametrize("end", ["busy", "no_answer", "failed", "answered", "released"])
def test_no_other_call_follows_the_one_in_progress(session: Session, end: str) -> None:
    segment_id, ids = people(session, "Leads", 2)
    made = campaigns.launch(session, draft(session, segment_id, hours="08:00-21:00", days="mon-sun").id)
    generation = dispatcher_lease.take_over(session, "host-1")
    call(session, made.id, ids[0], None)
    attempt_id = 1
    assert campaigns.skip(session, made.id, [ids[0]]) == 1
    if end == "released":
        settling.record(session, generation, released=[(made.id, attempt_id)])
    else:
        settling.record(session, generation, settled=[Settled(attempt_id, made.id, end)])
    state, outcome, reason = audience(session, made.id)[ids[0]]
    assert (state, outcome) == ("done", "skipped" if end == "released" else end)
    assert reason == "excluded"
    # Settings that allow more attempts do not bring anybody back.
    campaigns.pause(session, made.id)
    campaigns.edit(session, made.id, SettingsInput(attempts=9))
    assert audience(session, made.id)[ids[0]][0] == "done"
    assert maintenance.check(session.database) == []


def test_a_campaign_that_has_nobody_left_is_completed(session: Session) -> None:
    segment_id, ids = people(session, "Few", 2)
    made = campaigns.launch(session, draft(session, segment_id).id)
    assert campaigns.skip(session, made.id, ContactQuery()) == 2
    assert campaigns.get(session, made.id).status == "completed"
    with pytest.raises(Conflict, match="completed"):
        campaigns.skip(session, made.id, ids)


def test_a_draft_has_nobody_to_take_out(session: Session) -> None:
    segment_id, ids = people(session, "Few", 2)
    with pytest.raises(Conflict, match="is draft"):
        campaigns.skip(session, draft(session, segment_id).id, ids)


def test_nobody_takes_contacts_out_of_another_company_s_campaign(two_companies: TwoCompanies) -> None:
    segment_id, ids = people(two_companies.main, "Leads", 2)
    made = campaigns.launch(two_companies.main, draft(two_companies.main, segment_id).id)
    with pytest.raises((NotFound, NotAllowed)):
        campaigns.skip(two_companies.other, made.id, ids)
    assert still_calling(two_companies.other, segment_id, ids) == ()


def test_leaving_the_segment_says_which_campaign_still_calls_how_many(session: Session, running: Running) -> None:
    campaign, segment_id, ids = running
    (found,) = still_calling(session, segment_id, ContactQuery(segment_id))
    assert (found.name, found.contacts) == (campaign.name, 4)
    said = calling_words([found], joining=False)
    assert said == f" The campaign “{campaign.name}” still calls 4 of them."
    assert still_calling(session, segment_id, [ids[2]])[0].sentence(joining=False) == ""
    campaigns.pause(session, campaign.id)
    assert still_calling(session, segment_id, [ids[3]])[0].contacts == 1
    campaigns.cancel(session, campaign.id)
    assert still_calling(session, segment_id, ids) == ()


def test_joining_the_segment_says_that_the_campaign_calls_nobody_new(session: Session, running: Running) -> None:
    campaign, segment_id, ids = running
    new = contacts.add(session, {"phone": "+16025550777"}).id
    segments.remove_contacts(session, segment_id, ids[3:])
    (found,) = still_calling(session, segment_id, [new, *ids[3:], ids[0]], joining=True)
    assert found.contacts == 2
    assert found.sentence(joining=True) == (
        f"The campaign “{campaign.name}” still calls 2 of them, "
        "and will not call contacts that join now: its audience was fixed at launch."
    )
    assert still_calling(session, segment_id, [ids[0]], joining=True) == ()


def test_an_import_into_the_segment_says_so_too(session: Session, running: Running) -> None:
    campaign, segment_id, _ = running
    name = segments.get(session, segment_id).name

    def load(text: str, membership: str) -> str:
        target = Destination(name, membership)
        request = ImportRequest(None, io.BytesIO(text.encode()), name="a.csv", destination=target)
        return imports.run(session, request).still_calling

    assert load("phone\n+16025550777\n", "append") == (
        f"The campaign “{campaign.name}” will not call contacts that join now: its audience was fixed at launch."
    )
    assert load("phone\n+16025550777\n", "append") == ""
    assert load("phone\n+16025550777\n", "replace") == f"The campaign “{campaign.name}” still calls 4 of them."
