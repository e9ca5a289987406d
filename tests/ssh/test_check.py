"""`segtui ssh check`, point by point, on a machine in memory."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from segtui.config import settings as config
from segtui.domain import ssh_keys
from segtui.errors import InvalidInput
from segtui.ssh import server_check
from segtui.ssh.check_result import CheckResult
from segtui.ssh.host import FileState, ProcessResult
from segtui.ssh.permissions import Program
from segtui.ssh.warm import STUB
from tests.support.fake_host import ACCOUNT, HOME, PYTHON, SSHD, FakeHost, effective, set_up

PROGRAM = Program(PYTHON, (PYTHON, Path("/opt/segtui")), (Path("/opt/segtui/lib/segtui"),))
CODE = Path("/opt/segtui/lib/segtui/__init__.py")


@pytest.fixture
def site() -> Path:
    """Return the file of a site that was set up."""
    path = config.SITE_FILE
    path.parent.mkdir()
    path.write_text(f'database = "{HOME}/segtui.db"\nfiles = "{HOME}/files"\n')
    return path


@pytest.fixture
def host(site: Path) -> FakeHost:
    return set_up(site)


def looked_at(host: FakeHost) -> dict[str, CheckResult]:
    return {each.point: each for each in server_check.check_server(host, "segtui", PROGRAM)}


def test_everything_is_right(host: FakeHost) -> None:
    found = looked_at(host)
    assert {point: each.reason for point, each in found.items() if each.state != "ok"} == {}
    assert len(found) == 18
    assert all(re.fullmatch(r".+[.]", each.reason) for each in found.values())


def test_the_extra_for_keys_is_missing(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_keys, "is_available", lambda: False)
    point = looked_at(host)["program"]
    assert (point.state, "pip install '.[ssh]'" in point.reason) == ("wrong", True)


def test_what_runs_as_the_account_is_run_as_the_account(host: FakeHost) -> None:
    looked_at(host)
    as_account = [command for command, who in host.ran if who == "segtui"]
    assert as_account[0] == f"{PYTHON} -I -c import segtui"
    assert as_account[1] == f"{PYTHON} -I -m segtui.ssh.database_probe"
    stub = f"{PYTHON} -I -S {STUB} authorized-keys"
    assert [command.rpartition(" ")[0] for command in as_account[2:4]] == [f"{stub} root", f"{stub} segtui"]
    assert as_account[4:] == [
        f"{PYTHON} -I -m segtui.ssh.warm.process_probe", f"{PYTHON} -I -m segtui.ssh.warm.bytecode_probe",
    ]  # fmt: skip
    assert {command for command, who in host.ran if who == "root"} == {
        f"{SSHD} -t", f"{SSHD} -T -C user=segtui,host=localhost,addr=127.0.0.1",
        "/usr/sbin/systemctl is-enabled segtui-ssh.service",
    }  # fmt: skip


def shell(path: str) -> Callable[[FakeHost], None]:
    def spoil(host: FakeHost) -> None:
        host.add(path, 0o755)
        host.accounts["segtui"] = replace(ACCOUNT, shell=path)

    return spoil


def answer(pattern: str, done: ProcessResult) -> Callable[[FakeHost], None]:
    return lambda host: host.answers.update({pattern: done})


def mode(path: Path | str, mode: int, uid: int | None = None) -> Callable[[FakeHost], None]:
    def spoil(host: FakeHost) -> None:
        before = host.states[Path(path)]
        host.states[Path(path)] = replace(before, mode=mode, uid=before.uid if uid is None else uid)

    return spoil


def settings(**changed: str) -> Callable[[FakeHost], None]:
    return answer(f"{SSHD} -T *", ProcessResult(0, effective(**changed)))


def locked_without_pam(host: FakeHost) -> None:
    host.shadow["segtui"] = "!"
    settings(usepam="no")(host)


def unreachable(host: FakeHost) -> None:
    mode("/opt", 0o700)(host)
    answer("* -c import segtui", ProcessResult(127, err="Permission denied"))(host)


def linked_elsewhere(host: FakeHost) -> None:
    host.add("/srv/python/bin/python3.11", 0o755)
    host.states[Path("/srv/python")] = FileState(0, 50, 0o775, "folder")
    host.states[PYTHON] = FileState(0, 0, 0o777, "link")
    host.links[PYTHON] = Path("/srv/python/bin/python3.11")


@pytest.mark.parametrize(
    ("spoil", "point", "says"),
    [
        (lambda host: host.accounts.update(segtui=replace(ACCOUNT, uid=0)), "account", "root by another name"),
        (shell("/bin/bash"), "shell", "~/.bashrc"),
        (shell("/usr/sbin/nologin"), "shell", "never runs segtui"),
        (mode("/bin/sh", 0o700), "shell", "/bin/sh (mode 0700)"),
        (locked_without_pam, "password field", "usermod --password '*' segtui"),
        (lambda host: host.shadow.update(segtui="$6$x"), "password field", "has a password"),
        (mode(HOME, 0o755), "home folder", "chmod 0700 /var/lib/segtui"),
        (mode(HOME, 0o700, 0), "home folder", "belongs to 0: `chown segtui: /var/lib/segtui`"),
        (mode("/var/lib", 0o777), "home folder", "/var/lib is writable by others"),
        (lambda host: host.states.pop(HOME / "files"), "files folder", "There is no folder"),
        (unreachable, "program", "cannot get to /opt/segtui/bin/python because of /opt (mode 0700)"),
        (answer("* -c import segtui", ProcessResult(1, err="x\nNo module of it\n")), "program", "No module of it."),
        (mode("/opt", 0o775), "program's owner", "/opt is writable by its group"),
        (mode(CODE, 0o644, 990), "program's owner", "__init__.py belongs to segtui"),
        (mode(CODE.with_name("ssh") / "warm/stub.py", 0o664), "program's owner", "stub.py is writable by its group"),
        (linked_elsewhere, "program's owner", "/srv/python is writable by its group"),
        (answer("*ssh.database_probe", ProcessResult(1, err="It is too old.\n")), "database", "It is too old."),
        (lambda host: host.missing.add("sshd"), "sshd", "install it"),
        (
            answer(f"{SSHD} -t", ProcessResult(255, err="line 3: Bad option\r\n")),
            "sshd's configuration", "line 3: Bad option.",
        ),
        (
            answer(f"{SSHD} -t", ProcessResult(255, err="Missing privilege separation directory: /run/sshd\r\n")),
            "sshd's configuration", "start its service",
        ),
        (settings(permittty="no"), "sshd's settings", "PermitTTY is no, not yes."),
        (settings(trustedusercakeys="/etc/ca"), "sshd's settings", "TrustedUserCAKeys is /etc/ca, not none"),
        (settings(authorizedkeyscommand="/usr/bin/x"), "sshd's settings", "AuthorizedKeysCommand is /usr/bin/x, not"),
        (settings(acceptenv="LD_*"), "sshd's environment", "AcceptEnv LD_*"),
        (settings(permituserenvironment="yes"), "sshd's environment", "PermitUserEnvironment yes"),
        (settings(allowusers="alice"), "sshd's admission", "AllowUsers"),
        (answer("*authorized-keys root *", ProcessResult(0, "ssh-ed25519 A")), "keys command", "must return none"),
        (answer("*authorized-keys segtui *", ProcessResult(1, err="no")), "keys command", "nobody can sign in: no."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(host: FakeHost, spoil: Callable[[FakeHost], object], point: str, says: str) -> None:
    spoil(host)
    found = looked_at(host)[point]
    assert (found.state, says in found.reason) == ("wrong", True), found


@pytest.mark.parametrize(
    ("text", "mode_and_owner", "says"),
    [
        ('database = "x.db"\n', (0o660, 0), "is writable by its group"),
        ('database = "x.db"\n', (0o640, 990), "belongs to segtui"),
        ('database = "x.db"\n', (0o600, 0), "chown root:segtui"),
        ('database = "x.db"\n', (0o644, 0), "chmod 0640"),
        ("timezone = 'UTC'\n", (0o640, 0), "does not name the database"),
        ("datebase = 'x.db'\n", (0o640, 0), "did you mean database?"),
    ],
)
def test_the_file_of_the_site(
    host: FakeHost, site: Path, text: str, mode_and_owner: tuple[int, int], says: str
) -> None:
    site.write_text(text)
    mode(site, *mode_and_owner)(host)
    found = looked_at(host)["site file"]
    assert (found.state, says in found.reason) == ("wrong", True), found


def test_without_an_account_the_rest_is_looked_at_nevertheless(host: FakeHost) -> None:
    host.accounts.clear()
    found = looked_at(host)
    assert found["account"].state == "wrong"
    assert {found[point].state for point in ("shell", "program", "database", "keys command")} == {"not checked"}
    assert {found[point].state for point in ("program's owner", "sshd", "sshd's settings")} == {"ok"}


def test_who_is_not_root_gets_as_far_as_one_may_look(host: FakeHost) -> None:
    host.root = False
    for path in (HOME / "files", config.SITE_FILE):
        host.states[path] = FileState(-1, -1, 0, "hidden")
    found = looked_at(host)
    assert [command for command, _ in host.ran] == ["/usr/sbin/systemctl is-enabled segtui-ssh.service"]
    assert {point for point, each in found.items() if each.state == "ok"} == {
        "account", "shell", "home folder", "program", "program's owner", "sshd", "warm process's unit",
    }  # fmt: skip
    assert {each.reason for each in found.values() if each.state == "not checked"} == {
        "Only root can check this: repeat the command as root."
    }


def test_a_locked_account_is_right_where_sshd_uses_pam(host: FakeHost) -> None:
    host.shadow["segtui"] = "!"
    assert looked_at(host)["password field"].state == "ok"
    answer(f"{SSHD} -T *", ProcessResult(255, err="no hostkeys available\n"))(host)
    found = looked_at(host)
    assert found["password field"].state == "not checked"
    assert found["sshd's settings"].reason == "sshd does not say: no hostkeys available."


@pytest.mark.parametrize("name", ["root", "Segtui", "a b", "-x", "x,addr=10.0.0.1", ""])
def test_what_cannot_be_an_account_is_refused(host: FakeHost, name: str) -> None:
    with pytest.raises(InvalidInput):
        list(server_check.check_server(host, name, PROGRAM))
    assert not host.ran
