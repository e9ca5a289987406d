"""Deleting a large segment: gone at once, its memberships in slices, and nothing shows what is still left of it."""

import io
import threading

import pytest
from sqlalchemy import func, select

from segtui.database import schema
from segtui.database.tables.core_tables import memberships as table
from segtui.domain.criteria.tree import Comparison
from segtui.domain.vocabulary import Role
from segtui.errors import Cancelled, NotFound
from segtui.services import imports
from segtui.services.accounts import companies
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.exports import exports
from segtui.services.imports import Destination, ImportRequest
from segtui.services.interrupt import Interrupt
from segtui.services.maintenance import maintenance
from segtui.services.segments import purge, segments
from segtui.services.segments.segments import SegmentQuery
from segtui.services.session import Actor, Session
from tests.conftest import TwoCompanies

NONE = ContactQuery(criteria=Comparison("segment", "is blank"))


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a segment of four be large, and a slice hold three."""
    monkeypatch.setattr(purge, "AT_ONCE", 3)
    monkeypatch.setattr(purge, "SLICE", 3)


@pytest.fixture
def ids(session: Session) -> list[int]:
    return [contacts.add(session, {"email": f"{n}@example.com"}).id for n in range(8)]


def _left(session: Session) -> int:
    """Return how many rows there are, whatever shows of them."""
    with session.read() as tx:
        return int(tx.execute(select(func.count()).select_from(table).where(tx.whole_scope(table))).scalar_one())


def _found(session: Session, query: ContactQuery) -> list[int]:
    return sorted(contacts.listing(session, query).ids())


def test_a_large_segment_goes_at_once_and_its_memberships_after_it(session: Session, ids: list[int]) -> None:
    segment, added = segments.create_with(session, "Leads", ids)
    other, _ = segments.create_with(session, "Others", ids[:2])
    assert added == 8
    assert segments.delete(session, segment.id, sweep=False).contacts == 8
    assert _left(session) == 10
    assert purge.sweep(session) == 8
    assert (_left(session), purge.sweep(session)) == (2, 0)
    assert segments.get(session, other.id).contacts == 2
    assert contacts.total(session) == 8
    assert maintenance.check(session.database) == []


def test_nothing_shows_what_a_deleted_segment_left(session: Session, ids: list[int]) -> None:
    segment, _ = segments.create_with(session, "Leads", ids)
    segments.delete(session, segment.id, sweep=False)
    assert segments.find(session, SegmentQuery(archived=True)) == []
    assert list(segments.listing(session, SegmentQuery()).ids()) == []
    assert segments.total(session, archived=True) == 0
    assert segments.listing(session, SegmentQuery()).belonging([segment.id]) == set()
    assert contacts.segments_of(session, ids[0]) == []
    assert _found(session, NONE) == ids
    for small in (True, False):
        query = ContactQuery(segment.id, search="" if small else "example")
        assert _found(session, query) == []
        assert contacts.listing(session, query).first(5) == []
        assert contacts.listing(session, query).belonging(ids) == set()
        assert exports.export(session, query, io.BytesIO()) == 0
    assert contacts.total(session, segment.id) == 0
    assert [each.segments for each in companies.every(session)] == [0]
    facts = dict(maintenance.info(session.database))
    assert (facts["Segments"], facts["Memberships"]) == ("0", "0")
    for call in (
        lambda: segments.get(session, segment.id),
        lambda: segments.by_name(session, "Leads"),
        lambda: segments.edit(session, segment.id, name="New"),
        lambda: segments.archive(session, segment.id),
        lambda: segments.delete(session, segment.id),
        lambda: segments.add_contacts(session, segment.id, ids),
        lambda: segments.remove_contacts(session, segment.id, ids),
        lambda: contacts.add(session, {"email": "new@example.com"}, segment.id),
    ):
        with pytest.raises(NotFound):
            call()
    assert contacts.total(session) == 8


def test_the_name_is_free_at_once(session: Session, ids: list[int]) -> None:
    for _ in range(3):
        segment, _ = segments.create_with(session, "Leads", ids)
        segments.delete(session, segment.id, sweep=False)
    segments.check_name(session, "leads")
    again = segments.create(session, "Leads")
    other = segments.create(session, "Others")
    assert segments.edit(session, other.id, description="x").name == "Others"
    segments.delete(session, again.id, sweep=False)
    assert segments.edit(session, other.id, name="Leads").name == "Leads"
    purge.sweep(session)
    assert [each.name for each in segments.find(session, SegmentQuery())] == ["Leads"]


def test_a_contact_of_a_deleted_segment_can_be_changed_and_deleted(session: Session, ids: list[int]) -> None:
    segment, _ = segments.create_with(session, "Leads", ids)
    segments.delete(session, segment.id, sweep=False)
    contacts.edit(session, ids[0], {"city": "Oslo"})
    contacts.delete(session, ids[0])
    again, added = segments.create_with(session, "Leads", NONE)
    assert added == 7
    assert purge.sweep(session) == 7
    assert segments.get(session, again.id).contacts == 7
    assert maintenance.check(session.database) == []


def test_an_import_makes_the_segment_anew_and_both_can_be_undone(session: Session) -> None:
    text = "email\n" + "".join(f"{n}@example.com\n" for n in range(5))

    def load() -> imports.ImportResult:
        request = ImportRequest(None, io.BytesIO(text.encode()), name="a.csv", destination=Destination("Leads"))
        return imports.run(session, request)

    first = load()
    segments.delete(session, first.segment_id or 0, sweep=False)
    second = load()
    assert (second.segment_created, second.added, second.unchanged) == (True, 5, 5)
    assert second.segment_id != first.segment_id
    # Who is in the second segment only stays with the undo of the first import: it was used since.
    report = imports.undo(session, first.import_id or 0)
    assert (report.memberships_removed, report.contacts_deleted, report.segment_deleted) == (0, 0, False)
    assert imports.undo(session, second.import_id or 0).memberships_removed == 5
    purge.sweep(session)
    assert _left(session) == 0
    assert maintenance.check(session.database) == []


def test_the_undo_of_an_import_into_it_deletes_whom_it_created(session: Session) -> None:
    text = "email\n" + "".join(f"{n}@example.com\n" for n in range(5))
    request = ImportRequest(None, io.BytesIO(text.encode()), name="a.csv", destination=Destination("Leads"))
    result = imports.run(session, request)
    segments.delete(session, result.segment_id or 0, sweep=False)
    report = imports.undo(session, result.import_id or 0)
    assert (report.contacts_deleted, report.kept) == (5, ())
    purge.sweep(session)
    assert (_left(session), contacts.total(session)) == (0, 0)


def test_a_sweep_that_was_stopped_goes_on_at_the_next_opportunity(session: Session, ids: list[int]) -> None:
    segment, _ = segments.create_with(session, "Leads", ids)
    other, _ = segments.create_with(session, "Others", ids)
    segments.delete(session, segment.id, sweep=False)

    slices = purge._slices(session, Interrupt())
    assert next(slices) == 3
    slices.close()
    assert _left(session) == 13

    interrupt = Interrupt()
    interrupt.cancel()
    with pytest.raises(Cancelled):
        purge.sweep(session, interrupt)
    assert _left(session) == 13

    segments.delete(session, other.id)
    assert _left(session) == 0


@pytest.mark.parametrize("opportunity", [maintenance.check, maintenance.upgrade])
def test_looking_after_the_database_sweeps(session: Session, ids: list[int], opportunity: object) -> None:
    segment, _ = segments.create_with(session, "Leads", ids)
    segments.delete(session, segment.id, sweep=False)
    assert opportunity(session.database) in ([], (schema.HEAD, schema.HEAD))  # type: ignore[operator]  # one of two functions
    assert _left(session) == 0


def test_several_sweep_at_once_and_others_write_meanwhile(session: Session, ids: list[int]) -> None:
    for number in range(4):
        segment, _ = segments.create_with(session, f"S{number}", ids)
        segments.delete(session, segment.id, sweep=False)
    removed: list[int] = []
    threads = [threading.Thread(target=lambda: removed.append(purge.sweep(session))) for _ in range(3)]
    for thread in threads:
        thread.start()
    segments.create_with(session, "Meanwhile", ids)
    for thread in threads:
        thread.join()
    assert sum(removed) == 32
    assert _left(session) == 8
    assert maintenance.check(session.database) == []


def test_it_sweeps_only_where_one_may_write(two_companies: TwoCompanies) -> None:
    segment_of: dict[str, int] = {}
    for name, session in (("main", two_companies.main), ("other", two_companies.other)):
        ids = [contacts.add(session, {"email": f"{n}@example.com"}).id for n in range(5)]
        segment_of[name] = segments.create_with(session, "Leads", ids)[0].id
    segments.delete(two_companies.both, segment_of["main"], sweep=False)
    segments.delete(two_companies.other, segment_of["other"], sweep=False)
    company = two_companies.main.one_company
    database = two_companies.main.database
    viewer = Session(database, Actor("vera", "Vera", Role.VIEWER, company.id, "test"), company)
    member = Session(database, Actor("mo", "Mo", Role.MEMBER, company.id, "test"), company)
    assert purge.sweep(viewer) == 0
    assert purge.sweep(member) == 5
    assert (_left(two_companies.main), _left(two_companies.other)) == (0, 5)
    assert purge.sweep(two_companies.both) == 5
    assert _left(two_companies.other) == 0
