"""`segtui ssh check` on the warm process: advice where it is only missing, wrong where it should run or is not safe."""

import importlib
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from segtui.config import settings as config
from segtui.ssh.check_result import CheckResult
from segtui.ssh.host import ProcessResult
from segtui.ssh.permissions import Program
from segtui.ssh.warm import bytecode_probe, process_probe, protocol
from segtui.ssh.warm.process_check import check_warm_process
from segtui.ssh.warm.unit import UNIT_FILE, unit_for
from tests.support.fake_host import ACCOUNT, HOME, PYTHON, FakeHost, set_up

LIBRARY = Path("/opt/segtui/lib")
PROGRAM = Program(PYTHON, (PYTHON,), (LIBRARY / "segtui", LIBRARY))
SOCKET = HOME / "warm.socket"
PROBE = "*warm.process_probe"


@pytest.fixture
def host() -> FakeHost:
    config.SITE_FILE.parent.mkdir()
    config.SITE_FILE.write_text(f'database = "{HOME}/segtui.db"\n')
    return set_up(config.SITE_FILE)


def results(host: FakeHost) -> dict[str, CheckResult]:
    return {each.point: each for each in check_warm_process(host, "segtui", host.account("segtui"), PROGRAM)}


def answer(pattern: str, out: str = "", status: int = 1) -> Callable[[FakeHost], None]:
    return lambda host: host.answers.update({pattern: ProcessResult(status, f"{out}\n" if out else "")})


def unit(before: str, after: str) -> Callable[[FakeHost], None]:
    def change(host: FakeHost) -> None:
        text = host.texts[UNIT_FILE]
        assert before in text
        host.texts[UNIT_FILE] = text.replace(before, after)

    return change


def without_unit(host: FakeHost) -> None:
    host.remove(UNIT_FILE)


def without_systemd(host: FakeHost) -> None:
    host.systemd = False
    without_unit(host)


def down(host: FakeHost) -> None:
    host.states.pop(SOCKET)
    answer(PROBE, "No such file or directory")(host)


def both(*changes: Callable[[FakeHost], None]) -> Callable[[FakeHost], None]:
    def change(host: FakeHost) -> None:
        for each in changes:
            each(host)

    return change


def socket_state(**changed: object) -> Callable[[FakeHost], None]:
    return lambda host: host.states.update({SOCKET: replace(host.states[SOCKET], **changed)})  # type: ignore[arg-type]


UNIT, PROCESS = "warm process's unit", "warm process"


@pytest.mark.parametrize(
    ("change", "point", "state", "says"),
    [
        (without_unit, UNIT, "advice", "`segtui ssh setup --write` writes it and starts the process."),
        (lambda host: host.add(UNIT_FILE, 0o777, kind="link"), UNIT, "advice", "systemctl unmask segtui-ssh.service"),
        (answer("*is-enabled*", "disabled"), UNIT, "advice", "systemctl enable --now segtui-ssh.service"),
        (lambda host: host.add(UNIT_FILE, 0o664), UNIT, "wrong", "segtui-ssh.service is writable by its group"),
        (lambda host: host.add(UNIT_FILE, 0o644, ACCOUNT), UNIT, "wrong", "segtui-ssh.service belongs to segtui"),
        (unit("User=segtui", "User=root"), UNIT, "wrong", "`segtui ssh setup --write`: User is root, not segtui."),
        (unit("KillMode=process\n", ""), UNIT, "wrong", "KillMode is not set, not process."),
        (unit("KillMode=process", "KillMode=process\nKillMode=mixed"), UNIT, "wrong", "KillMode is mixed, not"),
        (unit("=/opt/segtui", "=/opt/old"), UNIT, "wrong", "ExecStart is /opt/old/bin/python"),
        (unit("[Install]", "[Service]\nNice=5\n[Install]"), UNIT, "ok", "as setup writes it"),
        (unit("[Service]", "# x\n\n; y\n[Service]"), UNIT, "ok", "as setup writes it"),
        (down, PROCESS, "wrong", "`journalctl -u segtui-ssh.service` says why it ended."),
        (both(down, without_unit), PROCESS, "advice", "`segtui ssh setup --write` starts it."),
        (both(down, answer("*is-enabled*")), PROCESS, "advice", "`segtui ssh setup --write` starts it."),
        (both(down, without_systemd), PROCESS, "advice", f"run `{PYTHON} -I -m segtui ssh serve` as segtui."),
        (answer(PROBE, "Connection refused"), PROCESS, "wrong", "It does not run"),
        (socket_state(mode=0o666), PROCESS, "wrong", "has the mode 0666, so no sign-in uses it"),
        (socket_state(uid=0), PROCESS, "wrong", "belongs to 0"),
        (socket_state(kind="file"), PROCESS, "wrong", "is no socket"),
        (answer(PROBE, process_probe.ANOTHER_PROCESS), PROCESS, "wrong", "It does not run"),
        (answer(PROBE, process_probe.CLOSED), PROCESS, "advice", "older code"),
        (answer(PROBE, process_probe.OTHER_CODE), PROCESS, "wrong", "code of another installation"),
        (answer(PROBE, process_probe.SILENT), PROCESS, "wrong", "every sign-in waits 10 seconds for it: `systemctl"),
        (without_systemd, PROCESS, "ok", "forks sessions"),
    ],
)  # fmt: skip
def test_each_state_of_the_process_is_told(
    host: FakeHost, change: Callable[[FakeHost], object], point: str, state: str, says: str
) -> None:
    change(host)
    result = results(host)[point]
    assert (result.state, says in result.reason) == (state, True), result


