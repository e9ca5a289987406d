"""Filters on contacts: small values that say what they mean in SQL and in a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy import ColumnElement, and_, false, or_, true

from segtui.domain import search_terms
from segtui.domain.search_terms import Search
from segtui.domain.text import clean, require_length
from segtui.errors import InvalidInput
from segtui.services.contacts.filter_fields import FILTER_FIELDS, FILTER_NAMES, FilterField
from segtui.services.session import Transaction

MAX_FILTERS = 100
"""Filters in one request: a database refuses a condition of a thousand parts."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition: `field` is one of FILTER_NAMES. A blank value of a text field finds contacts without a value."""

    field: str
    value: str

    @property
    def declaration(self) -> FilterField:
        """The declaration of its field."""
        return FILTER_FIELDS[self.field]

    @property
    def text(self) -> str:
        """The filter as it is written on a command line: `source=Webinar`. `parse` reads it again."""
        return f"{self.field}={self.value}"

    @property
    def sentence(self) -> str:
        """The filter in words."""
        return self.declaration.sentence(self.value)


def parse(text: str) -> Filter:
    """Return the filter written as FIELD=VALUE. Raises InvalidInput with what would be right."""
    require_length(text, "A filter", "filter")
    name, sign, value = text.partition("=")
    name = name.strip().casefold()
    if not sign or name not in FILTER_FIELDS:
        raise InvalidInput(
            f"A filter is FIELD=VALUE, with one of {', '.join(FILTER_NAMES)}: “{clean(text)}” is not.", "filter"
        )
    return Filter(name, FILTER_FIELDS[name].checked(value.strip()))


def condition(tx: Transaction, filters: Iterable[Filter], zone: tzinfo | None) -> ColumnElement[bool]:
    """Return the condition that all filters hold; several of one field mean either."""
    filters = list(filters)
    if len(filters) > MAX_FILTERS:
        raise InvalidInput(f"At most {MAX_FILTERS} filters can be given; these are {len(filters):,}.", "filter")
    by_field: dict[str, list[ColumnElement[bool]]] = {}
    for filter_ in filters:
        by_field.setdefault(filter_.field, []).append(filter_.declaration.condition(tx, filter_.value, zone))
    return and_(true(), *(or_(false(), *alternatives) for alternatives in by_field.values()))


def clauses(filters: Iterable[Filter]) -> Search:
    """Return clauses that the search text of every match fulfils, for an index of trigrams.

    They are necessary, not sufficient; `condition` decides. A field with a value that no search text shows gives none.
    """
    by_field: dict[str, list[str]] = {}
    for filter_ in filters:
        by_field.setdefault(filter_.field, []).append(filter_.declaration.search_line(filter_.value))
    return tuple(search_terms.Clause(tuple((line,) for line in lines)) for lines in by_field.values() if all(lines))
