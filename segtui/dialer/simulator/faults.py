"""What the simulated platform does wrong on request: the next so many times, or now and then."""

import random
import threading
from collections import Counter, deque
from dataclasses import dataclass
from types import MappingProxyType

from segtui.errors import InvalidInput

KINDS = MappingProxyType(
    {
        "unauthorized": "answers 401",
        "forbidden": "answers 403",
        "not-found": "answers 404",
        "redirect": "answers 302, to itself",
        "refused": "answers 400 with an error",
        "throttled": "answers 429 with Retry-After, `seconds` or 1",
        "throttled-date": "answers 429 with Retry-After as a date, `seconds` or 1 from now",
        "throttled-bare": "answers 429 without Retry-After",
        "error-before": "answers 500 and did nothing",
        "error-after": "did it, and answers 503",
        "reset-before": "breaks the connection and did nothing",
        "reset-after": "did it, and breaks the connection",
        "close-after": "did it, and closes the connection without an answer",
        "half-after": "did it, and closes the connection in the middle of the answer",
        "slow": "did it, and answers after `seconds` or 1",
        "garbage": "did it, and answers 200 with what is no JSON",
        "no-id": "did it, and answers 200 with an empty object",
        "id-left-out": "did it, and leaves out the id of the call, or of the newest of a list",
    }
)
"""Every fault, with what the platform does. Where it "did it", a call was started, though nobody hears of it."""

ON = ("start", "look_up", "list")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong with one request."""

    kind: str
    seconds: float = 1

    @property
    def before(self) -> bool:
        """Whether it happens instead of what was asked for, so that no call is started."""
        return KINDS[self.kind].startswith("answers") or self.kind == "reset-before"


class Faults:
    """The faults that were asked for. May be used from several threads at once."""

    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._chance = random.Random(seed)  # noqa: S311 -- a game
        self._next: dict[str, deque[Fault]] = {on: deque() for on in ON}
        self._now_and_then: dict[str, dict[str, tuple[Fault, float]]] = {on: {} for on in ON}
        self.made: Counter[str] = Counter()
        """How often each happened."""

    def next(self, kind: str, count: int = 1, *, on: str = "start", seconds: float = 1) -> None:
        """Let the next `count` requests go wrong, after those that were asked for before."""
        fault = _checked(kind, on, seconds)
        with self._lock:
            self._next[on].extend([fault] * count)

    def now_and_then(self, kind: str, probability: float, *, on: str = "start", seconds: float = 1) -> None:
        """Let requests go wrong with a probability (0 to 1), 0 for no longer."""
        fault = _checked(kind, on, seconds)
        with self._lock:
            self._now_and_then[on][kind] = (fault, probability)

    def clear(self) -> None:
        """Let nothing go wrong from now on."""
        with self._lock:
            for on in ON:
                self._next[on].clear()
                self._now_and_then[on].clear()

    def take(self, on: str) -> Fault | None:
        """Return what goes wrong with the request that just came."""
        with self._lock:
            fault = self._next[on].popleft() if self._next[on] else self._drawn(on)
            if fault is not None:
                self.made[fault.kind] += 1
            return fault

    def _drawn(self, on: str) -> Fault | None:
        if not self._now_and_then[on]:
            return None
        left = self._chance.random()
        for fault, probability in self._now_and_then[on].values():
            left -= probability
            if left < 0:
                return fault
        return None


def _checked(kind: str, on: str, seconds: float) -> Fault:
    if kind not in KINDS:
        raise InvalidInput(f"There is no fault “{kind}”; there are {', '.join(KINDS)}.")
    if on not in ON:
        raise InvalidInput(f"Nothing goes wrong on “{on}”; it does on {', '.join(ON)}.")
    return Fault(kind, seconds)