def test_without_systemd_no_unit_is_looked_for(host: FakeHost) -> None:
    without_systemd(host)
    assert list(results(host)) == [PROCESS, "bytecode"]


def test_what_takes_the_account_or_root_is_not_checked_without(host: FakeHost) -> None:
    host.root = False
    assert {result.state for point, result in results(host).items() if point != UNIT} == {"not checked"}
    host.accounts.clear()
    assert {result.state for point, result in results(host).items() if point != UNIT} == {"not checked"}


def test_files_that_every_start_compiles_are_advice_with_the_command(host: FakeHost) -> None:
    stale = (f"{LIBRARY}/segtui/a.py", f"{LIBRARY}/segtui/b.py")
    answer("*bytecode_probe", "\n".join(stale), 0)(host)
    result = results(host)["bytecode"]
    assert result.state == "advice"
    assert f"compiles 2 files, such as {stale[0]}" in result.reason
    assert result.reason.endswith(f"`umask 022; {PYTHON} -m compileall -q {LIBRARY}/segtui`.")
    answer("*bytecode_probe", f"{LIBRARY}/textual/x.py", 0)(host)
    assert results(host)["bytecode"].reason.endswith(f"compileall -q {LIBRARY}`.")
    host.answers["*bytecode_probe"] = ProcessResult(1, err="No module named click\n")
    assert results(host)["bytecode"].reason == "The program cannot be run: No module named click."


# The probes, on a real socket and on real bytecode


@contextmanager
def listening(home: Path, serve: Callable[[socket.socket], None]) -> Iterator[None]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(str(home / protocol.SOCKET_NAME))
        listener.listen()

        def accept() -> None:
            connection, _ = listener.accept()
            with connection:
                serve(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        yield
        thread.join(10)


def ready(connection: socket.socket) -> None:
    socket.send_fds(connection, [protocol.READY], [0])
    assert connection.recv(64) == b""  # nothing is requested


def silent(connection: socket.socket) -> None:
    connection.recv(64)


@pytest.mark.parametrize(
    ("serve", "reason"),
    [
        (ready, ""),
        (lambda connection: None, process_probe.CLOSED),
        (lambda connection: connection.send(b"ready 0"), process_probe.OTHER_CODE),
        (lambda connection: connection.send(b"status 1"), process_probe.CLOSED),
        (silent, process_probe.SILENT),
    ],
)
def test_a_probe_requests_a_session_as_a_stub_does(
    tmp_path: Path, serve: Callable[[socket.socket], None], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "ANSWER_SECONDS", 0.3 if serve is silent else 10.0)
    with listening(tmp_path, serve):
        assert process_probe.probe(tmp_path) == reason


def test_another_accounts_process_is_none_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_probe, "peer_uid", lambda _: os.geteuid() + 1)
    with listening(tmp_path, silent):
        assert process_probe.probe(tmp_path) == process_probe.ANOTHER_PROCESS


def test_where_nobody_listens_the_system_says_why(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        process_probe.probe(tmp_path)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return a module that was imported, and its bytecode stored."""
    (tmp_path / "module_with_bytecode.py").write_text("value = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    monkeypatch.delitem(sys.modules, "module_with_bytecode", raising=False)  # that of the test before
    return importlib.import_module("module_with_bytecode")


def is_stale(module: ModuleType) -> bool:
    return module.__file__ in bytecode_probe.stale_modules()


def test_bytecode_is_current_until_the_source_changes(module: ModuleType) -> None:
    assert module.__file__ is not None
    source = Path(module.__file__)
    assert not is_stale(module)
    state = source.stat()
    source.write_text("value = 22\n")
    os.utime(source, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert is_stale(module)  # another size
    source.write_text("value = 2\n")
    os.utime(source, (1, 1))
    assert is_stale(module)  # another time


@pytest.mark.parametrize("content", [b"", b"\0" * 15, b"\0" * 64])
def test_bytecode_of_another_interpreter_or_half_written_is_not_current(module: ModuleType, content: bytes) -> None:
    assert module.__cached__ is not None
    Path(module.__cached__).write_bytes(content)
    assert is_stale(module)


def test_bytecode_that_is_missing_is_not_current(module: ModuleType) -> None:
    assert module.__cached__ is not None
    Path(module.__cached__).unlink()
    assert is_stale(module)


def test_the_unit_names_account_and_interpreter() -> None:
    lines = unit_for("calls", PYTHON).splitlines()
    assert "User=calls" in lines
    assert f"ExecStart={PYTHON} -I -m segtui ssh serve" in lines
    # A restart, an upgrade or a session without memory must not end other sessions.
    assert {"KillMode=process", "Restart=always", "OOMPolicy=continue", "StartLimitIntervalSec=0"} <= set(lines)
    assert not [line for line in lines if line.startswith("PrivateTmp")]
