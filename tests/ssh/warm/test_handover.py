"""A session that was handed over: for sshd and its client the stub is the session, and it ends as a process does."""

import ast
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import wait_until
from tests.support.warm_process import COLD, WarmProcess, asking_for, stub, warm_process


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmProcess]:
    with warm_process(tmp_path_factory.mktemp("home")) as process:
        yield process


@pytest.fixture
def own(tmp_path: Path) -> Iterator[WarmProcess]:
    """Yield a warm process that the test may kill."""
    with warm_process(tmp_path) as process:
        yield process


def started(process: WarmProcess, code: str) -> "subprocess.Popen[bytes]":
    """Start a session in pipes that writes its process id, then runs `code`."""
    return subprocess.Popen(
        stub(process.home),
        env=asking_for(f"import os; os.write(1, b'%d\\n' % os.getpid())\n{code}"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def session_of(running: "subprocess.Popen[bytes]") -> int:
    assert running.stdout is not None
    assert running.stderr is not None
    return int(running.stdout.readline() or running.stderr.read())


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_a_session_gets_the_arguments_and_what_sshd_said_of_the_client(warm: WarmProcess) -> None:
    ran = subprocess.run(
        stub(warm.home, ["session", "--user", "älice", "--key", ""]),
        env={**asking_for("import os, sys; print(arguments, sorted(os.environ), sys.argv[1:])"), "EVIL": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    words = ["ssh", "session", "--user", "älice", "--key", ""]
    assert ran.stdout == f"{words} {['SSH_CONNECTION', 'SSH_ORIGINAL_COMMAND', 'TERM']} {words}\n"


def test_standard_input_is_read_to_its_end(warm: WarmProcess) -> None:
    ran = warm.run("import sys; print(len(sys.stdin.buffer.read()))", given=b"x" * 3_000_000)
    assert (ran.returncode, ran.stdout) == (0, b"3000000\n")


def test_output_arrives_whole_on_both_streams(warm: WarmProcess) -> None:
    ran = warm.run("import sys; sys.stdout.write('ä' * 1_000_000); sys.stderr.write('b' * 100_000)")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "ä".encode() * 1_000_000, b"b" * 100_000)


def test_a_reader_that_goes_early_ends_the_session(warm: WarmProcess) -> None:
    code = "import sys\nwhile True: sys.stdout.buffer.raw.write(b'x' * 65536)"
    with started(warm, code) as running:
        session = session_of(running)
        assert running.stdout is not None
        running.stdout.close()
        assert running.wait(30) == 1
        wait_until(lambda: is_gone(session))


def test_what_a_session_closes_is_not_held_open_by_its_stub(warm: WarmProcess) -> None:
    with started(warm, "import os, sys, time; os.close(1); sys.stdin.read()") as running:
        session_of(running)
        assert running.stdout is not None
        assert running.stdin is not None
        assert running.stdout.read() == b""
        assert running.poll() is None
        running.stdin.close()
        assert running.wait(30) == 0


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("", 0),
        ("raise SystemExit(3)", 3),
        ("raise SystemExit(None)", 0),
        ("raise SystemExit('why')", 1),
        ("import os; os._exit(7)", 1),  # nobody but its parent can know it
        ("1 / 0", 1),
    ],
)
def test_the_stub_ends_with_the_status_of_its_session(warm: WarmProcess, code: str, status: int) -> None:
    assert warm.run(code).returncode == status


def test_threads_and_exit_handlers_of_a_session_run_to_their_end(warm: WarmProcess) -> None:
    code = """
import atexit, tempfile, threading, time
folder = tempfile.TemporaryDirectory()
print(folder.name)
atexit.register(lambda: print("handler"))
threading.Thread(target=lambda: (time.sleep(0.3), print("thread"))).start()
"""
    folder, *words = warm.run(code).stdout.decode().split()
    assert words == ["thread", "handler"]
    assert not Path(folder).exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT, signal.SIGWINCH])
def test_signals_reach_the_session(warm: WarmProcess, number: signal.Signals) -> None:
    code = f"""
import signal, sys
signal.signal({int(number)}, lambda number, frame: sys.exit(9))
print("ready", flush=True)
signal.pause()
"""
    with started(warm, code) as running:
        session_of(running)
        assert running.stdout is not None
        assert running.stdout.readline() == b"ready\n"
        running.send_signal(number)
        assert running.wait(30) == 9


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGQUIT, 131)])
def test_a_signal_that_kills_the_session_is_in_the_status(
    warm: WarmProcess, number: signal.Signals, status: int
) -> None:
    with started(warm, "import signal; signal.pause()") as running:
        session_of(running)
        running.send_signal(number)
        assert running.wait(30) == status


def test_a_hang_up_at_the_very_end_of_a_session_does_not_return_into_the_warm_process(warm: WarmProcess) -> None:
    # The stub goes as soon as it has the status, and its session is told.
    code = "import signal, sys; signal.signal(signal.SIGHUP, lambda *_: sys.exit(9))"
    for _ in range(20):
        assert warm.run(code).returncode == 0
    assert warm.socket.exists()


def test_when_the_stub_is_killed_the_session_hangs_up(warm: WarmProcess) -> None:
    with started(warm, "import signal; signal.pause()") as running:
        session = session_of(running)
        running.kill()
        wait_until(lambda: is_gone(session))


def test_when_the_stub_is_killed_a_session_that_handles_it_is_told(warm: WarmProcess, tmp_path: Path) -> None:
    code = f"""
import pathlib, signal, sys
def hung_up(number, frame):
    pathlib.Path({str(tmp_path / "told")!r}).touch()
    sys.exit(1)
signal.signal(signal.SIGHUP, hung_up)
print("ready", flush=True)
signal.pause()
"""
    with started(warm, code) as running:
        session = session_of(running)
        assert running.stdout is not None
        running.stdout.readline()
        running.kill()
        wait_until(lambda: is_gone(session))
    assert (tmp_path / "told").exists()


