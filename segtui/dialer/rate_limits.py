"""How fast: the account's limits of requests, a campaign's calls an hour, and patience with a platform in trouble.

Time is seconds of a clock that nobody sets (`clocks.boot_time`): a jump of the wall's clock lets nobody be called more
often.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final

HOUR: Final = 3600.0
# The platform counts when a request arrives, and we when it leaves.
REMEMBERED: Final = HOUR + 10.0
# A minute as the platform counts it may begin before ours and end after it.
_MINUTE: Final = 62.0
# Where one a second is allowed there is nothing left beside the one that the bucket holds.
_ONE_A_SECOND: Final = 0.9
_LONGEST_PAUSE: Final = 60.0
# So long after one might ask again, and nobody did, trouble explains nothing any more.
_STALE: Final = 60.0


class AccountPace:
    """Keeps requests within so many a minute and so many a second, whatever restarts in between.

    A bucket that refills evenly, and is empty at the beginning: what was asked before a restart, which nobody knows
    any more, can only have been as much as a full one. What it holds and what runs in within a minute, or a second,
    are together no more than allowed.
    """

    def __init__(self, per_minute: int, per_second: int, at: float) -> None:
        self._most = max(1.0, min(per_second / 2, per_minute / 10))
        within_second = per_second - self._most if per_second > self._most else _ONE_A_SECOND
        self._rate = max(min((per_minute - self._most) / _MINUTE, within_second), 1 / _MINUTE)
        self._tokens = 0.0
        self._at = at

    def room(self, at: float) -> int:
        """Return how many requests may be made at once."""
        self._refill(at)
        return int(self._tokens)

    def take(self, at: float, count: int = 1) -> None:
        """Account for requests that are being made."""
        self._refill(at)
        self._tokens -= count

    def wait(self, at: float) -> float:
        """Return after how many seconds one may be made."""
        self._refill(at)
        return max(0.0, (1 - self._tokens) / self._rate)

    def _refill(self, at: float) -> None:
        self._tokens = min(self._most, self._tokens + max(0.0, at - self._at) * self._rate)
        self._at = max(self._at, at)


class HourlyPace:
    """Keeps the calls of a campaign within so many in any hour. `begun` are the ages, in seconds, of earlier ones."""

    def __init__(self, at: float, begun: Iterable[float] = ()) -> None:
        self._begun = deque(sorted(at - max(0.0, age) for age in begun))

    def room(self, at: float, most: int) -> int:
        """Return how many calls may begin now where an hour has so many."""
        while self._begun and self._begun[0] <= at - REMEMBERED:
            self._begun.popleft()
        return max(0, most - len(self._begun))

    def take(self, at: float) -> None:
        """Account for a call that begins."""
        self._begun.append(at)

    def give_back(self, at: float) -> None:
        """Forget a call that was accounted for at this time and was not made."""
        if at in self._begun:
            self._begun.remove(at)


class Health:
    """How the platform is: in trouble it is asked less, the less the more often it failed, or as it asks for.

    `trouble` is a sentence: why nothing is dialled.
    """

    def __init__(self) -> None:
        self.trouble: str | None = None
        self._until = 0.0
        self._failed_at = float("-inf")
        self._failures = 0
        self._of_calls = False

    @property
    def is_troubled(self) -> bool:
        """Whether the last request failed: then one at a time is tried."""
        return self._failures > 0

    def failed(self, at: float, trouble: str, wait: float | None = None, *, starting: bool = False) -> None:
        """Wait for so many seconds from now, or for twice as long as the last time; `starting` a call, or a look-up.

        What fails while one waits already was on its way, and says nothing new.
        """
        self.trouble = trouble
        self._failed_at = at
        self._of_calls = self._of_calls or starting
        if at >= self._until:
            self._failures += 1
        own = min(_LONGEST_PAUSE, 2.0 ** min(self._failures - 1, 10))
        self._until = max(self._until, at + (own if wait is None else min(max(wait, 0.0), HOUR)))

    def succeeded(self, begun: float) -> None:
        """Go on as usual, after a request that began at `begun`.

        One that was on its way already when another failed says nothing of what is now: the wait goes on.
        """
        if begun <= self._failed_at:
            return
        self.trouble = None
        self._failures = 0
        self._until = 0.0
        self._of_calls = False

    def answered(self, begun: float) -> None:
        """Know that a look-up worked: that ends the trouble, but what is in the way of starting calls a call finds."""
        if not self._of_calls:
            self.succeeded(begun)

    def trouble_at(self, at: float) -> str | None:
        """Return why nothing is dialled now; None where it may work again, and only nobody had to be called since."""
        return self.trouble if at < self._until + _STALE else None

    def wait(self, at: float) -> float:
        """Return after how many seconds to ask again."""
        return max(0.0, self._until - at)
