"""Filters as the command line takes them: FIELD=VALUE, a short form of the usual comparisons."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final

from segtui.domain import day_ranges
from segtui.domain.criteria.fields import CUSTOM, Catalog, CriteriaField
from segtui.domain.criteria.limits import MAX_COMPARISONS, require_expression_length
from segtui.domain.criteria.operands import InvalidOperand, comparison, shown
from segtui.domain.criteria.syntax_errors import no_such_field
from segtui.domain.criteria.tree import Comparison, Criteria, all_of, any_of, fields_of
from segtui.errors import InvalidInput

# `custom."Plan type"=pro` as in an expression; without quotes the name ends at the first equals sign.
_QUOTED: Final = re.compile(r'\s*custom\s*\.\s*"((?:[^"\\]|\\.)*)"\s*=(.*)', re.DOTALL | re.IGNORECASE)
_PERIOD: Final = re.compile(r"(\d{1,5})d")


def parse_filter(text: str, catalog: Catalog, *, today: date | None = None) -> Criteria:
    """Return the criteria of FIELD=VALUE; the value is taken as it is, without quotes.

    A blank value means `is blank`. Days are also `today`, `7d`, `year`, a month such as `2026-01`, and FROM..TO, which
    may be open at one end. `today` is the day in the company's time zone, by default the system's. Raises InvalidInput
    (`filter`).
    """
    require_expression_length(text, "A filter", "filter")
    name, value = _split(text)
    field = catalog.find(name)
    if field is None:
        raise InvalidInput(no_such_field(name, catalog), "filter")
    try:
        if field.kind == "day" and value:
            return _days(field, value, catalog.region, today)
        if field.kind == "membership" and value.casefold() == "none":
            return Comparison(field.name, "is blank")
        return comparison(field, "=", (value,), region=catalog.region)
    except InvalidOperand as error:
        raise InvalidInput(str(error), "filter") from None


def joined(filters: Iterable[Criteria]) -> Criteria | None:
    """Return the criteria that all filters hold; several of one field mean either. None for no filter.

    Raises InvalidInput (`filter`) for more than MAX_COMPARISONS.
    """
    filters = list(filters)
    if len(filters) > MAX_COMPARISONS:
        raise InvalidInput(f"At most {MAX_COMPARISONS} filters can be given; these are {len(filters):,}.", "filter")
    by_fields: dict[frozenset[str], list[Criteria]] = {}
    for criteria in filters:
        by_fields.setdefault(fields_of(criteria), []).append(criteria)
    return all_of(_either(alternatives) for alternatives in by_fields.values())


def _split(text: str) -> tuple[str, str]:
    """Return the name of a field and the value. Raises InvalidInput for text without an equals sign."""
    if match := _QUOTED.fullmatch(text):
        return CUSTOM + re.sub(r"\\([\"\\])", r"\1", match[1]), match[2].strip()
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise InvalidInput(f"A filter is FIELD=VALUE, such as source=Webinar; “{shown(text)}” is not.", "filter")
    return name.strip(), value.strip()


def _days(field: CriteriaField, value: str, region: str, today: date | None) -> Criteria:
    """Return the criteria of a period, a day or a range of days. Raises InvalidInput."""
    period = value.casefold()
    if period == "today":
        return comparison(field, "in last", ("1",), region=region)
    if match := _PERIOD.fullmatch(period):
        return comparison(field, "in last", (match[1],), region=region)
    if period == "year":
        first_day = (today or datetime.now(UTC).astimezone().date()).replace(month=1, day=1)
        return comparison(field, ">=", (first_day.isoformat(),), region=region)
    first, dots, last = (part.strip() for part in day_ranges.checked_days(value, field.name).partition(".."))
    if not dots:
        return comparison(field, "=", (first,), region=region)
    bounds = [comparison(field, ">=", (first,), region=region)] if first else []
    if last:
        bounds.append(comparison(field, "<=", (last,), region=region))
    return all_of(bounds) or bounds[0]


def _either(alternatives: list[Criteria]) -> Criteria:
    """Return the criteria that one of several filters of a field holds: one list where each is a value."""
    values = [part.values[0] for part in alternatives if isinstance(part, Comparison) and part.operator == "="]
    if len(values) < 2:
        return any_of(dict.fromkeys(alternatives)) or alternatives[0]
    others = [part for part in alternatives if not (isinstance(part, Comparison) and part.operator == "=")]
    distinct = tuple(dict.fromkeys(values))
    field = next(iter(fields_of(alternatives[0])))
    listed = Comparison(field, "in", distinct) if len(distinct) > 1 else Comparison(field, "=", distinct)
    return any_of([*dict.fromkeys(others), listed]) or listed
