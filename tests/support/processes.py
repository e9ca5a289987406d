"""Other processes: which there are, and waiting until they have done something."""

import time
from collections.abc import Callable
from pathlib import Path


def processes_about(path: Path) -> list[int]:
    """Return the ids of the processes that name a path among their arguments."""
    wanted = str(path).encode()
    return [int(each.parent.name) for each in Path("/proc").glob("[0-9]*/cmdline") if wanted in _read(each)]


def import_processes(parent: int) -> list[int]:
    """Return the ids of the import processes whose parent is `parent`, which may be gone."""
    module = b"segtui.services.imports.process.import_process"
    command_lines = Path("/proc").glob("[0-9]*/cmdline")
    pids = [int(path.parent.name) for path in command_lines if module in _read(path)]
    return [pid for pid in pids if _parent(pid) == parent]


def is_running(pid: int) -> bool:
    """Return True if a process exists and has not ended."""
    return _status(pid)[:1] not in (b"", b"Z")


def _parent(pid: int) -> int:
    return int((_status(pid).split() or [b"", b"0"])[1])


def _status(pid: int) -> bytes:
    """Return the fields of /proc/PID/stat from the state on; empty where there is no such process."""
    return _read(Path(f"/proc/{pid}/stat")).rpartition(b") ")[2]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it ended just now
        return b""


def wait_until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is true; fail where it is not after so many seconds."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it never came true"
        time.sleep(0.05)
