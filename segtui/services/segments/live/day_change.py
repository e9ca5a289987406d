"""Day change: after midnight, rules with relative days select other contacts.

`segments.changes_at` is the end of the day for which a rule was last evaluated. The first access after it evaluates the
rules again, for the contacts whose days entered or left a rule's period since. A process checks after midnight, and
every minute in case an administrator changed a time zone. A write checks each time. While the database cannot be
written, every read evaluates the rules that are due (`stale_rules`).
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from sqlalchemy import and_, bindparam, select

from segtui.database.engine import Database
from segtui.database.tables.core_tables import companies, segments
from segtui.services import session as sessions
from segtui.services.company_zone import company_day, end_of_day, stored_zone
from segtui.services.session import Session, Transaction

if TYPE_CHECKING:
    from segtui.services.segments.live.stale_rules import StaleRules

CHECK_INTERVAL: Final = 60_000_000
"""Microseconds after which a process checks again for a rule that is due."""
RETRY_INTERVAL: Final = 5_000_000
"""The same where the database could not be written."""


@dataclass(frozen=True, slots=True)
class _Check:
    """A check of the rules, with its time and the time until which no other rule is due.

    `is_behind` is True where rules stayed due, because the database could not be written.
    """

    at: int
    until: int
    is_behind: bool = False

    def covers(self, now: int) -> bool:
        """Tell whether no check is needed now. It is False for a clock that was set back."""
        return self.at <= now < self.until


_checks: "WeakKeyDictionary[Database, dict[int | None, _Check]]" = WeakKeyDictionary()
_busy = threading.local()


@contextmanager
def writing() -> Iterator[None]:
    """Suppress checks by this thread in the block: it holds the lock that catching up would wait for."""
    before = getattr(_busy, "is_writing", False)
    _busy.is_writing = True
    try:
        yield
    finally:
        _busy.is_writing = before


def before_access(session: Session) -> None:
    """Bring the rules that are due up to date, before a session reads or writes anything.

    It needs no right of the user, because the clock alone decides. Where the database cannot be written now, an access
    some seconds later tries again.
    """
    if getattr(_busy, "is_writing", False) or _is_fresh(session):
        return
    with writing():
        checked_at = sessions.now()
        with session.read() as tx:
            due, until = _due(tx)
        is_behind = False
        if due:
            from segtui.services.segments.live import catching_up

            is_behind = not catching_up.catch_up(session, due)
        until = checked_at + RETRY_INTERVAL if is_behind else until
        _checks.setdefault(session.database, {})[_company_id(session)] = _Check(checked_at, until, is_behind)


def stale_rules(tx: Transaction) -> "StaleRules | None":
    """Return the rules that a transaction that reads has to evaluate itself; at no cost where none stayed due."""
    check = _checks.get(tx.session.database, {}).get(_company_id(tx.session))
    if check is None or not check.is_behind:
        return None
    from segtui.services.segments.live import stale_rules

    return stale_rules.read(tx)


def is_due(tx: Transaction) -> bool:
    """Tell whether a rule of the company is due, in an open transaction that writes.

    It queries the database instead of the last check of this process: a launch must never freeze yesterday's members.
    """
    return bool(_due(tx)[0])


def _is_fresh(session: Session) -> bool:
    """Tell whether no rule of the session's company can be due, or could be brought up to date, by the last check."""
    check = _checks.get(session.database, {}).get(_company_id(session))
    return check is not None and check.covers(sessions.now())


def forget_checks(database: Database) -> None:
    """Check again at the next access: rules of the database became due."""
    _checks.pop(database, None)


def _due(tx: Transaction) -> tuple[Sequence[int], int]:
    """Return the companies of rules that are due, and the time until which no other is.

    No company's day ends before that time, so that a rule that another process makes meanwhile is not missed.
    """
    now = sessions.now()
    until, due = now + CHECK_INTERVAL, set[int]()
    changing = and_(
        segments.c.company_id == companies.c.id,
        tx.scope(segments),
        segments.c.rule.is_not(None),
        segments.c.changes_at.is_not(None),
    )
    query = select(companies.c.id, companies.c.timezone, segments.c.changes_at).distinct()
    query = query.outerjoin_from(companies, segments, changing)
    if tx.is_in_company:
        query = query.where(companies.c.id == bindparam("company"))
    for row in tx.execute(query):
        zone = stored_zone(row.timezone)
        ends = end_of_day(company_day(now, zone), zone)
        until = min(until, ends)
        if row.changes_at not in (None, ends):
            due.add(row.id)
    return sorted(due), until


def day_before(changes_at: int, zone: tzinfo | None) -> date | None:
    """Return the day that a rule was kept for, None where all contacts have to be evaluated: the zone changed."""
    day = company_day(changes_at - 1, zone)
    return day if changes_at and end_of_day(day, zone) == changes_at else None


def _company_id(session: Session) -> int | None:
    return None if session.company is None else session.company.id
