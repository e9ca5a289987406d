"""Periods of days: day, ISO week, month and year, with their first and last day, their name and their label."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, Literal

Period = Literal["day", "week", "month", "year"]
PERIODS: Final[tuple[Period, ...]] = ("day", "week", "month", "year")
"""The periods, the shortest first."""
_MOST_DAYS: Final[Mapping[Period, int]] = {"day": 31, "week": 183, "month": 1_096}
"""Days from the first to the last up to which a period reads well; years do for more."""


def best_period(first: date, last: date) -> Period:
    """Return the shortest period that groups the days from `first` to `last` into few enough lines to read."""
    days = (last - first).days + 1
    return next((period for period, most in _MOST_DAYS.items() if days <= most), "year")


def first_day(day: date, period: Period) -> date:
    """Return the first day of the period that a day is in. Weeks begin on Monday."""
    match period:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)


def last_day(first: date, period: Period) -> date:
    """Return the last day of the period that begins with `first`."""
    match period:
        case "day":
            return first
        case "week":
            return first + timedelta(days=6)
        case "month":
            return first.replace(day=monthrange(first.year, first.month)[1])
        case "year":
            return first.replace(month=12, day=31)


def period_name(first: date, period: Period) -> str:
    """Return the ISO name of the period that begins with `first`: `2026-11-30`, `2026-W49`, `2026-11`, `2026`."""
    match period:
        case "day":
            return first.isoformat()
        case "week":
            year, week, _ = first.isocalendar()
            return f"{year:04}-W{week:02}"
        case "month":
            return f"{first.year:04}-{first.month:02}"
        case "year":
            return f"{first.year:04}"


def period_label(first: date, period: Period) -> str:
    """Return the name for lists: that of a day with its weekday, that of a week with its first and last day."""
    name = period_name(first, period)
    if period == "day":
        return f"{name} {first:%a}"
    if period == "week":
        last = last_day(first, period)
        return f"{name}, {first.day} {first:%b} to {last.day} {last:%b}"
    return name
