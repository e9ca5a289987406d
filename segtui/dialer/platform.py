"""The interface to a calling platform, and its errors.

Every error says what is known of the call that was to be started, because that decides if it may be dialled again:
after `Refused`, `Throttled`, `Unauthorized` and `Unreachable` it certainly was not started, after `Uncertain` it may
have been.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from segtui.errors import SegtuiError


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call to be started: the number (E.164), the agent that makes it, and fields that come back as its data.

    `data` holds `database_id`, `campaign_id` and `attempt_id`, as texts: they and the phone identify the call later.
    After the moment `send_by` of `monotonic_clock.boot_time` it must not be sent: a process that was stopped meanwhile
    cannot know that another one has taken over.
    """

    phone: str
    agent: str
    data: Mapping[str, str] = field(default_factory=dict)
    send_by: float = math.inf


@dataclass(frozen=True, slots=True)
class PlatformCall:
    """A call as the platform reports it.

    `id` is None if a list names our attempt without the call's id. `status` is one of ringing, open, closed, no-answer,
    voicemail, busy, recall-scheduled, wrong-phone-format and failed, or an unknown word; `seconds` is the duration,
    None if not reported; `created_at` is aware; `attempt_id` and `campaign_id` are None for calls that are not ours,
    `database_id` also for ours from before there were database ids. `phone` is in the platform's notation, None if not
    reported.
    """

    id: str | None
    status: str
    seconds: int | None
    created_at: datetime | None
    attempt_id: int | None
    campaign_id: int | None = None
    database_id: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class CallList:
    """Calls, newest first. `is_whole` is False if an entry could not be read: one of ours may then be missing.

    The calls in it are valid in either case; that a call is missing means something only if the list is whole.
    """

    calls: Sequence[PlatformCall]
    is_whole: bool = True


class CallingPlatform(Protocol):
    """A calling platform. Its methods may be called from several threads at once; each is one request."""

    def start(self, call: NewCall) -> str:
        """Start a call and return its id on the platform. Raises every CallingError."""

    def look_up(self, call_id: str) -> PlatformCall | None:
        """Return a call by its id, None if there is none. Raises every CallingError but Refused."""

    def recent(self, since: datetime, until: datetime, agent: str) -> CallList:
        """Return the calls of an agent between two aware moments. Raises every CallingError but Refused.

        The platform may leave out the oldest calls of a long list.
        """

    def now(self) -> datetime | None:
        """Return the platform's time by its last answer; None if no answer had a time. Sends nothing."""


class CallingError(SegtuiError):
    """A request to the calling platform failed. `str()` of it is a sentence, never with the token."""


class Refused(CallingError):
    """The platform refuses this call (400); `str()` is the reason. It was not made."""


class Throttled(CallingError):
    """The platform received too many requests (429). `wait` is the seconds to wait, None if it does not say."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class Unauthorized(CallingError):
    """The platform rejects our token, or its rights (401, 403)."""


class Unreachable(CallingError):
    """No request arrived (no connection), or the address is wrong (404): the call was certainly not started."""


class Uncertain(CallingError):
    """The request was sent and no usable answer came (5xx, broken connection, time-out): its effect is unknown."""
