"""Tracks open calls, and attempts of unknown state, until each is settled."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Final

from segtui.dialer.dispatch_context import DispatchContext
from segtui.dialer.list_comparison import ListComparison
from segtui.dialer.platform import CallingError, CallingPlatform, CallList, PlatformCall, Throttled
from segtui.dialer.reconciliation import (
    CallListing,
    ClockReading,
    Resolution,
    TimeWindow,
    TrackedCall,
    list_window,
    recheck_window,
    resolve_from_call,
    resolve_from_list,
)
from segtui.domain import monotonic_clock
from segtui.domain.text import clean
from segtui.services.campaigns.dispatch import settling
from segtui.services.campaigns.dispatch.claiming import Claim
from segtui.services.campaigns.dispatch.settling import OpenAttempt
from segtui.services.session import Session, moment, now

# The largest share of the account's requests that polling may use.
_POLLING_SHARE: Final = 0.4
# Seconds between two look-ups, by its id, of a call that is missing from lists.
_LOOK_UP_INTERVAL: Final = 10.0


class CallTracker:
    """Every attempt that is claimed and not settled."""

    def __init__(self, context: DispatchContext, comparison: ListComparison) -> None:
        self._context = context
        self._comparison = comparison
        self._open: dict[int, TrackedCall] = {}
        self._resolutions: list[tuple[TrackedCall, Resolution]] = []
        self._gap = 60 / (context.per_minute * _POLLING_SHARE)
        self._polled_at = float("-inf")
        self._agent_polled_at: dict[str, float] = {}
        self._longest_list = 0

    def __len__(self) -> int:
        return len(self._open)

    def read(self) -> None:
        """Read the open attempts from the database: those that are new here may or may not have been dialled."""
        time, wall_us = self._context.clock(), now()
        for attempt in settling.open_attempts(self._context.session):
            if attempt.attempt_id not in self._open:
                age = monotonic_clock.age(attempt.clock, time)
                age = max(0.0, (wall_us - attempt.started_at) / 1_000_000) if age is None else age
                self._open[attempt.attempt_id] = TrackedCall(attempt, attempt.call_id, time - age, time)

    def add(self, claim: Claim, time: float) -> None:
        """Track an attempt that was claimed just now."""
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
        self._open[claim.attempt_id] = TrackedCall(attempt, None, time, time)

    def dialled(self, attempt_id: int, call_id: str) -> None:
        """Record the platform's id of an attempt."""
        if attempt_id in self._open:
            self._open[attempt_id].call_id = call_id

    def request_failed(self, attempt_id: int, time: float) -> None:
        """Record that the request of an attempt ended without an answer."""
        if attempt_id in self._open:
            self._open[attempt_id].since = time

    def drop(self, attempt_id: int) -> None:
        """Stop tracking an attempt: it is settled, or released."""
        self._open.pop(attempt_id, None)

    def running(self, campaign_id: int) -> int:
        """Return the number of open attempts of a campaign."""
        return sum(call.attempt.campaign_id == campaign_id for call in self._open.values())

    def awaiting_answer(self, campaign_id: int) -> int:
        """Return the number of attempts of a campaign whose request was not answered yet."""
        return sum(
            call.attempt.campaign_id == campaign_id for call in self._open.values() if self._is_awaiting_answer(call)
        )

    def _is_awaiting_answer(self, call: TrackedCall) -> bool:
        return self._context.pool.is_awaiting_answer(call.attempt.attempt_id)

    # Polling

    def poll(self) -> None:
        """Poll the platform for what is due: one request at a time, within the polling share."""
        context, time = self._context, self._context.clock()
        room = context.bucket.room(time)
        if not self._open or context.pool.pending_queries or not room:
            return
        if time - self._polled_at < self._gap or context.breaker.wait(time) > 0:
            return
        interval = context.timeouts.poll_idle if room > 1 else context.timeouts.poll
        polled_at = self._agent_polled_at
        agents = sorted(
            {call.attempt.agent for call in self._open.values()}, key=lambda agent: polled_at.get(agent, 0.0)
        )
        if agents and time - polled_at.get(agents[0], float("-inf")) >= interval and self._poll_list(agents[0], time):
            return
        self._look_up_one(time)

    def _poll_list(self, agent: str, time: float) -> bool:
        """Request the calls of an agent if a list would cover a tracked one."""
        tracked = [
            call for call in self._open.values() if call.attempt.agent == agent and not self._is_awaiting_answer(call)
        ]
        self._agent_polled_at[agent] = time
        uncertain = next((call for call in tracked if call.is_uncertain), None)
        now_ = self._clock_reading(time)
        if uncertain is not None:
            # Once only: the others take their turn whatever the answer is.
            uncertain.is_uncertain, uncertain.was_rechecked = False, True
            self._request_list(recheck_window(uncertain, now_), agent, [uncertain], now_, is_recheck=True)
            return True
        window = list_window(tracked, now_, self._context.timeouts)
        if window is not None:
            self._request_list(window, agent, tracked, now_)
        return window is not None

    def _clock_reading(self, time: float) -> ClockReading:
        return ClockReading(time, self._context.pool.platform.now() or moment(now()))

    def _request_list(
        self,
        window: TimeWindow,
        agent: str,
        tracked: Sequence[TrackedCall],
        requested_at: ClockReading,
        *,
        is_recheck: bool = False,
    ) -> None:
        platform = self._context.pool.platform
        by_its_clock = platform.now() is not None

        def resolve(call_list: CallList) -> Iterator[tuple[TrackedCall, Resolution | None]]:
            # A platform that reports its time does so with its first answer; for others our clock has to do.
            unknown = not by_its_clock and platform.now() is not None
            listing = CallListing(
                call_list, requested_at, self._longest_list, by_its_clock=None if unknown else by_its_clock
            )
            self._longest_list = max(self._longest_list, len(call_list.calls))
            self._comparison.check(agent, call_list.calls)
            for call in tracked:
                yield call, resolve_from_list(call, listing, self._context.clock(), self._context.timeouts)
                call.is_uncertain = call.is_uncertain and not is_recheck

        self._query(lambda platform: platform.recent(window.since, window.until, agent), resolve, requested_at.boot)

    def _look_up_one(self, time: float) -> None:
        """Look up the call that is missing from lists and was looked up longest ago."""
        timeouts = self._context.timeouts
        unlisted = [
            call
            for call in self._open.values()
            if call.call_id is not None and (not call.is_listed or time - call.since > timeouts.listed)
        ]
        oldest = min(unlisted, key=lambda call: call.looked_up_at, default=None)
        if oldest is None or time - oldest.looked_up_at < _LOOK_UP_INTERVAL:
            return
        oldest.looked_up_at = time
        call_id = oldest.call_id or ""

        def resolve(call: PlatformCall | None) -> Iterator[tuple[TrackedCall, Resolution | None]]:
            yield oldest, resolve_from_call(oldest, call, self._context.clock(), timeouts)

        self._query(lambda platform: platform.look_up(call_id), resolve, time)

    def _query(
        self,
        request: Callable[[CallingPlatform], object],
        resolve: Callable[..., Iterable[tuple[TrackedCall, Resolution | None]]],
        time: float,
    ) -> None:
        def take_answer(answer: object) -> None:
            if isinstance(answer, CallingError):
                wait = answer.wait if isinstance(answer, Throttled) else None
                self._context.breaker.failed(self._context.clock(), clean(str(answer)), wait)
                return
            self._context.breaker.answered(time)
            self._resolutions += [(call, resolution) for call, resolution in resolve(answer) if resolution is not None]

        self._context.bucket.take(time)
        self._polled_at = time
        self._context.pool.query(request, take_answer)

    # Writing

    def write(self) -> Iterator[int]:
        """Write the resolutions; those that cannot be written stay. Yield the campaigns that have room again.

        Raises Superseded, DatabaseError.
        """
        self._resolutions = [pair for pair in self._resolutions if pair[0].attempt.attempt_id in self._open]
        for company_id in dict.fromkeys(call.attempt.company_id for call, _ in self._resolutions):
            pairs = [pair for pair in self._resolutions if pair[0].attempt.company_id == company_id]
            if not self._context.try_write(company_id, partial(self._write, pairs)):
                continue
            self._resolutions = [pair for pair in self._resolutions if pair[0].attempt.company_id != company_id]
            for call, resolution in pairs:
                if resolution.settled is None and not resolution.released:
                    call.call_id = resolution.call_id
                else:
                    self.drop(call.attempt.attempt_id)
                    yield call.attempt.campaign_id

    def _write(self, resolutions: Sequence[tuple[TrackedCall, Resolution]], session: Session) -> None:
        call_ids = [
            (call.attempt.attempt_id, resolution.call_id) for call, resolution in resolutions if resolution.call_id
        ]
        ended = [resolution.settled for _, resolution in resolutions if resolution.settled is not None]
        released = [
            (call.attempt.campaign_id, call.attempt.attempt_id)
            for call, resolution in resolutions
            if resolution.released
        ]
        settling.record(session, self._context.generation, calls=call_ids, settled=ended, released=released)
