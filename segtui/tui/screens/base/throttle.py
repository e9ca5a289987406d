"""How often a screen reads again what changes all the time."""

from collections.abc import Callable
from time import monotonic
from typing import Final

from textual.message import Message
from textual.timer import Timer

from segtui.services.interrupt import Interrupt
from segtui.tui.screens.base.base_screen import WorkScreen

_SECOND: Final = 1.0
# What takes long is read the less often: it rests so many times as long.
_REST: Final = 4


class Pacing:
    """Reads something in a thread when that is wanted: at most once a second, and never while it is being read.

    What `read` returns is posted to the screen, which calls `came` then. It is not read for a screen that nobody sees.
    """

    def __init__(self, screen: WorkScreen, kind: str, read: Callable[[Interrupt], Message]) -> None:
        self._screen = screen
        self._kind = kind
        self._read = read
        self._timer: Timer | None = None
        self._asked_at = self._rests_until = 0.0

    def want(self, *, at_once: bool = False) -> None:
        """Read it now, or as soon as it is time to; `at_once` in any case."""
        if at_once:
            self._rests_until = 0.0
        elif self._timer is not None:
            return
        now = monotonic()
        rest = _SECOND if self._screen.requests.running(self._kind) and not at_once else self._rests_until - now
        if rest > 0:
            self._timer = self._screen.set_timer(rest, self._rested)
            return
        self._asked_at = now
        self._screen.requests.ask(self._kind, self._read)

    def came(self) -> None:
        """Take the time: it has come."""
        now = monotonic()
        self._rests_until = now + max(_SECOND, _REST * (now - self._asked_at))

    def _rested(self) -> None:
        self._timer = None
        if self._screen.is_active:
            self.want()
