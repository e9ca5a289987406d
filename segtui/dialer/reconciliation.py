"""Reconciliation: conclusions from the platform's answers about the attempts that are not settled.

An attempt of unknown state is matched with the platform's calls by the database's id, its own id and its phone. It may
be dialled, as the same attempt, only if a certainly complete list, requested long enough after the attempt's request
ended, does not have it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from segtui.dialer.platform import CallList, PlatformCall
from segtui.domain.phones import same_number
from segtui.services.campaigns.dispatch.settling import OpenAttempt, Settled

OUTCOMES: Final = {
    "closed": "answered",
    # The contact answered and asked to be called again, which the platform does.
    "recall-scheduled": "answered",
    "no-answer": "no_answer",
    "voicemail": "voicemail",
    "busy": "busy",
    "wrong-phone-format": "wrong_number",
    "failed": "failed",
}
# Margins of a list's time window: the platform's clock may be wrong by as much.
_SKEW: Final = timedelta(minutes=5)
_WIDE_SKEW: Final = timedelta(hours=2)
# The window of a recheck around the start of a call: so short that its list is not cut off.
_RECHECK: Final = (timedelta(seconds=-60), timedelta(seconds=120))
# The platform may leave out the oldest calls of a list, but not of one as short as this.
_SHORT: Final = 20
# A call that is older than an attempt by this much proves that a list covers it: by the platform's clock, or by ours.
_OLDER: Final = timedelta(seconds=60)
_OLDER_BY_OURS: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Timeouts and intervals of the dispatcher, in seconds."""

    poll: float = 5.0
    """The polling interval."""
    poll_idle: float = 2.0
    """The polling interval while many requests may be made."""
    certain: float = 30.0
    """From a request without an answer until a list that lacks its call is trusted."""
    lost: float = 120.0
    """Until a call is given up that the platform had and no longer knows."""
    hopeless: float = 900.0
    """Until an attempt is given up that the platform's lists neither show nor rule out."""
    longest_call: float = 6 * 3600.0
    """Until a call without an end is given up."""
    listed: float = 600.0
    """The age up to which a call is polled by lists; an older one is looked up by its id."""
    drain: float = 300.0
    """At the end of the dispatcher, for calls in progress."""
    silence: float = 40.0
    """Until a dispatcher without a heartbeat is replaced: longer than any transaction waits for a lock."""

    @property
    def beat(self) -> float:
        """The interval between two heartbeats."""
        return self.silence / 4


@dataclass
class TrackedCall:
    """An attempt that is not settled, and its state; times are of the monotonic clock."""

    attempt: OpenAttempt
    call_id: str | None
    began: float
    """The time of the claim; for an attempt of another machine or another boot, by the wall clock."""
    since: float
    """The time when its request ended without an answer, or when it was read from the database."""
    missing_since: float | None = None
    is_listed: bool = True
    """True if lists show it; otherwise it is looked up by its id."""
    looked_up_at: float = float("-inf")
    is_uncertain: bool = False
    """True if a list did not have it, and may have been cut off."""
    was_rechecked: bool = False
    """True if it was therefore looked for again, in a short time window."""

    @property
    def is_unknown(self) -> bool:
        """True if it is not known that the platform has it."""
        return self.call_id is None


@dataclass(frozen=True, slots=True)
class Resolution:
    """The conclusion about an attempt: it is settled, was certainly not dialled, or has this id on the platform."""

    settled: Settled | None = None
    released: bool = False
    call_id: str | None = None


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """The time window of a list; both ends are aware, and of the platform's clock."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class ClockReading:
    """The present by the monotonic clock and by the platform's clock. The wall clock plays no part here."""

    boot: float
    platform: datetime

    def began(self, call: TrackedCall) -> datetime:
        """Return the time of an attempt's claim on the platform's clock."""
        return self.platform - timedelta(seconds=max(0.0, self.boot - call.began))


def list_window(calls: Iterable[TrackedCall], now: ClockReading, timeouts: Timeouts) -> TimeWindow | None:
    """Return the time window of a list that would show these attempts of an agent; None if none of them needs it."""
    since: datetime | None = None
    for call in calls:
        if call.is_unknown:
            margin = _WIDE_SKEW if now.boot - call.since >= timeouts.certain else _SKEW
        elif now.boot - call.since > timeouts.listed:
            continue
        else:
            margin = _SKEW
        start = now.began(call) - margin
        since = start if since is None else min(since, start)
    return None if since is None else TimeWindow(since, now.platform + _WIDE_SKEW)


def recheck_window(call: TrackedCall, now: ClockReading) -> TimeWindow:
    """Return the short time window for the start of an attempt's call."""
    began = now.began(call)
    return TimeWindow(began + _RECHECK[0], began + _RECHECK[1])


