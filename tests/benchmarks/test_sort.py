"""From a click on a header to the painted order, as ratios to a bare Textual app that echoes a key.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_sort.py`.
"""

import statistics
from collections import defaultdict

import pytest

from segtui.services.segments.segments import SegmentQuery
from tests.benchmarks.databases import Sample
from tests.benchmarks.harness import compare, goal, p95, ratio
from tests.benchmarks.session import PLACES, Place, SegtuiSession, echo, echoed, truth

pytestmark = pytest.mark.benchmark

_INDEXED = {"Phone": "phone", "E-mail": "email", "Name": "name"}
_OTHERS = {"Organization": "organization", "City": "city", "State": "state", "Source": "source", "Status": "status"}
_OF_SEGMENTS = {"Contacts": ("contacts", True), "Created": ("created", True), "Name": ("name", False)}
_ROUNDS = 3


@pytest.mark.parametrize("cursor", ["at the top", "below"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.title)
def test_a_click_on_a_header(samples: list[Sample], place: Place, cursor: str) -> None:
    """Both ways, first the columns that an index holds, then the others; with the cursor where it began or moved."""
    print()
    flat: dict[int, dict[str, float]] = {}
    for sample in samples:
        ours: dict[str, list[float]] = defaultdict(list)
        theirs: list[float] = []
        with truth(sample) as right, echo() as reference, SegtuiSession(sample) as session:
            session.begin()
            session.go_to(place, right)
            if cursor == "below":
                session.press_each("jjj")
            for title, sort in _clicks(session):
                for descending in (False, True):
                    theirs.append(echoed(reference, "x").last)
                    query = right.query(place, sort=sort, descending=descending)
                    ours[title].append(session.sort(title, query, right).parts["rows"])
        indexed = [ms for title in _INDEXED for ms in ours[title]]
        compare(f"header click, cursor {cursor}, {place.title}, {sample.title}: indexed", indexed, theirs)
        for name, figure in (("p50", statistics.median), ("p95", p95)):
            title = f"header click, indexed, {name}, cursor {cursor}, {place.title}, {sample.title}"
            goal(title, ratio(indexed, theirs, figure), 2)
        for title, times in ours.items():
            print(f"  {title:<14} {statistics.median(times):8.0f} ms ({', '.join(f'{ms:.0f}' for ms in times)})")
        slowest = max(ms for title, times in ours.items() if title in _OTHERS for ms in times)
        goal(f"header click, others, cursor {cursor}, {place.title}, {sample.title}", slowest / 1000, 0.5, " s")
        flat[sample.size] = {title: statistics.median(times) for title, times in ours.items()}
    smallest = flat[min(flat)]
    for size, found in flat.items():
        line = ", ".join(f"{title} {ms / smallest[title]:.2f}×" for title, ms in found.items())
        if size != min(flat):
            worst = max(found[title] / smallest[title] for title in _INDEXED)
            goal(f"the same, header click, cursor {cursor}, {place.title}, {size:,} to {min(flat):,}", worst, 3)
        print(f"flatness, header click, cursor {cursor}, {place.title}, {size:>10,}: {line}")


def _clicks(session: SegtuiSession) -> list[tuple[str, str]]:
    """Return the headers to click on and what they sort by: indexed ones several times, the others once."""
    there = session.headers([*_INDEXED, *_OTHERS])
    others = [(title, sort) for title, sort in _OTHERS.items() if title in there]
    return [*(list(_INDEXED.items()) * _ROUNDS), *others]


def test_a_click_on_a_header_of_the_segments(samples: list[Sample]) -> None:
    print()
    for sample in samples:
        ours, theirs = [], []
        with truth(sample) as right, echo() as reference, SegtuiSession(sample) as session:
            session.begin()
            for _ in range(_ROUNDS):
                for title, (sort, down) in _OF_SEGMENTS.items():
                    for descending in (down, not down):
                        theirs.append(echoed(reference, "x").last)
                        expected = right.segments(SegmentQuery(sort=sort, descending=descending))
                        ours.append(session.watch(session.click_header(title), expected).parts["rows"])
        compare(f"header click, 5,000 segments, {sample.title}", ours, theirs)
        goal(f"header click, 5,000 segments, {sample.title}", ratio(ours, theirs, statistics.median), 2)
