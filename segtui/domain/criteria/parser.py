"""Parser of expressions: criteria from typed text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from segtui.domain.criteria import syntax_errors
from segtui.domain.criteria.fields import Catalog, CriteriaField
from segtui.domain.criteria.limits import (
    MAX_COMPARISONS,
    MAX_NESTING,
    TOO_DEEP,
    TOO_MANY,
    check_limits,
    require_expression_length,
)
from segtui.domain.criteria.operands import InvalidOperand, comparison
from segtui.domain.criteria.tokens import OPERATOR_SIGNS, Token, tokens
from segtui.domain.criteria.tree import Criteria, Not, Operator, all_of, any_of, comparisons
from segtui.domain.criteria.unexpected_tokens import unexpected
from segtui.domain.text import name_key
from segtui.errors import InvalidInput

if TYPE_CHECKING:
    import lark

    Node = lark.Tree[lark.Token]

# A keyword that follows an operator, or stands in a list, can only be a value: OR and IN are states.
_GRAMMAR: Final = """
start: either
?either: both (OR both)*
?both: opposite (AND opposite)*
?opposite: NOT opposite -> negation
    | LPAR either RPAR -> group
    | comparison
?comparison: field OPERATOR value -> compare
    | field IN LPAR value (COMMA value)* RPAR -> listed
    | field NOT IN LPAR value (COMMA value)* RPAR -> not_listed
    | field IS BLANK -> blank
    | field IS NOT BLANK -> not_blank
    | field IN LAST WORD? DAYS -> recent
    | field NOT IN LAST WORD? DAYS -> not_recent
!field: WORD | CUSTOM | LAST | DAYS | BLANK
!value: WORD | STRING | AND | OR | NOT | IN | IS | LAST | DAYS
%declare WORD CUSTOM STRING OPERATOR LPAR RPAR COMMA AND OR NOT IN IS BLANK LAST DAYS
"""
_OPERATORS: Final[dict[str, Operator]] = {
    "listed": "in",
    "not_listed": "in",
    "blank": "is blank",
    "not_blank": "is not blank",
    "recent": "in last",
    "not_recent": "in last",
}


def parse(text: str, catalog: Catalog) -> Criteria:
    """Return the criteria of an expression; the values of memberships stay names.

    Raises InvalidInput (`where`). Its sentence has the position of the error (the number of the character, from 1) and
    the nearest field, operator or value.
    """
    return read(text, catalog).criteria


def read(text: str, catalog: Catalog) -> "Expression":
    """Return the criteria of an expression with the positions of its names. Raises InvalidInput as `parse` does."""
    require_expression_length(text, "An expression", "where")
    all_tokens = tuple(tokens(text))
    reader = _Reader(all_tokens, catalog)
    criteria = reader.criteria(_tree(all_tokens, catalog))
    check_limits(criteria)
    return Expression(criteria, reader.names)


@dataclass(frozen=True, slots=True)
class Expression:
    """Parsed criteria; `names` are the tokens of the names in them, by field and operand."""

    criteria: Criteria
    names: Mapping[tuple[str, str], Token]

    def error_at(self, field: str, name: str, sentence: str) -> InvalidInput:
        """Return the error about a name, at its position. `sentence` begins with a capital."""
        return syntax_errors.error_at(self.names[field, name], sentence)


@lru_cache(maxsize=1)
def _parser() -> "lark.Lark":
    """Return the parser; lark is imported for the first expression."""
    import lark

    return lark.Lark(_GRAMMAR, parser="lalr", lexer="basic", maybe_placeholders=False)


def _tree(all_tokens: Sequence[Token], catalog: Catalog) -> "Node":
    """Return the syntax tree of the tokens. Raises InvalidInput at the first token that does not fit."""
    import lark

    steps = _parser().parse_interactive("")
    for index, token in enumerate(all_tokens):
        kind = "$END" if token.kind == "END" else token.kind
        try:
            tree: Node | None = steps.feed_token(lark.Token(kind, token.text, start_pos=index))
        except lark.UnexpectedToken:
            accepted = frozenset(steps.accepts())  # type: ignore[no-untyped-call]
            raise unexpected(all_tokens, index, accepted, catalog) from None
    assert tree is not None  # noqa: S101 -- the last token is END
    return tree


class _Reader:
    """Makes criteria of a syntax tree whose leaves carry the indexes of their tokens."""

    def __init__(self, all_tokens: Sequence[Token], catalog: Catalog) -> None:
        self._tokens = all_tokens
        self._catalog = catalog
        self._comparisons = 0
        self.names: dict[tuple[str, str], Token] = {}

    def criteria(self, tree: "Node") -> Criteria:
        """Return the criteria of a tree. Raises InvalidInput at the first field, operator or value that is wrong."""
        return self._part(_trees(tree)[0], 0)

    def _part(self, node: "Node", depth: int) -> Criteria:
        parts = _trees(node)
        match node.data:
            case "either" | "both":
                joined = (any_of if node.data == "either" else all_of)([self._part(part, depth) for part in parts])
                assert joined is not None  # noqa: S101 -- a node has parts
                return joined
            case "negation" | "group":
                if depth == MAX_NESTING:
                    raise syntax_errors.error_at(self._leaf(node), TOO_DEEP)
                part = self._part(parts[0], depth + 1)
                return Not(part) if node.data == "negation" else part
            case _:
                return self._comparison(node)

    def _comparison(self, node: "Node") -> Criteria:
        import lark

        field_token, *operands = map(self._leaf, _trees(node))
        signs = [self._tokens[leaf.start_pos or 0] for leaf in node.children if isinstance(leaf, lark.Token)]
        self._comparisons += 1
        if self._comparisons > MAX_COMPARISONS:
            raise syntax_errors.error_at(field_token, TOO_MANY)
        field = self._field(field_token)
        kind = str(node.data)
        if kind in ("recent", "not_recent"):
            operands = [token for token in signs if token.kind == "WORD"] or [Token("WORD", "1", "1", 0, 0)]
        operator = _OPERATORS.get(kind) or OPERATOR_SIGNS[signs[0].text]
        try:
            criteria = comparison(field, operator, [token.value for token in operands], region=self._catalog.region)
        except InvalidOperand as error:
            wrong = signs[0] if error.index is None else operands[error.index]
            raise syntax_errors.error_at(wrong, str(error)) from None
        if field.kind == "membership":
            self._locate(criteria, operands)
        return Not(criteria) if kind.startswith("not_") and kind != "not_blank" else criteria

    def _locate(self, criteria: Criteria, operands: Sequence[Token]) -> None:
        """Remember the positions of the names in a membership. Blank operands are not names."""
        values = [(part.field, value) for part in comparisons(criteria) for value in part.values]
        tokens_of_values = [token for token in operands if name_key(token.value)]
        for value, token in zip(values, tokens_of_values, strict=True):
            self.names.setdefault(value, token)

    def _field(self, token: Token) -> CriteriaField:
        field = self._catalog.find(syntax_errors.field_name(token))
        if field is None:
            raise syntax_errors.unknown_field(token, self._catalog)
        return field

    def _leaf(self, node: "Node") -> Token:
        """Return the first token of a node."""
        import lark

        leaf = node.children[0]
        while isinstance(leaf, lark.Tree):
            leaf = leaf.children[0]
        return self._tokens[leaf.start_pos or 0]


def _trees(node: "Node") -> list["Node"]:
    import lark

    return [child for child in node.children if isinstance(child, lark.Tree)]
