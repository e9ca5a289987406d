"""Instructions of a start, counted by callgrind: a gate that no busy machine disturbs. Skipped without valgrind.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_start_instructions.py`. A bound is a ratio to
the same work of a bare Textual app, or of SQLAlchemy, counted in the same run, so that it holds for other versions too.
"""

import os
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pexpect
import pytest

from segtui.database.engine import open_database
from segtui.services.segments import segments
from segtui.services.session import open_session
from tests.benchmarks.harness import ROOT
from tests.benchmarks.session import COLUMNS, LINES

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed"),
]

# Measured: 1.6, 2.5 and 1.2. The rest is slack for other versions of Python and of the libraries.
_MOST_FOR_FRAME = 1.8
_MOST_FOR_LIST = 2.8
_MOST_FOR_COMMAND = 1.5


def _instructions(folder: Path, arguments: Sequence[str]) -> int:
    """Return the number of instructions that Python executes with these arguments, in a terminal."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder), "PYTHONHASHSEED": "0"}
    environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    child = pexpect.spawn(
        "valgrind",
        ["--tool=callgrind", f"--callgrind-out-file={folder}/callgrind.out", sys.executable, *arguments],
        cwd=str(ROOT), env=environment, dimensions=(LINES, COLUMNS), echo=False, timeout=600,
    )  # fmt: skip
    child.expect(pexpect.EOF)
    child.close()
    (total,) = re.findall(r"^totals: (\d+)", (folder / "callgrind.out").read_text(encoding="ascii"), re.MULTILINE)
    return int(total)


def _first_paint(folder: Path, *arguments: str) -> int:
    return _instructions(folder, ["-m", "tests.benchmarks.first_paint_program", *arguments])


def test_instructions_of_a_start(tmp_path: Path) -> None:
    path = tmp_path / "segtui.db"
    database = open_database(path)
    session = open_session(database, source="benchmark")
    for number in range(100):
        segments.create(session, f"Segment {number:03}", "Some words on it.")
    database.close()
    of_program = ("segtui", "--database", str(path))
    _first_paint(tmp_path, "Segment 00", *of_program)  # compiles what is not compiled yet
    bare = _first_paint(tmp_path, "eady", "bare")
    frame = _first_paint(tmp_path, "Segments", *of_program)
    first_list = _first_paint(tmp_path, "Segment 00", *of_program)
    library = _instructions(tmp_path, ["-c", "import click, sqlalchemy, sqlalchemy.dialects.sqlite"])
    command = _instructions(tmp_path, ["-m", "segtui", "--database", str(path), "segments", "list", "--json"])
    print()
    for title, count, reference, most in (
        ("first frame, to a bare Textual app", frame, bare, _MOST_FOR_FRAME),
        ("first list, to a bare Textual app", first_list, bare, _MOST_FOR_LIST),
        ("segments list, to importing click and SQLAlchemy", command, library, _MOST_FOR_COMMAND),
    ):
        ratio = count / reference
        print(f"{title:<52} {count / 1e6:8.0f} million instructions {ratio:6.2f}× of {reference / 1e6:.0f}")
        assert ratio <= most, title
