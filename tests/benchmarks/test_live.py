"""Live segments, as ratios to the same work without them, or to the best statements written by hand.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_live.py`. Every figure is of databases of its
own, of the sizes in `SEGTUI_BENCH_SIZES`, on both systems.
"""

import io
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, insert, literal, select

from segtui.database.engine import Database
from segtui.database.tables.core_tables import Id, contacts, memberships
from segtui.database.tables.core_tables import segments as segment_table
from segtui.domain.search_terms import segment_text
from segtui.services import imports
from segtui.services.contacts import contacts as contact_service
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.imports import Destination, ImportRequest
from segtui.services.segments import segments
from segtui.services.segments.segments import SegmentQuery
from segtui.services.session import Session, now, open_session, stored
from tests.benchmarks import databases
from tests.benchmarks.harness import goal

pytestmark = pytest.mark.benchmark

_ROUNDS = 3
_SOURCES = ("Web", "Fair", "Referral", "Partner", "Call", "Shop", "Mail", "Friend", "Show", "Book")
_STATES = ("AZ", "CA", "NV", "NY", "TX", "OR", "WA", "FL", "MA", "UT")


def _file(size: int) -> bytes:
    lines = ["Phone,First Name,Last Name,Lead Source,State,City,Plan"]
    lines += [
        f"602{2_000_000 + number:07},Ann,Person {number},{_SOURCES[number % 10]},{_STATES[number // 10 % 10]},"
        f"City {number % 300},Plan {number % 7}"
        for number in range(size)
    ]
    return "\n".join(lines).encode()


def _import(session: Session, data: bytes) -> float:
    request = ImportRequest(None, io.BytesIO(data), name="a.csv", destination=Destination("Everybody"))
    began = time.perf_counter()
    imports.run(session, request)
    return time.perf_counter() - began


