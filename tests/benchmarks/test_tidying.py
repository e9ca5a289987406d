"""Tidying as ratios to the statement that counts the members of every segment, and in seconds.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_tidying.py`. Of `SEGTUI_BENCH_SIZES`, each is
the number of contacts and of memberships. One segment in twenty lies inside another, and one in a hundred is a twin.
"""

import io
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from segtui.database.engine import Database, open_database
from segtui.database.tables.core_tables import memberships
from segtui.services import imports
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.imports import Destination, ImportRequest
from segtui.services.segments import segment_batches, tidying
from segtui.services.segments.segment_batches import MAX_SEGMENTS, NewSegment
from segtui.services.session import Session, open_session
from tests.benchmarks import databases
from tests.benchmarks.harness import goal

pytestmark = pytest.mark.benchmark

_ROUNDS = 3
_PER_SEGMENT = 100
"""Contacts for each segment."""


@pytest.fixture(params=databases.backends())
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Yield an empty open database."""
    if request.param == "sqlite":
        database = open_database(tmp_path / "tidy.db")
        yield database
        database.close()
        return
    with request.getfixturevalue("postgresql_databases").fresh() as url:
        database = open_database(url)
        yield database
        database.close()


def _members(ids: Sequence[int], count: int) -> list[list[int]]:
    """Return the members of `count` segments: one in five of all, many of any size, parts of others, and twins."""
    chooser = random.Random(7)  # the same in every run
    families = [chooser.sample(ids, len(ids) // 5)]
    left = len(ids) - len(families[0])
    while len(families) < count * 94 // 100:
        size = max(1, round(chooser.paretovariate(1.2) * left / (count - len(families)) / 6))
        size = min(size, max(1, left // 4))
        families.append(chooser.sample(ids, size))
        left -= size
    while len(families) < count * 99 // 100:
        whole = chooser.choice(families)
        families.append(chooser.sample(whole, max(1, len(whole) // 2)))
    while len(families) < count:
        families.append(chooser.choice(families))
    return families


def _fill(session: Session, size: int) -> None:
    lines = ["phone\n", *(f"+1602{number:07}\n" for number in range(2_000_000, 2_000_000 + size))]
    request = ImportRequest(
        None, io.BytesIO("".join(lines).encode()), name="all.csv", destination=Destination("All of the file")
    )
    imports.run(session, request)
    ids = contacts.listing(session, ContactQuery()).ids()
    families = _members(ids, max(size // _PER_SEGMENT, 10))
    for first in range(0, len(families), MAX_SEGMENTS):
        part = families[first : first + MAX_SEGMENTS]
        new = [NewSegment(f"Segment {first + number}", members=members) for number, members in enumerate(part)]
        segment_batches.create_many(session, lambda _, new=new: new, "made")  # type: ignore[misc]  # the present list


def _timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


@pytest.mark.parametrize("size", databases.sizes())
def test_findings_over_many_segments(database: Database, size: int) -> None:
    session = open_session(database, source="benchmark")
    _fill(session, size)

    def count() -> object:
        with session.read() as tx:
            query = select(memberships.c.segment_id, func.count()).where(tx.scope(memberships))
            return tx.execute(query.group_by(memberships.c.segment_id)).all()

    ours, reference = [], []
    for _ in range(_ROUNDS):
        reference.append(_timed(count))
        ours.append(_timed(lambda: tidying.findings(session)))
    rows = tidying.findings(session)
    title = f"tidying {size // _PER_SEGMENT:,} segments and {size:,} contacts, {database.backend.name}"
    print(
        f"\n{title}: {statistics.median(ours):.2f} s for {len(rows):,} findings, "
        f"{statistics.median(ours) / statistics.median(reference):.1f}x of counting all members"
    )
    goal(title, statistics.median(ours), 2, " s")
