"""Choice of one field's values: the part of criteria that a pane of the filter form edits. No widget here.

A choice is read from the conjuncts of criteria and written back to their position. Conjuncts that a pane cannot edit,
such as comparisons of several fields joined by `or`, are left as they are.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from segtui.domain.criteria.fields import FIELDS
from segtui.domain.criteria.tree import (
    POSITIVES,
    AllOf,
    AnyOf,
    Comparison,
    Criteria,
    Not,
    all_of,
    any_of,
    conjuncts,
    fields_of,
)
from segtui.domain.text import fold, name_key

Line: TypeAlias = Criteria
"""A value on a line of the pane: a comparison with one operand at most, or an AllOf of two, which is a range."""
LineKey = tuple[tuple[str, str, tuple[str, ...]], ...]
"""Identity of a line, without regard to case and accents."""

_LOWER: Final = (">", ">=")
_UPPER: Final = ("<", "<=")


def key_of(line: Line) -> LineKey:
    """Return the key that a line shares with every line of the same meaning."""
    parts = (part for part in conjuncts(line) if isinstance(part, Comparison))
    return tuple((part.field, part.operator, tuple(map(_fold_of(part.field), part.values))) for part in parts)


def _fold_of(field: str) -> Callable[[str], str]:
    # Names of segments may differ in an accent alone.
    return name_key if field in FIELDS and FIELDS[field].kind == "membership" else fold


def equals(field: str, value: str) -> Comparison:
    """Return the line of a value; of a blank value, that the field is blank."""
    return Comparison(field, "=", (value,)) if _fold_of(field)(value) else Comparison(field, "is blank")


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """Chosen lines of a field: a contact must match one of `included`, if there are any, and none of `excluded`."""

    field: str
    included: tuple[Line, ...] = ()
    excluded: tuple[Line, ...] = ()

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.included) + len(self.excluded)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines."""
        return (*self.included, *self.excluded)

    @property
    def included_keys(self) -> frozenset[LineKey]:
        """The keys of the included lines."""
        return frozenset(map(key_of, self.included))

    @property
    def excluded_keys(self) -> frozenset[LineKey]:
        """The keys of the excluded lines."""
        return frozenset(map(key_of, self.excluded))

    def toggled(self, line: Line) -> "FieldChoice":
        """Return the choice with this line included, or without it where it is included already."""
        included, excluded = _without(self.included, line), _without(self.excluded, line)
        if len(included) == len(self.included):
            included = (*included, line)
        return replace(self, included=included, excluded=excluded)

    def toggled_exclusion(self, line: Line) -> "FieldChoice":
        """Return the choice with this line excluded, or without it where it is excluded already."""
        included, excluded = _without(self.included, line), _without(self.excluded, line)
        if len(excluded) == len(self.excluded):
            excluded = (*excluded, line)
        return replace(self, included=included, excluded=excluded)

    @property
    def criteria(self) -> Criteria | None:
        """The criteria that select the contacts of this choice; None where nothing is chosen."""
        parts = [any_of(_merged(self.field, self.included)), *_exclusions(self.field, self.excluded)]
        return all_of(part for part in parts if part is not None)


def choice_of(criteria: Criteria | None, field: str) -> FieldChoice:
    """Return the choice of a field that criteria contain."""
    return _read(conjuncts(criteria), field)[0]


def outside_field(criteria: Criteria | None, field: str) -> Criteria | None:
    """Return the criteria without the choice of a field."""
    parts = conjuncts(criteria)
    _, own = _read(parts, field)
    return all_of(part for index, part in enumerate(parts) if index not in own)


def with_choice(criteria: Criteria | None, choice: FieldChoice) -> Criteria | None:
    """Return the criteria with another choice of its field, in the position of the former one, else at the end."""
    parts = conjuncts(criteria)
    _, own = _read(parts, choice.field)
    position = min(own, default=len(parts))
    before = parts[:position]
    after = (part for index, part in enumerate(parts) if index > position and index not in own)
    return all_of((*before, *conjuncts(choice.criteria), *after))


def chosen_counts(criteria: Criteria | None) -> dict[str, int]:
    """Return the number of lines of every field that has a choice in criteria."""
    return {field: count for field in fields_of(criteria) if (count := len(choice_of(criteria, field)))}