def test_a_session_that_is_killed_ends_the_stub(warm: WarmProcess) -> None:
    with started(warm, "import signal; signal.pause()") as running:
        os.kill(session_of(running), signal.SIGKILL)
        assert running.wait(30) == 1


def test_without_the_warm_process_sessions_go_on_and_the_next_starts_cold(own: WarmProcess) -> None:
    with started(own, "import sys; print(sys.stdin.read()); sys.exit(5)") as running:
        session_of(running)
        own.process.kill()
        own.process.wait()
        assert own.run("").returncode == COLD
        assert running.communicate(b"still here", timeout=30)[0] == b"still here\n"
        assert running.returncode == 5


def test_a_new_warm_process_takes_the_place_of_one_that_was_killed(own: WarmProcess) -> None:
    own.process.kill()
    own.process.wait()
    assert own.socket.exists()
    stale = own.socket.stat().st_ino
    with warm_process(own.home) as after:
        wait_until(lambda: after.socket.stat().st_ino != stale or after.run("").returncode == 0)
        wait_until(lambda: after.run("print('hello')").stdout == b"hello\n")


def test_a_warm_process_that_is_told_to_end_leaves_no_socket(own: WarmProcess) -> None:
    with started(own, "import sys; sys.stdin.read()") as running:
        session_of(running)
        own.process.terminate()
        assert own.process.wait(30) == 0
        assert not own.socket.exists()
        running.communicate(timeout=30)
        assert running.returncode == 0


def test_a_second_warm_process_is_refused(own: WarmProcess) -> None:
    with warm_process(own.home) as second:
        assert second.process.wait(30) != 0
        assert second.process.stderr is not None
        assert "A warm process serves this account already." in second.process.stderr.read()
    assert own.run("print(1)").stdout == b"1\n"


def test_changed_code_starts_cold_and_ends_the_warm_process(own: WarmProcess) -> None:
    assert own.run("print(1)").stdout == b"1\n"
    (own.home / "code").write_text("changed")
    assert own.run("print(1)").returncode == COLD
    assert own.process.wait(30) == 0
    assert not own.socket.exists()


def test_a_cold_start_is_the_command_that_sshd_ran_before() -> None:
    ran = subprocess.run(stub(Path("/nowhere"), ["session", "--user", "alice"]), capture_output=True, check=False)
    words = [sys.executable, "-I", "-m", "segtui", "ssh", "session", "--user", "alice"]
    assert (ran.returncode, ran.stderr.decode()) == (COLD, repr([sys.executable, words]))


@pytest.mark.parametrize("variables", [{}, {"LC_ALL": "C"}, {"LANG": "xx_XX.ISO-8859-1", "TERM": "vt100"}])
def test_a_cold_start_has_the_environment_that_sshd_made(variables: dict[str, str]) -> None:
    # The interpreter adds a locale of its own to a C locale: a cold session would take the terminal's for UTF-8.
    ran = subprocess.run(stub(Path("/nowhere")), env=variables, capture_output=True, check=False)
    assert (ran.returncode, ast.literal_eval(ran.stdout.decode())) == (COLD, variables)


_SIGNALLED_BEFORE_THE_REQUEST = """
import select, signal
begin = handover._Session.begin
def begin_late(session, message):
    os.kill(os.getpid(), signal.{name})
    poll = select.poll()
    poll.register(session._process, select.POLLIN)
    poll.poll(30_000)
    begin(session, message)
handover._Session.begin = begin_late
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_stub_that_is_told_to_end_before_its_session_has_begun_does_not_start_cold(
    warm: WarmProcess, name: str
) -> None:
    command = stub(warm.home, before=_SIGNALLED_BEFORE_THE_REQUEST.format(name=name))
    ran = subprocess.run(command, env=asking_for("print('ran')"), capture_output=True, check=False)
    assert (ran.returncode, ran.stdout) == (-signal.Signals[name], b"")


def test_what_is_no_utf_8_reaches_the_session_as_it_is(warm: WarmProcess) -> None:
    code = b"import os; os.write(1, os.environb[b'SSH_CONNECTION'])"
    environment = {b"SSH_ORIGINAL_COMMAND": code, b"SSH_CONNECTION": b"\xff=\xfe \n"}
    ran = subprocess.run(stub(warm.home), env=environment, capture_output=True, check=True)
    assert ran.stdout == b"\xff=\xfe \n"


def test_a_session_learns_how_its_own_processes_ended(warm: WarmProcess) -> None:
    # The warm process has the kernel reap its children, which would hide their status here.
    assert (
        warm.run("import subprocess, sys; sys.exit(subprocess.run(['sh', '-c', 'exit 7']).returncode)").returncode == 7
    )


def test_a_request_for_anything_else_starts_cold(warm: WarmProcess) -> None:
    ran = subprocess.run(stub(warm.home, ["setup", "--write"]), env=asking_for(""), capture_output=True, check=False)
    assert ran.returncode == COLD


def test_a_request_that_is_too_long_starts_cold(warm: WarmProcess) -> None:
    assert warm.run("#" * 70_000).returncode == COLD


def test_a_closed_descriptor_starts_cold(warm: WarmProcess) -> None:
    command = ["sh", "-c", 'exec "$@" <&-', "sh", *stub(warm.home)]
    assert subprocess.run(command, env=asking_for(""), capture_output=True, check=False).returncode == COLD
