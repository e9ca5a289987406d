"""The state of the code on disk: a warm process must not fork sessions of code that an upgrade has replaced."""

import os
import sys
import sysconfig
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import segtui
from segtui.resources import folder

_TICK: Final = 1 / os.sysconf("SC_CLK_TCK")
"""Seconds of the kernel's unit for the start of a process."""


class CodeState:
    """A snapshot of the state of `files`, with a flag for files that this process may have imported before.

    A process that starts while an upgrade is under way may have imported files of both: it is never current.
    `started` is the time at which this process was started, in nanoseconds since the epoch.
    """

    def __init__(self, files: Iterable[str], started: int | None = None) -> None:
        self._states = {path: _state(path) for path in files}
        first, last = _process_start() if started is None else started, time.time_ns()
        # A time in the future was set by a wrong clock, and says nothing.
        self._is_mixed = any(state and first < state[3] <= last for state in self._states.values())

    def is_current(self) -> bool:
        """Return True if none of the files was changed, replaced or removed since this process was started."""
        return not self._is_mixed and all(_state(path) == state for path, state in self._states.items())


def code_files() -> Iterator[str]:
    """Yield the files of segtui, the interpreter, and the package folders, which every installation changes."""
    yield sys.executable
    yield from {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    for root in (Path(segtui.__file__).parent, folder("styles")):
        for path in sorted(root.rglob("*")):
            if path.suffix in {".py", ".tcss"}:
                yield str(path)


def _process_start() -> int:
    """Return the time at which this process was started, in nanoseconds since the epoch, late by a tick at most."""
    fields = Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - (int(fields[19]) + 1) * _TICK
    return time.time_ns() - int(age * 1e9)


def _state(path: str) -> tuple[int, int, int, int] | None:
    """Return the time of change, size, inode and time of any change at all of a file; None if there is none."""
    try:
        state = os.stat(path)  # noqa: PTH116  hundreds of files for each sign-in
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size, state.st_ino, state.st_ctime_ns
