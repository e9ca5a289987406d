"""What is chosen in the form of the filters, and what there is to choose from. No widget here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from segtui.domain.contact import LABELS
from segtui.domain.search_terms import Search, field_text
from segtui.domain.text import clean, fold
from segtui.errors import InvalidInput
from segtui.services.contacts import filters
from segtui.services.contacts.filters import FIELDS, Filter

if TYPE_CHECKING:
    from segtui.services.contacts.facets import FacetValue

FIELD_LABELS: Mapping[str, str] = {field: LABELS.get(field, field.capitalize()) for field in FIELDS}
"""How each field is called on the screen."""

SINGLE: Final = frozenset({"source", "status", "state", "do_not_call"})
"""Fields of which every contact has exactly one value: the counts of those chosen add up to what matches."""

MOST_VALUES: Final = 20_000
"""So many values are offered: narrowing them must keep up with the keys."""

Key = tuple[str, str]
"""What tells two filters apart: the field, and the value without regard to case and accents."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BEGUN = re.compile(r"[\d.\- ]*")
HOW_DAYS_ARE_WRITTEN: Final = "Write a day as 2026-01-31, a range as FROM..TO."


def key_of(wanted: Filter) -> Key:
    """Return what two filters that mean the same have in common."""
    if wanted.field == "do_not_call":
        return wanted.field, "yes" if wanted.value.casefold() in {"yes", "true", "1"} else "no"
    return wanted.field, fold(wanted.value)


@dataclass(frozen=True, slots=True)
class Value:
    """One value to choose: what it filters, what it is called, how many have it (None while that is not counted)."""

    filter: Filter
    label: str
    count: int | None
    key: Key
    """What tells it apart."""
    text: str
    """What is searched when the values are narrowed."""

    @classmethod
    def of(cls, wanted: Filter, label: str, count: int | None) -> "Value":
        """Return the value that stands for a filter."""
        return cls(wanted, label, count, key_of(wanted), field_text(label))


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen filters, those of one field beside each other."""

    filters: tuple[Filter, ...] = ()

    @property
    def keys(self) -> frozenset[Key]:
        """What is chosen, for comparing."""
        return frozenset(map(key_of, self.filters))

    def of(self, field: str) -> tuple[Filter, ...]:
        """Return what is chosen of one field."""
        return tuple(each for each in self.filters if each.field == field)

    def besides(self, field: str) -> tuple[Filter, ...]:
        """Return what is chosen of all other fields."""
        return tuple(each for each in self.filters if each.field != field)

    def toggled(self, wanted: Filter) -> "Choice":
        """Return the choice with this filter, or without it where it is chosen already."""
        key = key_of(wanted)
        left = tuple(each for each in self.filters if key_of(each) != key)
        return Choice(left) if len(left) < len(self.filters) else Choice(in_order((*self.filters, wanted)))

    @property
    def sentence(self) -> str:
        """What it means in words: "source: Webinar or source: Fair; do not call"."""
        by_field: dict[str, list[str]] = {}
        for each in self.filters:
            by_field.setdefault(each.field, []).append(each.sentence)
        return "; ".join(" or ".join(sentences) for sentences in by_field.values())


def in_order(chosen: Iterable[Filter]) -> tuple[Filter, ...]:
    """Return filters field by field, each once."""
    once = {key_of(each): each for each in chosen}
    return tuple(sorted(once.values(), key=lambda each: FIELDS.index(each.field)))


@dataclass(frozen=True, slots=True)
class Found:
    """The values of a field, and what was chosen of the other fields when they were counted."""

    besides: frozenset[Key]
    values: tuple[Value, ...]
    counts: Mapping[Key, int]
    total: int
    """How many contacts all values have together, those left out included."""
    left_out: int = 0
    """How many of the rarest values are not among `values`, because nobody looks through so many."""

    @classmethod
    def of(cls, besides: frozenset[Key], found: Sequence["FacetValue"], chosen: Iterable[Filter] = ()) -> "Found":
        """Return what a facet found, the most frequent first. What is chosen is never left out."""
        kept = list(found[:MOST_VALUES])
        keys = {key_of(each) for each in chosen}
        if keys:
            kept.extend(each for each in found[MOST_VALUES:] if key_of(each.filter) in keys)
        values = tuple(Value.of(each.filter, each.label, each.count) for each in kept)
        counts = {value.key: value.count or 0 for value in values}
        return cls(besides, values, counts, sum(each.count for each in found), len(found) - len(kept))

    def matching(self, field: str, chosen: Iterable[Filter]) -> int | None:
        """Return how many contacts have one of the chosen values, or any; None where the counts do not add up."""
        if field not in SINGLE:
            return None
        keys = {key_of(each) for each in chosen}
        return sum(self.counts.get(key, 0) for key in keys) if keys else self.total


def narrowed(values: list[Value], search: Search) -> list[Value]:
    """Return the values that a search finds."""
    for clause in search:
        patterns = clause.alternatives[0]
        if len(clause.alternatives) == len(patterns) == 1:
            # Nearly always, and much faster: this runs with every key.
            [pattern] = patterns
            values = [value for value in values if pattern in value.text]
        else:
            values = [value for value in values if clause.matches(value.text)]
    return values


def label_of(wanted: Filter) -> str:
    """Return what a value is called beside the name of its field."""
    sentence = wanted.sentence
    return sentence.removeprefix("added ").removeprefix(f"{FIELD_LABELS[wanted.field]}: ")


@dataclass(frozen=True, slots=True)
class TypedDays:
    """What somebody typed as days: the filter it is so far, or the sentence that says what is missing or wrong."""

    filter: Filter | None = None
    sentence: str = ""
    wrong: bool = False


def days_typed(text: str) -> TypedDays:
    """Read what was typed where days are asked for."""
    text = text.strip()
    if not text:
        return TypedDays()
    try:
        return TypedDays(filters.parse(f"added={text}"))
    except InvalidInput:
        pass
    days = [day for part in text.split("..") if _DAY.fullmatch(day := part.strip())]
    for day in days:
        if not _exists(day):
            return TypedDays(sentence=f"There is no day {clean(day)}.", wrong=True)
    if len(days) == 2 and days[0] > days[1]:
        return TypedDays(sentence="The first day comes after the last.", wrong=True)
    return TypedDays(sentence=HOW_DAYS_ARE_WRITTEN, wrong=_BEGUN.fullmatch(text) is None)


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
