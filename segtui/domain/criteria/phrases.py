"""Phrases of comparisons in English, for every kind of field and every operator, plain and negated."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from segtui.domain import vocabulary
from segtui.domain.criteria.fields import FIELDS, FLAG_WORDS, CriteriaField
from segtui.domain.criteria.tokens import is_bare
from segtui.domain.criteria.tree import POSITIVES, Comparison, Operator
from segtui.domain.text import clean, fold

_SIZES: Final[Mapping[Operator, str]] = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}
_DAYS: Final[Mapping[Operator, str]] = {"<": "before", "<=": "on or before", ">": "after", ">=": "since"}
# A custom field may have the name of another field.
_DECLARED_LABELS: Final = {fold(word) for field in FIELDS.values() for word in (field.name, field.label)}
_PLAIN_LABEL: Final = re.compile(r"[\w./'’-]+(?: [\w./'’-]+)*")


def phrase(comparison: Comparison, field: CriteriaField, *, negated: bool = False) -> str:
    """Return a comparison, or its opposite, in words: `source is Webinar`, `not in “Called in May”`."""
    operator, values = POSITIVES.get(comparison.operator, comparison.operator), comparison.values
    negated = negated != (operator != comparison.operator)
    match field.kind:
        case "flag":
            return _flag(field, values, negated=negated)
        case "day":
            return _day(field, operator, values, negated=negated)
        case "number":
            return _count(operator, [int(value) for value in values], negated=negated)
        case "membership":
            return _group(field, values, negated=negated)
        case _:
            return _text(field, operator, values, negated=negated)


def days_between(field: CriteriaField, first: str, last: str) -> str:
    """Return the phrase of a range of days, both included: `added between 2026-01-01 and 2026-01-31`."""
    return f"{_label(field).removeprefix('last ')} between {first} and {last}"


def value_words(value: str) -> str:
    """Return a value as phrases show it: clean, and in quotation marks where it has blanks or signs."""
    value = clean(value)
    return value if is_bare(value) else f"“{value}”"


def _text(field: CriteriaField, operator: Operator, values: Sequence[str], *, negated: bool) -> str:
    """Return the phrase of a text, a phone or a choice."""
    label = _label(field)
    if operator == "is blank":
        return f"has {_with_article(label)}" if negated else f"has no {label}"
    words = [vocabulary.words(value) if value in field.choices else value_words(value) for value in values]
    not_ = "not " if negated else ""
    match operator:
        case "~":
            return f"{label} {'does not contain' if negated else 'contains'} {words[0]}"
        case "^":
            return f"{label} {'does not begin' if negated else 'begins'} with {words[0]}"
        case "<" | "<=" | ">" | ">=":
            return f"{label} is {not_}{_SIZES[operator]} {words[0]}"
        case _ if negated and len(words) > 1:
            return f"{label} is neither {_list(words, 'nor')}"
        case _:
            return f"{label} is {not_}{_list(words, 'or')}"


def _flag(field: CriteriaField, values: Sequence[str], *, negated: bool) -> str:
    label = _label(field)
    words = FLAG_WORDS.get(field.name, {"yes": f"{label} is yes", "no": f"{label} is no"})
    matching = [words[flag] for flag in ("yes", "no") if (flag in values) != negated]
    return " or ".join(matching) or f"neither {' nor '.join(words.values())}"


def _day(field: CriteriaField, operator: Operator, values: Sequence[str], *, negated: bool) -> str:
    verb = _label(field)
    event = verb.removeprefix("last ")
    not_ = "not " if negated else ""
    match operator:
        case "is blank":
            return f"has been {event}" if negated else f"never {event}"
        case "in last" if values[0] == "1":
            return f"{not_}{event} today"
        case "in last":
            return f"{not_}{event} in the last {int(values[0]):,} days"
        case ">" | ">=":
            return f"{not_}{event} {_DAYS[operator]} {values[0]}"
        case "<" | "<=":
            return f"{not_}{verb} {_DAYS[operator]} {values[0]}"
        case _ if negated and len(values) > 1:
            return f"{verb} neither on {_list(values, 'nor')}"
        case _:
            return f"{not_}{verb} on {_list(values, 'or')}"


def _count(operator: Operator, counts: Sequence[int], *, negated: bool) -> str:
    """Return the phrase of a number of calls."""
    count = counts[0]
    opposites: Mapping[Operator, Operator] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
    if negated and operator in opposites:
        return _count(opposites[operator], counts, negated=False)
    match operator:
        case "<":
            return _count("<=", [count - 1], negated=False)
        case ">":
            return _count(">=", [count + 1], negated=False)
        case "<=" if count != 0:
            return f"called at most {_times([count])}"
        case ">=":
            return f"called at least {_times([count])}"
        case _ if len(counts) == 1 and count == 0:
            return "called at least once" if negated else "never called"
        case _ if negated and len(counts) == 1:
            return f"not called exactly {_times(counts)}"
        case _:
            return f"{'not ' if negated else ''}called {_times(counts)}"


def _times(counts: Sequence[int]) -> str:
    return "once" if list(counts) == [1] else f"{_list([f'{count:,}' for count in counts], 'or')} times"


def _group(field: CriteriaField, values: Sequence[str], *, negated: bool) -> str:
    """Return the phrase of a membership; without values, that the contact is in no such group."""
    if field.name == "import":
        if not values:
            return f"created or updated by {'an' if negated else 'no'} import"
        verb = "neither created nor updated" if negated else "created or updated"
        return f"{verb} by import {_list([clean(value) for value in values], 'or')}"
    if not values:
        return f"in {'a' if negated else 'no'} {_label(field)}"
    names = [f"“{clean(value)}”" for value in values]
    where = "in" if field.name == "segment" else f"in the {_label(field)}"
    if negated and len(names) > 1:
        return f"neither {where} {_list(names, 'nor')}"
    return f"{'not ' if negated else ''}{where} {_list(names, 'or')}"


def _list(words: Sequence[str], conjunction: str) -> str:
    """Return words as a list: `AZ, CA or NV`."""
    *others, last = words
    return f"{', '.join(others)} {conjunction} {last}" if others else last


def _label(field: CriteriaField) -> str:
    """Return the label of a field within a sentence; that of a custom field stays as it is."""
    if field.name in FIELDS:
        return field.label[:1].lower() + field.label[1:]
    label = clean(field.label)
    if fold(label) in _DECLARED_LABELS:
        return f"custom “{label}”"
    return label if _PLAIN_LABEL.fullmatch(label) else f"“{label}”"


def _with_article(label: str) -> str:
    return f"{'an' if fold(label)[:1] in tuple('aeio') else 'a'} {label}"
