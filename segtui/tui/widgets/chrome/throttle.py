"""Throttle: limits how often a screen reads a value that changes all the time."""

from collections.abc import Callable
from time import monotonic
from typing import Any, Final, Self

from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from segtui.services.interrupt import Interrupt
from segtui.tui.widgets.chrome.service_requests import Requests

_REST: Final = 4  # times as long as a read took: a slow read is repeated less often
_SECOND: Final = 1.0


class Throttle:
    """Calls `read` on request, but only after a rest since the last read. Nothing is read for an inactive screen.

    The screen calls `finished` when the value is here. `is_reading` returns True while a read is under way.
    """

    def __init__(
        self,
        screen: Screen[Any],
        read: Callable[[], None],
        *,
        is_reading: Callable[[], bool] = lambda: False,
        min_rest: float = 0.0,
    ) -> None:
        self._screen = screen
        self._read = read
        self._is_reading = is_reading
        self._min_rest = min_rest
        self._timer: Timer | None = None
        self._started_at: float | None = None
        self._rests_until = 0.0

    @classmethod
    def of_request(
        cls, screen: Screen[Any], requests: Requests, kind: str, call: Callable[[Interrupt], Message]
    ) -> Self:
        """Return a throttle for a service request: at most once a second, and never twice at the same time."""
        return cls(
            screen,
            lambda: requests.ask(kind, call),
            is_reading=lambda: requests.running(kind),
            min_rest=_SECOND,
        )

    def request(self, *, at_once: bool = False) -> None:
        """Read the value now, or when the rest is over; `at_once` in any case."""
        if at_once:
            self._rests_until = 0.0
        elif self._timer is not None:
            return
        rest = _SECOND if self._is_reading() and not at_once else self._rests_until - monotonic()
        if rest > 0:
            self._timer = self._screen.set_timer(rest, self._end_rest)
            return
        self.started()
        self._read()

    def started(self) -> None:
        """Start measuring a read."""
        self._started_at = monotonic()

    def finished(self) -> None:
        """Rest after the read that was measured, if any."""
        if self._started_at is not None:
            now = monotonic()
            self._rests_until = now + max(self._min_rest, _REST * (now - self._started_at))
            self._started_at = None

    def abandoned(self) -> None:
        """Measure no longer: a read that the user requested takes the place of this one."""
        self._started_at = None

    def _end_rest(self) -> None:
        self._timer = None
        if self._screen.is_active:
            self.request()
