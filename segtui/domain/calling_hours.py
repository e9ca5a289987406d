"""Calling hours: hours and days of the week in the local time of a zone. Pure: no database, no clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

EARLIEST: Final = 8 * 60
LATEST: Final = 21 * 60
"""The outer limits of calling hours, in minutes since midnight, for every campaign."""
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Days of a search for a window: a weekday that a zone skipped once returns a week later.
_HORIZON: Final = 16
_FURTHEST: Final = timedelta(days=370)


@dataclass(frozen=True, slots=True)
class CallingHours:
    """From minute `opens` of a day up to, not including, minute `closes`; on `days`, with 0 for Monday."""

    opens: int
    closes: int
    days: frozenset[int]

    @property
    def text(self) -> str:
        """The hours in their typed form: `09:00-20:00`."""
        return f"{_clock(self.opens)}-{_clock(self.closes)}"

    @property
    def days_text(self) -> str:
        """The days in their shortest typed form: `mon-fri`, `mon,wed-thu`."""
        runs: list[list[int]] = []
        for day in sorted(self.days):
            if runs and runs[-1][-1] == day - 1:
                runs[-1].append(day)
            else:
                runs.append([day])
        return ",".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)

    def hold(self, moment: datetime, *zones: ZoneInfo) -> bool:
        """Return True if the clocks of every zone show one of these hours at an aware moment."""
        return all(self._hold(moment.astimezone(zone)) for zone in zones)

    def _hold(self, local: datetime) -> bool:
        return local.weekday() in self.days and self.opens <= local.hour * 60 + local.minute < self.closes

    def next_allowed(self, moment: datetime, *zones: ZoneInfo) -> datetime | None:
        """Return the first moment from `moment` on, in UTC, at which the hours hold in every zone, or None.

        For several zones a year is searched: some have an hour in common only while one of them has summer time.
        """
        if self.hold(moment, *zones):
            return moment.astimezone(UTC)
        return next((max(begins, moment.astimezone(UTC)) for begins, _ in self.windows(moment, *zones)), None)

    def windows(self, begin: datetime, *zones: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """Yield begin and end, in UTC, of every window common to all zones that ends after `begin`.

        It ends if there is no further window within a year.
        """
        if len(zones) == 1:
            yield from self._windows(begin, zones[0])
            return
        streams = [self._windows(begin, zone) for zone in zones]
        current = [next(stream, None) for stream in streams]
        last = begin
        while (open_ones := [window for window in current if window is not None]) and len(open_ones) == len(current):
            begins, ends = max(window[0] for window in open_ones), min(window[1] for window in open_ones)
            if begins < ends:
                yield begins, ends
                last = ends
            elif ends - last > _FURTHEST:
                return
            current = [
                next(stream, None) if window[1] == ends else window
                for stream, window in zip(streams, open_ones, strict=True)
            ]

    def _windows(self, begin: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """Yield the windows of one zone.

        Clocks change at night, outside of these hours: a window lasts as long as its clocks say.
        """
        day = begin.astimezone(zone).date() - timedelta(days=1)
        missed = 0
        while missed < _HORIZON:
            begins, ends = _moment(day, self.opens, zone), _moment(day, self.closes, zone)
            # The clocks show another day if a zone skipped one, as Samoa did in 2011.
            if day.weekday() in self.days and self.hold(begins, zone) and ends > begin:
                missed = 0
                yield begins, ends
            else:
                missed += 1
            day += timedelta(days=1)


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(*divmod(minute, 60)), zone).astimezone(UTC)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
