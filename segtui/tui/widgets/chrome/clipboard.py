"""Text on its way to the clipboard of the person's own terminal, over SSH and through tmux and GNU screen.

The terminal is asked by a control sequence (OSC 52); whether it obeys, none ever says. tmux drops that sequence in its
default configuration, but takes text by a command of its own and passes it on; GNU screen passes on what is wrapped for
it, in short pieces.
"""

import base64
import os
import subprocess
from collections.abc import Mapping
from typing import Any

from textual.app import App

from segtui.domain.text import counted
from segtui.errors import InvalidInput, SegtuiError

MOST_BYTES = 74_994
"""What fits into a sequence of 100,000 bytes: terminals cut or drop longer ones, and say nothing."""
# GNU screen holds no more than 256 bytes of such a string in its older versions.
_PIECE = 240
_PATIENCE = 3.0


def copy(app: App[Any], text: str) -> str:
    """Send `text` to the clipboard, and return a sentence that says which way it went.

    May wait for tmux: to be called in a thread. Raises SegtuiError where it cannot get there: InvalidInput where it is
    too much.
    """
    data = text.encode("utf-8", "replace")
    size = counted(len(data), "byte")
    if len(data) > MOST_BYTES:
        raise InvalidInput(
            f"This is too much for a terminal's clipboard: {size}, where {MOST_BYTES:,} are the most. "
            "Export it to a file instead."
        )
    if os.environ.get("TERM", "").startswith("linux"):
        raise SegtuiError("The Linux console has no clipboard. Export to a file instead.")
    # Who came in over SSH sits in no tmux and no screen of this server, whatever its environment says.
    environment: Mapping[str, str] = {} if getattr(app, "is_locked_down", False) else os.environ
    if environment.get("TMUX") and _given_to_tmux(data):
        return (
            f"{size} in tmux's buffer: prefix ] pastes there; where its set-clipboard is on, they are in the "
            "terminal's clipboard too."
        )
    if app._driver is not None:  # noqa: SLF001 -- Textual's own way of copying, which it offers under no other name
        app._driver.write(sequence(data, environment))  # noqa: SLF001
    through = "tmux and " if environment.get("TMUX") else "GNU screen and " if environment.get("STY") else ""
    return f"{size} went through {through}the terminal (OSC 52) to its clipboard; some terminals ask first, or refuse."


def copy_selection(app: App[Any], text: str) -> None:
    """Copy a selected text, in a thread, and tell the person what became of it."""
    try:
        sentence = copy(app, text)
    except SegtuiError as error:
        app.notify(str(error), severity="error", markup=False)
    else:
        app.notify(f"Copied. {sentence}", markup=False)


def sequence(data: bytes, environment: Mapping[str, str]) -> str:
    """Return what makes the terminal take `data`, wrapped for what stands between."""
    bare = f"\x1b]52;c;{base64.b64encode(data).decode('ascii')}\x07"
    if environment.get("TMUX"):
        return "\x1bPtmux;" + bare.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environment.get("STY"):
        return "".join(f"\x1bP{bare[at : at + _PIECE]}\x1b\\" for at in range(0, len(bare), _PIECE))
    return bare


def _given_to_tmux(data: bytes) -> bool:
    """Let tmux take the text into a buffer and pass it on to its terminal. False for one that is away or too old."""
    try:
        done = subprocess.run(
            ["tmux", "load-buffer", "-w", "-"],  # noqa: S607 -- whichever the person runs
            input=data,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
