"""State of the filter form: the selection, its counts, and the values on offer. No widget here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from segtui.domain.search_terms import parse
from segtui.domain.text import counted
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.filter_fields import FILTER_FIELDS, FilterField
from segtui.services.contacts.filters import Filter
from segtui.tui.screens.filters.filter_choice import (
    FieldValues,
    FilterKey,
    Selection,
    Value,
    key_of,
    narrowed,
    ordered,
)


@dataclass(frozen=True, slots=True)
class Note:
    """The line below the box: a hint, or what is wrong."""

    sentence: str = ""
    wrong: bool = False


class FilterState:
    """The open field with its text box, the selected values of every field, and the counts so far."""

    def __init__(self, query: ContactQuery, fields: Sequence[str]) -> None:
        self._query = query
        self.zone_name = ""
        """The time zone in which days begin."""
        self.fields = tuple(fields)
        self.field = self.fields[0]
        self.selection = self._initial = Selection(ordered(query.filters))
        self.typed = ""
        self._values: dict[str, FieldValues] = {}
        self._counts: dict[frozenset[FilterKey], int] = {}

    @property
    def declaration(self) -> FilterField:
        """The declaration of the open field."""
        return FILTER_FIELDS[self.field]

    @property
    def changed(self) -> bool:
        """True where the selection differs from the initial one."""
        return self.selection.keys != self._initial.keys

    @property
    def query(self) -> ContactQuery:
        """The query with the selected filters."""
        return self.query_with(self.selection)

    def query_with(self, selection: Selection) -> ContactQuery:
        """Return the query with another selection."""
        return replace(self._query, filters=selection.filters)

    @property
    def selected_counts(self) -> dict[str, int]:
        """The number of selected values of each field."""
        return {field: len(self.selection.in_field(field)) for field in self.fields}

    def open_field(self, field: str) -> None:
        """Open another field, with an empty box."""
        self.field, self.typed = field, ""

    def toggle(self, value: Filter) -> None:
        """Select a value, or take it out of the selection."""
        self.selection = self.selection.toggled(value)
        self._add_up()

    def clear(self) -> None:
        """Empty the selection."""
        self.selection = Selection()
        self._add_up()

    # Counts

    @property
    def other_keys(self) -> frozenset[FilterKey]:
        """The selection in the other fields, under which the values of the open field are counted."""
        return Selection(self.selection.outside_field(self.field)).keys

    @property
    def is_counted(self) -> bool:
        """True where the values on the screen are counted under the present selection."""
        values = self._values.get(self.field)
        return values is not None and values.other_keys == self.other_keys

    @property
    def is_unseen(self) -> bool:
        """True while there are no values of the open field, not even old ones."""
        return self.field not in self._values

    @property
    def uncounted(self) -> list[Selection]:
        """Selections that need a count: the present one, unless the values add up to it, and typed days."""
        extra = self._extra_values if self.declaration.takes_typed_values else []
        selections = [self._alone(value.filter) for value in extra if value.count is None]
        # Where every contact has one value, the counts of the values say it, and they are being asked for.
        if self.total is None and not self.declaration.is_partition:
            selections.insert(0, self.selection)
        return [selection for selection in selections if selection.keys not in self._counts]

    @property
    def total(self) -> int | None:
        """The number of contacts that match the selection; None while that is not counted."""
        return self._counts.get(self.selection.keys)

    def set_values(self, field: str, values: FieldValues) -> None:
        """Store the values of a field."""
        self._values[field] = values
        self._add_up()

    def set_counts(self, counts: Mapping[frozenset[FilterKey], int]) -> None:
        """Store the number of contacts that match each selection."""
        self._counts.update(counts)

    def _add_up(self) -> None:
        """Store the total where the counts of the values add up to it."""
        if self.is_counted:
            total = self._values[self.field].matching(self.field, self.selection.in_field(self.field))
            if total is not None:
                self._counts[self.selection.keys] = total

    def _alone(self, value: Filter) -> Selection:
        """Return the selection in which this is the only value of its field."""
        return Selection(ordered((*self.selection.outside_field(value.field), value)))

    # Display

    @property
    def values(self) -> list[Value]:
        """The values of the open field that match the typed text; selected values that no contact has come first."""
        offered = self._values.get(self.field)
        values = [*self._extra_values, *(offered.values if offered else ())]
        typed = self._typed_value
        if typed is not None:
            return [value for value in values if value.key == key_of(typed)]
        return narrowed(values, parse(self.typed))

    @property
    def _typed_value(self) -> Filter | None:
        value = self.declaration.typed(self.typed).value
        return None if value is None else Filter(self.field, value)

    @property
    def _extra_values(self) -> list[Value]:
        """Selected and typed values that are not among those on offer; ranges of days need a count of their own."""
        offered = self._values.get(self.field)
        typed = self._typed_value
        filters = ordered((*self.selection.in_field(self.field), *([typed] if typed else [])))
        missing = [value for value in filters if offered is None or key_of(value) not in offered.counts]
        return [
            Value.from_filter(value, value.declaration.value_words(value.value), self._extra_count(value))
            for value in missing
        ]

    def _extra_count(self, value: Filter) -> int | None:
        if self.declaration.takes_typed_values:
            return self._counts.get(self._alone(value).keys)
        return 0 if self.is_counted else None

    def note(self, value_count: int) -> Note:
        """Return the line below the box, with `value_count` values on the screen."""
        has_text = bool(self.typed.strip())
        if self.declaration.takes_typed_values:
            if not has_text:
                return Note(self.declaration.hint(self.zone_name))
            typed = self.declaration.typed(self.typed)
            return Note() if typed.value is not None or value_count else Note(typed.sentence, typed.wrong)
        offered = self._values.get(self.field)
        if offered is None:
            return Note()
        if not value_count:
            return Note("No value has that in it." if has_text else "No contact to choose from.")
        rest = f", and {offered.omitted:,} rarer ones" if offered.omitted else ""
        return Note(f"{counted(value_count, 'value', len(offered.values) if has_text else None)}{rest}")
