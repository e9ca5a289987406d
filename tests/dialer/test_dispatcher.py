"""The dispatcher at work against the simulator: everybody ends in one outcome, and nobody is called who must not be."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from segtui.database.engine import open_database
from segtui.database.leader_lock import leader_lock
from segtui.database.tables.core_tables import contacts as contacts_table
from segtui.dialer.rate_limits import TokenBucket
from segtui.dialer.simulator import Behaviour, Simulator
from segtui.domain import monotonic_clock
from segtui.services import campaigns
from segtui.services.campaigns import SettingsInput
from segtui.services.campaigns.dispatch import claiming, settling
from segtui.services.campaigns.dispatch import dispatcher_lease as standing
from segtui.services.contacts import contacts
from segtui.services.session import Session
from tests.dialer.support import (
    age_calls,
    always,
    attempts,
    daytime,
    dispatching,
    hasten,
    launched,
    night,
    status,
    until,
)
from tests.services.campaigns.support import audience, people

# What the platform answers is the same to both databases.
ON_ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
QUICK = {"ring": (0.1, 0.2), "talk": (0.1, 0.3), "per_minute": None, "per_second": None}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Yield a platform whose calls are all answered and last moments."""
    with Simulator(Behaviour(outcomes={"closed": 1}, **QUICK), token="token") as simulator:  # type: ignore[arg-type]
        yield simulator


def done(session: Session, campaign_id: int) -> bool:
    return status(session, campaign_id) == "completed"


def dialled(simulator: Simulator) -> Counter[str]:
    """Return how often each attempt was dialled."""
    return Counter(call.attempt_id for call in simulator.calls)


def test_everybody_is_called_once_and_the_campaign_completes(session: Session, simulator: Simulator) -> None:
    campaign_id, ids = launched(session, 20)
    with dispatching(session, simulator):
        until(lambda: done(session, campaign_id))
    assert set(audience(session, campaign_id).values()) == {("done", "answered", None)}
    assert len(simulator.calls) == len(ids)
    overview = campaigns.overview(session, campaign_id)
    assert (overview.campaign.calls, overview.outcomes["answered"]) == (20, 20)
    assert {row.call_id for row in attempts(session)} == {call.id for call in simulator.calls}
    assert all(row.seconds is not None and row.ended_at for row in attempts(session))


@ON_ONE_DATABASE
def test_the_platform_gets_what_the_agent_speaks_of(session: Session, simulator: Simulator) -> None:
    segment_id, _ = people(
        session, "S", 1, first_name="Ann", organization="Acme", city="Tucson", email="a@example.com", timezone=daytime()
    )
    campaign = campaigns.create(session, "C", segment_id, always(agent="agent-7"))
    campaigns.launch(session, campaign.id)
    with dispatching(session, simulator):
        until(lambda: done(session, campaign.id))
    (call,) = simulator.calls
    (attempt,) = attempts(session)
    assert (call.phone, call.agent) == ("+16025550100", "agent-7")
    assert call.data == {
        "first_name": "Ann",
        "last_name": "",
        "email": "a@example.com",
        "company": "Acme",
        "city": "Tucson",
        "database_id": attempt.database_id,
        "campaign_id": str(campaign.id),
        "attempt_id": str(attempt.id),
    }
    assert len(attempt.database_id) == 32


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("given", "ends", "calls", "outcome"),
    [
        ({}, ["busy", "no-answer", "closed"], 3, "answered"),
        ({}, ["busy", "no-answer", "busy", "closed"], 3, "busy"),
        ({"attempts": 1}, ["no-answer", "closed"], 1, "no_answer"),
        ({}, ["voicemail", "closed"], 1, "voicemail"),
        ({"retry_voicemail": True}, ["voicemail", "closed"], 2, "answered"),
        ({}, ["failed", "failed", "closed"], 2, "failed"),
        ({}, ["failed", "busy", "closed"], 3, "answered"),
        ({}, ["wrong-phone-format", "closed"], 1, "wrong_number"),
        ({}, ["recall-scheduled", "closed"], 1, "answered"),
    ],
)
def test_who_is_not_reached_is_tried_again(
    session: Session, simulator: Simulator, given: dict[str, Any], ends: list[str], calls: int, outcome: str
) -> None:
    campaign_id, _ = launched(session, 1, **given)
    simulator.plan("+16025550100", *ends)

    def over() -> bool:
        hasten(session)
        return done(session, campaign_id)

    with dispatching(session, simulator):
        until(over)
    assert [state[:2] for state in audience(session, campaign_id).values()] == [("done", outcome)]
    assert len(simulator.calls) == len(attempts(session)) == calls
    assert max(dialled(simulator).values()) == 1


