"""Memory: threads share one arena, and memory is given back after a result of many rows was replaced.

A million ids are 8 MB in one object: the garbage collector, which counts objects, does not notice that a few of them
are worth collecting. And the C library keeps the memory that a thread freed for that thread.
"""

import gc
from contextlib import suppress
from typing import Final

MANY: Final = 50_000
"""Rows of a result from which it is worth the time."""
_M_ARENA_MAX: Final = -8
"""The parameter of glibc's `mallopt` that limits the number of arenas."""


def share_one_arena() -> None:
    """Limit malloc to one arena for all threads. Call it before the first thread is started.

    By default glibc creates an arena per thread, and memory freed in one cannot be used by another: 22 MB after
    searching and sorting 100,000 contacts. One arena costs little, as the interpreter runs one thread at a time.
    """
    # Other systems' C libraries have no such function, and need none.
    with suppress(ImportError, OSError, AttributeError, TypeError):
        import ctypes

        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Free objects that nothing holds, and return free memory to the system. Takes some milliseconds."""
    gc.collect()
    # Imported only after a large result; other systems' C libraries have no such function, and need none.
    with suppress(ImportError, OSError, AttributeError, TypeError):
        import ctypes

        ctypes.CDLL(None).malloc_trim(0)
