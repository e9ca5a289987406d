"""Calls of two databases on one platform account, and of a database that was put back or copied.

Nobody gets the outcome of a call that went to somebody else, and nobody is called again without a person's word.
"""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from segtui.database.engine import Database, open_database
from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts, database_ids, unrecorded_calls
from segtui.database.tables.core_tables import audit
from segtui.dialer.simulator import Behaviour, Simulator
from segtui.errors import Conflict
from segtui.services import campaigns
from segtui.services.campaigns.dispatch import claiming, settling
from segtui.services.campaigns.dispatch import dispatcher_lease as standing
from segtui.services.contacts import contacts
from segtui.services.maintenance import maintenance, restoring
from segtui.services.segments.partition import SplitWay
from segtui.services.session import Session, open_session
from tests.dialer.support import always, attempts, dispatching, hasten, launched, status, until
from tests.services.campaigns.support import audience

QUICK = {"ring": (0.1, 0.2), "talk": (0.1, 0.3), "per_minute": None, "per_second": None}
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Yield a platform whose calls are all answered and last moments."""
    with Simulator(Behaviour(outcomes={"closed": 1}, **QUICK), token="token") as simulator:  # type: ignore[arg-type]
        yield simulator


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Session]:
    """Yield a session in a second database, whose campaigns and attempts have the same numbers."""
    database = open_database(tmp_path / "other.db")
    yield open_session(database, source="test")
    database.close()


def done(session: Session, campaign_id: int) -> bool:
    return status(session, campaign_id) == "completed"


def ids(session: Session) -> list[tuple[str, str]]:
    with session.bound_to(None).read() as tx:
        found = tx.execute(select(database_ids.c.token, database_ids.c.cause).order_by(database_ids.c.id))
        return [(row.token, row.cause) for row in found]


def back_up(session: Session, file: Path) -> Path:
    maintenance.backup(session.database, file)
    return file


def put_back(session: Session, file: Path) -> Session:
    """Restore a backup in the place of a session's database, and return a session in it."""
    path = session.database.path
    assert path is not None
    session.database.close()
    restoring.restore(file, path)
    return open_session(open_database(path, create=False), source="test")


def called_phones(session: Session, campaign_id: int, outcome: str) -> set[str]:
    with session.read() as tx:
        c = campaign_contacts.c
        mine = (tx.scope(campaign_contacts), c.campaign_id == campaign_id, c.outcome == outcome)
        return set(tx.execute(select(c.phone).where(*mine)).scalars())


def test_with_two_databases_on_one_account_nobody_gets_an_outcome_of_somebody_else(
    session: Session, other: Session, simulator: Simulator
) -> None:
    """Requests break now and then, so that many calls are looked up; numbers of attempts are the same in both."""
    first, _ = launched(session, 20, concurrent=8)
    segment_id = contacts_from(other, 500, 20)
    second = campaigns.create(
        other, "Spring", segment_id, campaigns.SettingsInput(agent="agent-1", hours="08:00-21:00")
    )
    campaigns.edit(other, second.id, campaigns.SettingsInput(days="mon-sun", calls_per_hour=10_000, concurrent=8))
    campaigns.launch(other, second.id)
    simulator.faults.now_and_then("reset-before", 0.3, on="start")
    simulator.faults.now_and_then("reset-after", 0.3, on="start")
    with dispatching(session, simulator), dispatching(other, simulator):
        until(lambda: done(session, first) and done(other, second.id), 90)
    for each, campaign_id in ((session, first), (other, second.id)):
        (own,) = {token for token, _ in ids(each)}
        called = Counter(call.phone for call in simulator.calls if call.database_id == own)
        assert called_phones(each, campaign_id, "answered") == set(called)
        assert max(called.values()) == 1
    assert len({call.database_id for call in simulator.calls}) == 2


def contacts_from(session: Session, first: int, count: int) -> int:
    from tests.dialer.support import daytime
    from tests.services.campaigns.support import people

    return people(session, "Segment", count, first=first, timezone=daytime())[0]


