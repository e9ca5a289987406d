"""Completion of expressions: the possible next words, from the text before the cursor."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from segtui.domain.criteria.canonical import field_text, value_text
from segtui.domain.criteria.fields import CUSTOM, Catalog, CriteriaField, in_offered_order
from segtui.domain.criteria.tokens import Token, TokenKind, tokens
from segtui.domain.text import fold

_Expected = Literal["field", "operator", "in", "is", "is not", "number", "days", "value", "listed", "joiner", "nothing"]

_COMPARED: Final = ("=", "!=", "<", "<=", ">", ">=", "in (")
_OPERATORS: Final = {
    "text": ("=", "!=", "~", "!~", "^", "in (", "is blank", "is not blank", "<", "<=", ">", ">="),
    "phone": ("=", "~", "^", "!=", "!~", "in (", "is blank", "is not blank"),
    "flag": ("=", "!="),
    "choice": ("=", "!=", "in (", "is blank", "is not blank"),
    "day": ("in last", ">=", "<=", "=", "!=", ">", "<", "is blank", "is not blank"),
    "number": _COMPARED,
    "membership": ("=", "!=", "in (", "is blank", "is not blank"),
}
"""Operators that are offered for each kind of field, as they are typed, the usual ones first."""

_WORDS: Final[dict[_Expected, tuple[str, ...]]] = {
    "in": ("(", "last"),
    "is": ("blank", "not blank"),
    "is not": ("blank",),
    "number": ("7", "30", "90"),
    "days": ("days",),
    "joiner": ("and", "or"),
}
_UNFINISHED: Final[frozenset[TokenKind]] = frozenset(("OPERATOR", "LPAR", "RPAR", "COMMA", "END"))
"""Kinds of tokens that the next word can follow without a blank."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Words that can be typed at the end of a text, as they are written there.

    `start` is the index of the unfinished word in the text, `typed` its typed part. Where a value is expected, `field`
    is the field whose values can be offered, by `with_values`.
    """

    start: int
    typed: str
    words: tuple[str, ...] = ()
    field: CriteriaField | None = None
    closes: bool = True
    """False where a comma or a parenthesis may follow the word, and no blank."""

    def with_values(self, values: Iterable[str]) -> "Completion":
        """Return the completion with those of the values that contain the typed text."""
        words = _fitting(self.typed.strip('"'), [(value, value_text(value)) for value in values if value])
        return Completion(self.start, self.typed, words, self.field, self.closes)

    def applied(self, text: str, word: str) -> str:
        """Return the text with the word at its end completed."""
        before = text[: self.start]
        gap = "" if not before or before.endswith((" ", "(")) else " "
        return before + gap + word + (" " if self.closes and not word.endswith("(") else "")


def completion(text: str, catalog: Catalog) -> Completion:
    """Return the words that can follow `text`, which is the expression up to the cursor."""
    *whole, _ = tokens(text)
    partial = whole.pop() if whole and whole[-1].end == len(text) and whole[-1].kind not in _UNFINISHED else None
    if partial is not None and partial.kind == "UNCLOSED" and whole and whole[-1].text.casefold() == CUSTOM:
        # A custom field whose quotation mark is still open is a word and a mark.
        head = whole.pop()
        partial = Token("CUSTOM", head.text + partial.text, partial.value, head.start, partial.end)
    start = partial.start if partial else len(text)
    typed = partial.text if partial else ""
    expected, field, is_listed = _expected(whole, catalog)
    if expected == "field":
        return Completion(start, typed, _fitting(typed.replace('"', ""), [*_field_names(catalog), ("not", "not")]))
    if expected == "operator":
        operators = _OPERATORS[field.kind] if field else _COMPARED
        return Completion(start, typed, _fitting(typed, [(word, word) for word in operators]))
    if expected == "value" and field is not None:
        choices = ("yes", "no") if field.kind == "flag" else field.choices
        return Completion(start, typed, (), field, not is_listed).with_values(choices)
    return Completion(start, typed, _fitting(typed, [(word, word) for word in _WORDS.get(expected, ())]))


def _field_names(catalog: Catalog) -> list[tuple[str, str]]:
    """Return the name and the spelling of every field, the fields that are used most first."""
    return [(name, field_text(name)) for name in in_offered_order(catalog.names())]


def _fitting(typed: str, words: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the spellings of the names that contain the typed text; those that begin with it come first.

    `words` are pairs of a name and its spelling.
    """
    pattern = fold(typed)
    names = [(fold(name), spelling) for name, spelling in words]
    beginning = [spelling for name, spelling in names if name.startswith(pattern) and spelling != typed]
    inside = [spelling for name, spelling in names if pattern in name and not name.startswith(pattern)]
    return (*beginning, *inside) if pattern or not typed else ()


def _expected(whole: Sequence[Token], catalog: Catalog) -> tuple[_Expected, CriteriaField | None, bool]:
    """Return the kind of the next word, the field that is compared, and whether the word stands in a list."""
    expected: _Expected = "field"
    field: CriteriaField | None = None
    is_listed = False
    for token in whole:
        if expected == "field" and token.kind in ("WORD", "STRING", "CUSTOM"):
            field = catalog.find(CUSTOM + token.value if token.kind == "CUSTOM" else token.value)
            expected = "operator"
        elif expected == "value":
            expected = "listed" if is_listed else "joiner"
        elif expected == "number":
            expected = "days"
        else:
            expected = _AFTER.get((expected, token.kind), "nothing")
            is_listed = (is_listed and expected != "joiner") or (expected == "value" and token.kind == "LPAR")
    return expected, field, is_listed


_AFTER: Final[dict[tuple[_Expected, TokenKind], _Expected]] = {
    ("field", "NOT"): "field",
    ("field", "LPAR"): "field",
    ("operator", "OPERATOR"): "value",
    ("operator", "NOT"): "operator",
    ("operator", "IN"): "in",
    ("operator", "IS"): "is",
    ("in", "LPAR"): "value",
    ("in", "LAST"): "number",
    ("days", "DAYS"): "joiner",
    ("is", "NOT"): "is not",
    ("is", "BLANK"): "joiner",
    ("is not", "BLANK"): "joiner",
    ("listed", "COMMA"): "value",
    ("listed", "RPAR"): "joiner",
    ("joiner", "AND"): "field",
    ("joiner", "OR"): "field",
    ("joiner", "RPAR"): "joiner",
}
"""Kind of the next word, by the kind that was expected before a token and the kind of the token."""
