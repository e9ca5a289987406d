"""Canonical text of criteria: one spelling for showing, copying and editing an expression."""

from typing import Final

from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.criteria.tokens import is_bare, quoted
from segtui.domain.criteria.tree import AllOf, AnyOf, Comparison, Criteria, Not

_CUSTOM_LENGTH: Final = len(CUSTOM)


def text_of(criteria: Criteria) -> str:
    """Return the expression of criteria. It parses back to the same criteria."""
    match criteria:
        case Comparison():
            return _comparison(criteria)
        case Not(part):
            return f"not {_enclosed(part) if isinstance(part, AllOf | AnyOf) else text_of(part)}"
        case AllOf(parts):
            return " and ".join(_enclosed(part) if isinstance(part, AnyOf) else text_of(part) for part in parts)
        case AnyOf(parts):
            return " or ".join(map(text_of, parts))


def field_text(name: str) -> str:
    """Return the name of a field as it is written in an expression: `custom."Plan type"`."""
    if not name.startswith(CUSTOM) or is_bare(name):
        return name
    return CUSTOM + quoted(name[_CUSTOM_LENGTH:])


def value_text(value: str) -> str:
    """Return a value as it is written in an expression: in quotes only where it needs them."""
    return value if is_bare(value) else quoted(value)


def _comparison(comparison: Comparison) -> str:
    field, operator, values = field_text(comparison.field), comparison.operator, comparison.values
    match operator:
        case "is blank" | "is not blank":
            return f"{field} {operator}"
        case "in":
            return f"{field} in ({', '.join(map(value_text, values))})"
        case "in last":
            return f"{field} in last {values[0]} {'day' if values[0] == '1' else 'days'}"
        case _:
            return f"{field} {operator} {value_text(values[0])}"


def _enclosed(part: Criteria) -> str:
    return f"({text_of(part)})"
