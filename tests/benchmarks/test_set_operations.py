"""Overlaps of segments, as ratios to the best statements written by hand.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_set_operations.py`.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import bindparam, case, func, select

from segtui.database.tables.core_tables import memberships
from segtui.services.segments import segments, set_operations
from segtui.services.segments.segments import SegmentQuery
from segtui.services.session import Session, open_session
from tests.benchmarks.databases import EVERYBODY, LARGE, Sample
from tests.benchmarks.harness import goal

pytestmark = pytest.mark.benchmark

_ROUNDS = 5
_SEGMENTS = 20


def test_overlaps(samples: list[Sample]) -> None:
    for sample in samples:
        with sample.opened() as database:
            session = open_session(database, source="benchmark")
            two = [segments.by_name(session, name).id for name in (EVERYBODY, LARGE)]
            largest = segments.find(session, SegmentQuery(sort="contacts", descending=True))[:_SEGMENTS]
            many = [segment.id for segment in largest]
            _measure(session, f"overlap of two segments, {sample.title}", two, _joined, 1.5)
            _measure(session, f"overlap of {_SEGMENTS} segments, {sample.title}", many, _grouped, 1.0)


def _measure(
    session: Session, title: str, segment_ids: list[int], by_hand: Callable[[Session, list[int]], Any], most: float
) -> None:
    times, references = [], []
    for _ in range(_ROUNDS):
        seconds, overlap = _timed(lambda: set_operations.overlap(session, segment_ids))
        times.append(seconds)
        seconds, union = _timed(lambda: by_hand(session, segment_ids))
        references.append(seconds)
        assert overlap.union == union
    ours, reference = statistics.median(times), statistics.median(references)
    print(f"\n{title}: {ours * 1000:,.0f} ms, by hand {reference * 1000:,.0f} ms")
    goal(title, ours / reference, most)


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def _joined(session: Session, segment_ids: list[int]) -> int:
    """Return the size of the union of two segments: a count of each, and of those that are in both."""
    first, second = segment_ids
    one, other = memberships.alias(), memberships.alias()
    both = (
        select(func.count())
        .join_from(one, other, (other.c.company_id == one.c.company_id) & (other.c.contact_id == one.c.contact_id))
        .where(one.c.company_id == bindparam("company"), one.c.segment_id == first, other.c.segment_id == second)
    )
    size = select(func.count()).select_from(memberships).where(memberships.c.company_id == bindparam("company"))
    with session.read() as tx:
        sizes = [tx.execute(size.where(memberships.c.segment_id == key)).scalar_one() for key in segment_ids]
        return int(sum(sizes) - tx.execute(both).scalar_one())


def _grouped(session: Session, segment_ids: list[int]) -> int:
    """Return the size of the union: every combination of segments with its number of contacts gives all overlaps."""
    bits = case({key: 1 << position for position, key in enumerate(segment_ids)}, value=memberships.c.segment_id)
    of_contact = (
        select(memberships.c.contact_id, func.sum(bits).label("bits"))
        .where(memberships.c.company_id == bindparam("company"), memberships.c.segment_id.in_(segment_ids))
        .group_by(memberships.c.contact_id)
        .subquery()
    )
    with session.read() as tx:
        rows = tx.execute(select(of_contact.c.bits, func.count()).group_by(of_contact.c.bits))
        return sum(count for _, count in rows)
