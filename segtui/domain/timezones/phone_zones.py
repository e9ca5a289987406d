"""The possible time zones of a phone number: those of its area code, or else of its country.

`phonenumbers` is imported for the first number, never at start-up.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from segtui.domain.timezones.clock_comparison import agreeing, available, narrowed
from segtui.domain.timezones.zone_tables import ZONES_OF_COUNTRY, ZONES_OF_NUMBER

NORTH_AMERICA: Final = "+1"
PREFIX: Final = 5
"""Length of the prefix that decides the zones of a North American number: `+1602`. Numbers move within an area."""
_AREA_MOBILES: Final = frozenset({52, 54, 55})
"""Calling codes whose mobile numbers begin with an area code, as in North America."""


@lru_cache(maxsize=65536)
def zones_of_phone(phone: str) -> tuple[str, ...]:
    """Return the possible zones of a number (E.164), none if they are unknown."""
    if phone.startswith(NORTH_AMERICA):
        return _zones_of_area(phone[1:PREFIX])
    code = calling_code(phone) if phone.startswith("+") else None
    if code is None:
        return ()
    zones = _zones_of_code(code)
    return zones if len(narrowed(zones)) < 2 else _zones_of_number(phone, zones)


@lru_cache(maxsize=1024)
def _zones_of_area(area: str) -> tuple[str, ...]:
    """Return the zones of all blocks of an area code (`1812`); those of all North America for an unknown one."""
    blocks = {zone for prefix, zones in _zone_data().items() if prefix.startswith(area) for zone in zones}
    return available(sorted(blocks) if blocks and len(area) == PREFIX - 1 else _zone_data().get("1", ()))


def _zone_data() -> dict[str, tuple[str, ...]]:
    from phonenumbers.tzdata import TIMEZONE_DATA

    data: dict[str, tuple[str, ...]] = TIMEZONE_DATA
    return data


def calling_code(phone: str) -> str | None:
    """Return the calling code of a number (E.164), None if it has none."""
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
    return tuple(dict.fromkeys(zone for region in regions for zone in ZONES_OF_COUNTRY.get(region, ())))


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
    of_area = own or next((zones for prefix in prefixes if (zones := _zone_data().get(prefix))), ())
    zones = available(of_area)
    # A zone from libphonenumber counts if it is one of the country's zones.
    return zones if own or (zones and set(agreeing(zones, of_country)) == set(zones)) else of_country


def _has_area(number: Any) -> bool:  # noqa: ANN401  phonenumbers has no types
    import phonenumbers

    kind = phonenumbers.number_type(number)
    if kind == phonenumbers.PhoneNumberType.MOBILE:
        return number.country_code in _AREA_MOBILES
    return kind in {phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
