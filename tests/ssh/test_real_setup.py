"""`segtui ssh setup --write` for real: useradd, sshd and the account are, and nothing of the host changes.

It takes root. Everything happens in a mount namespace, on a copy of /etc and empty folders below /var and /run.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segtui.ssh.sshd_config import CONFIGURATION
from tests.support import namespace

SEGTUI = f"'{sys.executable}' -I -m segtui"


@pytest.fixture
def machine() -> Iterator[Path]:
    """Yield the folder of a machine of its own. It is not below pytest's, which others may not enter."""
    if why := namespace.obstacle():
        if os.environ.get("SEGTUI_TEST_SSHD") == "required":
            pytest.fail(why, pytrace=False)
        pytest.skip(why)
    with tempfile.TemporaryDirectory(prefix="segtui-machine-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def states(found: list[dict[str, str]]) -> dict[str, str]:
    return {each["point"]: each["state"] for each in found}


def parts(output: str) -> list[Any]:
    """Return the JSON documents of the commands of a script."""
    decoder, found, text = json.JSONDecoder(), [], output.strip()
    while text:
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:].strip()
    return found


def test_a_server_is_set_up_once_and_stays_so(machine: Path) -> None:
    twice = f"{SEGTUI} ssh setup --write --json || true\n"
    looks = f"getent passwd segtui; getent shadow segtui; stat -c '%n %U:%G %a' {' '.join(LEFT)} | sort"
    ran = namespace.run(machine, twice + twice)
    first, second = parts(ran.stdout)
    assert not ran.stderr
    did = {each["step"]: each["did"] for each in first["steps"]}
    again = {each["step"]: each["did"] for each in second["steps"]}
    assert did["account segtui"] == did["database"] == did["folder /var/lib/segtui/files"] == "done"
    assert set(again.values()) - {"warning"} == {"there already"}
    for report in (first, second):
        wrong = {each["point"]: each["reason"] for each in report["check"] if each["state"] not in {"ok", "advice"}}
        # A checkout below /tmp, or one of who runs the tests, is rightly somebody else's to write.
        wrong.pop("program's owner", None)
        assert wrong == {}
        assert states(report["check"])["warm process"] == "advice"  # there is no systemd to run it
    shown = namespace.run(machine, looks).stdout.splitlines()
    assert shown[0].endswith(":/var/lib/segtui:/bin/sh")
    assert shown[1].startswith("segtui:*:")
    assert shown[2:] == [f"{path} {LEFT[path]}" for path in sorted(LEFT)]


LEFT = {
    "/etc/segtui": "root:root 755",
    "/etc/segtui/config.toml": "root:segtui 640",
    "/etc/ssh/sshd_config.d/segtui.conf": "root:root 644",
    "/var/lib/segtui": "segtui:segtui 700",
    "/var/lib/segtui/files": "segtui:segtui 700",
    "/var/lib/segtui/segtui.db": "segtui:segtui 600",
}


def test_what_it_prints_does_the_same_by_hand(machine: Path) -> None:
    script = f"mkdir -p /run/sshd; {SEGTUI} ssh setup >/run/script; sed -i 's/&& systemctl.*//' /run/script\n"
    ran = namespace.run(machine, script + f"sh -eu /run/script >&2 || true\n{SEGTUI} ssh check --json || true")
    wrong = {each["point"]: each["reason"] for each in json.loads(ran.stdout) if each["state"] not in {"ok", "advice"}}
    wrong.pop("program's owner", None)
    assert wrong == {}, ran.stderr


def test_what_is_wrong_is_found_and_a_refused_configuration_taken_back(machine: Path) -> None:
    spoils = f"""
        {SEGTUI} ssh setup --write >/dev/null || true
        usermod --shell /bin/bash --password '!' segtui
        chmod 0755 /var/lib/segtui; chmod 0644 /etc/segtui/config.toml
        echo 'AcceptEnv *' >>{CONFIGURATION}; echo 'UsePAM no' >/etc/ssh/sshd_config.d/a.conf
        echo 'AllowUsers somebody' >>{CONFIGURATION}; sed -i '/PermitTunnel/d' /etc/ssh/sshd_config.d/segtui.conf
        sed -i 's/X11Forwarding no/X11Forwarding yes/' /etc/ssh/sshd_config.d/segtui.conf
        {SEGTUI} ssh check --json || true"""
    found = {each["point"]: each for each in json.loads(namespace.run(machine, spoils).stdout)}
    wrong = {point for point, each in found.items() if each["state"] == "wrong"} - {"program's owner"}
    assert wrong == {
        "shell", "password field", "home folder", "site file", "sshd's settings", "sshd's environment",
        "sshd's admission",
    }  # fmt: skip
    assert "X11Forwarding is yes, not no" in found["sshd's settings"]["reason"]
    assert "PermitTunnel" not in found["sshd's settings"]["reason"]
    broken = f"echo 'NoSuchSetting yes' >>{CONFIGURATION}\n{SEGTUI} ssh setup --write"
    ran = namespace.run(machine, broken)
    assert (ran.returncode, len(ran.stderr.splitlines())) == (1, 1)
    assert "sshd refuses its present configuration" in ran.stderr


def test_an_interpreter_in_a_closed_folder_is_found(machine: Path) -> None:
    closed = Path(sys.base_prefix).resolve()
    if all(each.stat().st_mode & 0o001 for each in (closed, *closed.parents)):
        pytest.skip("everybody can reach this interpreter")
    ran = namespace.run(machine, f"{SEGTUI} ssh setup --write || true\n{SEGTUI} ssh check --json", reachable=False)
    steps, _, report = ran.stdout.partition("[")
    assert "could not create the database" in ran.stderr
    assert "sshd_config.d/segtui.conf" not in steps
    found = {each["point"]: each for each in json.loads(f"[{report}")}
    assert found["program"]["state"] == "wrong"
    assert "(mode 0700)" in found["program"]["reason"]
