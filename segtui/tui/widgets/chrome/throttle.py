"""Throttle: limits how often something that changes all the time is read again."""

from collections.abc import Callable
from time import monotonic
from typing import Final

from textual.screen import Screen
from textual.timer import Timer

_REST: Final = 4  # times as long as a read took: what takes long is read less often
_BUSY_WAIT: Final = 1.0  # seconds until the next try while a read is under way


class Throttle:
    """Calls `read` at most once every `minimum_rest` seconds, and less often where a read takes long.

    Nothing is read for a screen that is not active. `is_reading` tells whether a read is under way.
    """

    def __init__(
        self,
        screen: Screen[object],
        read: Callable[[], None],
        is_reading: Callable[[], bool] = lambda: False,
        *,
        minimum_rest: float = 0.0,
    ) -> None:
        self._screen = screen
        self._read = read
        self._is_reading = is_reading
        self._minimum_rest = minimum_rest
        self._timer: Timer | None = None
        self._started_at: float | None = None
        self._rests_until = 0.0

    def request(self, *, at_once: bool = False) -> None:
        """Read now, or as soon as the rest is over; `at_once` ends the rest."""
        if at_once:
            self._rests_until = 0.0
        elif self._timer is not None:
            return
        rest = _BUSY_WAIT if self._is_reading() and not at_once else self._rests_until - monotonic()
        if rest > 0:
            self._timer = self._screen.set_timer(rest, self._retry)
            return
        self.started()
        self._read()

    def started(self) -> None:
        """Start measuring a read."""
        self._started_at = monotonic()

    def finished(self) -> None:
        """Start the rest after a read. Does nothing where none was measured."""
        if self._started_at is not None:
            now = monotonic()
            self._rests_until = now + max(self._minimum_rest, _REST * (now - self._started_at))
            self._started_at = None

    def abandoned(self) -> None:
        """Stop measuring: another read, which counts for nothing, takes the place of this one."""
        self._started_at = None

    def _retry(self) -> None:
        self._timer = None
        if self._screen.is_active:
            self.request()
