"""Clipboard: copies text to the clipboard of the user's own terminal, over SSH and through tmux and GNU screen.

A control sequence (OSC 52) asks the terminal, which never answers whether it obeys. tmux drops that sequence in its
default configuration, but has a command that takes text and passes it on. GNU screen passes on a sequence that is
wrapped for it, in short pieces.
"""

import base64
import os
import subprocess
from collections.abc import Mapping
from typing import Any

from textual.app import App

from segtui.domain.text import counted
from segtui.errors import InvalidInput, SegtuiError
from segtui.tui.textual_internals import write_to_terminal

MAX_BYTES = 74_994
"""The most that fits into a sequence of 100,000 bytes: terminals cut or drop longer ones without a message."""
_PIECE = 240  # bytes: older versions of GNU screen hold no more than 256 of a string
_TMUX_SECONDS = 3.0


def copy(app: App[Any], text: str) -> str:
    """Send `text` to the clipboard, and return a sentence that says by which way.

    May wait for tmux: to be called in a thread. Raises SegtuiError without a clipboard, InvalidInput for a text that is
    too long.
    """
    data = text.encode("utf-8", "replace")
    size = counted(len(data), "byte")
    if len(data) > MAX_BYTES:
        raise InvalidInput(
            f"This is too much for a terminal's clipboard: {size}, where {MAX_BYTES:,} are the most. "
            "Export it to a file instead."
        )
    if os.environ.get("TERM", "").startswith("linux"):
        raise SegtuiError("The Linux console has no clipboard. Export to a file instead.")
    # A user who came in over SSH is in no tmux and no screen of this server, even if its environment says so.
    environment: Mapping[str, str] = {} if getattr(app, "is_locked_down", False) else os.environ
    if environment.get("TMUX") and _load_into_tmux(data):
        return (
            f"{size} in tmux's buffer: prefix ] pastes there; where its set-clipboard is on, they are in the "
            "terminal's clipboard too."
        )
    write_to_terminal(app, sequence(data, environment))
    through = "tmux and " if environment.get("TMUX") else "GNU screen and " if environment.get("STY") else ""
    return f"{size} went through {through}the terminal (OSC 52) to its clipboard; some terminals ask first, or refuse."


def copy_selection(app: App[Any], text: str) -> None:
    """Copy a selected text, in a thread, and notify the user of the result."""
    try:
        sentence = copy(app, text)
    except SegtuiError as error:
        app.notify(str(error), severity="error", markup=False)
    else:
        app.notify(f"Copied. {sentence}", markup=False)


def sequence(data: bytes, environment: Mapping[str, str]) -> str:
    """Return the control sequence that makes the terminal take `data`, wrapped for tmux or GNU screen."""
    bare = f"\x1b]52;c;{base64.b64encode(data).decode('ascii')}\x07"
    if environment.get("TMUX"):
        return "\x1bPtmux;" + bare.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environment.get("STY"):
        return "".join(f"\x1bP{bare[start : start + _PIECE]}\x1b\\" for start in range(0, len(bare), _PIECE))
    return bare


def _load_into_tmux(data: bytes) -> bool:
    """Load the text into a buffer of tmux, which passes it on to its terminal. False without tmux, or an old one."""
    try:
        done = subprocess.run(
            ["tmux", "load-buffer", "-w", "-"],  # noqa: S607 -- the one on the path
            input=data,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_TMUX_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
