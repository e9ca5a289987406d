"""Lines made from typed text in a pane of the filter form: parts of words, numbers and days. No widget here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from segtui.domain import day_ranges
from segtui.domain.criteria.fields import CriteriaField
from segtui.domain.criteria.numbers import number_of
from segtui.domain.criteria.operands import MAX_DAYS_BACK, phone_digits
from segtui.domain.criteria.tree import AllOf, Comparison, Operator
from segtui.domain.phones import to_e164
from segtui.domain.text import clean, fold
from segtui.tui.screens.filters.field_choice import Line

_COUNT: Final = re.compile(r"[0-9]{1,9}")
_SIGN: Final = re.compile(r"(<=|>=|<|>)\s*(.+)")
_PERIOD: Final = re.compile(r"(\d{1,5})\s*d(ays?)?")
_NUMBER_HINT: Final = "Write a number as 3, a range as 2..5, more or fewer as > 3 or < 3."

_WORDS: Final = {
    "~": "contains “{}”",
    "^": "begins with “{}”",
    "<": "less than {}",
    "<=": "at most {}",
    ">": "more than {}",
    ">=": "at least {}",
}
_DAY_WORDS: Final = {
    "=": "on {}",
    "<": "before {}",
    "<=": "until {}",
    ">": "after {}",
    ">=": "since {}",
    "in last": "in the last {} days",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """Lines that typed text stands for, or a sentence about the missing or wrong part."""

    lines: tuple[Line, ...] = ()
    sentence: str = ""
    wrong: bool = False


def typed_lines(field: CriteriaField, text: str, *, region: str, today: date) -> Typed:
    """Return the lines that typed text stands for in a field.

    `region` is that of a phone without a country. `today` is the day in the company's zone.
    """
    text = text.strip()
    if not text:
        return Typed()
    match field.kind:
        case "text":
            return Typed(tuple(_text_lines(field, text)))
        case "phone":
            return Typed(tuple(_phone_lines(field, text, region)))
        case "day":
            return _days(field, text, today)
        case "number":
            return _numbers(field, text)
    return Typed()


def hint_of(field: CriteriaField) -> str:
    """Return the words in the empty box of a field."""
    match field.kind:
        case "text":
            return "A value, or a part of it"
        case "phone":
            return "A number, or a part of it"
        case "day":
            return "A day, 2026-01, FROM..TO, or 7d"
        case "number":
            return "A number, or FROM..TO"
    return "A part of a value"


def _text_lines(field: CriteriaField, text: str) -> Iterator[Line]:
    signed = _SIGN.fullmatch(text)
    if signed and number_of(signed[2]) is not None:
        yield _comparison(field, signed[1], signed[2])
        return
    if not fold(text):
        return
    if not field.has_facet:
        yield Comparison(field.name, "=", (text,))
    yield Comparison(field.name, "~", (text,))
    yield Comparison(field.name, "^", (text,))
    if number_of(text) is not None:
        yield Comparison(field.name, ">=", (text,))
        yield Comparison(field.name, "<=", (text,))


def _phone_lines(field: CriteriaField, text: str, region: str) -> Iterator[Line]:
    number = to_e164(text, region)
    if number:
        yield Comparison(field.name, "=", (number,))
    digits = phone_digits(text)
    if digits:
        yield Comparison(field.name, "^", (digits,))
        yield Comparison(field.name, "~", (digits,))


def _days(field: CriteriaField, text: str, today: date) -> Typed:
    if period := _PERIOD.fullmatch(text.casefold()):
        count = int(period[1])
        if not 1 <= count <= MAX_DAYS_BACK:
            return Typed(sentence=f"A period has 1 to {MAX_DAYS_BACK:,} days.", wrong=True)
        return Typed((Comparison(field.name, "in last", (str(count),)),))
    signed = _SIGN.fullmatch(text)
    days = day_ranges.typed_days(signed[2] if signed else text, field.name)
    if days.value is None:
        return Typed(sentence=days.sentence, wrong=days.wrong)
    if days.value == "year":
        return Typed((Comparison(field.name, ">=", (today.replace(month=1, day=1).isoformat(),)),))
    if days.value in day_ranges.PERIODS:
        count = 1 if days.value == "today" else int(days.value.removesuffix("d"))
        return Typed((Comparison(field.name, "in last", (str(count),)),))
    first, dots, last = (part.strip() for part in days.value.partition(".."))
    if dots:
        return Typed(sentence=day_ranges.HOW_DAYS_ARE_WRITTEN) if signed else Typed((_between(field, first, last),))
    if signed:
        return Typed((_comparison(field, signed[1], first),))
    return Typed(tuple(_comparison(field, operator, first) for operator in ("=", ">=", "<")))


def _numbers(field: CriteriaField, text: str) -> Typed:
    first, dots, last = (part.strip() for part in text.partition(".."))
    signed = _SIGN.fullmatch(text)
    if dots and all(_COUNT.fullmatch(part) for part in (first, last) if part) and (first or last):
        if first and last and int(first) > int(last):
            return Typed(sentence="The first number is more than the last.", wrong=True)
        return Typed((_between(field, first, last),))
    if signed and _COUNT.fullmatch(signed[2]):
        return Typed((_comparison(field, signed[1], signed[2]),))
    if _COUNT.fullmatch(text):
        return Typed(tuple(_comparison(field, operator, text) for operator in ("=", ">=", "<=")))
    return Typed(sentence=_NUMBER_HINT, wrong=not re.fullmatch(r"[\d.<>= ]*", text))


def _between(field: CriteriaField, first: str, last: str) -> Line:
    if first == last:
        return _comparison(field, "=", first)
    bounds = [_comparison(field, sign, value) for sign, value in ((">=", first), ("<=", last)) if value]
    return bounds[0] if len(bounds) == 1 else AllOf(tuple(bounds))


def _comparison(field: CriteriaField, operator: str, value: str) -> Comparison:
    signs: dict[str, Operator] = {"=": "=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
    return Comparison(field.name, signs[operator], (value,))


def line_words(line: Line, field: CriteriaField) -> str:
    """Return a line in words, beside the name of its field: `contains “pro”`, `since 2026-01-01`, `none`."""
    match line:
        case AllOf((Comparison(operator=">=", values=(first,)), Comparison(operator="<=", values=(last,)))):
            return f"from {clean(first)} to {clean(last)}"
        case AllOf(parts):
            return " and ".join(line_words(part, field) for part in parts)
        case Comparison(operator="is blank"):
            return "never" if field.kind == "day" else "none"
        case Comparison(operator="in last", values=("1",)):
            return "today"
        case Comparison(operator=operator, values=(value,)):
            templates = _DAY_WORDS if field.kind == "day" else _WORDS
            shown = value.replace("_", " ") if field.kind == "choice" else value
            return templates.get(operator, "{}").format(clean(shown))
    return ""