def is_call_of(attempt: OpenAttempt, call: PlatformCall) -> bool | None:
    """Return True if a call is that of an attempt, None if that cannot be decided.

    The database's id, the attempt's id and the phone must match. An attempt from before there were database ids has the
    call without a database id that went to its phone. If a platform reports no phone, the random database id is enough;
    if it does not repeat our data, the id that it gave the call is.
    """
    if call.attempt_id is None:
        return call.database_id is None and not _has_other_phone(attempt, call)
    if call.attempt_id != attempt.sent_id or call.campaign_id not in {None, attempt.campaign_id}:
        return False
    if call.database_id not in {None, attempt.database_id} or _has_other_phone(attempt, call):
        return False
    if call.database_id is None and attempt.database_id is not None:
        return None  # from before there were database ids, or not repeated by the platform
    return True if attempt.database_id is not None or None not in (attempt.phone, call.phone) else None


def _has_other_phone(attempt: OpenAttempt, call: PlatformCall) -> bool:
    return attempt.phone is not None and call.phone is not None and not same_number(attempt.phone, call.phone)


class CallListing:
    """The listed calls of an agent, requested at `requested_at`.

    `longest` is the number of calls in the longest of all lists: a shorter one is not cut off. `by_its_clock` is True
    if the time window was by the platform's clock; if that is not known yet (None), or if the list is not whole, a call
    that is missing from it proves nothing.
    """

    def __init__(
        self, call_list: CallList, requested_at: ClockReading, longest: int, *, by_its_clock: bool | None = True
    ) -> None:
        calls = call_list.calls
        self.requested_at = requested_at
        self._is_whole = call_list.is_whole
        self._older = None if by_its_clock is None else _OLDER if by_its_clock else _OLDER_BY_OURS
        self._is_short = len(calls) < max(_SHORT, longest)
        self._by_id = {call.id: call for call in calls}
        self._by_attempt: dict[int, list[PlatformCall]] = {}
        # If a call is listed twice, the entry with an id comes first and counts.
        for call in sorted(calls, key=lambda call: call.id is None):
            if call.attempt_id is not None:
                self._by_attempt.setdefault(call.attempt_id, []).append(call)
        self._oldest = min((call.created_at for call in calls if call.created_at is not None), default=None)

    def of(self, tracked: TrackedCall) -> PlatformCall | None:
        """Return the call of an attempt, None if it is not listed."""
        return next((call for call in self._candidates(tracked) if is_call_of(tracked.attempt, call)), None)

    def is_open(self, tracked: TrackedCall) -> bool:
        """Return True if it lists a call that may be that of the attempt or of another one."""
        return any(is_call_of(tracked.attempt, call) is None for call in self._candidates(tracked))

    def _candidates(self, tracked: TrackedCall) -> list[PlatformCall]:
        if tracked.call_id is None:
            return self._by_attempt.get(tracked.attempt.sent_id, [])
        call = self._by_id.get(tracked.call_id)
        return [] if call is None else [call]

    def covers(self, tracked: TrackedCall) -> bool:
        """Return True if it certainly has all calls since an attempt was claimed."""
        if self._older is None or not self._is_whole:
            return False
        began = self.requested_at.began(tracked)
        return self._is_short or (self._oldest is not None and self._oldest < began - self._older)


def resolve_from_list(tracked: TrackedCall, listing: CallListing, boot: float, timeouts: Timeouts) -> Resolution | None:
    """Return the conclusion from a list about an attempt of its agent; None if there is none."""
    call = listing.of(tracked)
    tracked.is_listed = call is not None
    if call is not None:
        return resolve_from_call(tracked, call, boot, timeouts)
    waited = listing.requested_at.boot - tracked.since
    if not tracked.is_unknown or waited < timeouts.certain:
        return None
    if listing.covers(tracked) and not listing.is_open(tracked):
        return Resolution(released=True)
    tracked.is_uncertain = True
    # After a long outage of the platform even the first list is late, and it may be cut off all the same.
    if waited >= timeouts.hopeless and tracked.was_rechecked:
        return _ended(tracked, "unknown", None, "The calling platform does not say if it made this call.")
    return None


def resolve_from_call(
    tracked: TrackedCall, call: PlatformCall | None, boot: float, timeouts: Timeouts
) -> Resolution | None:
    """Return the conclusion from the call of an attempt, or from its absence; None while it is in progress.

    A call with the same id to another number does not count.
    """
    if call is None or is_call_of(tracked.attempt, call) is False:
        tracked.missing_since = boot if tracked.missing_since is None else tracked.missing_since
        if boot - tracked.missing_since < timeouts.lost:
            return None
        return _ended(tracked, "unknown", None, "The calling platform no longer knows this call.")
    tracked.missing_since = None
    outcome = OUTCOMES.get(call.status)
    if outcome is not None:
        reason = "The call failed on the calling platform." if outcome == "failed" else None
        return _ended(tracked, outcome, call, reason)
    if boot - tracked.since > timeouts.longest_call:
        return _ended(tracked, "unknown", call, "The calling platform never reported how this call ended.")
    return Resolution(call_id=call.id) if tracked.is_unknown and call.id is not None else None


def _ended(tracked: TrackedCall, outcome: str, call: PlatformCall | None, reason: str | None) -> Resolution:
    attempt = tracked.attempt
    seconds = None if call is None else call.seconds
    settled = Settled(attempt.attempt_id, attempt.campaign_id, outcome, seconds, reason)
    return Resolution(settled, call_id=call.id if call is not None and tracked.is_unknown else None)
