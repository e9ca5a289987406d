"""Ranges of days as they are written: a period such as `7d`, a day, a month, or `2026-01-01..2026-01-31`.

A range may be open at one end.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Final

from segtui.domain.text import clean
from segtui.errors import InvalidInput

PERIODS: Final = ("today", "7d", "30d", "year")
HOW_DAYS_ARE_WRITTEN: Final = "Write 2026-01-31, a month as 2026-01, or FROM..TO."
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNFINISHED = re.compile(r"[\d.\- ]*")

Range = tuple[date | None, date | None]
"""The first and the last day; None where that end is open."""


@dataclass(frozen=True, slots=True)
class TypedDays:
    """Text typed where days are expected: the range so far, or a sentence that says what is missing or wrong."""

    value: str | None = None
    sentence: str = ""
    wrong: bool = False


def checked_days(text: str, name: str) -> str:
    """Return a normalised range; a month becomes its days. Raises InvalidInput that names the field `name`."""
    value = text.strip().casefold()
    if value in PERIODS:
        return value
    if (month := _MONTH.fullmatch(value)) and int(month[1]):
        return f"{value}-01..{value}-{monthrange(int(month[1]), int(month[2]))[1]}"
    value = value.upper() if ".." in value else value
    _range(value, name)
    return value


def typed_days(text: str, name: str) -> TypedDays:
    """Return the range that was typed, or what is missing or wrong."""
    text = text.strip()
    if not text:
        return TypedDays()
    try:
        return TypedDays(checked_days(text, name))
    except InvalidInput:
        pass
    days = [day for part in text.split("..") if _DAY.fullmatch(day := part.strip())]
    for day in days:
        if not _exists(day):
            return TypedDays(sentence=f"There is no day {clean(day)}.", wrong=True)
    if len(days) == 2 and days[0] > days[1]:
        return TypedDays(sentence="The first day comes after the last.", wrong=True)
    return TypedDays(sentence=HOW_DAYS_ARE_WRITTEN, wrong=_UNFINISHED.fullmatch(text) is None)


def midnight(day: date, zone: tzinfo | None) -> datetime:
    """Return the moment at which a day begins in a zone; None is the system's."""
    start = datetime.combine(day, time(), zone)
    return start.astimezone() if zone is None else start


def _range(value: str, name: str) -> Range:
    first, dots, last = value.partition("..")
    if not dots:
        last = first
    days = tuple(_day(text.strip(), name) for text in (first, last))
    if days == (None, None) or (days[0] and days[1] and days[0] > days[1]):
        raise _not_days(value, name)
    return days[0], days[1]


def _day(text: str, name: str) -> date | None:
    if not text:
        return None
    if not _DAY.fullmatch(text):
        raise _not_days(text, name)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _not_days(text, name) from None


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _not_days(text: str, name: str) -> InvalidInput:
    return InvalidInput(
        f"{name} is {', '.join(PERIODS)}, a month such as 2026-01, or days such as 2026-01-01..2026-01-31; "
        f"“{clean(text)}” is none of these.",
        "filter",
    )
