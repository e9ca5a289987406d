"""Flows: coroutines that look something up, ask about it and do it, one line after the other.

A flow runs in a worker of its screen. It reads in a thread (`WorkScreen.read`), opens dialogs (`WorkScreen.ask`), and
touches widgets only between these. It is cancelled when its screen goes.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, Protocol, TypeVar, cast

from textual.screen import Screen
from textual.worker import Worker, get_current_worker

from segtui.errors import Cancelled, SegtuiError
from segtui.services.interrupt import Interrupt
from segtui.tui.screens.shared.too_small import TooSmallScreen
from segtui.tui.widgets.chrome.key_queue import KeyQueueApp

if TYPE_CHECKING:
    from segtui.tui.screens.base.base_screen import WorkScreen

WAITS_FOR_PERSON: Final = "flow"
"""The worker group of flows: such a worker may wait for an answer as long as a person takes."""

Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")


class _HasScreen(Protocol):
    """A screen, or a collaborator of one."""

    @property
    def work_screen(self) -> "WorkScreen":
        """The screen that runs the flow."""


Owner = TypeVar("Owner", bound=_HasScreen)


def flow(
    steps: Callable[Concatenate[Owner, Arguments], Coroutine[Any, Any, None]],
) -> Callable[Concatenate[Owner, Arguments], None]:
    """Turn a coroutine method of a screen or a collaborator into one that starts it as a flow and returns at once.

    Keys wait until the flow has opened its dialog, or has ended.
    """

    @wraps(steps)
    def start(owner: Owner, /, *arguments: Arguments.args, **options: Arguments.kwargs) -> None:
        owner.work_screen.flows.start(steps.__qualname__, lambda: steps(owner, *arguments, **options))

    return start


def background_flow(
    steps: Callable[Concatenate[Owner, Arguments], Coroutine[Any, Any, None]],
) -> Callable[Concatenate[Owner, Arguments], None]:
    """Do the same as `flow` for one that opens no dialog: keys do not wait for it."""

    @wraps(steps)
    def start(owner: Owner, /, *arguments: Arguments.args, **options: Arguments.kwargs) -> None:
        flows = owner.work_screen.flows
        flows.start(steps.__qualname__, lambda: steps(owner, *arguments, **options), holds_keys=False)

    return start


class _Hold:
    """Holds back keys from the start of a flow until its dialog is open, and from an answer to the next dialog."""

    def __init__(self, screen: "WorkScreen") -> None:
        self._screen = screen
        self._let_go: Callable[[], None] | None = None

    def take(self) -> None:
        """Let keys wait."""
        app = self._screen.app
        if self._let_go is None and isinstance(app, KeyQueueApp):
            self._let_go = app.hold_keys()

    def release(self) -> None:
        """Let the keys go on, behind what the screen still has to handle."""
        if self._let_go is not None and not self._screen.call_later(self._let_go):
            self._let_go()
        self._let_go = None


_current_hold: ContextVar[_Hold] = ContextVar("current_hold")


class Flows:
    """Runs the flows of one screen: at most one of each name, the newest."""

    def __init__(self, screen: "WorkScreen") -> None:
        self._screen = screen
        self._workers: dict[str, Worker[None]] = {}
        self._open: dict[Worker[None], tuple[Screen[Any], asyncio.Future[Any]]] = {}
        """The dialog, with its answer to be, that each flow has open."""

    def start(self, name: str, steps: Callable[[], Coroutine[Any, Any, None]], *, holds_keys: bool = True) -> None:
        """Run `steps` in a worker. A flow of the same name that still runs is cancelled."""
        if (older := self._workers.get(name)) is not None:
            older.cancel()
        hold = _Hold(self._screen)
        if holds_keys:
            hold.take()
        run = self._run(steps, hold)
        self._workers[name] = self._screen.run_worker(run, name=name, group=WAITS_FOR_PERSON)

    async def _run(self, steps: Callable[[], Coroutine[Any, Any, None]], hold: _Hold) -> None:
        _current_hold.set(hold)
        try:
            await steps()
        except Cancelled:
            return
        except SegtuiError as error:
            self._screen.flow_failed(error)
        finally:
            hold.release()

    async def read(self, call: Callable[[Interrupt], Result]) -> Result:
        """Run `call` in a thread and return its result. To be awaited in a flow.

        A flow that is cancelled stops the call in the database.
        """
        interrupt = Interrupt()
        reading = asyncio.ensure_future(asyncio.to_thread(call, interrupt))
        self._screen.run_worker(_wait_for(reading), group="read")
        try:
            return await reading
        except asyncio.CancelledError:
            interrupt.cancel()
            raise

    async def ask(self, dialog: "Screen[Result]") -> "Result | None":
        """Open a dialog or a screen and return what it is dismissed with. To be awaited in a flow.

        Raises Cancelled where another screen or dialog lies on top by now: keys that are meant for it would answer.
        The cover of a terminal that is too small takes no keys.
        """
        app, hold, worker = self._screen.app, _current_hold.get(), get_current_worker()
        uncovered = [screen for screen in app.screen_stack if not isinstance(screen, TooSmallScreen)]
        if uncovered[-1] is not self._screen:
            raise Cancelled("Something else is on the screen.")
        answer = app.push_screen(dialog, wait_for_dismiss=True)
        self._open[worker] = (dialog, answer)
        hold.release()
        try:
            # Shielded: a dialog whose flow was cancelled can still be dismissed.
            result = await asyncio.shield(answer)
        finally:
            del self._open[worker]
        hold.take()
        return cast("Result | None", result)

    def drop_abandoned(self) -> None:
        """Cancel the flows whose dialog was taken away without an answer. To be called when the screen is on top."""
        stack = self._screen.app.screen_stack
        for worker, (dialog, answer) in list(self._open.items()):
            if dialog not in stack and not answer.done():
                worker.cancel()


async def _wait_for(reading: "asyncio.Future[Any]") -> None:
    """Let Textual know that something is being read: tests wait for its workers."""
    await asyncio.wait([reading])
