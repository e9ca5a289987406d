"""An import that somebody stops leaves the database as it was."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest

from tests.support.commands import Commands

ROWS = 60_000


@pytest.fixture
def many() -> Path:
    """Return a file that takes a while to import."""
    path = Path("many.csv")
    path.write_text("email,first_name\n" + "".join(f"a{row}@example.com,Name {row}\n" for row in range(ROWS)))
    return path


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_stops_it_in_one_sentence(segtui: Commands, many: Path, number: signal.Signals, status: int) -> None:
    with subprocess.Popen(
        segtui.line("import", "-", "--segment", "Many"),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=segtui.environment(), text=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        # More than a pipe holds: this returns once the import reads, and it waits for the rest then.
        process.stdin.write(many.read_text()[:500_000])
        process.stdin.flush()
        process.send_signal(number)
        time.sleep(0.3)
        out, err = process.communicate(timeout=60)
    assert process.returncode == status, (out, err)
    assert not out
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err
    assert segtui("segments", "list", "--json").json == []
    assert segtui("contacts", "list", "--json").json["total"] == 0
    assert {record["status"] for record in segtui("imports", "list", "--json").json} <= {"cancelled"}


def test_progress_is_one_line_on_a_terminal(segtui: Commands, many: Path) -> None:
    child = pexpect.spawn(
        sys.executable, segtui.line("import", "many.csv", "--segment", "Many")[1:],
        env=segtui.environment(), dimensions=(24, 80), encoding="utf-8", timeout=60,
    )  # fmt: skip
    child.expect("rows/s")
    child.expect("Imported 60,000 rows")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
