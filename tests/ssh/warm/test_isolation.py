"""Sessions share what the warm process imported, and nothing else: no memory, no descriptors, no random numbers."""

import subprocess
import uuid
from collections.abc import Iterator

import pytest

from tests.support.warm_process import WarmProcess, asking_for, stub, warm_process

_SEARCH_OWN_MEMORY = """
import os, re, sys
wanted = bytes(reversed(os.environ["SSH_ORIGINAL_COMMAND"].rpartition("#")[2].encode()))
hits = 0
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
    for line in list(maps):
        first, last = (int(number, 16) for number in line.split()[0].split("-"))
        if line.split()[1].startswith("r") and "[v" not in line:
            memory.seek(first)
            try:
                hits += (memory.read(last - first) or b"").count(wanted)
            except OSError:
                pass
print(hits - 1)  # its own copy of what it searches
"""


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmProcess]:
    with warm_process(tmp_path_factory.mktemp("home")) as process:
        yield process


@pytest.fixture
def neighbour(warm: WarmProcess) -> Iterator[str]:
    """Yield a secret that another session has in its command, its input and its memory while the test runs."""
    secret = uuid.uuid4().hex
    code = f"import sys; kept = sys.stdin.readline(); print('ready', flush=True); sys.stdin.read()  # {secret}"
    with subprocess.Popen(
        stub(warm.home), env=asking_for(code), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(secret.encode() + b"\n")
        running.stdin.flush()
        assert running.stdout.readline() == b"ready\n"
        yield secret


def memory_hits(warm: WarmProcess, secret: str, *, before: str = "") -> int:
    # Reversed, so that it is not what the search itself has.
    return int(warm.run(f"{before}\n{_SEARCH_OWN_MEMORY}#{secret[::-1]}").stdout)


def test_nothing_of_another_session_is_in_the_memory_of_a_session(warm: WarmProcess, neighbour: str) -> None:
    assert memory_hits(warm, neighbour) == 0


def test_nothing_of_an_ended_session_is_in_the_memory_of_the_next(warm: WarmProcess) -> None:
    secret = uuid.uuid4().hex
    for _ in range(3):
        assert warm.run(f"import sys; kept = sys.stdin.read()  # {secret}", given=secret.encode()).returncode == 0
    assert memory_hits(warm, secret) == 0


def test_the_search_finds_what_is_there(warm: WarmProcess) -> None:
    secret = uuid.uuid4().hex
    assert memory_hits(warm, secret, before=f"kept = [{secret!r}, '{secret}!']") > 0


def test_a_session_has_no_descriptors_but_its_own(warm: WarmProcess, neighbour: str) -> None:
    code = """
import contextlib, os
for name in os.listdir("/proc/self/fd"):
    with contextlib.suppress(OSError):  # the descriptor of the folder itself
        print(os.readlink(f"/proc/self/fd/{name}"))
"""
    kinds = [name.partition(":")[0] for name in warm.run(code).stdout.decode().split()]
    assert sorted(kinds) == ["pipe", "pipe", "pipe", "socket"]


def test_sessions_draw_different_random_numbers(warm: WarmProcess) -> None:
    code = """
import random, secrets, tempfile, uuid
print(random.random(), secrets.token_hex(), uuid.uuid4(), uuid.uuid1(), next(tempfile._get_candidate_names()))
"""
    draws = [warm.run(code).stdout.decode().split() for _ in range(4)]
    for values in zip(*draws, strict=True):
        assert len(set(values)) == len(draws)


def test_a_session_is_the_leader_of_its_own(warm: WarmProcess, neighbour: str) -> None:
    assert warm.run("import os; print(os.getsid(0) == os.getpid() == os.getpgid(0))").stdout == b"True\n"


def test_no_signal_is_blocked_or_ignored_in_a_session(warm: WarmProcess) -> None:
    code = """
import signal
print(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
print(*(signal.getsignal(n).name for n in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD, signal.SIGQUIT)))
print(signal.getsignal(signal.SIGINT).__name__, signal.getsignal(signal.SIGPIPE).name)
"""
    assert warm.run(code).stdout.decode().splitlines() == [
        "set()", "SIG_DFL SIG_DFL SIG_DFL SIG_DFL", "default_int_handler SIG_IGN"
    ]  # fmt: skip


def test_the_locale_is_the_one_the_client_sent(warm: WarmProcess) -> None:
    code = "from segtui import terminal; import sys; print(terminal._locale(), sys.stdout.encoding, sys.stdout.errors)"
    for variables, answer in (
        ({"LANG": "C.UTF-8"}, "C.UTF-8 utf-8 surrogateescape"),
        ({"LC_ALL": "POSIX", "LANG": "C.UTF-8"}, "POSIX utf-8 surrogateescape"),
        ({}, " utf-8 surrogateescape"),
    ):
        ran = subprocess.run(stub(warm.home), env={**asking_for(code), **variables}, capture_output=True, check=True)
        assert ran.stdout.decode().rstrip("\n") == answer


def test_a_subprocess_of_a_session_inherits_nothing_of_the_warm_process(warm: WarmProcess) -> None:
    code = "import subprocess; subprocess.run(['sh', '-c', 'ls -l /proc/self/fd'], close_fds=False)"
    assert warm.run(code).stdout.decode().count("socket:") == 0
