"""Stopping what runs: a query in the database, and the work around it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from segtui.errors import Cancelled


class Interrupt:
    """A handle with which one thread stops a query that another thread runs. Give it to one request only.

    `gone` is asked besides, whenever it is asked itself: whether nobody is there any more for whom it would be done.
    """

    def __init__(self, gone: Callable[[], bool] | None = None) -> None:
        self._gone = gone
        self._lock = threading.Lock()
        self._stop: Callable[[], None] | None = None
        self._at_once = True
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called, or nobody waits any more."""
        if not self._cancelled and self._gone is not None and self._gone():
            self._cancelled = True
        return self._cancelled

    def cancel(self) -> None:
        """Stop what runs now, and whatever is started with this handle later. Any thread may call it, without waiting.

        A server has to be asked to stop, which takes its time: that is another thread's.
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
            # Once the connection goes back to the pool, stopping it would hit somebody else's query.
            with self._lock:
                self._stop = None
