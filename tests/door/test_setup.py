"""`segtui ssh setup` and `segtui ssh check`: what they do to a server, and what they find wrong with one."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from segtui.door.check_sshd import judge_settings, settings_of
from segtui.door.plan import KEY_COMMAND, SETTINGS, Plan
from segtui.door.point import State
from tests.door.conftest import Office
from tests.support.commands import Commands

ON_SERVER = pytest.mark.xdist_group("sshd")
PROGRAM = [sys.executable, "-I", "-m", "segtui", "ssh"]


def points(office: Office) -> dict[str, tuple[str, str]]:
    ran = office.sshd.inside(*PROGRAM, "check", "--json")
    return {each["point"]: (each["state"], each["reason"]) for each in json.loads(ran.stdout)}


def wrong(office: Office) -> dict[str, str]:
    return {name: reason for name, (state, reason) in points(office).items() if state != "ok"}


@ON_SERVER
def test_after_the_set_up_everything_is_right(office: Office) -> None:
    said = (office.sshd.folder / "setup.txt").read_text(encoding="utf-8")
    assert "useradd" in said
    assert "There already: /etc/segtui/config.toml" in said
    assert wrong(office) == {}
    assert len(points(office)) >= 14


@ON_SERVER
def test_it_can_be_repeated(office: Office) -> None:
    before = office.sshd.site_file.read_bytes()
    ran = office.sshd.inside(*PROGRAM, "setup", "--write")
    assert ran.returncode == 0, ran.stderr
    assert office.sshd.site_file.read_bytes() == before
    assert wrong(office) == {}


@contextmanager
def changed(path: Path, before: str, after: str) -> Iterator[None]:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(text, encoding="utf-8")


@ON_SERVER
@pytest.mark.parametrize(
    ("file", "before", "after", "point", "said"),
    [
        ("passwd", ":/var/lib/segtui:/bin/sh", ":/var/lib/segtui:/bin/bash", "shell", "~/.bashrc"),
        ("passwd", ":/var/lib/segtui:/bin/sh", ":/var/lib/segtui:/usr/sbin/nologin", "shell", "never runs"),
        ("shadow", "segtui:*:", "segtui:$6$x$y:", "password", "has a password"),
        ("segtui/config.toml", "database", "timezone = 'UTC'\n#", "site's file", "does not name the database"),
        ("segtui/config.toml", '"/var', '"postgresql://u:pw@127.0.0.1:1/x"#"', "site's file, secret", "password"),
        ("passwd", "segtui:x:", "segtui:x:0:0::/:/bin/sh\nother:x:", "account", "root by another name"),
        ("segtui/config.toml", "segtui.db", "other.db", "database", "no database"),
        ("ssh/sshd_config.d/segtui.conf", "TcpForwarding no", "TcpForwarding yes", "sshd's settings", "AllowTcpForw"),
        ("ssh/sshd_config.d/segtui.conf", "KeysFile none", "KeysFile .ssh/x", "sshd's settings", "AuthorizedKeysFile"),
        ("ssh/sshd_config.d/segtui.conf", "User segtui", "User other", "sshd's settings", "AuthorizedKeysCommandUser"),
        ("ssh/sshd_config.d/segtui.conf", "Match all", "Match all\nAcceptEnv *", "environment", "LD_PRELOAD"),
        ("ssh/sshd_config.d/segtui.conf", "PermitTTY", "ForceCommand id\nPermitTTY", "forced command", "ForceCommand"),
        ("ssh/sshd_config.d/segtui.conf", "Match User segtui", "AllowUsers a b\nMatch User segtui", "let in", "out"),
        ("ssh/sshd_config.d/segtui.conf", "PermitTTY yes", "PermitTTY perhaps", "sshd", "perhaps"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_what_mends_it(
    office: Office, file: str, before: str, after: str, point: str, said: str
) -> None:
    path = office.sshd.folder / "etc" / file
    with changed(path, before, after):
        found = wrong(office)
        assert office.sshd.inside(*PROGRAM, "check").returncode == 1
    assert said in found[point]
    assert wrong(office) == {}


@ON_SERVER
def test_folders_and_files_that_others_can_reach_are_named(office: Office) -> None:
    office.sshd.home.chmod(0o755)
    office.sshd.site_file.chmod(0o666)
    found = wrong(office)
    office.sshd.home.chmod(0o700)
    office.sshd.site_file.chmod(0o644)
    assert "chmod 0700" in found["home folder"]
    assert "writable by nobody else" in found["site's file"]
    office.sshd.site_file.chmod(0o600)
    found = wrong(office)
    office.sshd.site_file.chmod(0o644)
    assert "cannot read" in found["site's file, read"]


@ON_SERVER
def test_without_the_account_it_says_how_it_is_made(office: Office) -> None:
    ran = office.sshd.inside(*PROGRAM, "check", "--account", "nobody-there")
    assert ran.returncode == 1
    assert "segtui ssh setup --write" in ran.stdout


def test_the_plan_is_printed_and_nothing_is_done(tmp_path: Path) -> None:
    ran = Commands(str(tmp_path / "none.db"))("ssh", "setup")
    for part in ("useradd", "Match User segtui", "Match all", "sshd -t", "AuthorizedKeysFile none", "%u %f"):
        assert part in ran.out


def test_the_name_of_the_account_is_one(tmp_path: Path) -> None:
    for name in ("a b", "-x", "root;id", ""):
        assert Commands(str(tmp_path / "none.db")).attempt("ssh", "setup", "--account", name).status == 2


def test_what_sshd_prints_is_read_and_judged() -> None:
    plan = Plan("segtui")
    told = {
        **SETTINGS,
        "AuthorizedKeysCommand": f"{' '.join(KEY_COMMAND)} %u %f",
        "AuthorizedKeysCommandUser": "segtui",
    }
    printed = "".join(f"{name.lower()} {value}\n" for name, value in {**told, "PermitUserEnvironment": "no"}.items())
    settings = settings_of(printed + "acceptenv LANG\nacceptenv LC_*\nforcecommand none\nallowusers s* root\n")
    assert {point.state for point in judge_settings(plan, settings)} == {State.OK}
    settings = settings_of(printed + "denyusers seg*\nacceptenv L*\nforcecommand /bin/true\n")
    assert [point.state for point in judge_settings(plan, settings)].count(State.WRONG) == 3
