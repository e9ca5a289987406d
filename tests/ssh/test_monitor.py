"""Watching over a session: what ends it, and that it is ended the hard way where it does not end by itself."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from segtui.domain.vocabulary import Role
from segtui.errors import Cancelled, InvalidInput
from segtui.services.accounts import login_keys, users
from segtui.services.accounts.sign_in import open_session_for, record_sign_in, why_signed_out
from segtui.services.audit import audit_queries
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.ssh import monitor as watching
from segtui.ssh.environment import clean_environment, client_address
from segtui.ssh.monitor import SessionMonitor, connection_lost
from segtui.ssh.session_entry import _end_command, authorized_keys_line
from segtui.ssh.site_config import require_root_owned
from segtui.ssh.warm import STUB
from tests.support.public_keys import ed25519_line, fingerprint_of


@pytest.fixture
def alice(session: Session) -> Session:
    users.add(session, "alice", company="Main", role=Role.MEMBER)
    login_keys.add(session, "alice", ed25519_line(1))
    return open_session_for(session.database, "alice", fingerprint_of(ed25519_line(1)), "192.0.2.1", record=False)


def actions(session: Session) -> list[str]:
    return [entry.action for entry in audit_queries.find(session, audit_queries.TrailQuery(user="alice"))]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Look every twentieth of a second, and never really end the process of the tests."""
    ended: list[int] = []
    monkeypatch.setattr(watching, "_INTERVAL", 0.05)
    monkeypatch.setattr(watching, "_GRACE", 0.2)
    monkeypatch.setattr(watching, "connection_lost", lambda: False)
    monkeypatch.setattr("segtui.ssh.monitor.os._exit", ended.append)
    monkeypatch.setattr("segtui.ssh.monitor.os.isatty", lambda _: False)
    return ended


def reason_for(monitor: SessionMonitor, seconds: float = 10) -> str | None:
    """Start it and return for what reason it ends; None where it does not."""
    told = threading.Event()
    found: list[str] = []

    def end(reason: str) -> None:
        found.append(reason)
        told.set()

    monitor.end = end
    monitor.start()
    told.wait(seconds)
    return found[0] if found else None


def test_a_session_in_order_goes_on_and_is_recorded_when_it_begins(alice: Session, session: Session) -> None:
    monitor = SessionMonitor(alice, lambda _: None, records_sign_in=True)
    assert reason_for(monitor, 0.5) is None
    monitor.stop()
    assert actions(session) == ["sign_in"]


