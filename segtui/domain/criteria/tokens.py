"""Tokens of expressions: words, quoted values, operators, parentheses and commas, with their positions.

Any text can be split into tokens. Signs without a meaning become tokens that the grammar refuses, so that every error
has a position and a context.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from segtui.domain.text import INVISIBLE

TokenKind = Literal[
    "WORD", "STRING", "CUSTOM", "OPERATOR", "LPAR", "RPAR", "COMMA",
    "AND", "OR", "NOT", "IN", "IS", "BLANK", "LAST", "DAYS", "UNCLOSED", "SIGNS", "END",
]  # fmt: skip
KEYWORDS: Final[dict[str, TokenKind]] = {
    "and": "AND", "or": "OR", "not": "NOT", "in": "IN", "is": "IS", "blank": "BLANK",
    "last": "LAST", "days": "DAYS", "day": "DAYS",
}  # fmt: skip
OPERATOR_SIGNS: Final = {
    **{sign: sign for sign in ("=", "!=", "~", "!~", "^", "<", "<=", ">", ">=")},
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
}
"""Operators by their typed form, the signs that editors substitute among them."""

_OPERATOR_SIGNS: Final = "=<>~^≠≤≥"
# A run of these is one token, so that an error can name the operators `==` and `<>` of other languages.
_SIGNS: Final = _OPERATOR_SIGNS + "!&|'‘’"
# Characters of an unquoted word. `!` may stand in it (Yahoo!), but not in front of an operator (source!=Web).
_IN_WORD: Final = rf'(?!&&|![=~])[^\s"“”„‟«»(),|{_OPERATOR_SIGNS}]'
_WORD: Final = rf"(?![!&'‘’]){_IN_WORD}(?:{_IN_WORD})*"
# Editors replace quotation marks: those marks quote as well.
_STRING: Final = r'"(?:[^"\\]|\\.)*"|[“”„‟](?:[^“”"\\]|\\.)*[“”"]|[«»](?:[^«»\\]|\\.)*[«»]'
_TOKEN: Final = re.compile(
    rf"""\s*(?:(?P<CUSTOM>(?i:custom)\s*\.\s*(?:{_STRING}))|(?P<STRING>{_STRING})|(?P<WORD>{_WORD})"""
    rf"""|(?P<SIGNS>[{_SIGNS}]+)|(?P<LPAR>\()|(?P<RPAR>\))|(?P<COMMA>,)|(?P<UNCLOSED>["“”„‟«»].*))""",
    re.DOTALL,
)
_BARE: Final = re.compile(_WORD)
# Controls, and lone surrogates, which cannot be encoded.
_CONTROL: Final = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")
_ESCAPED: Final = re.compile(r"\\([\"“”«»\\])")


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `text` as it is typed, `value` without quotes, `start` and `end` as indexes into the text."""

    kind: TokenKind
    text: str
    value: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, and END as the last. Control characters are blanks, invisible ones are left out."""
    visible, indexes = _visible(text)
    position = 0
    while match := _TOKEN.match(visible, position):
        kind = match.lastgroup
        assert kind is not None  # noqa: S101 -- one of the groups has matched
        position = match.end()
        yield _token(kind, match[kind], indexes[match.start(kind)], indexes[position - 1] + 1)
    end = len(text.rstrip())
    yield Token("END", "", "", end, end)


def _visible(text: str) -> tuple[str, Sequence[int]]:
    """Return the text without control characters and invisible ones, and the index in `text` of each character."""
    if text.isascii() and text.isprintable():
        return text, range(len(text))
    indexes = [index for index, char in enumerate(text) if INVISIBLE.match(char) is None]
    return "".join(_CONTROL.sub(" ", text[index]) for index in indexes), indexes


def _token(kind: str, text: str, start: int, end: int) -> Token:
    match kind:
        case "WORD":
            return Token(KEYWORDS.get(text.casefold(), "WORD"), text, text, start, end)
        case "STRING":
            return Token("STRING", text, _ESCAPED.sub(r"\1", text[1:-1]), start, end)
        case "CUSTOM":
            return Token("CUSTOM", text, _ESCAPED.sub(r"\1", text.partition(".")[2].strip()[1:-1]), start, end)
        case "SIGNS" if text in OPERATOR_SIGNS:
            return Token("OPERATOR", text, OPERATOR_SIGNS[text], start, end)
        case "LPAR" | "RPAR" | "COMMA" | "UNCLOSED":
            return Token(kind, text, text, start, end)
        case _:
            return Token("SIGNS", text, text, start, end)


def is_bare(text: str) -> bool:
    """Return True if `text` is a value without quotes. Keywords are not: `in` may be a state, but reads badly."""
    return _BARE.fullmatch(text) is not None and text.casefold() not in KEYWORDS and _visible(text)[0] == text


def quoted(text: str) -> str:
    """Return `text` in quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
