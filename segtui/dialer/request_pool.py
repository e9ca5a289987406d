"""Dialling: the requests that start calls and look them up, side by side on a few threads that touch nothing else."""

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
# it believes that the platform does not have the call (`Patience.certain`): a process that was stopped meanwhile dials
# nothing.
SEND_WITHIN: Final = 5.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of dialling a claim that was taken at `begun` (seconds): the platform's id of the call, or an error."""

    claim: Claim
    begun: float
    result: str | CallingError


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a look-up: what it returned, or an error. `then` takes it, on the thread of who asked."""

    then: Callable[[object], None]
    result: object


class Dialling:
    """The requests on their way. Answers are taken with `next_answer`, one after the other."""

    def __init__(self, platform: CallingPlatform) -> None:
        self.platform = platform
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="dialling")
        self._answers: queue.SimpleQueue[Answer | Found] = queue.SimpleQueue()
        self._waited_for: set[int] = set()
        self.asking = 0

    @property
    def room(self) -> int:
        """How many calls can be started at once."""
        return WORKERS - len(self._waited_for) - self.asking

    @property
    def idle(self) -> bool:
        """Whether no request is on its way."""
        return not self._waited_for and not self.asking

    def is_on_its_way(self, attempt_id: int) -> bool:
        """Tell whether the answer for an attempt is still to come."""
        return attempt_id in self._waited_for

    def start(self, claim: Claim, begun: float) -> None:
        """Start the call of a claim."""
        self._waited_for.add(claim.attempt_id)
        self._threads.submit(self._start, claim, begun)

    def _start(self, claim: Claim, begun: float) -> None:
        call = NewCall(claim.phone, claim.agent, claim.data, send_by=claim.began + SEND_WITHIN)
        self._answers.put(Answer(claim, begun, self._asked(lambda: self.platform.start(call))))

    def ask(self, question: Callable[[CallingPlatform], object], then: Callable[[object], None]) -> None:
        """Ask the platform something; `then` gets what it returned, or the CallingError."""
        self.asking += 1
        self._threads.submit(lambda: self._answers.put(Found(then, self._asked(lambda: question(self.platform)))))

    @staticmethod
    def _asked(question: Callable[[], T]) -> "T | CallingError":
        try:
            return question()
        except CallingError as error:
            return error
        except Exception as error:  # noqa: BLE001  whatever else went wrong, nobody knows what the platform did
            crash.note("A request to the calling platform ended in an error that nobody expected", error)
            return Uncertain(f"A request to the calling platform failed ({type(error).__name__}); see the log.")

    def next_answer(self, wait: float) -> Answer | Found | None:
        """Return an answer, None where none comes within so many seconds."""
        try:
            answer = self._answers.get(timeout=wait) if wait > 0 else self._answers.get_nowait()
        except queue.Empty:
            return None
        if isinstance(answer, Answer):
            self._waited_for.discard(answer.claim.attempt_id)
        else:
            self.asking -= 1
        return answer

    def close(self) -> None:
        """Wait for what is on its way."""
        self._threads.shutdown(wait=True)
