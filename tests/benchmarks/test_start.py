"""Start to the first painted list of the real program, as a ratio to a bare Textual app in the same run.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_start.py`.
"""

import statistics
import sys
from pathlib import Path

import pytest

from segtui.database.engine import open_database
from segtui.services import segments
from segtui.services.session import open_session
from tests.benchmarks.harness import Terminal, program, report

pytestmark = pytest.mark.benchmark
_ROUNDS = 7


def test_first_painted_list(tmp_path: Path) -> None:
    path = tmp_path / "segtui.db"
    database = open_database(path)
    session = open_session(database, source="benchmark")
    for number in range(200):
        segments.create(session, f"Segment {number:03}", "made for measuring")
    database.close()
    ours, bare = [], []
    for _ in range(_ROUNDS):
        with Terminal([sys.executable, "-m", "segtui", "--database", str(path)]) as terminal:
            ours.append(terminal.first_paint("Segment 009").ms)
        with Terminal(program("bare")) as terminal:
            bare.append(terminal.first_paint("ready").ms)
    ratios = sorted(a / b for a, b in zip(ours, bare, strict=True))
    report("start to the first painted list, 200 segments", statistics.median(ours), statistics.median(bare))
    print(f"pair by pair: {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")
