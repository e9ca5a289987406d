"""Fields that contacts can be filtered by, one declaration each.

`contacts … --filter` and its help, the filter form, the chips above a list, the counts of values, and the SQL are made
from the declarations. A new filter is one more line of FILTER_FIELDS.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any, ClassVar, Final

from sqlalchemy import Column, ColumnElement, and_, select

from segtui.database.tables.core_tables import contacts, memberships
from segtui.domain import day_ranges, search_terms
from segtui.domain.contact import LABELS, SEARCHED_FIELDS
from segtui.domain.day_ranges import TypedDays
from segtui.domain.text import clean, fold
from segtui.errors import InvalidInput
from segtui.services.contacts import sort_keys
from segtui.services.session import Transaction, stored


class FilterField(ABC):
    """A field to filter by. A filter is a field and a value; several values of one field mean either."""

    choices: ClassVar[tuple[str, ...]] = ()
    """Values that are offered, in this order; without them those that occur in `column`, the most frequent first."""
    is_partition: ClassVar[bool] = True
    """True where every contact has exactly one value, so that the counts of several values add up."""
    inside_segments: ClassVar[bool] = True
    """True where the filter is offered in the list of one segment too."""
    takes_typed_values: ClassVar[bool] = False
    """True where the form takes values that are typed (`typed`); elsewhere typing narrows the offered values."""
    placeholder: ClassVar[str] = "A part of a value"

    def __init__(self, name: str, label: str = "", *, help: str = "") -> None:  # noqa: A002 -- click's word for it
        self.name = name
        self.label = label or LABELS[name]
        self.help = help or name
        """The field and its values in the help of `--filter`."""

    @property
    def column(self) -> Column[Any] | None:
        """The column whose values are offered, where there are no `choices`."""
        return None

    @abstractmethod
    def checked(self, value: str) -> str:
        """Return a value as it is kept. Raises InvalidInput (`filter`)."""

    @abstractmethod
    def value_words(self, value: str) -> str:
        """Return a value in words, beside the name of the field."""

    def sentence(self, value: str) -> str:
        """Return the filter in words."""
        return self.value_words(value)

    def key(self, value: str) -> str:
        """Return the text in which equal values are equal."""
        return fold(value)

    @abstractmethod
    def condition(self, tx: Transaction, value: str, zone: tzinfo | None) -> ColumnElement[bool]:
        """Return the SQL condition on `contacts`. Days are those of `zone`; None is the system's."""

    def search_line(self, value: str) -> str:  # noqa: ARG002
        """Return what the search text of every match contains, which an index can find; blank where that is nothing."""
        return ""

    def typed(self, text: str) -> TypedDays:  # noqa: ARG002
        """Return the value that was typed into the form, or a sentence that says what is missing or wrong."""
        return TypedDays()

    def hint(self, zone: str) -> str:  # noqa: ARG002
        """Return the line below the empty box of the form; `zone` is the name of the zone of the days."""
        return ""


class TextFilter(FilterField):
    """A text field of contacts. Case and accents do not matter; a blank value finds contacts without a value."""

    @property
    def column(self) -> Column[Any]:
        """The column of the field."""
        return contacts.c[self.name]

    def checked(self, value: str) -> str:
        """Return the value; any text is one."""
        return value

    def value_words(self, value: str) -> str:
        """Return the value, or `none`."""
        return clean(value) or "none"

    def sentence(self, value: str) -> str:
        """Return the label and the value."""
        return f"{self.label}: {self.value_words(value)}"

    def condition(self, tx: Transaction, value: str, zone: tzinfo | None) -> ColumnElement[bool]:  # noqa: ARG002
        """Return that the folded column equals the folded value."""
        column, folded = sort_keys.folded(tx, self.name), fold(value)
        if not folded:
            return column.is_(None)
        line = self.search_line(value)
        if not line or not tx.backend.search.serves_conditions:
            return column == folded
        return and_(tx.backend.contains(contacts.c.search, line), column == folded)

    def search_line(self, value: str) -> str:
        """Return the beginning of the field's line in the search text, and the end of it where another line follows."""
        if not fold(value) or self.name not in SEARCHED_FIELDS:
            return ""
        return search_terms.field_text(value) + ("" if self.name == SEARCHED_FIELDS[-1] else "\n")


