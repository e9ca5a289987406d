"""What text from outside passes through: `clean()` before it is shown, `fold()` before it is compared. And `counted()`.

Whatever comes from a file or a person is data. A terminal obeys control characters, a table wants one line, and some
marks reorder what stands beside them: `clean()` takes all of that away.
"""

import unicodedata
from functools import lru_cache

# What a line break or a tab becomes: a blank, so that a value takes one line.
_BLANK = (0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029)
# Shown as U+FFFD: C0, DEL and C1 controls (a terminal obeys them), lone surrogates (they cannot be encoded).
_REPLACED = (*range(0x20), 0x7F, *range(0x80, 0xA0), *range(0xD800, 0xE000))
# Taken away: marks that reorder, hide or annotate text and have no width of their own.
_REMOVED = (
    0xAD,
    0x61C,
    0x180E,
    *range(0x200B, 0x200D),
    *range(0x200E, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),
)
_CLEAN: dict[int, str | None] = {
    **dict.fromkeys(_REPLACED, "\N{REPLACEMENT CHARACTER}"),
    **dict.fromkeys(_REMOVED, None),
    **dict.fromkeys(_BLANK, " "),
}

# Letters that Unicode does not decompose, and signs people leave out when they type a name.
_FOLDED: dict[int, str | None] = {
    **{ord(letter): plain for letter, plain in zip("øłđðħıŧ", "olddhit", strict=True)},
    **{ord(letter): pair for letter, pair in {"æ": "ae", "œ": "oe", "þ": "th"}.items()},
    **dict.fromkeys(map(ord, "'’‘ʼ`´ʹ"), None),
}


def clean(text: str) -> str:
    """Return `text` as one harmless line: no control character, no line break, no mark that reorders text.

    It keeps letters, accents, emoji and right-to-left scripts. It is idempotent. What it returns is still plain text:
    never hand it to anything that reads markup.
    """
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_CLEAN)


def counted(count: int, noun: str, of: int | None = None) -> str:
    """Return `1 contact`, `1,234 contacts`, `2 companies`, `12 of 340 contacts`; `noun` is the singular."""
    whole = count if of is None else of
    changes = noun.endswith("y") and not noun.endswith(("ay", "ey", "oy"))  # days, keys
    plural = noun if whole == 1 else noun[:-1] + "ies" if changes else noun + "s"
    return f"{count:,} {plural}" if of is None else f"{count:,} of {of:,} {plural}"


def duration(seconds: float) -> str:
    """Return a duration for people: `8 s`, `2 min 05 s`, `1 h 12 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3_600} h {whole % 3_600 // 60:02d} min"


def without_controls(text: str) -> str:
    """Return `text` with every control character as a blank: the form in which a value is stored."""
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in text)


def fold(text: str) -> str:
    """Return the form in which text is searched and sorted: no case, no accents, no apostrophes, single blanks.

    It is idempotent. Å becomes a, é becomes e, ß becomes ss, ø becomes o. Whatever else computes this form (Polars in
    an import) must agree with it; a test compares them.
    """
    if text.isascii():
        return " ".join(text.lower().replace("'", "").replace("`", "").split())
    return " ".join(_fold_other(text).split())


@lru_cache(maxsize=4096)
def _fold_other(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.translate(_FOLDED).translate(_CLEAN)


def name_key(name: str) -> str:
    """Return what must be unique for a name: case, outer blanks and Unicode form do not tell two names apart.

    Accents do: `Jose` and `José` are two names.
    """
    name = without_controls(name)  # as it is stored
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()
