"""Properties of the terminal, read before anything is drawn. Imports no Textual, so that it costs nothing."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from segtui.errors import SegtuiError

_first_variables: Mapping[str, str] | None = None


def refuse_unusable_terminal() -> None:
    """Raise SegtuiError if no interface can be drawn: there is no terminal, or it is a dumb one."""
    instead = "the commands do the same, for example: segtui segments list"
    if not (_is_terminal(sys.__stdin__) and _is_terminal(sys.__stderr__)):
        raise SegtuiError(f"The terminal interface needs a terminal; {instead}")
    if os.environ.get("TERM", "") in {"dumb", "unknown"}:
        raise SegtuiError(f"This terminal (TERM={os.environ['TERM']}) cannot draw the interface; {instead}")


def is_unicode() -> bool:
    """Return True if the terminal is known to show UTF-8. Textual draws on standard error."""
    # With the C locale, or one that is not installed, Python writes UTF-8 anyway: that does not mean that the
    # terminal shows it.
    locale = _locale()
    encoding = getattr(sys.__stderr__, "encoding", None) or "utf-8"
    named = locale.partition("@")[0].partition(".")[2] or encoding
    return locale not in {"C", "POSIX"} and _is_utf_8(encoding) and _is_utf_8(named)


def _is_utf_8(encoding: str) -> bool:
    return encoding.lower().replace("-", "").replace("_", "") == "utf8"


def _locale() -> str:
    """Return the locale for characters as the user set it; empty if it was not set."""
    variables = _first_environment()
    return next((variables[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if variables.get(name)), "")


def use_first_environment(variables: Mapping[str, str]) -> None:
    """Set the environment that the program started with. In a fork, /proc shows that of the warm process instead."""
    global _first_variables  # noqa: PLW0603  # there is one environment
    _first_variables = dict(variables)


def _first_environment() -> Mapping[str, str]:
    """Return the environment the program started with: Python sets LC_CTYPE itself if the locale is C or unknown."""
    if _first_variables is not None:
        return _first_variables
    try:
        lines = Path("/proc/self/environ").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return os.environ
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def _is_terminal(stream: object) -> bool:
    isatty = getattr(stream, "isatty", None)
    try:
        return bool(isatty and isatty())
    except ValueError:  # the stream is closed
        return False
