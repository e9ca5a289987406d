"""Comparison of this machine's clock with the calling platform's: calling hours are right only if the clock is."""

import socket
from datetime import timedelta
from typing import Final

from segtui.dialer.dispatch_context import DispatchContext
from segtui.dialer.platform import CallingError, Throttled
from segtui.domain.text import clean, duration
from segtui.services.session import moment, now

MAX_DIFFERENCE: Final = timedelta(minutes=5)
"""Clocks that differ by no more agree."""
_STABLE_DIFFERENCE: Final = timedelta(seconds=30)
"""A change of the difference below this does not change the sentence."""
_POLLS_PER_QUERY: Final = 6
"""Polling intervals between two queries for the time, while the clocks differ."""
_UNUSED_CALL_ID: Final = "clock-check"
"""An id that no call has: the answer carries the time and nothing else."""


class ClockCheck:
    """Compares the clocks with every answer of the platform; requests one as long as there was none with a time.

    A platform that never reports its time cannot be compared, and is dialled.
    """

    def __init__(self, context: DispatchContext) -> None:
        self._context = context
        self._queried_at = float("-inf")
        self._has_answered = False
        self._difference: timedelta | None = None

    @property
    def allows_dialling(self) -> bool:
        """True if the clocks were compared and agree."""
        is_compared = self._has_answered or self._context.pool.platform.now() is not None
        return is_compared and self.trouble is None

    @property
    def trouble(self) -> str | None:
        """The sentence that says why nothing is dialled while the clocks differ; None while they agree."""
        platform_time = self._context.pool.platform.now()
        difference = timedelta() if platform_time is None else moment(now()) - platform_time
        if abs(difference) <= MAX_DIFFERENCE:
            self._difference = None
            return None
        # The platform reports its time to the second: the sentence must not change with every answer.
        if self._difference is None or abs(difference - self._difference) > _STABLE_DIFFERENCE:
            self._difference = difference
        seconds = self._difference.total_seconds()
        direction = "ahead of" if seconds > 0 else "behind"
        return (
            f"the clock of {clean(socket.gethostname())}, where the dispatcher runs, is {duration(abs(seconds))} "
            f"{direction} the calling platform's; nothing is dialled until they agree"
        )

    def query(self) -> None:
        """Query the platform's time if that is due."""
        context, time = self._context, self._context.clock()
        is_due = self.trouble is not None or not self.allows_dialling
        if not is_due or time - self._queried_at < self._pause or context.pool.pending_queries:
            return
        if context.breaker.wait(time) > 0 or not context.bucket.room(time):
            return
        self._queried_at = time
        context.bucket.take(time)
        context.pool.query(lambda platform: platform.look_up(_UNUSED_CALL_ID), self._take)

    @property
    def _pause(self) -> float:
        return _POLLS_PER_QUERY * self._context.timeouts.poll if self._context.pool.platform.now() is not None else 0.0

    def _take(self, answer: object) -> None:
        if not isinstance(answer, CallingError):
            self._has_answered = True
        elif self._context.pool.platform.now() is None:
            wait = answer.wait if isinstance(answer, Throttled) else None
            self._context.breaker.failed(self._context.clock(), clean(str(answer)), wait)
