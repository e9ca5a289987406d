"""End signals: SIGTERM, SIGHUP and SIGQUIT leave the interface as its quit key does, with the terminal as it was.

Textual handles none of them: the terminal would stay on the alternate screen, without echo, with mouse reports on.
"""

import asyncio
import os
import signal
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from threading import Timer
from typing import Any, Final

END_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
GRACE_SECONDS: Final = 10.0
"""Time the app has for leaving by itself; then the terminal is restored and the process ends."""

_RESTORE: Final = (
    "\x1b[?2004l\x1b[?7h\x1b[?2048l"  # bracketed paste, line wrap, size reports
    "\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse
    "\x1b[<u\x1b[?1004l\x1b[?1049l\x1b[?25h\x1b[0m"  # keyboard protocol, focus reports, alternate screen, cursor
)


class EndSignals:
    """Handlers of the end signals while an app runs. `leave` is called with the exit status, in the app's loop."""

    def __init__(self, leave: Callable[[int], None]) -> None:
        self._leave = leave
        self._timer: Timer | None = None
        self._before: dict[signal.Signals, Any] = {}
        self._modes = _terminal_modes()

    def install(self) -> None:
        """Take the signals over, in the main thread and in a running event loop."""
        loop = asyncio.get_running_loop()
        for number in END_SIGNALS:
            self._before[number] = signal.getsignal(number)
            # An ignored signal (SIGHUP under nohup) stays ignored.
            if self._before[number] is not signal.SIG_IGN:
                loop.add_signal_handler(number, self._handle, number)

    def restore(self) -> None:
        """Restore the previous handlers of the signals. The loop may be closed."""
        if self._timer is not None:
            self._timer.cancel()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: signal.Signals) -> None:
        status = 128 + number
        if self._timer is not None:  # the second signal: somebody does not want to wait
            self._end_process(status)
        self._timer = Timer(GRACE_SECONDS, self._end_process, [status])
        self._timer.daemon = True
        self._timer.start()
        self._leave(status)

    def _end_process(self, status: int) -> None:
        with suppress(OSError, ValueError, AttributeError):
            os.write(sys.__stderr__.fileno(), _RESTORE.encode())  # type: ignore[union-attr]  # caught above
        if self._modes is not None:
            with suppress(OSError, termios.error):
                termios.tcsetattr(0, termios.TCSANOW, self._modes)
        os._exit(status)


def _terminal_modes() -> list[Any] | None:
    try:
        return termios.tcgetattr(0)
    except (OSError, termios.error):
        return None
