"""Monitor of a session: ends it when its user loses access, disconnects or stays idle too long."""

import os
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from segtui import crash
from segtui.errors import SegtuiError, SignedOut
from segtui.services.accounts.sign_in import record_sign_in, why_signed_out
from segtui.services.audit import audit
from segtui.services.session import Session
from segtui.terminal_reset import TERMINAL_RESET

_INTERVAL: Final = 3.0
"""Seconds between two checks. With the grace period, a disabled user is out within ten seconds."""
_GRACE: Final = 5.0
"""Seconds for a session to end by itself before the process is killed."""
_RECORD_TIMEOUT: Final = 60.0
"""Seconds for which the end of a session waits until its sign-in is recorded."""
_LOST: Final = "The connection was lost."


def connection_lost() -> bool:
    """Return True if the other end of our output is closed: sshd is gone, as when the client died.

    The end of the input looks the same whether a file ended or a client died; this tells them apart.
    """
    poll = select.poll()
    poll.register(1, 0)
    try:
        events = poll.poll(0)
    except OSError:
        return True
    return any(state & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, state in events)


class SessionMonitor:
    """Checks every few seconds that the session may go on; if not, calls `end` with the reason, in its own thread.

    A session that `end` does not stop is killed: what was not committed is rolled back. `idle_seconds` counts from
    the last `touch`; None is no limit.
    """

    def __init__(self, session: Session, end: Callable[[str], None], *, records_sign_in: bool = False) -> None:
        self.end = end
        self._records_sign_in = records_sign_in
        self.idle_seconds: float | None = None
        self._session = session
        self._touched = time.monotonic()
        self._stopped = threading.Event()
        self._ending = threading.Event()
        self._checker = threading.Thread(target=self._check_until_stopped, name="watching", daemon=True)
        self._recorder = threading.Thread(target=self._record_sign_in, name="recording", daemon=True)

    def start(self) -> None:
        """Start the checks, and record the sign-in in the background: an import may hold the database for a while."""
        self._recorder.start()
        self._checker.start()

    def stop(self) -> None:
        """Stop: the session ended by itself, or is about to. Returns once the sign-in is recorded."""
        if self._recorder.is_alive():
            self._recorder.join(_RECORD_TIMEOUT)
        if self._ending.is_set() and self._checker is not threading.current_thread():
            self._checker.join(_GRACE / 2)
        self._stopped.set()

    def touch(self) -> None:
        """Restart the idle time: the user did something."""
        self._touched = time.monotonic()

    def _record_sign_in(self) -> None:
        while self._records_sign_in and not self._ending.is_set():
            try:
                record_sign_in(self._session)
            except SignedOut:
                return
            except SegtuiError:  # the database is busy: try again later
                if self._stopped.wait(_INTERVAL):
                    return
            else:
                return

    def _check_until_stopped(self) -> None:
        while not self._stopped.wait(_INTERVAL):
            try:
                reason = self._reason()
            except Exception as error:  # noqa: BLE001 -- the checks must go on after any error
                crash.record(error, says_where=False)
                continue
            if reason is not None:
                self._end(reason)
                return

    def _reason(self) -> str | None:
        if connection_lost():
            return _LOST
        idle = time.monotonic() - self._touched
        if self.idle_seconds is not None and idle > self.idle_seconds:
            return f"The session ended after {round(self.idle_seconds / 60)} minutes without activity."
        with suppress(SegtuiError):  # a database that cannot be reached says nothing about access
            return why_signed_out(self._session)
        return None

    def _end(self, reason: str) -> None:
        threading.Thread(target=self._kill_after_grace, name="ending", daemon=True).start()
        self._ending.set()
        try:
            self.end(reason)
        except Exception as error:  # noqa: BLE001 -- the process is killed after the grace period
            crash.record(error, says_where=False)
        audit.record_refusal(self._session, reason, "session over SSH")

    def _kill_after_grace(self) -> None:
        if not self._stopped.wait(_GRACE):
            with suppress(OSError):
                os.set_blocking(2, False)
                if os.isatty(2):
                    os.write(2, TERMINAL_RESET + b"\r\n")
            os._exit(1)
