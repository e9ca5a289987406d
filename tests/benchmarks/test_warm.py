"""Sessions forked from a warm process, beside cold ones and a bare Textual app: time, processor time and memory.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_warm.py`. Sessions come through the stub, in
terminals of their own, without sshd.
"""

import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.benchmarks.harness import ROOT, compare, goal, program, report
from tests.support.warm_process import WarmProcess, asking_for, cold_segtui, make_site, stub, warm_segtui

pytestmark = pytest.mark.benchmark
_ROUNDS = 9
_SESSIONS = 40
_QUIET_SECONDS = 2.0
"""Time after the first list, in which what stands beside it is read, before memory is measured."""
_ENVIRONMENT = {**asking_for(""), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
_LIST = b"Leads-20"


@dataclass(frozen=True)
class Site:
    """A warm process of segtui, and the words of a forced command."""

    warm: WarmProcess
    words: list[str]

    @property
    def stub(self) -> list[str]:
        return stub(self.warm.home, self.words)

    @property
    def cold(self) -> list[str]:
        return cold_segtui(self.warm.home, self.words)

    @property
    def sessions(self) -> set[int]:
        """The forks that are running."""
        children = Path(f"/proc/{self.warm.process.pid}/task/{self.warm.process.pid}/children")
        return set(map(int, children.read_text(encoding="ascii").split()))


class Painted:
    """A program in a terminal of its own, and the bytes it wrote."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.terminal, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=other, stdout=other, stderr=other, env=environment, cwd=ROOT,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  before there are threads
        )  # fmt: skip
        os.close(other)
        self.written = b""

    def read(self) -> None:
        self.written += os.read(self.terminal, 1 << 16)

    def until(self, text: bytes) -> float:
        """Wait until `text` is painted and return the milliseconds since the start."""
        while text not in self.written:
            assert select.select([self.terminal], [], [], 60)[0], self.written[-500:]
            self.read()
        return (time.perf_counter() - self.started) * 1000

    def leave(self) -> None:
        os.close(self.terminal)
        self.process.wait(60)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("home")
    words = make_site(home)
    with warm_segtui(home) as warm:
        yield Site(warm, words)


def processor_ms(pids: Sequence[int]) -> float:
    """Return the processor time of processes, in milliseconds."""
    paths = [path for pid in pids for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(path.read_text(encoding="ascii").split()[0]) for path in paths) / 1e6


def memory(pids: Sequence[int], *labels: str) -> float:
    """Return the memory of processes under these labels of `smaps_rollup`, in MB."""
    lines = [
        line.split()
        for pid in pids
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    ]
    return sum(int(line[1]) for line in lines if line[0].rstrip(":") in labels) * 1024 / 1e6


@contextmanager
def shown(site: Site, command: Sequence[str], text: bytes) -> Iterator[tuple[float, list[int]]]:
    """Yield the milliseconds until a program has painted `text`, and its processes."""
    before = site.sessions
    environment = _ENVIRONMENT if text == _LIST else {**_ENVIRONMENT, "HOME": str(site.warm.home)}
    painted = Painted(command, environment)
    try:
        elapsed = painted.until(text)
        yield elapsed, [painted.process.pid, *(site.sessions - before)]
    finally:
        painted.leave()


def test_sign_in_to_the_first_painted_list(site: Site) -> None:
    print()
    bare = program("bare")
    times: dict[str, list[float]] = {"warm": [], "cold": [], "bare": []}
    processor: dict[str, list[float]] = {"warm": [], "cold": [], "bare": []}
    private: dict[str, float] = {}
    for _ in range(_ROUNDS):
        for name, command, text in (("warm", site.stub, _LIST), ("cold", site.cold, _LIST), ("bare", bare, b"eady")):
            with shown(site, command, text) as (elapsed, pids):
                times[name].append(elapsed)
                processor[name].append(processor_ms(pids))
                if name not in private:
                    time.sleep(_QUIET_SECONDS)
                    private[name] = memory(pids, "Private_Dirty", "Private_Clean")
    for name in ("warm", "cold"):
        compare(f"sign-in to the first painted list, {name}", times[name], times["bare"])
        compare("  processor time until then", processor[name], processor["bare"])
        report(f"private memory of a session with its stub, {name}", private[name], private["bare"], "MB")
    ratios = [warm / reference for warm, reference in zip(times["warm"], times["bare"], strict=True)]
    goal("warm sign-in to the first painted list", statistics.median(ratios), 1.25)


def test_a_command(site: Site) -> None:
    print()
    elapsed: dict[str, list[float]] = {"warm": [], "cold": [], "true": []}
    environment = {**_ENVIRONMENT, "SSH_ORIGINAL_COMMAND": "segments list"}
    for _ in range(3 * _ROUNDS):
        for name, command in (("warm", site.stub), ("cold", site.cold), ("true", ["/bin/true"])):
            started = time.perf_counter()
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
            elapsed[name].append((time.perf_counter() - started) * 1000)
    compare("`segments list`, warm", elapsed["warm"], elapsed["cold"])
    added = statistics.median(warm - true for warm, true in zip(elapsed["warm"], elapsed["true"], strict=True))
    goal("`segments list`, beyond a bare command", added, 60, "ms")


def together(site: Site, command: Sequence[str]) -> tuple[float, float, list[int]]:
    """Start forty sessions at once. Return the seconds until all show their list, their memory in MB, and themselves.

    The memory is proportional: what several share is divided among them. The warm process counts too.
    """
    before, started = site.sessions, time.perf_counter()
    sessions = [Painted(command, _ENVIRONMENT) for _ in range(_SESSIONS)]
    waiting = {painted.terminal: painted for painted in sessions}
    while waiting:
        for terminal in select.select(list(waiting), [], [], 120)[0]:
            waiting[terminal].read()
            if _LIST in waiting[terminal].written:
                del waiting[terminal]
    elapsed = time.perf_counter() - started
    time.sleep(_QUIET_SECONDS)
    forks = sorted(site.sessions - before)
    pids = [*(painted.process.pid for painted in sessions), *forks, *([site.warm.process.pid] if forks else [])]
    total = memory(pids, "Pss")
    if forks:
        _print_maps(forks, [painted.process.pid for painted in sessions])
    for painted in sessions:
        painted.leave()
    return elapsed, total, forks


def _print_maps(forks: Sequence[int], stubs: Sequence[int]) -> None:
    for title, pids in (("session", forks), ("stub", stubs)):
        figures = {
            label: memory(pids, *labels) / len(pids)
            for label, labels in (
                ("resident", ("Rss",)), ("proportional", ("Pss",)), ("shared", ("Shared_Clean", "Shared_Dirty")),
                ("private", ("Private_Clean", "Private_Dirty")),
            )
        }  # fmt: skip
        print(f"  a {title}, of {len(pids)}: " + ", ".join(f"{name} {value:.1f} MB" for name, value in figures.items()))


def test_forty_people_at_once(site: Site) -> None:
    print()
    warm_seconds, warm_memory, forks = together(site, site.stub)
    assert len(forks) == _SESSIONS
    cold_seconds, cold_memory, _ = together(site, site.cold)
    report("forty sign-ins at once, until all are open", warm_seconds, cold_seconds, "s")
    report("memory of forty sessions, proportional", warm_memory, cold_memory, "MB")
    goal("forty sign-ins at once", warm_seconds, 6, "s")
    goal("memory of forty sessions, of cold ones", warm_memory / cold_memory, 0.4)
    print(f"  on {os.cpu_count()} processors, Python {sys.version.split()[0]}")
