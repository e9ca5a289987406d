"""The request pool: starts and looks up calls in parallel, on a few threads that touch nothing else."""

import queue
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from segtui import crash
from segtui.dialer.platform import CallingError, CallingPlatform, NewCall, Uncertain
from segtui.services.campaigns.dispatch.claiming import Claim

WORKERS: Final = 16
# Seconds after its claim within which a call is sent, or not at all. A dispatcher that takes over waits longer before
# it concludes that the platform does not have the call (`Timeouts.certain`), so a process that was stopped meanwhile
# dials nothing twice.
SEND_WITHIN: Final = 5.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """The result of starting the call of a claim at `began` (seconds): the platform's id of the call, or an error."""

    claim: Claim
    began: float
    result: str | CallingError


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """The result of a query: a value or an error. `callback` takes it, on the thread of the caller."""

    callback: Callable[[object], None]
    result: object


class RequestPool:
    """The pending requests. `next_answer` returns their answers one by one."""

    def __init__(self, platform: CallingPlatform) -> None:
        self.platform = platform
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="dialling")
        self._answers: queue.SimpleQueue[CallAnswer | QueryAnswer] = queue.SimpleQueue()
        self._awaited: set[int] = set()
        self.pending_queries = 0

    @property
    def room(self) -> int:
        """The number of calls that can be started at once."""
        return WORKERS - len(self._awaited) - self.pending_queries

    @property
    def idle(self) -> bool:
        """True if no request is pending."""
        return not self._awaited and not self.pending_queries

    def is_awaiting_answer(self, attempt_id: int) -> bool:
        """Return True if the request of an attempt is still pending."""
        return attempt_id in self._awaited

    def start(self, claim: Claim, began: float) -> None:
        """Start the call of a claim."""
        self._awaited.add(claim.attempt_id)
        self._threads.submit(self._start, claim, began)

    def _start(self, claim: Claim, began: float) -> None:
        call = NewCall(claim.phone, claim.agent, claim.data, send_by=claim.began + SEND_WITHIN)
        self._answers.put(CallAnswer(claim, began, self._attempt(lambda: self.platform.start(call))))

    def query(self, request: Callable[[CallingPlatform], object], callback: Callable[[object], None]) -> None:
        """Query the platform; `callback` gets the result, or the CallingError."""
        self.pending_queries += 1
        self._threads.submit(
            lambda: self._answers.put(QueryAnswer(callback, self._attempt(lambda: request(self.platform))))
        )

    @staticmethod
    def _attempt(request: Callable[[], T]) -> "T | CallingError":
        try:
            return request()
        except CallingError as error:
            return error
        except Exception as error:  # noqa: BLE001  after any other error it is unknown what the platform did
            crash.note("A request to the calling platform ended in an unexpected error", error)
            return Uncertain(f"A request to the calling platform failed ({type(error).__name__}); see the log.")

    def next_answer(self, wait: float) -> CallAnswer | QueryAnswer | None:
        """Return an answer, None if none arrives within `wait` seconds."""
        try:
            answer = self._answers.get(timeout=wait) if wait > 0 else self._answers.get_nowait()
        except queue.Empty:
            return None
        if isinstance(answer, CallAnswer):
            self._awaited.discard(answer.claim.attempt_id)
        else:
            self.pending_queries -= 1
        return answer

    def close(self) -> None:
        """Wait for the pending requests."""
        self._threads.shutdown(wait=True)
