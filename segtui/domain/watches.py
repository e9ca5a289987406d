"""Watches: the conditions of a segment that a user is told of, with their limits and their words."""

from dataclasses import dataclass
from typing import Final

from segtui.domain.text import counted
from segtui.domain.vocabulary import WATCH_KINDS
from segtui.errors import InvalidInput

WATCHED_DAYS: Final = 7
"""Days in which a segment has to grow by the percentage of a watch."""
MAX_AMOUNT: Final = 1_000_000_000
"""Largest number of contacts, percent or days of a watch."""


@dataclass(frozen=True, slots=True)
class WatchKind:
    """A condition that can be watched. `unit` is that of its amount, empty where it has none; `label` names it."""

    name: str
    label: str
    unit: str
    least: int
    help: str

    @property
    def has_amount(self) -> bool:
        """True where the condition compares with a number."""
        return bool(self.unit)

    def words(self, amount: int) -> str:
        """Return the condition as it is listed: `more than 1,000 contacts`."""
        return {
            "over": f"more than {counted(amount, 'contact')}",
            "empty": "having no contact",
            "grows": f"growth by {amount:,}% in {WATCHED_DAYS} days",
            "stale": f"{counted(amount, 'day')} without a change",
        }[self.name]

    def checked(self, amount: int) -> int:
        """Return the amount. Raises InvalidInput (`amount`) for one that is too small or too large."""
        if not self.has_amount:
            return 0
        if not self.least <= amount <= MAX_AMOUNT:
            limits = f"from {self.least:,} to {MAX_AMOUNT:,}"
            raise InvalidInput(f"A watch on {self.label} takes a number of {self.unit} {limits}.", "amount")
        return amount


_KINDS: Final = (
    WatchKind("over", "size", "contacts", 0, "Due while the segment has more than N contacts."),
    WatchKind("empty", "emptiness", "", 0, "Due while the segment has no contact."),
    WatchKind(
        "grows", "growth", "percent", 1, f"Due while it has N percent more contacts than {WATCHED_DAYS} days ago."
    ),
    WatchKind("stale", "standstill", "days", 1, "Due when no contact has joined or left for N days."),
)
KINDS: Final = {kind.name: kind for kind in _KINDS}
assert tuple(KINDS) == WATCH_KINDS  # noqa: S101  the column's check is made of these