class FlagFilter(FilterField):
    """A field that is yes or no, with words for both."""

    choices = ("yes", "no")
    _YES: ClassVar = ("yes", "true", "1")
    _NO: ClassVar = ("no", "false", "0")

    def __init__(self, name: str, yes: str, no: str) -> None:
        super().__init__(name, help=f"{name} (yes, no)")
        self._words = (no, yes)

    def checked(self, value: str) -> str:
        """Return the value in small letters. Raises InvalidInput for anything but yes and no."""
        value = value.casefold()
        if value not in self._YES + self._NO:
            raise InvalidInput(f"{self.name} is yes or no.", "filter")
        return value

    def value_words(self, value: str) -> str:
        """Return the words for yes or no."""
        return self._words[self.key(value) == "yes"]

    def key(self, value: str) -> str:
        """Return `yes` or `no`."""
        return "yes" if value.casefold() in self._YES else "no"

    def condition(self, tx: Transaction, value: str, zone: tzinfo | None) -> ColumnElement[bool]:  # noqa: ARG002
        """Return that the flag is set, or is not."""
        return contacts.c[self.name] == (1 if self.key(value) == "yes" else 0)


class DayFilter(FilterField):
    """A time of contacts, filtered by days: periods, which overlap, and ranges."""

    choices = tuple(day_ranges.PERIODS)
    is_partition = False
    takes_typed_values = True
    placeholder = "A day, or FROM..TO"

    def __init__(self, name: str, column: ColumnElement[int]) -> None:
        super().__init__(name, help=f"{name} ({', '.join(day_ranges.PERIODS)}, FROM..TO)")
        self._time = column

    def checked(self, value: str) -> str:
        """Return the range as it is kept. Raises InvalidInput for text that is no range."""
        return day_ranges.checked_days(value, self.name)

    def value_words(self, value: str) -> str:
        """Return the range in words."""
        return day_ranges.words_of_days(value, self.name)

    def sentence(self, value: str) -> str:
        """Return the field and the range: `added since 2026-01-01`."""
        return f"{self.label.lower()} {self.value_words(value)}"

    def condition(self, tx: Transaction, value: str, zone: tzinfo | None) -> ColumnElement[bool]:  # noqa: ARG002
        """Return that the time lies within the days."""
        first, last = day_ranges.days_of(value, datetime.now(zone).date(), self.name)
        bounds = []
        if first:
            bounds.append(self._time >= stored(day_ranges.midnight(first, zone)))
        if last:
            bounds.append(self._time < stored(day_ranges.midnight(last + timedelta(days=1), zone)))
        return and_(*bounds)

    def typed(self, text: str) -> TypedDays:
        """Return the days that were typed."""
        return day_ranges.typed_days(text, self.name)

    def hint(self, zone: str) -> str:
        """Return the zone of the days."""
        return f"Days are those of {zone}." if zone else ""


class NoSegmentFilter(FilterField):
    """Contacts that are in no segment; contacts of a segment are found by its name instead."""

    choices = ("none",)
    is_partition = False
    inside_segments = False

    def checked(self, value: str) -> str:
        """Return `none`. Raises InvalidInput for anything else."""
        value = value.casefold()
        if value != "none":
            raise InvalidInput(
                f"The only filter by segment is {self.name}=none; to look into one use --segment NAME.", "filter"
            )
        return value

    def value_words(self, value: str) -> str:  # noqa: ARG002
        """Return the words."""
        return "in no segment"

    def condition(self, tx: Transaction, value: str, zone: tzinfo | None) -> ColumnElement[bool]:  # noqa: ARG002
        """Return that the contact has no membership."""
        inside = select(memberships.c.contact_id).where(
            tx.scope(memberships),
            memberships.c.company_id == contacts.c.company_id,
            memberships.c.contact_id == contacts.c.id,
        )
        return ~inside.exists()


_DECLARED: Final[tuple[FilterField, ...]] = (
    TextFilter("source"),
    TextFilter("status"),
    TextFilter("state"),
    FlagFilter("do_not_call", "do not call", "may be called"),
    DayFilter("added", contacts.c.created_at),
    NoSegmentFilter("segment", "Segment", help="segment=none"),
)
FILTER_FIELDS: Final[Mapping[str, FilterField]] = {field.name: field for field in _DECLARED}
"""Every field to filter by, by its name, in the order in which they are offered."""
FILTER_NAMES: Final = tuple(FILTER_FIELDS)


def help_text() -> str:
    """Return the fields and their values as the help of the command line lists them."""
    *others, last = (field.help for field in _DECLARED)
    return f"{', '.join(others)} or {last}"
