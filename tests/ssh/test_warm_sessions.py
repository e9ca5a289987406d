"""Warm sessions over a real sshd: the warm process is killed, upgraded or hidden; limits and hang-ups hold."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import segtui
from segtui.domain.vocabulary import Role
from segtui.services.accounts import login_keys, users
from segtui.ssh import session_limits
from tests.ssh.conftest import SITE, Office
from tests.ssh.test_sessions import interface, sessions_of, soon
from tests.support.sshd import Sshd, WarmProcess
from tests.support.terminal import Terminal

ROWS = 20_000


@dataclass
class WarmProcesses:
    """The warm processes of this module: another one where a test has ended the one before."""

    server: Sshd
    stack: ExitStack
    latest: WarmProcess | None = None

    def running(self) -> WarmProcess:
        """Return one that runs."""
        if self.latest is None or self.latest.waiting.poll() is not None:
            self.latest = self.stack.enter_context(self.server.warm_process())
        return self.latest


@pytest.fixture(scope="module")
def warm_processes(cold_office: Office) -> Iterator[WarmProcesses]:
    with cold_office.sshd.without_warm_process(), ExitStack() as stack:
        yield WarmProcesses(cold_office.sshd, stack)


@pytest.fixture
def office(cold_office: Office, warm_processes: WarmProcesses) -> Office:
    """Return the server with a warm process that the test may end."""
    return replace(cold_office, warm=warm_processes.running())


@pytest.fixture
def person(cold_office: Office) -> Iterator[str]:
    login = f"w{os.urandom(4).hex()}"
    users.add(cold_office.owner, login, company="Main", role=Role.MEMBER)
    login_keys.add(cold_office.owner, login, cold_office.sshd.key(login))
    yield login
    users.remove(cold_office.owner, login)


def warm_sessions_of(office: Office, login: str) -> list[int]:
    """Return those processes of a user that are forks of a warm process."""
    return [pid for pid in sessions_of(office, login) if b"serve" in command_of(pid)]


def command_of(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def is_used(terminal: Terminal) -> None:
    """Use an open interface."""
    terminal.press("/lead")
    terminal.see("Leads", "1 of")
    terminal.press("\x1b\x1b")
    terminal.see("Search by name", gone=["1 of"])


@contextmanager
def waiting(office: Office, login: str) -> Iterator[None]:
    """Keep a session of a user open, which waits for its standard input, until the block ends."""
    files = office.sshd.home / "files"
    before = locked(files)
    with subprocess.Popen(office.sshd.command(login, "upload waiting.csv"), stdin=subprocess.PIPE) as process:
        try:
            assert soon(lambda: locked(files) == before + 1)
            yield
        finally:
            process.kill()
    assert soon(lambda: locked(files) == before)


def locked(folder: Path) -> int:
    """Return how many session slots below a folder are taken."""
    inodes = {str(path.stat().st_ino) for path in folder.glob("*/sessions/*")}
    return sum(line.split()[5].rpartition(":")[2] in inodes for line in Path("/proc/locks").read_text().splitlines())


def test_a_session_is_a_fork_of_the_warm_process_and_ps_names_its_user(
    office: Office, person: str, tmp_path: Path
) -> None:
    assert office.warm is not None
    with interface(office, person, tmp_path) as terminal:
        terminal.see("Leads", "? Help")
        (session,) = warm_sessions_of(office, person)
        assert parent_of(session) == office.warm.pid
        assert Path(f"/proc/{session}/comm").read_text() == f"segtui {person}"[:15] + "\n"
        stubs = [pid for pid in sessions_of(office, person) if pid != session]
        assert b"-S" in command_of(stubs[-1])  # it has not become a cold session
        is_used(terminal)
        terminal.press("\x11")
        assert terminal.end() == 0
    assert soon(lambda: not sessions_of(office, person))


def test_sessions_outlive_the_warm_process_and_are_watched_as_before(
    office: Office, person: str, tmp_path: Path
) -> None:
    assert office.warm is not None
    with interface(office, person, tmp_path) as terminal, interface(office, "vera", tmp_path) as other:
        for each in (terminal, other):
            each.see("Leads", "? Help")
        assert warm_sessions_of(office, person)
        assert warm_sessions_of(office, "vera")
        os.kill(office.warm.pid, signal.SIGKILL)
        office.warm.waiting.wait(20)
        is_used(terminal)
        assert office.sshd.run("boss", "segments list").status == 0  # cold
        with office.sshd.warm_process():
            is_used(other)
            assert office.sshd.run("boss", "segments list", fresh=True).status == 0
            began = time.monotonic()
            users.edit(office.owner, person, enabled=False)
            assert terminal.end() == 1
            assert soon(lambda: not sessions_of(office, person), 10 - (time.monotonic() - began))
            assert "Your account was disabled" in terminal.text
            is_used(other)


def test_an_upgrade_ends_the_warm_process_and_no_session(office: Office, person: str, tmp_path: Path) -> None:
    assert office.warm is not None
    source = str(Path(segtui.__file__))
    newer = office.sshd.folder / "newer.py"
    with interface(office, person, tmp_path) as terminal:
        terminal.see("Leads", "? Help")
        assert warm_sessions_of(office, person)
        newer.write_bytes(Path(source).read_bytes())
        newer.chmod(0o644)
        assert office.sshd.inside("mount", "--bind", str(newer), source).returncode == 0
        try:
            assert office.sshd.run("alice", "segments list").status == 0  # cold, at once
            assert office.warm.waiting.wait(20) == 0
            is_used(terminal)
            with office.sshd.warm_process(), interface(office, "alice", tmp_path) as other:
                other.see("Leads", "? Help")
                assert warm_sessions_of(office, "alice")
                is_used(terminal)
        finally:
            assert office.sshd.inside("umount", source).returncode == 0


@pytest.mark.parametrize("whom", ["stub", "session", "sshd"])
def test_who_dies_takes_the_others_along_and_no_other_session(
    office: Office, person: str, tmp_path: Path, whom: str
) -> None:
    assert office.warm is not None
    with interface(office, person, tmp_path) as terminal, interface(office, "vera", tmp_path) as other:
        for each in (terminal, other):
            each.see("Leads", "? Help")
        (session,) = warm_sessions_of(office, person)
        (stub,) = [pid for pid in sessions_of(office, person) if b"-S" in command_of(pid)]
        above = parent_of(stub)
        while Path(f"/proc/{above}/comm").read_text().strip() not in {"sshd", "sshd-session"}:
            above = parent_of(above)
        os.kill({"stub": stub, "session": session, "sshd": above}[whom], signal.SIGKILL)
        assert soon(lambda: not sessions_of(office, person))
        assert terminal.end() != 0
        assert locked(office.sshd.home / "files") == 1
        is_used(other)
        assert office.warm.waiting.poll() is None


def test_cold_and_warm_sessions_of_a_user_count_together(office: Office, person: str) -> None:
    path, text = office.sshd.site_file, office.sshd.site_file.read_text(encoding="utf-8")
    path.write_text(f"{SITE}sessions_per_user = 2\n", encoding="utf-8")
    refusal = "You already have 2 sessions open, the most allowed: end one of them first.\n"
    try:
        with waiting(office, person):
            with office.sshd.without_warm_process(), waiting(office, person):
                assert len(warm_sessions_of(office, person)) == 1
                ran = office.sshd.run(person, "segments list")
                assert (ran.status, ran.err) == (1, refusal)
            with waiting(office, person):
                ran = office.sshd.run(person, "segments list")
                assert (ran.status, ran.err) == (1, refusal)
    finally:
        path.write_text(text, encoding="utf-8")
    assert soon(lambda: not sessions_of(office, person))
    assert office.sshd.run(person, "segments list").status == 0
    entries = json.loads(office.sshd.run("boss", f"audit --user {person} --action refused --json").out)
    assert [entry["object"] for entry in entries] == ["sign_in", "sign_in"]


def test_limits_hold_in_a_session_and_not_for_the_process_it_comes_from(office: Office, person: str) -> None:
    assert office.warm is not None

    def limits(pid: int) -> dict[str, str]:
        lines = Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
        return {line[:26].strip(): line[26:47].strip() for line in lines}

    before = limits(office.warm.pid)
    with waiting(office, person):
        (warm,) = warm_sessions_of(office, person)
        of_session = limits(warm)
    memory = session_limits.MEMORY + session_limits.MEMORY_PER_PROCESSOR * (os.cpu_count() or 1)
    assert of_session["Max address space"] == str(memory)
    assert int(of_session["Max file size"]) >= session_limits.FILE_SIZE
    assert of_session["Max core file size"] == "0"
    assert limits(office.warm.pid) == before
    assert before["Max address space"] == "unlimited"
    assert soon(lambda: not sessions_of(office, person))
    with office.sshd.without_warm_process(), waiting(office, person):
        (cold,) = [pid for pid in sessions_of(office, person) if b"-m" in command_of(pid)]
        of_cold = limits(cold)
    assert of_cold == of_session


@pytest.fixture
def large_segment(office: Office, person: str) -> Iterator[str]:
    """Yield a segment that was imported warm, then cold, to no difference."""
    rows = [f"Zoë{number},zoë{number}@example.com,{'x' * 30}{number}\n" for number in range(ROWS)]
    file = ("first_name,email,Note\n" + "".join(rows)).encode()
    command = "import - --segment Large --json"
    warm = office.sshd.run(person, command, given=file)
    with office.sshd.without_warm_process():
        cold = office.sshd.run(person, command, given=file)
    documents = [json.loads(ran.out) for ran in (warm, cold)]
    assert [(warm.err, documents[0]["created"]), (cold.err, documents[1]["unchanged"])] == [("", ROWS), ("", ROWS)]
    yield "Large"
    for document in reversed(documents):
        assert office.sshd.run(person, f"imports undo {document['import_id']} --yes").status == 0


def test_large_files_come_and_go_byte_for_byte(office: Office, person: str, large_segment: str) -> None:
    warm = office.sshd.run(person, f"export --segment {large_segment}")
    with office.sshd.without_warm_process():
        cold = office.sshd.run(person, f"export --segment {large_segment}")
    assert (warm.status, warm.err, warm.out) == (cold.status, cold.err, cold.out) == (0, "", warm.out)
    assert warm.out.count(b"\n") == ROWS + 1
    assert len(warm.out) > 1_500_000
    assert all(f"{'x' * 30}{number}".encode() in warm.out for number in range(0, ROWS, 999))
    # A client that stops reading ends its session.
    command = office.sshd.command(person, f"export --segment {large_segment}")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as client:
        assert client.stdout is not None
        client.stdout.read(10)
        client.stdout.close()
        assert soon(lambda: client.poll() is not None)
    assert soon(lambda: not sessions_of(office, person))
    assert office.warm is not None
    assert office.warm.waiting.poll() is None


def test_check_asks_the_warm_process(office: Office) -> None:
    def result() -> tuple[str, str]:
        ran = office.sshd.inside(sys.executable, "-I", "-m", "segtui", "ssh", "check", "--json")
        (point,) = [each for each in json.loads(ran.stdout) if each["point"] == "warm process"]
        return point["state"], point["reason"]

    assert office.warm is not None
    assert result() == ("ok", "It runs the code that is installed, and forks sessions.")
    with office.sshd.without_warm_process():
        assert result()[0] == "advice"
    path = office.sshd.home / "warm.socket"
    path.chmod(0o666)
    try:
        state, reason = result()
        assert (state, "has the mode 0666" in reason) == ("wrong", True)
    finally:
        path.chmod(0o600)
    assert office.warm.waiting.poll() is None


@pytest.mark.long
def test_an_idle_session_ends(office: Office, person: str, tmp_path: Path) -> None:
    path, text = office.sshd.site_file, office.sshd.site_file.read_text(encoding="utf-8")
    path.write_text(f"{SITE}idle_minutes = 1\n", encoding="utf-8")
    try:
        with interface(office, person, tmp_path) as terminal:
            terminal.see("Leads", "? Help")
            assert warm_sessions_of(office, person)
            time.sleep(45)
            is_used(terminal)
            touched = time.monotonic()
            assert soon(lambda: not sessions_of(office, person), 90)
            assert 55 < time.monotonic() - touched < 75
            terminal.drain()
            assert "The session ended after 1 minutes without activity." in terminal.text
    finally:
        path.write_text(text, encoding="utf-8")


def test_strangers_on_the_server_get_no_session_from_the_warm_process(office: Office) -> None:
    assert office.warm is not None
    code = (
        "import socket, sys\nwith socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as peer:\n"
        "    peer.connect('/var/lib/segtui/warm.socket')\n    print(peer.recv(64))"
    )
    python = ["/usr/bin/env", "python3", "-c", code]
    refused = office.sshd.inside("setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", *python)
    assert "PermissionError" in refused.stderr
    as_root = office.sshd.inside(*python)  # root may connect, and is not the account either
    assert as_root.stdout == "b''\n", as_root.stderr
    assert office.warm.waiting.poll() is None
