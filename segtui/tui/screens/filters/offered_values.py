"""Values on offer in a pane of the filter form, with their counts. No widget here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from segtui.domain.criteria.fields import CriteriaField
from segtui.domain.criteria.tree import Criteria
from segtui.domain.search_terms import Search, field_text
from segtui.tui.screens.filters.field_choice import FieldChoice, Line, LineKey, key_of
from segtui.tui.screens.filters.typed_lines import line_words

MAX_VALUES: Final = 20_000
"""Values that are offered: narrowing them must keep up with the keys."""


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
    """Contacts of all values together, those left out included."""
    omitted: int = 0
    """Number of the rarest values that are not among `values`."""

    @classmethod
    def from_counts(
        cls,
        field: CriteriaField,
        others: Criteria | None,
        counted_lines: Sequence[tuple[Line, str, int]],
        chosen: Iterable[Line] = (),
    ) -> "FieldValues":
        """Return the values of lines with their labels and counts, the most frequent first.

        Lines that are `chosen` are never left out.
        """
        offered = list(counted_lines[:MAX_VALUES])
        keys = set(map(key_of, chosen))
        if keys:
            offered.extend(line for line in counted_lines[MAX_VALUES:] if key_of(line[0]) in keys)
        values = tuple(Value.from_line(line, label, count) for line, label, count in offered)
        counts = {value.key: value.count or 0 for value in values}
        labels = {value.key: value.label for value in values}
        total = sum(count for _, _, count in counted_lines)
        return cls(field, others, values, counts, labels, total, len(counted_lines) - len(offered))

    def matching(self, choice: FieldChoice) -> int | None:
        """Return how many contacts match a choice of the field; None where the counts do not add up to it."""
        if not is_partition(self.field) or not self.values:
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
