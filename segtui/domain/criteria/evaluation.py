"""Evaluation of criteria on one contact in Python: the reference for the SQL that databases run."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeAlias

from segtui.domain.criteria.fields import declared_field
from segtui.domain.criteria.numbers import number_of
from segtui.domain.criteria.operands import phone_digits
from segtui.domain.criteria.tree import ORDER_OPERATORS, POSITIVES, AllOf, AnyOf, Comparison, Criteria, Not, Operator
from segtui.domain.text import fold

Value: TypeAlias = str | bool | int | date | frozenset[str] | None
"""Value of a field: text, phone and choice a str ("" or None where blank), flag a bool, day a date or None, number an
int, membership the ids of the groups as a frozenset of str."""
Facts: TypeAlias = Callable[[str], Value]
"""Values of one contact by the names of fields; `custom.NAME` for a custom field."""


def holds(criteria: Criteria, facts: Facts, today: date) -> bool:
    """Return True if bound criteria hold for the contact with these `facts`; `today` is in the company's time zone."""
    match criteria:
        case Comparison(field):
            return _compares(criteria, facts(field), today)
        case Not(part):
            return not holds(part, facts, today)
        case AllOf(parts):
            return all(holds(part, facts, today) for part in parts)
        case AnyOf(parts):
            return any(holds(part, facts, today) for part in parts)


def _compares(comparison: Comparison, value: Value, today: date) -> bool:
    operator, operands = comparison.operator, comparison.values
    match declared_field(comparison.field).kind, value:
        case "flag", _:
            return _opposite(operator, ("yes" if value else "no") in operands)
        case "number", _:
            assert value is None or isinstance(value, int)  # noqa: S101 -- implied by the kind
            return _compares_numbers(operator, value or 0, [int(operand) for operand in operands])
        case "day", _:
            assert value is None or isinstance(value, date)  # noqa: S101 -- implied by the kind
            return _compares_days(operator, value, operands, today)
        case "membership", _:
            assert isinstance(value, frozenset)  # noqa: S101 -- implied by the kind
            return _opposite(operator, not value.isdisjoint(operands) if operands else not value)
        case "text", _:
            return _compares_text(operator, str(value or ""), operands)
        case _:
            return _compares_exactly(operator, str(value or ""), operands)


def _opposite(operator: Operator, positive: bool) -> bool:
    """Return the result of an operator from that of its positive form: `!=` is the opposite of `=`."""
    return positive != (operator in POSITIVES)


def _compares_text(operator: Operator, value: str, operands: tuple[str, ...]) -> bool:
    folded = fold(value)
    match operator:
        case "is blank" | "is not blank":
            return _opposite(operator, not folded)
        case "~" | "!~":
            return _opposite(operator, fold(operands[0]) in folded)
        case "^":
            return folded.startswith(fold(operands[0]))
        case "<" | "<=" | ">" | ">=":
            number = number_of(value)
            return number is not None and _in_order(operator, number, float(operands[0]))
        case _:
            return _opposite(operator, folded in map(fold, operands))


def _compares_exactly(operator: Operator, value: str, operands: tuple[str, ...]) -> bool:
    """Compare a phone or a choice."""
    match operator:
        case "is blank" | "is not blank":
            return _opposite(operator, not value)
        case "~" | "!~":
            return _opposite(operator, operands[0] in phone_digits(value))
        case "^":
            return phone_digits(value).startswith(operands[0])
        case _:
            return _opposite(operator, value in operands)


def _compares_numbers(operator: Operator, value: int, operands: list[int]) -> bool:
    if operator in ORDER_OPERATORS:
        return _in_order(operator, value, operands[0])
    return _opposite(operator, value in operands)


def _compares_days(operator: Operator, day: date | None, operands: tuple[str, ...], today: date) -> bool:
    if operator in ("is blank", "is not blank"):
        return _opposite(operator, day is None)
    if day is None:
        return operator == "!="
    if operator == "in last":
        return today - timedelta(days=int(operands[0]) - 1) <= day <= today
    days = [date.fromisoformat(operand) for operand in operands]
    if operator in ORDER_OPERATORS:
        return _in_order(operator, day.toordinal(), days[0].toordinal())
    return _opposite(operator, day in days)


def _in_order(operator: Operator, value: float, operand: float) -> bool:
    match operator:
        case "<":
            return value < operand
        case "<=":
            return value <= operand
        case ">":
            return value > operand
        case _:
            return value >= operand
