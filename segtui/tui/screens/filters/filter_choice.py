"""Selected filters, and the values that can be selected. No widget here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from segtui.domain.search_terms import Search, field_text
from segtui.services.contacts.filter_fields import FILTER_FIELDS, FILTER_NAMES
from segtui.services.contacts.filters import Filter

if TYPE_CHECKING:
    from segtui.services.contacts.filter_facets import FacetValue

MAX_VALUES: Final = 20_000
"""Values that are offered: narrowing them must keep up with the keys."""

FilterKey = tuple[str, str]
"""Identity of a filter: its field, and its value without regard to case and accents."""


def key_of(value: Filter) -> FilterKey:
    """Return the key that a filter shares with every filter of the same meaning."""
    return value.field, value.declaration.key(value.value)


@dataclass(frozen=True, slots=True)
class Value:
    """A value on offer: its filter, its label, and its number of contacts (None while that is not counted)."""

    filter: Filter
    label: str
    count: int | None
    key: FilterKey
    text: str
    """Search text by which the values are narrowed."""

    @classmethod
    def from_filter(cls, value: Filter, label: str, count: int | None) -> "Value":
        """Return the value that stands for a filter."""
        return cls(value, label, count, key_of(value), field_text(label))


@dataclass(frozen=True, slots=True)
class Selection:
    """Selected filters, field by field."""

    filters: tuple[Filter, ...] = ()

    @property
    def keys(self) -> frozenset[FilterKey]:
        """The keys of the filters, for comparing selections."""
        return frozenset(map(key_of, self.filters))

    def in_field(self, field: str) -> tuple[Filter, ...]:
        """Return the filters of one field."""
        return tuple(selected for selected in self.filters if selected.field == field)

    def outside_field(self, field: str) -> tuple[Filter, ...]:
        """Return the filters of all other fields."""
        return tuple(selected for selected in self.filters if selected.field != field)

    def toggled(self, value: Filter) -> "Selection":
        """Return the selection with this filter, or without it where it is selected already."""
        key = key_of(value)
        rest = tuple(selected for selected in self.filters if key_of(selected) != key)
        return Selection(rest) if len(rest) < len(self.filters) else Selection(ordered((*self.filters, value)))

    @property
    def sentence(self) -> str:
        """The filters in words: "source: Webinar or source: Fair; do not call"."""
        by_field: dict[str, list[str]] = {}
        for selected in self.filters:
            by_field.setdefault(selected.field, []).append(selected.sentence)
        return "; ".join(" or ".join(sentences) for sentences in by_field.values())


def ordered(filters: Iterable[Filter]) -> tuple[Filter, ...]:
    """Return filters field by field, without duplicates."""
    unique = {key_of(value): value for value in filters}
    return tuple(sorted(unique.values(), key=lambda value: FILTER_NAMES.index(value.field)))


@dataclass(frozen=True, slots=True)
class FieldValues:
    """Values of a field, counted under the selection of the other fields, whose keys are `other_keys`."""

    other_keys: frozenset[FilterKey]
    values: tuple[Value, ...]
    counts: Mapping[FilterKey, int]
    total: int
    """Contacts of all values together, those left out included."""
    omitted: int = 0
    """Number of the rarest values that are not among `values`."""

    @classmethod
    def from_facet(
        cls, other_keys: frozenset[FilterKey], facet: Sequence["FacetValue"], selected: Iterable[Filter] = ()
    ) -> "FieldValues":
        """Return the values of a facet, the most frequent first. Selected values are never left out."""
        offered = list(facet[:MAX_VALUES])
        keys = {key_of(value) for value in selected}
        if keys:
            offered.extend(value for value in facet[MAX_VALUES:] if key_of(value.filter) in keys)
        values = tuple(Value.from_filter(value.filter, value.label, value.count) for value in offered)
        counts = {value.key: value.count or 0 for value in values}
        return cls(other_keys, values, counts, sum(value.count for value in facet), len(facet) - len(offered))

    def matching(self, field: str, selected: Iterable[Filter]) -> int | None:
        """Return how many contacts have a selected value, or any value; None where the counts do not add up."""
        if not FILTER_FIELDS[field].is_partition:
            return None
        keys = {key_of(value) for value in selected}
        return sum(self.counts.get(key, 0) for key in keys) if keys else self.total


def narrowed(values: list[Value], search: Search) -> list[Value]:
    """Return the values that match a search."""
    for clause in search:
        patterns = clause.alternatives[0]
        if len(clause.alternatives) == len(patterns) == 1:
            # Nearly always, and much faster: this runs with every key.
            [pattern] = patterns
            values = [value for value in values if pattern in value.text]
        else:
            values = [value for value in values if clause.matches(value.text)]
    return values
