"""Operands: the operators that each kind of field takes, and the checks of the values that were typed."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from segtui.domain.criteria.fields import CriteriaField, Kind
from segtui.domain.criteria.limits import MAX_LENGTH
from segtui.domain.criteria.nearest import nearest
from segtui.domain.criteria.numbers import MAX_DIGITS, number_of
from segtui.domain.criteria.tree import ORDER_OPERATORS, Comparison, Criteria, Operator, any_of
from segtui.domain.text import clean, fold, name_key, without_controls
from segtui.errors import InvalidInput

_BLANKS: Final[tuple[Operator, ...]] = ("is blank", "is not blank")
OPERATORS: Final[Mapping[Kind, tuple[Operator, ...]]] = {
    "text": ("=", "!=", "~", "!~", "^", *ORDER_OPERATORS, "in", *_BLANKS),
    "phone": ("=", "!=", "~", "!~", "^", "in", *_BLANKS),
    "flag": ("=", "!=", "in"),
    "day": ("=", "!=", *ORDER_OPERATORS, "in", *_BLANKS, "in last"),
    "number": ("=", "!=", *ORDER_OPERATORS, "in"),
    "choice": ("=", "!=", "in", *_BLANKS),
    "membership": ("=", "!=", "in", *_BLANKS),
}
"""The operators of each kind of field, in the order of messages."""
SPELLINGS: Final[Mapping[Operator, str]] = {"in": "in (…)", "in last": "in last N days"}
"""Operators whose name alone does not show how they are written."""
MAX_DAYS_BACK: Final = 36_500
"""Days of `in last N days`."""

_WHOLE: Final = re.compile(rf"[+-]?[0-9]{{1,{MAX_DIGITS}}}")
_ID: Final = re.compile(rf"#?[0-9]{{1,{MAX_DIGITS}}}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RANGE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII)
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_PERIOD: Final = re.compile(r"(\d{1,5})d", re.ASCII | re.IGNORECASE)
_YEARS: Final = (1900, 2999)
_FLAGS: Final = {"yes": "yes", "true": "yes", "1": "yes", "no": "no", "false": "no", "0": "no"}
# Characters of a value in a message.
_SHOWN: Final = 40


class InvalidOperand(InvalidInput):
    """An operator or a value that a field does not take; `index` is that of the value, None for the operator."""

    def __init__(self, message: str, index: int | None = None) -> None:
        super().__init__(message, "where")
        self.index = index


def comparison(field: CriteriaField, operator: Operator, values: Sequence[str] = (), *, region: str) -> Criteria:
    """Return the comparison of a field with typed values, which are checked and normalised.

    A blank value means `is blank`. `region` is for phones without a country. Raises InvalidOperand.
    """
    if operator not in OPERATORS[field.kind]:
        raise InvalidOperand(f"“{operator}” does not apply to {shown(field.name)}; it takes {operators_of(field)}.")
    if operator in _BLANKS:
        return Comparison(field.name, operator)
    if not values:
        raise InvalidOperand(f"“{operator}” needs a value.")
    if operator == "in last":
        return Comparison(field.name, operator, (_days_back(values[0]),))
    takes_blank = operator in ("=", "!=", "in") and "is blank" in OPERATORS[field.kind]
    operands: list[str] = []
    has_blank = False
    for index, typed in enumerate(values):
        value = without_controls(typed)
        if takes_blank and _is_blank(field, value):
            has_blank = True
            continue
        operands.append(_checked(field, operator, value, index, region))
    if operator != "in":
        return (
            Comparison(field.name, operator, tuple(operands)) if operands else _blank(field, positive=operator == "=")
        )
    parts = [_blank(field, positive=True)] if has_blank else []
    if operands:
        parts.append(Comparison(field.name, "in", tuple(operands)))
    return any_of(parts) or parts[0]


def operators_of(field: CriteriaField) -> str:
    """Return the operators of a field for a sentence: `=, != and in (…)`."""
    *others, last = (SPELLINGS.get(operator, operator) for operator in OPERATORS[field.kind])
    return f"{', '.join(others)} and {last}"


def shown(value: str) -> str:
    """Return a value as messages show it: clean and short."""
    value = clean(value[: _SHOWN + 1])
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"


def phone_digits(value: str) -> str:
    """Return the digits of a phone, or of a part of one."""
    return "".join(char for char in value if char.isascii() and char.isdigit())


def _blank(field: CriteriaField, *, positive: bool) -> Comparison:
    return Comparison(field.name, "is blank" if positive else "is not blank")


def _is_blank(field: CriteriaField, value: str) -> bool:
    return not (
        name_key(value) if field.kind == "membership" else fold(value) if field.kind == "text" else value.strip()
    )


def _checked(field: CriteriaField, operator: Operator, value: str, index: int, region: str) -> str:
    """Return one value, checked and normalised. Raises InvalidOperand."""
    if len(value) > MAX_LENGTH:
        raise InvalidOperand(f"A value has at most {MAX_LENGTH:,} characters; this one has {len(value):,}.", index)
    match field.kind:
        case "text":
            return _text(field, operator, value, index)
        case "phone":
            return _phone(field, operator, value, index, region)
        case "flag":
            return _flag(field, value, index)
        case "day":
            return _day(field, value, index)
        case "number":
            return _whole_number(field, value, index)
        case "choice":
            return _choice(field, value, index)
        case "membership":
            return _group(field, value, index)


def _text(field: CriteriaField, operator: Operator, value: str, index: int) -> str:
    if operator in ORDER_OPERATORS:
        if number_of(value) is None:
            raise InvalidOperand(
                f"“{operator}” compares numbers on {shown(field.name)}, such as 12.5; “{shown(value)}” is not one.",
                index,
            )
        return value.strip()
    if not fold(value):
        raise InvalidOperand(f"“{operator}” needs letters, digits or signs to look for.", index)
    return value


def _phone(field: CriteriaField, operator: Operator, value: str, index: int, region: str) -> str:
    if operator in ("~", "!~", "^"):
        digits = phone_digits(value)
        if not digits:
            raise InvalidOperand(
                f"“{operator}” looks for digits of the {field.name}; “{shown(value)}” has none.", index
            )
        return digits
    from segtui.domain.phones import looks_like_e164, to_e164

    number = to_e164(value, region)
    if number is None and looks_like_e164(value.strip()):
        return value.strip()  # it may have been a valid number when it was stored
    if number is None:
        raise InvalidOperand(
            f"“{shown(value)}” is not a valid phone number (read for {region}); to look for a part of one, write ~.",
            index,
        )
    return number


def _flag(field: CriteriaField, value: str, index: int) -> str:
    flag = _FLAGS.get(value.strip().casefold())
    if flag is None:
        raise InvalidOperand(f"{field.name} is yes or no; “{shown(value)}” is neither.", index)
    return flag


def _whole_number(field: CriteriaField, value: str, index: int) -> str:
    if _WHOLE.fullmatch(value.strip()) is None:
        raise InvalidOperand(f"{field.name} is a whole number such as 2; “{shown(value)}” is not one.", index)
    return str(int(value))


def _day(field: CriteriaField, value: str, index: int) -> str:
    day = value.strip()
    if day.casefold() == "today":
        raise InvalidOperand("A day is written as 2026-01-31; for today, write in last 1 day.", index)
    if _DAY.fullmatch(day) is None:
        hint = _period_hint(field, day) or f"“{shown(value)}” is not one."
        raise InvalidOperand(f"A day is written as 2026-01-31; {hint}", index)
    try:
        year = date.fromisoformat(day).year
    except ValueError:
        raise InvalidOperand(f"There is no day {day}.", index) from None
    if not _YEARS[0] <= year <= _YEARS[1]:
        raise InvalidOperand(f"A day lies in the years {_YEARS[0]} to {_YEARS[1]}; {day} does not.", index)
    return day


def _period_hint(field: CriteriaField, text: str) -> str:
    """Return a period that is typed in place of a day (a range, a month, `7d`) as an expression; "" for other text."""
    name = field.name
    if match := _RANGE.fullmatch(text):
        return f"for a range, write {name} >= {match[1]} and {name} <= {match[2]}."
    if match := _MONTH.fullmatch(text):
        year, month = int(match[1]), int(match[2])
        following = f"{year + month // 12:04}-{month % 12 + 1:02}-01"
        return f"for a month, write {name} >= {text}-01 and {name} < {following}."
    if match := _PERIOD.fullmatch(text):
        return f"for a period, write {name} in last {match[1]} days."
    return ""


def _days_back(value: str) -> str:
    days = value.strip()
    if _WHOLE.fullmatch(days) is None or not 1 <= int(days) <= MAX_DAYS_BACK:
        raise InvalidOperand(
            f"“in last N days” takes a number from 1 to {MAX_DAYS_BACK:,}; “{shown(value)}” is not one.", 0
        )
    return str(int(days))


def _choice(field: CriteriaField, value: str, index: int) -> str:
    if not field.choices:
        return _region(value, index)
    choice = "_".join(value.casefold().replace("-", " ").replace("_", " ").split())
    if choice in field.choices:
        return choice
    near = nearest(value, field.choices)
    hint = f"; did you mean {near}?" if near else "."
    raise InvalidOperand(
        f"{field.name} is one of {', '.join(field.choices)}; “{shown(value)}” is none of them{hint}", index
    )


def _region(value: str, index: int) -> str:
    from segtui.domain.countries import region_of
    from segtui.domain.phones import is_region

    code = value.strip().upper()
    region = code if len(code) == 2 and is_region(code) else region_of(value)
    if region is None:
        raise InvalidOperand(f"A region is a country such as US or Canada; “{shown(value)}” is not one.", index)
    return region


def _group(field: CriteriaField, value: str, index: int) -> str:
    if field.name != "import":
        return value.strip()
    if _ID.fullmatch(value.strip()) is None:
        raise InvalidOperand(f"An import is given by its id, such as 17; “{shown(value)}” is not one.", index)
    return str(int(value.strip().removeprefix("#")))