def test_nobody_is_tried_again_of_whom_fewer_attempts_are_allowed_by_now(
    session: Session, simulator: Simulator
) -> None:
    campaign_id, _ = launched(session, 1)
    simulator.plan("+16025550100", "busy")
    with dispatching(session, simulator):
        until(lambda: campaigns.overview(session, campaign_id).states["retry"] == 1)
        campaigns.pause(session, campaign_id)
        campaigns.edit(session, campaign_id, SettingsInput(attempts=1))
        campaigns.resume(session, campaign_id)
        hasten(session)
        until(lambda: done(session, campaign_id))
    assert set(audience(session, campaign_id).values()) == {("done", "busy", None)}
    assert campaigns.overview(session, campaign_id).outcomes["busy"] == len(simulator.calls) == 1


@ON_ONE_DATABASE
def test_the_next_try_waits_for_its_delay(session: Session, simulator: Simulator) -> None:
    campaign_id, (contact_id,) = launched(session, 1, retry_delay=90)
    simulator.plan("+16025550100", "busy")
    with dispatching(session, simulator):
        until(lambda: campaigns.overview(session, campaign_id).states["retry"] == 1)
    (result,) = campaigns.results(session, campaign_id)
    assert result.contact_id == contact_id
    assert result.next_at is not None
    waits = (result.next_at - result.calls[0].started_at).total_seconds()
    assert 90 * 60 <= waits < 90 * 60 + 60


@ON_ONE_DATABASE
@pytest.mark.parametrize("kind", ["throttled", "throttled-bare"])
def test_being_asked_to_wait_uses_up_no_attempt(session: Session, simulator: Simulator, kind: str) -> None:
    campaign_id, _ = launched(session, 3, attempts=1)
    simulator.faults.next(kind, 3, on="start", seconds=1)
    with dispatching(session, simulator):
        until(lambda: done(session, campaign_id))
    assert simulator.faults.made[kind] == 3
    assert set(audience(session, campaign_id).values()) == {("done", "answered", None)}
    assert len(attempts(session)) == 3
    assert campaigns.get(session, campaign_id).calls == 3


@ON_ONE_DATABASE
def test_a_token_that_is_not_taken_pauses_the_campaign(session: Session, simulator: Simulator) -> None:
    campaign_id, _ = launched(session, 3, concurrent=1)
    simulator.faults.next("unauthorized", 1, on="start")
    with dispatching(session, simulator):
        until(lambda: status(session, campaign_id) == "paused")
        overview = campaigns.overview(session, campaign_id)
        assert overview.states == {"pending": 3, "in_progress": 0, "retry": 0, "done": 0}
        assert overview.campaign.calls == 0
        assert "token" in (overview.reason or "")
        campaigns.resume(session, campaign_id)
        until(lambda: done(session, campaign_id))
    assert len(simulator.calls) == len(attempts(session)) == 3


@ON_ONE_DATABASE
def test_why_a_campaign_was_paused_is_said_once(session: Session, simulator: Simulator) -> None:
    campaign_id, _ = launched(session, 3, concurrent=1)
    simulator.faults.next("unauthorized", 1, on="start")
    said: list[str] = []
    with dispatching(session, simulator, said=said):
        until(lambda: status(session, campaign_id) == "paused")
        time.sleep(0.5)
        campaigns.resume(session, campaign_id)
        until(lambda: done(session, campaign_id))
        until(lambda: "The calling platform works again." in said)
    assert [line for line in said if "token" in line] == [
        "“Spring” is paused: The calling platform rejects our token (401): is it still valid?"
    ]


@ON_ONE_DATABASE
def test_a_call_that_the_platform_refuses_failed_for_its_reason(session: Session, simulator: Simulator) -> None:
    campaign_id, _ = launched(session, 1, attempts=1)
    simulator.faults.next("refused", 1, on="start")
    with dispatching(session, simulator):
        until(lambda: done(session, campaign_id))
    ((state, outcome, reason),) = audience(session, campaign_id).values()
    assert (state, outcome) == ("done", "failed")
    assert reason
    assert simulator.calls == []