def test_an_attempt_from_before_there_were_ids_takes_the_call_to_its_phone_alone(
    session: Session, simulator: Simulator
) -> None:
    from segtui.dialer.https_platform import HttpsPlatform
    from segtui.dialer.platform import NewCall

    campaign_id, _ = launched(session, 2, concurrent=2)
    generation = standing.take_over(session, "the program before")
    mine, stranger = claiming.claim(session, generation, campaign_id, 2).claims
    with session.write() as tx:
        tx.execute(update(call_attempts).where(tx.scope(call_attempts)).values(database_id=None))
    with HttpsPlatform(simulator.base_url, "token") as platform:
        without_id = {name: value for name, value in mine.data.items() if name != "database_id"}
        platform.start(NewCall(mine.phone, mine.agent, without_id))
        of_other = {"campaign_id": str(campaign_id), "attempt_id": str(stranger.attempt_id)}
        platform.start(NewCall("+16025550777", stranger.agent, of_other))
    with dispatching(session, simulator):
        until(lambda: done(session, campaign_id))
    called = Counter(call.phone for call in simulator.calls)
    assert called == {mine.phone: 1, "+16025550777": 1, stranger.phone: 1}


@ON_SQLITE
def test_after_an_old_backup_was_restored_nobody_is_called_again(
    session: Session, simulator: Simulator, tmp_path: Path
) -> None:
    campaign_id, people = launched(session, 30, concurrent=3)
    with dispatching(session, simulator):
        until(lambda: len(simulator.calls) >= 6)
        backup = back_up(session, tmp_path / "backup.db")
        until(lambda: len(simulator.calls) >= 20)
    called = Counter(call.phone for call in simulator.calls)
    session = put_back(session, backup)
    assert status(session, campaign_id) == "paused"
    assert "restored from a backup" in (campaigns.overview(session, campaign_id).reason or "")
    campaigns.resume(session, campaign_id)  # too early: nobody knows yet what was called
    said: list[str] = []
    with dispatching(session, simulator, said=said):
        until(lambda: status(session, campaign_id) == "paused")
        reason = campaigns.overview(session, campaign_id).reason or ""
        assert "does not have" in reason
        assert "campaigns reconcile" in reason
        with pytest.raises(Conflict, match="stays paused"):
            campaigns.resume(session, campaign_id)
        until(lambda: not campaigns.reconciliation(session, campaign_id).waiting)
        ahead = campaigns.reconciliation(session, campaign_id)
        assert (ahead.strangers, ahead.calls) == (0, sum(ahead.outcomes.values()))
        assert Counter(call.phone for call in simulator.calls) == called
        recorded = campaigns.reconcile(session, campaign_id)
        # Calls that the backup knows as running are settled meanwhile, which the campaign counts.
        assert recorded == replace(ahead, campaign=recorded.campaign)
        assert not campaigns.reconciliation(session, campaign_id).calls
        campaigns.resume(session, campaign_id)
        until(lambda: done(session, campaign_id))
    assert set(Counter(call.phone for call in simulator.calls).values()) == {1}
    assert len(simulator.calls) == len(people)
    overview = campaigns.overview(session, campaign_id)
    assert (overview.outcomes["answered"], overview.campaign.calls) == (len(people), len(people))
    assert maintenance.check(session.database) == []
    assert {call.database_id for call in simulator.calls} == {token for token, _ in ids(session)}
    with session.bound_to(None).read() as tx:
        actions = set(tx.execute(select(audit.c.action)).scalars())
    assert {"database.restored", "campaign.reconcile"} <= actions
    session.database.close()


