"""`segtui_fold` and `segtui_number`: `fold()` and `number_of()` as functions of PostgreSQL, generated from Python.

Once a text is decomposed (NFKD), `fold()` treats each character by itself. So the function is a decomposition, one
deletion and two replacements, whose tables are computed here. A test compares both functions for every character.
"""

import unicodedata
from collections.abc import Iterable, Iterator

from segtui.domain.criteria.numbers import BLANKS, NUMBER
from segtui.domain.text import fold

# Planes with letters that fold to others, and with invisible characters; the rest of Unicode stays as it is.
_CODES = (range(0x80, 0xD800), range(0xE000, 0x20000), range(0xE0000, 0xE1000))

_NUMBER_FUNCTION = f"""
CREATE OR REPLACE FUNCTION segtui_number(value text) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $number$
DECLARE
    bare text := btrim(value, '{BLANKS}');
BEGIN
    IF bare COLLATE "C" ~ '^{NUMBER}$' THEN
        RETURN bare::double precision;
    END IF;
    RETURN NULL;
END
$number$
"""
_FOLD_FUNCTION = """
CREATE OR REPLACE FUNCTION segtui_fold(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $fold$
DECLARE
    bare text;
BEGIN
    IF octet_length(value) = length(value) AND strpos(value, '''') = 0 AND strpos(value, '`') = 0
        AND strpos(value, '  ') = 0
    THEN
        RETURN btrim(lower(value COLLATE "C"));
    END IF;
    bare := lower(regexp_replace(pg_catalog."normalize"(value, 'NFKD'), '[{removed}]+', '', 'g') COLLATE "C");
    IF bare ~ '[^ -~]' THEN
        bare := translate(bare, '{letters}', '{folded}');
        IF bare ~ '[{long}]' THEN
            bare := {replaced};
        END IF;
    END IF;
    RETURN btrim(regexp_replace(translate(bare, '''`', ''), '[{blanks}]+', ' ', 'g'));
END
$fold$
"""
_BLANKS = " \t\n\v\f\r\x1c\x1d\x1e\x1f"


def definitions() -> tuple[str, str]:
    """Return the statements that create or update the functions."""
    return _fold_function(), _NUMBER_FUNCTION


def _fold_function() -> str:
    removed: list[int] = []
    letters: dict[str, str] = {}
    long: dict[str, str] = {}
    for code in (code for codes in _CODES for code in codes):
        letter = chr(code)
        if unicodedata.normalize("NFKD", letter) != letter:
            continue
        folded = " " if letter.isspace() else fold(letter)
        if not folded:
            removed.append(code)
        elif folded != letter:
            (letters if len(folded) == 1 else long)[letter] = folded
    replaced = "bare"
    for letter, folded in long.items():
        replaced = f"replace({replaced}, '{letter}', '{folded}')"
    return _FOLD_FUNCTION.format(
        removed="".join(_ranges(removed)),
        letters="".join(letters),
        folded="".join(letters.values()),
        long="".join(long),
        replaced=replaced,
        blanks=_BLANKS,
    )


def _ranges(codes: Iterable[int]) -> Iterator[str]:
    """Yield ascending codes as ranges of a bracket expression."""
    first = last = -1
    for code in (*codes, -1):
        if code == last + 1 and last >= 0:
            last = code
            continue
        if first >= 0:
            yield chr(first) if first == last else f"{chr(first)}-{chr(last)}"
        first = last = code
