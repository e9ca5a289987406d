"""Hostile peers: clients of the warm process, and impostors in its place, are not trusted and hold nobody up."""

import array
import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from segtui.ssh.warm import protocol
from segtui.ssh.warm.protocol import Request
from tests.support.processes import wait_until
from tests.support.warm_process import COLD, WarmProcess, asking_for, stub, warm_process

_ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="needs a second user")
_NOBODY = 65534
_REFUSED = (protocol.encode_status(1), b"")


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmProcess]:
    with warm_process(tmp_path_factory.mktemp("home")) as process:
        yield process


@contextlib.contextmanager
def connection(warm: WarmProcess) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connected:
        connected.settimeout(30)
        connected.connect(str(warm.socket))
        yield connected


def request(code: str = "", arguments: tuple[str, ...] = ("session",)) -> bytes:
    return protocol.encode_request(Request(list(arguments), {"SSH_ORIGINAL_COMMAND": code}, ["strict", "strict"]))


def send(connected: socket.socket, message: bytes, descriptors: int = 3) -> None:
    handed = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [2] * descriptors))] if descriptors else []
    connected.sendmsg([message], handed)


def answer(connected: socket.socket) -> bytes:
    """Return what the warm process answers; nothing where it closes the connection."""
    try:
        return connected.recv(64)
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize(
    ("message", "descriptors"),
    [
        (b"", 3),
        (b"\0", 3),
        (b"GET / HTTP/1.1\r\n\r\n", 3),
        (request()[7:], 3),
        (b"other" + request()[6:], 3),
        (request(arguments=("setup", "--write")), 3),
        (request(arguments=()), 3),
        (request().replace(b"SSH_ORIGINAL_COMMAND", b"LD_PRELOAD"), 3),
        (request().replace(b"strict", b"9999999999999999999", 1), 3),
        (b"strict\0strict\0" + b"9" * 5000, 3),
        (b"strict\0strict\0\xb2\0session", 3),
        (b"strict\0strict\0-1\0session", 3),
        (b"strict", 3),
        (os.urandom(60_000), 3),
        (request("#" * (100 << 10)), 3),
        (request(), 0),
        (request(), 1),
        (request(), 2),
        (request(), 4),
        (request(), 200),
    ],
)  # fmt: skip
def test_a_request_of_another_form_is_refused(warm: WarmProcess, message: bytes, descriptors: int) -> None:
    with connection(warm) as connected:
        assert answer(connected) == protocol.READY
        with contextlib.suppress(OSError):  # the kernel takes no message of that length
            send(connected, message, descriptors)
            assert answer(connected) in _REFUSED
    assert warm.run("print('next')").stdout == b"next\n"


def test_who_connects_and_says_nothing_holds_nobody_up(warm: WarmProcess) -> None:
    with connection(warm) as first, connection(warm) as second:
        assert warm.run("print(1)").stdout == b"1\n"
        assert [answer(first), answer(second)] == [protocol.READY, protocol.READY]


def test_who_connects_and_says_nothing_is_given_up(tmp_path: Path) -> None:
    with warm_process(tmp_path, silence=0.2) as impatient, connection(impatient) as connected:
        assert [answer(connected), answer(connected)] == [protocol.READY, protocol.encode_status(1)]


def test_a_flood_of_connections_holds_nobody_up(warm: WarmProcess) -> None:
    with contextlib.ExitStack() as stack:
        flood = [stack.enter_context(connection(warm)) for _ in range(300)]
        assert warm.run("print(1)").stdout == b"1\n"
        assert [answer(connected) for connected in flood] == [protocol.READY] * 300
    assert warm.run("print(1)").stdout == b"1\n"


def test_a_flood_of_requests_leaves_no_processes(warm: WarmProcess) -> None:
    for _ in range(100):
        with connection(warm) as connected, contextlib.suppress(ConnectionResetError, BrokenPipeError):
            send(connected, b"garbage")
    assert warm.run("print(1)").stdout == b"1\n"
    children = Path(f"/proc/{warm.process.pid}/task/{warm.process.pid}/children")
    wait_until(lambda: children.read_text() == "")
    assert len(list(Path(f"/proc/{warm.process.pid}/fd").iterdir())) < 10


