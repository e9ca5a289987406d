"""Answer guard: a dangerous answer counts only after its question was on the screen for a moment."""

from typing import Any, Final, cast

from textual.screen import Screen

ANSWER_DELAY: Final = 0.3
"""Seconds between the paint of a question and the first key or click that can give a dangerous answer."""


class AnswerGuard:
    """Refuses answers whose key was pressed before the question could be read.

    Keys are judged by the time at which they were read from the terminal, not by the time at which they are handled:
    a key that waited in the queue while the question was loaded is too early, however long that took.
    """

    def __init__(self, screen: Screen[Any]) -> None:
        self._screen = screen
        self._painted_at: float | None = None
        self._is_explained = False

    def arm(self) -> None:
        """Wait for the next paint: the question, or an answer of it, is about to appear."""
        self._painted_at = None
        self._is_explained = False
        self._screen.call_after_refresh(self._note_paint)

    def _note_paint(self) -> None:
        self._painted_at = self.now

    @property
    def now(self) -> float:
        """The clock by which Textual stamps keys, in seconds."""
        from textual.events import Event

        return Event().time

    @property
    def ready_at(self) -> float | None:
        """The time from which answers count; None until the question was painted. Without a delay: 0."""
        delay = cast("float", getattr(self._screen.app, "answer_delay", ANSWER_DELAY))
        if not delay:
            return 0.0
        return None if self._painted_at is None else self._painted_at + delay

    def allows(self, answered_at: float) -> bool:
        """Return True for an answer that counts at this time. Notifies the user once of one that does not."""
        ready_at = self.ready_at
        if ready_at is not None and answered_at >= ready_at:
            return True
        if not self._is_explained:
            self._is_explained = True
            # Short in words and time, for it covers the answers on a small terminal.
            self._screen.notify("That key came too early and was ignored. Answer again.", timeout=3, markup=False)
        return False