def _rules(count: int) -> list[str]:
    """Return rules of several kinds, each of a few hundredths of all contacts."""
    kinds = (
        "source = {0} and state = {1}",
        "source = {0} and city = “City {2}”",
        "state = {1} and do_not_call = no and last_name ~ 7{3}",
        "custom.plan = “Plan {3}” and source = {0} and state in ({1}, {4})",
    )
    return [
        kinds[number % 4]
        .format(_SOURCES[number % 10], _STATES[number // 3 % 10], number, number % 7, _STATES[number % 9])
        .replace("“", '"')
        .replace("”", '"')
        for number in range(count)
    ]


def _make_live(session: Session, texts: list[str]) -> None:
    for number, text in enumerate(texts):
        segments.create(session, f"Live {number}", rule=expressions.parse(session, text))


@contextmanager
def _timed(seconds: list[float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds.append(time.perf_counter() - began)


@pytest.mark.parametrize("size", databases.sizes())
def test_an_import_with_twenty_live_segments(make: Callable[[], Database], size: int) -> None:
    data, ratios = _file(size), []
    with_, without = [], []
    for _ in range(_ROUNDS):
        database = make()
        session = open_session(database, source="benchmark")
        without.append(_import(session, data))
        database = make()
        session = open_session(database, source="benchmark")
        contact_service.add(session, {"phone": "+12125550100", "custom.plan": "None"})
        _make_live(session, _rules(20))
        with_.append(_import(session, data))
        ratios.append(with_[-1] / without[-1])
        members = sum(each.contacts for each in segments.find(session, SegmentQuery()) if each.live)
    title = f"import of {size:,} with 20 live segments, {database.backend.name}"
    print(
        f"\n{title}: {statistics.median(with_):.1f} s, without {statistics.median(without):.1f} s, {members:,} members"
    )
    goal(title, statistics.median(ratios), 1.2)


@pytest.mark.parametrize("size", databases.sizes())
def test_one_edit_with_a_hundred_live_segments(make: Callable[[], Database], size: int) -> None:
    session = open_session(make(), source="benchmark")
    _import(session, _file(size))
    ids = contact_service.listing(session, ContactQuery()).ids()

    def edits(turn: int) -> list[float]:
        seconds: list[float] = []
        for number in range(60):
            places = {"source": _SOURCES[(number + turn) % 10], "state": _STATES[(number + turn) % 7]}
            values = places | {"city": f"City {number + turn}"}
            with _timed(seconds):
                contact_service.edit(session, ids[number], values)
        return seconds[10:]

    before = statistics.median(edits(1))
    _make_live(session, _rules(100))
    after = statistics.median(edits(2))
    title = f"one edit among {size:,} with 100 live segments, {session.database.backend.name}"
    print(f"\n{title}: {after * 1000:.1f} ms, without {before * 1000:.1f} ms")
    goal(title, (after - before) * 1000, 5, " ms more")


@pytest.mark.parametrize("size", databases.sizes())
def test_a_rule_that_moves_half_of_all(make: Callable[[], Database], size: int) -> None:
    session = open_session(make(), source="benchmark")
    _import(session, _file(size))
    first, second = (
        expressions.parse(session, f"source in ({', '.join(_SOURCES[start : start + 5])})") for start in (0, 5)
    )
    live = segments.create(session, "Live", rule=first)
    by_hand = segments.create(session, "By hand", rule=first)
    segments.freeze(session, by_hand.id)
    ours: list[float] = []
    theirs: list[float] = []
    for tree, sources in ((second, _SOURCES[5:]), (first, _SOURCES[:5])) * 2:
        with _timed(ours):
            assert segments.edit(session, live.id, rule=tree).contacts == size // 2
        with _timed(theirs), session.database.engine.connect() as connection:
            connection.execution_options(writes=True, company=session.one_company.id)
            with connection.begin():
                inside = (memberships.c.company_id == session.one_company.id, memberships.c.segment_id == by_hand.id)
                satisfying = select(contacts.c.id).where(
                    contacts.c.company_id == session.one_company.id, contacts.c.source.in_(sources)
                )
                connection.execute(delete(memberships).where(*inside, memberships.c.contact_id.not_in(satisfying)))
                rows = select(contacts.c.company_id, literal(by_hand.id, Id), contacts.c.id, literal(now(), Id)).where(
                    contacts.c.company_id == session.one_company.id,
                    contacts.c.source.in_(sources),
                    contacts.c.id.not_in(select(memberships.c.contact_id).where(*inside)),
                )
                names = ["company_id", "segment_id", "contact_id", "added_at"]
                connection.execute(insert(memberships).from_select(names, rows.order_by(contacts.c.id)))
                count = select(func.count()).select_from(memberships).where(*inside)
                assert connection.execute(count).scalar_one() == size // 2
    ratio = statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))
    title = f"a rule that moves {size // 2:,} in and as many out, {session.database.backend.name}"
    print(f"\n{title}: {statistics.median(ours):.2f} s, by hand {statistics.median(theirs):.2f} s")
    goal(title, ratio, 1.5)


@pytest.mark.parametrize("size", databases.sizes())
def test_the_first_list_after_midnight(
    make: Callable[[], Database], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_session(make(), source="benchmark")
    _import(session, _file(size))
    present = datetime.now(UTC)
    with session.write() as tx:  # as if they had come over two years
        age = contacts.c.id % 730 * 86_400_000_000
        spread = contacts.update().where(tx.scope(contacts)).values(created_at=stored(present) - age)
        tx.execute(spread)
        rows = [
            {"name": f"Fixed {number}", "name_key": f"fixed {number}", "sort_key": f"fixed {number}"}
            | {"company_id": tx.company_id, "search": segment_text(f"Fixed {number}", ""), "created_at": 1}
            | {"updated_at": 1}
            for number in range(4_500)
        ]
        tx.execute(insert(segment_table), rows)
        tx.upkeep.before_change(tx.scope(contacts), ("created_at",))
    days = (1, 7, 14, 30, 60, 90, 180, 365)
    texts = [
        f"added in last {days[number % 8]} days and source = {_SOURCES[number % 10]} and state = {_STATES[number % 9]}"
        for number in range(500)
    ]
    _make_live(session, texts)
    seconds: list[float] = []
    for later in (0, 1, 1, 2, 2):
        moment = present + timedelta(days=later)
        monkeypatch.setattr(time, "time_ns", lambda moment=moment: stored(moment) * 1_000)
        with _timed(seconds):
            segments.listing(session, SegmentQuery()).first(50)
    title = f"a list of 5,000 segments, 500 live, {size:,} contacts, {session.database.backend.name}"
    print(
        f"\n{title}: before midnight {seconds[0]:.3f} s, the first after it {seconds[1]:.3f} s and {seconds[3]:.3f} s"
    )
    goal(f"first reader of {title}", max(seconds[1], seconds[3]), 1, " s")
    goal(f"next reader of {title}", seconds[4] / seconds[0], 1.2)
