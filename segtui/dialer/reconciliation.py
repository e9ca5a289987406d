"""Following calls: what the platform's answers say of the attempts that are not settled.

An attempt whose fate is not known is looked for among the platform's calls by the database's id, its own and its phone.
It may be dialled, as the same attempt, only when a list that certainly is complete does not have it, asked for long
enough after the request ended.
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
    # Somebody answered and asked to be called again, which the platform does.
    "recall-scheduled": "answered",
    "no-answer": "no_answer",
    "voicemail": "voicemail",
    "busy": "busy",
    "wrong-phone-format": "wrong_number",
    "failed": "failed",
}
# The platform's clock may be so wrong; what is looked for in a list is looked for so far around it.
_SKEW: Final = timedelta(minutes=5)
_FAR: Final = timedelta(hours=2)
# What is looked for once more is looked for in so short a time that a list of it is not cut off.
_CLOSE: Final = (timedelta(seconds=-60), timedelta(seconds=120))
# The platform may leave out the oldest of a list, but not of one as short as this.
_SHORT: Final = 20
# A call that is older than an attempt proves that a list goes back to it: by the platform's own clock, or by ours.
_OLDER: Final = timedelta(seconds=60)
_OLDER_BY_OURS: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited for what, in seconds."""

    poll: float = 5.0
    poll_idle: float = 2.0
    """The same where there is room for many requests."""
    certain: float = 30.0
    """After a request ended without an answer, until a list that does not have its call is believed."""
    lost: float = 120.0
    """Until a call is given up that the platform had and does not know any more."""
    hopeless: float = 900.0
    """Until an attempt is given up of which the platform's lists tell nothing, neither yes nor no."""
    longest_call: float = 6 * 3600.0
    listed: float = 600.0
    """The age up to which a call is followed by lists; an older one is asked for by its id."""
    drain: float = 300.0
    """At the end, for calls in progress."""
    silence: float = 40.0
    """Until a dispatcher that shows no sign of work is replaced: longer than any transaction waits for others."""

    @property
    def beat(self) -> float:
        """Between two signs of work."""
        return self.silence / 4


@dataclass
class Followed:
    """An attempt that is not settled, and what is known of it; times are of the clock that nobody sets."""

    attempt: OpenAttempt
    call_id: str | None
    began: float
    """When it was claimed; of an attempt of another machine, or of another boot, by what the wall's clock says."""
    since: float
    """When its request ended without an answer, or when we came to know of it."""
    missing_since: float | None = None
    is_listed: bool = True
    """Whether lists tell of it; where they do not it is asked for by its id."""
    asked_at: float = float("-inf")
    is_doubtful: bool = False
    """Whether a list did not have it, and may have been cut off."""
    was_closely_asked: bool = False
    """Whether it was looked for once more because of that, close by."""

    @property
    def is_unknown(self) -> bool:
        """Whether nobody knows if the platform has it."""
        return self.call_id is None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer says of an attempt: it ended, it was certainly not dialled, or the platform calls it so."""

    settled: Settled | None = None
    released: bool = False
    call_id: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The time that a list is asked for; both ends are aware, and of the platform's clock."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Now:
    """This moment: by the clock that nobody sets, and on the platform. Of the wall's clock nothing follows here."""

    boot: float
    there: datetime

    def began(self, followed: Followed) -> datetime:
        """Return when an attempt was claimed, on the platform's clock."""
        return self.there - timedelta(seconds=max(0.0, self.boot - followed.began))


def window(followed: Iterable[Followed], now: Now, patience: Patience) -> Window | None:
    """Return the time that a list has to cover to tell of these attempts of an agent; None where it tells of none."""
    since: datetime | None = None
    for each in followed:
        if each.is_unknown:
            back = _FAR if now.boot - each.since >= patience.certain else _SKEW
        elif now.boot - each.since > patience.listed:
            continue
        else:
            back = _SKEW
        first = now.began(each) - back
        since = first if since is None else min(since, first)
    return None if since is None else Window(since, now.there + _FAR)


def close_window(followed: Followed, now: Now) -> Window:
    """Return the short time in which the call of an attempt was started, if it was."""
    began = now.began(followed)
    return Window(began + _CLOSE[0], began + _CLOSE[1])


def is_call_of(attempt: OpenAttempt, call: PlatformCall) -> bool | None:
    """Tell whether a call is that of an attempt, None where that remains open.

    The database's id, the attempt's and the phone must be the same. An attempt from before there were database ids
    has the call without one that went to its phone. A platform that says no phone is believed by the random id alone,
    and one that does not repeat our data by the id it gave the call itself.
    """
    if call.attempt_id is None:
        return call.database_id is None and not _is_to_another(attempt, call)
    if call.attempt_id != attempt.sent_id or call.campaign_id not in {None, attempt.campaign_id}:
        return False
    if call.database_id not in {None, attempt.database_id} or _is_to_another(attempt, call):
        return False
    if call.database_id is None and attempt.database_id is not None:
        return None  # of a database from before there were ids, or the platform does not repeat it
    return True if attempt.database_id is not None or None not in (attempt.phone, call.phone) else None


