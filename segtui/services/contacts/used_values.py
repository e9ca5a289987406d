"""Values of a field that contacts of a company have, for fields with few of them, such as the status."""

from dataclasses import dataclass
from typing import Final

from segtui.domain.criteria.tree import Comparison
from segtui.domain.text import fold
from segtui.services.criteria import facets
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session

OFFERED_FIELDS: Final = ("source", "status")
"""Fields whose values in use are offered."""
_MAX_VALUES: Final = 500


@dataclass(frozen=True, slots=True)
class UsedValue:
    """A value, spelled as most contacts have it, and their number, however they spell it."""

    value: str
    contacts: int


def read(session: Session, field: str, interrupt: Interrupt | None = None) -> tuple[UsedValue, ...]:
    """Return the values of a field, the most frequent first. Raises Cancelled."""
    values = facets.suggestions(session, None, field, "", _MAX_VALUES, interrupt)
    return tuple(
        UsedValue(value.criteria.values[0], value.count)
        for value in values
        if isinstance(value.criteria, Comparison) and value.criteria.values
    )


def matching(values: tuple[UsedValue, ...], typed: str) -> list[UsedValue]:
    """Return the values that contain a typed text, those that begin with it first."""
    folded = fold(typed)
    hits = [value for value in values if folded in fold(value.value)]
    return sorted(hits, key=lambda value: not fold(value.value).startswith(folded))
