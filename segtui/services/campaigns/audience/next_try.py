"""The next try of a waiting contact: the first moment after its delay, within the calling hours and days.

A contact that may be called now has the moment its delay ended, or none before its first call. So do all contacts of a
paused campaign, for which no moment can be told.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, case, func, null, select

from segtui.database.tables.campaign_tables import campaign_contacts
from segtui.services.campaigns.audience import due_queue
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.session import Transaction, moment, now, stored

DIALS: Final = frozenset({"active", "scheduled"})
"""States of a campaign with a known next try: only time decides it."""
_WAITS: Final = frozenset({"pending", "retry"})


class NextTry(NamedTuple):
    """The next call of a contact, None at once or never; `never` is set if no hour holds in all its zones."""

    at: datetime | None = None
    never: bool = False


class NextTries:
    """The next tries of the contacts of one campaign."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._now = moment(now())
        self._from = _begins(campaign, self._now)
        self._openings: dict[tuple[str | None, datetime], datetime | None] = {}

    def of(self, state: str, zone: str | None, next_at: int | None) -> NextTry:
        """Return the next try of a contact by its row in the audience."""
        delayed = None if next_at is None else moment(next_at)
        if state not in _WAITS:
            return NextTry()
        if self._campaign.status not in DIALS:
            return NextTry(delayed)
        first = max(delayed or self._from, self._from)
        # Finding no hour at all takes long: it is computed once for every set of zones.
        allowed = None if self._opening(zone, self._from) is None else self._opening(zone, first)
        if allowed is None:
            return NextTry(never=True)
        return NextTry(allowed if allowed > self._now else delayed)

    def _opening(self, zone: str | None, begins: datetime) -> datetime | None:
        key = (zone, begins)
        if key not in self._openings:
            self._openings[key] = due_queue.first_allowed(self._campaign, zone, begins)
        return self._openings[key]


def _begins(campaign: Campaign, earliest: datetime) -> datetime:
    """Return the moment before which nothing is dialled: `earliest`, or the start where that is later."""
    start = campaign.settings.start_at if campaign.started_at is None else None
    return max(earliest, start or earliest)


def sort_key(tx: Transaction, campaign: Campaign) -> ColumnElement[Any]:
    """Return the column by which an audience is sorted by its next try."""
    next_at = campaign_contacts.c.next_at
    if campaign.status not in DIALS:
        return next_at
    current = moment(now())
    begins = _begins(campaign, current)
    last = tx.execute(select(func.max(next_at)).where(due_queue.of_state(tx, campaign.id, "retry"))).scalar()
    until = max(begins, begins if last is None else moment(last))
    sets = {waits.zone for waits in due_queue.zones(tx, campaign.id)}
    if not sets:
        return next_at
    first = case((next_at > stored(begins), next_at), else_=stored(begins))
    inside = first if begins > current else next_at
    by_zone = [
        (_is_in(zone), _within(first, inside, _windows(campaign, zone, begins, until)))
        for zone in sorted(sets, key=lambda zone_set: zone_set or "")
    ]
    return case((campaign_contacts.c.state.not_in(_WAITS), null()), *by_zone, else_=next_at)


def _is_in(zone: str | None) -> ColumnElement[bool]:
    column = campaign_contacts.c.zone
    return column.is_(None) if zone is None else column == zone


def _windows(campaign: Campaign, zone: str | None, begins: datetime, until: datetime) -> list[tuple[int, int]]:
    """Return the windows of a zone set from a moment on, up to the first that ends after another."""
    windows: list[tuple[int, int]] = []
    for opens, closes in campaign.settings.hours.windows(begins, *due_queue.clocks_of(campaign, zone)):
        windows.append((stored(opens), stored(closes)))
        if closes > until:
            break
    return windows


def _within(
    first: ColumnElement[Any], inside: ColumnElement[Any], windows: Sequence[tuple[int, int]]
) -> ColumnElement[Any]:
    """Return the first moment within windows that is not before `first`; `inside` where that is within one itself."""
    if not windows:
        return null()
    steps = [step for opens, closes in windows for step in ((first < opens, opens), (first < closes, inside))]
    return case(*steps, else_=null())
