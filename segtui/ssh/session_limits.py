"""Limits of one session over SSH: memory, file size, and the number of sessions of a user."""

import fcntl
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from segtui.domain.text import counted
from segtui.errors import NotAllowed

MEMORY: Final = 4 << 30
MEMORY_PER_PROCESSOR: Final = 128 << 20
"""Bytes of address space. Much of it is reserved and never used; every processor adds a thread.

An import of a million contacts reserves 2.4 GB on two processors.
"""
FILE_SIZE: Final = 16 << 30
"""Bytes of one file, added to three times the size of a SQLite database: a million contacts take 0.8 GB."""


def limit_resources(database: str) -> None:
    """Limit the resources of this process and its children. Lower existing limits stay.

    `database` is the path of the database, or its URL: writes to a SQLite file must not be cut off.
    """
    size = 0
    with suppress(OSError, ValueError):
        size = Path(database).stat().st_size if "://" not in database else 0
    limits = {
        resource.RLIMIT_AS: MEMORY + MEMORY_PER_PROCESSOR * (os.cpu_count() or 1),
        resource.RLIMIT_FSIZE: FILE_SIZE + 3 * size,
        resource.RLIMIT_CORE: 0,
    }
    for kind, maximum in limits.items():
        hard = resource.getrlimit(kind)[1]
        limit = maximum if hard == resource.RLIM_INFINITY else min(maximum, hard)
        with suppress(ValueError, OSError):  # some systems lack some of them
            resource.setrlimit(kind, (limit, limit))


@contextmanager
def session_slot(folder: Path, limit: int) -> Iterator[None]:
    """Hold one of the `limit` session slots of the user whose files are in `folder`.

    A slot is a locked file: it is freed however its session ends. Raises NotAllowed if all are taken.
    """
    slots = folder / "sessions"
    slots.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = next((handle for number in range(limit) if (handle := _take_slot(slots / str(number))) is not None), None)
    if handle is None:
        raise NotAllowed(f"You already have {counted(limit, 'session')} open, the most allowed: end one of them first.")
    try:
        yield
    finally:
        os.close(handle)


def _take_slot(slot: Path) -> int | None:
    """Return the descriptor of a slot that was free, None if it is taken."""
    handle = os.open(slot, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except OSError:  # where files cannot be locked, sessions cannot be counted
        return handle
    return handle
