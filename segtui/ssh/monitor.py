"""Watching over a session: it ends where its user may no longer be there, is not there, or does nothing for long."""

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

_EVERY: Final = 3.0
"""Seconds between two looks. With the grace it is less than the ten within which a disabled user is out."""
_GRACE: Final = 5.0
_PATIENCE: Final = 60.0
"""Seconds for which the end of a session waits for its beginning to be recorded."""
_LOST: Final = "The connection was lost."
# Main screen, cursor on, mouse and bracketed paste off.
_RESTORED: Final = b"\x1b[?1049l\x1b[?25h\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?2004l\r\n"


def connection_lost() -> bool:
    """Tell whether nobody is at the other end of our output: sshd is gone, as when the client died.

    The end of the input looks the same whether a file ended or a client died; this tells them apart.
    """
    poll = select.poll()
    poll.register(1, 0)
    try:
        found = poll.poll(0)
    except OSError:
        return True
    return any(state & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, state in found)


class Watch:
    """Looks every few seconds whether the session may go on; when not, calls `end` with the reason, in its own thread.

    What does not end by that is ended the hard way: whatever was not committed leaves nothing. `idle_seconds`
    counts from the last `touch`; None is no limit.
    """

    def __init__(self, session: Session, end: Callable[[str], None], *, records_sign_in: bool = False) -> None:
        self.end = end
        self._records_sign_in = records_sign_in
        self.idle_seconds: float | None = None
        self._session = session
        self._touched = time.monotonic()
        self._stopped = threading.Event()
        self._ending = threading.Event()
        self._looker = threading.Thread(target=self._look, name="watching", daemon=True)
        self._recorder = threading.Thread(target=self._record_sign_in, name="recording", daemon=True)

    def start(self) -> None:
        """Begin to look, and to record the sign-in, which may take its time: an import may hold the database."""
        self._recorder.start()
        self._looker.start()

    def stop(self) -> None:
        """End: the session is over by itself, or on the way to it. What is to be recorded is, before this returns."""
        if self._recorder.is_alive():
            self._recorder.join(_PATIENCE)
        if self._ending.is_set() and self._looker is not threading.current_thread():
            self._looker.join(_GRACE / 2)
        self._stopped.set()

    def touch(self) -> None:
        """Note that the person did something."""
        self._touched = time.monotonic()

    def _record_sign_in(self) -> None:
        while self._records_sign_in and not self._ending.is_set():
            try:
                record_sign_in(self._session)
            except SignedOut:
                return
            except SegtuiError:  # somebody holds the database for longer than one waits for it: it goes on after that
                if self._stopped.wait(_EVERY):
                    return
            else:
                return

    def _look(self) -> None:
        while not self._stopped.wait(_EVERY):
            try:
                reason = self._reason()
            except Exception as error:  # noqa: BLE001 -- whatever it is, who may be here has to be looked after
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
            return f"Nothing was done here for {round(self.idle_seconds / 60)} minutes, so the session ended."
        with suppress(SegtuiError):  # a database that is away says nothing about who may be there
            return why_signed_out(self._session)
        return None

    def _end(self, reason: str) -> None:
        threading.Thread(target=self._end_the_hard_way, name="ending", daemon=True).start()
        self._ending.set()
        try:
            self.end(reason)
        except Exception as error:  # noqa: BLE001 -- then it ends the hard way
            crash.record(error, says_where=False)
        audit.record_refusal(self._session, reason, "session over SSH")

    def _end_the_hard_way(self) -> None:
        if not self._stopped.wait(_GRACE):
            with suppress(OSError):
                os.set_blocking(2, False)
                if os.isatty(2):
                    os.write(2, _RESTORED)
            os._exit(1)
