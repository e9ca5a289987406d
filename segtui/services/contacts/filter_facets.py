"""Facets of filters: the values of a filter field that occur among contacts, with their number of contacts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, case, func, select

from segtui.database.tables.core_tables import contacts
from segtui.domain.text import clean, fold
from segtui.errors import InvalidInput
from segtui.services.contacts import filters
from segtui.services.contacts.access_path import AccessPath, access_path
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.filter_fields import FILTER_FIELDS, FILTER_NAMES
from segtui.services.contacts.filters import Filter
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a field: its filter, its label, and the number of contacts that have it."""

    filter: Filter
    label: str
    count: int


def facet(session: Session, query: ContactQuery, field: str, interrupt: Interrupt | None = None) -> list[FacetValue]:
    """Return the values of a field under the search, the segment and the filters of the other fields of `query`.

    `field` is one of FILTER_NAMES. Counts are exact; spellings that fold to the same are one value, called by the
    most frequent of them. The most frequent value comes first, contacts without one last. Values that are declared
    (periods, yes and no) come in their own order, with zeros. Raises InvalidInput for an unknown field, Cancelled.
    """
    declaration = FILTER_FIELDS.get(field)
    if declaration is None:
        raise InvalidInput(f"A filter is by one of {', '.join(FILTER_NAMES)}, not by “{clean(field)}”.", "filter")
    others = replace(query, filters=tuple(other for other in query.filters if other.field != field))
    with session.read(interrupt) as tx:
        reached = access_path(tx, others.segment_ids, others.search, others.criteria, others.results, others.filters)
        column = declaration.column
        if column is None:
            return _declared_values(tx, reached, [Filter(field, value) for value in declaration.choices])
        rows = tx.execute(reached.read(select(column, func.count())).group_by(column)).all()
    return _merged_spellings(field, ((value or "", count) for value, count in rows))


def _declared_values(tx: Transaction, reached: AccessPath, values: Sequence[Filter]) -> list[FacetValue]:
    """Count the contacts of each value in one pass."""
    counts = [func.count(case((filters.condition(tx, [value], tx.session.zone), 1))) for value in values]
    one_pass: Select[*tuple[Any, ...]] = select(*counts).select_from(contacts)
    row = tx.execute(reached.read(one_pass)).one()
    return [
        FacetValue(value, value.declaration.value_words(value.value), count)
        for value, count in zip(values, row, strict=True)
    ]


def _merged_spellings(field: str, rows: Iterable[tuple[str, int]]) -> list[FacetValue]:
    """Return one value for the spellings that fold to the same text."""
    spellings: dict[str, Counter[str]] = {}
    for value, count in rows:
        spellings.setdefault(fold(value), Counter())[value] += count
    values: list[FacetValue] = []
    for folded, counts in spellings.items():
        # The most frequent spelling; of equals always the same one.
        spelling = max(counts, key=lambda value: (counts[value], value)) if folded else ""
        values.append(FacetValue(Filter(field, spelling), clean(spelling) or "none", counts.total()))
    return sorted(values, key=lambda value: (not value.filter.value, -value.count, fold(value.label)))
