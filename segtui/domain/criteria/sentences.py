"""Sentences of criteria: an expression in English, as chips, descriptions and the rules of segments show it.

Each sentence has exactly one meaning: `either` opens every list of alternatives, and parentheses enclose a part that
commas cannot separate.
"""

from segtui.domain.criteria.fields import Catalog, declared_field
from segtui.domain.criteria.phrases import phrase
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
    """Return the parts that must all hold, each with its sentence; none for no criteria."""
    return [(part, sentence_of(part, catalog)) for part in conjuncts(criteria)]


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
