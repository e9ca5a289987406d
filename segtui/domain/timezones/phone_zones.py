"""The possible time zones of a phone number: those of its area code, or of its country where it tells no more.

`phonenumbers` is imported when the first number is read, never at start-up.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from segtui.domain.timezones.clock_comparison import agreeing, available, narrowed
from segtui.domain.timezones.zone_tables import ZONES_OF_NUMBER, zones_of_country

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

NORTH_AMERICA: Final = "+1"
PREFIX: Final = 5
"""Characters of a number of North America that decide its zones: `+1602`. People keep their number within an area."""
_NUMBERS_OF_AREA: Final = 10_000_000
_AREA_MOBILES: Final = frozenset({52, 54, 55})
"""Calling codes whose mobile numbers begin with an area code, as in North America."""


@lru_cache(maxsize=65536)
def zones_of_phone(phone: str) -> tuple[str, ...]:
    """Return the possible zones of a number (E.164), none where nothing is known of it."""
    if phone.startswith(NORTH_AMERICA):
        return _zones_of_area(phone[1:PREFIX])
    code = calling_code(phone) if phone.startswith("+") else None
    if code is None:
        return ()
    zones = _zones_of_code(code)
    return zones if len(narrowed(zones)) < 2 else _zones_of_number(phone, zones)


@lru_cache(maxsize=1024)
def _zones_of_area(area: str) -> tuple[str, ...]:
    """Return the zones of all blocks of an area code (`1812`); those of all North America where it has none."""
    from phonenumbers import PhoneNumber

    number = PhoneNumber(country_code=1, national_number=0)
    if len(area) < PREFIX - 1:
        return available(_zones_by_prefix(number))
    # libphonenumber tells the zones of a number, not of an area: ask for each of its 800 central offices (4 ms).
    first = int(area[1:]) * _NUMBERS_OF_AREA
    zones: set[str] = set()
    for number.national_number in range(first + 2_000_000, first + _NUMBERS_OF_AREA, 10_000):
        zones.update(_zones_by_prefix(number))
    return available(sorted(zones))


def _zones_by_prefix(number: "PhoneNumber") -> tuple[str, ...]:
    """Return the zones of the longest known prefix of a number, which need not be valid; none where there is none."""
    from phonenumbers import timezone

    zones: tuple[str, ...] = timezone.time_zones_for_geographical_number(number)
    return () if zones == (timezone.UNKNOWN_TIMEZONE,) else zones


def calling_code(phone: str) -> str | None:
    """Return the calling code of a number (E.164), None where it has none."""
    import phonenumbers

    digits = phone.removeprefix("+")
    codes = (digits[:length] for length in (1, 2, 3))
    return next(
        (code for code in codes if code.isdigit() and int(code) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE), None
    )


def regions_of_phone(phone: str) -> tuple[str, ...]:
    """Return the regions that share the calling code of a number, the main one first."""
    import phonenumbers

    code = calling_code(phone)
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[int(code)] if code else ()
    return tuple(region for region in regions if region != "001")


@lru_cache(maxsize=512)
def _zones_of_code(code: str) -> tuple[str, ...]:
    return _zones_of_regions(regions_of_phone(code))


def _zones_of_regions(regions: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(zone for region in regions for zone in zones_of_country(region)))


def _zones_of_number(phone: str, of_code: tuple[str, ...]) -> tuple[str, ...]:
    """Return the zones of a number whose calling code has several: of its area if it has one, else of its country."""
    import phonenumbers

    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return of_code
    regions = regions_of_phone(phone)
    if len(regions) > 1:
        regions = (
            tuple(region for region in regions if phonenumbers.is_valid_number_for_region(number, region)) or regions
        )
    of_country = _zones_of_regions(regions)
    if not _has_area(number):
        return of_country
    digits = phone.removeprefix("+")
    prefixes = [digits[:length] for length in range(len(digits), 1, -1)]
    own = next((zones for prefix in prefixes if (zones := ZONES_OF_NUMBER.get(prefix))), None)
    zones = available(own or _zones_by_prefix(number))
    # A zone from libphonenumber counts where it is one of the country's zones.
    return zones if own or (zones and set(agreeing(zones, of_country)) == set(zones)) else of_country


def _has_area(number: "PhoneNumber") -> bool:
    import phonenumbers

    kind = phonenumbers.number_type(number)
    if kind == phonenumbers.PhoneNumberType.MOBILE:
        return number.country_code in _AREA_MOBILES
    return kind in {phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
