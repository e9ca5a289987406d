"""Key queue: keys are handled in order, each completely before the next.

Textual hands every key to the widget that has the focus at that moment, and lets the key take effect later. Over a slow
line keys come in bursts: `/dylan` would open the question whether to delete, and answer it, before the search box has
the focus.

Pasted text is for a field. Elsewhere it would be a row of commands, so it is dropped, with a notice.
"""

from collections import deque
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from math import inf
from typing import Any

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.widgets import Input

from segtui.tui.textual_internals import priority_keys
from segtui.tui.widgets.chrome.key_burst import BurstDriver, KeyBurst, enter_key
from segtui.tui.widgets.forms.answer_guard import ANSWER_DELAY

_MAX_WAIT = 1.0  # seconds that keys wait for the effect of the one before
# Seconds that keys wait for a dialog or a screen that needs the database first. They are meant for that one and must
# not go to another: then they are dropped.
_MAX_HOLD = 5.0
# A key's effect is seen by its widget, which tells the screen, which opens another: each posts to its parent.
_ROUNDS = 3
_SEARCH = "search"
"""The action that goes to a text field: the rest of a burst behind its key is text for that field."""

_Typed = events.Key | events.Paste | KeyBurst


class KeyQueueApp(App[Any], inherit_bindings=False):
    """An app whose keys each wait until the one before took effect: moved the focus, or opened a screen."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  those of App
        super().__init__(**options)
        self._waiting: deque[_Typed] = deque()
        self._turn = 0
        self._is_busy = False
        self._holds: set[object] = set()
        self._is_settled = False
        self.answer_delay = ANSWER_DELAY
        """Seconds that a question is on the screen before a dangerous answer counts; 0 is no wait."""
        self.input_time = 0.0
        """The time at which the key or click that is being handled was read from the terminal."""
        self._first_rows_at = 0.0

    def get_driver_class(self) -> type[Driver]:
        """Return the driver that tells pasted characters from keys, in place of Textual's on Linux."""
        driver = super().get_driver_class()
        return BurstDriver if driver is LinuxDriver else driver

    def hold_keys(self) -> Callable[[], None]:
        """Hold keys back while a key's effect is still to come: a screen that opens once the database has answered.

        Returns a function that releases them, to be called when the screen is open, or will not come. To be called in
        the app's own thread.
        """
        hold = object()
        self._holds.add(hold)

        def give_up() -> None:
            if hold in self._holds:
                self._waiting.clear()
                self._end_hold(hold)

        self.set_timer(_MAX_HOLD, give_up)
        return lambda: self._end_hold(hold)

    def hold_first_keys(self) -> Callable[[], None]:
        """Hold keys back from the start, without a time limit: they are meant for the first list.

        Returns a function that releases them. To be called before the app runs.
        """
        hold = object()
        self._holds.add(hold)
        self._is_busy = self._is_settled = True
        self._first_rows_at = inf

        def release() -> None:
            self.call_after_refresh(self._note_first_rows)
            self._end_hold(hold)

        return release

    def _note_first_rows(self) -> None:
        self._first_rows_at = events.Event().time

    @property
    def is_typed_blind(self) -> bool:
        """True while a key is handled that was pressed before the first rows were on the screen."""
        return self.input_time < self._first_rows_at

    def _end_hold(self, hold: object) -> None:
        if hold in self._holds:
            self._holds.remove(hold)
            if not self._holds and self._is_settled:
                self._await_effects(self._turn)

    async def on_event(self, event: events.Event) -> None:
        """Handle a key from the terminal, or queue it behind those that came before."""
        if isinstance(event, events.MouseEvent):
            self.input_time = event.time
        if not isinstance(event, _Typed) or event.is_forwarded:
            await super().on_event(event)
        elif self._is_busy and not (isinstance(event, events.Key) and event.key in self._at_once):
            self._waiting.append(event)
        else:
            await self._take(event)

    @property
    def _at_once(self) -> AbstractSet[str]:
        """The app's own keys, which are never queued: they leave the program."""
        return priority_keys(self)

    async def _take(self, event: _Typed) -> None:
        self._is_busy = True
        self._is_settled = False
        self._turn += 1
        turn = self._turn
        first: DOMNode = self.focused or self.screen
        self.set_timer(_MAX_WAIT, lambda: self._release(turn))
        self.input_time = event.time
        if isinstance(event, events.Key):
            await super().on_event(event)
        else:
            await self._take_text(event)
        self._follow(first, first, turn, _ROUNDS)

    async def _take_text(self, event: events.Paste | KeyBurst) -> None:
        """Give pasted text to the field that has the focus. Elsewhere drop it: each character would be a command.

        An enter at the end of a burst is a key in a field: a slow line delivers what was typed there in one piece.
        """
        from textual.widgets import TextArea  # slow to import, and the first screen has none

        keys = event.keys if isinstance(event, KeyBurst) else ()
        if isinstance(self.focused, Input | TextArea):
            text = event.text
            if keys and text.endswith("\n") and "\n" not in text[:-1]:
                text = text[:-1]
                self._waiting.appendleft(enter_key(keys[-1].time))
            await super().on_event(events.Paste(text))
        elif keys and self._is_search(keys[0]):
            self._waiting.appendleft(KeyBurst(keys[1:]))
            await super().on_event(keys[0])
        elif text := event.text.strip():
            self.notify(
                f"{len(text):,} characters arrived at once, like pasted text. They were ignored.",
                severity="warning",
                markup=False,
            )

    def _is_search(self, key: events.Key) -> bool:
        binding = self.screen.active_bindings.get(key.key)
        return binding is not None and binding.binding.action == _SEARCH

    def _follow(self, first: DOMNode, pump: DOMNode | None, turn: int, rounds: int) -> None:
        """Follow the key from the focused widget up to the app, behind it in each queue."""
        if (
            pump is not None
            and not isinstance(pump, App)
            and pump.is_running
            and pump.call_later(self._follow, first, pump.parent, turn, rounds)
        ):
            return
        if rounds > 1:
            self.call_later(self._follow, first, first, turn, rounds - 1)
        else:
            self.call_later(self._await_effects, turn)

    def _await_effects(self, turn: int) -> None:
        """Wait for a focus that the key moved, and for a screen that it opened, which moves the focus itself."""
        self.call_later(lambda: self.screen.call_later(lambda: self.call_later(self._release, turn)))

    async def _release(self, turn: int) -> None:
        """Handle the next key, once a turn."""
        if turn != self._turn or not self._is_busy:
            return
        if self._holds:
            self._is_settled = True
            return
        self._is_busy = False
        if self._waiting:
            await self._take(self._waiting.popleft())
