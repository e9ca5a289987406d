"""The dispatcher: the service that calls the contacts of the campaigns. Only one dispatcher works on a database.

The others wait for its lock (`database.leader_lock`) and take over when it ends, or when its heartbeat has stopped for
long. The new dispatcher increments the generation, so that the previous one, if it still runs, can neither claim nor
settle anything; nor does it send calls that it had claimed before (`NewCall.send_by`).
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from segtui.database.engine import Database
from segtui.database.leader_lock import LeaderLock, leader_lock
from segtui.dialer.dispatch_context import Duty
from segtui.dialer.dispatch_loop import Shift
from segtui.dialer.platform import CallingPlatform
from segtui.dialer.rate_limits import AccountPace
from segtui.dialer.reconciliation import Patience
from segtui.dialer.request_pool import Dialling
from segtui.domain.monotonic_clock import boot_time
from segtui.domain.text import clean, counted
from segtui.errors import SegtuiError
from segtui.services.campaigns.dispatch import dispatcher_lease
from segtui.services.campaigns.dispatch.dispatcher_lease import Superseded
from segtui.services.session import system_session

# Between two looks at who holds the lock.
_WAIT = 1.0
# For who writes in a company.
_PATIENCE = 1.0
# Between two looks whether a server still lets us hold it.
_HELD = 5.0


class Dispatcher:
    """Calls everybody of the campaigns of a database until it is stopped.

    `per_minute` and `per_second` are how many requests the account on the platform may make; `say` gets a line about
    everything that whoever runs the service should know.
    """

    def __init__(
        self,
        database: Database,
        platform: CallingPlatform,
        *,
        per_minute: int,
        per_second: int,
        say: Callable[[str], None],
        patience: Patience | None = None,
    ) -> None:
        self._database = database
        self._platform = platform
        self._limits = (per_minute, per_second)
        self._say = say
        self._patience = patience or Patience()
        # Who loads a million contacts into one company does not keep all others from being called.
        self._session = replace(system_session(database, "dispatcher"), patience=_PATIENCE)
        self._holder = f"{socket.gethostname()}:{os.getpid()}"
        self._stop = threading.Event()
        self._at_once = threading.Event()
        self._complaint = ""

    def stop(self) -> None:
        """Begin no more calls and end when those in progress are settled; asked again, end at once.

        May be called from any thread, but not in a signal handler: that may have interrupted `run` with a lock in hand.
        """
        if self._stop.is_set():
            self._at_once.set()
        self._stop.set()

    def run(self) -> None:
        """Work, or wait for one's turn, until `stop` is called. What goes wrong meanwhile is said, and tried again."""
        lock = leader_lock(self._database)
        watch = _Watch()
        waits = False
        while not self._stop.is_set():
            try:
                if lock.acquire() or self._seized(lock, watch):
                    waits, self._complaint = False, ""
                    self._work(lock)
                elif not waits:
                    waits = True
                    self._say("Another dispatcher works on this database; this one waits to take over.")
            except Superseded as error:
                self._say(str(error))
            except SegtuiError as error:
                self._complain(error)
            finally:
                if not waits:
                    lock.release()
            self._stop.wait(_WAIT)
        lock.release()

    def _seized(self, lock: LeaderLock, watch: "_Watch") -> bool:
        """Seize the lock of a dispatcher that hangs, and tell whether we have it."""
        with self._session.read() as tx:
            seen = dispatcher_lease.seen(tx)
        if watch.silence((lock.heartbeat(), seen)) < self._patience.silence:
            return False
        if not lock.take_over():
            return False
        watch.begin()
        self._say("The dispatcher at work showed no sign of life: this one takes over.")
        return True

    def _work(self, lock: LeaderLock) -> None:
        """Work until the end, or until another takes over (Superseded)."""
        generation = dispatcher_lease.take_over(self._session, self._holder, lock.last_dialled)
        shift = self._shift(generation, lock)
        self._say("The dispatcher works.")
        try:
            self._go_on(shift, lock, until=self._stop.is_set, dials=True)
            if shift.in_progress:
                self._say(f"Stopping: {counted(shift.in_progress, 'call')} in progress.")
            ends = boot_time() + self._patience.drain
            self._go_on(shift, lock, until=lambda: self._is_drained(shift, ends), dials=False)
            if shift.in_progress:
                self._say(f"{counted(shift.in_progress, 'call')} will be settled when a dispatcher runs again.")
        finally:
            shift.close()
        dispatcher_lease.leave(self._session, generation)

    def _shift(self, generation: int, lock: LeaderLock) -> Shift:
        return Shift(
            Duty(
                self._session,
                generation,
                Dialling(self._platform),
                AccountPace(*self._limits, boot_time()),
                self._limits[0],
                boot_time,
                self._say,
                self._patience,
                lock,
            )
        )

    def _is_drained(self, shift: Shift, ends: float) -> bool:
        return shift.is_over or self._at_once.is_set() or boot_time() >= ends

    def _complain(self, error: SegtuiError) -> None:
        """Say what goes wrong, once: a database that is away for hours is no news every second."""
        if str(error) != self._complaint:
            self._complaint = str(error)
            self._say(clean(self._complaint))

    def _go_on(self, shift: Shift, lock: LeaderLock, *, until: Callable[[], bool], dials: bool) -> None:
        looked_at = boot_time()
        while not until():
            try:
                shift.tick(dials=dials)
                self._complaint = ""
            except Superseded:
                raise
            except SegtuiError as error:
                # The database is busy or away: what is not written yet stays in mind.
                self._complain(error)
                self._stop.wait(_WAIT) if dials else self._at_once.wait(_WAIT)
            if boot_time() - looked_at >= _HELD:
                looked_at = boot_time()
                if not lock.is_held():
                    raise Superseded("The database gave our place away.")


class _Watch:
    """Measures how long the heartbeat of the dispatcher at work has been unchanged, as seen by this process.

    Time between two distant checks counts for little: this process may have been stopped itself, with all others.
    """

    def __init__(self) -> None:
        self._seen: object = None
        self._looked_at = 0.0
        self._silence = 0.0

    def begin(self) -> None:
        """Measure anew."""
        self._seen, self._silence = None, 0.0

    def silence(self, heartbeat: object) -> float:
        """Return for how many seconds a heartbeat has been as it is now."""
        at = time.monotonic()
        if heartbeat != self._seen:
            self._seen, self._silence = heartbeat, 0.0
        else:
            self._silence += min(at - self._looked_at, 2 * _WAIT)
        self._looked_at = at
        return self._silence
