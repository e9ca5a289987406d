"""Filters on contacts: small values that say what they mean in SQL and in a sentence."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from segtui.database.tables.core_tables import contacts, memberships
from segtui.domain import search_terms
from segtui.domain.contact import LABELS
from segtui.domain.search_terms import Search
from segtui.domain.text import clean, fold, require_length
from segtui.errors import InvalidInput
from segtui.services.contacts import sort_keys
from segtui.services.session import Transaction, stored

FIELDS = ("source", "status", "state", "do_not_call", "added", "segment")
_YES = ("yes", "true", "1")
_NO = ("no", "false", "0")
MAX_FILTERS = 100
"""Filters in one request: a database refuses a condition of a thousand parts."""
PERIODS = {"today": "today", "7d": "in the last 7 days", "30d": "in the last 30 days", "year": "this year"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition: `field` is one of FIELDS. A blank value of source, status or state means that there is none."""

    field: str
    value: str

    @property
    def text(self) -> str:
        """The filter as it is written on a command line: `source=Webinar`. `parse` reads it again."""
        return f"{self.field}={self.value}"

    @property
    def sentence(self) -> str:
        """What it means in words."""
        if self.field == "segment":
            return "in no segment"
        if self.field == "do_not_call":
            return "do not call" if self.value in _YES else "may be called"
        if self.field == "added":
            if self.value in PERIODS:
                return f"added {PERIODS[self.value]}"
            first, last = _range(self.value)
            if first and last:
                return f"added from {first} to {last}"
            return f"added since {first}" if first else f"added until {last}"
        return f"{LABELS[self.field]}: {clean(self.value) or 'none'}"


def parse(text: str) -> Filter:
    """Return the filter written as FIELD=VALUE. Raises InvalidInput with what would be right."""
    require_length(text, "A filter", "filter")
    name, sign, value = text.partition("=")
    name, value = name.strip().casefold(), value.strip()
    if not sign or name not in FIELDS:
        raise InvalidInput(
            f"A filter is FIELD=VALUE, with one of {', '.join(FIELDS)}: “{clean(text)}” is not.", "filter"
        )
    if name in ("do_not_call", "added", "segment"):
        value = value.casefold()
    if name == "do_not_call" and value not in _YES + _NO:
        raise InvalidInput("do_not_call is yes or no.", "filter")
    if name == "segment" and value != "none":
        raise InvalidInput("The only filter by segment is segment=none; to look into one use --segment NAME.", "filter")
    if name == "added" and value not in PERIODS:
        value = value.upper() if ".." in value else value
        _range(value)
    return Filter(name, value)


def condition(tx: Transaction, filters: Iterable[Filter], zone: tzinfo | None) -> ColumnElement[bool]:
    """Return the condition that all filters hold; several of one field mean either."""
    by_field: dict[str, list[ColumnElement[bool]]] = {}
    filters = list(filters)
    if len(filters) > MAX_FILTERS:
        raise InvalidInput(f"At most {MAX_FILTERS} filters can be given; these are {len(filters):,}.", "filter")
    for each in filters:
        by_field.setdefault(each.field, []).append(_condition(tx, each, zone))
    return and_(true(), *(or_(false(), *alternatives) for alternatives in by_field.values()))


def _condition(tx: Transaction, wanted: Filter, zone: tzinfo | None) -> ColumnElement[bool]:
    if wanted.field == "segment":
        inside = select(memberships.c.contact_id).where(
            tx.scope(memberships),
            memberships.c.company_id == contacts.c.company_id,
            memberships.c.contact_id == contacts.c.id,
        )
        return ~inside.exists()
    if wanted.field == "do_not_call":
        return contacts.c.do_not_call == (1 if wanted.value in _YES else 0)
    if wanted.field == "added":
        first, last = _days(wanted.value, datetime.now(zone).date())
        bounds = []
        if first:
            bounds.append(contacts.c.created_at >= _midnight(first, zone))
        if last:
            bounds.append(contacts.c.created_at < _midnight(last + timedelta(days=1), zone))
        return and_(*bounds)
    same = sort_keys.folded(tx, wanted.field)
    value = fold(wanted.value)
    if not value:
        return same.is_(None)
    if not tx.backend.search.serves_conditions:
        return same == value
    return and_(tx.backend.contains(contacts.c.search, _line(wanted)), same == value)


def clauses(filters: Iterable[Filter]) -> Search:
    """Return what must be true of the search text of a contact that passes: what an index of trigrams can narrow.

    It is necessary, not sufficient; `condition` decides. Nothing follows from a blank value, or where a value lies in
    no search text.
    """
    by_field: dict[str, list[tuple[str, ...]]] = {}
    for each in filters:
        by_field.setdefault(each.field, []).append((_line(each),) if fold(each.value) else ())
    searched = (found for field, found in by_field.items() if field in search_terms.SEARCHED_FIELDS and all(found))
    return tuple(search_terms.Clause(tuple(found)) for found in searched)


def _line(wanted: Filter) -> str:
    """Return how the line of a value begins and, where another one follows, ends."""
    is_last = wanted.field == search_terms.SEARCHED_FIELDS[-1]
    return search_terms.field_text(wanted.value) + ("" if is_last else "\n")


def _days(value: str, today: date) -> tuple[date | None, date | None]:
    if value == "today":
        return today, None
    if value == "year":
        return today.replace(month=1, day=1), None
    if value in PERIODS:
        return today - timedelta(days=int(value.removesuffix("d")) - 1), None
    return _range(value)


def _range(value: str) -> tuple[date | None, date | None]:
    """Return the first and the last day of `FROM..TO`; one of them may be left out, and one day is a range too."""
    first, dots, last = value.partition("..")
    if not dots:
        last = first
    days = tuple(_day(text.strip()) for text in (first, last))
    if days == (None, None) or (days[0] and days[1] and days[0] > days[1]):
        raise _bad_range(value)
    return days[0], days[1]


def _day(text: str) -> date | None:
    if not text:
        return None
    if not _DAY.fullmatch(text):
        raise _bad_range(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _bad_range(text) from None


def _bad_range(text: str) -> InvalidInput:
    return InvalidInput(
        f"added is today, 7d, 30d, year, or days such as 2026-01-01..2026-01-31; “{clean(text)}” is none of these.",
        "filter",
    )


def _midnight(day: date, zone: tzinfo | None) -> int:
    start = datetime.combine(day, time(), zone)
    return stored(start.astimezone() if zone is None else start)
