"""Comparing the clock of this machine with the calling platform's: calling hours are right only where the clock is."""

import socket
from datetime import timedelta
from typing import Final

from segtui.dialer.dispatch_context import Duty
from segtui.dialer.platform import CallingError, Throttled
from segtui.domain.text import clean, duration
from segtui.services.session import moment, now

MOST: Final = timedelta(minutes=5)
"""The difference up to which clocks agree."""
_SAME: Final = timedelta(seconds=30)
_POLLS: Final = 6
"""Polls of calls for one request for the time, while the clocks differ."""
_NO_CALL: Final = "clock-check"
"""An id that no call has: the platform answers with the time, and with nothing else."""


class ClockCheck:
    """Compares the clocks by every answer of the platform; asks for one where it has told no time yet.

    A platform that never tells its time cannot be compared with, and is dialled.
    """

    def __init__(self, duty: Duty) -> None:
        self._duty = duty
        self._asked_at = float("-inf")
        self._has_answered = False
        self._difference: timedelta | None = None

    @property
    def lets_dial(self) -> bool:
        """True where the clocks were compared and agree."""
        is_compared = self._has_answered or self._duty.dialling.platform.now() is not None
        return is_compared and self.trouble is None

    @property
    def trouble(self) -> str | None:
        """A sentence: why nothing is dialled while the clocks differ; None while they agree."""
        its = self._duty.dialling.platform.now()
        difference = timedelta() if its is None else moment(now()) - its
        if abs(difference) <= MOST:
            self._difference = None
            return None
        # The platform tells its time to a second: the sentence does not change with every answer.
        if self._difference is None or abs(difference - self._difference) > _SAME:
            self._difference = difference
        seconds = self._difference.total_seconds()
        where = "ahead of" if seconds > 0 else "behind"
        return (
            f"the clock of {clean(socket.gethostname())}, where the dispatcher runs, is {duration(abs(seconds))} "
            f"{where} the calling platform's; nothing is dialled until they agree"
        )

    def ask(self) -> None:
        """Ask the platform for its time where that is due."""
        duty, time = self._duty, self._duty.clock()
        is_due = self.trouble is not None or not self.lets_dial
        if not is_due or time - self._asked_at < self._pause or duty.dialling.asking:
            return
        if duty.health.wait(time) > 0 or not duty.account.room(time):
            return
        self._asked_at = time
        duty.account.take(time)
        duty.dialling.ask(lambda platform: platform.look_up(_NO_CALL), self._take)

    @property
    def _pause(self) -> float:
        return _POLLS * self._duty.patience.poll if self._duty.dialling.platform.now() is not None else 0.0

    def _take(self, answer: object) -> None:
        if not isinstance(answer, CallingError):
            self._has_answered = True
        elif self._duty.dialling.platform.now() is None:
            wait = answer.wait if isinstance(answer, Throttled) else None
            self._duty.health.failed(self._duty.clock(), clean(str(answer)), wait)