def further_parts(criteria: Criteria | None) -> tuple[Criteria, ...]:
    """Return the conjuncts that no pane can edit."""
    parts = conjuncts(criteria)
    own = {index for field in fields_of(criteria) for index in _read(parts, field)[1]}
    return tuple(part for index, part in enumerate(parts) if index not in own)


def without_part(criteria: Criteria | None, part: Criteria) -> Criteria | None:
    """Return the criteria without one of their conjuncts, or without the two that a range of days consists of."""
    gone = conjuncts(part)
    return all_of(other for other in conjuncts(criteria) if other not in gone)


def with_part(criteria: Criteria | None, part: Criteria) -> Criteria | None:
    """Return the criteria with the conjuncts of a part behind them, each once."""
    present = conjuncts(criteria)
    return all_of((*present, *(new for new in conjuncts(part) if new not in present)))


# Reading


def _read(parts: Sequence[Criteria], field: str) -> tuple[FieldChoice, set[int]]:
    """Return the choice of a field, and the indexes of the parts that it consists of."""
    included: tuple[Line, ...] = ()
    excluded: list[Line] = []
    own: set[int] = set()
    for index, part in enumerate(parts):
        if fields_of(part) != {field}:
            continue
        if lines := tuple(_excluded_lines(part)):
            excluded.extend(lines)
        elif not (lines := tuple(_included_lines(part))):
            continue
        elif not included:
            included = lines
        elif (both := _range(included, lines)) is not None:
            included = (both,)
        else:
            continue
        own.add(index)
    return FieldChoice(field, _distinct(included), _distinct(excluded)), own


def _included_lines(part: Criteria) -> Iterator[Line]:
    """Yield the lines of a part that includes them; none where a pane cannot edit it."""
    match part:
        case Comparison(operator=operator) if operator in POSITIVES:
            return
        case Comparison(field, "in", values):
            yield from (equals(field, value) for value in values)
        case Comparison():
            yield part
        case AllOf((Comparison() as lower, Comparison() as upper)) if _range((lower,), (upper,)) is not None:
            yield part
        case AnyOf(parts):
            lines = [tuple(_included_lines(part)) for part in parts]
            if all(lines):
                for several in lines:
                    yield from several


def _excluded_lines(part: Criteria) -> Iterator[Line]:
    """Yield the lines of a part that excludes them; none where a pane cannot edit it."""
    match part:
        case Comparison(field, operator, values) if operator in POSITIVES:
            yield Comparison(field, "~", values) if operator == "!~" else equals(field, *(values or ("",)))
        case Not(inner):
            yield from _included_lines(inner)


def _range(first: Sequence[Line], second: Sequence[Line]) -> AllOf | None:
    """Return the range of two bounds, the lower one first; None where these are none."""
    match (*first, *second):
        case (Comparison() as one, Comparison() as other):
            for lower, upper in ((one, other), (other, one)):
                if lower.operator in _LOWER and upper.operator in _UPPER:
                    return AllOf((lower, upper))
    return None


# Writing


def _merged(field: str, lines: Iterable[Line]) -> list[Criteria]:
    """Return lines as few comparisons: the values that it may equal become one."""
    values: list[str] = []
    others: list[Criteria] = []
    for line in lines:
        if isinstance(line, Comparison) and line.operator == "=":
            values.extend(line.values)
        else:
            others.append(line)
    if not values:
        return others
    return [Comparison(field, "=" if len(values) == 1 else "in", tuple(values)), *others]


def _exclusions(field: str, lines: Iterable[Line]) -> list[Criteria]:
    return [_negated(part) for part in _merged(field, lines)]


def _negated(line: Criteria) -> Criteria:
    match line:
        case Comparison(field, "=", values):
            return Comparison(field, "!=", values)
        case Comparison(field, "~", values):
            return Comparison(field, "!~", values)
        case Comparison(field, "is blank"):
            return Comparison(field, "is not blank")
    return Not(line)


def _without(lines: Iterable[Line], line: Line) -> tuple[Line, ...]:
    key = key_of(line)
    return tuple(other for other in lines if key_of(other) != key)


def _distinct(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple({key_of(line): line for line in lines}.values())
