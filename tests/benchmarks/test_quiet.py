"""What goes over the line, and what a session costs that nobody touches.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_quiet.py`.
"""

import os
import statistics
import time

import pytest

from segtui.services.contacts import contacts
from segtui.services.session import open_session
from tests.benchmarks.databases import Sample
from tests.benchmarks.harness import Answer, Terminal, goal, program
from tests.benchmarks.session import COLUMNS, EVERYBODY, LINES, SegtuiSession, truth

pytestmark = pytest.mark.benchmark

_IDLE_SECONDS = float(os.environ.get("SEGTUI_BENCH_IDLE", "60"))
_PAGE_DOWN = "\x1b[6~"


def test_bytes(samples: list[Sample]) -> None:
    print()
    for sample in samples:
        with truth(sample) as right, SegtuiSession(sample) as session:
            session.begin()
            session.press_each("jk")
            _say("cursor step in the list of segments", session.press_each("j" * 10).answers, 1_000)
            session.go_to(EVERYBODY, right)
            everything = right.contacts(right.query(EVERYBODY))
            _say(f"cursor step, {sample.title}", session.press_each("j" * 10).answers, 1_000)
            _say("cursor step that scrolls", session.press_each("j" * 40).answers[-5:])
            _say("page down", session.press_each([_PAGE_DOWN] * 5).answers)
            session.press_each("Gg")
            session.press("/")
            for typed in ("s", "sm", "smi", "smit"):
                session.watch(typed[-1], right.contacts(right.query(EVERYBODY, search=typed)), everything.total)
            # The same rows, in which one more letter is marked.
            _say("unchanged result: one letter more", session.press_each(["h", "\x7f"] * 3 + ["h"]).answers, 2_000)
            # A blank more is the same search; on its way nothing else may be painted than the box.
            _say("unchanged result: a blank after the search", session.press_each([" ", "\x7f"] * 3).answers, 2_000)
            session.clear_search(everything)
            session.press("\x1b")
            _say("unchanged result: somebody changed a contact out of view", [_changed(sample, session)], 2_000)


def test_an_idle_session(samples: list[Sample]) -> None:
    print()
    for sample in samples:
        with (
            truth(sample) as right,
            Terminal(program("bare"), columns=COLUMNS, lines=LINES) as bare,
            SegtuiSession(sample) as session,
        ):
            bare.first_paint("ready")
            session.begin()
            session.go_to(EVERYBODY, right)
            session.press_each("jjG")
            for terminal in (bare, session):
                terminal.settle(2)
            before, began = (bare.scheduled, session.scheduled), time.perf_counter()
            ours = session.settle(_IDLE_SECONDS).bytes
            theirs = bare.settle(0.1).bytes
            seconds = time.perf_counter() - began
            for name, terminal, old, sent in (
                ("segtui", session, before[1], ours), ("bare app", bare, before[0], theirs),
            ):  # fmt: skip
                share = (terminal.scheduled[0] - old[0]) / 10 / seconds
                if terminal is session:
                    goal(f"idle session, bytes, {sample.title}", sent, 0, "")
                    goal(f"idle session, processor, {sample.title}", share, 0.1, " %")
                print(f"idle for {seconds:.0f} s, {sample.title}, {name:<9} {sent} bytes, {share:.3f} % of a processor")


def _changed(sample: Sample, session: SegtuiSession) -> Answer:
    """Change the job title of a contact that is nowhere in view, and back; return what the session sent for it."""
    with sample.opened() as database:
        owner = open_session(database, source="benchmark")
        far = contacts.get(owner, sample.size // 2)
        session.settle(2)
        began = time.perf_counter()
        sent = 0
        for title in (f"{far.job_title} II", far.job_title):
            contacts.edit(owner, far.id, {"job_title": title})
            sent = max(sent, session.settle(3).bytes)
    return Answer((time.perf_counter() - began) * 1000, sent)


def _say(title: str, answers: "tuple[Answer, ...] | list[Answer]", wanted: int | None = None) -> None:
    sent = sorted(answer.bytes for answer in answers)
    cpu = statistics.median(answer.cpu for answer in answers)
    if wanted is not None:
        goal(title, statistics.median(sent), wanted, " bytes")
    print(
        f"{title:<58} {statistics.median(sent):7.0f} bytes ({sent[0]} to {sent[-1]}), "
        f"{statistics.median(answer.ms for answer in answers):6.1f} ms, {cpu:5.1f} ms of processor time"
    )
