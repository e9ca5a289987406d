"""A monotonic clock: the age of a call, independent of changes of the wall clock.

A stamp is one number, made of the boot of a machine and the milliseconds since then. Stamps of different boots or
machines cannot be compared; the wall clock is used instead.
"""

import time
from functools import lru_cache
from pathlib import Path
from typing import Final
from zlib import crc32

_BITS: Final = 43  # of milliseconds, for 278 years
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


def boot_time() -> float:
    """Return the seconds since the machine was started, including sleep."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def stamp(seconds: float) -> int:
    """Return the stored form of a moment of `boot_time`."""
    return _boot() | max(0, round(seconds * 1000))


def last_stamp() -> int:
    """Return the greatest stamp of this boot."""
    return _boot() | ((1 << _BITS) - 1)


def age(stamp_: int | None, seconds: float) -> float | None:
    """Return the age of a stamp at `seconds`; None if it is from another boot, or missing."""
    if stamp_ is None or stamp_ >> _BITS != _boot() >> _BITS:
        return None
    return seconds - (stamp_ - _boot()) / 1000


@lru_cache(maxsize=1)
def _boot() -> int:
    """Return the common beginning of the stamps of this boot."""
    try:
        boot = _BOOT_ID.read_bytes()
    except OSError:  # a system without it: stamps are valid in this process only
        boot = str(time.time_ns()).encode()
    return (crc32(boot) & 0xFFFFF) << _BITS
