"""The meaning of a text in a time zone column: a place, or words and offsets that the contact's country completes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from segtui.domain.text import fold
from segtui.domain.timezones.clock_comparison import abbreviations, agreeing, available, is_place, offsets
from segtui.domain.timezones.zone_tables import ZONES_OF_STATE, zones_by_country, zones_of_country
from segtui.domain.timezones.zone_words import ABBREVIATIONS_OF_WORD, AUSTRALIAN, OFFSETS_OF_WORD, RAILS

_AREAS: Final = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
# Names of the IANA database that are not zones of people: the server's own and none at all; and abbreviations.
_NO_PLACES: Final = frozenset(("localtime", "factory", "posixrules", "gmt", "cet", "eet", "met", "wet"))
_OLD_GROUPS: Final = {
    "US": "US", "Canada": "CA", "Brazil": "BR", "Mexico": "MX", "Chile": "CL", "EST5EDT": "US", "CST6CDT": "US",
    "MST7MDT": "US", "PST8PDT": "US",
}  # fmt: skip
_OFFSET: Final = re.compile(r"(?:gmt|utc|z)? ?([+-]) ?(\d{1,2})(?:[:.h]?([0-5]\d))?(?: ?(?:h|hours?|hrs))?")
_OFFSET_FIRST: Final = re.compile(
    r"(\(? ?(?:gmt|utc)? ?[+-] ?\d{1,2}(?::?\d\d)? ?\)?|\( ?(?:gmt|utc) ?\))[ :,|-]*(\D.*)"
)
_INNER: Final = re.compile(r"(.*?) ?[(\[]([^()\[\]]*)[)\]]")
_SUFFIX: Final = re.compile(
    r" (?:(?:standard|daylight|daylight saving|daylight savings|summer|winter) )?time(?: zone)?$"
)
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"))
_MOST_MINUTES: Final = 14 * 60
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of a text about a time zone.

    `zones` are places, which need no country. Otherwise it has abbreviations of the IANA database, offsets of
    abbreviations that the database has no letters for, a fixed `offset` (all in minutes) or a `state`. If it has an
    offset beside words, the zone must show `beside` too. `clock` is the name of a zone that is not a place. Zones that
    are `bare` have neither area nor country (`Paris`): towns of several countries share such names.
    """

    zones: tuple[str, ...] = ()
    abbreviations: frozenset[str] = frozenset()
    unnamed: frozenset[int] = frozenset()
    offset: int | None = None
    state: str = ""
    beside: int | None = None
    clock: str = ""
    bare: bool = False

    @property
    def is_no_place(self) -> bool:
        """True for the clock at Greenwich or another without a place, which programs write by default."""
        is_greenwich = self.abbreviations == {"GMT"} and not self.unnamed
        return bool(self.clock) or self.offset == 0 or is_greenwich

    def fits(self, zone: str, *, australian: bool = False) -> bool:
        """Return True if the clocks of a zone show it at some time of the year; `australian` for Australian usage."""
        if self.offset is not None:
            return self.offset in offsets(zone)
        if self.beside is not None and self.beside not in offsets(zone):
            return False
        names = self.abbreviations
        if australian:
            names |= {AUSTRALIAN[name] for name in names if name in AUSTRALIAN}
        return any(
            name in names or (offset in self.unnamed and not name.isalpha()) for name, offset in abbreviations(zone)
        )


def is_understood(text: str) -> bool:
    """Return True if a text has a meaning as a time zone."""
    return meaning_of(text) is not None


@lru_cache(maxsize=8192)
def meaning_of(text: str) -> Meaning | None:
    """Return the meaning of a text, None where it has none."""
    if len(text) > _LONGEST:
        return None
    plain = fold(text.translate(_DASHES)).replace("_slash_", "/").replace("_", " ").strip(' .,;:"')
    return _read(plain) if plain else None


def _read(plain: str) -> Meaning | None:
    whole = _read_name(plain)
    if whole is not None:
        return whole
    if (first := _OFFSET_FIRST.fullmatch(plain)) is not None:
        return _read_display_name(_offset_of(first[1].strip("() ")) or 0, first[2])
    if (inner := _INNER.fullmatch(plain)) is not None:
        outside = _read(inner[1]) if inner[1] else None
        return outside or _read(inner[2])
    return _joined(_read_name(part) for part in _parts(plain))


def _read_display_name(offset: int, names: str) -> Meaning | None:
    """Return the meaning of `(GMT-08:00) Pacific Time (US & Canada)`: the names, unless the offset contradicts them."""
    bare = _INNER.fullmatch(names)
    read = _read(names) or (_read(bare[1]) if bare else None)
    if read is None:
        # Windows lists have cities that the database lacks beside others that it has.
        read = _joined(part for part in map(_read_name, _parts(names)) if part is not None)
    if read is None:
        return Meaning(offset=offset)
    if read.zones:
        return read if any(offset in offsets(zone) for zone in read.zones) else None
    if read.abbreviations:
        narrower = replace(read, beside=offset)
        return narrower if any(narrower.fits(zone, australian=True) for zone in _every_zone()) else None
    return read if read.offset in {None, offset} else None


def _every_zone() -> Iterator[str]:
    return (zone for zones in zones_by_country().values() for zone in zones)


def _parts(plain: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,/;&|]| and | - | or ", plain) if part.strip()]


