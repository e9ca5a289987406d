"""An import that is killed at any moment leaves the database as it was, and the next one works."""

import signal
import subprocess
import time
from pathlib import Path

import pytest

from segtui.database.engine import Database
from segtui.services import contacts, imports, maintenance, segments
from segtui.services.segments import SegmentQuery
from segtui.services.session import Session
from tests.support.terminal import environment, program

ROWS = 20_000
# Parts of the time that a whole import takes: while it reads, stages, merges and indexes.
MOMENTS = (0.3, 0.5, 0.65, 0.8, 0.9, 0.96)


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


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_leaves_all_or_nothing(
    database_url: str, database: Database, session: Session, tmp_path: Path, moment: float
) -> None:
    leads = write(tmp_path / "leads.csv", "ada")
    began = time.monotonic()
    assert finished(start(database_url, leads, "First"), None)
    took = time.monotonic() - began
    before = state(session)
    assert before == {"": ROWS, "First": ROWS}
    write(leads, "eda")

    done = finished(start(database_url, leads, "Second"), took * moment)

    after = state(session)
    assert after in (before, {"": 2 * ROWS, "First": ROWS, "Second": ROWS})
    assert after != before or not done
    assert maintenance.check(database) == []
    statuses = [record.status for record in imports.every(session)]
    assert set(statuses) <= {"completed", "failed", "cancelled"}
    assert statuses.count("completed") == len(after) - 1
    assert not [path for path in tmp_path.iterdir() if "rejects" in path.name]

    assert finished(start(database_url, leads, "Second"), None)
    assert state(session) == {"": 2 * ROWS, "First": ROWS, "Second": ROWS}
