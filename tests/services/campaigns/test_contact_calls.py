"""The calls of a contact, across campaigns, as criteria see them: exact after every settled attempt."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from segtui.database.tables.campaign_tables import unrecorded_calls
from segtui.database.tables.core_tables import contact_calls
from segtui.services import campaigns
from segtui.services.campaigns.dispatch import claiming, dispatcher_lease, settling
from segtui.services.campaigns.dispatch.claiming import Claim
from segtui.services.campaigns.dispatch.settling import Settled
from segtui.services.contacts import contacts
from segtui.services.maintenance import maintenance
from segtui.services.session import Session
from tests.conftest import TwoCompanies
from tests.dialer.support import attempts, hasten, launched


def _kept(session: Session) -> dict[int, tuple[int, int, str]]:
    with session.read() as tx:
        rows = tx.execute(select(contact_calls).where(tx.scope(contact_calls))).all()
    return {row.contact_id: (row.calls, row.last_called, row.last_outcome) for row in rows}


def _settle(session: Session, generation: int, claims: Sequence[Claim], outcome: str) -> None:
    ends = [Settled(claim.attempt_id, claim.campaign_id, outcome) for claim in claims]
    settling.record(session, generation, settled=ends)
    assert maintenance.check(session.database) == []


def test_calls_count_once_they_are_settled(session: Session) -> None:
    campaign_id, (ann, bo, cy) = launched(session, 3)
    generation = dispatcher_lease.take_over(session, "test")
    claims = sorted(claiming.claim(session, generation, campaign_id, 3).claims, key=lambda claim: claim.contact_id)
    assert _kept(session) == {}
    _settle(session, generation, claims[:2], "no_answer")
    settling.record(session, generation, released=[(campaign_id, claims[2].attempt_id)])
    started = {row.contact_id: row.started_at for row in attempts(session)}
    assert _kept(session) == {ann: (1, started[ann], "no_answer"), bo: (1, started[bo], "no_answer")}
    hasten(session)
    _settle(session, generation, claiming.claim(session, generation, campaign_id, 3).claims, "answered")
    assert {key: value[0] for key, value in _kept(session).items()} == {ann: 2, bo: 2, cy: 1}
    assert {value[2] for value in _kept(session).values()} == {"answered"}
    # Settled once more, nothing changes.
    before = _kept(session)
    _settle(session, generation, claims, "busy")
    assert _kept(session) == before
    contacts.delete(session, bo)
    assert set(_kept(session)) == {ann, cy}
    assert maintenance.check(session.database) == []


def test_the_calls_of_all_campaigns_count_together(two_companies: TwoCompanies) -> None:
    session = two_companies.main
    generation = dispatcher_lease.take_over(session, "test")
    first, (ann,) = launched(session, 1, "First")
    _settle(session, generation, claiming.claim(session, generation, first, 1).claims, "voicemail")
    segment_id = campaigns.get(session, first).segment_id
    assert segment_id is not None
    second = campaigns.create(session, "Second", segment_id, campaigns.SettingsInput(agent="a", hours="08:00-21:00"))
    campaigns.launch(session, second.id)
    claims = claiming.claim(session, generation, second.id, 1).claims
    _settle(session, generation, claims, "busy")
    assert _kept(session) == {ann: (2, max(row.started_at for row in attempts(session)), "busy")}
    assert _kept(two_companies.other) == {}


def test_calls_that_only_the_platform_had_count_when_they_are_recorded(session: Session) -> None:
    campaign_id, (ann, bo) = launched(session, 2)
    campaigns.pause(session, campaign_id)
    with session.write() as tx:
        call = {"company_id": tx.company_id, "campaign_id": campaign_id, "database_id": "x"}
        for number, (contact_id, outcome) in enumerate([(ann, "no_answer"), (ann, "answered"), (bo, None)], 1):
            values = {"contact_id": contact_id, "attempt_id": number, "started_at": number, "outcome": outcome}
            tx.execute(insert(unrecorded_calls), {**call, **values})
    campaigns.reconcile(session, campaign_id)
    assert _kept(session) == {ann: (2, 2, "answered")}
    assert maintenance.check(session.database) == []


def test_a_check_finds_calls_that_are_not_those_that_were_made(session: Session) -> None:
    campaign_id, ids = launched(session, 3)
    generation = dispatcher_lease.take_over(session, "test")
    _settle(session, generation, claiming.claim(session, generation, campaign_id, 3).claims, "answered")
    with session.write() as tx:
        mine = tx.scope(contact_calls)
        tx.execute(delete(contact_calls).where(mine, contact_calls.c.contact_id == ids[0]))
        tx.execute(contact_calls.update().where(mine, contact_calls.c.contact_id == ids[1]).values(calls=7))
    assert maintenance.check(session.database) == ["The stored calls of 2 contacts are not the calls that were made."]