@ON_SQLITE
def test_a_backup_that_was_copied_over_the_database_is_noticed_by_the_calls_since(
    session: Session, simulator: Simulator, tmp_path: Path
) -> None:
    campaign_id, _ = launched(session, 20, concurrent=2)
    with dispatching(session, simulator):
        until(lambda: len(simulator.calls) >= 3)
        backup = back_up(session, tmp_path / "backup.db")
        until(lambda: len(simulator.calls) >= 9)
    path = session.database.path
    assert path is not None
    session.database.close()
    shutil.copyfile(backup, path)  # the same file, with the content of the backup
    begun = len(simulator.calls)
    session = open_session(open_database(path, create=False), source="test")
    with dispatching(session, simulator):
        until(lambda: status(session, campaign_id) == "paused")
        until(lambda: "does not have" in (campaigns.overview(session, campaign_id).reason or ""))
    assert len(simulator.calls) == begun
    # The file beside the database says so even where the platform's list does not.
    assert [cause for _, cause in ids(session)] == ["created", "restored"]
    session.database.close()


@ON_SQLITE
def test_a_copy_in_another_file_dials_nothing_before_somebody_says_so(
    session: Session, simulator: Simulator, tmp_path: Path
) -> None:
    campaign_id, people = launched(session, 6)
    with dispatching(session, simulator):
        until(lambda: len(simulator.calls) >= 1)
        campaigns.pause(session, campaign_id)
        until(lambda: campaigns.overview(session, campaign_id).states["in_progress"] == 0)
        campaigns.resume(session, campaign_id)
        backup = back_up(session, tmp_path / "copy.db")
    begun = len(simulator.calls)
    copy = open_session(open_database(backup, create=False), source="test")
    late = campaigns.create(
        copy, "Late", campaigns.get(copy, campaign_id).segment_id or 0, campaigns.SettingsInput(agent="a")
    )
    with dispatching(copy, simulator):
        until(lambda: status(copy, campaign_id) == "paused")
        assert status(copy, late.id) == "draft"
        # The original dialled on: those calls are missing in the copy.
        until(lambda: not campaigns.reconciliation(copy, campaign_id).waiting)
        if campaigns.reconciliation(copy, campaign_id).calls:
            campaigns.reconcile(copy, campaign_id)
            until(lambda: "does not have" not in (campaigns.overview(copy, campaign_id).reason or ""))
        assert len(simulator.calls) == begun
        hold = campaigns.hold_of(copy, campaign_id)
        assert hold is not None
        assert "is a copy" in hold.reason
        campaigns.resume(copy, campaign_id)
        until(lambda: done(copy, campaign_id))
    assert {call.phone for call in simulator.calls} >= {f"+1602555{100 + place:04}" for place in range(len(people))}
    assert set(Counter(call.phone for call in simulator.calls).values()) == {1}
    assert [cause for _, cause in ids(copy)] == ["created", "copied"]
    assert dict(maintenance.info(copy.database))["Origin"].startswith("this database is a copy")
    copy.database.close()


@ON_SQLITE
def test_a_database_that_is_renamed_on_its_disk_dials_on(
    session: Session, simulator: Simulator, tmp_path: Path
) -> None:
    campaign_id, _ = launched(session, 4)
    with dispatching(session, simulator):
        until(lambda: len(simulator.calls) >= 1)
    path = session.database.path
    assert path is not None
    session.database.close()
    moved = open_session(open_database(path.rename(tmp_path / "renamed.db"), create=False), source="test")
    with dispatching(moved, simulator):
        until(lambda: done(moved, campaign_id))
    assert [cause for _, cause in ids(moved)] == ["created"]
    moved.database.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_copy_on_a_server_dials_nothing_before_somebody_says_so(session: Session, simulator: Simulator) -> None:
    campaign_id, _ = launched(session, 4)
    standing.take_over(session, "on the server before")
    with session.bound_to(None).write() as tx:
        tx.execute(update(database_ids).values(home="7123456789:16384"))
    with dispatching(session, simulator):
        until(lambda: status(session, campaign_id) == "paused")
        assert not simulator.calls
        campaigns.resume(session, campaign_id)
        until(lambda: done(session, campaign_id))
    assert [cause for _, cause in ids(session)] == ["created", "copied"]


