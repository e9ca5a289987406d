"""Throttle: limits how often a screen reads a value that changes all the time."""

from collections.abc import Callable
from time import monotonic
from typing import Final

from textual.message import Message
from textual.timer import Timer

from segtui.services.interrupt import Interrupt
from segtui.tui.screens.base.base_screen import WorkScreen

_SECOND: Final = 1.0
_REST: Final = 4  # times as long as the last read took: a slow read is repeated less often


class Throttle:
    """Reads a value in a thread on request: at most once a second, and never twice at the same time.

    The message that `read` returns is posted to the screen, which then calls `finished`. Nothing is read for a screen
    that is not on top.
    """

    def __init__(self, screen: WorkScreen, kind: str, read: Callable[[Interrupt], Message]) -> None:
        self._screen = screen
        self._kind = kind
        self._read = read
        self._timer: Timer | None = None
        self._started_at = self._rests_until = 0.0

    def request(self, *, at_once: bool = False) -> None:
        """Read the value now, or when the rest is over; `at_once` in any case."""
        if at_once:
            self._rests_until = 0.0
        elif self._timer is not None:
            return
        now = monotonic()
        rest = _SECOND if self._screen.requests.running(self._kind) and not at_once else self._rests_until - now
        if rest > 0:
            self._timer = self._screen.set_timer(rest, self._end_rest)
            return
        self._started_at = now
        self._screen.requests.ask(self._kind, self._read)

    def finished(self) -> None:
        """Note that the value is here, and rest."""
        now = monotonic()
        self._rests_until = now + max(_SECOND, _REST * (now - self._started_at))

    def _end_rest(self) -> None:
        self._timer = None
        if self._screen.is_active:
            self.request()
