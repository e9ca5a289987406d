"""Start of the real program to its first frame and list, and its memory after a day's work, as ratios to a bare app.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_start.py`.
"""

import statistics

import pytest

from segtui.services.segments.segments import SegmentQuery
from tests.benchmarks.databases import Sample
from tests.benchmarks.harness import Terminal, compare, goal, program, report
from tests.benchmarks.session import COLUMNS, EVERYBODY, LINES, SegtuiSession, command, truth

pytestmark = pytest.mark.benchmark
_ROUNDS = 9


def test_first_painted_list(samples: list[Sample]) -> None:
    print()
    for sample in samples:
        with truth(sample) as right:
            first = right.segments(SegmentQuery()).rows[0]
        frames, ours, bare, ours_cpu, bare_cpu = [], [], [], [], []
        for _ in range(_ROUNDS):
            with Terminal(command(sample), columns=COLUMNS, lines=LINES) as terminal:
                frames.append(terminal.first_paint("Create Segment").ms)
                ours.append(terminal.first_paint(first).ms)
                # Not `scheduled`: the thread that opened the database has ended.
                ours_cpu.append(terminal.cpu_seconds * 1000)
            with Terminal(program("bare"), columns=COLUMNS, lines=LINES) as terminal:
                bare.append(terminal.first_paint("ready").ms)
                bare_cpu.append(terminal.cpu_seconds * 1000)
        compare(f"start to the first frame, {sample.title}", frames, bare)
        compare(f"start to the first painted list, {sample.title}", ours, bare)
        compare(f"  processor time until then, {sample.title}", ours_cpu, bare_cpu)
        ratios = sorted(a / b for a, b in zip(ours, bare, strict=True))
        goal(f"start to the first painted list, {sample.title}", statistics.median(ratios), 1.8)
        print(f"  pair by pair: {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


def test_memory_of_a_session_that_did_everything(samples: list[Sample]) -> None:
    """Scrolled to the end and back, searched and sorted by an indexed column and by another."""
    print()
    with Terminal(program("bare"), columns=COLUMNS, lines=LINES) as bare:
        bare.first_paint("ready")
        bare.settle(0.5)
        for sample in samples:
            with truth(sample) as right, SegtuiSession(sample) as session:
                session.begin()
                begun = session.memory
                session.go_to(EVERYBODY, right)
                everything = right.contacts(right.query(EVERYBODY))
                session.press_each(["G", "g", *["\x1b[6~"] * 20, "G", "g"])
                session.press("/")
                for word in ("norman", "smith phoenix", "e"):
                    for typed in [word[: length + 1] for length in range(len(word))]:
                        session.watch(typed[-1], right.contacts(right.query(EVERYBODY, search=typed)), everything.total)
                    session.clear_search(everything)
                session.press("\r")
                for title, sort in (("Phone", "phone"), ("City", "city"), ("Name", "name")):
                    session.sort(title, right.query(EVERYBODY, sort=sort), right)
                    session.press_each("Gg")
                report(f"resident memory, first list, {sample.title}", begun / 1e6, bare.memory / 1e6, "MB")
                report(f"resident memory, afterwards, {sample.title}", session.memory / 1e6, bare.memory / 1e6, "MB")
                goal(f"memory of a session, {sample.title}", session.memory / bare.memory, 1.6)
                report(
                    f"proportional memory, afterwards, {sample.title}",
                    session.proportional_memory / 1e6,
                    bare.proportional_memory / 1e6,
                    "MB",
                )
                report(
                    f"largest resident memory, {sample.title}", session.largest_memory / 1e6, bare.memory / 1e6, "MB"
                )
