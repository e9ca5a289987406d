"""How a screen asks a service for something: in a thread, the newest request only, the answer as a message."""

import asyncio
from collections.abc import Callable, Coroutine

from textual.message import Message
from textual.widget import Widget

from segtui.errors import Cancelled, SegtuiError
from segtui.services.interrupt import Interrupt
from segtui.tui.widgets.chrome.key_queue import OneKeyAtATime


class Refused(Message):
    """A request ended with an error that has a sentence. `kind` is the request's."""

    def __init__(self, kind: str, error: SegtuiError) -> None:
        super().__init__()
        self.kind = kind
        self.error = error


class Requests:
    """Runs service calls for one widget or screen.

    A call runs in a thread and returns the message that is to be posted to the owner; it touches no widget. A newer
    request of the same kind stops the older one in the database, and the older one's answer is never seen. A
    SegtuiError is posted as Refused; any other exception ends the program (see `segtui.crash`).
    """

    def __init__(self, owner: Widget) -> None:
        self._owner = owner
        self._running: dict[str, Interrupt] = {}

    def ask(self, kind: str, call: Callable[[Interrupt], Message], *, keys_wait: bool = False) -> None:
        """Run `call` with an Interrupt of its own and post what it returns.

        With `keys_wait` the keys behind the one that led here are meant for what the answer opens: they wait for it.
        """
        self.cancel(kind)
        interrupt = self._running[kind] = Interrupt()
        app = self._owner.app
        run = self._run(kind, call, interrupt)
        if keys_wait and isinstance(app, OneKeyAtATime):
            run = self._holding(run, app.hold_keys())
        self._owner.run_worker(run, name=kind, group=kind, exclusive=True)

    def running(self, kind: str) -> bool:
        """Tell whether a request of this kind is under way."""
        return kind in self._running

    def cancel(self, kind: str) -> None:
        """Stop the request of this kind, if there is one."""
        if interrupt := self._running.pop(kind, None):
            interrupt.cancel()

    def stop(self, kind: str) -> None:
        """Stop the request of this kind, whose call learns of it and still answers."""
        if kind in self._running:
            self._running[kind].cancel()

    def cancel_all(self) -> None:
        """Stop everything: for a screen that goes."""
        for kind in list(self._running):
            self.cancel(kind)

    async def _run(self, kind: str, call: Callable[[Interrupt], Message], interrupt: Interrupt) -> None:
        message: Message
        try:
            # A coroutine around a thread, not a thread worker: cancelled, it never posts an answer nobody waits for.
            message = await asyncio.to_thread(call, interrupt)
        except Cancelled:
            return
        except SegtuiError as error:
            message = Refused(kind, error)
        finally:
            if self._running.get(kind) is interrupt:
                del self._running[kind]
        self._owner.post_message(message)

    async def _holding(self, run: Coroutine[None, None, None], let_go: Callable[[], None]) -> None:
        try:
            await run
        finally:
            # Behind the answer in the owner's queue, and so behind what the answer opens.
            if not self._owner.call_later(let_go):
                let_go()
