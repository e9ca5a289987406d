"""The history of segments: days, hashes and last uses are those of the changes that were made, never estimated."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select, text

from segtui.database.tables.core_tables import Id
from segtui.database.tables.core_tables import segments as segment_table
from segtui.errors import InvalidInput
from segtui.services import campaigns, imports
from segtui.services.accounts import companies
from segtui.services.campaigns import SettingsInput
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.exports import exports
from segtui.services.imports import Destination, ImportRequest
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.segments.history.members_by_day import DayOfSegment, members_by_day
from segtui.services.segments.live import member_hash
from segtui.services.session import Session
from segtui.services.undo import UndoStack
from tests.support.clock import Clock, clock_at

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the time to noon, and return what sets it."""
    return clock_at(NOON, monkeypatch)


def added(session: Session, *digits: int) -> list[int]:
    """Add contacts with these last digits of their phones and return their ids."""
    return [contacts.add(session, {"phone": f"+1602555{digit:04}", "city": "Mesa"}).id for digit in digits]


def moved(session: Session, segment_id: int) -> list[tuple[int, int, int]]:
    """Return contacts, joined and left of each recorded day."""
    return [(day.contacts, day.joined, day.left) for day in members_by_day(session, segment_id)]


def load(session: Session, segment: str | None, digits: range, **destination: str) -> int:
    """Import contacts with these last digits of their phones. Return the id of the import."""
    rows = "phone\n" + "".join(f"+1602555{digit:04}\n" for digit in digits)
    target = Destination(segment, **destination)  # type: ignore[arg-type]  # modes by name
    done = imports.run(session, ImportRequest(None, io.BytesIO(rows.encode()), name="fair.csv", destination=target))
    assert done.import_id is not None
    return done.import_id


@given(st.lists(st.integers(0, 2**62), unique=True))
def test_the_hash_of_any_ids_is_their_own_in_any_order_and_fits_the_column(ids: list[int]) -> None:
    hashes = [member_hash.hash_of(contact_id) for contact_id in ids]
    assert all(0 <= hash_ < 2**31 for hash_ in hashes)
    assert len(set(hashes)) > len(ids) - 2


def test_python_and_the_database_have_the_same_hash(session: Session) -> None:
    ids = [0, 1, 2, 2**31 - 2, 2**31 - 1, 2**31, 2**53, 2**62]
    with session.read() as tx:
        computed = [tx.execute(select(member_hash.hash_of(literal(number, Id)))).scalar_one() for number in ids]
    assert computed == [member_hash.hash_of(number) for number in ids]
    # Their numbers, sums and sums of squares are equal.
    assert sum(map(member_hash.hash_of, (1, 4, 6, 7))) != sum(map(member_hash.hash_of, (2, 3, 5, 8)))


def test_segments_with_the_same_members_have_the_same_hash(session: Session) -> None:
    ids = added(session, *range(4))
    first, second, third = (segments.create(session, name).id for name in ("A", "B", "C"))
    segments.add_contacts(session, first, ids)
    for contact_id in reversed(ids):
        segments.add_contacts(session, second, [contact_id])
    live = segments.create(session, "D", rule=expressions.parse(session, "city = Mesa")).id
    segments.add_contacts(session, third, ids[:2])

    def hashes() -> dict[int, int]:
        with session.read() as tx:
            query = select(segment_table.c.id, segment_table.c.members_hash).where(tx.scope(segment_table))
            return {row.id: row.members_hash for row in tx.execute(query)}

    assert hashes()[first] == hashes()[second] == hashes()[live] != hashes()[third]
    contacts.delete(session, ids[3])
    contacts.edit(session, ids[2], {"city": "Reno"})
    segments.remove_contacts(session, first, [ids[2]])
    assert hashes()[first] == hashes()[live] == hashes()[third] != hashes()[second]
    segments.remove_contacts(session, third, ids)
    assert hashes()[third] == member_hash.EMPTY


def test_days_are_recorded_in_the_company_s_zone_and_carried_forward(session: Session, travel: Clock) -> None:
    companies.edit(session, session.one_company.name, timezone="Pacific/Auckland")
    segment_id = segments.create(session, "Leads").id
    assert members_by_day(session, segment_id) == []
    ids = added(session, *range(6))
    travel(datetime(2026, 6, 15, 11, tzinfo=UTC))
    segments.add_contacts(session, segment_id, ids[:4])
    segments.remove_contacts(session, segment_id, ids[:1])
    travel(datetime(2026, 6, 15, 13, tzinfo=UTC))  # after midnight in Auckland
    segments.add_contacts(session, segment_id, ids[4:])
    travel(datetime(2026, 6, 18, 13, tzinfo=UTC))
    assert members_by_day(session, segment_id) == [
        DayOfSegment(date(2026, 6, 15), 3, 4, 1),
        DayOfSegment(date(2026, 6, 16), 5, 2, 0),
        *(DayOfSegment(date(2026, 6, day), 5) for day in (17, 18, 19)),
    ]
    assert members_by_day(session, segment_id, 2) == [DayOfSegment(date(2026, 6, day), 5) for day in (18, 19)]
    assert segments.get(session, segment_id).growth == (6, 1)
    travel(datetime(2026, 6, 21, 12, tzinfo=UTC))  # it is the 22nd in Auckland, and the 15th is no more than a week ago
    assert segments.get(session, segment_id).growth == (2, 0)
    # A clock that was set back writes to the last day that there is.
    travel(datetime(2026, 6, 1, tzinfo=UTC))
    segments.remove_contacts(session, segment_id, ids[4:])
    assert moved(session, segment_id)[-1] == (3, 2, 2)
    assert maintenance.check(session.database) == []
    for days in (0, 3_661):
        with pytest.raises(InvalidInput, match="1 to 3,660 days"):
            members_by_day(session, segment_id, days)