def lost_call(session: Session, simulator: Simulator, campaign_id: int, phone: str, attempt_id: int, end: str) -> None:
    """Let the platform have a call of this database that the database does not have."""
    from segtui.dialer.https_platform import HttpsPlatform
    from segtui.dialer.platform import NewCall

    token, _ = ids(session)[-1]
    data = {"database_id": token, "campaign_id": str(campaign_id), "attempt_id": str(attempt_id)}
    simulator.plan(phone, end)
    with HttpsPlatform(simulator.base_url, "token") as platform:
        platform.start(NewCall(phone, "agent-1", data))


def test_calls_of_ours_that_appear_while_the_dispatcher_works_pause_the_campaign(
    session: Session, simulator: Simulator
) -> None:
    """A clone of the whole machine dials too: its place looks the same, and its calls begin to differ."""
    campaign_id, _ = launched(session, 60, concurrent=1)
    with dispatching(session, simulator):
        until(lambda: len(simulator.calls) >= 2)
        lost_call(session, simulator, campaign_id, "+16025550159", 9_000, "closed")
        until(lambda: status(session, campaign_id) == "paused")
    assert "1 call of this campaign" in (campaigns.overview(session, campaign_id).reason or "")


def test_recorded_calls_are_settled_as_the_dispatcher_would_have_done(session: Session, simulator: Simulator) -> None:
    campaign_id, people = launched(session, 5, attempts=2, retry_delay=60)
    campaigns.pause(session, campaign_id)
    standing.take_over(session, "this one")
    phones = [f"+1602555{100 + place:04}" for place in range(5)]
    lost_call(session, simulator, campaign_id, phones[0], 901, "closed")
    lost_call(session, simulator, campaign_id, phones[1], 902, "busy")
    lost_call(session, simulator, campaign_id, phones[2], 903, "busy")
    lost_call(session, simulator, campaign_id, "+16025550999", 905, "closed")  # nobody of this campaign
    until(lambda: simulator.in_progress() == 0)
    lost_call(session, simulator, campaign_id, phones[2], 904, "no-answer")
    until(lambda: simulator.in_progress() == 0)
    with dispatching(session, simulator):
        until(lambda: campaigns.reconciliation(session, campaign_id).calls == 5)
    ahead = campaigns.reconciliation(session, campaign_id)
    assert (ahead.contacts, dict(ahead.outcomes), ahead.strangers) == (3, {"answered": 1, "busy": 2, "no_answer": 1}, 1)
    campaigns.reconcile(session, campaign_id)
    found = audience(session, campaign_id)
    assert [found[each][:2] for each in people] == [
        ("done", "answered"), ("retry", "busy"), ("done", "no_answer"), ("pending", None), ("pending", None),
    ]  # fmt: skip
    assert campaigns.get(session, campaign_id).calls == 4
    assert maintenance.check(session.database) == []
    assert "recorded: resume it" in (campaigns.overview(session, campaign_id).reason or "")
    with dispatching(session, simulator):
        campaigns.resume(session, campaign_id)

        def over() -> bool:
            hasten(session)
            return done(session, campaign_id)

        until(over)
    called = Counter(call.phone for call in simulator.calls)
    assert [called[phone] for phone in phones] == [1, 2, 2, 1, 1]
    assert len(attempts(session)) == 7


def record_call(session: Session, campaign_id: int, contact_id: int, attempt_id: int, outcome: str | None) -> None:
    """Store a call that only the platform has, as the comparison does."""
    with session.write() as tx:
        call = {"company_id": tx.company_id, "campaign_id": campaign_id, "contact_id": contact_id, "started_at": 1}
        row = {**call, "database_id": "token", "attempt_id": attempt_id, "outcome": outcome}
        tx.execute(insert(unrecorded_calls), row)


