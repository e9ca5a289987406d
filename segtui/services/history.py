"""What was changed in this session, so that it can be undone."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segtui.errors import Conflict, DatabaseError, NotAllowed, NotFound, SegtuiError

if TYPE_CHECKING:
    from segtui.services.session import Session

Inverse = Callable[["Session"], str]
"""Puts a change back, as one transaction of a session that is bound to its company, and says so in a sentence."""

KEPT = 20
# What all changes that are kept may take together: whom they took out of segments is remembered, packed.
MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was changed: a sentence that says what, and how it is put back.

    `inverse` puts back only what this change did, and raises Conflict where others changed the same since.
    """

    sentence: str
    company_id: int
    inverse: Inverse = field(repr=False)
    size: int = 0
    """How many bytes of memory it takes, where that is not little."""


class History:
    """The last changes of a session, the last of all first to be undone. Any thread may use it."""

    def __init__(self) -> None:
        self._changes: deque[Change] = deque()
        self._lock = threading.Lock()
        self._undoing = threading.Lock()

    @property
    def last(self) -> Change | None:
        """The change that `undo_last` would undo."""
        with self._lock:
            return self._changes[-1] if self._changes else None

    def record(self, change: Change) -> None:
        """Take in a change that was committed. The oldest are forgotten."""
        with self._lock:
            self._changes.append(change)
            while len(self._changes) > KEPT or (
                len(self._changes) > 1 and sum(each.size for each in self._changes) > MOST_BYTES
            ):
                self._changes.popleft()

    def undo_last(self, session: "Session") -> str:
        """Undo the last change and return a sentence that says what was done. It cannot be undone twice.

        Raises Conflict where it cannot be undone any more (it is dropped, and the next one undone is the one before
        it), NotFound where there is nothing to undo, and DatabaseError where it may be tried again.
        """
        with self._undoing:
            with self._lock:
                if not self._changes:
                    raise NotFound("There is nothing to undo: nothing was changed here yet.")
                change = self._changes.pop()
            try:
                return _undo(change, session)
            except (DatabaseError, NotAllowed):
                self._put_back(change)
                raise

    def _put_back(self, change: Change) -> None:
        with self._lock:
            self._changes.append(change)


def _undo(change: Change, session: "Session") -> str:
    from segtui.services.session import company_of

    try:
        return change.inverse(company_of(session, change.company_id))
    except (Conflict, DatabaseError, NotAllowed):
        raise
    except SegtuiError as error:  # what it was about is gone, a name is taken: the state of now does not allow it
        raise Conflict(f"That cannot be undone: {error}") from error


def record(session: "Session", company_id: int, sentence: str, inverse: Inverse, *, size: int = 0) -> None:
    """Record a change in the session's history, if it has one. Call it when the change is committed."""
    if session.history is not None:
        session.history.record(Change(sentence, company_id, inverse, size))


def record_final(session: "Session", company_id: int, sentence: str, refusal: str) -> None:
    """Record a change that is never undone, so that an undo does not silently undo what was before it.

    An undo says `refusal` once; the next one goes further back.
    """

    def refuse(_: "Session") -> str:
        raise Conflict(refusal)

    record(session, company_id, sentence, refuse)
