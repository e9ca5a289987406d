"""The recorded days of segments: members at the end of each day with a change, and those that joined and left on it.

A day is one of the company. It is recorded in the transaction that moves members (`live.member_counts`), so it is the
day on which the database changed: members of a live segment that its rule moves at midnight move when somebody looks.
A contact that leaves and comes back in two transactions of a day joined and left; in one transaction it did not move.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, bindparam, case, func, literal, select, true

from segtui.database.tables.core_tables import Id, companies, segments
from segtui.database.tables.history_tables import segment_days
from segtui.services import session as sessions
from segtui.services.company_zone import company_day, stored_zone
from segtui.services.session import Transaction

GROWTH_DAYS: Final = 7
"""Days of a segment's growth, counted back from today, which is one of them."""


def growth(tx: Transaction, company_ids: Mapping[int, int], days: int = GROWTH_DAYS) -> dict[int, tuple[int, int]]:
    """Return how many contacts joined and left segments in the last days, by the ids of the segments.

    `company_ids` are the companies of the segments.
    """
    joined, departed = Counter[int](), Counter[int]()
    if company_ids:
        of_companies = companies.c.id.in_(sorted(set(company_ids.values())))
        of_segments = tx.backend.id_in(segment_days.c.segment_id, list(company_ids))
        for row in _recent(tx, of_companies & of_segments, days):
            joined[row.segment_id] += row.joined
            departed[row.segment_id] += row.departed
    return {segment_id: (joined[segment_id], departed[segment_id]) for segment_id in company_ids}


def net_growth(tx: Transaction, days: int = GROWTH_DAYS) -> ColumnElement[int]:
    """Return how many more contacts joined than left in the last days, for a statement on segments and companies."""
    now = sessions.now()
    zones = tx.execute(select(companies.c.timezone).where(_visible(tx)).distinct()).scalars().all()
    first_days = {zone: _first_day(now, zone, days) for zone in zones if zone is not None}
    system_day = literal(_first_day(now, None, days))
    first = case(first_days, value=companies.c.timezone, else_=system_day) if first_days else system_day
    of_segment = (
        segment_days.c.company_id == segments.c.company_id,
        segment_days.c.segment_id == segments.c.id,
        segment_days.c.day >= first,
    )
    net = select(func.coalesce(func.sum(segment_days.c.joined - segment_days.c.departed), 0)).where(*of_segment)
    return net.correlate(segments, companies).scalar_subquery()


def _visible(tx: Transaction) -> ColumnElement[bool]:
    return companies.c.id == bindparam("company", type_=Id) if tx.is_in_company else true()


def _recent(tx: Transaction, which: ColumnElement[bool], days: int) -> list[Row[*tuple[Any, ...]]]:
    """Return the recorded days of segments that are no more than some days back in their company."""
    now = sessions.now()
    # A day more than any zone can be behind; which days are recent is then decided in each company's own.
    earliest = company_day(now, None) - timedelta(days=days + 1)
    columns = (segment_days.c.segment_id, segment_days.c.day, segment_days.c.joined, segment_days.c.departed)
    query = (
        select(*columns, companies.c.timezone)
        .join_from(segment_days, companies, companies.c.id == segment_days.c.company_id)
        .where(tx.scope(segment_days), which, segment_days.c.day >= earliest.isoformat())
    )
    rows = tx.execute(query).all()
    first_days = {name: _first_day(now, name, days) for name in {row.timezone for row in rows}}
    return [row for row in rows if row.day >= first_days[row.timezone]]


def _first_day(now: int, zone: str | None, days: int) -> str:
    today: date = company_day(now, stored_zone(zone))
    return (today - timedelta(days=days - 1)).isoformat()
