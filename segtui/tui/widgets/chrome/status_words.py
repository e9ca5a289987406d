"""Status words: the theme's colour for each word of a closed vocabulary. The word itself always says the same."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from textual.content import Content

from segtui.domain.vocabulary import words

_GOOD, _ATTENTION, _BAD, _GOING, _QUIET = (
    "$text-success", "$text-warning", "$text-error", "$text-primary", "$foreground-muted",
)  # fmt: skip

STYLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # campaigns
        "draft": _QUIET,
        "scheduled": _GOING,
        "active": _GOOD,
        "paused": _ATTENTION,
        "completed": _GOOD,
        "cancelled": _QUIET,
        # contacts in an audience
        "pending": _QUIET,
        "in_progress": _GOING,
        "retry": _ATTENTION,
        "done": _GOOD,
        # outcomes of calls
        "answered": _GOOD,
        "voicemail": _GOING,
        "no_answer": _ATTENTION,
        "busy": _ATTENTION,
        "failed": _BAD,
        "wrong_number": _BAD,
        "skipped": _QUIET,
        "unknown": _ATTENTION,
        # loads of files
        "running": _GOING,
        "undone": _QUIET,
        # marks
        "do_not_call": f"bold {_BAD}",
        # sizes of segments
        "test": _QUIET,
        "standard": _GOOD,
        "large": _ATTENTION,
        "split": _BAD,
    }
)
"""The style of each word, by its name in the vocabulary. A test holds that none is missing."""


def status_word(name: str) -> Content:
    """Return a word as it is shown, in its colour; a word of no vocabulary without any."""
    return Content.styled(words(name), STYLES.get(name, ""))
