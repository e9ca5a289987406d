"""Rate limits: requests of the account, calls per hour of a campaign, back-off while the platform fails.

Time is in seconds of the monotonic clock (`monotonic_clock.boot_time`): a jump of the wall clock never raises a limit.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final

HOUR: Final = 3600.0
# Seconds for which calls count: the platform counts when a request arrives, and we when it leaves.
HOURLY_WINDOW: Final = HOUR + 10.0
# Seconds: a minute as the platform counts it may begin before ours and end after it.
_MINUTE: Final = 62.0
# Requests per second where only one is allowed: the bucket holds that one already.
_ONE_A_SECOND: Final = 0.9
_MAX_PAUSE: Final = 60.0
# Seconds after the end of a pause until an unretried failure stops being shown.
_STALE: Final = 60.0


class TokenBucket:
    """Keeps requests within a limit per minute and per second, across restarts.

    The bucket refills evenly and is empty at first: requests before a restart, which are unknown, were at most a full
    bucket. Its capacity and the refill of a minute, or of a second, together stay within the limit.
    """

    def __init__(self, per_minute: int, per_second: int, time: float) -> None:
        self._capacity = max(1.0, min(per_second / 2, per_minute / 10))
        within_second = per_second - self._capacity if per_second > self._capacity else _ONE_A_SECOND
        self._rate = max(min((per_minute - self._capacity) / _MINUTE, within_second), 1 / _MINUTE)
        self._tokens = 0.0
        self._refilled_at = time

    def room(self, time: float) -> int:
        """Return the number of requests that may be made now."""
        self._refill(time)
        return int(self._tokens)

    def take(self, time: float, count: int = 1) -> None:
        """Count requests that are being made."""
        self._refill(time)
        self._tokens -= count

    def wait(self, time: float) -> float:
        """Return the seconds until a request may be made."""
        self._refill(time)
        return max(0.0, (1 - self._tokens) / self._rate)

    def _refill(self, time: float) -> None:
        self._tokens = min(self._capacity, self._tokens + max(0.0, time - self._refilled_at) * self._rate)
        self._refilled_at = max(self._refilled_at, time)


class SlidingWindowLimit:
    """Keeps the calls of a campaign within a limit for any hour. `begun` are the ages, in seconds, of earlier calls."""

    def __init__(self, time: float, begun: Iterable[float] = ()) -> None:
        self._begun = deque(sorted(time - max(0.0, age) for age in begun))

    def room(self, time: float, limit: int) -> int:
        """Return the number of calls that may begin now if `limit` may begin in an hour."""
        while self._begun and self._begun[0] <= time - HOURLY_WINDOW:
            self._begun.popleft()
        return max(0, limit - len(self._begun))

    def take(self, time: float) -> None:
        """Count a call that begins."""
        self._begun.append(time)

    def give_back(self, time: float) -> None:
        """Uncount a call that was counted at this time and was not made."""
        if time in self._begun:
            self._begun.remove(time)


class CircuitBreaker:
    """Back-off while the platform fails: each failure in a row doubles the pause, unless the platform names one.

    `trouble` is the sentence that says why nothing is dialled.
    """

    def __init__(self) -> None:
        self.trouble: str | None = None
        self._until = 0.0
        self._failed_at = float("-inf")
        self._failures = 0
        self._calls_failed = False

    @property
    def is_troubled(self) -> bool:
        """True if the last request failed: then requests are tried one at a time."""
        return self._failures > 0

    def failed(self, time: float, trouble: str, wait: float | None = None, *, starting: bool = False) -> None:
        """Pause for `wait` seconds, or for twice the last pause; `starting` is True for a call, False for a look-up.

        A failure during a pause belongs to a request that was sent before it, and changes nothing.
        """
        self.trouble = trouble
        self._failed_at = time
        self._calls_failed = self._calls_failed or starting
        if time >= self._until:
            self._failures += 1
        backoff = min(_MAX_PAUSE, 2.0 ** min(self._failures - 1, 10))
        self._until = max(self._until, time + (backoff if wait is None else min(max(wait, 0.0), HOUR)))

    def succeeded(self, begun: float) -> None:
        """End the pause after a request that began at `begun`.

        A request that was sent before another one failed says nothing about the present: the pause goes on.
        """
        if begun <= self._failed_at:
            return
        self.trouble = None
        self._failures = 0
        self._until = 0.0
        self._calls_failed = False

    def answered(self, begun: float) -> None:
        """Record a look-up that worked. It ends the pause unless calls failed: only a call can show that calls work."""
        if not self._calls_failed:
            self.succeeded(begun)

    def trouble_at(self, time: float) -> str | None:
        """Return why nothing is dialled now; None if the pause is long over and nothing had to be sent since."""
        return self.trouble if time < self._until + _STALE else None

    def wait(self, time: float) -> float:
        """Return the seconds until the next request."""
        return max(0.0, self._until - time)