def test_an_exchange_of_contacts_is_counted_though_the_number_stays(session: Session, travel: Clock) -> None:
    load(session, "Fair", range(10))
    travel(NOON + timedelta(days=1))
    last = load(session, "Fair", range(5, 15), membership="replace")
    segment = segments.by_name(session, "Fair")
    assert moved(session, segment.id) == [(10, 10, 0), (10, 5, 5)]
    travel(NOON + timedelta(days=2))
    imports.undo(session, last)
    assert moved(session, segment.id)[-1] == (10, 5, 5)


def test_undo_and_redo_move_only_those_who_move(session: Session, travel: Clock) -> None:
    session = replace(session, history=UndoStack())
    history = session.history
    assert history is not None
    ids = added(session, *range(6))
    segment_id = segments.create_with(session, "Leads", ids[:4])[0].id
    contacts.edit(session, ids[0], {"city": "Reno"})
    travel(NOON + timedelta(days=1))
    segments.edit(session, segment_id, rule=expressions.parse(session, "city = Mesa"))
    assert moved(session, segment_id)[-1] == (5, 2, 1)
    travel(NOON + timedelta(days=2))
    history.undo_last(session)  # it is fixed again, and three of the five stay
    assert moved(session, segment_id)[-1] == (4, 1, 2)
    travel(NOON + timedelta(days=3))
    history.redo_last(session)
    assert moved(session, segment_id)[-1] == (5, 2, 1)
    assert maintenance.check(session.database) == []


def test_a_deleted_contact_left_and_a_deleted_segment_takes_its_days_along(session: Session, travel: Clock) -> None:
    ids = added(session, *range(3))
    first, second = (segments.create_with(session, name, ids)[0].id for name in ("A", "B"))
    travel(NOON + timedelta(days=1))
    contacts.delete(session, ids[0])
    assert moved(session, first) == moved(session, second) == [(3, 3, 0), (2, 0, 1)]
    segments.delete(session, first)
    with session.read() as tx:
        statement = text("SELECT DISTINCT segment_id FROM segment_days WHERE company_id = :company")
        assert list(tx.execute(statement).scalars()) == [second]


def test_launch_import_and_export_are_the_last_use(session: Session, travel: Clock) -> None:
    def used(segment_id: int) -> datetime | None:
        return segments.get(session, segment_id).used_at

    segment_id = segments.create_with(session, "Leads", added(session, 1))[0].id
    other = segments.create_with(session, "Others", added(session, 2))[0].id
    assert (used(segment_id), used(other)) == (None, None)
    exports.export(session, ContactQuery(segment_id), io.BytesIO(), "csv")
    assert (used(segment_id), used(other)) == (NOON, None)
    travel(NOON + timedelta(hours=1))
    made = campaigns.create(session, "Spring", segment_id, SettingsInput(agent="a"), further=[other])
    assert used(segment_id) == NOON
    campaigns.launch(session, made.id)
    assert used(segment_id) == used(other) == NOON + timedelta(hours=1)
    travel(NOON + timedelta(hours=2))
    load(session, "Others", range(3, 4))
    assert (used(segment_id), used(other)) == (NOON + timedelta(hours=1), NOON + timedelta(hours=2))


def test_a_name_that_an_import_made_up_is_generated_until_it_is_changed(session: Session, travel: Clock) -> None:
    load(session, None, range(1))
    load(session, "Named", range(1))
    generated = {segment.name: segment.generated for segment in segments.find(session, segments.SegmentQuery())}
    (name,) = generated.keys() - {"Named"}
    assert generated == {name: True, "Named": False}
    segment = segments.by_name(session, name)
    assert not segments.edit(session, segment.id, name="Fair").generated
    assert segments.edit(session, segment.id, name=name).generated


def test_a_check_finds_what_is_wrong(session: Session) -> None:
    first, second, third, last = (
        segments.create_with(session, name, added(session, number))[0].id for number, name in enumerate("ABCD")
    )
    with session.write() as tx:
        for statement in (
            f"UPDATE segments SET members_hash = members_hash + 1 WHERE id = {first} AND company_id = :company",
            f"UPDATE segment_days SET contacts = 9 WHERE segment_id = {second} AND company_id = :company",
            f"DELETE FROM segment_days WHERE segment_id = {third} AND company_id = :company",
            f"INSERT INTO segment_days (company_id, segment_id, day) VALUES (:company, {last}, '2000-01-01')",
            f"UPDATE segment_days SET joined = 2 WHERE segment_id = {last} AND day > '2026' AND company_id = :company",
        ):
            tx.execute(text(statement))
    problems = maintenance.check(session.database)
    today = _last_day(session, second)
    assert problems == [
        "The hash of the members of the segment “A” is wrong.",
        f"The history of the segment “B” is wrong from {today} on.",
        f"The history of the segment “D” is wrong from {today} on.",
        "The segment “C” has contacts, but no history.",
    ]


def _last_day(session: Session, segment_id: int) -> str:
    with session.read() as tx:
        statement = text("SELECT max(day) FROM segment_days WHERE company_id = :company AND segment_id = :segment")
        return str(tx.execute(statement, {"segment": segment_id}).scalar_one())
