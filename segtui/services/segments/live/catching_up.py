"""Catching up with past days: one scan finds the contacts whose days entered or left the period of any rule."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta, tzinfo
from itertools import groupby

from sqlalchemy import ColumnElement, and_, false, or_, select, update

from segtui.database.tables.core_tables import contact_calls, contacts, segments
from segtui.errors import Cancelled, DatabaseError
from segtui.services import session as sessions
from segtui.services.company_zone import company_day, company_zone, end_of_day
from segtui.services.segments.live import day_change, rule_members, rules
from segtui.services.segments.live.contact_set import ContactSet
from segtui.services.segments.live.rules import LiveSegment, today_source
from segtui.services.session import Session, Transaction, company_of

PATIENCE = 2.0
"""Seconds to wait for other writers."""
_Edges = tuple[int, int]
"""A span of stored times, from the first to before the second. Contacts with a day in it entered or left a period."""


def catch_up(session: Session, company_ids: Sequence[int]) -> bool:
    """Bring the rules of companies up to date. Return False where the database could not be written."""
    for company_id in company_ids:
        try:
            with company_of(session, company_id).keeping_up(PATIENCE) as tx:
                catch_up_in(tx)
        except (DatabaseError, Cancelled):  # a server may limit the time of a statement
            return False
    return True


def catch_up_in(tx: Transaction) -> None:
    """Bring the rules of the company up to date, in an open transaction that writes."""
    zone = company_zone(tx)
    today = company_day(sessions.now(), zone)
    ends = end_of_day(today, zone)
    due = [live for live in rules.live_segments(tx) if live.changes_at is not None and live.changes_at != ends]
    kept_for = {live.id: day_change.day_before(live.changes_at or 0, zone) for live in due}
    for live in due:
        if kept_for[live.id] is None:
            rule_members.settle(tx, live.id, live.rule)
            tx.upkeep.finish()
    dated = [(day, live) for live in due if (day := kept_for[live.id]) is not None]
    for day, group in groupby(sorted(dated, key=lambda pair: (pair[0], pair[1].id)), key=lambda pair: pair[0]):
        _pass_days(tx, day, today, zone, [live for _, live in group])
    if dated:
        of_these = tx.backend.id_in(segments.c.id, [live.id for _, live in dated])
        tx.execute(update(segments).where(tx.scope(segments), of_these).values(changes_at=ends))


def _pass_days(tx: Transaction, kept_for: date, today: date, zone: tzinfo | None, due: Iterable[LiveSegment]) -> None:
    """Evaluate rules for the contacts whose days crossed an edge between two days, in either direction."""
    windows = sorted({window for live in due for window in live.rule.relative_days})
    first, last = min(kept_for, today), max(kept_for, today)
    edges = {window: _edges(first, last, window[1], zone) for window in windows}
    by_column: dict[str, set[_Edges]] = defaultdict(set)
    for (field, _), both in edges.items():
        by_column[field].update(both)
    crossing = ContactSet("crossing_contacts")
    crossing.add(tx, or_(false(), *(_between(tx, field, _merged(spans)) for field, spans in by_column.items())))
    for field, days in windows:
        crossed = _between(tx, field, edges[field, days]) & _inside(tx, crossing)
        tx.upkeep.touch(crossed, today_source(field, days))
        tx.upkeep.finish()
    crossing.clear(tx)


def _edges(first: date, last: date, days: int, zone: tzinfo | None) -> tuple[_Edges, _Edges]:
    """Return the days that leave a window of `days` between two days, and those that enter it."""
    back = timedelta(days=days)
    leaving = end_of_day(first - back, zone), end_of_day(last - back, zone)
    return leaving, (end_of_day(first, zone), end_of_day(last, zone))


def _merged(spans: Collection[_Edges]) -> list[_Edges]:
    """Return spans of time without overlaps, so that a scan makes the fewest comparisons."""
    merged: list[_Edges] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _between(tx: Transaction, field: str, spans: Iterable[_Edges]) -> ColumnElement[bool]:
    """Return the condition that a day field of a contact lies in one of some spans of time."""
    column = {"updated": contacts.c.updated_at, "last_called": contact_calls.c.last_called}.get(
        field, contacts.c.created_at
    )
    test = or_(false(), *(and_(column >= start, column < end) for start, end in spans))
    if field != "last_called":
        return test
    return contacts.c.id.in_(select(contact_calls.c.contact_id).where(tx.scope(contact_calls), test))


def _inside(tx: Transaction, crossing: ContactSet) -> ColumnElement[bool]:
    if crossing.is_many:
        return contacts.c.id.in_(select(crossing.table.c.contact_id))
    return tx.backend.id_in(contacts.c.id, list(crossing.few))
