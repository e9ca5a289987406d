"""Reference of expressions for help texts: the operators and the fields, each with an example."""

from collections.abc import Sequence
from typing import Final

from segtui.domain.criteria.fields import FIELDS, CriteriaField, Kind
from segtui.domain.day_ranges import PERIODS
from segtui.domain.vocabulary import words

Row = tuple[str, str]
"""A part of an expression, and its explanation."""

OPERATOR_ROWS: Final[Sequence[Row]] = (
    ("= !=", "Is, or is not: source = Webinar. Case and accents make no difference; != includes blanks."),
    ("~ !~ ^", "Contains, does not contain, begins with: city ~ phoenix, name ^ jo."),
    ("< <= > >=", "Compare days in fields of days, numbers elsewhere: added >= 2026-01-31, calls < 3."),
    ("in (…)", "Is one of a list: state in (AZ, CA). The opposite is not in (…)."),
    ("is blank", "Has no value, or has one: email is blank, email is not blank."),
    ("in last N days", "The last days, today among them: added in last 7 days."),
    ("and or not ( )", "Join conditions; not binds first, then and: not (source = Webinar or state = AZ)."),
    ('"…"', 'Quotes a value with blanks or signs: source = "Trade Show".'),
)
"""The operators of expressions. The examples are expressions."""
_VALUES: Final[dict[Kind, str]] = {
    "phone": "a number, or with ~ and ^ a part of one",
    "flag": "yes or no",
    "day": "a day such as 2026-01-31",
    "number": "a whole number",
}
CUSTOM_ROW: Final[Row] = ("custom.NAME", 'A custom field, in quotes where it has blanks: custom."Plan type" = pro.')


def field_rows(*, in_segment: bool = False) -> list[Row]:
    """Return the fields, each with its meaning and its values; custom fields are one row."""
    declared = [field for field in FIELDS.values() if in_segment or not field.segment_only]
    return [*((field.name, _explained(field)) for field in declared), CUSTOM_ROW]


def where_help() -> str:
    """Return an example and the operators of expressions, for the help of a command."""
    return (
        "an expression, such as 'source = Webinar and state in (AZ, CA) and added in last 7 days'. Operators: =, !=, "
        "~ (contains), !~, ^ (begins with), <, <=, >, >=, in (A, B), is blank, is not blank, in last N days; and, or, "
        "not, parentheses."
    )


def filter_help() -> str:
    """Return the fields and the values of FIELD=VALUE, for the help of a command."""
    names = [field.name for field in FIELDS.values() if not field.segment_only]
    return (
        f"{', '.join(names)} or custom.NAME. No value means blank; days are {', '.join(PERIODS)}, a day, a month "
        "(2026-01) or FROM..TO; segment=none means in no segment"
    )


def _explained(field: CriteriaField) -> str:
    meaning = field.help[:1].upper() + field.help[1:] if field.help else field.label
    values = ", ".join(map(words, field.choices)) or _VALUES.get(field.kind, "")
    example = f", such as {field.example}" if field.example and field.kind != "day" else ""
    return f"{meaning}{f': {values}' if values else ''}{example}."
