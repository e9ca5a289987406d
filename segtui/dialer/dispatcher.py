"""The dispatcher: the service that calls the contacts of the campaigns. Only one dispatcher works on a database.

The others wait for its lock (`database.leader_lock`) and take over when it ends, or when its heartbeat has stopped
for too long. The new dispatcher increments the generation, so that the previous one, if it still runs, can neither
claim nor settle anything; nor does it send calls that it had claimed before (`NewCall.send_by`).
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from segtui.database.engine import Database
from segtui.database.leader_lock import LeaderLock, leader_lock
from segtui.dialer.dispatch_context import DispatchContext
from segtui.dialer.dispatch_loop import DispatchLoop
from segtui.dialer.platform import CallingPlatform
from segtui.dialer.rate_limits import TokenBucket
from segtui.dialer.reconciliation import Timeouts
from segtui.dialer.request_pool import RequestPool
from segtui.domain.monotonic_clock import boot_time
from segtui.domain.text import clean, counted
from segtui.errors import SegtuiError
from segtui.services.campaigns.dispatch import dispatcher_lease
from segtui.services.campaigns.dispatch.dispatcher_lease import Superseded
from segtui.services.session import system_session

LOG = logging.getLogger("segtui.dispatcher")
# Seconds between two attempts to take the lock.
_RETRY_INTERVAL = 1.0
# Seconds to wait for another process that writes to a company.
_LOCK_TIMEOUT = 1.0
# Seconds between two checks that the server still grants us the lock.
_LOCK_CHECK_INTERVAL = 5.0


class Dispatcher:
    """Calls the contacts of all campaigns of a database until it is stopped.

    `per_minute` and `per_second` are the request limits of the account on the platform; `log` gets a line about
    everything that the operator of the service should know: a warning where a person is needed, an error where
    something keeps calls from being made.
    """

    def __init__(
        self,
        database: Database,
        platform: CallingPlatform,
        *,
        per_minute: int,
        per_second: int,
        timeouts: Timeouts | None = None,
        log: logging.Logger = LOG,
    ) -> None:
        self._database = database
        self._platform = platform
        self._limits = (per_minute, per_second)
        self._log = log
        self._patience = timeouts or Timeouts()
        # An import of a million contacts into one company must not stop the calls of all others.
        self._session = replace(system_session(database, "dispatcher"), patience=_LOCK_TIMEOUT)
        self._holder = f"{socket.gethostname()}:{os.getpid()}"
        self._stop = threading.Event()
        self._stop_now = threading.Event()
        self._last_error = ""

    def stop(self) -> None:
        """Begin no more calls and end when those in progress are settled; called again, end at once.

        May be called from any thread, but not in a signal handler: that may have interrupted `run` while it holds a
        lock.
        """
        if self._stop.is_set():
            self._stop_now.set()
        self._stop.set()

    def run(self) -> None:
        """Work, or wait to take over, until `stop` is called. Errors are reported, and the work is tried again."""
        lock = leader_lock(self._database)
        timer = _SilenceTimer()
        is_waiting = False
        while not self._stop.is_set():
            try:
                if lock.acquire() or self._seize(lock, timer):
                    is_waiting, self._last_error = False, ""
                    self._work(lock)
                elif not is_waiting:
                    is_waiting = True
                    self._log.info("Another dispatcher is running on this database; this one waits to take over.")
            except Superseded as error:
                self._log.warning("%s", error)
            except SegtuiError as error:
                self._report_once(error)
            finally:
                if not is_waiting:
                    lock.release()
            self._stop.wait(_RETRY_INTERVAL)
        lock.release()

    def _seize(self, lock: LeaderLock, timer: "_SilenceTimer") -> bool:
        """Seize the lock of a dispatcher that hangs, and return True if we have it."""
        with self._session.read() as tx:
            seen = dispatcher_lease.seen(tx)
        if timer.silence((lock.heartbeat(), seen)) < self._patience.silence:
            return False
        if not lock.take_over():
            return False
        timer.begin()
        self._log.warning("The running dispatcher showed no sign of life: this one takes over.")
        return True

    def _work(self, lock: LeaderLock) -> None:
        """Work until the end, or until another takes over (Superseded)."""
        generation = dispatcher_lease.take_over(self._session, self._holder, lock.last_dialled)
        loop = self._make_loop(generation, lock)
        self._log.info("The dispatcher is running.")
        try:
            self._run_loop(loop, lock, until=self._stop.is_set, dials=True)
            if loop.in_progress:
                self._log.info("Stopping: %s in progress.", counted(loop.in_progress, "call"))
            deadline = boot_time() + self._patience.drain
            self._run_loop(loop, lock, until=lambda: self._is_drained(loop, deadline), dials=False)
            if loop.in_progress:
                calls = counted(loop.in_progress, "call")
                self._log.warning("%s will be settled when a dispatcher runs again.", calls)
        finally:
            loop.close()
        dispatcher_lease.leave(self._session, generation)

    def _make_loop(self, generation: int, lock: LeaderLock) -> DispatchLoop:
        return DispatchLoop(
            DispatchContext(
                self._session,
                generation,
                RequestPool(self._platform),
                TokenBucket(*self._limits, boot_time()),
                self._limits[0],
                boot_time,
                self._log,
                self._patience,
                lock,
            )
        )

    def _is_drained(self, loop: DispatchLoop, deadline: float) -> bool:
        return loop.is_over or self._stop_now.is_set() or boot_time() >= deadline

    def _report_once(self, error: SegtuiError) -> None:
        """Report an error unless it is the last one: a database that is down for hours is no news every second."""
        if str(error) != self._last_error:
            self._last_error = str(error)
            self._log.error("%s", clean(self._last_error))

    def _run_loop(self, loop: DispatchLoop, lock: LeaderLock, *, until: Callable[[], bool], dials: bool) -> None:
        checked_at = boot_time()
        while not until():
            try:
                loop.tick(dials=dials)
                self._last_error = ""
            except Superseded:
                raise
            except SegtuiError as error:
                # The database is busy or down: what is not written yet stays in memory.
                self._report_once(error)
                self._stop.wait(_RETRY_INTERVAL) if dials else self._stop_now.wait(_RETRY_INTERVAL)
            if boot_time() - checked_at >= _LOCK_CHECK_INTERVAL:
                checked_at = boot_time()
                if not lock.is_held():
                    raise Superseded("The database granted the lock to another dispatcher.")


class _SilenceTimer:
    """Measures how long the heartbeat of the running dispatcher has been unchanged, as seen by this process.

    Time between two distant checks counts for little: this process may have been stopped itself, with all others.
    """

    def __init__(self) -> None:
        self._seen: object = None
        self._checked_at = 0.0
        self._silence = 0.0

    def begin(self) -> None:
        """Restart the measurement."""
        self._seen, self._silence = None, 0.0

    def silence(self, heartbeat: object) -> float:
        """Return the seconds for which a heartbeat has been unchanged."""
        now = time.monotonic()
        if heartbeat != self._seen:
            self._seen, self._silence = heartbeat, 0.0
        else:
            self._silence += min(now - self._checked_at, 2 * _RETRY_INTERVAL)
        self._checked_at = now
        return self._silence