def test_a_warm_process_that_hangs_is_given_up_and_runs_nothing_later(tmp_path: Path) -> None:
    with warm_process(tmp_path) as hung:
        hung.process.send_signal(signal.SIGSTOP)
        code = f"open({str(tmp_path / 'ran')!r}, 'w')"
        assert hung.run(code, patience=0.2).returncode == COLD
        hung.process.send_signal(signal.SIGCONT)
        assert hung.run("print(1)").stdout == b"1\n"
        assert not (tmp_path / "ran").exists()


def test_the_socket_is_for_the_account_alone(warm: WarmProcess) -> None:
    state = warm.socket.stat()
    assert (stat.S_IMODE(state.st_mode), state.st_uid) == (0o600, os.geteuid())


def listening(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(str(path))
    listener.listen()
    return listener


@pytest.mark.parametrize("what", ["open to others", "a file", "a link", "silent", "of another form", "hangs up"])
def test_a_stub_does_not_trust_what_is_not_as_it_has_to_be(tmp_path: Path, what: str) -> None:
    path = tmp_path / "warm.socket"
    if what == "a file":
        path.touch(0o600)
    else:
        listener = listening(tmp_path / "real" if what == "a link" else path)
        (tmp_path / "real" if what == "a link" else path).chmod(0o666 if what == "open to others" else 0o600)
        if what == "a link":
            path.symlink_to(tmp_path / "real")
    command = stub(tmp_path, patience=0.3 if what == "silent" else 20)
    with subprocess.Popen(command, env=asking_for(""), stderr=subprocess.PIPE) as running:
        if what in {"of another form", "hangs up"}:
            accepted, _ = listener.accept()
            if what == "of another form":
                accepted.send(protocol.READY)  # without a process
            accepted.close()
        assert running.wait(30) == COLD


def test_a_stub_of_another_installation_starts_cold(warm: WarmProcess) -> None:
    # A warm process of an older installation beside it would run older code.
    before = """
import shutil
from segtui.ssh.warm import protocol
other = {folder!r} + "/protocol.py"
shutil.copy(protocol.__file__, other)
copy = type(protocol)("copy")
copy.__file__ = other
exec(open(other).read(), copy.__dict__)
handover.protocol = copy
"""
    folder = str(warm.home)
    ran = subprocess.run(stub(warm.home, before=before.format(folder=folder)), env=asking_for(""), check=False)
    assert ran.returncode == COLD
    assert warm.run("print(1)").stdout == b"1\n"


@_ROOT_ONLY
def test_a_stub_does_not_trust_the_socket_of_another_user(tmp_path: Path) -> None:
    with listening(tmp_path / "warm.socket"):
        (tmp_path / "warm.socket").chmod(0o600)
        os.chown(tmp_path / "warm.socket", _NOBODY, _NOBODY)
        ran = subprocess.run(stub(tmp_path), env=asking_for(""), capture_output=True, check=False)
    assert ran.returncode == COLD


_LISTEN_AS_NOBODY = """
import os, socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
listener.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o600)
os.setuid(65534)
listener.listen()
print("ready", flush=True)
sys.stdin.read()
"""


@_ROOT_ONLY
def test_a_stub_does_not_trust_a_process_of_another_user_behind_its_socket(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _LISTEN_AS_NOBODY, str(tmp_path / "warm.socket")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"ready\n"
        ran = subprocess.run(stub(tmp_path), env=asking_for(""), capture_output=True, check=False)
        other.kill()
    assert ran.returncode == COLD


_CONNECT_AS_NOBODY = """
import os, socket, sys
connected = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
os.chdir(sys.argv[1])
os.chmod(".", 0o755)
os.chmod("warm.socket", 0o666)
os.setuid(65534)
connected.connect("warm.socket")
try:
    print(connected.recv(64))
except (ConnectionResetError, BrokenPipeError):
    print(b"")
"""


@_ROOT_ONLY
def test_the_warm_process_serves_no_other_user(tmp_path: Path) -> None:
    with warm_process(tmp_path) as warm:
        ran = subprocess.run(
            [sys.executable, "-c", _CONNECT_AS_NOBODY, str(tmp_path)], capture_output=True, text=True, check=True
        )
        assert ran.stdout == "b''\n"
        warm.socket.chmod(0o600)
        assert warm.run("print(1)").stdout == b"1\n"
