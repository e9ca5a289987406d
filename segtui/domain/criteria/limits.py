"""Limits of criteria: the length of an expression, its nesting and its number of comparisons."""

from typing import Final

from segtui.domain.criteria.canonical import text_of
from segtui.domain.criteria.tree import AllOf, AnyOf, Comparison, Criteria, Not, comparisons
from segtui.errors import InvalidInput

MAX_LENGTH: Final = 4_096
"""Characters of an expression, or of a filter."""
MAX_NESTING: Final = 30
"""Parentheses and `not` around one comparison."""
MAX_COMPARISONS: Final = 200
"""Comparisons in one expression."""
TOO_DEEP: Final = f"Parentheses and “not” are nested more than {MAX_NESTING} deep; write the expression with fewer."
TOO_MANY: Final = f"An expression has at most {MAX_COMPARISONS} comparisons; write several values as “in (…)”."


def require_expression_length(text: str, label: str, field: str) -> None:
    """Raise InvalidInput, about `field`, for a text longer than MAX_LENGTH. `label` names it: "An expression"."""
    if len(text) > MAX_LENGTH:
        raise InvalidInput(f"{label} has at most {MAX_LENGTH:,} characters; this one has {len(text):,}.", field)


def check_limits(criteria: Criteria | None) -> None:
    """Raise InvalidInput (`where`) for criteria whose canonical text is too large to be parsed.

    It may be longer than the text that was typed: it has a blank behind each comma.
    """
    if criteria is None:
        return
    if sum(1 for _ in comparisons(criteria)) > MAX_COMPARISONS:
        raise InvalidInput(TOO_MANY, "where")
    if nesting(criteria) > MAX_NESTING:
        raise InvalidInput(TOO_DEEP, "where")
    require_expression_length(text_of(criteria), "An expression", "where")


def nesting(criteria: Criteria) -> int:
    """Return the largest number of parentheses and `not` around a comparison in the canonical text."""
    match criteria:
        case Comparison():
            return 0
        case Not(part):
            return 1 + nesting(part) + isinstance(part, AllOf | AnyOf)
        case AllOf(parts):
            return max(nesting(part) + isinstance(part, AnyOf) for part in parts)
        case AnyOf(parts):
            return max(map(nesting, parts))
