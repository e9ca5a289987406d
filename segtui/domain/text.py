"""Sanitising and normalising of text: `clean()` before it is shown, `fold()` before it is compared; and `counted()`.

Text from a file or a person is data. A terminal obeys control characters, a table needs one line, and some marks
reorder adjacent text: `clean()` removes all of them.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from segtui.errors import InvalidInput

MAX_VALUE_LENGTH: Final = 10_000
"""Maximum length of a cell, form field, search or filter. Checked before the value is folded, split or matched."""
MAX_MARKS: Final = 4
"""Combining marks kept on one character. No language uses more; longer runs are attacks on a screen or on speed."""

# Line breaks and tabs become blanks, so that a value takes one line.
_BLANK = (0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029)
# Shown as U+FFFD: C0, DEL and C1 controls (a terminal obeys them), lone surrogates (they cannot be encoded).
_REPLACED = (*range(0x20), 0x7F, *range(0x80, 0xA0), *range(0xD800, 0xE000))
# Default-ignorable code points (Unicode, DerivedCoreProperties): invisible, without a width of their own. The joiner
# U+200D and the emoji selector U+FE0F stay: emoji are built with them.
INVISIBLE_RANGES: Final = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200C), (0x200E, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0E),
    (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
_INVISIBLE: Final = tuple(code for first, last in INVISIBLE_RANGES for code in range(first, last + 1))
INVISIBLE: Final = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in INVISIBLE_RANGES) + "]")
"""Matches the characters that are removed from every stored value."""
# Removed from displayed text: invisible characters, and the interlinear annotation signs.
_REMOVED = (*_INVISIBLE, *range(0xFFF9, 0xFFFC))
_CLEAN: dict[int, str | None] = {
    **dict.fromkeys(_REPLACED, "\N{REPLACEMENT CHARACTER}"),
    **dict.fromkeys(_REMOVED, None),
    **dict.fromkeys(_BLANK, " "),
}

# The stored form: line breaks and control characters are blanks, nothing invisible is left.
_STORED: dict[int, str | None] = {**dict.fromkeys((*_BLANK[:6], *_REPLACED), " "), **dict.fromkeys(_INVISIBLE, None)}
# Marks of half-width kana are letters to Unicode, but decompose into combining marks.
_KANA_MARKS: Final = "\uff9e\uff9f"
# Matches every run of more than MAX_MARKS combining marks, and some other runs: marks are neither letters nor digits.
MAYBE_PILE: Final = re.compile(rf"[^\w\x00-\x7f]{{{MAX_MARKS + 1}}}|[{_KANA_MARKS}]")

# Letters that Unicode does not decompose, and signs that people omit in names.
_FOLDED: dict[int, str | None] = {
    **{ord(letter): plain for letter, plain in zip("øłđðħıŧ", "olddhit", strict=True)},
    **{ord(letter): pair for letter, pair in {"æ": "ae", "œ": "oe", "þ": "th"}.items()},
    **dict.fromkeys(map(ord, "'’‘ʼ`´ʹ"), None),
}


def clean(text: str) -> str:
    """Return `text` as one harmless line: no control or invisible character, no line break, no pile of marks.

    It keeps letters, accents, emoji and right-to-left scripts. It is idempotent. The result is still plain text: never
    pass it to a parser of markup.
    """
    if text.isascii() and text.isprintable():
        return text
    return _without_piles(text.translate(_CLEAN))


def require_length(value: str, label: str, field: str | None = None) -> None:
    """Raise InvalidInput, about `field`, for a value longer than MAX_VALUE_LENGTH. `label` names it: "A search"."""
    if len(value) > MAX_VALUE_LENGTH:
        raise InvalidInput(f"{label} has at most {MAX_VALUE_LENGTH:,} characters; this one has {len(value):,}.", field)


def _without_piles(text: str) -> str:
    """Return `text` with at most MAX_MARKS combining marks in a row."""
    if MAYBE_PILE.search(text) is None:
        return text
    result: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if _is_mark(char) else 0
        if marks <= MAX_MARKS:
            result.append(char)
    return "".join(result)


def _is_mark(char: str) -> bool:
    """Return True if `char` is drawn on the character before it, or decomposes into one that is."""
    return unicodedata.category(char) in ("Mn", "Me") or unicodedata.combining(char) != 0 or char in _KANA_MARKS


def counted(count: int, noun: str, of: int | None = None) -> str:
    """Return `1 contact`, `1,234 contacts`, `2 companies`, `12 of 340 contacts`; `noun` is the singular."""
    whole = count if of is None else of
    changes = noun.endswith("y") and not noun.endswith(("ay", "ey", "oy"))  # days, keys
    suffix = "es" if noun.endswith("ch") else "s"
    plural = noun if whole == 1 else noun[:-1] + "ies" if changes else noun + suffix
    return f"{count:,} {plural}" if of is None else f"{count:,} of {of:,} {plural}"


def was(count: int) -> str:
    """Return the verb of a number of things: `was` for one, `were` for others."""
    return "was" if count == 1 else "were"


def duration(seconds: float) -> str:
    """Return a duration for people: `8 s`, `2 min 05 s`, `1 h 12 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3_600} h {whole % 3_600 // 60:02d} min"


def without_controls(text: str) -> str:
    """Return `text` in its stored form.

    Control characters are blanks, invisible characters and piles of combining marks are gone.
    """
    if text.isascii() and text.isprintable():
        return text
    return _without_piles(text.translate(_STORED))


FOLDED_IN_ASCII: Final = ("'", "`", "  ")
"""Parts of ASCII text that `fold` removes or shortens; all other ASCII text only changes its case and outer blanks."""


def fold(text: str) -> str:
    """Return the form of a text for searches and sorting: no case, no accents, no apostrophes, single blanks.

    It is idempotent. Å becomes a, é becomes e, ß becomes ss, ø becomes o. Other computations of this form (Polars in an
    import) must agree with it; a test compares them.
    """
    if text.isascii():
        return " ".join(text.lower().replace("'", "").replace("`", "").split())
    return " ".join(_fold_other(text).split())


@lru_cache(maxsize=4096)
def _fold_other(text: str) -> str:
    # Sorting the marks of one character takes quadratic time: cut them first.
    text = clean(text)
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return clean(bare.translate(_FOLDED))


def name_key(name: str) -> str:
    """Return the unique key of a name: it ignores case, outer blanks and Unicode form.

    Accents count: `Jose` and `José` are two names.
    """
    name = without_controls(name)  # as it is stored
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def words(text: str) -> frozenset[str]:
    """Return the words of a list that is written as text."""
    return frozenset(text.split())
