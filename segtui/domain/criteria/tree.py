"""Criteria as a tree: comparisons of fields, joined by `and`, `or` and `not`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Operator = Literal["=", "!=", "~", "!~", "^", "<", "<=", ">", ">=", "in", "is blank", "is not blank", "in last"]
POSITIVES: Final[Mapping[Operator, Operator]] = {"!=": "=", "!~": "~", "is not blank": "is blank"}
"""Operators that negate another one, and that one."""
ORDER_OPERATORS: Final[tuple[Operator, ...]] = ("<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One test of a field.

    `field` is the name of a declared field, `custom.NAME` for a custom field. `values` are checked operands: one for
    most operators, any number for `in`, none for the blanks, and the number of days for `in last`. The values of
    memberships are names; in criteria that are stored they are ids (`services.criteria.criteria_names`).
    """

    field: str
    operator: Operator
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a part."""

    part: "Criteria"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Parts that must all hold: two or more, none of them an AllOf."""

    parts: tuple["Criteria", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Alternatives, at least one of which must hold: two or more, none of them an AnyOf."""

    parts: tuple["Criteria", ...]


Criteria: TypeAlias = Comparison | Not | AllOf | AnyOf


def all_of(parts: Iterable[Criteria]) -> Criteria | None:
    """Return criteria that hold where all parts do. Without parts: None, which selects every contact."""
    flat = tuple(part for outer in parts for part in (outer.parts if isinstance(outer, AllOf) else (outer,)))
    if len(flat) < 2:
        return flat[0] if flat else None
    return AllOf(flat)


def any_of(parts: Iterable[Criteria]) -> Criteria | None:
    """Return criteria that hold where one of the parts does; None for no part."""
    flat = tuple(part for outer in parts for part in (outer.parts if isinstance(outer, AnyOf) else (outer,)))
    if len(flat) < 2:
        return flat[0] if flat else None
    return AnyOf(flat)


def conjuncts(criteria: Criteria | None) -> tuple[Criteria, ...]:
    """Return the parts that must all hold: none for no criteria, several for an AllOf, else the criteria alone."""
    if criteria is None:
        return ()
    return criteria.parts if isinstance(criteria, AllOf) else (criteria,)


def comparisons(criteria: Criteria | None) -> Iterator[Comparison]:
    """Yield every comparison, from left to right."""
    match criteria:
        case Comparison():
            yield criteria
        case Not(part):
            yield from comparisons(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from comparisons(part)


def fields_of(criteria: Criteria | None) -> frozenset[str]:
    """Return the names of all fields that are compared."""
    return frozenset(comparison.field for comparison in comparisons(criteria))


def relative_days(criteria: Criteria | None) -> bool:
    """Return True if the criteria may hold for other contacts tomorrow: a comparison counts days back from today."""
    return any(comparison.operator == "in last" for comparison in comparisons(criteria))


def mapped(criteria: Criteria, change: Callable[[Comparison], Criteria]) -> Criteria:
    """Return the criteria with every comparison replaced by the result of `change`."""
    match criteria:
        case Comparison():
            return change(criteria)
        case Not(part):
            return Not(mapped(part, change))
        case AllOf(parts):
            joined = all_of(mapped(part, change) for part in parts)
            return joined if joined is not None else criteria
        case AnyOf(parts):
            joined = any_of(mapped(part, change) for part in parts)
            return joined if joined is not None else criteria
