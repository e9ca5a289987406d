"""The word of the warm process to systemd, and what systemd itself says of the unit."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from segtui.ssh.warm.unit import UNIT, report_ready, unit_differences, unit_for


@pytest.mark.parametrize("is_abstract", [False, True])
def test_systemd_is_told_that_sign_ins_are_taken(tmp_path: Path, is_abstract: bool) -> None:
    address = f"@segtui-test-{tmp_path.name}" if is_abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(f"\0{address[1:]}" if is_abstract else address)
        report_ready(address)
        assert systemd.recv(64) == b"READY=1"


def test_without_systemd_nobody_is_told(tmp_path: Path) -> None:
    report_ready("")
    report_ready(str(tmp_path / "gone"))


def test_a_unit_differs_from_itself_in_nothing() -> None:
    python = Path("/opt/segtui/bin/python")
    assert unit_differences(unit_for("segtui", python), "segtui", python) == []
    assert unit_differences("", "segtui", python)
    assert unit_differences("CapabilityBoundingSet=\x1b[2J", "segtui", python)[-1].isprintable()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    path = tmp_path / UNIT
    path.write_text(unit_for("root", Path(sys.executable)))
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(path)], capture_output=True, text=True, check=False
    )
    assert not [line for line in (ran.stdout + ran.stderr).splitlines() if UNIT in line]