def test_a_recorded_call_brings_nobody_back_who_is_done(session: Session) -> None:
    """Somebody was taken out of the campaign meanwhile, or answered another call: nobody is called again."""
    campaign_id, (taken_out, answered, ringing) = launched(session, 3, attempts=3)
    generation = standing.take_over(session, "this one")
    claims = claiming.claim(session, generation, campaign_id, 3).claims
    ended = {claim.contact_id: claim.attempt_id for claim in claims}
    settling.record(
        session, generation,
        settled=[settling.Settled(ended[answered], campaign_id, "answered", 9)],
        released=[(campaign_id, ended[taken_out]), (campaign_id, ended[ringing])],
    )  # fmt: skip
    campaigns.pause(session, campaign_id)
    campaigns.skip(session, campaign_id, [taken_out, ringing])
    record_call(session, campaign_id, taken_out, 901, "no_answer")
    record_call(session, campaign_id, answered, 902, "busy")
    record_call(session, campaign_id, ringing, 903, None)
    assert campaigns.reconcile(session, campaign_id).contacts == 3
    (open_attempt,) = settling.open_attempts(session)
    settling.record(session, generation, settled=[settling.Settled(open_attempt.attempt_id, campaign_id, "no_answer")])
    found = audience(session, campaign_id)
    assert [found[each][:2] for each in (taken_out, answered, ringing)] == [
        ("done", "no_answer"), ("done", "answered"), ("done", "no_answer"),
    ]  # fmt: skip
    assert maintenance.check(session.database) == []


def test_a_recorded_call_in_progress_is_followed_to_its_end(session: Session) -> None:
    slow = {**QUICK, "talk": (4.0, 4.1)}
    with Simulator(Behaviour(outcomes={"closed": 1}, **slow), token="token") as simulator:  # type: ignore[arg-type]
        campaign_id, people = launched(session, 1)
        campaigns.pause(session, campaign_id)
        standing.take_over(session, "this one")
        lost_call(session, simulator, campaign_id, "+16025550100", 900, "closed")
        with dispatching(session, simulator):
            until(lambda: campaigns.reconciliation(session, campaign_id).calls == 1)
            assert dict(campaigns.reconcile(session, campaign_id).outcomes) == {"in_progress": 1}
            campaigns.resume(session, campaign_id)
            until(lambda: done(session, campaign_id))
    assert audience(session, campaign_id) == {people[0]: ("done", "answered", None)}
    assert len(simulator.calls) == 1


def test_calls_to_a_contact_whose_attempt_is_open_wait_for_it(session: Session) -> None:
    campaign_id, people = launched(session, 1)
    generation = standing.take_over(session, "this one")
    (claim,) = claiming.claim(session, generation, campaign_id, 1).claims
    campaigns.pause(session, campaign_id)
    with session.write() as tx:
        call = {"company_id": tx.company_id, "campaign_id": campaign_id, "contact_id": people[0], "started_at": 1}
        row = {**call, "database_id": "token", "attempt_id": 9, "outcome": "busy"}
        tx.execute(insert(unrecorded_calls), row)
    assert campaigns.reconcile(session, campaign_id).waiting == 1
    ended = settling.Settled(claim.attempt_id, campaign_id, "busy")
    settling.record(session, generation, settled=[ended])
    assert campaigns.reconcile(session, campaign_id).waiting == 0
    assert audience(session, campaign_id)[people[0]][:2] == ("retry", "busy")
    assert [row.number for row in attempts(session)] == [1, 2]


def test_to_resume_without_the_calls_is_somebodys_word_and_holds(session: Session, simulator: Simulator) -> None:
    campaign_id, _ = launched(session, 2)
    campaigns.pause(session, campaign_id)
    standing.take_over(session, "this one")
    lost_call(session, simulator, campaign_id, "+16025550100", 900, "closed")
    with dispatching(session, simulator):
        until(lambda: campaigns.reconciliation(session, campaign_id).calls == 1)
        campaigns.resume(session, campaign_id, ignores_calls=True)
        until(lambda: done(session, campaign_id))
    with dispatching(session, simulator) as dispatcher:
        until(lambda: simulator.requests["list"] > 3)
        dispatcher.stop()
    assert Counter(call.phone for call in simulator.calls)["+16025550100"] == 2


