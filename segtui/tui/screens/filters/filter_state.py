"""What the form of the filters knows: the choice, what was counted for it, and what is to be shown. No widget here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from segtui.domain.search_terms import parse
from segtui.domain.text import counted
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.filters import Filter
from segtui.tui.screens.filters.filter_choice import (
    SINGLE,
    Choice,
    Found,
    Key,
    Value,
    days_typed,
    in_order,
    key_of,
    label_of,
    narrowed,
)


@dataclass(frozen=True, slots=True)
class Note:
    """The line below the box: a hint, or what is wrong."""

    sentence: str = ""
    wrong: bool = False


class FilterState:
    """The state of the form: one field is looked at, some values of each are chosen, some text was typed."""

    def __init__(self, query: ContactQuery, fields: Sequence[str]) -> None:
        self._query = query
        self.zone = ""
        """The name of the zone whose days are meant."""
        self.fields = tuple(fields)
        self.field = self.fields[0]
        self.choice = self._first = Choice(in_order(query.filters))
        self.typed = ""
        self._found: dict[str, Found] = {}
        self._counts: dict[frozenset[Key], int] = {}

    @property
    def changed(self) -> bool:
        """Whether something else is chosen than at first."""
        return self.choice.keys != self._first.keys

    @property
    def query(self) -> ContactQuery:
        """The query with what is chosen."""
        return self.query_of(self.choice)

    def query_of(self, choice: Choice) -> ContactQuery:
        """Return the query with another choice."""
        return replace(self._query, filters=choice.filters)

    @property
    def chosen(self) -> dict[str, int]:
        """How many values of each field are chosen."""
        return {field: len(self.choice.of(field)) for field in self.fields}

    def look_at(self, field: str) -> None:
        """Look at another field."""
        self.field, self.typed = field, ""

    def toggle(self, wanted: Filter) -> None:
        """Choose a value, or no longer."""
        self.choice = self.choice.toggled(wanted)
        self._add_up()

    def clear(self) -> None:
        """Choose nothing."""
        self.choice = Choice()
        self._add_up()

    # What is known of it

    @property
    def besides(self) -> frozenset[Key]:
        """What is chosen of the other fields: the values of this one are counted under that."""
        return Choice(self.choice.besides(self.field)).keys

    @property
    def is_known(self) -> bool:
        """Whether the values that are shown are counted under what is chosen now."""
        found = self._found.get(self.field)
        return found is not None and found.besides == self.besides

    @property
    def is_new(self) -> bool:
        """Whether there are no values of the field to show yet, not even old ones."""
        return self.field not in self._found

    @property
    def uncounted(self) -> list[Choice]:
        """What still has to be counted: the choice itself, unless that follows from the values, and typed days."""
        days = self._beside_the_found if self.field == "added" else []
        wanted = [self._with(value.filter) for value in days if value.count is None]
        # Where every contact has one value, the counts of the values say it, and they are being asked for.
        if self.total is None and self.field not in SINGLE:
            wanted.insert(0, self.choice)
        return [choice for choice in wanted if choice.keys not in self._counts]

    @property
    def total(self) -> int | None:
        """How many contacts match the choice; None while that is not known."""
        return self._counts.get(self.choice.keys)

    def take_values(self, field: str, found: Found) -> None:
        """Take the values of a field."""
        self._found[field] = found
        self._add_up()

    def take_counts(self, counts: Mapping[frozenset[Key], int]) -> None:
        """Take how many contacts match some choices."""
        self._counts.update(counts)

    def _add_up(self) -> None:
        """Note how many contacts match, where that follows from the values that are shown."""
        if self.is_known:
            total = self._found[self.field].matching(self.field, self.choice.of(self.field))
            if total is not None:
                self._counts[self.choice.keys] = total

    def _with(self, wanted: Filter) -> Choice:
        """Return the choice in which this is the only value of its field."""
        return Choice(in_order((*self.choice.besides(wanted.field), wanted)))

    # What is shown

    @property
    def values(self) -> list[Value]:
        """The values of the field that fit what was typed; first those that are chosen but not had by any contact."""
        found = self._found.get(self.field)
        values = [*self._beside_the_found, *(found.values if found else ())]
        typed = self._typed_days
        if typed is not None:
            return [value for value in values if value.key == key_of(typed)]
        return narrowed(values, parse(self.typed))

    @property
    def _typed_days(self) -> Filter | None:
        return days_typed(self.typed).filter if self.field == "added" else None

    @property
    def _beside_the_found(self) -> list[Value]:
        """What is chosen or typed and not among what was found. How many have some days has to be counted apart."""
        found = self._found.get(self.field)
        typed = self._typed_days
        wanted = in_order((*self.choice.of(self.field), *([typed] if typed else [])))
        missing = [each for each in wanted if found is None or key_of(each) not in found.counts]
        return [Value.of(each, label_of(each), self._count_beside(each)) for each in missing]

    def _count_beside(self, wanted: Filter) -> int | None:
        if self.field == "added":
            return self._counts.get(self._with(wanted).keys)
        return 0 if self.is_known else None

    def note(self, shown: int) -> Note:
        """Return what to say below the box, where so many values are shown."""
        typed = bool(self.typed.strip())
        if self.field == "added":
            if not typed:
                return Note(f"Days are those of {self.zone}." if self.zone else "")
            days = days_typed(self.typed)
            return Note() if days.filter or shown else Note(days.sentence, days.wrong)
        found = self._found.get(self.field)
        if found is None:
            return Note()
        if not shown:
            return Note("No value has that in it." if typed else "No contact to choose from.")
        rest = f", and {found.left_out:,} rarer ones" if found.left_out else ""
        return Note(f"{counted(shown, 'value', len(found.values) if typed else None)}{rest}")
