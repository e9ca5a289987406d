"""What a service alone takes for a search or an order, without any terminal: where a slow key comes from.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_services.py`. Milliseconds of processor time on
SQLite, which runs in this process; by the clock on PostgreSQL, which does not.
"""

import time
from collections.abc import Callable, Sequence

import pytest

from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import ContactQuery
from segtui.services.session import open_session
from tests.benchmarks.databases import Sample
from tests.benchmarks.harness import p95
from tests.benchmarks.session import PLACES, Place, truth
from tests.benchmarks.test_search import TYPED

pytestmark = pytest.mark.benchmark

_SORTS = ("name", "phone", "email", "added", "organization", "city", "state", "source", "status")
_SCREENFUL = 50


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.title)
def test_searches_and_orders(samples: list[Sample], place: Place) -> None:
    print()
    for sample in samples:
        with truth(sample) as right:
            searches = [
                right.query(place, search=word[: length + 1], sort=sort, descending=down)
                for word in TYPED
                for length in range(len(word))
                for sort, down in (("name", False), ("phone", True))
                if sort == "name" or length + 1 == len(word)
            ]
            orders = [right.query(place, sort=sort, descending=down) for sort in _SORTS for down in (False, True)]
        _measure(sample, f"{place.title}, searches", searches)
        _measure(sample, f"{place.title}, orders", orders)


def _measure(sample: Sample, title: str, queries: Sequence[ContactQuery]) -> None:
    clock = time.process_time if sample.backend == "sqlite" else time.perf_counter
    found = []
    with sample.opened() as database:
        session = open_session(database, source="benchmark")
        for query in queries:
            listing = contacts.listing(session, query)
            first, _ = _timed(clock, lambda listing=listing: listing.first(_SCREENFUL))  # type: ignore[misc]
            ids, total = _timed(clock, lambda listing=listing: len(listing.ids()))  # type: ignore[misc]
            found.append((first, ids, query, total))
    firsts, orders = [each[0] for each in found], [each[1] for each in found]
    print(
        f"{title}, {sample.title}: first rows median {sorted(firsts)[len(firsts) // 2]:.1f} ms, p95 {p95(firsts):.1f}, "
        f"max {max(firsts):.1f}; all ids median {sorted(orders)[len(orders) // 2]:.1f} ms, p95 {p95(orders):.1f}, "
        f"max {max(orders):.1f}"
    )
    for first, ids, query, total in sorted(found, key=lambda each: -each[0])[:8]:
        print(
            f"    “{query.search}” by {query.sort}{' descending' if query.descending else ''}, {total:,} hits: "
            f"first rows {first:.1f} ms, ids {ids:.1f} ms"
        )


def _timed(clock: Callable[[], float], call: Callable[[], object]) -> tuple[float, object]:
    began = clock()
    result = call()
    return (clock() - began) * 1000, result
