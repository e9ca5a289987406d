"""Imports while others work: every one ends as if it had been alone, one after the other, on both databases."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from segtui.database.backends import backend
from segtui.database.engine import Database
from segtui.errors import Conflict, DatabaseBusy, InvalidInput
from segtui.services import imports
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.imports import Destination, ImportResult, Progress
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.segments.segments import SegmentQuery
from segtui.services.session import Session
from tests.conftest import TwoCompanies
from tests.support.import_model import EMAILS, FIELDS, Person, cleared, import_rows, shown, some_rows, take

Rows = list[dict[str, str]]
_MODES = st.sampled_from(["fill", "overwrite", "keep"])
_MEMBERSHIPS = st.sampled_from(["append", "replace"])
_PHASES = ("reading", "matching", "writing")


@dataclass
class _Meanwhile:
    """What somebody else does at a moment of an import: to the database, and to the model of it."""

    kind: str
    who: int = 0
    value: str = ""
    rows: Rows = field(default_factory=list)
    existing: str = "fill"
    membership: str = "append"
    done: bool = False
    refused: bool = False

    def act(self, session: Session) -> None:
        """Do it; a second call does nothing."""
        if self.done:
            return
        self.done = True
        if self.kind == "import":
            import_rows(session, self.rows, Destination("Leads", self.membership, self.existing))
        elif self.kind == "segment":
            for segment in segments.find(session, SegmentQuery()):
                segments.delete(session, segment.id)
        else:
            ids = sorted(contacts.listing(session, ContactQuery()).ids())
            try:
                if self.kind == "add":
                    contacts.add(session, {"phone": "+16025550104", "email": self.value})
                elif self.who < len(ids) and self.kind == "delete":
                    contacts.delete(session, ids[self.who])
                elif self.who < len(ids):
                    contacts.edit(session, ids[self.who], {self.kind: self.value})
            except InvalidInput:  # that e-mail identifies another contact
                self.refused = True

    def apply(self, people: list[Person]) -> None:
        """Do the same to the model."""
        if self.kind == "import":
            _take(people, self.rows, self.existing, self.membership)
        elif self.kind == "segment":
            for person in people:
                person.member = False
        elif self.kind == "add":
            people.append(Person(dict.fromkeys(FIELDS, "") | {"phone": "+16025550104", "email": self.value}))
        elif self.who < len(people) and self.kind == "delete":
            del people[self.who]
        elif self.who < len(people):
            value = {"no": ""}.get(self.value, self.value)
            people[self.who].values[self.kind] = value


def _take(people: list[Person], rows: Rows, existing: str, membership: str) -> dict[str, int]:
    if membership == "replace" and any(row["phone"] or row["email"] for row in rows):
        for person in people:
            person.member = False
    return take(people, rows, existing)


_who = st.integers(0, 5)
_meanwhile = st.one_of(
    st.builds(_Meanwhile, st.just("import"), rows=some_rows, existing=_MODES, membership=_MEMBERSHIPS),
    st.builds(_Meanwhile, st.just("phone"), _who, st.just("+16025550105")),
    st.builds(_Meanwhile, st.just("email"), _who, st.sampled_from([email for email in EMAILS if email])),
    st.builds(_Meanwhile, st.just("city"), _who, st.sampled_from(["Paris", "Oslo"])),
    st.builds(_Meanwhile, st.just("do_not_call"), _who, st.sampled_from(["yes", "no"])),
    st.builds(_Meanwhile, st.just("delete"), _who),
    st.builds(_Meanwhile, st.just("add"), value=st.sampled_from(EMAILS)),
    st.builds(_Meanwhile, st.just("segment")),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    earlier=some_rows,
    rows=some_rows,
    existing=_MODES,
    membership=_MEMBERSHIPS,
    meanwhile=_meanwhile,
    phase=st.sampled_from(_PHASES),
)
def test_what_others_do_meanwhile_counts_as_done_before(
    session: Session, earlier: Rows, rows: Rows, existing: str, membership: str, meanwhile: _Meanwhile, phase: str
) -> None:
    cleared(session)
    people: list[Person] = []
    take(people, earlier, "fill")
    import_rows(session, earlier, Destination("Leads"))

    def act(progress: Progress) -> None:
        if progress.phase == phase:
            meanwhile.act(session)

    meanwhile.done = meanwhile.refused = False
    result = import_rows(session, rows, Destination("Leads", membership, existing), progress=act)

    if meanwhile.done and not meanwhile.refused:
        meanwhile.apply(people)
    expected = _take(people, rows, existing, membership)
    if sum(expected.values()) > expected["rejected"]:
        assert {name: getattr(result, name) for name in expected} == expected
        assert result.segment_contacts == sum(person.member for person in people)
    assert shown(session) == [person.values for person in people]
    members = sum(segment.contacts for segment in segments.find(session, SegmentQuery()))
    assert members == sum(person.member for person in people)
    assert maintenance.check(session.database) == []


def test_a_segment_that_was_archived_meanwhile_is_not_filled(session: Session) -> None:
    import_rows(session, _people(0, 2, "Oslo"), Destination("Leads"))

    def archive(progress: Progress) -> None:
        if progress.phase == "writing":
            segments.archive(session, segments.find(session, SegmentQuery())[0].id)

    with pytest.raises(Conflict, match="archived"):
        import_rows(session, _people(2, 4, "Rome"), Destination("Leads"), progress=archive)
    assert contacts.total(session) == 2
    assert [record.status for record in imports.every(session)] == ["failed", "completed"]


def _people(start: int, stop: int, city: str) -> Rows:
    return [dict.fromkeys(FIELDS, "") | {"phone": f"+1602555{at:04}", "city": city} for at in range(start, stop)]


def _at_once(*tasks: Callable[[], ImportResult]) -> list[ImportResult]:
    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result(60) for future in [pool.submit(task) for task in tasks]]


def test_two_imports_at_once_both_end_right(session: Session) -> None:
    both_are_about_to_write = threading.Barrier(2, timeout=60)

    def wait(progress: Progress) -> None:
        if progress.phase == "writing":
            both_are_about_to_write.wait()

    def load(rows: Rows) -> ImportResult:
        return import_rows(session, rows, Destination("Leads", existing="fill"), progress=wait)

    # So many that they are read as whole columns.
    one, other = _at_once(lambda: load(_people(0, 600, "Oslo")), lambda: load(_people(300, 900, "Rome")))

    assert {one.created, other.created} == {600, 300}
    assert {one.unchanged, other.unchanged} == {0, 300}
    assert {one.added, other.added} == {600, 300}
    assert {one.segment_created, other.segment_created} == {True, False}
    (segment,) = segments.find(session, SegmentQuery())
    assert segment.contacts == contacts.total(session) == 900
    cities = [person["city"] for person in shown(session)]
    assert sorted((cities.count("Oslo"), cities.count("Rome"))) == [300, 600]
    assert maintenance.check(session.database) == []


def test_edits_while_an_import_overwrites_are_not_lost(session: Session) -> None:
    import_rows(session, _people(0, 400, "Oslo"), Destination("Leads"))
    edited = sorted(contacts.listing(session, ContactQuery()).ids())[7]
    done = threading.Event()

    def edit() -> int:
        number = 0
        while not done.is_set():
            number += 1
            contacts.edit(session, edited, {"job_title": f"No. {number}"})
        return number

    with ThreadPoolExecutor(1) as pool:
        edits = pool.submit(edit)
        try:
            result = import_rows(session, _people(0, 400, "Rome"), Destination("Leads", existing="overwrite"))
        finally:
            done.set()
        last = edits.result(60)

    assert (result.updated, result.created) == (400, 0)
    person = contacts.get(session, edited)
    assert (person.city, person.job_title) == ("Rome", f"No. {last}")
    assert maintenance.check(session.database) == []


@pytest.fixture
def impatient(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait longer than a moment for a database that is locked."""
    monkeypatch.setattr(backend, "BUSY_SECONDS", 1)
    monkeypatch.setattr("segtui.database.backends.postgresql.BUSY_SECONDS", 1)
    if database.backend.name == "sqlite":
        event.listen(database.engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout = 300"))
        database.engine.dispose()


@pytest.mark.usefixtures("impatient")
def test_a_database_that_stays_locked_is_an_import_that_did_not_happen(session: Session) -> None:
    with session.write(), pytest.raises(DatabaseBusy, match="nothing was changed"):
        import_rows(replace(session, patience=0.5), _people(0, 3, "Oslo"), Destination("Leads"))
    assert (contacts.total(session), segments.total(session)) == (0, 0)
    assert import_rows(session, _people(0, 3, "Oslo"), Destination("Leads")).created == 3


def test_an_import_waits_for_whoever_writes_before_it(session: Session) -> None:
    writing, waiting = threading.Event(), threading.Event()

    def hold() -> None:
        with session.write():
            writing.set()
            waiting.wait(60)

    def tell(progress: Progress) -> None:
        if progress.phase == "writing":
            threading.Timer(0.2, waiting.set).start()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        assert writing.wait(60)
        result = import_rows(session, _people(0, 3, "Oslo"), Destination("Leads"), progress=tell)
        holding.result(60)
    assert result.created == contacts.total(session) == 3


def test_ids_that_another_company_took_before_the_lock_are_given_once(two_companies: TwoCompanies) -> None:
    database = two_companies.main.database
    others = [True]

    def before_the_lock(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if ("BEGIN IMMEDIATE" in statement or "FOR NO KEY UPDATE" in statement) and others:
            others.clear()
            assert import_rows(two_companies.other, _people(0, 5, "Leeds"), Destination("Theirs")).created == 5

    event.listen(database.engine, "before_cursor_execute", before_the_lock)
    try:
        result = import_rows(two_companies.main, _people(0, 7, "Oslo"), Destination("Ours"))
    finally:
        event.remove(database.engine, "before_cursor_execute", before_the_lock)

    assert (result.created, result.added) == (7, 7)
    ours, theirs = ([*contacts.listing(one, ContactQuery()).ids()] for one in (two_companies.main, two_companies.other))
    assert (len(ours), len(theirs), len({*ours, *theirs})) == (7, 5, 12)
    cities = [contacts.get(two_companies.main, contact_id).city for contact_id in ours]
    assert cities == ["Oslo"] * 7
    assert maintenance.check(database) == []
