"""The history of a segment: its contacts day by day, with those that joined and left."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from segtui.database.tables.history_tables import segment_days
from segtui.errors import InvalidInput
from segtui.services.company_zone import company_today
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segment_rows
from segtui.services.session import Session

MAX_DAYS: Final = 3_660
"""Largest number of days that are read at once: ten years."""


@dataclass(frozen=True, slots=True)
class DayOfSegment:
    """A day of a segment: contacts at its end (today so far), and those that joined and left on it."""

    day: date
    contacts: int
    joined: int = 0
    left: int = 0


def members_by_day(
    session: Session, segment_id: int, days: int = 30, interrupt: Interrupt | None = None
) -> list[DayOfSegment]:
    """Return the last `days` days of a segment, the oldest first, up to today in the time zone of its company.

    A day without a change has the contacts of the day before. Days before the first that is recorded are left out,
    because nothing is known of them. Raises NotFound, and InvalidInput for less than 1 or more than MAX_DAYS days.
    """
    if not 1 <= days <= MAX_DAYS:
        raise InvalidInput(f"The history is read for 1 to {MAX_DAYS:,} days, not for {days:,}.", "days")
    session = segment_rows.bound(session, segment_id)
    with session.read(interrupt) as tx:
        segment_rows.get(tx, segment_id)
        today = company_today(tx)
        first = today - timedelta(days=days - 1)
        mine = (tx.scope(segment_days), segment_days.c.segment_id == segment_id)
        columns = (segment_days.c.day, segment_days.c.contacts, segment_days.c.joined, segment_days.c.departed)
        query = select(*columns).where(*mine).order_by(segment_days.c.day)
        recorded = [
            DayOfSegment(date.fromisoformat(row.day), row.contacts, row.joined, row.departed)
            for row in tx.execute(query.where(segment_days.c.day >= first.isoformat()))
        ]
        before = query.where(segment_days.c.day < first.isoformat()).order_by(None)
        last_before = tx.execute(before.order_by(segment_days.c.day.desc()).limit(1)).first()
    return _every_day(recorded, None if last_before is None else last_before.contacts, first, today)


def _every_day(recorded: list[DayOfSegment], contacts: int | None, first: date, today: date) -> list[DayOfSegment]:
    """Return every day from the first with a known number of contacts. `contacts` are those before all of them."""
    by_day = {day.day: day for day in recorded}
    last = max([today, *by_day])  # a clock that was set back leaves days that are still to come
    every: list[DayOfSegment] = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day in by_day:
            every.append(by_day[day])
            contacts = by_day[day].contacts
        elif contacts is not None:
            every.append(DayOfSegment(day, contacts))
    return every
