"""Rules with relative days: right for the first who looks after midnight, whoever that is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from segtui.database.tables.core_tables import contacts as contact_table
from segtui.database.tables.core_tables import segments as segment_table
from segtui.domain.vocabulary import Role
from segtui.services.accounts import companies
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.segments import segments
from segtui.services.segments.live import catching_up
from segtui.services.session import Actor, Session, Transaction, stored
from tests.conftest import TwoCompanies
from tests.services.segments.live.recomputing import demand_exact
from tests.support.clock import Clock, clock_at

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the time to noon, and return what sets it."""
    return clock_at(NOON, monkeypatch)


def contact_on(session: Session, moment: datetime, number: int, clock: Clock) -> None:
    """Add a contact at a moment."""
    clock(moment)
    contacts.add(session, {"phone": f"+1602555{number:04}"})


def live(session: Session, name: str, text: str) -> int:
    """Make a live segment and return its id."""
    return segments.create(session, name, rule=expressions.parse(session, text)).id


def test_a_contact_leaves_when_its_days_are_over(session: Session, clock: Clock) -> None:
    for number, days in enumerate((0, 1, 2, 6, 7, 30), 100):
        contact_on(session, NOON - timedelta(days=days), number, clock)
    clock(NOON)
    week = live(session, "Week", "added in last 7 days")
    today = live(session, "Today", "added in last 1 day")
    old = live(session, "Old", 'not segment = "Week"')
    assert [segments.get(session, key).contacts for key in (week, today, old)] == [4, 1, 2]
    clock(NOON + timedelta(hours=11, minutes=59))
    assert segments.get(session, week).contacts == 4
    clock(NOON + timedelta(hours=12))
    assert [segments.get(session, key).contacts for key in (week, today, old)] == [3, 0, 3]
    demand_exact(session)
    clock(NOON + timedelta(days=40))
    assert [segments.get(session, key).contacts for key in (week, today, old)] == [0, 0, 6]
    demand_exact(session)
    clock(NOON)  # a clock that was wrong is set right
    assert [segments.get(session, key).contacts for key in (week, today, old)] == [4, 1, 2]
    demand_exact(session)


def test_a_viewer_is_the_first_to_look(session: Session, clock: Clock) -> None:
    contact_on(session, NOON, 100, clock)
    today = live(session, "Today", "added in last 1 day")
    actor = Actor("eve", "Eve", Role.VIEWER, session.one_company.id, "test")
    viewer = replace(session, actor=actor)
    clock(NOON + timedelta(days=1))
    assert len(contacts.listing(viewer, ContactQuery(today)).ids()) == 0
    with session.read() as tx:
        assert tx.execute(select(segment_table.c.contacts).where(tx.scope(segment_table))).scalars().all() == [0]


def test_whoever_writes_first_catches_up(session: Session, clock: Clock) -> None:
    contact_on(session, NOON, 100, clock)
    live(session, "Today", "added in last 1 day")
    clock(NOON + timedelta(hours=11, minutes=59, seconds=59))
    with session.workspace() as workspace:  # as a long import does
        clock(NOON + timedelta(days=1))
        with workspace.transaction(writes=True) as tx:
            assert tx.execute(select(segment_table.c.contacts).where(tx.scope(segment_table))).scalar_one() == 0
    demand_exact(session)


def test_each_company_has_its_days(two_companies: TwoCompanies, clock: Clock) -> None:
    companies.edit(two_companies.both, "Other", timezone="Asia/Tokyo")
    main, other = two_companies.main, two_companies.other
    ids = []
    for session in (main, other):
        contact_on(session, NOON, 100, clock)
        ids.append(live(session, "Today", "added in last 1 day"))
    clock(NOON + timedelta(hours=4))  # one in the morning in Tokyo
    assert [segment.contacts for segment in segments.find(two_companies.both, segments.SegmentQuery())] == [1, 0]
    demand_exact(main)
    demand_exact(other)


