"""Unexpected errors: a sentence for the user, the traceback into a private file.

Tracebacks have no local variables here: those of a database call contain the password.
"""

import logging

from segtui.config.settings import log_file
from segtui.domain.text import clean

_noted = ""


def record(error: BaseException, *, says_where: bool = True) -> str:
    """Write the traceback of `error` to the log and return the sentence to show.

    `says_where` is True for a user of this computer, False for one over SSH.
    """
    what = "segtui stopped because of an unexpected error. Saved data is safe"
    written = note(what, error)
    if not says_where:
        return f"{what}; an admin of this server can find the details in its log."
    if written:
        return f"{what}; the details are in {clean(str(log_file()))}"
    return f"{what}; the details ({type(error).__name__}) could not be written to {clean(str(log_file()))}"


def note(what: str, error: BaseException) -> bool:
    """Write a sentence and the traceback of `error` to the log; return False if that fails."""
    from segtui import error_log

    return error_log.write(logging.ERROR, f"{what}.", error)


def note_once(what: str) -> None:
    """Write a sentence to the log unless it was the last one: a server that is down is tried again and again."""
    from segtui import error_log

    global _noted  # noqa: PLW0603  # there is one log
    if what != _noted:
        _noted = what
        error_log.write(logging.WARNING, clean(what))
