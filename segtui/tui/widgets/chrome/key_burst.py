"""Key bursts: many characters in one read of the terminal are a paste, not keys.

Nobody types several different characters within one read. A slow line delivers held-down keys that way, so repeats of
one key and the keys that move the cursor stay keys.
"""

import os
import selectors
import signal
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final

from textual import events
from textual.message import Message

from segtui.tui.textual_internals import TerminalDriver
from segtui.tui.widgets.chrome.end_signals import handle_in_loop

MIN_BURST: Final = 4
"""Characters of one read that make it a paste; repeats of a key count once, movement keys not at all."""
TAIL_SECONDS: Final = 0.05
"""A read within this time after a paste is the rest of it."""
_MOVES: Final = frozenset("jkgG")
_BREAKS: Final = frozenset("\r\n\t")
_READ_BYTES: Final = 4096
_SELECT_SECONDS: Final = 0.1


class KeyBurst(events.InputEvent):
    """Characters of one read: a paste by a terminal that does not say so. `keys` are the same as key events."""

    def __init__(self, keys: Sequence[events.Key]) -> None:
        super().__init__()
        self.keys = tuple(keys)

    @property
    def text(self) -> str:
        """The characters, with line feeds as line ends."""
        return "".join(key.character or "" for key in self.keys).replace("\r\n", "\n").replace("\r", "\n")


class BurstDetector:
    """Divides the messages of each read into keys and bursts. `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._burst_at: float | None = None

    def split(self, messages: Sequence[Message]) -> Iterator[Message]:
        """Yield the messages of one read, each run of characters that is a paste as one KeyBurst."""
        for is_text, group in groupby(messages, _is_text):
            run = list(group)
            keys = [event for event in run if isinstance(event, events.Key)]
            if is_text and self._is_burst(keys):
                yield KeyBurst(keys)
            else:
                yield from map(_line_feed_as_enter, run)

    def _is_burst(self, keys: Sequence[events.Key]) -> bool:
        now = self._clock()
        is_tail = self._burst_at is not None and now - self._burst_at < TAIL_SECONDS
        distinct = sum(1 for character, _ in groupby(key.character for key in keys) if character not in _MOVES)
        if distinct >= MIN_BURST or (is_tail and distinct > 0):
            self._burst_at = now
            return True
        return False


def enter_key(time: float) -> events.Key:
    """Return an enter key read at `time`."""
    key = events.Key("enter", "\r")
    key.time = time
    return key


def _line_feed_as_enter(message: Message) -> Message:
    # Enter that was pressed before the program took the terminal over arrives as a line feed.
    if isinstance(message, events.Key) and message.character == "\n":
        return enter_key(message.time)
    return message


def _is_text(message: Message) -> bool:
    return isinstance(message, events.Key) and (message.is_printable or message.character in _BREAKS)


class BurstDriver(TerminalDriver):
    """Textual's driver, with the characters of each read judged together. A terminal that is gone ends the app."""

    def start_application_mode(self) -> None:
        """Take the terminal over, at the start and after a stop, and follow its size."""
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's
        handle_in_loop(signal.SIGWINCH)

    def run_input_thread(self) -> None:
        """Read the terminal until the app ends."""
        detector = BurstDetector(lambda: events.Event().time)
        parser = self.new_parser()
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                messages: list[Message] = []
                if selector.select(_SELECT_SECONDS):
                    data = self._read_terminal()
                    if not data:
                        self.end_app()
                        return
                    messages.extend(parser.feed(decode(data)))
                messages.extend(parser.tick())
                for message in detector.split(messages):
                    self.process_message(message)

    def _read_terminal(self) -> bytes:
        try:
            return os.read(self.fileno, _READ_BYTES)
        except OSError:  # the terminal was closed
            return b""
