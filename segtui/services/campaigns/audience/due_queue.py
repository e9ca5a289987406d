"""The queue of contacts that wait for a call, by time zone. It is read before every call, fast at any audience size.

An index leads from zone to zone (`ix_campaign_contacts_next`), so nothing here grows with the audience.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, literal_column, select, union_all

from segtui.database.backends.index_hints import by_index
from segtui.database.tables.campaign_tables import campaign_contacts
from segtui.domain.timezones.clock_comparison import zones_in
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.session import Transaction, moment, stored

# Time that calling hours must still last: the claim is followed by a request before the phone rings.
MARGIN: Final = timedelta(seconds=20)


NO_HOUR: Final = "no calling hour holds in all possible time zones"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The waiting contacts of one zone set, which is None for the campaign's zone; `state` is pending or retry."""

    state: str
    zone: str | None


def zones(tx: Transaction, campaign_id: int) -> list[Waiting]:
    """Return the zones of a campaign with waiting contacts, for the first call or for another one."""
    return [Waiting(state, zone) for state in ("pending", "retry") for zone in _zones(tx, campaign_id, state)]


def _zones(tx: Transaction, campaign_id: int, state: str) -> Iterator[str | None]:
    zone = campaign_contacts.c.zone
    here = of_state(tx, campaign_id, state)
    zones_cte = select(_first(zone, here & zone.is_not(None)).label("zone")).cte("known_zones", recursive=True)
    following = _first(zone, here & (zone > zones_cte.c.zone))
    zones_cte = zones_cte.union_all(select(following).where(zones_cte.c.zone.is_not(None)))
    nowhere = _in_order(_by_index(literal_column("1")).where(here, zone.is_(None))).limit(1).scalar_subquery()
    query = union_all(
        select(zones_cte.c.zone, literal_column("0").label("nowhere")).where(zones_cte.c.zone.is_not(None)),
        select(literal_column("NULL"), literal_column("1")).where(nowhere.is_not(None)),
    )
    for row in tx.execute(query):
        yield None if row.nowhere else row.zone


def _by_index(column: ColumnElement[Any]) -> Select[Any]:
    """Return a query by the index of waiting contacts; without the hint SQLite walks all contacts ever called."""
    query = select(column).select_from(campaign_contacts)
    return by_index(query, campaign_contacts, "ix_campaign_contacts_next")


def _first(column: ColumnElement[Any], which: ColumnElement[bool]) -> ScalarSelect[Any]:
    """Return the least value of a column.

    Not by `min`: of an audience frozen just now PostgreSQL has no statistics yet, believes that it is of one row, and
    reads them all.
    """
    return _in_order(_by_index(column).where(which)).limit(1).scalar_subquery()


def _in_order(query: Select[Any]) -> Select[Any]:
    """Return a query in the order of the index, so that PostgreSQL reads it instead of sorting."""
    return query.order_by(campaign_contacts.c.zone, campaign_contacts.c.next_at)


def of_state(tx: Transaction, campaign_id: int, state: str) -> ColumnElement[bool]:
    """Return the condition for the contacts of an audience in a waiting state."""
    return and_(
        tx.scope(campaign_contacts),
        campaign_contacts.c.campaign_id == campaign_id,
        campaign_contacts.c.state == state,
        literal_column("campaign_contacts.state != 'done'"),
    )


def open_until(campaign: Campaign, zone: str | None, instant: datetime) -> datetime | None:
    """Return until when the hours of a campaign hold in a zone; None where they do not, or hardly any more."""
    hours, clocks = campaign.settings.hours, clocks_of(campaign, zone)
    if not (hours.hold(instant, *clocks) and hours.hold(instant + MARGIN, *clocks)):
        return None
    return next(ends for _, ends in hours.windows(instant, *clocks))


def clocks_of(campaign: Campaign, zone: str | None) -> tuple[ZoneInfo, ...]:
    """Return the zones of a zone set of a campaign's audience: the hours hold where they hold in every one."""
    return zones_in(zone or campaign.settings.timezone)


def first_allowed(campaign: Campaign, zone: str | None, begin: datetime) -> datetime | None:
    """Return the first moment from `begin` on at which the hours hold in a zone set; None where they never do."""
    return campaign.settings.hours.next_allowed(begin, *clocks_of(campaign, zone))


