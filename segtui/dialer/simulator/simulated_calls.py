"""The simulated calls: the outcome of each is decided when it is accepted, its status follows from the time."""

import json
import random
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import IO, Literal, Self

from segtui.errors import InvalidInput

TimeFormat = Literal["offset", "z", "naive", "epoch", "epoch-ms"]

OUTCOMES = ("closed", "voicemail", "no-answer", "busy", "failed", "wrong-phone-format", "recall-scheduled")
_DEFAULT_SHARES = MappingProxyType(
    dict(zip(OUTCOMES, (0.42, 0.2, 0.22, 0.08, 0.03, 0.03, 0.02), strict=True)),
)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The behaviour of the platform while nothing fails.

    `outcomes` are shares of the final statuses, of any sum. `ring` and `talk` are ranges of seconds, and `speed` is the
    number of simulated seconds per real second. `listed` is the maximum number of calls in a list, None for all;
    `listing_delay` is the number of real seconds until a new call is listed. `per_minute` and `per_second` are the
    account's limits, None for no limit.
    """

    seed: int = 0
    outcomes: Mapping[str, float] = field(default_factory=lambda: _DEFAULT_SHARES)
    ring: tuple[float, float] = (3, 20)
    talk: tuple[float, float] = (10, 120)
    speed: float = 1
    bare: bool = True
    """True if a list is bare, False for `{"calls": […]}`."""
    times: TimeFormat = "z"
    text_data: bool = False
    """True if a call's data is JSON text, False for an object."""
    listed: int | None = None
    listing_delay: float = 0
    per_minute: int | None = 100
    per_second: int | None = 10

    def __post_init__(self) -> None:
        _require_known(self.outcomes)
        if self.speed <= 0 or not sum(self.outcomes.values()) > 0:
            raise InvalidInput("The speed, and the sum of the outcomes' shares, have to be above 0.")


@dataclass(frozen=True, slots=True)
class SimulatedCall:
    """An accepted call, as in the log.

    It was in progress from `at` until `until` (aware), which are `moment` and `ended` on the monotonic clock;
    `answered` is the time of the answer, if any. `outcome` is its final status, `seconds` the time of talking.
    """

    id: str
    phone: str
    agent: str
    data: Mapping[str, str]
    at: datetime
    until: datetime
    moment: float
    answered: float | None
    ended: float
    outcome: str
    seconds: int

    @property
    def attempt_id(self) -> str:
        """The id of its attempt; empty if none was sent."""
        return self.data.get("attempt_id", "")

    @property
    def database_id(self) -> str:
        """The id of its database; empty if none was sent."""
        return self.data.get("database_id", "")

    @property
    def campaign_id(self) -> str:
        """The id of its campaign; empty if none was sent."""
        return self.data.get("campaign_id", "")

    def status(self, moment: float) -> str:
        """Return its status at a moment of the monotonic clock."""
        if moment >= self.ended:
            return self.outcome
        return "ringing" if self.answered is None or moment < self.answered else "open"

    def line(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(asdict(self) | {"at": self.at.isoformat(), "until": self.until.isoformat()})

    @classmethod
    def of_line(cls, line: str) -> Self:
        """Return the call in a line of the log."""
        values = json.loads(line)
        times = {name: datetime.fromisoformat(values[name]) for name in ("at", "until")}
        return cls(**values | times)


def read_log(path: Path) -> list[SimulatedCall]:
    """Return the calls of a log file, oldest first."""
    return [SimulatedCall.of_line(line) for line in path.read_text(encoding="utf-8").splitlines()]


class CallBook:
    """Every accepted call, oldest first. May be used from several threads at once."""

    def __init__(self, behaviour: Behaviour, log: Path | None) -> None:
        self._behaviour = behaviour
        self._lock = threading.Lock()
        self._log: IO[str] | None = None
        if log is not None:
            self._log = log.open("a", encoding="utf-8")
        self._all: list[SimulatedCall] = []
        self._by_id: dict[str, SimulatedCall] = {}
        self._times_called: Counter[str] = Counter()
        self._planned: defaultdict[str, deque[str]] = defaultdict(deque)
        self._outcomes = dict(behaviour.outcomes)

    def __len__(self) -> int:
        return len(self._all)

    def all(self) -> Sequence[SimulatedCall]:
        """Return them all, oldest first."""
        return self._all.copy()

    def by_id(self, call_id: str) -> SimulatedCall | None:
        """Return the call of this id, if there is one."""
        return self._by_id.get(call_id)

    def plan(self, phone: str, outcomes: Iterable[str]) -> None:
        """Set the outcomes of the next calls of a number; those after them follow the shares again."""
        outcomes = list(outcomes)
        _require_known(outcomes)
        with self._lock:
            self._planned[phone].extend(outcomes)

    def share(self, outcomes: Mapping[str, float]) -> None:
        """Set the shares of the outcomes from now on."""
        _require_known(outcomes)
        with self._lock:
            self._outcomes = dict(outcomes)

    def accept(
        self, phone: str, agent: str, data: Mapping[str, str], accepted_at: datetime, moment: float
    ) -> SimulatedCall:
        """Accept a call: from now on it exists, even if the answer is lost."""
        with self._lock:
            self._times_called[phone] += 1
            chance = random.Random(f"{self._behaviour.seed}/{phone}/{self._times_called[phone]}")  # noqa: S311 -- a simulation
            outcome = self._outcome(phone, chance)
            ring, talk = self._lengths(outcome, chance)
            duration = (ring + talk) / self._behaviour.speed
            call = SimulatedCall(
                id=f"call-{len(self._all) + 1}",
                phone=phone,
                agent=agent,
                data=dict(data),
                at=accepted_at,
                until=accepted_at + timedelta(seconds=duration),
                moment=moment,
                answered=moment + ring / self._behaviour.speed if talk else None,
                ended=moment + duration,
                outcome=outcome,
                seconds=round(talk),
            )
            if self._log is not None:
                self._log.write(call.line() + "\n")
                self._log.flush()
            self._by_id[call.id] = call
            self._all.append(call)
            return call

    def _outcome(self, phone: str, chance: random.Random) -> str:
        """Return the outcome of a call: it depends on the number and its earlier calls, not on other calls."""
        if not (phone[:1] == "+" and phone[1:].isascii() and phone[1:].isdigit() and 8 <= len(phone) <= 16):
            return "wrong-phone-format"
        if self._planned[phone]:
            return self._planned[phone].popleft()
        return chance.choices(list(self._outcomes), list(self._outcomes.values()))[0]

    def _lengths(self, outcome: str, chance: random.Random) -> tuple[float, float]:
        """Return the seconds of ringing and of talking, in simulated time."""
        ring, talk = chance.uniform(*self._behaviour.ring), chance.uniform(*self._behaviour.talk)
        match outcome:
            case "closed":
                return ring, talk
            case "voicemail" | "recall-scheduled":
                return ring, self._behaviour.talk[0]
            case "no-answer":
                return self._behaviour.ring[1], 0
            case "busy":
                return self._behaviour.ring[0], 0
        return 0, 0

    def close(self) -> None:
        """Close the log file."""
        if self._log is not None:
            self._log.close()


def _require_known(outcomes: Iterable[str]) -> None:
    unknown = [outcome for outcome in outcomes if outcome not in OUTCOMES]
    if unknown:
        raise InvalidInput(f"“{unknown[0]}” is not an outcome of a call; {', '.join(OUTCOMES)} are.")
