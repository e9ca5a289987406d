"""What sshd's configuration says: read, compared and written."""

import os
import sys
from pathlib import Path

import pytest

from segtui.ssh import permissions, sshd_config
from segtui.ssh.host import Account, Host, ProcessResult
from segtui.ssh.warm import STUB
from tests.support.fake_host import ACCOUNT, PYTHON, effective

INCLUDE = "Include /etc/ssh/sshd_config.d/*.conf"


def test_the_snippet_is_a_block_of_its_own() -> None:
    lines = sshd_config.snippet_for("segtui", PYTHON).splitlines()
    assert lines[1] == "Match User segtui"
    assert lines[-1] == "Match all"
    assert all(line.startswith("    ") for line in lines[2:-1])
    assert f"    AuthorizedKeysCommand {PYTHON} -I -S {STUB} authorized-keys %u %f" in lines


@pytest.mark.parametrize(
    ("text", "included"),
    [
        (INCLUDE, True),
        ("# a remark\n\ninclude sshd_config.d/*.conf\n", True),
        ('Include "/etc/ssh/other.conf" /etc/ssh/sshd_config.d/segtui.conf', True),
        (f"Include={sshd_config.SNIPPET}", True),
        (f"Match all\n{INCLUDE}", True),
        ("", False),
        (f"# {INCLUDE}", False),
        ("Include /etc/ssh/others/*.conf", False),
        (f"Match User alice\n    PermitTTY no\n{INCLUDE}", False),
    ],
)
def test_whether_the_snippet_is_read(text: str, included: bool) -> None:
    assert sshd_config.is_included(text) is included


def test_settings_are_read_as_sshd_prints_them() -> None:
    text = "port 22\nacceptenv LANG\nacceptenv LC_*\nauthorizedkeyscommand /x -I  %u\nforcecommand none\nbare\n"
    assert sshd_config.parse_settings(text) == {
        "port": ["22"],
        "acceptenv": ["LANG", "LC_*"],
        "authorizedkeyscommand": ["/x -I  %u"],
        "forcecommand": ["none"],
        "bare": [""],
    }


def test_each_difference_is_named() -> None:
    assert sshd_config.differences(sshd_config.parse_settings(effective()), "segtui", PYTHON) == []
    changed = sshd_config.parse_settings(effective(permittty="no", authorizedkeysfile=".ssh/a .ssh/\x1b[2Jb"))
    assert sshd_config.differences(changed, "segtui", PYTHON) == [
        "AuthorizedKeysFile is .ssh/a .ssh/\N{REPLACEMENT CHARACTER}[2Jb, not none",
        "PermitTTY is no, not yes",
    ]
    assert len(sshd_config.differences({}, "segtui", PYTHON)) == len(sshd_config.settings_for("segtui", PYTHON))


def test_two_names_of_one_interpreter_are_one(tmp_path: Path) -> None:
    (tmp_path / "python3").touch()
    (tmp_path / "python").symlink_to("python3")
    found = sshd_config.parse_settings(effective(authorizedkeyscommand=sshd_config.key_command(tmp_path / "python3")))
    assert sshd_config.differences(found, "segtui", tmp_path / "python") == []
    assert sshd_config.differences(found, "segtui", PYTHON)


@pytest.mark.parametrize(
    ("settings", "keeps"),
    [
        ({}, ""),
        ({"allowusers": ["alice", "segtui"]}, ""),
        ({"allowusers": ["seg*@10.0.0.*"]}, ""),
        ({"allowusers": ["alice"]}, "AllowUsers"),
        ({"denyusers": ["seg*"]}, "DenyUsers"),
        ({"allowgroups": ["ssh staff"]}, "AllowGroups"),
        ({"allowgroups": ["ssh"], "allowusers": ["segtui"]}, "AllowGroups"),
        ({"denygroups": ["segtui"]}, "DenyGroups"),
    ],
)
def test_who_is_kept_out(settings: dict[str, list[str]], keeps: str) -> None:
    assert sshd_config.denying_setting(settings, ACCOUNT, ["segtui"]) == keeps


