"""Other processes: which there are, and waiting until they have done something."""

import time
from collections.abc import Callable
from pathlib import Path


def processes_about(path: Path) -> list[int]:
    """Return the ids of the processes that name a path among their arguments."""
    wanted = str(path).encode()
    return [int(each.parent.name) for each in Path("/proc").glob("[0-9]*/cmdline") if wanted in _read(each)]


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