def due(tx: Transaction, campaign: Campaign, instant: datetime, most: int) -> list[int]:
    """Return at most `most` contacts to call next: due retries first, then first calls.

    Zones whose calling window closes first come first.
    """
    contact_ids: list[int] = []
    waiting = [
        (open_until(campaign, waiting_group.zone, instant), waiting_group) for waiting_group in zones(tx, campaign.id)
    ]
    dials = sorted(
        ((until, waiting_group) for until, waiting_group in waiting if until is not None), key=lambda pair: pair[0]
    )
    for state in ("retry", "pending"):
        for _, waiting_group in dials:
            if waiting_group.state == state and len(contact_ids) < most:
                contact_ids += _of_zone(tx, campaign.id, waiting_group, instant, most - len(contact_ids))
    return contact_ids


def _of_zone(tx: Transaction, campaign_id: int, waiting: Waiting, instant: datetime, most: int) -> list[int]:
    next_at = campaign_contacts.c.next_at
    here = and_(of_state(tx, campaign_id, waiting.state), _in_zone(waiting.zone))
    ids = _by_index(campaign_contacts.c.contact_id).where(here)
    of_time = _in_order(ids.where(next_at <= stored(instant))).limit(most)
    contact_ids = list(tx.execute(of_time).scalars())
    if len(contact_ids) < most:
        contact_ids += tx.execute(_in_order(ids.where(next_at.is_(None))).limit(most - len(contact_ids))).scalars()
    return contact_ids


def _in_zone(zone: str | None) -> ColumnElement[bool]:
    return campaign_contacts.c.zone.is_(None) if zone is None else campaign_contacts.c.zone == zone


@dataclass(frozen=True, slots=True)
class Next:
    """The next moment for waiting contacts; `by_hours` tells whether only the calling hours keep them waiting."""

    at: datetime
    by_hours: bool


def without_hours(tx: Transaction, campaign: Campaign, begin: datetime) -> tuple[int, str | None]:
    """Return the number of waiting contacts without a calling hour that holds in all their zones, and one zone set."""
    sets = {waits for waits in zones(tx, campaign.id) if first_allowed(campaign, waits.zone, begin) is None}
    counting = select(func.count()).select_from(campaign_contacts)
    count = 0
    for waiting_set in sets:
        count += int(
            tx.execute(
                counting.where(of_state(tx, campaign.id, waiting_set.state), _in_zone(waiting_set.zone))
            ).scalar_one()
        )
    return count, min((waits.zone for waits in sets if waits.zone), default=None)


def next_moment(tx: Transaction, campaign: Campaign, instant: datetime) -> datetime | None:
    """Return when a contact may be called next, None without waiting contacts. A past moment means now."""
    return min((opening.at for opening in next_moments(tx, campaign, instant).values()), default=None)


def next_moments(tx: Transaction, campaign: Campaign, instant: datetime) -> dict[str, Next]:
    """Return the next moment for each state with waiting contacts: the first call (pending), another call (retry)."""
    moments: dict[str, Next] = {}
    next_at = campaign_contacts.c.next_at
    for waiting in zones(tx, campaign.id):
        here = and_(of_state(tx, campaign.id, waiting.state), _in_zone(waiting.zone))
        fresh = tx.execute(_in_order(_by_index(next_at).where(here, next_at.is_(None))).limit(1)).first() is not None
        first = None if fresh else tx.execute(select(_first(next_at, here & next_at.is_not(None)))).scalar()
        tried = instant if first is None else max(instant, moment(first))
        allowed = first_allowed(campaign, waiting.zone, tried)
        if allowed is None:
            continue
        if waiting.state not in moments or allowed < moments[waiting.state].at:
            moments[waiting.state] = Next(allowed, allowed > tried)
    return moments


def last_opening(tx: Transaction, campaign: Campaign, instant: datetime) -> datetime | None:
    """Return when the calling hours of the last waiting contacts begin; None without waiting contacts."""
    sets = {waits.zone for waits in zones(tx, campaign.id)}
    openings = (first_allowed(campaign, zone, instant) for zone in sets)
    return max((opening for opening in openings if opening is not None), default=None)
