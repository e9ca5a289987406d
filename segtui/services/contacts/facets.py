"""Facets: which values of a field occur among contacts, and in how many of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, case, func, select

from segtui.database.tables.core_tables import contacts
from segtui.domain.text import clean, fold
from segtui.errors import InvalidInput
from segtui.services.contacts import filters
from segtui.services.contacts.access_path import AccessPath, access_path
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.filters import FIELDS, PERIODS, Filter
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction

# The fields whose values are known beforehand.
_FIXED = {"added": tuple(PERIODS), "segment": ("none",), "do_not_call": ("yes", "no")}


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a field: the filter that chooses it, what it is called, and how many contacts have it."""

    filter: Filter
    label: str
    count: int


def facet(session: Session, query: ContactQuery, field: str, interrupt: Interrupt | None = None) -> list[FacetValue]:
    """Return the values of a field under the search, the segment and the filters of the other fields of `query`.

    `field` is one of filters.FIELDS. Counts are exact; spellings that fold to the same are one value, called by the
    most frequent of them. The most frequent value comes first, contacts without one last. Periods of the date added
    and yes or no come in their own order, with zeros. Raises InvalidInput for an unknown field, Cancelled.
    """
    if field not in FIELDS:
        raise InvalidInput(f"A filter is by one of {', '.join(FIELDS)}, not by “{clean(field)}”.", "filter")
    others = replace(query, filters=tuple(each for each in query.filters if each.field != field))
    with session.read(interrupt) as tx:
        reached = access_path(tx, others.segment_ids, others.search, others.filters, others.results)
        if field in _FIXED:
            return _counted(tx, reached, [Filter(field, value) for value in _FIXED[field]])
        column = contacts.c[field]
        rows = tx.execute(reached.read(select(column, func.count())).group_by(column)).all()
    return _values(field, ((value or "", count) for value, count in rows))


def _counted(tx: Transaction, reached: AccessPath, wanted: list[Filter]) -> list[FacetValue]:
    """Count several filters in one pass."""
    counts = [func.count(case((filters.condition(tx, [each], tx.session.zone), 1))) for each in wanted]
    all_at_once: Select[*tuple[Any, ...]] = select(*counts).select_from(contacts)
    found = tx.execute(reached.read(all_at_once)).one()
    return [FacetValue(each, _label(each), count) for each, count in zip(wanted, found, strict=True)]


def _label(wanted: Filter) -> str:
    return wanted.sentence.removeprefix("added ")


def _values(field: str, rows: Iterable[tuple[str, int]]) -> list[FacetValue]:
    spellings: dict[str, Counter[str]] = {}
    for value, count in rows:
        spellings.setdefault(fold(value), Counter())[value] += count
    found: list[FacetValue] = []
    for folded, counts in spellings.items():
        # The most frequent spelling; of equals always the same one.
        spelling = max(counts, key=lambda value: (counts[value], value)) if folded else ""
        found.append(FacetValue(Filter(field, spelling), clean(spelling) or "none", counts.total()))
    return sorted(found, key=lambda each: (not each.filter.value, -each.count, fold(each.label)))