def test_a_draft_that_was_launched_since_the_backup_is_held_when_it_is_launched(
    session: Session, simulator: Simulator
) -> None:
    standing.take_over(session, "this one")
    segment_id = contacts_from(session, 100, 3)
    draft = campaigns.create(
        session, "Draft", segment_id, campaigns.SettingsInput(agent="agent-1", hours="08:00-21:00")
    )
    lost_call(session, simulator, draft.id, "+16025550100", 900, "closed")
    until(lambda: simulator.in_progress() == 0)
    with dispatching(session, simulator):
        until(lambda: campaigns.hold_of(session, draft.id) is not None)
        with pytest.raises(Conflict, match="launch it"):
            campaigns.reconcile(session, draft.id)
        with pytest.raises(Conflict, match="is not split"):
            campaigns.split(session, draft.id, SplitWay("into", 2))
        campaigns.launch(session, draft.id)
        until(lambda: status(session, draft.id) == "paused")
        campaigns.reconcile(session, draft.id)
        assert [row.outcome for row in attempts(session)] == ["answered"]
    assert len(simulator.calls) == 1


def test_nothing_is_dialled_before_the_list_was_compared(session: Session, simulator: Simulator) -> None:
    campaign_id, _ = launched(session, 2)
    simulator.faults.now_and_then("error-before", 1, on="list")
    with dispatching(session, simulator):
        until(lambda: simulator.requests["list"] >= 2)
        assert simulator.requests["start"] == 0
        simulator.faults.clear()
        until(lambda: done(session, campaign_id))


def test_a_list_that_is_cut_off_is_read_page_by_page(session: Session) -> None:
    cut = {**QUICK, "listed": 3}
    with Simulator(Behaviour(outcomes={"closed": 1}, **cut), token="token") as simulator:  # type: ignore[arg-type]
        campaign_id, _ = launched(session, 9)
        campaigns.pause(session, campaign_id)
        standing.take_over(session, "this one")
        for place in range(9):
            lost_call(session, simulator, campaign_id, f"+1602555{100 + place:04}", 900 + place, "closed")
            simulator.offset += timedelta(seconds=3)
        with dispatching(session, simulator):
            until(lambda: campaigns.reconciliation(session, campaign_id).calls == 9)


def test_a_deleted_contact_leaves_no_phone_in_an_attempt(session: Session) -> None:
    campaign_id, people = launched(session, 1)
    generation = standing.take_over(session, "this one")
    claiming.claim(session, generation, campaign_id, 1)
    assert attempts(session)[0].phone == "+16025550100"
    contacts.delete(session, people[0])
    assert attempts(session)[0].phone is None


def test_the_id_is_made_by_the_first_dispatcher_so_that_copies_of_a_new_database_differ(database: Database) -> None:
    session = open_session(database, source="test")
    assert ids(session) == []
    standing.take_over(session, "this one")
    standing.take_over(session, "the next one")
    assert [cause for _, cause in ids(session)] == ["created"]


def test_an_agent_whose_list_cannot_be_read_keeps_no_other_waiting(
    session: Session, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from segtui.dialer import list_comparison
    from segtui.dialer.https_platform import HttpsPlatform
    from segtui.dialer.platform import CallList, Uncertain

    read = HttpsPlatform.recent

    def recent(self: HttpsPlatform, since: datetime, until_: datetime, agent: str) -> CallList:
        if agent == "nobody":
            raise Uncertain("The calling platform answered with an error (500).")
        return read(self, since, until_, agent)

    monkeypatch.setattr(HttpsPlatform, "recent", recent)
    monkeypatch.setattr(list_comparison, "_MAX_PAUSE", 0.05)
    wrong, _ = launched(session, 2, "Wrong", agent="nobody")
    segment_id = contacts_from(session, 500, 3)
    right = campaigns.create(session, "Right", segment_id, always())
    campaigns.launch(session, right.id)
    with dispatching(session, simulator):
        until(lambda: done(session, right.id))
        until(lambda: status(session, wrong) == "paused")
    assert "cannot be compared" in (campaigns.overview(session, wrong).reason or "")
    assert {call.campaign_id for call in simulator.calls} == {str(right.id)}
