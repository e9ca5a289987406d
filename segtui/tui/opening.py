"""Session opening: a thread opens the database while the first frame is on the screen.

SQLAlchemy and the services of the first list take about as long to import as Textual, so the thread imports them.
"""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, cast

from segtui.tui.session_messages import Opened, OpeningFailed

if TYPE_CHECKING:
    from textual.message import Message

    from segtui.services.session import Session

_WAIT_SECONDS: Final = 1.0
"""Seconds for which the end of the program waits for an unfinished opening, not longer where a server hangs."""
_FIRST_READ: Final = ("segtui.services.segments.segments", "segtui.services.change_watcher")
"""The modules that read the first list, imported here before any request: modules that import each other must not be
imported by several threads at once, each of which could see the other's half-initialised."""


class _UnopenedSession:
    """A stand-in for the owner's session until the database is open, with the attributes that the first frame reads.

    The owner of a database is an admin. The frame is laid out for one company, the usual case.
    """

    is_admin = True
    can_write = True
    company: Any = object()
    history = None
    user_files = None


UNOPENED: Final = cast("Session", _UnopenedSession())


class SessionOpening:
    """Opens a session in a thread. `open_session` returns the session; its errors end the program."""

    def __init__(self, open_session: "Callable[[], Session]") -> None:
        self._open_session = open_session
        # A daemon: the program can be left while a server does not answer.
        self._thread = Thread(target=self._run, name="opening", daemon=True)
        self._post: Callable[[Message], object] = lambda _: None

    def start(self, post: Callable[["Message"], object]) -> None:
        """Start the thread, which posts Opened or OpeningFailed. Call it once."""
        self._post = post
        self._thread.start()

    def wait_briefly(self) -> None:
        """Wait a moment for an unfinished opening: it may be creating the database."""
        if self._thread.is_alive():
            self._thread.join(_WAIT_SECONDS)

    def _run(self) -> None:
        try:
            session = self._open_session()
            for module in _FIRST_READ:
                import_module(module)
        except BaseException as error:  # noqa: BLE001 -- raised again where the program ends
            self._post(OpeningFailed(error))
        else:
            self._post(Opened(session))


def with_history(session: "Session") -> "Session":
    """Return the session with a history for undo."""
    from segtui.services.undo import UndoStack

    return session if session.history else replace(session, history=UndoStack())
