"""Comparison of time zones by their clocks: equal ones, those between others, and their offsets.

A zone set is the stored text for several zones: their IANA names, separated by blanks.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_YEARS: Final = 2
"""Number of years, from the beginning of this one, in which clocks are compared."""
_WIDEST: Final = timedelta(hours=11)
"""Hours from 21:00 to 8:00, when nobody is called: zones closer than this are never in calling hours of two days."""
_DAY: Final = timedelta(days=1)
UTC_NAMES: Final = frozenset(("UTC", "UCT", "Universal", "Zulu", "GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich"))
"""Names of UTC in the IANA database, which are also in its area `Etc`."""


_clocks: dict[tuple[object, ...], int] = {}


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a zone that this system's time zone data do not have yet
        return None


def is_place(name: str) -> bool:
    """Return True if people live in a zone of the IANA database: not in `UTC` or `Etc/GMT+5`, which are offsets."""
    return not name.startswith("Etc/") and name not in UTC_NAMES


def available(names: Iterable[str]) -> tuple[str, ...]:
    """Return the zones that this system knows."""
    return tuple(name for name in names if _zone(name) is not None)


@lru_cache(maxsize=4096)
def zones_in(zone_set: str) -> tuple[ZoneInfo, ...]:
    """Return the zones of a zone set."""
    return tuple(ZoneInfo(name) for name in zone_set.split(" "))


def zone_set(names: Sequence[str]) -> str:
    """Return the zone set of these zones."""
    return " ".join(names)


def agreeing(names: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Return those of `names` whose clocks agree with the clocks of one of `others`."""
    clocks = {_clock(name, _year()) for name in available(others)}
    return tuple(name for name in available(names) if _clock(name, _year()) in clocks)


def narrowed(names: Iterable[str]) -> tuple[str, ...]:
    """Return the fewest of these zones whose calling hours hold only when those of all zones hold.

    Zones whose clocks agree count once. If all lie within eleven hours, those in the middle add nothing.
    """
    return _narrowed(available(dict.fromkeys(names)), _year())


@lru_cache(maxsize=4096)
def _narrowed(names: tuple[str, ...], year: int) -> tuple[str, ...]:
    by_clock: dict[int, str] = {}
    for name in names:
        by_clock.setdefault(_clock(name, year), name)
    different = list(by_clock.values())
    if len(different) < 3:
        return tuple(different)
    table = [[_offset(name, moment) for name in different] for moment in _instants(different, year)]
    if any(max(offsets) - min(offsets) > _WIDEST for offsets in table):
        return tuple(different)
    return tuple(_outermost(different, table))


def _outermost(names: Sequence[str], table: Sequence[Sequence[timedelta]]) -> Iterator[str]:
    """Yield zones until one of them is the earliest, and one the latest, at each moment of a table of offsets."""
    ends = [
        frozenset(index for index, offset in enumerate(row) if offset == end(row))
        for row in table
        for end in (min, max)
    ]
    open_ends = set(ends)
    for index, name in enumerate(names):
        # A zone that is alone at an end is needed; of several, the first in the list.
        needed = any(index == min(members) for members in open_ends)
        if needed:
            open_ends = {members for members in open_ends if index not in members}
            yield name


def _instants(names: Sequence[str], year: int) -> Iterator[datetime]:
    """Yield noon of every day, and every hour of the days when one of the zones changes its clocks."""
    profiles = [_profile(name, year) for name in names]
    for day, noon in enumerate(_noons(year)):
        yield noon
        if any(day + 1 < len(profile) and profile[day] != profile[day + 1] for profile in profiles):
            yield from (noon + timedelta(hours=hour) for hour in range(1, 24))


def _noons(year: int) -> Iterator[datetime]:
    first = datetime(year, 1, 1, 12, tzinfo=UTC)
    return (first + day * _DAY for day in range(365 * _YEARS + 1))


@lru_cache(maxsize=1024)
def _clock(name: str, year: int) -> int:
    """Return a number that is equal for zones whose clocks agree."""
    return _clocks.setdefault((year, *_profile(name, year)), len(_clocks))


@lru_cache(maxsize=1024)
def _profile(name: str, year: int) -> tuple[timedelta, ...]:
    """Return the offset of a zone at noon (UTC) of every day."""
    return tuple(_offset(name, noon) for noon in _noons(year))


def _offset(name: str, moment: datetime) -> timedelta:
    return moment.astimezone(zones_in(name)[0]).utcoffset() or timedelta()


@lru_cache(maxsize=1024)
def abbreviations(name: str) -> frozenset[tuple[str, int]]:
    """Return this year's abbreviations of a zone, with their offsets from UTC in minutes."""
    if not available((name,)):
        return frozenset()
    zone = zones_in(name)[0]
    moments = (datetime(_year(), month, day, tzinfo=UTC).astimezone(zone) for month in range(1, 13) for day in (1, 15))
    return frozenset(
        (local.tzname() or "", int((local.utcoffset() or timedelta()).total_seconds()) // 60) for local in moments
    )


def offsets(name: str) -> frozenset[int]:
    """Return this year's offsets of a zone from UTC, in minutes."""
    return frozenset(offset for _, offset in abbreviations(name))


def _year() -> int:
    return datetime.now(UTC).year
