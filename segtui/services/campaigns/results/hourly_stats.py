"""Hourly statistics of a campaign's calls, in each contact's local time."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, case, func, select

from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts
from segtui.domain.timezones.clock_comparison import zones_in
from segtui.services.campaigns import campaign_rows
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, moment

# Quarters of an hour: no zone is off by less from the others.
_QUARTER: Final = 15 * 60 * 1_000_000


@dataclass(frozen=True, slots=True)
class HourOfDay:
    """The calls that began in one hour of the day, 0 to 23, and are over; `answered` of them were answered."""

    hour: int
    calls: int
    answered: int

    @property
    def rate(self) -> float | None:
        """The part of them that was answered, 0 to 1; None where there was no call."""
        return self.answered / self.calls if self.calls else None


def by_hour(session: Session, campaign_id: int, interrupt: Interrupt | None = None) -> tuple[HourOfDay, ...]:
    """Return every hour of the day, from the first to the last with calls. Raises NotFound, Cancelled."""
    session = campaign_rows.bound(session, campaign_id)
    with session.read(interrupt) as tx:
        usual = campaign_rows.get(tx, campaign_id).settings.timezone
        of_contact = and_(
            campaign_contacts.c.company_id == call_attempts.c.company_id,
            campaign_contacts.c.campaign_id == call_attempts.c.campaign_id,
            campaign_contacts.c.contact_id == call_attempts.c.contact_id,
        )
        quarter = (call_attempts.c.started_at // _QUARTER).label("quarter")
        answered = func.count(case((call_attempts.c.outcome == "answered", 1))).label("answered")
        mine = (call_attempts.c.campaign_id == campaign_id, call_attempts.c.outcome.is_not(None))
        rows = tx.execute(
            select(campaign_contacts.c.zone, quarter, func.count().label("calls"), answered)
            .select_from(call_attempts)
            .join(campaign_contacts, of_contact)
            .where(tx.scope(call_attempts), tx.scope(campaign_contacts), *mine)
            .group_by(campaign_contacts.c.zone, quarter)
        ).all()
    hours: dict[int, list[int]] = {}
    for row in rows:
        # The likeliest of several possible zones comes first.
        zone = zones_in(row.zone or usual)[0]
        counted = hours.setdefault(moment(row.quarter * _QUARTER).astimezone(zone).hour, [0, 0])
        counted[0] += row.calls
        counted[1] += row.answered
    if not hours:
        return ()
    return tuple(HourOfDay(hour, *hours.get(hour, (0, 0))) for hour in range(min(hours), max(hours) + 1))
