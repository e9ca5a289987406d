"""In which time zone somebody lives, as far as a contact's fields tell. Pure: no database.

The first of these that says one: the timezone field; the address; the phone number. Where none does, the campaign's
zone holds, which is not decided here.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from segtui.importing.countries import region_of, regions_calling
from segtui.services.campaigns.hours import known_zone
from segtui.services.campaigns.zone_tables import ELSEWHERE, ZONE_OF_COUNTRY, ZONES_OF_STATE
from segtui.text import fold

NORTH_AMERICA: Final = "+1"
PREFIX: Final = 8
"""So many characters of a number of North America decide its zone (`+1602555`); of others it takes all."""
# What people write for the zones of North America; as names of IANA some of these mean clocks that never change.
_SPOKEN: Final = {
    "America/New_York": ("et", "est", "edt", "eastern", "eastern time", "eastern standard time", "us/eastern"),
    "America/Chicago": ("ct", "cst", "cdt", "central", "central time", "central standard time", "us/central"),
    "America/Denver": ("mt", "mst", "mdt", "mountain", "mountain time", "mountain standard time", "us/mountain"),
    "America/Los_Angeles": ("pt", "pst", "pdt", "pacific", "pacific time", "pacific standard time", "us/pacific"),
}
_BY_WORD: Final = {word: zone for zone, words in _SPOKEN.items() for word in words}


def zone_of(timezone: str | None, country: str | None, state: str | None, phone: str | None) -> str | None:
    """Return the IANA name of the zone that these say, or None. `phone` is E.164.

    An address in a state of two zones says the one that the phone says, else that of most of its people.
    """
    by_field = _by_field(timezone or "")
    if by_field is not None:
        return by_field
    by_phone = zone_of_phone(phone or "")
    by_address = _by_address(country or "", state or "", phone or "")
    if not by_address:
        return by_phone
    return by_phone if by_phone is not None and _is_among(by_phone, by_address) else by_address[0]


def is_guess(timezone: str | None, country: str | None, state: str | None, phone: str | None) -> bool:
    """Tell whether a zone that `zone_of` finds by these is a guess: the likeliest of several of the address.

    Where it finds none, nothing was guessed here.
    """
    if _by_field(timezone or "") is not None:
        return False
    zones = _by_address(country or "", state or "", phone or "")
    by_phone = zone_of_phone(phone or "")
    says_one = by_phone is not None and _is_among(by_phone, zones)
    return not says_one and len({_clocks(zone) for zone in zones}) > 1


def _by_field(text: str) -> str | None:
    return (_BY_WORD.get(fold(text)) or known_zone(text)) if text.strip() else None


def _by_address(country: str, state: str, phone: str) -> tuple[str, ...]:
    """Return the zones that an address may be in, the likeliest first; none where it does not say."""
    region = region_of(country) if country else None
    if country and region is None:
        return ()
    folded = " ".join(fold(state).replace(".", " ").split())
    if region is None:
        # A state without a country is one of a country that the phone's calling code leads to.
        possible = [each for each in _regions_of_phone(phone) if folded in ZONES_OF_STATE.get(each, {})]
        return ZONES_OF_STATE[possible[0]][folded] if folded and possible else ()
    if found := ZONES_OF_STATE.get(region, {}).get(folded):
        return found
    only = ZONE_OF_COUNTRY.get(region) or (ELSEWHERE.get(region) if folded else None)
    return (only,) if only else ()


@lru_cache(maxsize=65536)
def zone_of_phone(phone: str) -> str | None:
    """Return the zone of a phone number where it says one: those whose clocks agree count as one.

    A mobile number says no more than its country, but in North America, where nobody can tell it from others.
    """
    if phone.startswith(NORTH_AMERICA):
        from phonenumbers.tzdata import TIMEZONE_DATA

        digits = phone.removeprefix("+")[: PREFIX - 1]
        longest_first = (TIMEZONE_DATA.get(digits[:length]) for length in range(len(digits), 0, -1))
        return _only(next((zones for zones in longest_first if zones), ()))
    from phonenumbers import NumberParseException, parse
    from phonenumbers.timezone import time_zones_for_number

    try:
        return _only(time_zones_for_number(parse(phone)))
    except NumberParseException:
        return None


def _only(zones: Sequence[str]) -> str | None:
    known = [known_zone(zone) for zone in zones]
    if not known or None in known:  # `Etc/Unknown` is none
        return None
    names = [zone for zone in known if zone is not None]
    # Of London, Guernsey, Jersey and Man the one that people know comes last.
    return names[-1] if len({_clocks(zone) for zone in names}) == 1 else None


def _is_among(zone: str, zones: Sequence[str]) -> bool:
    return _clocks(zone) in {_clocks(each) for each in zones}


@lru_cache(maxsize=1024)
def _clocks(name: str) -> tuple[object, ...]:
    """Return what the clocks of a zone show through a year: equal for zones that agree."""
    zone = ZoneInfo(name)
    return tuple(
        datetime(2026, month, day, tzinfo=UTC).astimezone(zone).utcoffset() for month in range(1, 13) for day in (1, 15)
    )


def _regions_of_phone(phone: str) -> tuple[str, ...]:
    digits = phone.removeprefix("+")
    return next((found for length in (1, 2, 3) if (found := regions_calling(digits[:length]))), ())
