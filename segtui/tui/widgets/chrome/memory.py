"""Giving memory back after a result of many rows was replaced.

A million ids are 8 MB that one garbage collector's object holds: counting objects, Python does not notice that a few of
them are worth collecting. And what a thread freed, the C library keeps for that thread.
"""

import gc
from contextlib import suppress
from typing import Final

MANY: Final = 50_000
"""Rows from which on it is worth it."""


def give_back() -> None:
    """Free what nothing holds any more, and return to the system what is free. Takes some milliseconds."""
    gc.collect()
    # Only loaded where there was a large result; other systems' C libraries have no such function, and need none.
    with suppress(ImportError, OSError, AttributeError, TypeError):
        import ctypes

        ctypes.CDLL(None).malloc_trim(0)
