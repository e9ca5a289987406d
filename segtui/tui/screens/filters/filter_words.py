"""Words of the filter form: its count, its button, and the question before it is left."""

from typing import Final

from segtui.domain.text import clean
from segtui.tui.widgets.forms.dialogs import Answer, Question

_WIDE: Final = 80
"""Cells of terminal width from which the buttons have room for longer words."""


def total_words(total: int | None, ellipsis: str, *, counts_values: bool) -> str:
    """Return the number of matching contacts in words; `counts_values` while the values are counted as well."""
    if total is None:
        return f"counting{ellipsis}"
    words = "1 contact matches" if total == 1 else f"{total:,} contacts match"
    return f"{words}, counting the values{ellipsis}" if counts_values else words


def apply_words(total: int | None) -> str:
    """Return the words of the button that shows the matching contacts."""
    if total is None:
        return "Show the contacts"
    return "Show 1 contact" if total == 1 else f"Show {total:,} contacts"


def copy_words(width: int) -> str:
    """Return the words of the button that copies the expression, in a terminal of `width` cells."""
    return "Copy expression" if width >= _WIDE else "Copy"


def unused_words(text: str, field: str) -> str:
    """Return the sentence that refuses to close the form over a text that no value of a field was chosen for."""
    typed = f"“{clean(text)}” was typed for {field}, but nothing is chosen for it"
    return f"{typed}: enter chooses a value, escape clears the text."


def leave_question() -> Question:
    """Return the question before criteria are lost: `n` goes on, `s` shows the contacts, `y` leaves."""
    return Question(
        "Leave the filters as they were?",
        "What you chose will not be applied. Press escape again to leave.",
        [Answer("n", "Go on"), Answer("s", "Show them"), Answer("y", "Leave")],
        escape="y",
    )
