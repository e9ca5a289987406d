"""Sentences of criteria: an expression in English, as chips, descriptions and the rules of segments show it.

Each sentence has exactly one meaning: `either` opens every list of alternatives, and parentheses enclose a part that
commas cannot separate.
"""

from segtui.domain.criteria.fields import Catalog, declared_field
from segtui.domain.criteria.phrases import days_between, phrase
from segtui.domain.criteria.tree import AllOf, AnyOf, Comparison, Criteria, Not, conjuncts


def sentence_of(criteria: Criteria, catalog: Catalog) -> str:
    """Return criteria as one phrase: `source is Webinar, state is AZ or CA, and not in “Called in May”`.

    The values of memberships are names. Text from outside is clean.
    """
    match criteria:
        case Comparison():
            return _phrase(criteria, catalog, negated=False)
        case Not(Comparison() as comparison):
            return _phrase(comparison, catalog, negated=True)
        case Not(Not(part)):
            return sentence_of(part, catalog)
        case Not(part):
            return f"not ({_joined(part, catalog)})"
        case AllOf():
            return _joined(criteria, catalog)
        case AnyOf():
            return f"either {_joined(criteria, catalog)}"


def parts_of(criteria: Criteria | None, catalog: Catalog) -> list[tuple[Criteria, str]]:
    """Return the parts that must all hold, each with its sentence; none for no criteria.

    The first and the last day of a field are one part.
    """
    parts: list[tuple[Criteria, str]] = []
    conditions = list(conjuncts(criteria))
    while conditions:
        part = conditions.pop(0)
        other = next((other for other in conditions if _are_ends(part, other, catalog)), None)
        if isinstance(part, Comparison) and isinstance(other, Comparison):
            conditions.remove(other)
            first, last = (part, other) if part.operator == ">=" else (other, part)
            field = catalog.find(part.field) or declared_field(part.field)
            parts.append((AllOf((part, other)), days_between(field, first.values[0], last.values[0])))
        else:
            parts.append((part, sentence_of(part, catalog)))
    return parts


def _are_ends(part: Criteria, other: Criteria, catalog: Catalog) -> bool:
    """Return True for the first and the last day of the same field."""
    if not (isinstance(part, Comparison) and isinstance(other, Comparison) and part.field == other.field):
        return False
    field = catalog.find(part.field) or declared_field(part.field)
    return field.kind == "day" and {part.operator, other.operator} == {">=", "<="}


def _phrase(comparison: Comparison, catalog: Catalog, *, negated: bool) -> str:
    field = catalog.find(comparison.field) or declared_field(comparison.field)
    return phrase(comparison, field, negated=negated)


def _joined(criteria: Criteria, catalog: Catalog) -> str:
    """Return the parts of criteria as a list, without `either` in front."""
    if not isinstance(criteria, AllOf | AnyOf):
        return sentence_of(criteria, catalog)
    conjunction = "and" if isinstance(criteria, AllOf) else "or"
    words = [_part(part, catalog) for part in criteria.parts]
    *others, last = words
    needs_comma = len(words) > 2 or any(map(_is_list, others)) or (conjunction == "or" and _is_list(last))
    return f"{', '.join(others)}{',' if needs_comma else ''} {conjunction} {last}"


def _part(part: Criteria, catalog: Catalog) -> str:
    """Return a part of a list: as it is where the commas around it are its ends, else in parentheses."""
    sentence = sentence_of(part, catalog)
    if not isinstance(part, AllOf | AnyOf):
        return sentence
    words = [sentence_of(inner, catalog) for inner in part.parts]
    is_plain = len(words) == 2 and not any(isinstance(inner, AllOf | AnyOf) for inner in part.parts)
    return sentence if is_plain and not any(map(_is_list, words)) else f"({_joined(part, catalog)})"


def _is_list(sentence: str) -> bool:
    """Return True for a phrase that has a list of its own, so that a comma must follow it."""
    return any(word in sentence for word in (" or ", " nor ", " and "))
