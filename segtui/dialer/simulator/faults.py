"""Faults of the simulated platform: for the next requests, or at random."""

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
        "garbage": "did it, and answers 200 without valid JSON",
        "no-id": "did it, and answers 200 with an empty object",
        "id-left-out": "did it, and leaves out the id of the call, or of the newest of a list",
    }
)
"""Every fault and its effect. After "did it", a call was started, though no answer says so."""

ON = ("start", "look_up", "list")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of one request."""

    kind: str
    seconds: float = 1

    @property
    def before(self) -> bool:
        """True if the fault replaces the request's effect, so that no call is started."""
        return KINDS[self.kind].startswith("answers") or self.kind == "reset-before"


class Faults:
    """The requested faults. May be used from several threads at once."""

    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._chance = random.Random(seed)  # noqa: S311 -- a simulation
        self._next: dict[str, deque[Fault]] = {on: deque() for on in ON}
        self._now_and_then: dict[str, dict[str, tuple[Fault, float]]] = {on: {} for on in ON}
        self.made: Counter[str] = Counter()
        """Number of occurrences of each fault."""

    def next(self, kind: str, count: int = 1, *, on: str = "start", seconds: float = 1) -> None:
        """Make the next `count` requests fail, after those requested before."""
        fault = _make_fault(kind, on, seconds)
        with self._lock:
            self._next[on].extend([fault] * count)

    def now_and_then(self, kind: str, probability: float, *, on: str = "start", seconds: float = 1) -> None:
        """Make requests fail with a probability (0 to 1); 0 ends it."""
        fault = _make_fault(kind, on, seconds)
        with self._lock:
            self._now_and_then[on][kind] = (fault, probability)

    def clear(self) -> None:
        """End all faults."""
        with self._lock:
            for on in ON:
                self._next[on].clear()
                self._now_and_then[on].clear()

    def take(self, on: str) -> Fault | None:
        """Return the fault of the request that just arrived."""
        with self._lock:
            fault = self._next[on].popleft() if self._next[on] else self._draw(on)
            if fault is not None:
                self.made[fault.kind] += 1
            return fault

    def _draw(self, on: str) -> Fault | None:
        if not self._now_and_then[on]:
            return None
        left = self._chance.random()
        for fault, probability in self._now_and_then[on].values():
            left -= probability
            if left < 0:
                return fault
        return None


def _make_fault(kind: str, on: str, seconds: float) -> Fault:
    if kind not in KINDS:
        raise InvalidInput(f"There is no fault “{kind}”; there are {', '.join(KINDS)}.")
    if on not in ON:
        raise InvalidInput(f"“{on}” cannot fail; {', '.join(ON)} can.")
    return Fault(kind, seconds)