def test_another_zone_moves_every_day(session: Session, clock: Clock) -> None:
    contact_on(session, NOON.replace(hour=2), 100, clock)
    clock(NOON)
    first = live(session, "Relative", "added in last 1 day")
    second = live(session, "Absolute", "added = 2026-11-30")
    assert [segments.get(session, key).contacts for key in (first, second)] == [1, 1]
    companies.edit(session, "Main", timezone="America/New_York")
    assert [segments.get(session, key).contacts for key in (first, second)] == [0, 0]
    demand_exact(session)


def test_many_contacts_cross_at_once(session: Session, clock: Clock) -> None:
    with session.write() as tx:
        rows = [{"company_id": tx.company_id, "phone": f"+1602{number:07}", "search": ""} for number in range(900)]
        days = [stored(NOON - timedelta(days=number % 3)) for number in range(900)]
        dated = [row | {"created_at": day, "updated_at": day} for row, day in zip(rows, days, strict=True)]
        tx.execute(contact_table.insert(), dated)
    ids = [live(session, f"{days} days", f"added in last {days} days") for days in (1, 2, 3)]
    assert [segments.get(session, key).contacts for key in ids] == [300, 600, 900]
    clock(NOON + timedelta(days=1))
    assert [segments.get(session, key).contacts for key in ids] == [0, 300, 600]
    demand_exact(session)


def test_nothing_is_looked_at_twice_on_a_day(session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    live(session, "Today", "added in last 1 day")
    clock(NOON + timedelta(days=1))
    passes: list[int] = []
    real = catching_up.catch_up_in

    def counting(tx: Transaction) -> None:
        passes.append(1)
        real(tx)

    monkeypatch.setattr(catching_up, "catch_up_in", counting)
    for _ in range(3):
        segments.find(session, segments.SegmentQuery())
    assert passes == [1]


def test_a_reader_waits_for_no_long_import(session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    contact_on(session, NOON, 100, clock)
    today = live(session, "Today", "added in last 1 day")
    monkeypatch.setattr(catching_up, "PATIENCE", 0.05)
    with session.write(), ThreadPoolExecutor(1) as other:
        clock(NOON + timedelta(days=1))
        assert other.submit(segments.get, session, today).result().contacts == 0
    clock(NOON + timedelta(days=1, seconds=6))
    assert segments.get(session, today).contacts == 0
    demand_exact(session)


def test_whoever_writes_catches_up_where_a_reader_could_not(
    session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact_on(session, NOON, 100, clock)
    today = live(session, "Today", "added in last 1 day")
    monkeypatch.setattr(catching_up, "PATIENCE", 0.05)
    with session.write(), ThreadPoolExecutor(1) as other:
        clock(NOON + timedelta(days=1))
        assert other.submit(segments.get, session, today).result().contacts == 0
    with session.write() as tx:  # as a launch does
        query = select(segment_table.c.contacts).where(tx.scope(segment_table), segment_table.c.id == today)
        assert tx.execute(query).scalar_one() == 0


def test_a_rule_of_the_last_minute_is_right_after_midnight(session: Session, clock: Clock) -> None:
    contact_on(session, NOON, 100, clock)
    midnight = NOON + timedelta(hours=12)
    clock(midnight - timedelta(seconds=30))
    assert segments.find(session, segments.SegmentQuery()) == []
    clock(midnight - timedelta(seconds=20))
    today = live(session, "Today", "added in last 1 day")
    assert segments.get(session, today).contacts == 1
    clock(midnight + timedelta(seconds=5))
    assert segments.get(session, today).contacts == 0


def test_another_zone_holds_from_its_commit(session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    contact_on(session, NOON.replace(hour=2), 100, clock)
    clock(NOON)
    today = live(session, "Today", "added in last 1 day")
    monkeypatch.setattr(catching_up, "catch_up", lambda *_: False)  # as where nobody looks any more
    companies.edit(session, "Main", timezone="America/New_York")
    assert segments.get(session, today).contacts == 0