@pytest.mark.parametrize(
    ("settings", "harm"),
    [
        ({"acceptenv": ["LANG", "LC_*"]}, ""),
        ({"acceptenv": ["LANG LC_* COLORTERM"]}, ""),
        ({"acceptenv": ["*"]}, "AcceptEnv *"),
        ({"acceptenv": ["LANG", "LD_PRELOAD"]}, "AcceptEnv LD_PRELOAD"),
        ({"permituserenvironment": ["no"]}, ""),
        ({"permituserenvironment": ["LANG,LC_*"]}, "PermitUserEnvironment LANG,LC_*"),
    ],
)
def test_what_lets_others_say_how_programs_run(settings: dict[str, list[str]], harm: str) -> None:
    assert sshd_config.harmful_setting(settings) == harm


def test_the_folder_that_sshd_misses_is_read_from_its_complaint() -> None:
    complaint = "Missing privilege separation directory: /run/sshd\r\n"
    assert sshd_config.missing_folder(ProcessResult(255, err=complaint)) == Path("/run/sshd")
    assert sshd_config.missing_folder(ProcessResult(255, err="Bad option")) is None


def test_what_a_program_said_is_one_clean_line() -> None:
    assert ProcessResult(1, err="first\n\n  last\x1b[2J.\r\n").last_line == "last\N{REPLACEMENT CHARACTER}[2J"
    assert ProcessResult(1, out="only\n").last_line == "only"
    assert ProcessResult(3).last_line == "it ended with status 3"


def test_links_are_followed_by_hand_and_end(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").touch()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "loop").symlink_to("loop")
    found = dict(permissions.path_components(Host(), tmp_path / "link" / "file", tmp_path / "loop"))
    assert found[tmp_path / "real"] is not None
    assert {Path("/"), tmp_path / "link", tmp_path / "link" / "file", tmp_path / "loop"} <= found.keys()


def test_the_running_program_is_found_and_its_folders_looked_into(tmp_path: Path) -> None:
    program = permissions.Program.running()
    assert program.executable == Path(sys.executable)
    assert any((folder / "ssh" / "permissions.py").exists() for folder in program.code)
    assert any(folder in Path(STUB).parents for folder in program.code)
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "x.py").touch()
    (tmp_path / "code" / "x.py").chmod(0o666)
    assert any("x.py" in why for why in permissions.write_access_problems(Host(), [], [tmp_path / "code"]))


def test_the_machine_itself_is_read(tmp_path: Path) -> None:
    host = Host()
    assert host.account("no-such-account") is None
    assert (root := host.account("root")) is not None
    assert "root" in host.groups_of(root)
    assert host.state(tmp_path / "nothing") is None
    assert host.read(tmp_path / "nothing") is None
    assert host.run(["/no/such/program"]).status == 127
    assert host.run(["/bin/sh", "-c", 'echo "$HOME $PYTHONPATH"; umask']).out.splitlines()[0] == "/ "
    me = Account("me", os.geteuid(), os.getegid(), tmp_path, "/bin/sh")
    assert host.run(["/bin/sh", "-c", 'echo "$HOME"; umask'], me).out.split() == [str(tmp_path), "0077"]
    host.make_folder_as(me, tmp_path / "files", 0o700)
    found = host.state(tmp_path / "files")
    assert found is not None
    assert (found.kind, found.mode) == ("folder", 0o700)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_root_never_follows_a_link_to_what_is_given_away(tmp_path: Path) -> None:
    from segtui.errors import SetupFailed

    (tmp_path / "precious").mkdir(mode=0o755)
    (tmp_path / "home").symlink_to("precious")
    with pytest.raises(SetupFailed):
        Host().make_folder(tmp_path / "home", ACCOUNT, 0o700)
    assert (tmp_path / "precious").stat().st_uid == 0
    Host().write(tmp_path / "file", "text\n", ACCOUNT.gid, 0o640)
    state = Host().state(tmp_path / "file")
    assert state is not None
    assert (state.uid, state.gid, state.mode) == (0, ACCOUNT.gid, 0o640)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
