"""A time zone in a setting, which must be exactly one zone."""

from typing import Final

from segtui.domain.text import clean
from segtui.domain.timezones.clock_comparison import narrowed
from segtui.domain.timezones.possible_zones import meant_zones
from segtui.domain.timezones.zone_meaning import meaning_of, nearest_name
from segtui.errors import InvalidInput

_MOST_NAMED: Final = 4


def checked_zone(text: str, region: str | None = None) -> str:
    """Return the stored name of a zone; words such as `EST` are read in a region, as a contact's are.

    Raises InvalidInput (`timezone`): for a text that is not a zone, with the nearest one, and for one that may be
    several, with their names.
    """
    if meaning_of(text) is None:
        near = nearest_name(text)
        hint = f" Did you mean {near}?" if near else ""
        raise InvalidInput(f"“{clean(text)}” is not a time zone such as Europe/Madrid.{hint}", "timezone")
    zones = narrowed(meant_zones(text, region))
    if len(zones) == 1:
        return zones[0]
    named = ", ".join(zones[:_MOST_NAMED])
    raise InvalidInput(f"“{clean(text)}” can mean several time zones: write one of them, such as {named}.", "timezone")
