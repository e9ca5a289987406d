"""Undo stacks: the changes of a session, screen by screen, with undo, redo and a list."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from segtui.errors import Conflict, ConsentNeeded, DatabaseError, NotAllowed, NotFound, SegtuiError
from segtui.services.session import company_of, moment, now

if TYPE_CHECKING:
    from segtui.services.session import Session

MAX_CHANGES: Final = 50
"""Changes that are remembered, of all screens together."""
# Memory of all remembered changes together: the contacts that they took out of segments are remembered, packed.
MOST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reversal:
    """The result of an undo or a redo: a sentence about it, and the inverse that reverses it again.

    `size` is the memory in bytes that `inverse` holds, where that is much.
    """

    sentence: str
    inverse: "Inverse" = field(repr=False)
    size: int = 0


Inverse = Callable[["Session"], Reversal]
"""Reverses a change, as one transaction of a session that is bound to its company."""


@dataclass(slots=True, eq=False)
class Change:
    """A committed change: a sentence about it, and its inverse.

    `inverse` reverses only this change. It raises Conflict where others changed the same since, and ConsentNeeded where
    it would let a contact be called again and the session does not allow that yet.
    """

    sentence: str
    company_id: int
    inverse: Inverse = field(repr=False)
    size: int = 0
    screen: str = ""
    """The key of the screen where it was made: undo and redo go by screen."""
    screen_title: str = ""
    """The name of that screen."""
    is_undone: bool = False
    refusal: str = ""
    """The reason why it is never undone, or cannot be undone any more."""
    is_refused: bool = False
    """True once an undo or a redo has reported it: the next one goes on to another change."""
    at: datetime = field(default_factory=lambda: moment(now()))

    @property
    def state(self) -> str:
        """The state in words: `done`, `undone` or `final`."""
        return "undone" if self.is_undone else "final" if self.refusal else "done"


class UndoStack:
    """The changes of a session that were made on one screen. Any thread may use it.

    `on_screen` returns the stack of another screen of the same session. `screen_title` names the screen for people.
    """

    def __init__(self, screen: str = "", shared: "_Shared | None" = None, screen_title: str = "") -> None:
        self.screen = screen
        self.screen_title = screen_title
        self._shared = shared or _Shared()

    def on_screen(self, screen: str, screen_title: str = "") -> "UndoStack":
        """Return the stack of a screen in the same session."""
        return self if screen == self.screen else UndoStack(screen, self._shared, screen_title)

    @property
    def last(self) -> Change | None:
        """The change that `undo_last` would undo."""
        with self._shared.lock:
            return next(
                (change for change in reversed(self._own()) if not change.is_undone and not change.is_refused), None
            )

    @property
    def next_redo(self) -> Change | None:
        """The change that `redo_last` would do again: the one that was undone last."""
        with self._shared.lock:
            return next((change for change in self._own() if change.is_undone and not change.is_refused), None)

    @property
    def every(self) -> list[Change]:
        """The changes of all screens, the newest first."""
        with self._shared.lock:
            return list(reversed(self._shared.changes))

    def record(self, change: Change) -> None:
        """Push a committed change. It clears the redo of this screen."""
        change.screen, change.screen_title = self.screen, self.screen_title
        with self._shared.lock:
            for own in self._own():
                own.is_refused = own.is_refused or own.is_undone
            self._shared.add(change)

    def undo_last(self, session: "Session", *, confirmed: bool = False, seen: Change | None = None) -> str:
        """Undo the last change of this screen and return a sentence about it.

        `seen` is the change that the user saw as the last one: where it is another one by now, nothing is undone.

        Raises ConsentNeeded where that would let contacts be called again and is not `confirmed`, Conflict where it can
        no longer be undone (the next undo goes on to the change before it), NotFound where there is nothing to undo,
        and DatabaseError where it may be tried again.
        """
        return self._reverse(session, confirmed=confirmed, redo=False, seen=seen)

    def redo_last(self, session: "Session", *, confirmed: bool = False, seen: Change | None = None) -> str:
        """Redo the last undone change of this screen. Raises the same as `undo_last`."""
        return self._reverse(session, confirmed=confirmed, redo=True, seen=seen)

    def _reverse(self, session: "Session", *, confirmed: bool, redo: bool, seen: Change | None) -> str:
        with self._shared.reversing:
            change = self.next_redo if redo else self.last
            if change is None:
                nothing = "redo: nothing was undone" if redo else "undo: nothing was changed"
                raise NotFound(f"There is nothing to {nothing} on this screen yet.")
            if seen is not None and change is not seen:
                done = "redone" if redo else "undone"
                raise Conflict(f"Nothing was {done}: something else was done on that screen meanwhile. Look again.")
            try:
                acting = replace(session, may_release=confirmed, history=self, reversal="redo" if redo else "undo")
                reversal = _call(change, acting, redo=redo)
            except Conflict as error:
                change.is_refused, change.refusal = True, change.refusal or str(error)
                raise
            with self._shared.lock:
                change.inverse, change.size, change.is_undone = reversal.inverse, reversal.size, not redo
                self._shared.trim()
            return reversal.sentence

    def _own(self) -> list[Change]:
        return [change for change in self._shared.changes if change.screen == self.screen]


class _Shared:
    """The changes of all screens of a session, the oldest first."""

    def __init__(self) -> None:
        self.changes: deque[Change] = deque()
        self.lock = threading.Lock()
        self.reversing = threading.Lock()

    def add(self, change: Change) -> None:
        """Take in a change."""
        self.changes.append(change)
        self.trim()

    def trim(self) -> None:
        """Drop the oldest changes where they are too many, or take too much memory."""
        while len(self.changes) > MAX_CHANGES or (
            len(self.changes) > 1 and sum(change.size for change in self.changes) > MOST_BYTES
        ):
            self.changes.popleft()


def _call(change: Change, session: "Session", *, redo: bool) -> Reversal:
    try:
        return change.inverse(company_of(session, change.company_id))
    except (Conflict, ConsentNeeded, DatabaseError, NotAllowed):
        raise
    except SegtuiError as error:  # its object is gone, or a name is taken: the present state does not allow it
        raise Conflict(f"That cannot be {'done again' if redo else 'undone'}: {error}") from error


def record(session: "Session", company_id: int, sentence: str, inverse: Inverse, *, size: int = 0) -> None:
    """Record a change in the session's history, if it has one. Call it when the change is committed."""
    if session.history is not None:
        session.history.record(Change(sentence, company_id, inverse, size))


def record_final(session: "Session", company_id: int, sentence: str, refusal: str) -> None:
    """Record a change that cannot be undone, so that an undo does not silently undo the change before it.

    An undo shows `refusal` once; the next one goes further back.
    """

    def refuse(_: "Session") -> Reversal:
        raise Conflict(refusal)

    if session.history is not None:
        session.history.record(Change(sentence, company_id, refuse, refusal=refusal))
