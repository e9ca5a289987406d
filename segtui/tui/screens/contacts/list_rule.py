"""List rule: the rule of a live segment with the contacts that a list shows under its filters."""

from dataclasses import dataclass

from segtui.domain.criteria.tree import Comparison, Criteria, all_of, fields_of
from segtui.domain.names import shortened_description
from segtui.domain.text import clean
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.segments.segments import Segment


@dataclass(frozen=True, slots=True)
class ListRule:
    """The rule of a list, or the sentence that refuses one. Both are empty without filters."""

    criteria: Criteria | None = None
    refusal: str = ""


def rule_of(query: ContactQuery, segment: Segment | None, *, is_partial: bool) -> ListRule:
    """Return the rule of a list of contacts, of all or of `segment`. `is_partial`: only some rows are marked."""
    criteria = query.criteria
    if criteria is None:
        return ListRule()
    if query.search.strip():
        search = f"the search “{clean(query.search.strip())}”"
        return ListRule(refusal=f"No live segment is offered: {search} cannot be part of a rule, only filters can.")
    if "joined" in fields_of(criteria):
        return ListRule(refusal="No live segment is offered: no rule can ask when a contact joined this segment.")
    if is_partial:
        return ListRule(refusal="No live segment is offered: it takes all that match, and only some are marked.")
    inside = [] if segment is None else [Comparison("segment", "=", (segment.name,))]
    return ListRule(all_of([*inside, criteria]))


def description_of(sentence: str, query: ContactQuery, excluded: int) -> str:
    """Return the description of a fixed segment of a list: its filters as a sentence, its search, the exclusions.

    It is cut where it is too long.
    """
    search = f"; search “{query.search.strip()}”" if query.search.strip() else ""
    besides = f"; without {excluded:,} of them" if excluded else ""
    text = f"{sentence[:1].upper()}{sentence[1:]}{search}{besides}"
    return shortened_description(text)
