"""Cancellation: stops a query in the database, and the work around it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from segtui.errors import Cancelled


class Interrupt:
    """A handle to cancel a query that runs in another thread. Give it to one request only.

    `gone` is checked besides, at every check: it tells whether the client that waits for the result has left.
    """

    def __init__(self, gone: Callable[[], bool] | None = None) -> None:
        self._gone = gone
        self._lock = threading.Lock()
        self._stop: Callable[[], None] | None = None
        self._at_once = True
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        """True if `cancel` was called, or the client has left."""
        if not self._cancelled and self._gone is not None and self._gone():
            self._cancelled = True
        return self._cancelled

    def cancel(self) -> None:
        """Stop the running statement, and any started with this handle later. Any thread may call it at once.

        A server needs a request to stop, which takes time: another thread sends it.
        """
        self._cancelled = True
        if self._at_once:
            self._stop_now()
        else:
            threading.Thread(target=self._stop_now, name="cancelling", daemon=True).start()

    def _stop_now(self) -> None:
        with self._lock:
            if self._stop is not None:
                self._stop()

    def demand_not_cancelled(self) -> None:
        """Raise Cancelled where `cancel` was called: between two queries nothing else would notice."""
        if self.cancelled:
            raise Cancelled("It was stopped.")

    @contextmanager
    def watching(self, stop: Callable[[], None], *, at_once: bool) -> Iterator[None]:
        """Let `cancel` call `stop` while the block runs; `at_once` says that it does not take long.

        Raises Cancelled where `cancel` was called before.
        """
        self._at_once = at_once
        with self._lock:
            self.demand_not_cancelled()
            self._stop = stop
        try:
            yield
        finally:
            # Once the connection is back in the pool, a stop would hit another query.
            with self._lock:
                self._stop = None
