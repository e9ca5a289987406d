"""`segtui ssh setup` and `segtui ssh check` as commands: what they print, and how they end."""

from pathlib import Path

import pytest

from segtui.ssh.host import Host
from tests.support.commands import Commands


@pytest.fixture
def segtui(tmp_path: Path) -> Commands:
    return Commands(str(tmp_path / "unused.db"))


def test_setup_prints_what_there_is_to_do_and_does_nothing(segtui: Commands, tmp_path: Path) -> None:
    ran = segtui("ssh", "setup", "--account", "calls")
    assert ran.lines[0].startswith("# ")
    assert "Match User calls" in ran.lines
    assert max(len(line) for line in ran.lines if line.startswith("#")) <= 100
    assert list(tmp_path.iterdir()) == []
    document = segtui("ssh", "setup", "--account", "calls", "--json").json
    assert document == {"account": "calls", "written": False, "script": ran.out}


def test_writing_takes_root(segtui: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Host, "is_root", False)
    ran = segtui.attempt("ssh", "setup", "--write")
    assert (ran.status, ran.out) == (1, "")
    assert "takes root" in ran.err


@pytest.mark.parametrize("command", ["setup", "check"])
def test_a_wrong_account_is_wrong_usage(segtui: Commands, command: str) -> None:
    ran = segtui.attempt("ssh", command, "--account", "no such")
    assert (ran.status, ran.out) == (2, "")
    assert "cannot be an account" in ran.err


def test_check_says_what_is_wrong_and_ends_with_1(segtui: Commands) -> None:
    ran = segtui.attempt("ssh", "check", "--account", "no-such-account", "--json")
    assert (ran.status, ran.err) == (1, "")
    assert ran.json[0] == {
        "point": "account",
        "state": "wrong",
        "reason": "There is no account no-such-account: `segtui ssh setup --write` creates it.",
    }
    shown = segtui.attempt("ssh", "check", "--account", "no-such-account")
    assert shown.status == 1
    assert shown.lines[0].split() == ["State", "Point", "Reason"]
    assert "to fix." in shown.lines[-1]
