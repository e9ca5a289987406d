"""`segtui ssh setup`: what it plans and does, on a machine in memory."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from segtui.config import settings
from segtui.errors import InvalidInput, NotAllowed, SetupFailed
from segtui.ssh import setup_plan as planning
from segtui.ssh.host import Account, FileState, ProcessResult
from segtui.ssh.server_setup import StepResult, apply_plan
from segtui.ssh.setup_plan import Plan, make_plan, script
from segtui.ssh.sshd_config import CONFIGURATION, SNIPPET
from segtui.ssh.warm.unit import UNIT_FILE, unit_for
from tests.support.fake_host import ACCOUNT, HOME, INCLUDE, PYTHON, SSHD, FakeHost


@pytest.fixture
def host() -> FakeHost:
    """Return a machine with an sshd and nothing of ours."""
    host = FakeHost(texts={CONFIGURATION: INCLUDE})
    host.add(CONFIGURATION, 0o644)
    host.add(SNIPPET.parent, 0o755, kind="folder")
    host.add(HOME.parent, 0o755, kind="folder")
    return host


def planned(host: FakeHost, name: str = "segtui") -> Plan:
    return make_plan(host, name, PYTHON)


def done(host: FakeHost) -> dict[str, str]:
    return {each.step: each.did for each in apply_plan(host, planned(host))}


def warnings(outcomes: list[StepResult]) -> list[str]:
    return [each.step for each in outcomes if each.did == "warning"]


def test_it_does_everything_once(host: FakeHost) -> None:
    first = done(host)
    assert set(first.values()) == {"done", "there already", "warning"}
    assert [step for step, did in first.items() if did == "there already"] == [f"folder {SNIPPET.parent}"]
    assert host.states[HOME] == host.states[HOME / "files"] == FileState(ACCOUNT.uid, ACCOUNT.gid, 0o700, "folder")
    assert host.states[settings.SITE_FILE] == FileState(0, ACCOUNT.gid, 0o640, "file")
    assert host.states[settings.SITE_FILE.parent] == FileState(0, 0, 0o755, "folder")
    assert host.states[SNIPPET] == FileState(0, 0, 0o644, "file")
    assert UNIT_FILE not in host.states
    assert (f"{PYTHON} -I -m segtui db upgrade --json", "segtui") in host.ran
    host.add(HOME / "segtui.db", 0o600, ACCOUNT)
    settings.SITE_FILE.parent.mkdir()
    settings.SITE_FILE.write_text(host.texts[settings.SITE_FILE])
    before = dict(host.states), dict(host.texts)
    host.ran.clear()
    assert set(done(host).values()) == {"there already", "warning"}
    assert (host.states, host.texts) == before
    assert not [command for command, _ in host.ran if "useradd" in command or "usermod" in command]


def test_inside_of_the_home_folder_root_does_nothing(host: FakeHost) -> None:
    done(host)
    assert (f"mkdir {HOME / 'files'}", "segtui") in host.ran


def test_what_is_half_right_is_mended(host: FakeHost) -> None:
    host.accounts["segtui"] = replace(ACCOUNT, shell="/usr/sbin/nologin")
    host.shadow["segtui"] = "!"
    host.add(HOME, 0o755, ACCOUNT, kind="folder")
    host.write(SNIPPET, "Match User other\n", 0, 0o644)
    found = done(host)
    assert found["account segtui"] == found[f"folder {HOME}"] == found[f"sshd file {SNIPPET}"] == "mended"
    assert ("/usr/sbin/usermod --shell /bin/sh --password * segtui", "root") in host.ran
    assert host.states[HOME].mode == 0o700


def test_a_file_of_the_site_is_never_written_over(host: FakeHost) -> None:
    settings.SITE_FILE.parent.mkdir()
    text = 'database = "/srv/our.db"\nfiles = "/srv/files"\n'
    settings.SITE_FILE.write_text(text)
    host.write(settings.SITE_FILE, text, 0, 0o600)
    found = done(host)
    assert found[f"site file {settings.SITE_FILE}"] == "there already"
    assert host.texts[settings.SITE_FILE] == text
    assert host.states[Path("/srv/files")].uid == ACCOUNT.uid
    assert ("mkdir /srv/files", "segtui") not in host.ran


@pytest.mark.parametrize("before", [None, "Match User other\n"])
def test_what_sshd_refuses_is_taken_back(host: FakeHost, before: str | None) -> None:
    if before is not None:
        host.write(SNIPPET, before, 0, 0o644)
    host.answers[f"{SSHD} -t"] = lambda: ProcessResult(
        255 if "segtui" in host.texts.get(SNIPPET, "") else 0, err="Bad option: x\r\n"
    )
    with pytest.raises(SetupFailed, match=r"Bad option: x\), so the old state was restored"):
        done(host)
    assert host.texts.get(SNIPPET) == before


def test_an_sshd_that_is_wrong_already_is_not_ours_to_blame(host: FakeHost) -> None:
    host.answers[f"{SSHD} -t"] = ProcessResult(255, err="line 3: Bad option\n")
    with pytest.raises(SetupFailed, match="its present configuration"):
        done(host)
    assert not host.accounts


def test_the_folder_that_starting_sshd_makes_is_made(host: FakeHost) -> None:
    missing = ProcessResult(255, err="Missing privilege separation directory: /run/sshd\r\n")
    host.answers[f"{SSHD} -t"] = lambda: ProcessResult(0) if Path("/run/sshd") in host.states else missing
    assert done(host)["folder /run/sshd, which sshd needs"] == "done"
    assert host.states[Path("/run/sshd")].mode == 0o755


def test_without_a_database_sshd_is_left_as_it_is(host: FakeHost) -> None:
    host.answers["* db upgrade *"] = ProcessResult(127, err=f"{PYTHON}: Permission denied")
    with pytest.raises(SetupFailed, match="Permission denied"):
        done(host)
    assert SNIPPET not in host.texts


@pytest.mark.parametrize("missing", ["sshd", "useradd"])
def test_a_program_that_is_missing_is_named(host: FakeHost, missing: str) -> None:
    host.missing.add(missing)
    with pytest.raises(SetupFailed, match=f"There is no {missing}"):
        done(host)


def test_who_is_not_root_is_told(host: FakeHost) -> None:
    host.root = False
    with pytest.raises(NotAllowed, match="takes root"):
        done(host)
    assert not host.ran


def test_sshd_reads_it_again_where_systemd_runs(host: FakeHost) -> None:
    host.systemd = True
    host.answers["* ssh.service"] = ProcessResult(5, err="Unit ssh.service not found.")
    assert done(host)["sshd reloaded its configuration"] == "done"
    assert host.ran[-1][0].endswith("systemctl try-reload-or-restart sshd.service")


def test_where_systemd_runs_a_unit_is_written_and_the_process_restarted_each_time(host: FakeHost) -> None:
    host.systemd = True
    found = done(host)
    assert (found[f"unit {UNIT_FILE}"], found["warm process restarted"]) == ("done", "done")
    assert host.texts[UNIT_FILE] == unit_for("segtui", PYTHON)
    assert host.states[UNIT_FILE] == FileState(0, 0, 0o644, "file")
    systemd = [command for command, _ in host.ran if "segtui-ssh" in command or "daemon-reload" in command]
    assert systemd == [
        "/usr/sbin/systemctl daemon-reload",
        "/usr/sbin/systemctl enable segtui-ssh.service",
        "/usr/sbin/systemctl restart segtui-ssh.service",
    ]
    settings.SITE_FILE.parent.mkdir()
    settings.SITE_FILE.write_text(host.texts[settings.SITE_FILE])
    again = done(host)
    assert (again[f"unit {UNIT_FILE}"], again["warm process restarted"]) == ("there already", "done")
    host.texts[UNIT_FILE] = unit_for("other", PYTHON)
    assert done(host)[f"unit {UNIT_FILE}"] == "mended"
    assert host.texts[UNIT_FILE] == unit_for("segtui", PYTHON)


def test_a_process_that_does_not_start_fails_no_setup(host: FakeHost) -> None:
    host.systemd = True
    host.answers["*restart segtui-ssh.service"] = ProcessResult(1, err="Job failed.\n")
    found = warnings(list(apply_plan(host, planned(host))))
    assert found == [
        "`systemctl restart segtui-ssh.service` failed (Job failed): sessions open more slowly until it works."
    ]
    assert SNIPPET in host.texts


def test_a_unit_that_an_admin_masked_stays_off(host: FakeHost) -> None:
    host.systemd = True
    host.add(UNIT_FILE, 0o777, kind="link")
    assert "masked" in warnings(list(apply_plan(host, planned(host))))[0]
    assert UNIT_FILE not in host.texts
    assert not [command for command, _ in host.ran if "segtui-ssh" in command]


def test_without_systemd_one_is_told_what_to_run(host: FakeHost) -> None:
    assert f"`{PYTHON} -I -m segtui ssh serve` as segtui" in warnings(list(apply_plan(host, planned(host))))[0]


def test_without_systemd_one_is_told_to_reload_sshd(host: FakeHost) -> None:
    assert "SIGHUP" in warnings(list(apply_plan(host, planned(host))))[-1]
    assert not [command for command, _ in host.ran if "systemctl" in command]


def test_an_sshd_that_does_not_read_our_file_is_warned_of(host: FakeHost) -> None:
    host.texts[CONFIGURATION] = "# Include /etc/ssh/sshd_config.d/*.conf\n"
    found = warnings(list(apply_plan(host, planned(host))))
    assert f"Include {SNIPPET.parent}/*.conf" in found[0]


@pytest.mark.parametrize(
    ("account", "field", "says"),
    [
        (Account("segtui", 1000, 1000, Path("/home/somebody"), "/bin/bash"), "*", "left alone"),
        (replace(ACCOUNT, uid=0), "*", "root by another name"),
        (ACCOUNT, "$6$salt$hash", "a password to sign in with"),
        (ACCOUNT, "!$6$salt$hash", "a password to sign in with"),
    ],
)
def test_an_account_of_somebody_is_left_alone(host: FakeHost, account: Account, field: str, says: str) -> None:
    host.accounts["segtui"], host.shadow["segtui"] = account, field
    with pytest.raises(InvalidInput, match=says):
        planned(host)


def test_an_interpreter_that_sshd_cannot_be_told_is_refused(host: FakeHost) -> None:
    for path in ("/opt/my tools/python", "/opt/100%/python", '/opt/"x"/python'):
        with pytest.raises(InvalidInput, match="does not accept"):
            make_plan(host, "segtui", Path(path))


def test_a_faulty_file_of_the_site_is_said_before_anything_is_done(host: FakeHost) -> None:
    settings.SITE_FILE.parent.mkdir()
    settings.SITE_FILE.write_text("datebase = 'x'\n")
    host.write(settings.SITE_FILE, "", 0, 0o640)
    with pytest.raises(InvalidInput, match="did you mean database"):
        planned(host)


def test_the_script_is_one_that_sh_reads_and_names_the_account_throughout(host: FakeHost) -> None:
    text = "\n".join(line for part in script(planned(host, "calls")) for line in part.lines)
    assert subprocess.run(["sh", "-n"], input=text, text=True, check=False).returncode == 0
    assert "segtui.db" in text
    assert "/var/lib/calls" in text
    assert "Match User calls" in text
    assert "AuthorizedKeysCommandUser calls" in text
    assert text.endswith("ssh check --account calls")
    assert str(planning.SHELL) in text
