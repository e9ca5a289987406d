"""Watches on segments: due while their condition holds, changed by those who may, with an undo."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from segtui.domain.vocabulary import Role
from segtui.errors import Conflict, InvalidInput, NotAllowed, NotFound
from segtui.services.audit import audit_queries
from segtui.services.contacts import contacts
from segtui.services.segments import segments
from segtui.services.segments.history import watches
from segtui.services.session import Actor, Session
from segtui.services.undo import UndoStack
from tests.conftest import TwoCompanies
from tests.support.clock import Clock, clock_at

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the time to noon, and return what sets it."""
    return clock_at(NOON, monkeypatch)


def added(session: Session, *digits: int) -> list[int]:
    """Add contacts with these last digits of their phones and return their ids."""
    return [contacts.add(session, {"phone": f"+1602555{digit:04}"}).id for digit in digits]


def due(session: Session) -> list[tuple[str, str]]:
    """Return kind and standing of the watches that are due."""
    return [(watch.kind, watch.standing) for watch in watches.due(session)]


def test_each_kind_is_due_while_its_condition_holds(session: Session, travel: Clock) -> None:
    ids = added(session, *range(12))
    segment_id = segments.create(session, "Leads").id
    watches.change(session, segment_id, {"over": 10, "empty": 0, "grows": 10, "stale": 3})
    assert due(session) == [("empty", "is empty")]
    segments.add_contacts(session, segment_id, ids[:10])
    assert due(session) == [("grows", "had no contact 7 days ago and has 10 contacts; the limit is +10%")]
    before = watches.state_of(session)
    travel(NOON + timedelta(days=3))
    assert watches.state_of(session) != before
    assert [kind for kind, _ in due(session)] == ["grows", "stale"]
    assert due(session)[1][1] == "has not changed since 2026-06-15; the limit is 3 days"
    travel(NOON + timedelta(days=7))  # a week ago it had the ten
    assert [kind for kind, _ in due(session)] == ["stale"]
    before = watches.state_of(session)
    segments.add_contacts(session, segment_id, ids[10:11])
    assert watches.state_of(session) != before
    assert due(session) == [
        ("over", "has 11 contacts; the limit is 10"),
        ("grows", "has 11 contacts, +10% in 7 days; the limit is +10%"),
    ]
    watches.change(session, segment_id, {"grows": 11, "over": 11})
    assert due(session) == []
    watches.change(session, segment_id, {"over": 5})
    segments.archive(session, segment_id)
    assert due(session) == []
    assert {watch.sentence for watch in watches.every(session)} == {"“Leads” is archived: its watches are paused."}


def test_a_segment_that_was_never_filled_stands_still_since_it_was_made(session: Session, travel: Clock) -> None:
    segment_id = segments.create(session, "Leads").id
    travel(NOON + timedelta(days=2))
    watches.change(session, segment_id, {"stale": 2})
    assert due(session) == [("stale", "has not changed since 2026-06-15; the limit is 2 days")]


def test_a_change_is_undone_and_redone_unless_another_followed(session: Session) -> None:
    session = replace(session, history=UndoStack())
    history = session.history
    assert history is not None
    segment_id = segments.create(session, "Leads").id

    def amounts() -> dict[str, int]:
        return {watch.kind: watch.amount for watch in watches.every(session, segment_id)}

    watches.change(session, segment_id, {"over": 1_000})
    watches.change(session, segment_id, {"over": 2_000, "stale": 30})
    watches.change(session, segment_id, {"stale": 30})  # which is nothing new
    entries = [entry for entry in audit_queries.of_segment(session, segment_id) if entry.action == "segment.watch"]
    assert [entry.detail for entry in entries] == [
        "watched for more than 2,000 contacts and 30 days without a change",
        "watched for more than 1,000 contacts",
    ]
    sentence = history.undo_last(session)
    watched = "is watched for more than 1,000 contacts; no longer watched for 30 days without a change"
    assert sentence == f"Undone: “Leads” {watched}."
    assert amounts() == {"over": 1_000}
    history.redo_last(session)
    assert amounts() == {"over": 2_000, "stale": 30}
    watches.change(replace(session, history=None), segment_id, {"over": None})
    with pytest.raises(Conflict, match="were changed again meanwhile; they stay"):
        history.undo_last(session)
    assert amounts() == {"stale": 30}
    segments.delete(session, segment_id)
    assert watches.every(session) == []


def test_wrong_watches_are_refused_in_words_and_nothing_is_changed(session: Session) -> None:
    segment_id = segments.create(session, "Leads").id
    watches.change(session, segment_id, {"over": 0})
    with pytest.raises(NotFound, match=r"“Leads” has no watch on standstill \(stale\)"):
        watches.change(session, segment_id, {"over": 9, "stale": None})
    with pytest.raises(InvalidInput, match="Watches are over, empty, grows, stale, not “under”"):
        watches.change(session, segment_id, {"under": 9})
    for kind, amount in (("over", -1), ("grows", 0), ("stale", 0), ("over", 10**9 + 1)):
        with pytest.raises(InvalidInput, match="takes a number of"):
            watches.change(session, segment_id, {kind: amount})
    with pytest.raises(NotFound):
        watches.every(session, 9_999)
    assert [(watch.kind, watch.amount) for watch in watches.every(session)] == [("over", 0)]
    actor = Actor("eve", "Eve", Role.VIEWER, session.one_company.id, "test")
    viewer = replace(session, actor=actor)
    assert len(watches.every(viewer, segment_id)) == 1
    with pytest.raises(NotAllowed):
        watches.change(viewer, segment_id, {"over": 1})


def test_an_admin_sees_the_watches_of_every_company(two_companies: TwoCompanies) -> None:
    for session in (two_companies.main, two_companies.other):
        segment_id = segments.create(session, "Leads").id
        watches.change(session, segment_id, {"empty": 0})
    whole = two_companies.both
    assert len({watch.company for watch in watches.due(whole)}) == 2
    assert len(watches.due(two_companies.main)) == 1
    watches.change(whole, segment_id, {"empty": None})
    assert watches.due(two_companies.other) == []
