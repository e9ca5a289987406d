"""The possible time zones of a contact, by its stored fields. Pure: no database."""

from segtui.domain.countries import region_of
from segtui.domain.timezones.clock_comparison import is_place
from segtui.domain.timezones.possible_zones import zone_set_of


def zone_of(timezone: str | None, country: str | None, state: str | None, phone: str | None) -> str | None:
    """Return the zone set of a contact (`clock_comparison`), None if it is unknown. `phone` is E.164."""
    region = region_of(country) if country else None
    # A state is not read inside a country that is not understood.
    state = state if region or not country else ""
    return zone_set_of(timezone or "", region, state or "", phone or "")


def is_certain(zone: str | None) -> bool:
    """Return True if a zone set holds one zone, which is a place: everything else is an assumption."""
    return zone is not None and " " not in zone and is_place(zone)
