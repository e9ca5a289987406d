"""Parser of calling hours and days. Pure: no database, no clock."""

import re
from typing import Final

from segtui.domain.calling_hours import DAYS, EARLIEST, LATEST, CallingHours
from segtui.domain.text import clean
from segtui.errors import InvalidInput

_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"))
_BETWEEN: Final = re.compile(r" *- *| +(?:to|till|until) +")
_TIME: Final = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))? *(?:([ap])\.?m\.?)?")
_PM: Final = "p"
_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT: Final = {"m": 0, "w": 2, "f": 4, "tues": 1, "thur": 3, "thurs": 3, "weds": 2}
_SEVERAL: Final = {
    "weekdays": (0, 1, 2, 3, 4),
    "weekday": (0, 1, 2, 3, 4),
    "workdays": (0, 1, 2, 3, 4),
    "business days": (0, 1, 2, 3, 4),
    "weekend": (5, 6),
    "weekends": (5, 6),
    "daily": tuple(range(7)),
    "every day": tuple(range(7)),
    "everyday": tuple(range(7)),
    "all days": tuple(range(7)),
    "all": tuple(range(7)),
}


def parse_hours(text: str, days: str) -> CallingHours:
    """Return the calling hours for texts such as `09:00-20:00` or `9am - 8pm`, and `mon-fri` or `weekdays`.

    Raises InvalidInput (`hours`, `days`).
    """
    opens, closes = _parse_hours(text)
    return CallingHours(opens, closes, _parse_days(days))


def _parse_hours(text: str) -> tuple[int, int]:
    ends = [_TIME.fullmatch(part) for part in _BETWEEN.split(_plain(text))]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        raise _no_hours(text)
    first, last = ends[0], ends[1]
    closes = _minutes(last)
    # In `9-5pm` the first time may be in the morning or in the afternoon.
    readings = ["", *("ap" if last[3] and not first[3] else "")]
    pairs = {(_minutes(first, half), closes) for half in readings}
    times = {(opens, ends) for opens, ends in pairs if opens is not None and ends is not None}
    if not times:
        raise _no_hours(text)
    right = {(opens, ends) for opens, ends in times if EARLIEST <= opens < ends <= LATEST}
    if len(right) == 1:
        return next(iter(right))
    if right:
        raise InvalidInput(f"“{clean(text)}” can be read in two ways: write am or pm after both times.", "hours")
    if all(opens >= ends for opens, ends in times):
        raise InvalidInput(
            f"Calling hours must begin before they end, as in 9am-5pm or 09:00-17:00; “{clean(text)}” does not.",
            "hours",
        )
    raise InvalidInput("Nobody is called before 8:00 or after 21:00: hours are within 08:00-21:00.", "hours")


def _no_hours(text: str) -> InvalidInput:
    return InvalidInput(f"“{clean(text)}” are not hours such as 09:00-20:00 or 9am-8pm.", "hours")


def _minutes(time: re.Match[str], half: str = "") -> int | None:
    """Return the minute of the day of a time, in `half` of the day unless it names one; None for another text."""
    hour, minute, half = int(time[1]), int(time[2] or 0), time[3] or half
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        return None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == _PM else 0)
    return hour * 60 + minute


def _parse_days(text: str) -> frozenset[int]:
    plain = _plain(text)
    days_of_week: set[int] = set()
    for part in re.split(r" *(?:,|;|/|&|\+| and ) *", plain):
        if part in _SEVERAL:
            days_of_week.update(_SEVERAL[part])
            continue
        days = [_day(name) for name in _BETWEEN.split(part)]
        if len(days) > 2 or None in days:
            raise InvalidInput(f"“{clean(text)}” are not days such as mon-fri or mon,wed,sat.", "days")
        first, last = (day or 0 for day in (days[0], days[-1]))
        days_of_week |= {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}
    return frozenset(days_of_week)


def _day(name: str) -> int | None:
    name = name.removesuffix(".")
    if name in _SHORT:
        return _SHORT[name]
    singular = name.removesuffix("s") if len(name) > 4 else name
    return next((day for day, full in enumerate(_NAMES) if singular in {DAYS[day], full}), None)


def _plain(text: str) -> str:
    return " ".join(text.translate(_DASHES).lower().split())
