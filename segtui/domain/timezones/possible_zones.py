"""The possible zones of a contact, by its time zone field, its address and its phone number.

Every zone that these leave open is possible: a call is right only if the hours hold in all of them.
"""

from collections.abc import Sequence
from functools import lru_cache

from segtui.domain.timezones.clock_comparison import agreeing, available, narrowed, offsets, zone_set
from segtui.domain.timezones.phone_zones import regions_of_phone, zones_of_phone
from segtui.domain.timezones.zone_meaning import Meaning, meaning_of, state_key, state_zones
from segtui.domain.timezones.zone_tables import (
    MAIN_ZONE,
    TERRITORIES,
    ZONES_OF_STATE,
    zones_by_country,
    zones_of_country,
)


def zone_set_of(timezone: str, region: str | None, state: str, phone: str) -> str | None:
    """Return the zone set of a contact, None if it is unknown.

    `region` is its country (ISO 3166 alpha-2) if known, `phone` is E.164; any may be blank. The zone set has a single
    zone if it is certain.
    """
    zones = narrowed(possible_zones(timezone, region, state, phone))
    return zone_set(zones) if zones else None


def possible_zones(timezone: str, region: str | None, state: str, phone: str) -> tuple[str, ...]:
    """Return every possible zone of a contact, the likeliest first; none if it is unknown.

    A place in the time zone field counts alone, but a bare name (`Paris`) only in the country of the address, else of
    the number: otherwise hours must hold there and by the address. Words and offsets are read inside the address, else
    the number; if they mean no zone of it, hours must hold by the word and by the address. The same applies to a word
    that is not a place, such as `UTC`: programs write it for contacts whose zone they do not know.
    """
    by_phone = zones_of_phone(phone)
    local = _of_address(region, state, phone, by_phone)
    meaning = meaning_of(timezone) if timezone.strip() else None
    if meaning is None:
        return local
    if meaning.zones:
        inside = agreeing(meaning.zones, local)
        if inside or not meaning.bare or agreeing(meaning.zones, _of_country(region, phone, by_phone)):
            return inside or meaning.zones
        return tuple(dict.fromkeys((*meaning.zones, *local)))
    if meaning.is_no_place:
        return tuple(dict.fromkeys((*local, *_of_clock(meaning, region, state, phone))))
    inside = _meant_inside(meaning, region, state, phone)
    if inside:
        return agreeing(inside, by_phone) or inside
    return tuple(dict.fromkeys((*_anywhere(meaning), *local)))


def _of_country(region: str | None, phone: str, by_phone: Sequence[str]) -> tuple[str, ...]:
    """Return the zones of the country of an address, with its territories, else of the countries a number leads to."""
    if region is not None and zones_of_country(region):
        return _of_regions((region, *TERRITORIES.get(region, ())))
    return _of_regions(_near_regions(regions_of_phone(phone) if phone else (), by_phone))


def _near_regions(regions: Sequence[str], by_phone: Sequence[str]) -> list[str]:
    """Return the regions of a calling code that a number can be in by its own zones."""
    return [code for code in regions if agreeing(zones_of_country(code), by_phone)]


def _of_clock(meaning: Meaning, region: str | None, state: str, phone: str) -> tuple[str, ...]:
    """Return the zones of a word that is not a place: only `GMT` is read in the address, as that of Britain."""
    if meaning.offset is not None:
        return _anywhere(meaning)
    return _meant_inside(meaning, region, state, phone) or (*_fixed(0), *_anywhere(meaning))


def meant_zones(text: str, region: str | None) -> tuple[str, ...]:
    """Return the zones that a text means in a region, or anywhere if it means none there; none for other texts."""
    meaning = meaning_of(text)
    if meaning is None:
        return ()
    if meaning.zones or meaning.clock:
        return meaning.zones or (meaning.clock,)
    return _meant_inside(meaning, region, "", "") or _anywhere(meaning)


def _meant_inside(meaning: Meaning, region: str | None, state: str, phone: str) -> tuple[str, ...]:
    """Return the zones that a word means in the address, else at the number; none if it means none there."""
    for zones, country in _contexts(region, state, phone, meaning):
        fitting = [zone for zone in zones if meaning.state or meaning.fits(zone, australian=country == "AU")]
        if fitting:
            return tuple(fitting)
    return ()


def _of_address(region: str | None, state: str, phone: str, by_phone: Sequence[str]) -> tuple[str, ...]:
    """Return the zones of an address that the number does not rule out, else those of the number."""
    address = _address_zones(region, state, phone)
    if not address:
        return tuple(by_phone)
    inside = agreeing(address, by_phone)
    if not inside and region is not None and not state_zones(region, state):
        inside = agreeing(_of_regions(TERRITORIES.get(region, ())), by_phone)
    return inside or tuple(address)


def _address_zones(region: str | None, state: str, phone: str) -> Sequence[str]:
    if region is None:
        # A state without a country is one of a country that the phone's calling code leads to.
        regions = regions_of_phone(phone) if state.strip() else ()
        return next((zones for code in regions if (zones := state_zones(code, state))), ())
    if zones := state_zones(region, state):
        return zones
    main = MAIN_ZONE.get(region) if state.strip() else None
    return available((main,)) if main else zones_of_country(region)


def _contexts(region: str | None, state: str, phone: str, meaning: Meaning) -> list[tuple[Sequence[str], str | None]]:
    """Return the zones where a word is read, from the nearest to the farthest, each with its country."""
    by_phone = zones_of_phone(phone)
    if region is not None:
        if meaning.state:
            return [(state_zones(region, meaning.state), region)]
        territories = _of_regions(TERRITORIES.get(region, ()))
        own = (state_zones(region, state), zones_of_country(region), territories)
        return [(zones, region) for zones in own] + ([] if zones_of_country(region) else [(by_phone, None)])
    # Without an address and a number there is nobody to call; North Americans use such words most.
    regions = regions_of_phone(phone) if phone else ("US", "CA")
    if meaning.state:
        return [(state_zones(code, meaning.state), code) for code in regions]
    of_state = [(state_zones(code, state), code) for code in regions]
    main = regions[0] if regions else None
    near = _near_regions(regions, by_phone) if phone else regions
    return [*of_state, (by_phone, main), *((_of_regions((code,)), code) for code in near)]


def _of_regions(regions: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(zone for code in regions for zone in zones_of_country(code)))


@lru_cache(maxsize=1024)
def _anywhere(meaning: Meaning) -> tuple[str, ...]:
    """Return the zones that a word or an offset means without a country."""
    if meaning.state:
        states = (states.get(state_key(meaning.state), ()) for states in ZONES_OF_STATE.values())
        return tuple(zone for zones in states for zone in zones)
    if meaning.clock:
        return (meaning.clock,)
    if meaning.offset is not None:
        return _fixed(meaning.offset)
    every = (zone for zones in zones_by_country().values() for zone in zones)
    return tuple(dict.fromkeys(zone for zone in every if meaning.fits(zone)))


def _fixed(offset: int) -> tuple[str, ...]:
    """Return a zone whose clocks always have an offset."""
    if offset % 60 == 0:
        # The signs of these names are inverted: Etc/GMT-2 is two hours ahead.
        return available((f"Etc/GMT{-offset // 60:+d}" if offset else "UTC",))
    every = (zone for zones in zones_by_country().values() for zone in zones)
    return next(((zone,) for zone in every if offsets(zone) == {offset}), ())
