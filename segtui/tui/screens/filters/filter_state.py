"""State of the filter form: the criteria, the open field with its values, and the counts. No widget here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from segtui.domain.criteria.canonical import text_of
from segtui.domain.criteria.fields import Catalog, CriteriaField, in_offered_order
from segtui.domain.criteria.tree import Comparison, Criteria
from segtui.domain.search_terms import field_text, parse
from segtui.domain.text import clean, counted
from segtui.services.contacts.contact_query import ContactQuery
from segtui.tui.screens.filters.field_choice import (
    FieldChoice,
    Line,
    choice_of,
    chosen_counts,
    equals,
    further_parts,
    key_of,
    outside_field,
    with_choice,
    without_part,
)
from segtui.tui.screens.filters.filter_context import FilterContext, FilterPart
from segtui.tui.screens.filters.offered_values import FieldValues, Value, is_partition, narrowed
from segtui.tui.screens.filters.typed_lines import Typed, hint_of, line_words, typed_lines


@dataclass(frozen=True, slots=True)
class Note:
    """The line below the box: a hint, or a problem."""

    sentence: str = ""
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class ChosenCriteria:
    """The result of the filter form; without criteria every contact matches."""

    criteria: Criteria | None


class FilterState:
    """The criteria with their text, the open field with its text box, and the counts so far.

    `problem` is the sentence on text that cannot be read; the criteria are then the last ones that could.
    """

    def __init__(self, query: ContactQuery, context: FilterContext) -> None:
        self._query = query
        self.context = context
        self.zone_name = str(context.zone or "")
        """The time zone in which days begin."""
        self.fields = _offered_fields(context.catalog)
        self.field = self.fields[0]
        self.criteria = self._initial = query.criteria
        self.text = _text(query.criteria)
        self.problem = ""
        self.typed = ""
        self.unused_texts: dict[str, str] = {}
        """The text typed in the box of each other field that no value was chosen for."""
        self.typed_field = ""
        """Text by which the fields are narrowed."""
        self._values: dict[str, FieldValues] = {}
        self._counts: dict[Criteria | None, int] = {}

    # Criteria

    @property
    def changed(self) -> bool:
        """True where the criteria differ from the initial ones, or cannot be read."""
        return self.criteria != self._initial or bool(self.problem)

    @property
    def query(self) -> ContactQuery:
        """The query with the present criteria."""
        return self.query_with(self.criteria)

    def query_with(self, criteria: Criteria | None) -> ContactQuery:
        """Return the query with other criteria."""
        return replace(self._query, criteria=criteria)

    @property
    def choice(self) -> FieldChoice:
        """The choice of the open field."""
        return choice_of(self.criteria, self.field.name)

    @property
    def chosen_counts(self) -> dict[str, int]:
        """The number of chosen lines of each field that has some."""
        return chosen_counts(self.criteria)

    def toggle(self, line: Line) -> None:
        """Include a line of the open field, or take it out of the criteria."""
        self._set(with_choice(self.criteria, self.choice.toggled(line)))

    def toggle_exclusion(self, line: Line) -> None:
        """Exclude a line of the open field, or take it out of the criteria."""
        self._set(with_choice(self.criteria, self.choice.toggled_exclusion(line)))

    def clear(self) -> None:
        """Empty the criteria, and the boxes of the other fields."""
        self.unused_texts.clear()
        self._set(None)

    def _set(self, criteria: Criteria | None) -> None:
        self.criteria, self.text, self.problem = criteria, _text(criteria), ""
        self._add_up()

    def remove(self, part: Criteria) -> None:
        """Take one of the conjuncts out of the criteria."""
        self._set(without_part(self.criteria, part))

    @property
    def further_parts(self) -> tuple[FilterPart, ...]:
        """The conjuncts that no pane can edit."""
        return tuple(part for shown in further_parts(self.criteria) for part in self.context.parts(shown))

    def read_text(self, text: str, criteria: Criteria | None) -> None:
        """Take edited text and the criteria that it was read as."""
        self.criteria, self.text, self.problem = criteria, text, ""
        self._add_up()

    def refuse_text(self, text: str, problem: str) -> None:
        """Take edited text that cannot be read, and the sentence on it."""
        self.text, self.problem = text, clean(problem)

    # Fields

    @property
    def fields_shown(self) -> list[CriteriaField]:
        """The fields whose label or name matches the text typed for it; all of them without one."""
        search = parse(self.typed_field)
        return [
            field
            for field in self.fields
            if all(clause.matches(field_text(f"{field.label} {field.name} {field.help}")) for clause in search)
        ]

    def open_field(self, name: str, unused_text: str = "") -> None:
        """Open another field, with the text that was left in its box; `unused_text` is left in the present one."""
        if unused_text:
            self.unused_texts[self.field.name] = unused_text
        self.field = next(field for field in self.fields if field.name == name)
        self.typed = self.unused_texts.pop(name, "")

    def step(self, step: int) -> str | None:
        """Return the name of the field `step` places further; None at the ends."""
        names = [field.name for field in self.fields_shown]
        if self.field.name not in names:
            return names[0] if names else None
        index = names.index(self.field.name) + step
        return names[index] if 0 <= index < len(names) else None

    # Counts

    @property
    def others(self) -> Criteria | None:
        """The criteria without the choice of the open field, under which its values are counted."""
        return outside_field(self.criteria, self.field.name)

    @property
    def has_values(self) -> bool:
        """True where the values of the open field are listed; those of others are too many, and are typed."""
        return self.field.has_facet or self.field.kind not in ("text", "phone")

    @property
    def is_counted(self) -> bool:
        """True where the values on the screen are counted under the present criteria."""
        values = self._values.get(self.field.name)
        return not self.has_values or (values is not None and values.others == self.others)

    @property
    def is_unseen(self) -> bool:
        """True while there are no values of the open field, not even old ones."""
        return self.has_values and self.field.name not in self._values

    @property
    def uncounted(self) -> list[Criteria | None]:
        """Criteria that need a count: the present ones, unless the values add up to them, and typed lines."""
        needed = [self._alone(value.line) for value in self._extra_values if value.count is None]
        # Not where the counts of the values, which are being requested, add up to the total.
        if self.total is None and not self._will_add_up:
            needed.insert(0, self.criteria)
        return [criteria for criteria in dict.fromkeys(needed) if criteria not in self._counts]

    @property
    def _will_add_up(self) -> bool:
        """True where values are being counted that probably add up to the total."""
        if self.is_counted:
            return False
        values = self._values.get(self.field.name)
        if values is None:
            return is_partition(self.field) and not self.choice.lines
        return values.matching(self.choice) is not None

    @property
    def total(self) -> int | None:
        """The number of contacts that match the criteria; None while that is not counted."""
        return self._counts.get(self.criteria)

    def set_values(self, values: FieldValues) -> None:
        """Store the values of a field."""
        self._values[values.field.name] = values
        self._add_up()

    def set_counts(self, counts: Mapping[Criteria | None, int]) -> None:
        """Store the number of contacts that match each of some criteria."""
        self._counts.update(counts)

    def _add_up(self) -> None:
        """Store the total where the counts of the values add up to it."""
        values = self._values.get(self.field.name)
        if self.is_counted and values is not None and (total := values.matching(self.choice)) is not None:
            self._counts[self.criteria] = total

    def _alone(self, line: Line) -> Criteria | None:
        """Return the criteria with this as the only line of its field."""
        return with_choice(self.criteria, FieldChoice(self.field.name, (line,)))

    # Display

    @property
    def values(self) -> list[Value]:
        """The lines of the open field that fit the typed text: chosen lines, values, and lines made from the text."""
        offered = self._values.get(self.field.name)
        listed = [*self._missing_choices, *(offered.values if offered else ())]
        if not self.typed.strip():
            return self._with_blank(listed)
        typed = self._typed_values
        if typed and self.field.kind in ("day", "number"):
            by_key = {value.key: value for value in listed}
            return [by_key.get(value.key, value) for value in typed]
        matches = narrowed(listed, parse(self.typed))
        keys = {value.key for value in matches}
        return [*matches, *(value for value in typed if value.key not in keys)]

    def _with_blank(self, listed: list[Value]) -> list[Value]:
        """Return values and, where they are not counted by themselves, the line of the contacts without one."""
        if self.has_values:
            return listed
        blank = self._value_of(equals(self.field.name, ""))
        return listed if blank.key in {value.key for value in listed} else [*listed, blank]

    @property
    def _extra_values(self) -> list[Value]:
        """Lines on the screen that are not among the values on offer: they need a count of their own."""
        offered = self._values.get(self.field.name)
        return [value for value in self.values if offered is None or value.key not in offered.counts]

    @property
    def _missing_choices(self) -> list[Value]:
        """Chosen lines that are not among the values on offer."""
        offered = self._values.get(self.field.name)
        lines = [line for line in self.choice.lines if offered is None or key_of(line) not in offered.counts]
        return [self._value_of(line) for line in lines]

    @property
    def _typed_values(self) -> list[Value]:
        return [self._value_of(line) for line in self._typed.lines]

    @property
    def _typed(self) -> Typed:
        return typed_lines(self.field, self.typed, region=self.context.catalog.region, today=self.context.today)

    def _value_of(self, line: Line) -> Value:
        offered = self._values.get(self.field.name)
        label = offered.label_of(line) if offered else line_words(line, self.field)
        return Value.from_line(line, label, self._counts.get(self._alone(line)))

    @property
    def hint(self) -> str:
        """The words in the empty box of the open field."""
        return hint_of(self.field)

    def known_values(self, field: str) -> list[str]:
        """Return the values of a field that are known so far, the most frequent first."""
        values = self._values.get(field)
        lines = [value.line for value in values.values] if values else []
        return [line.values[0] for line in lines if isinstance(line, Comparison) and line.operator == "="]

    def note(self, value_count: int) -> Note:
        """Return the line below the box, with `value_count` lines on the screen."""
        has_text = bool(self.typed.strip())
        if self.field.kind in ("day", "number"):
            if not has_text:
                return Note(f"Days are those of {self.zone_name}." if self.field.kind == "day" else "")
            return Note() if value_count else Note(self._typed.sentence, self._typed.wrong)
        offered = self._values.get(self.field.name)
        if not self.has_values:
            return Note("" if has_text else "Type a value, or a part of it.")
        if offered is None:
            return Note()
        if not offered.values and not has_text:
            return Note("No contact to choose from.")
        if not has_text:
            rest = f", and {offered.rarer_values:,} rarer ones" if offered.rarer_values else ""
            return Note(f"{counted(len(offered.values), 'value')}{rest}")
        matches = len(narrowed(offered.values, parse(self.typed)))
        return Note(counted(matches, "value", len(offered.values)) if matches else "No value contains that.")


def _text(criteria: Criteria | None) -> str:
    return "" if criteria is None else text_of(criteria)


def _offered_fields(catalog: Catalog) -> tuple[CriteriaField, ...]:
    """Return the fields of a catalog, the fields that are used most first."""
    fields: Iterable[CriteriaField | None] = map(catalog.find, in_offered_order(catalog.names()))
    return tuple(field for field in fields if field is not None)
