"""From a key in the search box to the painted result, as ratios to a bare Textual app that echoes each key.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_search.py`. Both programs run at the same time
and get a key in turn. `rows`: until the rows in view are those of the result. `count`: until the exact number is there
too. `cpu` is the processor time of the program alone, which other work on the machine does not change.
"""

import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from segtui.services.segments.segments import SegmentQuery
from tests.benchmarks.databases import Sample
from tests.benchmarks.harness import Painting, Terminal, compare, goal, p95, ratio
from tests.benchmarks.session import PLACES, SMALL, Expected, Place, SegtuiSession, Truth, echo, echoed, truth

pytestmark = pytest.mark.benchmark

# What is typed, key by key: a rare name, a common one, two words, digits of a phone, a source that a quarter has, a
# part of a mail address that a sixth has, and first names that come last in the order of names.
TYPED = ("quillfeather", "norman", "smith phoenix", "295 71", "webinar", "gmail", "e", "zoe", "william")
TYPED_IN_SEGMENTS = ("webinar phoenix", "call back", "summer", "0123", "x")


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key: what stood in the box after it, what came of it, and what the same key cost in the reference."""

    typed: str
    ours: Painting
    reference: Painting


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.title)
def test_a_key_in_a_search_box(samples: list[Sample], place: Place) -> None:
    print()
    flat: dict[int, list[Pressed]] = {}
    for sample in samples:
        with truth(sample) as right, echo() as reference, SegtuiSession(sample) as session:
            session.begin()
            session.go_to(place, right)
            flat[sample.size] = _type_all(session, reference, right, place)
        _report(f"{place.title}, {sample.title}", flat[sample.size])
    _flatness(place.title, flat)


def test_a_key_in_the_list_of_segments(samples: list[Sample]) -> None:
    print()
    for sample in samples:
        pressed = []
        with truth(sample) as right, echo() as reference, SegtuiSession(sample) as session:
            session.begin()
            everything = right.segments(SegmentQuery())
            session.press("/")
            for word in TYPED_IN_SEGMENTS:
                for typed in _growing(word):
                    expected = right.segments(SegmentQuery(search=typed))
                    pressed.append(_press(session, reference, typed, expected, everything))
                session.clear_search(everything)
        _report(f"5,000 segments, {sample.title}", pressed)


@pytest.mark.parametrize("place", [each for each in PLACES if each is not SMALL], ids=lambda place: place.title)
def test_typing_fast(samples: list[Sample], place: Place) -> None:
    """Twelve keys a second, as somebody types who knows the name: from the last key to the painted result."""
    print()
    for sample in samples:
        ours, theirs = [], []
        with truth(sample) as right, echo() as reference, SegtuiSession(sample) as session:
            session.begin()
            session.go_to(place, right)
            everything = right.contacts(right.query(place))
            session.press("/")
            for word in TYPED:
                for program in (reference, session):
                    for key in word[:-1]:
                        program.send(key)
                        time.sleep(1 / 12)
                reference.settle()
                expected = right.contacts(right.query(place, search=word))
                theirs.append(echoed(reference, word[-1]).last)
                painting = session.watch(word[-1], expected, everything.total)
                ours.append(painting.parts.get("rows", painting.last))
                session.clear_search(everything)
        compare(f"typed fast, {place.title}, {sample.title}: rows", ours, theirs)


def _type_all(session: SegtuiSession, reference: Terminal, right: Truth, place: Place) -> list[Pressed]:
    everything = right.contacts(right.query(place))
    pressed = []
    session.press("/")
    for word in TYPED:
        for typed in _growing(word):
            expected = right.contacts(right.query(place, search=typed))
            pressed.append(_press(session, reference, typed, expected, everything))
        session.clear_search(everything)
        reference.press("\x15")
    return pressed


def _growing(word: str) -> list[str]:
    return [word[: length + 1] for length in range(len(word))]


def _press(
    session: SegtuiSession, reference: Terminal, typed: str, expected: Expected, everything: Expected
) -> Pressed:
    theirs = echoed(reference, typed[-1])
    return Pressed(typed, session.watch(typed[-1], expected, everything.total), theirs)


def _report(title: str, pressed: Sequence[Pressed]) -> None:
    # Where a key changes no row there is none to wait for.
    rows = [(each.ours.parts["rows"], each.reference.last) for each in pressed if "rows" in each.ours.parts]
    ours, theirs = [ours for ours, _ in rows], [theirs for _, theirs in rows]
    compare(f"key to rows, {title}", ours, theirs)
    goal(f"key in the search box to painted rows, p95, {title}", ratio(ours, theirs, p95), 1.3)
    count = [(each.ours.parts["count"], each.reference.last) for each in pressed if "count" in each.ours.parts]
    compare(f"key to count, {title}", [ours for ours, _ in count], [theirs for _, theirs in count])
    compare(f"processor time, {title}", [e.ours.cpu for e in pressed], [e.reference.cpu for e in pressed])
    own = [a - b for a, b in rows]
    print(
        f"  segtui's own part (difference to the echo): median {statistics.median(own):.1f} ms, p95 {p95(own):.1f} ms"
    )
    waited = [each.ours.waited for each in pressed]
    print(f"  of which waiting for a processor: median {statistics.median(waited):.1f} ms, p95 {p95(waited):.1f} ms")
    slowest = sorted(pressed, key=lambda each: each.ours.parts.get("rows", 0), reverse=True)[:6]
    print("  slowest rows:  " + ", ".join(f"“{e.typed}” {e.ours.parts.get('rows', 0):.0f} ms" for e in slowest))
    slowest = sorted(pressed, key=lambda each: each.ours.parts.get("count", 0), reverse=True)[:6]
    print("  slowest count: " + ", ".join(f"“{e.typed}” {e.ours.parts.get('count', 0):.0f} ms" for e in slowest))


def _flatness(title: str, by_size: dict[int, list[Pressed]]) -> None:
    """Print how much slower each size is than the smallest, by the same keys."""
    figures: dict[int, dict[str, float]] = defaultdict(dict)
    for size, pressed in by_size.items():
        for part in ("rows", "count"):
            times = [each.ours.parts[part] for each in pressed if part in each.ours.parts]
            figures[size][f"{part} median"], figures[size][f"{part} p95"] = statistics.median(times), p95(times)
    smallest = figures[min(figures)]
    for size, found in figures.items():
        if size != min(figures):
            goal(
                f"the same, {title}, {size:,}, to itself at {min(figures):,}",
                found["rows p95"] / smallest["rows p95"],
                3,
            )
        print(
            f"flatness, {title}, {size:>10,}: "
            + ", ".join(f"{name} {value / smallest[name]:.2f}×" for name, value in found.items())
        )
