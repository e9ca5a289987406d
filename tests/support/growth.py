"""Tells linear work from quadratic work, by a generous ratio between two lengths and never by a time.

What is compared is the processor time of this thread: a busy machine makes no difference.
"""

from collections.abc import Callable
from time import thread_time
from typing import TypeVar

T = TypeVar("T")

_FACTOR = 12
# Linear work takes 12 times as long on 12 times the input, quadratic work 144 times.
_MOST = 48
# Below this many seconds a measurement says nothing.
_FLOOR = 0.0005


def demand_linear(work: Callable[[T], object], make: Callable[[int], T], length: int = 4_000) -> None:
    """Fail where `work` on an input 12 times as long as `make(length)` takes more than 48 times as long."""
    short, long = make(length), make(length * _FACTOR)
    base = max(_fastest(work, short), _FLOOR)
    for _ in range(3):  # a machine that is busy for a moment proves nothing
        if _once(work, long) <= base * _MOST:
            return
    raise AssertionError(f"{_FACTOR} times the input takes more than {_MOST} times as long")


def _fastest(work: Callable[[T], object], value: T) -> float:
    return min(_once(work, value) for _ in range(3))


def _once(work: Callable[[T], object], value: T) -> float:
    start = thread_time()
    work(value)
    return thread_time() - start
