"""The dispatcher as a process of its own that tests may kill: less patient, and with a wall's clock that they set.

    python -m tests.support.dispatcher_process CLOCK ARGUMENT…

CLOCK is a file of eight bytes: by how many nanoseconds the wall's clock is off. The arguments are those of segtui.
"""

import functools
import mmap
import os
import struct
import sys
import time
from pathlib import Path

_real = time.time_ns
SILENCE = "SEGTUI_TEST_SILENCE"
"""The variable that says after how many seconds without a sign of work a dispatcher is replaced."""


class Clock:
    """A clock of the wall that is off by what a file says, for everybody who opened it, at once."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(8))
        with path.open("r+b") as file:
            self._offset = mmap.mmap(file.fileno(), 8)

    def jump(self, seconds: float) -> None:
        """Set it forward, or back."""
        struct.pack_into("q", self._offset, 0, self.offset + round(seconds * 1e9))

    @property
    def offset(self) -> int:
        """By how many nanoseconds it is off."""
        return int(struct.unpack_from("q", self._offset)[0])

    def time_ns(self) -> int:
        """Return what it shows."""
        return _real() + self.offset


def main() -> int:
    """Run segtui with the clock and without patience."""
    time.time_ns = Clock(Path(sys.argv[1])).time_ns
    from segtui.cli.main import run
    from segtui.dialer import dispatcher
    from segtui.dialer.reconciliation import Timeouts

    silence = float(os.environ.get(SILENCE, "40"))
    hasty = functools.partial(
        Timeouts, poll=0.1, poll_idle=0.1, certain=2.0, lost=2.0, hopeless=20.0, drain=5.0, silence=silence
    )
    dispatcher.__dict__["Timeouts"] = hasty
    return run(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
