"""Rules with relative days after midnight, where the database cannot be written: readers see the members of now."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from segtui.database.tables.core_tables import contact_calls, memberships
from segtui.domain.vocabulary import Role
from segtui.errors import DatabaseError
from segtui.services import campaigns, change_watcher
from segtui.services.accounts import companies
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions, facets
from segtui.services.criteria.frequency import frequency
from segtui.services.segments import segments, set_operations
from segtui.services.session import Actor, Session
from tests.conftest import TwoCompanies
from tests.services.campaigns.support import draft
from tests.services.segments.live.recomputing import demand_exact
from tests.support.clock import Clock, clock_at

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAYS = (0, 0, 1, 2, 6, 7, 30)
RULES = {
    "Today": "added in last 1 day",
    "Week": "added in last 7 days and do_not_call = no",
    "Old": 'segment != "Week"',
    "Nested": 'segment in ("Old", "Fixed") and not segment = "Today"',
    "Fair": "source = fair",
    "Never": "last_called in last 3 days",
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the time to noon, and return what sets it."""
    return clock_at(NOON, monkeypatch)


@contextmanager
def unwritable(session: Session) -> Iterator[None]:
    """Let every new connection refuse to write, as to a replica or a file that may only be read."""
    engine = session.database.engine
    is_sqlite = engine.dialect.name == "sqlite"

    def refuse(connection: object, *_: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("PRAGMA query_only = 1" if is_sqlite else "SET default_transaction_read_only = on")
        cursor.close()
        if not is_sqlite:
            connection.commit()  # type: ignore[attr-defined]

    engine.dispose()
    event.listen(engine, "connect", refuse)
    try:
        with pytest.raises(DatabaseError), session.write() as tx:
            tx.execute(contact_calls.delete())
        yield
    finally:
        event.remove(engine, "connect", refuse)
        engine.dispose()


def filled(session: Session, clock: Clock) -> dict[str, int]:
    """Return the ids of segments that hold contacts of several days, one of them fixed."""
    ids = {"Fixed": segments.create(session, "Fixed").id}
    for number, days in enumerate(DAYS):
        clock(NOON - timedelta(days=days))
        fields = {"phone": f"+160255501{number:02}", "source": "Fair" if number % 2 else ""}
        fields["do_not_call"] = "yes" if number == 1 else "no"
        contacts.add(session, fields, ids["Fixed"] if number in (0, 2, 5) else None)
    clock(NOON)
    for name, text in RULES.items():
        ids[name] = segments.create(session, name, rule=expressions.parse(session, text)).id
    return ids


def members(session: Session, segment_id: int, **query: object) -> set[int]:
    """Return the contacts that the list of a segment shows."""
    return set(contacts.listing(session, ContactQuery(segment_id, **query)).ids())  # type: ignore[arg-type]


def matching(session: Session, text: str) -> set[int]:
    """Return the contacts that fulfil criteria."""
    return set(contacts.listing(session, ContactQuery(criteria=expressions.parse(session, text))).ids())


def expected(session: Session, days: int) -> dict[str, set[int]]:
    """Return the members of each segment some days later, by a model of its own."""
    ids = sorted(contacts.listing(session, ContactQuery()).ids())
    age = dict(zip(ids, (before + days for before in DAYS), strict=True))
    callable_ = {key for number, key in enumerate(ids) if number != 1}
    model = {"Fixed": {ids[0], ids[2], ids[5]}, "Today": {key for key in ids if age[key] < 1}}
    model["Week"] = {key for key in ids if age[key] < 7} & callable_
    model["Old"] = {*ids} - model["Week"]
    model["Nested"] = (model["Old"] | model["Fixed"]) - model["Today"]
    return model | {"Fair": {ids[1], ids[3], ids[5]}, "Never": set()}


@pytest.mark.parametrize("days", [0, 1, 3, 40])
def test_everything_that_is_read_is_of_now(session: Session, clock: Clock, days: int) -> None:
    ids = filled(session, clock)
    with unwritable(session):
        clock(NOON + timedelta(days=days))
        model = expected(session, days)
        demand_exact(session)
        listed = {segment.name: segment for segment in segments.find(session, segments.SegmentQuery())}
        every = set().union(*model.values(), contacts.listing(session, ContactQuery()).ids())
        for name, inside in model.items():
            segment_id = ids[name]
            assert members(session, segment_id) == inside
            assert members(session, segment_id, sort="joined") == inside
            assert members(session, segment_id, sort="segment") == inside
            assert contacts.count(session, ContactQuery(segment_id)) == contacts.total(session, segment_id)
            assert listed[name].contacts == contacts.total(session, segment_id) == len(inside)
            assert segments.get(session, segment_id) == listed[name]
            assert matching(session, f'segment = "{name}"') == inside
            assert matching(session, f'segment != "{name}"') == every - inside
            listing = contacts.listing(session, ContactQuery(segment_id), columns=("segment", "joined"))
            assert listing.belonging(sorted(every)) == inside
            for contact_id, row in listing.rows(sorted(inside)).items():
                groups = {group for group, of_group in model.items() if contact_id in of_group}
                assert {segment.name for segment in segments.of_contact(session, contact_id)} == groups
                assert row.id == contact_id
            joined = expressions.parse(session, "joined is not blank", in_segment=True)
            assert members(session, segment_id, criteria=joined) == inside
        by_size = [s.contacts for s in segments.find(session, segments.SegmentQuery(sort="contacts"))]
        assert by_size == sorted(map(len, model.values()))
        inside_any = set[int]().union(*model.values())
        assert matching(session, "segment is blank") == every - inside_any
        for query in (ContactQuery(), ContactQuery(criteria=expressions.parse(session, "phone ^ +1602"))):
            counted = {value.label: value.count for value in facets.facet(session, query, "segment")}
            sizes = {name: len(inside) for name, inside in model.items() if inside}
            assert {name: count for name, count in counted.items() if name in sizes} == sizes
        overlap = set_operations.overlap(session, [ids[name] for name in model])
        assert overlap.sizes == {ids[name]: len(inside) for name, inside in model.items()}
        assert overlap.pairs[ids["Fixed"], ids["Old"]] == len(model["Fixed"] & model["Old"])
        assert change_watcher.state_of(session, ids["Week"]) is not None
    demand_exact(session)


def test_a_viewer_and_an_admin_of_all_companies_read_the_same(two_companies: TwoCompanies, clock: Clock) -> None:
    companies.edit(two_companies.both, "Other", timezone="Asia/Tokyo")
    ids = {}
    for session in (two_companies.main, two_companies.other):
        contacts.add(session, {"phone": "+16025550100"})
        rule = expressions.parse(session, "added in last 1 day")
        ids[session.one_company.id] = segments.create(session, "Today", rule=rule).id
    viewer = Actor("eve", "Eve", Role.VIEWER, two_companies.other.one_company.id, "test")
    with unwritable(two_companies.both):
        clock(NOON + timedelta(hours=4))  # one in the morning in Tokyo
        every = segments.find(two_companies.both, segments.SegmentQuery())
        assert {segment.company: segment.contacts for segment in every} == {"Main": 1, "Other": 0}
        assert len(matching(two_companies.both, "segment = Today")) == 1
        assert segments.find(replace(two_companies.other, actor=viewer), segments.SegmentQuery())[0].contacts == 0
        clock(NOON + timedelta(hours=13))
        assert matching(two_companies.both, "segment = Today") == set()
        assert [segment.contacts for segment in segments.find(two_companies.both, segments.SegmentQuery())] == [0, 0]


def test_the_forecast_of_a_campaign_is_of_now(session: Session, clock: Clock) -> None:
    ids = filled(session, clock)
    planned = draft(session, ids["Fixed"], excluded=[ids["Week"]])
    of_week = draft(session, ids["Week"], name="Of the week")
    of_both = draft(session, ids["Week"], name="Of both", further=[ids["Fixed"], ids["Today"]])
    with unwritable(session):
        clock(NOON + timedelta(days=40))
        assert campaigns.forecast(session, of_both.id).total == 3
        table = frequency(session, ContactQuery(ids["Week"], other_segments=(ids["Fixed"],)), "segment")
        assert {line.value: line.contacts for line in table.lines} == {"Fixed": 3, "Old": 3, "Nested": 3, "Fair": 1}
        assert campaigns.forecast(session, planned.id).callable == 3
        assert campaigns.forecast(session, of_week.id).callable == 0


def test_nothing_more_is_read_where_nothing_is_due(session: Session, clock: Clock) -> None:
    filled(session, clock)
    with session.read() as tx:
        assert tx.stale_rules is None
    with unwritable(session), session.read() as tx:
        assert tx.stale_rules is None
    with unwritable(session):
        clock(NOON + timedelta(days=1))
        with session.read() as tx:
            assert tx.stale_rules is not None
    clock(NOON + timedelta(days=1, seconds=6))
    with session.read() as tx:
        assert tx.stale_rules is None


def test_a_member_that_stays_keeps_the_day_it_joined(session: Session, clock: Clock) -> None:
    ids = filled(session, clock)
    with session.read() as tx:
        query = select(memberships.c.contact_id, memberships.c.added_at).where(
            tx.scope(memberships), memberships.c.segment_id == ids["Week"]
        )
        before = {row[0]: row[1] for row in tx.execute(query)}
    with unwritable(session):
        clock(NOON + timedelta(days=1))
        with session.read() as tx:
            after = {row[0]: row[1] for row in tx.execute(query)}
    assert after.items() < before.items()
