"""An import that is killed at any moment leaves the database as it was, and the next one works."""

import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from segtui.database.engine import Database
from segtui.services import imports
from segtui.services.contacts import contacts
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.segments.segments import SegmentQuery
from segtui.services.session import Session
from tests.support.terminal import environment, program

ROWS = 12_000
# Parts of the time that a whole import takes: while it reads, stages, merges and indexes.
MOMENTS = (0.5, 0.7, 0.85, 0.95)
_chance = random.Random(50)
# At random, the same in every run. The first third of the time Python starts.
MANY_MOMENTS = tuple(round(_chance.uniform(0.3, 1.05), 3) for _ in range(50))

_seconds: dict[str, float] = {}


def write(path: Path, login: str) -> Path:
    """Write a file of people whom only their address tells from those of another file."""
    lines = (f"Ada,Number {number},{login}{number}@example.com,Town {number % 97}\n" for number in range(ROWS))
    path.write_text("First Name,Last Name,E-mail,City\n" + "".join(lines))
    return path


def start(url: str, leads: Path, segment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*program(), "--database", url, "import", str(leads), "--segment", segment, "--json"],
        cwd=leads.parent,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def finished(process: subprocess.Popen[bytes], seconds: float | None) -> bool:
    """Wait so long, then kill the process; return whether it was done before that."""
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return False
    assert process.returncode == 0, said
    return True


def state(session: Session) -> dict[str, int]:
    """Return the count of every segment by its name, and that of all contacts under an empty one."""
    found = segments.find(session, SegmentQuery(archived=True))
    return {"": contacts.total(session)} | {segment.name: segment.contacts for segment in found}


def whole_import(url: str, database: Database, leads: Path) -> float:
    """Import a file to its end; return how many seconds that takes on this database."""
    if database.backend.name not in _seconds:
        began = time.monotonic()
        assert finished(start(url, leads, "Whole"), None)
        _seconds[database.backend.name] = time.monotonic() - began
    return _seconds[database.backend.name]


@pytest.mark.parametrize("moment", [*MOMENTS, *(pytest.param(each, marks=pytest.mark.long) for each in MANY_MOMENTS)])
def test_a_kill_leaves_all_or_nothing(
    database_url: str, database: Database, session: Session, tmp_path: Path, moment: float
) -> None:
    took = whole_import(database_url, database, write(tmp_path / "leads.csv", "ada"))
    leads = write(tmp_path / "more.csv", "eda")
    before = state(session)
    whole = before | {"": before[""] + ROWS, "More": ROWS}

    done = finished(start(database_url, leads, "More"), took * moment)

    after = state(session)
    assert after == whole if done else after in (before, whole)
    assert maintenance.check(database) == []
    statuses = [record.status for record in imports.every(session)]
    assert set(statuses) <= {"completed", "failed", "cancelled"}
    assert statuses.count("completed") == len(after) - 1
    assert not [path for path in tmp_path.iterdir() if "rejects" in path.name]

    assert finished(start(database_url, leads, "More"), None)
    assert state(session) == whole
