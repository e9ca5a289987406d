"""Errors of expressions: the position, the problem and what to write instead, in one sentence."""

from segtui.domain.criteria.canonical import field_text
from segtui.domain.criteria.fields import CUSTOM, FIELDS, Catalog
from segtui.domain.criteria.nearest import nearest_field
from segtui.domain.criteria.operands import shown
from segtui.domain.criteria.tokens import Token
from segtui.domain.text import without_controls
from segtui.errors import InvalidInput


class InvalidExpression(InvalidInput):
    """An expression that cannot be read; `position` is the number of the character, from 1."""

    def __init__(self, position: int, sentence: str) -> None:
        start = sentence[:1].lower() if sentence[1:2].islower() or sentence[1:2] == " " else sentence[:1]
        super().__init__(f"At character {position:,}: {start}{sentence[1:]}", "where")
        self.position = position


def error_at(token: Token, sentence: str) -> InvalidExpression:
    """Return the error at a token. `sentence` begins with a capital."""
    return InvalidExpression(token.start + 1, sentence)


def field_name(token: Token) -> str:
    """Return the name of the field that a token names, for `Catalog.find`."""
    name = without_controls(token.value).strip()
    return CUSTOM + name if token.kind == "CUSTOM" else name


def no_such_field(name: str, catalog: Catalog) -> str:
    """Return the sentence for a field that does not exist, with the nearest field."""
    folded = name.casefold().strip()
    if folded in FIELDS and FIELDS[folded].segment_only:
        return f"“{folded}” exists only in the list of one segment; the day a contact was created is added."
    if folded.rstrip(". ") == CUSTOM.rstrip("."):
        return 'A custom field is written with its name, such as custom.plan or custom."Plan type".'
    near = nearest_field(name, catalog)
    if near:
        return f"There is no field “{shown(name)}”; did you mean {field_text(near)}?"
    if folded.startswith(CUSTOM):
        return f"No contact has the custom field “{shown(name[len(CUSTOM) :])}”."
    return f"There is no field “{shown(name)}”; fields are source, status, state, added and others."


def unknown_field(token: Token, catalog: Catalog) -> InvalidExpression:
    """Return the error for a field that does not exist."""
    return error_at(token, no_such_field(field_name(token), catalog))
