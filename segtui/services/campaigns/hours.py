"""When somebody may be called: hours and days of the week on the clocks of a zone. Pure: no database, no clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from segtui.errors import InvalidInput
from segtui.text import clean

EARLIEST: Final = 8 * 60
LATEST: Final = 21 * 60
"""Nobody is called outside of these minutes since midnight, whatever a campaign says."""
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Days after which a window was found or there is none: a weekday, where a zone left it out once, returns a week later.
_HORIZON: Final = 16


@dataclass(frozen=True, slots=True)
class CallingHours:
    """From minute `opens` of a day up to, not including, minute `closes`; on `days`, of which 0 is Monday."""

    opens: int
    closes: int
    days: frozenset[int]

    @property
    def text(self) -> str:
        """The hours as they are typed: `09:00-20:00`."""
        return f"{_clock(self.opens)}-{_clock(self.closes)}"

    @property
    def days_text(self) -> str:
        """The days as they are typed, the shortest way: `mon-fri`, `mon,wed-thu`."""
        runs: list[list[int]] = []
        for day in sorted(self.days):
            if runs and runs[-1][-1] == day - 1:
                runs[-1].append(day)
            else:
                runs.append([day])
        return ",".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)

    def hold(self, at: datetime, zone: ZoneInfo) -> bool:
        """Tell whether the clocks of `zone` show one of these hours at an aware moment."""
        local = at.astimezone(zone)
        return local.weekday() in self.days and self.opens <= local.hour * 60 + local.minute < self.closes

    def next_allowed(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the first moment from `at` on, in UTC, at which the hours hold in `zone`."""
        if self.hold(at, zone):
            return at.astimezone(UTC)
        return next(begins for begins, _ in self.windows(at, zone) if begins >= at)

    def windows(self, at: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """Yield begin and end, in UTC, of every window that ends after `at`, for as long as one asks.

        Clocks change by night, between these hours: a window lasts as long as its clocks say.
        """
        day = at.astimezone(zone).date() - timedelta(days=1)
        missed = 0
        while missed < _HORIZON:
            begins, ends = _moment(day, self.opens, zone), _moment(day, self.closes, zone)
            # The clocks show another day where a zone left one out, as Samoa did in 2011.
            if day.weekday() in self.days and self.hold(begins, zone) and ends > at:
                missed = 0
                yield begins, ends
            else:
                missed += 1
            day += timedelta(days=1)


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(*divmod(minute, 60)), zone).astimezone(UTC)


def parse_hours(text: str, days: str) -> CallingHours:
    """Return what `09:00-20:00` and `mon-fri` or `mon,wed,sat` mean. Raises InvalidInput (`hours`, `days`)."""
    opens, closes = _parse_hours(text)
    return CallingHours(opens, closes, _parse_days(days))


def _parse_hours(text: str) -> tuple[int, int]:
    first, dash, last = text.strip().partition("-")
    minutes = [_minutes(part.strip()) for part in (first, last)]
    if not dash or minutes[0] is None or minutes[1] is None:
        raise InvalidInput(f"“{clean(text)}” are no hours such as 09:00-20:00.", "hours")
    opens, closes = minutes[0], minutes[1]
    if opens >= closes:
        raise InvalidInput(f"Calling hours begin before they end; {clean(text)} do not.", "hours")
    if opens < EARLIEST or closes > LATEST:
        raise InvalidInput("Nobody is called before 8:00 or after 21:00: hours are within 08:00-21:00.", "hours")
    return opens, closes


def _minutes(text: str) -> int | None:
    hour, colon, minute = text.partition(":")
    if not all(part.isascii() and part.isdigit() and len(part) <= 2 for part in (hour, minute if colon else "00")):
        return None
    if (colon and len(minute) != 2) or int(hour) > 24 or int(minute or 0) > 59:
        return None
    return int(hour) * 60 + int(minute or 0)


def _parse_days(text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.lower().split(","):
        names = [name.strip() for name in part.split("-")]
        if len(names) > 2 or not set(names) <= set(DAYS):
            raise InvalidInput(f"“{clean(text)}” are no days such as mon-fri or mon,wed,sat.", "days")
        first, last = DAYS.index(names[0]), DAYS.index(names[-1])
        found |= {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}
    return frozenset(found)


@lru_cache(maxsize=1)
def _zone_names() -> dict[str, str]:
    from zoneinfo import available_timezones

    return {name.casefold(): name for name in available_timezones() if not name.startswith(("posix", "right"))}


def known_zone(text: str) -> str | None:
    """Return the IANA name that a text is, whatever its case (`Europe/Madrid` for `europe/madrid`), or None."""
    return _zone_names().get(text.strip().replace(" ", "_").casefold())


def checked_zone(text: str) -> str:
    """Return the name of a zone as it is stored. Raises InvalidInput (`timezone`), naming the nearest one."""
    found = known_zone(text)
    if found is None:
        import difflib

        near = difflib.get_close_matches(text.strip().casefold(), _zone_names(), n=1)
        hint = f" Did you mean {_zone_names()[near[0]]}?" if near else ""
        raise InvalidInput(f"“{clean(text)}” is no time zone such as Europe/Madrid.{hint}", "timezone")
    return found


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
