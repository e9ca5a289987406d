"""What is asked of a calling platform, and what can come of it: the small interface that the dispatcher speaks to.

Every error says what is known of the call that was to be started, for that decides whether it may be dialled again:
`Refused`, `Throttled`, `Unauthorized` and `Unreachable` mean that it certainly was not, `Uncertain` that nobody knows.
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

    Among `data` are `database_id`, `campaign_id` and `attempt_id`, as texts: by them, and the phone, a call is found
    again. `send_by` is the moment of `clocks.boot_time` from which on it must not be sent any more: a process that was
    stopped meanwhile does not know whether another one works in its place.
    """

    phone: str
    agent: str
    data: Mapping[str, str] = field(default_factory=dict)
    send_by: float = math.inf


@dataclass(frozen=True, slots=True)
class PlatformCall:
    """A call as the platform has it.

    `id` is None where a list tells of a call of ours, by its attempt, and not of its id. `status` is one of ringing,
    open, closed, no-answer, voicemail, busy, recall-scheduled, wrong-phone-format and failed, or a word that is new to
    us; `seconds` is how long it lasted, None where it does not say; `created_at` is aware; `attempt_id` and
    `campaign_id` are None for calls that are not ours, `database_id` also for ours from before there was one. `phone`
    is as the platform writes it, None where it does not say.
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
    """Calls, newest first. `is_whole` is whether each that was listed could be read: else one of ours may be missing.

    What is in it is so in either case; what is not in it was not listed only where it is whole.
    """

    calls: Sequence[PlatformCall]
    is_whole: bool = True


class CallingPlatform(Protocol):
    """A calling platform. Its methods may be called from several threads at once; each is one request."""

    def start(self, call: NewCall) -> str:
        """Start a call and return its id on the platform. Raises every CallingError."""

    def look_up(self, call_id: str) -> PlatformCall | None:
        """Return a call by its id, None where there is none. Raises every CallingError but Refused."""

    def recent(self, since: datetime, until: datetime, agent: str) -> CallList:
        """Return the calls of an agent between two aware moments. Raises every CallingError but Refused.

        The platform may leave out the oldest, where there are many.
        """

    def now(self) -> datetime | None:
        """Return what time it is on the platform, by its last answer; None where none has said. It asks nothing."""


class CallingError(SegtuiError):
    """The calling platform did not do what was asked of it. `str()` of it is a sentence, never with the token."""


class Refused(CallingError):
    """It does not make this call (400), for the reason that `str()` is. It was not made."""


class Throttled(CallingError):
    """It was asked too often (429). `wait` is after how many seconds to ask again, None where it did not say."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class Unauthorized(CallingError):
    """It does not take our token, or not for this (401, 403)."""


class Unreachable(CallingError):
    """No request came to it (no connection), or none that it knows (404): a call was certainly not started."""


class Uncertain(CallingError):
    """The request was sent, and no usable answer came: 5xx, a broken connection, time-out. Nobody knows what it did."""
