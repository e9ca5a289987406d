"""Splits of a segment, as ratios to the INSERT … SELECT written by hand.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_splitting.py`. Every figure is of databases of
its own, of the sizes in `SEGTUI_BENCH_SIZES`, on both systems.
"""

import io
import time
from collections.abc import Callable
from typing import Final

import pytest
from sqlalchemy import func, insert, literal, select

from segtui.database.engine import Database
from segtui.database.tables.core_tables import memberships
from segtui.database.tables.table_parts import Id
from segtui.services import imports
from segtui.services.imports import Destination, ImportRequest
from segtui.services.segments import segments, splitting
from segtui.services.segments.partition import SplitWay
from segtui.services.session import Session, open_session
from tests.benchmarks import databases
from tests.benchmarks.harness import goal

pytestmark = pytest.mark.benchmark

_PARTS: Final = 4
_WAYS: Final = (
    (SplitWay("into", _PARTS), 2.0),
    (SplitWay("random", _PARTS), 6.0),
    (SplitWay("by", field="state"), 4.0),
)


@pytest.mark.parametrize("size", databases.sizes())
def test_splits(make: Callable[[], Database], size: int) -> None:
    session = open_session(make(), source="benchmark")
    lines = ["Phone,First Name,State"]
    lines += [f"602{2_000_000 + number:07},Ann,S{number % _PARTS}" for number in range(size)]
    data = io.BytesIO("\n".join(lines).encode())
    imports.run(session, ImportRequest(None, data, name="a.csv", destination=Destination("Everybody")))
    segment_id = segments.by_name(session, "Everybody").id
    by_hand = _by_hand(session, segment_id, size)
    for way, most in _WAYS:
        began = time.perf_counter()
        made = splitting.split(session, segment_id, way)
        ours = time.perf_counter() - began
        assert sum(segment.contacts for segment in made) == size
        for segment in made:
            segments.delete(session, segment.id)
        title = f"split of {size:,} into {_PARTS}, {way.kind}, {session.database.backend.name}"
        print(f"\n{title}: {ours * 1000:,.0f} ms, by hand {by_hand * 1000:,.0f} ms")
        goal(title, ours / by_hand, most)


def _by_hand(session: Session, segment_id: int, size: int) -> float:
    """Return the seconds of inserting the rows of four ranges of row numbers into empty segments."""
    targets = [segments.create(session, f"By hand {number}").id for number in range(_PARTS)]
    number = func.row_number().over(order_by=memberships.c.contact_id)
    began = time.perf_counter()
    with session.write() as tx:
        of_segment = (tx.scope(memberships), memberships.c.segment_id == segment_id)
        numbered = select(memberships.c.contact_id, number.label("number")).where(*of_segment).subquery()
        last = [size * part // _PARTS for part in range(1, _PARTS)]
        edges = select(numbered.c.contact_id).where(numbered.c.number.in_(last)).order_by(numbered.c.contact_id)
        cuts = [0, *tx.execute(edges).scalars(), 2**62]
        for part, target in enumerate(targets):
            rows = select(
                literal(session.one_company.id, Id), literal(target, Id), memberships.c.contact_id, literal(0, Id)
            ).where(*of_segment, memberships.c.contact_id > cuts[part], memberships.c.contact_id <= cuts[part + 1])
            names = ["company_id", "segment_id", "contact_id", "added_at"]
            tx.execute(insert(memberships).from_select(names, rows))
            tx.upkeep.joined(target, (tx.scope(memberships)) & (memberships.c.segment_id == target))
    return time.perf_counter() - began
