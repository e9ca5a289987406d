"""What becomes of an error nobody expected: a sentence for the person, the traceback into a private file.

A traceback holds no local variables here: those of a database call hold the password.
"""

import logging
import os
import stat
import traceback
from datetime import UTC, datetime

from segtui.config.settings import log_file
from segtui.domain.text import clean

_noted = ""
_TOO_LARGE = 5_000_000
"""Bytes from which on the log is begun anew; the one before is kept beside it."""


def record(error: BaseException, *, says_where: bool = True) -> str:
    """Write the traceback of `error` to the log and return the sentence to show.

    `says_where`: it is read by somebody whose computer this is, not by who came in over SSH.
    """
    what = "segtui stopped because of an error it did not expect. What was saved is safe"
    written = note(what, error)
    if not says_where:
        return f"{what}; an admin of this server finds the details in its log."
    if written:
        return f"{what}; the details are in {clean(str(log_file()))}"
    return f"{what}; the details ({type(error).__name__}) could not be written to {clean(str(log_file()))}"


def note(what: str, error: BaseException) -> bool:
    """Write a sentence and the traceback of `error` to the log; False where that cannot be done."""
    return _append(f"{what}.\n{''.join(traceback.format_exception(error))}")


def note_once(what: str) -> None:
    """Write a sentence to the log unless it is the one noted last: a server that is away is asked again and again."""
    global _noted  # noqa: PLW0603  # there is one log
    if what != _noted:
        _noted = what
        _append(f"{clean(what)}\n")


class LogFile(logging.Handler):
    """Sends what libraries log to the log file, where Python itself would print it over the screen."""

    def emit(self, entry: logging.LogRecord) -> None:
        """Append one entry."""
        try:
            _append(self.format(entry) + "\n")
        except Exception:  # noqa: BLE001 -- logging's own rule: it never brings down what it logs
            self.handleError(entry)


def _append(text: str) -> bool:
    """Append `text` with the time to the log, readable by its owner only. False where that cannot be done."""
    path = log_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and path.stat().st_size > _TOO_LARGE:
            path.replace(path.with_suffix(".old.log"))
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, stat.S_IRUSR | stat.S_IWUSR)
        with os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace") as log:
            os.fchmod(handle, stat.S_IRUSR | stat.S_IWUSR)
            log.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC  {text}")
    except OSError:
        return False
    return True
