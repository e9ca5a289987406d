"""What the terminal is, found out before anything is drawn on it. Knows no Textual, so that asking costs nothing."""

import os
import sys

from segtui.errors import SegtuiError


def refuse_unusable_terminal() -> None:
    """Raise SegtuiError, with a sentence for people, where no interface can be drawn: no terminal, or a dumb one."""
    instead = "the commands do the same, for example: segtui segments list"
    if not (_is_terminal(sys.__stdin__) and _is_terminal(sys.__stderr__)):
        raise SegtuiError(f"The terminal interface needs a terminal; {instead}")
    if os.environ.get("TERM", "") in {"dumb", "unknown"}:
        raise SegtuiError(f"This terminal (TERM={os.environ['TERM']}) cannot draw the interface; {instead}")


def is_unicode() -> bool:
    """Tell whether what is drawn reaches the terminal as UTF-8. Textual draws on standard error."""
    encoding = getattr(sys.__stderr__, "encoding", None) or "utf-8"
    return encoding.lower().replace("-", "").replace("_", "") == "utf8"


def _is_terminal(stream: object) -> bool:
    isatty = getattr(stream, "isatty", None)
    try:
        return bool(isatty and isatty())
    except ValueError:  # it was closed
        return False
