"""What the simulator's log proves of a dispatcher: no attempt twice, never too many at once or in an hour, in hours."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from segtui.dialer.simulator import SimulatedCall

HOUR = 3600.0


def repeated_attempts(calls: Iterable[SimulatedCall]) -> dict[str, int]:
    """Return the attempts that were dialled more than once, with how often. A call without one is among them."""
    counts = Counter(call.attempt_id for call in calls)
    return {attempt: count for attempt, count in counts.items() if count > 1 or not attempt}


def most_at_once(calls: Iterable[SimulatedCall]) -> int:
    """Return how many calls were in progress at once at the most, by the monotonic clock."""
    # Where one ends as another starts, the end is first.
    turns = sorted(turn for call in calls for turn in ((call.moment, 1), (call.ended, -1)))
    most = now = 0
    for _, step in turns:
        now += step
        most = max(most, now)
    return most


def most_within(calls: Iterable[SimulatedCall], seconds: float = HOUR) -> int:
    """Return how many calls were started at the most within any span of so many seconds, by the monotonic clock."""
    moments = sorted(call.moment for call in calls)
    return max((place + 1 - bisect_right(moments, moment - seconds) for place, moment in enumerate(moments)), default=0)


def calls_of_one_phone_at_once(calls: Iterable[SimulatedCall]) -> list[tuple[SimulatedCall, SimulatedCall]]:
    """Return the pairs of calls to one number of which the second began before the first had ended."""
    last: dict[str, SimulatedCall] = {}
    found = []
    for call in sorted(calls, key=lambda each: each.moment):
        before = last.get(call.phone)
        if before is not None and call.moment < before.ended:
            found.append((before, call))
        if before is None or call.ended > before.ended:
            last[call.phone] = call
    return found


def outside(calls: Iterable[SimulatedCall], is_allowed: Callable[[str, datetime], bool]) -> list[SimulatedCall]:
    """Return the calls that were started when `is_allowed(phone, at)` says no, by the simulator's clock."""
    return [call for call in calls if not is_allowed(call.phone, call.at)]
