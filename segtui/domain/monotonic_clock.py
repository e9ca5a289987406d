"""A clock that nobody sets: how long ago a call began, whatever became of the wall's clock since.

A stamp is one number, of the boot of a machine and the milliseconds since then. Between boots, and between machines,
stamps say nothing; there the wall's clock has to do.
"""

import time
from functools import lru_cache
from pathlib import Path
from typing import Final
from zlib import crc32

_BITS: Final = 43  # of milliseconds, for 278 years
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


def boot_time() -> float:
    """Return the seconds since the machine was started, also those in which it slept."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def stamp(at: float) -> int:
    """Return a moment of `boot_time` as it is stored."""
    return _boot() | max(0, round(at * 1000))


def last_stamp() -> int:
    """Return the greatest stamp of this boot."""
    return _boot() | ((1 << _BITS) - 1)


def age(stamp_: int | None, at: float) -> float | None:
    """Return how many seconds before `at` a stamp is from; None where it is from another boot, or there is none."""
    if stamp_ is None or stamp_ >> _BITS != _boot() >> _BITS:
        return None
    return at - (stamp_ - _boot()) / 1000


@lru_cache(maxsize=1)
def _boot() -> int:
    """Return what stamps of this boot begin with."""
    try:
        boot = _BOOT_ID.read_bytes()
    except OSError:  # a system without it: its stamps are of this process alone
        boot = str(time.time_ns()).encode()
    return (crc32(boot) & 0xFFFFF) << _BITS
