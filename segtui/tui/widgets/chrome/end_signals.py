"""End signals: SIGTERM, SIGHUP and SIGQUIT leave the interface as its quit key does, with the terminal as it was.

Textual handles none of them: the terminal would stay on the alternate screen, without echo, with mouse reports on.
Nor does it notice that the terminal is gone: its writing thread ends, and the event loop waits for that thread for
ever. So the handlers are the interpreter's, which run while the loop waits, and a grace period ends the process.

Textual does handle SIGTSTP and SIGCONT, but between any two steps of the interpreter, and writes to the terminal there.
Where the main thread was just queueing other output it held the lock of that queue, and waited for itself for ever.
Its handler of SIGWINCH, interrupted by the next, sends the older size of the terminal last: so these run in the loop.
"""

import asyncio
import contextvars
import os
import signal
import sys
import termios
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any, Final

from segtui.terminal_reset import TERMINAL_RESET

END_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_STOP_SIGNALS: Final = (signal.SIGTSTP, signal.SIGCONT)
GRACE_SECONDS: Final = 10.0
"""Time the process has for ending by itself; then the terminal is restored and it is ended."""
_KERNEL_SECONDS: Final = GRACE_SECONDS + 2
"""Time until the kernel ends the process, where the interpreter itself does not get that far."""
_RESTORE_SECONDS: Final = 1.0
"""Time for restoring a terminal, which may take no output."""
_WRITER: Final = "textual-output"
"""Name of Textual's writing thread."""


def handle_in_loop(*numbers: signal.Signals) -> None:
    """Let the present handlers of signals run between callbacks of the running event loop, one after the other."""
    for number in numbers:
        handler = signal.getsignal(number)
        if callable(handler):
            asyncio.get_running_loop().add_signal_handler(number, handler, number, None)


class EndSignals:
    """Handlers of the end signals while an app runs. `leave` is called with the exit status, in the app's loop."""

    def __init__(self, leave: Callable[[int], None]) -> None:
        self._leave = leave
        self._loop: asyncio.AbstractEventLoop | None = None
        self._context: contextvars.Context | None = None
        self._timer: threading.Timer | None = None
        self._before: dict[signal.Signals, Any] = {}
        self._hook_before = threading.excepthook
        self._modes = _terminal_modes()
        self._has_left = False

    def install(self) -> None:
        """Take the signals over, in the main thread and in a running event loop."""
        self._loop, self._context = asyncio.get_running_loop(), contextvars.copy_context()
        threading.excepthook = self._thread_failed
        for number in END_SIGNALS:
            self._before[number] = signal.getsignal(number)
            # An ignored signal (SIGHUP under nohup) stays ignored.
            if self._before[number] is not signal.SIG_IGN:
                signal.signal(number, self._handle)

    def stop_in_loop(self) -> None:
        """Let Textual's handlers of stops run between callbacks of the event loop, once its driver has set them."""
        handle_in_loop(*_STOP_SIGNALS)

    def restore(self) -> None:
        """Restore the previous handlers once the app has left.

        After a signal they stay, and so does the end of the grace period: other threads may still hold the process.
        """
        self._has_left = True
        threading.excepthook = self._hook_before
        if self._timer is None:
            for number, handler in self._before.items():
                signal.signal(number, handler)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if self._timer is not None:  # the second signal: no grace period
            self._end_process(128 + number)
        self._begin_to_end(128 + number)

    def _thread_failed(self, failure: threading.ExceptHookArgs) -> None:
        """Leave where the writing thread failed: the terminal is gone, perhaps without a signal."""
        is_terminal = failure.thread is not None and failure.thread.name == _WRITER and failure.exc_type is not None
        if not is_terminal or not issubclass(failure.exc_type, OSError):
            self._hook_before(failure)
        elif self._timer is None:
            self._begin_to_end(128 + signal.SIGHUP)

    def _begin_to_end(self, status: int) -> None:
        self._timer = threading.Timer(GRACE_SECONDS, self._end_process, [status])
        self._timer.daemon = True
        self._timer.start()
        signal.setitimer(signal.ITIMER_REAL, _KERNEL_SECONDS)
        with suppress(RuntimeError):  # the loop is closed already
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._leave, status, context=self._context)

    def _end_process(self, status: int) -> None:
        restoring = threading.Thread(target=self._restore_terminal, daemon=True)
        restoring.start()
        restoring.join(_RESTORE_SECONDS)
        os._exit(status)

    def _restore_terminal(self) -> None:
        # Restored from the background, a terminal would stop the process.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
        if self._modes is not None:
            with suppress(OSError, termios.error):
                termios.tcsetattr(0, termios.TCSANOW, self._modes)
        if not self._has_left:  # Textual has restored the rest
            with suppress(OSError, ValueError, AttributeError):
                os.write(sys.__stderr__.fileno(), TERMINAL_RESET)  # type: ignore[union-attr]  # caught above


def _terminal_modes() -> list[Any] | None:
    try:
        return termios.tcgetattr(0)
    except (OSError, termios.error):
        return None
