"""Frequency tables and the segments that are made of them, as ratios to statements written by hand.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_frequency.py`. The file has 60 sources, a
custom field and days; the sizes are those in `SEGTUI_BENCH_SIZES`, on both systems.
"""

import io
import time
from collections.abc import Callable
from typing import Any, Final

import pytest
from sqlalchemy import func, insert, literal, select, text

from segtui.database.engine import Database
from segtui.database.tables.core_tables import Id, contacts, memberships
from segtui.services import imports
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria.frequency import MAX_LINES, frequency
from segtui.services.imports import Destination, ImportRequest
from segtui.services.segments import segments, segments_by
from segtui.services.segments.segments_by import SegmentsBy
from segtui.services.session import Session, now, open_session
from tests.benchmarks import databases
from tests.benchmarks.harness import goal

pytestmark = pytest.mark.benchmark

_ROUNDS: Final = 5
_SOURCES: Final = 60
_SEGMENTS: Final = 50
_CALLABLE: Final = "sum(CASE WHEN phone IS NOT NULL AND do_not_call = 0 THEN 1 ELSE 0 END)"
# The field, and its expression by hand, on SQLite and on PostgreSQL.
_FIELDS: Final = (
    ("source", "source", "source"),
    ("custom.plan", "json_extract(custom_fields, '$.Plan')", "custom_fields::json ->> 'Plan'"),
    ("added", "created_at / 86400000000", "created_at / 86400000000"),
)


def _session(make: Callable[[], Database], size: int) -> Session:
    session = open_session(make(), source="benchmark")
    lines = ["Phone,First Name,Last Name,Lead Source,State,City,Plan"]
    lines += [
        f"602{2_000_000 + number:07},Ann,Person {number},Source {number % _SOURCES},S{number % 40},"
        f"City {number % 300},Plan {number % 7}"
        for number in range(size)
    ]
    request = ImportRequest(
        None, io.BytesIO("\n".join(lines).encode()), name="a.csv", destination=Destination("Everybody")
    )
    imports.run(session, request)
    return session


@pytest.mark.parametrize("size", databases.sizes())
def test_the_first_lines_of_a_table(make: Callable[[], Database], size: int) -> None:
    session = _session(make, size)
    is_sqlite = session.database.backend.name == "sqlite"
    print()
    for field, on_sqlite, on_postgresql in _FIELDS:
        expression = on_sqlite if is_sqlite else on_postgresql
        by_hand = text(
            f"SELECT {expression} AS value, count(*), {_CALLABLE} FROM contacts WHERE company_id = :company"
            " GROUP BY 1 ORDER BY 2 DESC"
        )
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(_ROUNDS):
            began = time.perf_counter()
            table = frequency(session, ContactQuery(), field, limit=MAX_LINES)
            ours.append(time.perf_counter() - began)
            began = time.perf_counter()
            with session.read() as tx:
                rows = tx.execute(by_hand).all()
            theirs.append(time.perf_counter() - began)
            assert sum(row[1] for row in rows) == table.contacts == size
        title = f"frequency table of {field} of {size:,}, {session.database.backend.name}"
        print(f"{title}: {min(ours) * 1000:.0f} ms, by hand {min(theirs) * 1000:.0f} ms")
        goal(title, min(ours) / min(theirs), 1.3)


@pytest.mark.parametrize("size", databases.sizes())
def test_fifty_segments(make: Callable[[], Database], size: int) -> None:
    session = _session(make, size)
    query = ContactQuery()
    lines = frequency(session, query, "source").lines[:_SEGMENTS]
    began = time.perf_counter()
    made = segments_by.segments_from(session, SegmentsBy(query, lines, "{value}"))
    ours = time.perf_counter() - began
    assert sum(segment.contacts for segment in made) == sum(line.contacts for line in lines)
    empty = [segments.create(session, f"By hand {number}").id for number in range(_SEGMENTS)]
    began = time.perf_counter()
    with session.database.engine.connect() as connection:
        connection.execution_options(writes=True, company=session.one_company.id)
        with connection.begin():
            for segment_id, line in zip(empty, lines, strict=True):
                _fill_by_hand(connection, session.one_company.id, segment_id, str(line.value))
    theirs = time.perf_counter() - began
    title = f"{_SEGMENTS} segments from {size:,}, {session.database.backend.name}"
    print(f"\n{title}: {ours:.2f} s, by hand {theirs:.2f} s")
    goal(title, ours / theirs, 1.5)


def _fill_by_hand(connection: Any, company_id: int, segment_id: int, source: str) -> None:
    matching = (contacts.c.company_id == company_id, contacts.c.source == source)
    rows = select(contacts.c.company_id, literal(segment_id, Id), contacts.c.id, literal(now(), Id)).where(*matching)
    names = ["company_id", "segment_id", "contact_id", "added_at"]
    connection.execute(insert(memberships).from_select(names, rows), {"company": company_id})
    count = select(func.count()).select_from(memberships)
    inside = (memberships.c.company_id == company_id, memberships.c.segment_id == segment_id)
    connection.execute(count.where(*inside), {"company": company_id})
