"""Service requests: calls in a thread for one widget or screen, a newer one of a kind in place of the older.

The only way from the interface to the database.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import TypeVar

from textual.message import Message
from textual.widget import Widget
from textual.worker import WorkType

from segtui.errors import Cancelled, SegtuiError
from segtui.services.interrupt import Interrupt

Part = TypeVar("Part")
Result = TypeVar("Result")


class Refused(Message):
    """A request ended with an error that has a sentence. `kind` is the request's."""

    def __init__(self, kind: str, error: SegtuiError) -> None:
        super().__init__()
        self.kind = kind
        self.error = error


class Requests:
    """Runs service calls for one widget or screen.

    A call runs in a thread and touches no widget. A newer request of the same kind stops the older one in the database,
    and the answer of the older is dropped. An exception that is no SegtuiError ends the program (see `segtui.crash`).
    """

    def __init__(self, owner: Widget) -> None:
        self._owner = owner
        self._running: dict[str, Interrupt] = {}
        # The newest request of each kind with callbacks: these may still be in the owner's queue after it has ended.
        self._current: dict[str, Interrupt] = {}
        # Requests whose result is in the owner's queue: a key that is handled before it must not start a second one.
        self._arriving: dict[str, Interrupt] = {}

    def ask(self, kind: str, call: Callable[[Interrupt], Message]) -> None:
        """Run `call` with an Interrupt of its own and post the message it returns, or Refused with its SegtuiError."""
        interrupt = self._start(kind)
        self._run_worker(kind, interrupt, lambda: self._answer(kind, call, interrupt, self._owner.post_message))

    def read(self, kind: str, call: Callable[[Interrupt], Result], on_result: Callable[[Result], None]) -> None:
        """Run `call` with an Interrupt of its own, and `on_result` with its result in the owner's message queue.

        A SegtuiError is posted as Refused. `on_result` is not called once a newer request of this kind has started, or
        this one was cancelled.
        """
        interrupt = self._current[kind] = self._start(kind)

        def arrive(result: Result) -> None:
            if self._arriving.get(kind) is interrupt:
                del self._arriving[kind]
            self._if_current(kind, interrupt, partial(on_result, result))

        def deliver(result: Result) -> None:
            if self._current.get(kind) is interrupt:
                self._arriving[kind] = interrupt
            self._owner.call_later(arrive, result)

        self._run_worker(kind, interrupt, lambda: self._answer(kind, call, interrupt, deliver))

    def stream(
        self,
        kind: str,
        read: Callable[[Interrupt], Iterator[Part]],
        on_part: Callable[[Part], None],
        on_error: Callable[[SegtuiError], None],
    ) -> None:
        """Iterate over `read` in a thread and call `on_part` with each value, in the owner's message queue.

        `on_error` is called with a SegtuiError that `read` raises, Cancelled included. Neither is called once a newer
        request of this kind has started, or this one was cancelled.
        """
        interrupt = self._current[kind] = self._start(kind)

        def deliver(callback: Callable[[], None]) -> None:
            self._owner.call_later(self._if_current, kind, interrupt, callback)

        def read_all() -> None:
            try:
                for part in read(interrupt):
                    if interrupt.cancelled:
                        return
                    deliver(partial(on_part, part))
            except SegtuiError as error:
                deliver(partial(on_error, error))

        self._run_worker(kind, interrupt, lambda: asyncio.to_thread(read_all))

    def running(self, kind: str) -> bool:
        """Tell whether a request of this kind is under way, or its result not handled yet."""
        return kind in self._running or kind in self._arriving

    def cancel(self, kind: str) -> None:
        """Stop the request of this kind, if there is one, and drop its answer."""
        self._current.pop(kind, None)
        self._arriving.pop(kind, None)
        if interrupt := self._running.pop(kind, None):
            interrupt.cancel()

    def stop(self, kind: str) -> None:
        """Stop the request of this kind, whose call learns of it and still answers."""
        if kind in self._running:
            self._running[kind].cancel()

    def cancel_all(self) -> None:
        """Stop everything: for a screen that goes."""
        for kind in {*self._running, *self._current}:
            self.cancel(kind)

    def _start(self, kind: str) -> Interrupt:
        self.cancel(kind)
        interrupt = self._running[kind] = Interrupt()
        return interrupt

    def _run_worker(self, kind: str, interrupt: Interrupt, work: Callable[[], Coroutine[None, None, None]]) -> None:
        # The function, not its coroutine: of a worker that is cancelled before it starts, Python would print a warning
        # on the terminal.
        run: WorkType[None] = partial(self._run, kind, interrupt, work)
        self._owner.run_worker(run, name=kind, group=kind, exclusive=True)

    async def _run(self, kind: str, interrupt: Interrupt, work: Callable[[], Coroutine[None, None, None]]) -> None:
        try:
            await work()
        finally:
            if self._running.get(kind) is interrupt:
                del self._running[kind]

    def _if_current(self, kind: str, interrupt: Interrupt, callback: Callable[[], None]) -> None:
        if self._current.get(kind) is interrupt:
            callback()

    async def _answer(
        self,
        kind: str,
        call: Callable[[Interrupt], Result],
        interrupt: Interrupt,
        deliver: Callable[[Result], object],
    ) -> None:
        try:
            # A coroutine around a thread, not a thread worker: cancelled, it never delivers an answer.
            result = await asyncio.to_thread(call, interrupt)
        except Cancelled:
            return
        except SegtuiError as error:
            self._owner.post_message(Refused(kind, error))
        else:
            deliver(result)