@ON_ONE_DATABASE
@pytest.mark.parametrize("kind", ["refused", "error-before", "not-found"])
def test_ten_errors_in_a_row_pause_the_campaign(
    session: Session, simulator: Simulator, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segtui.dialer.rate_limits._MAX_PAUSE", 0.1)
    campaign_id, _ = launched(session, 12, concurrent=12)
    simulator.faults.next(kind, 12, on="start")
    with dispatching(session, simulator):
        until(lambda: status(session, campaign_id) == "paused")
        assert simulator.faults.made[kind] == 10
        assert "10 calls in a row" in (campaigns.overview(session, campaign_id).reason or "")
        simulator.faults.clear()
        campaigns.resume(session, campaign_id)

        def over() -> bool:
            hasten(session)
            return done(session, campaign_id)

        until(over)
    assert {outcome for _, outcome, _ in audience(session, campaign_id).values()} == {"answered"}
    assert max(dialled(simulator).values()) == 1


@ON_ONE_DATABASE
@pytest.mark.parametrize("kind", ["reset-after", "error-after", "close-after", "half-after", "garbage", "no-id"])
def test_a_call_whose_answer_was_lost_is_found_again(session: Session, simulator: Simulator, kind: str) -> None:
    campaign_id, _ = launched(session, 2)
    simulator.faults.next(kind, 1, on="start")
    with dispatching(session, simulator):
        until(lambda: done(session, campaign_id))
    assert set(audience(session, campaign_id).values()) == {("done", "answered", None)}
    assert len(simulator.calls) == 2
    assert {row.call_id for row in attempts(session)} == {call.id for call in simulator.calls}


@ON_ONE_DATABASE
def test_one_call_that_lists_tell_of_without_its_id_does_not_keep_the_others_from_being_settled(
    session: Session, simulator: Simulator
) -> None:
    campaign_id, _ = launched(session, 6, concurrent=3)
    simulator.faults.now_and_then("id-left-out", 1, on="list")
    with dispatching(session, simulator):
        until(lambda: done(session, campaign_id))
    assert set(audience(session, campaign_id).values()) == {("done", "answered", None)}
    assert max(dialled(simulator).values()) == 1


@ON_ONE_DATABASE
@pytest.mark.parametrize("kind", ["reset-after", "id-left-out"])
def test_a_call_that_never_had_an_id_is_settled_by_its_attempt(
    session: Session, simulator: Simulator, kind: str
) -> None:
    campaign_id, _ = launched(session, 1)
    simulator.faults.next(kind, 1, on="start")
    simulator.faults.now_and_then("id-left-out", 1, on="list")
    with dispatching(session, simulator):
        until(lambda: done(session, campaign_id))
    ((attempt,), (call,)) = attempts(session), simulator.calls
    assert (attempt.outcome, attempt.call_id, call.attempt_id) == ("answered", None, str(attempt.id))


@ON_ONE_DATABASE
def test_nothing_is_redialled_because_of_a_list_with_a_call_that_cannot_be_read(
    session: Session, simulator: Simulator
) -> None:
    campaign_id, _ = launched(session, 4, concurrent=4)
    simulator.faults.next("reset-before", 1, on="start")
    simulator.faults.now_and_then("id-left-out", 1, on="list")
    with dispatching(session, simulator):
        until(lambda: done(session, campaign_id), 60)
    outcomes = Counter(outcome for _, outcome, _ in audience(session, campaign_id).values())
    assert outcomes == {"answered": 3, "unknown": 1}
    assert len(simulator.calls) == 3


@ON_ONE_DATABASE
@pytest.mark.parametrize("kind", ["reset-before", "error-before"])
def test_what_the_platform_certainly_does_not_have_is_dialled_as_the_same_attempt(
    session: Session, simulator: Simulator, kind: str
) -> None:
    campaign_id, _ = launched(session, 1, attempts=1)
    simulator.faults.next(kind, 1, on="start")
    with dispatching(session, simulator):
        until(lambda: done(session, campaign_id))
    (attempt,) = attempts(session)
    assert (attempt.number, attempt.released, attempt.outcome) == (1, 0, "answered")
    assert [call.attempt_id for call in simulator.calls] == [str(attempt.id)]
    assert campaigns.get(session, campaign_id).calls == 1


@pytest.mark.parametrize("was_dialled", [True, False])
def test_what_was_claimed_before_a_crash_is_looked_up_first(
    session: Session, simulator: Simulator, *, was_dialled: bool
) -> None:
    from segtui.dialer.https_platform import HttpsPlatform
    from segtui.dialer.platform import NewCall

    campaign_id, _ = launched(session, 1)
    generation = standing.take_over(session, "one that crashed")
    (claim,) = claiming.claim(session, generation, campaign_id, 5).claims
    if was_dialled:
        with HttpsPlatform(simulator.base_url, "token") as platform:
            platform.start(NewCall(claim.phone, claim.agent, claim.data))
    with dispatching(session, simulator):
        until(lambda: done(session, campaign_id))
    assert [call.attempt_id for call in simulator.calls] == [str(claim.attempt_id)]
    assert set(audience(session, campaign_id).values()) == {("done", "answered", None)}


def test_an_attempt_is_looked_for_among_the_calls_of_the_agent_that_made_it(
    session: Session, simulator: Simulator
) -> None:
    from segtui.dialer.https_platform import HttpsPlatform
    from segtui.dialer.platform import NewCall

    campaign_id, _ = launched(session, 1, agent="before")
    generation = standing.take_over(session, "one that crashed")
    (claim,) = claiming.claim(session, generation, campaign_id, 5).claims
    with HttpsPlatform(simulator.base_url, "token") as platform:
        platform.start(NewCall(claim.phone, claim.agent, claim.data))
    campaigns.pause(session, campaign_id)
    campaigns.edit(session, campaign_id, campaigns.SettingsInput(agent="after"))
    campaigns.resume(session, campaign_id)
    with dispatching(session, simulator):
        until(lambda: done(session, campaign_id))
    assert [call.agent for call in simulator.calls] == ["before"]


@ON_ONE_DATABASE
def test_nothing_is_redialled_while_the_lists_do_not_go_back_far_enough(session: Session) -> None:
    quick = {**QUICK, "talk": (2.0, 3.0), "listed": 20}
    with Simulator(Behaviour(outcomes={"closed": 1}, **quick), token="token") as simulator:  # type: ignore[arg-type]
        campaign_id, _ = launched(session, 30, concurrent=30)
        simulator.faults.next("reset-before", 1, on="start")
        with dispatching(session, simulator):
            until(lambda: done(session, campaign_id), 60)
    outcomes = Counter(outcome for _, outcome, _ in audience(session, campaign_id).values())
    assert outcomes in ({"answered": 29, "unknown": 1}, {"answered": 30})
    assert max(dialled(simulator).values()) == 1


def test_who_became_do_not_call_or_was_deleted_is_skipped_when_it_is_their_turn(
    session: Session, simulator: Simulator
) -> None:
    campaign_id, ids = launched(session, 4)
    contacts.edit(session, ids[0], {"do_not_call": "yes"})
    contacts.delete(session, ids[1])
    with dispatching(session, simulator):
        until(lambda: done(session, campaign_id))
    there = audience(session, campaign_id)
    assert there[ids[0]] == ("done", "skipped", "do_not_call")
    assert there[ids[1]] == ("done", "skipped", "deleted")
    assert {call.phone for call in simulator.calls} == {"+16025550102", "+16025550103"}
    assert campaigns.overview(session, campaign_id).skipped["do_not_call"] == 1


def test_many_who_must_not_be_called_do_not_keep_the_others_waiting(session: Session) -> None:
    campaign_id, ids = launched(session, 30)
    with session.write() as tx:
        listed = update(contacts_table).where(tx.scope(contacts_table), contacts_table.c.id.in_(ids[:-1]))
        tx.execute(listed.values(do_not_call=1, do_not_call_by="hand"))
    generation = standing.take_over(session, "this one")
    (claim,) = claiming.claim(session, generation, campaign_id, 2).claims
    assert claim.contact_id == ids[-1]
    assert campaigns.overview(session, campaign_id).skipped["do_not_call"] == 29


@ON_ONE_DATABASE
def test_the_number_of_today_is_dialled_in_the_hours_of_today(session: Session, simulator: Simulator) -> None:
    campaign_id, ids = launched(session, 2)
    contacts.edit(session, ids[0], {"phone": "+16025550999"})
    contacts.edit(session, ids[1], {"timezone": night()})
    with dispatching(session, simulator):
        until(lambda: len(simulator.calls) == 1)
        until(lambda: campaigns.overview(session, campaign_id).states["done"] == 1)
        reason = campaigns.overview(session, campaign_id).reason or ""
    assert [call.phone for call in simulator.calls] == ["+16025550999"]
    assert "outside the calling hours" in reason


@ON_ONE_DATABASE
def test_nobody_is_called_by_two_campaigns_at_once(session: Session) -> None:
    slow = {**QUICK, "talk": (1.5, 1.6)}
    with Simulator(Behaviour(outcomes={"closed": 1}, **slow), token="token") as simulator:  # type: ignore[arg-type]
        campaign_id, _ = launched(session, 1, "First")
        with dispatching(session, simulator):
            until(lambda: len(simulator.calls) == 1)
            segment_id = campaigns.get(session, campaign_id).segment_id
            campaigns.cancel(session, campaign_id)
            assert segment_id is not None
            second = campaigns.create(session, "Second", segment_id, always())
            campaigns.launch(session, second.id)
            until(lambda: campaigns.overview(session, campaign_id).states["done"] == 1)
            assert len(simulator.calls) == 1
            assert campaigns.overview(session, second.id).states["pending"] == 1


@ON_ONE_DATABASE
def test_pausing_lets_calls_finish_and_starts_none(session: Session) -> None:
    slow = {**QUICK, "talk": (0.6, 0.7)}
    with Simulator(Behaviour(outcomes={"closed": 1}, **slow), token="token") as simulator:  # type: ignore[arg-type]
        campaign_id, _ = launched(session, 6, concurrent=2)
        with dispatching(session, simulator):
            until(lambda: len(simulator.calls) == 2)
            campaigns.pause(session, campaign_id)
            begun = len(simulator.calls)
            until(lambda: campaigns.overview(session, campaign_id).states["in_progress"] == 0)
            assert len(simulator.calls) == begun
            campaigns.resume(session, campaign_id)
            until(lambda: done(session, campaign_id))
    assert len(simulator.calls) == 6


@ON_ONE_DATABASE
def test_cancelling_settles_the_calls_in_progress_and_calls_nobody_else(session: Session) -> None:
    slow = {**QUICK, "talk": (0.8, 1.0)}
    with Simulator(Behaviour(outcomes={"busy": 1}, **slow), token="token") as simulator:  # type: ignore[arg-type]
        campaign_id, _ = launched(session, 6, concurrent=2)
        with dispatching(session, simulator):
            until(lambda: len(simulator.calls) == 2)
            campaigns.cancel(session, campaign_id)
            until(lambda: campaigns.overview(session, campaign_id).states["done"] == 6)
    overview = campaigns.overview(session, campaign_id)
    assert overview.campaign.status == "cancelled"
    assert (overview.outcomes["busy"], overview.skipped["cancelled"]) == (2, 4)


@ON_ONE_DATABASE
def test_no_more_calls_at_once_or_in_an_hour_than_allowed(session: Session) -> None:
    slow = {**QUICK, "talk": (0.3, 0.4)}
    with Simulator(Behaviour(outcomes={"closed": 1}, **slow), token="token") as simulator:  # type: ignore[arg-type]
        campaign_id, _ = launched(session, 12, concurrent=3, calls_per_hour=8)
        most = 0

        def reached() -> bool:
            nonlocal most
            most = max(most, simulator.in_progress())
            return campaigns.overview(session, campaign_id).states["done"] == 8

        with dispatching(session, simulator):
            until(reached)
            assert "8 calls an hour" in (campaigns.overview(session, campaign_id).reason or "")
        age_calls(session, 3_000)
        with dispatching(session, simulator):
            until(lambda: campaigns.overview(session, campaign_id).reason is not None)
            assert len(simulator.calls) == 8
        age_calls(session, 1_000)
        with dispatching(session, simulator):
            until(lambda: done(session, campaign_id))
    assert most == 3


def test_what_the_account_allows_is_shared_among_the_campaigns(
    session: Session, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OneAtATime(TokenBucket):
        def room(self, at: float) -> int:
            return min(1, super().room(at))

    monkeypatch.setattr(
        "segtui.dialer.dispatcher.TokenBucket", lambda *_: OneAtATime(200, 10, monotonic_clock.boot_time())
    )
    launched(session, 20, "First", concurrent=100)
    segment_id, _ = people(session, "Others", 20, first=500, timezone=daytime())
    second = campaigns.create(session, "Second", segment_id, always(concurrent=100))
    campaigns.launch(session, second.id)
    with dispatching(session, simulator):
        until(lambda: len(simulator.calls) >= 6)
        campaigns_called = Counter(call.campaign_id for call in simulator.calls[:6])
    assert min(campaigns_called.values()) >= 2
    assert len(campaigns_called) == 2


@ON_ONE_DATABASE
def test_a_scheduled_campaign_begins_when_its_time_has_come(session: Session, simulator: Simulator) -> None:
    from segtui.database.tables.campaign_tables import campaigns as table

    segment_id, _ = people(session, "S", 1, timezone=daytime())
    campaign = campaigns.create(session, "C", segment_id, always(start="2099-01-01 09:00"))
    assert campaigns.launch(session, campaign.id).status == "scheduled"
    with dispatching(session, simulator):
        until(lambda: "2099" in (campaigns.overview(session, campaign.id).reason or ""))
        with session.write() as tx:
            tx.execute(update(table).where(tx.scope(table)).values(start_at=1))
        until(lambda: done(session, campaign.id))
    assert campaigns.get(session, campaign.id).started_at is not None


def test_of_two_dispatchers_one_works_and_the_other_takes_over(session: Session, simulator: Simulator) -> None:
    first_said: list[str] = []
    second_said: list[str] = []
    with dispatching(session, simulator, said=first_said) as first:
        until(lambda: bool(first_said))
        with dispatching(session, simulator, said=second_said):
            until(lambda: bool(second_said))
            assert "waits to take over" in second_said[0]
            campaign_id, _ = launched(session, 10, concurrent=2)
            until(lambda: len(simulator.calls) > 2)
            first.stop()
            until(lambda: "The dispatcher is running." in second_said)
            until(lambda: done(session, campaign_id))
    assert max(dialled(simulator).values()) == 1
    assert len(simulator.calls) == 10


def test_there_is_one_place_for_a_file_whichever_link_leads_there(tmp_path: Path) -> None:
    open_database(tmp_path / "real.db").close()
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
    databases = [open_database(tmp_path / name) for name in ("real.db", "link.db")]
    first, second = map(leader_lock, databases)
    assert first.acquire()
    assert not second.acquire()
    first.release()
    for database in databases:
        database.close()


def test_who_was_superseded_can_write_nothing(session: Session) -> None:
    campaign_id, _ = launched(session, 2)
    old = standing.take_over(session, "old")
    (claim, *_) = claiming.claim(session, old, campaign_id, 1).claims
    standing.take_over(session, "new")
    for write in (
        lambda: claiming.claim(session, old, campaign_id, 1),
        lambda: settling.record(session, old, released=[(campaign_id, claim.attempt_id)]),
        lambda: settling.record(session, old, calls=[(claim.attempt_id, "call")]),
        lambda: settling.record(session, old, settled=[settling.Settled(claim.attempt_id, campaign_id, "answered")]),
        lambda: standing.beat(session, old, None),
    ):
        with pytest.raises(standing.Superseded):
            write()
    assert campaigns.overview(session, campaign_id).states["in_progress"] == 1


@ON_ONE_DATABASE
def test_why_nothing_is_dialled_names_the_dispatcher_and_the_platform(session: Session, simulator: Simulator) -> None:
    campaign_id, _ = launched(session, 1)
    assert "no dispatcher is running" in (campaigns.overview(session, campaign_id).reason or "")
    simulator.faults.now_and_then("throttled", 1, on="start", seconds=60)
    with dispatching(session, simulator):
        until(lambda: "no dispatcher" not in (campaigns.overview(session, campaign_id).reason or "no dispatcher"))
    assert "no dispatcher is running" in (campaigns.overview(session, campaign_id).reason or "")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_writes_in_one_company_for_long_does_not_keep_the_others_waiting(
    session: Session, simulator: Simulator
) -> None:
    from segtui.services.accounts import companies

    both = session.bound_to(None)
    other = both.bound_to(companies.create(both, "Other"))
    held, _ = launched(session, 3, "Held")
    free, _ = launched(other, 5, "Free")
    with dispatching(session, simulator):
        with session.write():  # as a long import does
            until(lambda: done(other, free))
            assert status(session, held) == "active"
        until(lambda: done(session, held))
    assert max(dialled(simulator).values()) == 1
