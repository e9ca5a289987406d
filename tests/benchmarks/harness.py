"""A program in a terminal of its own, timed from outside: what a person at the other end of the line would see.

Times are wall-clock from a key being sent to the last byte that came for it; bytes are what went over the line. They
are for comparing with a reference that ran on the same machine at the same time, never for asserting.
"""

import os
import select
import statistics
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect
import pyte

from tests.support.terminal import known_to_pyte

ROOT = Path(__file__).resolve().parents[2]

# After so many seconds without a byte an answer is taken to be complete.
_QUIET = 0.15
_PATIENCE = 60.0

# Nothing of the person's own terminal and locale; colours and character set are the test's choice.
_ENVIRONMENT = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
_KEPT = ("PATH", "PYTHONPATH", "SYSTEMROOT")

# The thread that notes when bytes came must not wait for the emulator, which is slow.
sys.setswitchinterval(0.0005)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a key: milliseconds until the last byte, how many bytes, milliseconds of processor time."""

    ms: float
    bytes: int
    cpu: float = 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """Several answers to the same key."""

    answers: tuple[Answer, ...]

    @property
    def median(self) -> float:
        """Milliseconds, the middle one."""
        return statistics.median(answer.ms for answer in self.answers)

    @property
    def p95(self) -> float:
        """Milliseconds that 19 of 20 stay below (of few answers the slowest)."""
        return p95([answer.ms for answer in self.answers])

    @property
    def bytes(self) -> int:
        """Bytes, the middle one."""
        return round(statistics.median(answer.bytes for answer in self.answers))


@dataclass(frozen=True, slots=True)
class Painting:
    """How an answer came: milliseconds from the key until each watched part of the screen looked as in the end.

    A part that did not change is missing. `last` is until the last byte; `cpu` and `waited` are milliseconds of
    processor time and of waiting for a processor, all threads together.
    """

    parts: Mapping[str, float]
    last: float
    bytes: int
    cpu: float
    waited: float


class Terminal:
    """A program that runs in a pseudo-terminal while the block runs; `screen` is what it painted.

    Raises AssertionError where something awaited does not come, with what is on the screen.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        columns: int = 80,
        lines: int = 24,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        # A home of its own: what one session remembers is not what the next one starts with.
        self._home = tempfile.TemporaryDirectory(prefix="segtui-bench-home-")
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._came: deque[tuple[float, bytes]] = deque()
        self._arrived = threading.Event()
        self._started = time.perf_counter()
        self._child = pexpect.spawn(
            arguments[0],
            list(arguments[1:]),
            cwd=str(ROOT),
            env={**kept, "HOME": self._home.name, **_ENVIRONMENT, **(environment or {})},
            dimensions=(lines, columns),
            echo=False,
        )
        # It would sleep 50 ms before each key.
        self._child.delaybeforesend = None
        self.raw = b""
        self._closing = False
        self._reader = threading.Thread(target=self._note, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        self._reader.join()
        self._child.close(force=True)
        self._home.cleanup()

    @property
    def lines(self) -> list[str]:
        """The screen, line by line."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        """The screen as text."""
        return "\n".join(self.lines)

    @property
    def pid(self) -> int:
        """The process."""
        return int(self._child.pid)

    @property
    def memory(self) -> int:
        """Bytes of memory that this process holds or shares, as the system counts them (Linux)."""
        return self._memory("status", "VmRSS:")

    @property
    def largest_memory(self) -> int:
        """The most bytes of memory that it ever held (Linux)."""
        return self._memory("status", "VmHWM:")

    @property
    def proportional_memory(self) -> int:
        """Bytes of memory, with what several processes share divided among them (Linux)."""
        return self._memory("smaps_rollup", "Pss:")

    @property
    def cpu_seconds(self) -> float:
        """Seconds of processor time it used so far (Linux)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def scheduled(self) -> tuple[float, float]:
        """Milliseconds that its threads ran and that they waited for a processor (Linux; those that still live)."""
        ran = waited = 0
        for path in Path(f"/proc/{self.pid}/task").glob("*/schedstat"):
            try:
                fields = path.read_text(encoding="ascii").split()
            except OSError:
                continue
            ran, waited = ran + int(fields[0]), waited + int(fields[1])
        return ran / 1e6, waited / 1e6

    def first_paint(self, text: str) -> Answer:
        """Wait for the program to paint `text`; measured from its start."""
        return self._until(lambda: text in self.text, self._started, text)

    def send(self, keys: str) -> None:
        """Send keys and wait for nothing."""
        self._child.send(keys)

    def press_until(self, keys: str, text: str) -> Answer:
        """Send keys and wait until `text` is on the screen."""
        start = time.perf_counter()
        self._child.send(keys)
        return self._until(lambda: text in self.text, start, text)

    def wait_for(self, shown: Callable[[], bool], what: str) -> Answer:
        """Wait until something is so on the screen."""
        return self._until(shown, time.perf_counter(), what)

    def press(self, keys: str, quiet: float = _QUIET) -> Answer:
        """Send keys and wait until nothing more comes."""
        before, start = self.scheduled, time.perf_counter()
        self._child.send(keys)
        answer = self._read(start, quiet)
        return Answer(answer.ms, answer.bytes, self.scheduled[0] - before[0])

    def settle(self, quiet: float = _QUIET) -> Answer:
        """Wait until nothing more comes."""
        return self._read(time.perf_counter(), quiet)

    def press_each(self, keys: Sequence[str]) -> Figures:
        """Send keys one after the other, each when the answer to the one before is complete."""
        return Figures(tuple(self.press(key) for key in keys))

    def press_watching(
        self,
        keys: str,
        parts: Mapping[str, Callable[[], object]],
        wanted: Callable[[], bool],
        *,
        quiet: float = 0.08,
        patience: float = _PATIENCE,
    ) -> Painting:
        """Send keys and tell when each part of the screen began to look as it looked in the end.

        `parts` return what is to be compared. The end is when what is `wanted` is there and nothing more comes.
        """
        # What came for the keys before is no answer to this one.
        while self._came:
            self._chunk(0)
        cpu, wait = self.scheduled
        looks: list[tuple[float, dict[str, object]]] = [(0.0, {name: look() for name, look in parts.items()})]
        count, start = 0, time.perf_counter()
        self._child.send(keys)
        while True:
            chunk = self._chunk(quiet)
            if chunk is not None:
                count += len(chunk[1])
                looks.append((chunk[0] - start, {name: look() for name, look in parts.items()}))
            elif wanted():
                break
            elif time.perf_counter() - start > patience:
                raise AssertionError(f"{keys!r} was not answered; the screen shows:\n{self.text}")
        now_cpu, now_wait = self.scheduled
        found = {name: _reached([(at, look[name]) for at, look in looks]) for name in parts}
        return Painting(
            {name: at * 1000 for name, at in found.items() if at}, looks[-1][0] * 1000, count, now_cpu - cpu,
            now_wait - wait,
        )  # fmt: skip

    def _until(self, shown: Callable[[], bool], start: float, what: str) -> Answer:
        count, last = 0, start
        while not shown():
            chunk = self._chunk(_PATIENCE)
            if chunk is None:
                raise AssertionError(f"{what!r} did not come; the screen shows:\n{self.text}")
            last, count = chunk[0], count + len(chunk[1])
        return Answer((last - start) * 1000, count)

    def _read(self, start: float, quiet: float) -> Answer:
        count, last = 0, start
        while chunk := self._chunk(quiet):
            last, count = chunk[0], count + len(chunk[1])
        return Answer((last - start) * 1000, count)

    def _memory(self, file: str, label: str) -> int:
        for line in Path(f"/proc/{self.pid}/{file}").read_text(encoding="ascii").splitlines():
            if line.startswith(label):
                return int(line.split()[1]) * 1024
        return 0

    def _chunk(self, seconds: float) -> tuple[float, bytes] | None:
        """Return what came next and when, once the emulator has drawn it; None where nothing comes for so long."""
        deadline = time.perf_counter() + seconds
        while not self._came:
            self._arrived.clear()
            if self._came:
                break
            if not self._arrived.wait(max(0.0, deadline - time.perf_counter())):
                return None
        came, chunk = self._came.popleft()
        self.raw += chunk
        self._stream.feed(known_to_pyte(chunk))
        return came, chunk

    def _note(self) -> None:
        """Note each piece of output with the moment it came. Runs in a thread of its own."""
        while not self._closing:
            ready, _, _ = select.select([self._child.child_fd], [], [], 0.1)
            if not ready:
                continue
            try:
                chunk = os.read(self._child.child_fd, 65536)
            except OSError:
                return
            if not chunk:
                return
            self._came.append((time.perf_counter(), chunk))
            self._arrived.set()


def _reached(looks: Sequence[tuple[float, object]]) -> float | None:
    """Return when the last look was there for good; None where it was there from the beginning."""
    since = looks[-1][0]
    for at, look in reversed(looks):
        if look != looks[-1][1]:
            return since
        since = at
    return None


def program(name: str, *arguments: str) -> list[str]:
    """Return the command line of one of the small programs of `programs.py`."""
    return [sys.executable, "-m", "tests.benchmarks.programs", name, *arguments]


def p95(values: Sequence[float]) -> float:
    """Return what 19 of 20 values stay below; of few the largest."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of design.md section 8: a figure as a ratio (or as it is) and what it should be."""

    title: str
    value: float
    goal: float
    unit: str = "×"


ROWS: list[Row] = []
"""What this run found, for the table at its end."""


def goal(title: str, value: float, wanted: float, unit: str = "×") -> None:
    """Put a figure into the table at the end of the run."""
    ROWS.append(Row(title, value, wanted, unit))


def report(title: str, measured: float, reference: float, unit: str = "ms") -> None:
    """Print a figure as a ratio to its reference."""
    print(f"{title:<52} {measured:10.1f} {unit}   {measured / max(reference, 1e-9):5.2f}× of {reference:.1f}")


def compare(title: str, measured: Sequence[float], reference: Sequence[float], unit: str = "ms") -> None:
    """Print pairs of figures that were measured in turn: the ratios of their medians, smallest and 19 of 20."""
    print(
        f"{title:<58} median {statistics.median(measured):8.1f} {unit} "
        f"{ratio(measured, reference, statistics.median):6.2f}× | "
        f"min {min(measured):8.1f} {ratio(measured, reference, min):6.2f}× | "
        f"p95 {p95(measured):8.1f} {ratio(measured, reference, p95):6.2f}× | "
        f"max {max(measured):8.1f} | {len(measured)} of each; reference {statistics.median(reference):.1f}, "
        f"p95 {p95(reference):.1f} {unit}"
    )


def ratio(measured: Sequence[float], reference: Sequence[float], of: Callable[[Sequence[float]], float]) -> float:
    """Return the ratio of a figure (median, min, p95) of two rows of numbers."""
    return of(measured) / max(of(reference), 1e-9)
