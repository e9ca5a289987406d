"""Pursuing the calls that are in progress, and the attempts of which nobody knows whether they are, to their end."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Final

from segtui.dialer.dispatch_context import Duty
from segtui.dialer.list_comparison import Comparison
from segtui.dialer.platform import CallingError, CallingPlatform, CallList, PlatformCall, Throttled
from segtui.dialer.reconciliation import (
    Followed,
    Listed,
    Now,
    Verdict,
    Window,
    close_window,
    judge_call,
    judge_list,
    window,
)
from segtui.domain import monotonic_clock
from segtui.domain.text import clean
from segtui.services.campaigns.dispatch import settling
from segtui.services.campaigns.dispatch.claiming import Claim
from segtui.services.campaigns.dispatch.settling import OpenAttempt
from segtui.services.session import Session, moment, now

# So much of the account's requests goes to following calls, at the most.
_SHARE: Final = 0.4
# A call of which lists do not tell is asked for by its id, but not again before so many seconds passed.
_ASKED_AGAIN: Final = 10.0


class Pursuit:
    """Every attempt that is claimed and not settled."""

    def __init__(self, duty: Duty, comparison: Comparison) -> None:
        self._duty = duty
        self._comparison = comparison
        self._open: dict[int, Followed] = {}
        self._verdicts: list[tuple[Followed, Verdict]] = []
        self._gap = 60 / (duty.per_minute * _SHARE)
        self._asked_at = float("-inf")
        self._polled: dict[str, float] = {}
        self._longest = 0

    def __len__(self) -> int:
        return len(self._open)

    def read(self) -> None:
        """Read from the database what is open: of what is new here nobody knows whether it was dialled."""
        at, wall = self._duty.clock(), now()
        for attempt in settling.open_attempts(self._duty.session):
            if attempt.attempt_id not in self._open:
                age = monotonic_clock.age(attempt.clock, at)
                age = max(0.0, (wall - attempt.started_at) / 1_000_000) if age is None else age
                self._open[attempt.attempt_id] = Followed(attempt, attempt.call_id, at - age, at)

    def add(self, claim: Claim, at: float) -> None:
        """Follow an attempt that was claimed just now."""
        attempt = OpenAttempt(
            claim.attempt_id,
            claim.company_id,
            claim.campaign_id,
            claim.agent,
            None,
            claim.at,
            database_id=claim.database_id,
            phone=claim.phone,
        )
        self._open[claim.attempt_id] = Followed(attempt, None, at, at)

    def dialled(self, attempt_id: int, call_id: str) -> None:
        """Know what the platform calls an attempt."""
        if attempt_id in self._open:
            self._open[attempt_id].call_id = call_id

    def lost_sight(self, attempt_id: int, at: float) -> None:
        """Know that the request of an attempt ended without an answer."""
        if attempt_id in self._open:
            self._open[attempt_id].since = at

    def drop(self, attempt_id: int) -> None:
        """Follow an attempt no more: it is settled, or given back."""
        self._open.pop(attempt_id, None)

    def running(self, campaign_id: int) -> int:
        """Return how many attempts of a campaign are open."""
        return sum(each.attempt.campaign_id == campaign_id for each in self._open.values())

    def on_their_way(self, campaign_id: int) -> int:
        """Return how many attempts of a campaign wait for the platform's first answer."""
        return sum(each.attempt.campaign_id == campaign_id for each in self._open.values() if self._is_asked(each))

    def _is_asked(self, followed: Followed) -> bool:
        return self._duty.dialling.is_on_its_way(followed.attempt.attempt_id)

    # Asking

    def ask(self) -> None:
        """Ask the platform for what is due, in one request at a time and no more than is its share."""
        duty, at = self._duty, self._duty.clock()
        room = duty.account.room(at)
        if not self._open or duty.dialling.asking or not room:
            return
        if at - self._asked_at < self._gap or duty.health.wait(at) > 0:
            return
        poll = duty.patience.poll_idle if room > 1 else duty.patience.poll
        polled = self._polled
        agents = sorted({each.attempt.agent for each in self._open.values()}, key=lambda agent: polled.get(agent, 0.0))
        if agents and at - polled.get(agents[0], float("-inf")) >= poll and self._ask_list(agents[0], at):
            return
        self._ask_one(at)

    def _ask_list(self, agent: str, at: float) -> bool:
        """Ask for the calls of an agent, where a list tells of any that is followed."""
        mine = [each for each in self._open.values() if each.attempt.agent == agent and not self._is_asked(each)]
        self._polled[agent] = at
        doubtful = next((each for each in mine if each.is_doubtful), None)
        asked = self._now(at)
        if doubtful is not None:
            # In turns with the others, whatever comes of it.
            doubtful.is_doubtful, doubtful.was_closely_asked = False, True
            self._ask_for(close_window(doubtful, asked), agent, [doubtful], asked, is_close=True)
            return True
        covered = window(mine, asked, self._duty.patience)
        if covered is not None:
            self._ask_for(covered, agent, mine, asked)
        return covered is not None

    def _now(self, at: float) -> Now:
        return Now(at, self._duty.dialling.platform.now() or moment(now()))

    def _ask_for(
        self, window_: Window, agent: str, mine: Sequence[Followed], asked: Now, *, is_close: bool = False
    ) -> None:
        platform = self._duty.dialling.platform
        its_clock = platform.now() is not None

        def then(found: CallList) -> Iterator[tuple[Followed, Verdict | None]]:
            # A platform that says what time it is says so with its first answer; with others ours has to do.
            unknown = not its_clock and platform.now() is not None
            listed = Listed(found, asked, self._longest, by_its_clock=None if unknown else its_clock)
            self._longest = max(self._longest, len(found.calls))
            self._comparison.see(agent, found.calls)
            for each in mine:
                yield each, judge_list(each, listed, self._duty.clock(), self._duty.patience)
                each.is_doubtful = each.is_doubtful and not is_close

        self._ask(lambda each: each.recent(window_.since, window_.until, agent), then, asked.boot)

    def _ask_one(self, at: float) -> None:
        """Ask for the call that lists do not tell of and that was not asked for for the longest time."""
        patience = self._duty.patience
        unlisted = [
            each
            for each in self._open.values()
            if each.call_id is not None and (not each.is_listed or at - each.since > patience.listed)
        ]
        longest = min(unlisted, key=lambda each: each.asked_at, default=None)
        if longest is None or at - longest.asked_at < _ASKED_AGAIN:
            return
        longest.asked_at = at
        call_id = longest.call_id or ""

        def then(found: PlatformCall | None) -> Iterator[tuple[Followed, Verdict | None]]:
            yield longest, judge_call(longest, found, self._duty.clock(), patience)

        self._ask(lambda each: each.look_up(call_id), then, at)

    def _ask(
        self,
        question: Callable[[CallingPlatform], object],
        judge: Callable[..., Iterable[tuple[Followed, Verdict | None]]],
        at: float,
    ) -> None:
        def then(found: object) -> None:
            if isinstance(found, CallingError):
                wait = found.wait if isinstance(found, Throttled) else None
                self._duty.health.failed(self._duty.clock(), clean(str(found)), wait)
                return
            self._duty.health.answered(at)
            self._verdicts += [(each, verdict) for each, verdict in judge(found) if verdict is not None]

        self._duty.account.take(at)
        self._asked_at = at
        self._duty.dialling.ask(question, then)

    # Writing

    def write(self) -> Iterator[int]:
        """Write what was found out; what cannot be written stays. Yield the campaigns in which there is room again.

        Raises Superseded, DatabaseError.
        """
        self._verdicts = [pair for pair in self._verdicts if pair[0].attempt.attempt_id in self._open]
        for company_id in dict.fromkeys(followed.attempt.company_id for followed, _ in self._verdicts):
            mine = [pair for pair in self._verdicts if pair[0].attempt.company_id == company_id]
            if not self._duty.written(company_id, partial(self._write, mine)):
                continue
            self._verdicts = [pair for pair in self._verdicts if pair[0].attempt.company_id != company_id]
            for followed, verdict in mine:
                if verdict.settled is None and not verdict.released:
                    followed.call_id = verdict.call_id
                else:
                    self.drop(followed.attempt.attempt_id)
                    yield followed.attempt.campaign_id

    def _write(self, verdicts: Sequence[tuple[Followed, Verdict]], session: Session) -> None:
        found = [(each.attempt.attempt_id, verdict.call_id) for each, verdict in verdicts if verdict.call_id]
        ended = [verdict.settled for _, verdict in verdicts if verdict.settled is not None]
        not_made = [
            (each.attempt.campaign_id, each.attempt.attempt_id) for each, verdict in verdicts if verdict.released
        ]
        settling.record(session, self._duty.generation, calls=found, settled=ended, released=not_made)