def test_who_is_disabled_has_a_reason_and_an_entry(alice: Session, session: Session) -> None:
    assert why_signed_out(alice) is None
    users.edit(session, "alice", enabled=False)
    assert why_signed_out(alice) == "Your account was disabled; ask an admin."
    assert actions(session) == []
    monitor = SessionMonitor(alice, lambda _: None)
    assert reason_for(monitor) == "Your account was disabled; ask an admin."
    deadline = time.monotonic() + 10
    while actions(session) != ["refused"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    monitor.stop()


def test_what_does_not_end_by_itself_is_ended(alice: Session, session: Session, quick: list[int]) -> None:
    users.remove(session, "alice")
    assert reason_for(SessionMonitor(alice, lambda _: None))
    deadline = time.monotonic() + 10
    while not quick:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert quick == [1]


def test_what_ends_in_time_is_not(alice: Session, session: Session, quick: list[int]) -> None:
    users.remove(session, "alice")
    monitor = SessionMonitor(alice, lambda _: None)
    assert reason_for(monitor)
    monitor.stop()
    time.sleep(0.4)
    assert quick == []


def test_who_does_nothing_for_long_is_out_and_a_touch_counts(alice: Session) -> None:
    monitor = SessionMonitor(alice, lambda _: None)
    monitor.idle_seconds = 0.6
    began = time.monotonic()
    threading.Timer(0.4, monitor.touch).start()
    assert "without activity" in (reason_for(monitor) or "")
    assert time.monotonic() - began >= 0.9
    monitor.stop()


def test_a_lost_connection_ends_it(alice: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "connection_lost", lambda: True)
    monitor = SessionMonitor(alice, lambda _: None)
    assert reason_for(monitor) == "The connection was lost."
    monitor.stop()


def test_a_database_that_is_away_ends_nothing(alice: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    from segtui.errors import DatabaseError

    def away(_: Session) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(watching, "why_signed_out", away)
    monitor = SessionMonitor(alice, lambda _: None)
    assert reason_for(monitor, 0.4) is None
    monitor.stop()


def test_an_error_nobody_expected_does_not_end_the_watch(
    alice: Session, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def broken_once(of: Session) -> str | None:
        asked.append(1)
        if len(asked) == 1:
            raise RuntimeError("not foreseen")
        return why_signed_out(of)

    monkeypatch.setattr(watching, "why_signed_out", broken_once)
    users.edit(session, "alice", enabled=False)
    monitor = SessionMonitor(alice, lambda _: None)
    assert reason_for(monitor) == "Your account was disabled; ask an admin."
    monitor.stop()


def test_what_ends_a_command_comes_through_though_nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def write(self, _: str) -> int:
            raise BrokenPipeError

    sent: list[int] = []
    monkeypatch.setattr("sys.stderr", Gone())
    monkeypatch.setattr("segtui.ssh.session_entry.os.kill", lambda _, number: sent.append(number))
    _end_command("The connection was lost.")
    assert sent == [signal.SIGTERM]


def test_a_sign_in_can_be_recorded_later(alice: Session, session: Session) -> None:
    assert actions(session) == []
    record_sign_in(alice)
    assert actions(session) == ["sign_in"]


CHILD = """
import socket, subprocess, sys
ours, theirs = socket.socketpair()
code = 'import sys, time; from segtui.ssh.monitor import connection_lost as lost\\nsys.stdin.read(); time.sleep(0.3); '
code += 'sys.stderr.write(str(lost()))'
child = subprocess.Popen([sys.executable, "-c", code], stdin=theirs, stdout=theirs, stderr=subprocess.PIPE)
theirs.close()
ours.sendall(b"rows")
ours.shutdown(socket.SHUT_WR) if sys.argv[1] == "ends" else ours.close()
print(child.communicate()[1].decode())
"""


@pytest.mark.parametrize(("how", "lost"), [("ends", "False"), ("dies", "True")])
def test_the_end_of_a_file_and_the_death_of_a_client_are_told_apart(how: str, lost: str) -> None:
    """Both look the same to who reads: only the other direction tells."""
    root = Path(watching.__file__).parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", CHILD, how], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(root)}
    )
    assert ran.stdout.strip() == lost


def test_a_file_or_a_terminal_as_output_is_no_lost_connection() -> None:
    assert not connection_lost()


def test_an_interrupt_asks_whether_anybody_is_there() -> None:
    there = [True]
    interrupt = Interrupt(lambda: not there[0])
    interrupt.demand_not_cancelled()
    there[0] = False
    with pytest.raises(Cancelled):
        interrupt.demand_not_cancelled()


def test_of_the_environment_only_the_terminal_and_the_locale_stay() -> None:
    given = {
        "TERM": "xterm-256color", "LANG": "de_DE.UTF-8", "LC_ALL": "../../x", "PYTHONPATH": "/x", "TEXTUAL": "devtools",
        "SEGTUI_DATABASE_URL": "x", "PATH": "/x", "HOME": "/x", "XDG_CONFIG_HOME": "/x", "LD_PRELOAD": "/x",
        "TMUX": "/x", "EDITOR": "vi", "SSH_ORIGINAL_COMMAND": "x",
    }  # fmt: skip
    kept = clean_environment(given)
    assert set(kept) == {"TERM", "LANG", "HOME", "USER", "LOGNAME", "PATH"}
    assert "/x" not in kept.values()
    assert (kept["TERM"], kept["LANG"]) == ("xterm-256color", "de_DE.UTF-8")


@pytest.mark.parametrize("term", ["", "../../etc/passwd", "a b", "x" * 65, "\x1b[2J", "-x", "x\n"])
def test_what_is_no_kind_of_terminal_is_unknown(term: str) -> None:
    assert clean_environment({"TERM": term})["TERM"] == "unknown"


@pytest.mark.parametrize(
    ("said", "source"),
    [("192.0.2.7 1 192.0.2.1 22", "192.0.2.7"), ("fe80::1%eth0 1 x 2", "fe80::1%eth0"), ("", "ssh"), ("<b> 1", "ssh")],
)
def test_where_somebody_comes_from_is_an_address(said: str, source: str) -> None:
    assert client_address({"SSH_CONNECTION": said}) == source


def test_the_line_for_sshd_opens_one_command_and_nothing_else() -> None:
    line = authorized_keys_line("alice", "SHA256:abc", "ssh-ed25519 AAAA")
    assert line.startswith('restrict,pty,command="')
    assert line.endswith('" ssh-ed25519 AAAA')
    assert f"-I -S {STUB} session --user alice --key SHA256:abc" in line
    assert "\n" not in line


def test_a_quote_in_the_path_of_the_program_stays_inside_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", '/opt/a "b" c/python')
    inside = authorized_keys_line("alice", "SHA256:abc", "ssh-ed25519 AAAA").partition('command="')[2]
    assert inside.startswith("'/opt/a \\\"b\\\" c/python' -I")


def test_the_sites_file_has_to_be_roots_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "site" / "config.toml"
    with pytest.raises(InvalidInput, match="not set up"):
        require_root_owned(path)
    path.parent.mkdir(mode=0o755)
    path.write_text("")
    monkeypatch.setattr("segtui.ssh.site_config.OWNER", os.getuid())
    require_root_owned(path)
    for changed, mode in ((path, 0o666), (path.parent, 0o777), (path, 0o620)):
        before = changed.stat().st_mode
        changed.chmod(mode)
        with pytest.raises(InvalidInput, match="writable by nobody else"):
            require_root_owned(path)
        changed.chmod(before)
    monkeypatch.setattr("segtui.ssh.site_config.OWNER", os.getuid() + 1)
    with pytest.raises(InvalidInput, match="belong to root"):
        require_root_owned(path)


def test_an_actor_without_a_row_is_never_out(session: Session) -> None:
    assert why_signed_out(replace(session)) is None
