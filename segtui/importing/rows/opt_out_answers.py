"""Opt-outs and consent: the meaning of a status, and of the cell of a yes-or-no column.

A status, a tag or a header is a withdrawal if it has one of the phrases of `opt_out_words` and no words that negate it
(`not on the DNC list`, `DNC: no`, `unsubscribed from newsletter`). Answers are True, False or None; None is an answer
that is not understood: the caller marks the contact and adds a warning.
"""

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

from segtui.domain.text import fold
from segtui.importing.columns.header_normalisation import words_of
from segtui.importing.rows import opt_out_words

_DATE: Final = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?!\d)")
_NO_DATE: Final = "0000-00-00"
_ZERO: Final = re.compile(r"0+(?:[.,]0+)?")
_ONE: Final = re.compile(r"1(?:[.,]0+)?")
_TIME_OF_DAY: Final = re.compile(
    r"\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?|\d{1,2}\s*(?:[ap]\.?m\.?|h|uhr)", re.IGNORECASE
)
_SEGMENTS: Final = re.compile(r"[,;:/|()\[\]=\n]|\s[-–—]\s|[–—]")
_TAGS: Final = re.compile(r"[,;|\n]|:::")
# Characters of a status that are searched for an opt-out.
_MAX_STATUS_LENGTH: Final = 250
# Characters; a longer cell is not an answer of yes or no.
_MAX_ANSWER_LENGTH: Final = 200


def _phrases() -> re.Pattern[str]:
    lines = [fold(phrase) for phrase in opt_out_words.OPT_OUTS.split("\n") if phrase.strip()]
    return re.compile(rf"(?<!\S)(?:{'|'.join(lines)})(?!\S)")


_PHRASES: Final = _phrases()
_CONNECTED: Final = tuple(fold(phrase) for phrase in opt_out_words.OPT_OUTS_WITHOUT_BLANKS)


@lru_cache(maxsize=4096)
def is_withdrawal(text: str) -> bool:
    """Return True if a status, or a header, says that the contact must not be called any more."""
    text = text[:_MAX_STATUS_LENGTH]
    segments = [segment for segment in map(_words, _SEGMENTS.split(text)) if segment]
    names = {word for segment in segments for word in segment.split()}
    if names & opt_out_words.OTHER_CHANNELS and not names & opt_out_words.CALLS:
        return False
    if names & opt_out_words.STOP and not names - opt_out_words.STOP - opt_out_words.BESIDE_STOP:
        return True
    connected = "".join("".join(segments).split())
    if not connected.isascii() and any(phrase in connected for phrase in _CONNECTED):
        return True
    whole = " ".join(segments)
    is_one = any(_withdraws(segment, segments[index + 1 :]) for index, segment in enumerate(segments))
    return is_one or (len(segments) > 1 and _PHRASES.fullmatch(whole) is not None)


def is_taken_back(text: str) -> bool:
    """Return True if a header has an opt-out that its other words negate (`Not on DNC list`)."""
    words = _words(text)
    return _PHRASES.search(words) is not None and not is_withdrawal(text)


def has_withdrawal(tags: str) -> bool:
    """Return True if one of several tags or labels says that the contact must not be called any more."""
    return any(is_withdrawal(tag.strip(" *#")) for tag in _TAGS.split(tags[:2_000]) if tag)


def answer_of(target: str, header: str) -> Callable[[str], bool | None]:
    """Return the function that reads the answers of a `do_not_call` or `consent` column."""
    if target == "consent":
        return refuses
    is_time = not opt_out_words.MOMENTS.isdisjoint(words_of(header))
    return partial(opts_out, is_time=is_time)


def opts_out(text: str, *, is_time: bool = False) -> bool | None:
    """Return the answer of a cell in a do-not-call column: True for an opt-out, None if it is not understood.

    With `is_time` the column holds the time of an opt-out, so `never` is a no.
    """
    if len(text) > _MAX_ANSWER_LENGTH:
        return None
    key = _key(text)
    if not key:
        return _by_sign(text, ticked=True, unticked=False, crossed=None, blank=False)
    if key in opt_out_words.NO or _ZERO.fullmatch(text.strip()) or text.strip().startswith(_NO_DATE):
        return False
    if key in opt_out_words.NEVER and is_time:
        return False
    if key in opt_out_words.YES or _ONE.fullmatch(text.strip()) or _DATE.match(text.strip()) or is_withdrawal(text):
        return True
    return None


def refuses(text: str) -> bool | None:
    """Return the answer of a cell in a consent column: True if consent is refused, None if it is not understood."""
    if len(text) > _MAX_ANSWER_LENGTH:
        return None
    key = _key(text)
    if not key:
        return _by_sign(text, ticked=False, unticked=True, crossed=True, blank=False)
    if key in opt_out_words.NOTHING_SAID or text.strip().startswith(_NO_DATE):
        return False
    if key in opt_out_words.REFUSED or _ZERO.fullmatch(text.strip()) or is_withdrawal(text):
        return True
    if key in opt_out_words.GRANTED or _ONE.fullmatch(text.strip()) or _DATE.match(text.strip()):
        return False
    names = set(_words(text).split())
    return True if names & opt_out_words.REFUSED - {"o", "n", "f"} else None


def is_time_of_day(text: str) -> bool:
    """Return True if a cell is a time of day, which is not an answer about opting out."""
    return _TIME_OF_DAY.fullmatch(text.strip()) is not None


def _by_sign(text: str, *, ticked: bool, unticked: bool, crossed: bool | None, blank: bool) -> bool | None:
    """Return the answer of a cell without letters and digits."""
    for signs, answer in (
        (opt_out_words.TICKED, ticked), (opt_out_words.UNTICKED, unticked), (opt_out_words.CROSSED, crossed),
    ):  # fmt: skip
        if any(sign in text for sign in signs):
            return answer
    return blank if all(char in "-–—.,_/ \\" for char in text) else None


def _withdraws(segment: str, behind: list[str]) -> bool:
    """Return True if a part of a status has an opt-out that neither it nor the parts after it negate."""
    return any(not _is_negated(segment, match, behind) for match in _PHRASES.finditer(segment))


def _is_negated(segment: str, match: re.Match[str], behind: list[str]) -> bool:
    before, after = segment[: match.start()].split(), segment[match.end() :].split()
    while before and before[-1] in opt_out_words.BETWEEN:
        before.pop()
    if before and before[-1] in opt_out_words.NEGATIONS:
        return True
    if after and (after[0] in opt_out_words.TIMES or set(after) <= opt_out_words.CLEARED):
        return True
    rest = {word for part in behind for word in part.split()}
    return not after and bool(rest) and rest <= opt_out_words.CLEARED


def _words(text: str) -> str:
    """Return the folded words of a text with single blanks between them."""
    return " ".join("".join(char if char.isalnum() else " " for char in fold(_apart(text))).split())


def _apart(text: str) -> str:
    """Return a text with words separated that only capitals separate (`DoNotCall`)."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)


def _key(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())
