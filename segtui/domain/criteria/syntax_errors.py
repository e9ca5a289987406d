"""Errors of expressions: the position, the problem, and what to write instead, in one sentence."""

from collections.abc import Collection, Sequence
from typing import Final

from segtui.domain.criteria.canonical import field_text
from segtui.domain.criteria.fields import CUSTOM, FIELDS, Catalog
from segtui.domain.criteria.nearest import nearest_field
from segtui.domain.criteria.operands import shown
from segtui.domain.criteria.tokens import Token
from segtui.errors import InvalidInput

_EXAMPLE: Final = "source = Webinar"


class InvalidExpression(InvalidInput):
    """An expression that cannot be read; `position` is the number of the character, from 1."""

    def __init__(self, position: int, sentence: str) -> None:
        start = sentence[:1].lower() if sentence[:2].istitle() else sentence[:1]
        super().__init__(f"At character {position:,}: {start}{sentence[1:]}", "where")
        self.position = position


def at(token: Token, sentence: str) -> InvalidExpression:
    """Return the error at a token. `sentence` begins with a capital."""
    return InvalidExpression(token.start + 1, sentence)


def field_name(token: Token) -> str:
    """Return the name of a field as the catalog knows it."""
    return CUSTOM + token.value if token.kind == "CUSTOM" else token.value


def no_such_field(name: str, catalog: Catalog) -> str:
    """Return the sentence for a field that does not exist, with the nearest that does."""
    folded = name.casefold().strip()
    if folded in FIELDS and FIELDS[folded].segment_only:
        return f"“{folded}” exists only in the list of one segment; the day of creation is added."
    if folded.rstrip(". ") == CUSTOM.rstrip("."):
        return 'A custom field is written with its name, such as custom.plan or custom."Plan type".'
    near = nearest_field(name, catalog)
    return (
        f"There is no field “{shown(name)}”; did you mean {field_text(near)}?"
        if near
        else (f"There is no field “{shown(name)}”; the fields are such as source, state and added.")
    )


def unknown_field(token: Token, catalog: Catalog, words: str = "") -> InvalidExpression:
    """Return the error for a field that does not exist; `words` are its words, where it has several."""
    return at(token, no_such_field(words or field_name(token), catalog))


def unexpected(listed: Sequence[Token], index: int, accepted: Collection[str], catalog: Catalog) -> InvalidExpression:
    """Return the error at a token that does not fit; `accepted` are the kinds of tokens that would."""
    token = listed[index]
    return at(token, f"“{shown(token.text)}” is not understood here; {sorted(accepted)}.")
