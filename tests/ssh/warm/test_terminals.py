"""A session in the terminal of its stub, which is not its controlling terminal."""

import os
import signal
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from tests.support.processes import wait_until
from tests.support.warm_process import WarmProcess, asking_for, stub, warm_process


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmProcess]:
    with warm_process(tmp_path_factory.mktemp("home")) as process:
        yield process


@contextmanager
def terminal(warm: WarmProcess, code: str) -> Iterator["pexpect.spawn[bytes]"]:
    """Run code in a session with a terminal of 24 lines, as sshd runs the interface."""
    (command, *words), environment = stub(warm.home), asking_for(code)
    with pexpect.spawn(command, words, env=environment, dimensions=(24, 80), timeout=30) as child:
        child.delaybeforesend = None
        yield child


def test_a_session_reads_and_writes_the_terminal(warm: WarmProcess) -> None:
    with terminal(warm, "print(input('name? ').upper())") as child:
        child.expect(b"name\\? ")
        child.send(b"alice\n")
        child.expect(b"ALICE")
        child.expect(pexpect.EOF)
    assert child.wait() == 0


def test_a_new_size_reaches_the_session(warm: WarmProcess) -> None:
    code = """
import os, signal
signal.signal(signal.SIGWINCH, lambda *_: print(os.get_terminal_size(), flush=True))
print(os.get_terminal_size(), flush=True)
while True: signal.pause()
"""
    with terminal(warm, code) as child:
        child.expect(b"columns=80, lines=24")
        child.setwinsize(50, 120)
        child.expect(b"columns=120, lines=50")


@pytest.mark.parametrize(("key", "status"), [(b"\x03", 7), (b"\x1c", 131)])
def test_keys_that_interrupt_reach_the_session_once(warm: WarmProcess, key: bytes, status: int) -> None:
    code = """
import signal, sys, time
try:
    print("ready", flush=True)
    signal.pause()
except KeyboardInterrupt:
    time.sleep(0.2)
    sys.exit(7)
"""
    with terminal(warm, code) as child:
        child.expect(b"ready")
        child.send(key)
        child.expect(pexpect.EOF)
    assert child.wait() == status


def test_ctrl_z_stops_nothing(warm: WarmProcess) -> None:
    with terminal(warm, "print('ready', flush=True); print(input())") as child:
        child.expect(b"ready")
        child.send(b"\x1a")
        child.send(b"still here\n")
        child.expect(b"still here\r\nstill here")
        child.expect(pexpect.EOF)
    assert child.wait() == 0


def test_a_lost_connection_hangs_up_the_session(warm: WarmProcess) -> None:
    with terminal(warm, "import os, signal; print(os.getpid(), flush=True); signal.pause()") as child:
        session = int(child.readline())
        child.close(force=False)
        wait_until(lambda: not Path(f"/proc/{session}").exists())


_RAW = """
import os, sys, termios, tty
tty.setraw(0)
os.write(1, b"\\x1b[?1049h%d\\r\\n" % os.getpid())
sys.stdin.read()
"""


def test_the_terminal_is_restored_after_a_session_that_was_killed(warm: WarmProcess) -> None:
    with terminal(warm, _RAW) as child:
        before = termios.tcgetattr(child.child_fd)
        session = int(child.readline().removeprefix(b"\x1b[?1049h"))
        assert termios.tcgetattr(child.child_fd) != before
        os.kill(session, signal.SIGKILL)
        child.expect(b"\x1b\\[\\?1049l")
        assert termios.tcgetattr(child.child_fd) == before
        child.expect(pexpect.EOF)
    assert child.wait() == 1


def test_a_terminal_that_takes_no_output_does_not_hold_the_stub(warm: WarmProcess) -> None:
    code = """
import os
print(os.getpid(), flush=True)
while True: os.write(1, b"x" * 1000)
"""
    with terminal(warm, code) as child:
        session = int(child.readline())
        wait_until(lambda: _is_asleep(session))
        os.kill(session, signal.SIGKILL)
        wait_until(lambda: not Path(f"/proc/{session}").exists())
        wait_until(lambda: not child.isalive())


def _is_asleep(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "S"


def test_the_terminal_of_a_session_is_not_its_controlling_one(warm: WarmProcess) -> None:
    code = """
import os, termios
try:
    os.open("/dev/tty", os.O_RDWR)
except OSError as error:
    print(error.strerror)
termios.tcsetattr(0, termios.TCSANOW, termios.tcgetattr(0))  # would stop a process in the background
"""
    with terminal(warm, code) as child:
        child.expect(b"No such device or address")
        child.expect(pexpect.EOF)
    assert child.wait() == 0