def _is_to_another(attempt: OpenAttempt, call: PlatformCall) -> bool:
    return attempt.phone is not None and call.phone is not None and not same_number(attempt.phone, call.phone)


class Listed:
    """The calls of an agent as a list told them, which was asked for at `asked_at`.

    `longest` is how many calls the longest of all lists had: a shorter one is not cut off. `by_its_clock` is whether
    the time that was asked for was of the platform's clock; None where it is not known yet, and then what is not in
    the list proves nothing; nor does it in one that is not whole.
    """

    def __init__(self, found: CallList, asked_at: Now, longest: int, *, by_its_clock: bool | None = True) -> None:
        calls = found.calls
        self.asked_at = asked_at
        self._is_whole = found.is_whole
        self._older = None if by_its_clock is None else _OLDER if by_its_clock else _OLDER_BY_OURS
        self._is_short = len(calls) < max(_SHORT, longest)
        self._by_id = {call.id: call for call in calls}
        self._by_attempt: dict[int, list[PlatformCall]] = {}
        # Of a call that is listed twice what has an id comes first, and counts.
        for call in sorted(calls, key=lambda call: call.id is None):
            if call.attempt_id is not None:
                self._by_attempt.setdefault(call.attempt_id, []).append(call)
        self._oldest = min((call.created_at for call in calls if call.created_at is not None), default=None)

    def of(self, followed: Followed) -> PlatformCall | None:
        """Return the call of an attempt, None where it is not listed."""
        return next((call for call in self._candidates(followed) if is_call_of(followed.attempt, call)), None)

    def is_open(self, followed: Followed) -> bool:
        """Tell whether it lists a call that may be that of the attempt or of another one."""
        return any(is_call_of(followed.attempt, call) is None for call in self._candidates(followed))

    def _candidates(self, followed: Followed) -> list[PlatformCall]:
        if followed.call_id is None:
            return self._by_attempt.get(followed.attempt.sent_id, [])
        call = self._by_id.get(followed.call_id)
        return [] if call is None else [call]

    def goes_back_to(self, followed: Followed) -> bool:
        """Tell whether it certainly has all calls since an attempt was claimed."""
        if self._older is None or not self._is_whole:
            return False
        began = self.asked_at.began(followed)
        return self._is_short or (self._oldest is not None and self._oldest < began - self._older)


def judge_list(followed: Followed, listed: Listed, boot: float, patience: Patience) -> Verdict | None:
    """Return what a list says of an attempt of its agent; None where it says nothing."""
    call = listed.of(followed)
    followed.is_listed = call is not None
    if call is not None:
        return judge_call(followed, call, boot, patience)
    waited = listed.asked_at.boot - followed.since
    if not followed.is_unknown or waited < patience.certain:
        return None
    if listed.goes_back_to(followed) and not listed.is_open(followed):
        return Verdict(released=True)
    followed.is_doubtful = True
    # After the platform was away for long the first list is late already, and may be cut off all the same.
    if waited >= patience.hopeless and followed.was_closely_asked:
        return _ended(followed, "unknown", None, "The calling platform does not tell whether it made this call.")
    return None


def judge_call(followed: Followed, call: PlatformCall | None, boot: float, patience: Patience) -> Verdict | None:
    """Return the result of an attempt by its call, or by the lack of one; None where it is still in progress.

    A call with its id to another number does not count.
    """
    if call is None or is_call_of(followed.attempt, call) is False:
        followed.missing_since = boot if followed.missing_since is None else followed.missing_since
        if boot - followed.missing_since < patience.lost:
            return None
        return _ended(followed, "unknown", None, "The calling platform does not know this call any more.")
    followed.missing_since = None
    outcome = OUTCOMES.get(call.status)
    if outcome is not None:
        reason = "The call failed on the calling platform." if outcome == "failed" else None
        return _ended(followed, outcome, call, reason)
    if boot - followed.since > patience.longest_call:
        return _ended(followed, "unknown", call, "The calling platform never said how this call ended.")
    return Verdict(call_id=call.id) if followed.is_unknown and call.id is not None else None


def _ended(followed: Followed, outcome: str, call: PlatformCall | None, reason: str | None) -> Verdict:
    attempt = followed.attempt
    seconds = None if call is None else call.seconds
    settled = Settled(attempt.attempt_id, attempt.campaign_id, outcome, seconds, reason)
    return Verdict(settled, call_id=call.id if call is not None and followed.is_unknown else None)
