"""Request limits of the account, per minute and per second, for all kinds of requests together."""

from collections import deque


class AccountLimits:
    """Counts requests. Rejected requests do not count, but are `violations`."""

    def __init__(self, per_minute: int | None, per_second: int | None) -> None:
        limits = ((per_second, 1.0), (per_minute, 60.0))
        self._windows = [(limit, seconds) for limit, seconds in limits if limit is not None]
        self._taken: deque[float] = deque(maxlen=max((limit for limit, _ in self._windows), default=0))
        self.violations = 0

    def wait(self, moment: float) -> float | None:
        """Return None if a request at this moment is within the limits, else the seconds until one would be."""
        waits = [
            self._taken[-limit] + seconds - moment for limit, seconds in self._windows if len(self._taken) >= limit
        ]
        wait = max(waits, default=0.0)
        if wait > 0:
            self.violations += 1
            return wait
        self._taken.append(moment)
        return None
