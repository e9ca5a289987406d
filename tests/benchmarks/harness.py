"""A program in a terminal of its own, timed from outside: what a person at the other end of the line would see.

Times are wall-clock from a key being sent to the last byte that came for it; bytes are what went over the line. They
are for comparing with a reference that ran on the same machine at the same time, never for asserting.
"""

import os
import select
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect
import pyte

ROOT = Path(__file__).resolve().parents[2]

# After so many seconds without a byte an answer is taken to be complete.
_QUIET = 0.15
_PATIENCE = 60.0

# Nothing of the person's own terminal and locale; colours and character set are the test's choice.
_ENVIRONMENT = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
_KEPT = ("PATH", "HOME", "PYTHONPATH", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a key: milliseconds until the last byte, and how many bytes."""

    ms: float
    bytes: int


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
        times = sorted(answer.ms for answer in self.answers)
        return times[min(len(times) - 1, round(0.95 * len(times)))]

    @property
    def bytes(self) -> int:
        """Bytes, the middle one."""
        return round(statistics.median(answer.bytes for answer in self.answers))


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
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._started = time.perf_counter()
        self._child = pexpect.spawn(
            arguments[0],
            list(arguments[1:]),
            cwd=str(ROOT),
            env={**kept, **_ENVIRONMENT, **(environment or {})},
            dimensions=(lines, columns),
            echo=False,
        )
        # It would sleep 50 ms before each key.
        self._child.delaybeforesend = None
        self.raw = b""
        self._came = self._started

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.close(force=True)

    @property
    def text(self) -> str:
        """The screen as text."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    @property
    def memory(self) -> int:
        """Bytes of memory that only this process holds or shares, as the system counts them (Linux)."""
        for line in Path(f"/proc/{self._child.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0

    @property
    def cpu_seconds(self) -> float:
        """Seconds of processor time it used so far (Linux)."""
        fields = Path(f"/proc/{self._child.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def first_paint(self, text: str) -> Answer:
        """Wait for the program to paint `text`; measured from its start."""
        return self._until(text, self._started)

    def press_until(self, keys: str, text: str) -> Answer:
        """Send keys and wait until `text` is on the screen."""
        start = time.perf_counter()
        self._child.send(keys)
        return self._until(text, start)

    def press(self, keys: str, quiet: float = _QUIET) -> Answer:
        """Send keys and wait until nothing more comes."""
        start = time.perf_counter()
        self._child.send(keys)
        return self._read(start, quiet)

    def settle(self, quiet: float = _QUIET) -> Answer:
        """Wait until nothing more comes."""
        return self._read(time.perf_counter(), quiet)

    def press_each(self, keys: Sequence[str]) -> Figures:
        """Send keys one after the other, each when the answer to the one before is complete."""
        return Figures(tuple(self.press(key) for key in keys))

    def _until(self, text: str, start: float) -> Answer:
        count, last = 0, start
        while text not in self.text:
            chunk = self._chunk(_PATIENCE)
            if not chunk:
                raise AssertionError(f"{text!r} did not come; the screen shows:\n{self.text}")
            count, last = count + len(chunk), self._came
        return Answer((last - start) * 1000, count)

    def _read(self, start: float, quiet: float) -> Answer:
        count, last = 0, start
        while chunk := self._chunk(quiet):
            count, last = count + len(chunk), self._came
        return Answer((last - start) * 1000, count)

    def _chunk(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self._child.child_fd], [], [], seconds)
        if not ready:
            return b""
        try:
            chunk = os.read(self._child.child_fd, 65536)
        except OSError:
            return b""
        # Before the emulator takes its time over it.
        self._came = time.perf_counter()
        self.raw += chunk
        self._stream.feed(chunk)
        return chunk


def program(name: str, *arguments: str) -> list[str]:
    """Return the command line of one of the small programs of `programs.py`."""
    return [sys.executable, "-m", "tests.benchmarks.programs", name, *arguments]


def report(title: str, measured: float, reference: float, unit: str = "ms") -> None:
    """Print a figure as a ratio to its reference."""
    print(f"{title:<52} {measured:10.1f} {unit}   {measured / max(reference, 1e-9):5.2f}× of {reference:.1f}")