def _joined(meanings: Iterable[Meaning | None]) -> Meaning | None:
    """Return the union of several meanings of one kind; None if one of them is None, or they differ in kind."""
    several = list(meanings)
    if not several or None in several:
        return None
    first, *others = [meaning for meaning in several if meaning is not None]
    for other in others:
        if first.zones and other.zones:
            zones = tuple(dict.fromkeys((*first.zones, *other.zones)))
            first = replace(first, zones=zones, bare=first.bare or other.bare)
        elif first.abbreviations and other.abbreviations:
            first = replace(first, abbreviations=first.abbreviations | other.abbreviations)
        elif first != other and not _is_same_clock(first, other):
            return None
    return first


def _is_same_clock(first: Meaning, other: Meaning) -> bool:
    """Return True if two meanings are not places but one clock, as in `UTC/GMT`."""
    return first.is_no_place and other.is_no_place and (first.offset or 0) == (other.offset or 0)


def _read_name(plain: str) -> Meaning | None:
    """Return the meaning of one name, word, abbreviation or offset."""
    offset = _offset_of(plain)
    if offset is not None:
        return Meaning(offset=offset)
    for read in (_read_word, _read_place, _read_state):
        if (meaning := read(plain)) is not None:
            return meaning
    shorter = _SUFFIX.sub("", plain).removesuffix(" standard").removesuffix(" daylight")
    return _read_name(shorter) if shorter != plain and shorter else None


def _offset_of(plain: str) -> int | None:
    """Return the minutes from UTC for a text such as `gmt+2`, `utc-05:00` or `+0530`."""
    plain = plain.strip()
    match = _OFFSET.fullmatch(plain)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return (-minutes if match[1] == "-" else minutes) if minutes <= _MOST_MINUTES else None


def _read_word(plain: str) -> Meaning | None:
    word = _SUFFIX.sub("", plain)
    if word == "coordinated universal":
        return _of_clock("UTC")
    families = ABBREVIATIONS_OF_WORD.get(word) or ABBREVIATIONS_OF_WORD.get(word.replace("(", "").replace(")", ""))
    letters = frozenset((plain.upper(),)) & _known_abbreviations()
    unnamed = OFFSETS_OF_WORD.get(plain, frozenset())
    if not families and not letters and not unnamed:
        return None
    if unnamed == {0} and not letters:
        return Meaning(offset=0)
    return Meaning(abbreviations=(families or frozenset()) | letters, unnamed=unnamed)


@lru_cache(maxsize=1)
def _known_abbreviations() -> frozenset[str]:
    return frozenset(name for zone in _every_zone() for name, _ in abbreviations(zone) if name.isalpha()) | {"ChST"}


def _read_place(plain: str) -> Meaning | None:
    name = _names().get(plain.replace(" ", "_").removesuffix("_time")) or _names().get(plain.replace(" ", "_"))
    is_bare = name is None or "/" not in name
    if name is None:
        name = RAILS.get(plain) or _windows().get(plain) or _cities().get(plain)
    if name is None or not available((name,)):
        return None
    if not is_place(name):
        return _of_clock(name)
    group = zones_of_country(_OLD_GROUPS.get(name.partition("/")[0]))
    return Meaning(zones=agreeing(group, (name,))[:1] or (name,), bare=is_bare)


def _of_clock(name: str) -> Meaning:
    return Meaning(offset=next(iter(offsets(name))), clock=name)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Return the names of the IANA database by their folded form; not its abbreviations, which mean a fixed offset."""
    from zoneinfo import available_timezones

    letters = _known_abbreviations()
    return {
        name.casefold(): name
        for name in available_timezones()
        if name.casefold() not in _NO_PLACES and not name.startswith(("posix/", "right/")) and name not in letters
    }  # fmt: skip


def nearest_name(text: str) -> str | None:
    """Return the name of the IANA database that is nearest to a text, None if none is near."""
    import difflib

    near = difflib.get_close_matches(text.strip().casefold(), _names(), n=1)
    return _names()[near[0]] if near else None


@lru_cache(maxsize=1)
def _windows() -> dict[str, str]:
    from tzlocal.windows_tz import win_tz

    return {fold(name): zone for name, zone in win_tz.items()}


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    """Return the zones by their city, such as Europe/Berlin for `berlin`, for unique cities."""
    by_city: dict[str, list[str]] = {}
    for name in _names().values():
        area, slash, city = name.partition("/")
        city = city.rpartition("/")[2]
        if slash and area in _AREAS and len(city) > 4:
            by_city.setdefault(fold(city.replace("_", " ")), []).append(name)
    return {city: zones[0] for city, zones in by_city.items() if len(zones) == 1}


def _read_state(plain: str) -> Meaning | None:
    """Return the state that a text names in full, or as `us-az`: two letters alone may be anything."""
    region, dash, code = plain.partition("-")
    if dash and code in ZONES_OF_STATE.get(region.upper(), {}):
        return Meaning(zones=ZONES_OF_STATE[region.upper()][code])
    name = state_key(plain)
    return Meaning(state=name) if len(name) > 3 and any(name in states for states in ZONES_OF_STATE.values()) else None


def state_key(state: str) -> str:
    """Return the key of a state in the tables: folded, dots as blanks."""
    return " ".join(fold(state).replace(".", " ").replace(",", " ").split())


def state_zones(region: str, state: str) -> Sequence[str]:
    """Return the zones of a state of a region, written by name, code or ISO 3166-2 (`AZ`, `Ariz.`, `US-AZ`)."""
    states = ZONES_OF_STATE.get(region, {})
    key = state_key(state).removeprefix(f"{region.casefold()}-")
    return states.get(key) or states.get(key.replace(" ", "")) or ()
