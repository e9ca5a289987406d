"""Values on offer in a pane of the filter form, with their counts. No widget here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segtui.domain.criteria.fields import CriteriaField
from segtui.domain.criteria.tree import Criteria, conjuncts, fields_of
from segtui.domain.search_terms import Search, field_text
from segtui.services.criteria.facets import Facet
from segtui.tui.screens.filters.field_choice import FieldChoice, Line, LineKey, key_of
from segtui.tui.screens.filters.typed_lines import line_words


def is_partition(field: CriteriaField) -> bool:
    """Tell whether every contact has exactly one value of a field, so that the counts of several values add up."""
    return field.kind in ("text", "phone", "flag", "choice", "number")


@dataclass(frozen=True, slots=True)
class Value:
    """A value on offer: its line, its label, and its number of contacts (None while that is not counted)."""

    line: Line
    label: str
    count: int | None
    key: LineKey
    text: str
    """Search text by which the values are narrowed."""

    @classmethod
    def from_line(cls, line: Line, label: str, count: int | None) -> "Value":
        """Return the value that stands for a line."""
        return cls(line, label, count, key_of(line), field_text(label))


@dataclass(frozen=True, slots=True)
class FieldValues:
    """Values of a field, counted under `others`, which are the criteria without the choice of the field."""

    field: CriteriaField
    others: Criteria | None
    values: tuple[Value, ...]
    counts: Mapping[LineKey, int]
    labels: Mapping[LineKey, str]
    total: int
    """Contacts of all values together, those of rarer values included."""
    rarer_values: int = 0
    """Number of the rarest values, which are not among `values`."""

    @classmethod
    def from_facet(cls, field: CriteriaField, others: Criteria | None, facet: Facet) -> "FieldValues":
        """Return the values of a facet."""
        values = tuple(Value.from_line(value.criteria, value.label, value.count) for value in facet)
        counts = {value.key: value.count or 0 for value in values}
        labels = {value.key: value.label for value in values}
        return cls(
            field, others, values, counts, labels, sum(counts.values()) + facet.rarer_contacts, facet.rarer_values
        )

    def matching(self, choice: FieldChoice) -> int | None:
        """Return how many contacts match a choice of the field; None where the counts do not add up to it."""
        # A facet is not counted under other parts that compare its field.
        has_further_parts = any(fields_of(part) == {self.field.name} for part in conjuncts(self.others))
        if not is_partition(self.field) or not self.values or has_further_parts:
            return None
        keys = choice.included_keys | choice.excluded_keys
        if not keys <= self.counts.keys():
            return None
        included = sum(self.counts[key] for key in choice.included_keys) if choice.included else self.total
        return included - sum(
            self.counts[key] for key in choice.excluded_keys if not choice.included or key in choice.included_keys
        )

    def label_of(self, line: Line) -> str:
        """Return the words of a line."""
        return self.labels.get(key_of(line)) or line_words(line, self.field)


def narrowed(values: Sequence[Value], search: Search) -> list[Value]:
    """Return the values that match a search."""
    matches = list(values)
    for clause in search:
        patterns = clause.alternatives[0]
        if len(clause.alternatives) == len(patterns) == 1:
            # Nearly always, and much faster: this runs with every key.
            [pattern] = patterns
            matches = [value for value in matches if pattern in value.text]
        else:
            matches = [value for value in matches if clause.matches(value.text)]
    return matches
