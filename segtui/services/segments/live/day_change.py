"""Days that pass: rules with relative days hold for other contacts after midnight.

`segments.changes_at` is the end of the day that a rule was kept for. The first access after it touches the contacts
that crossed an edge of a rule's days since, and evaluates the rules for those alone. A process looks once a day, and
once a minute in case an administrator changed the zone. Whoever writes looks each time. Where the database cannot be
written, whoever reads evaluates the rules that are due (`stale_rules.py`).
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy import Row, and_, bindparam, select

from segtui.config.settings import system_zone
from segtui.database.engine import Database
from segtui.database.tables.core_tables import companies, segments
from segtui.services import session as sessions
from segtui.services.company_zone import company_day, end_of_day
from segtui.services.session import Session, Transaction

if TYPE_CHECKING:
    from segtui.services.segments.live.stale_rules import StaleRules

LOOK_AGAIN: Final = 60_000_000
"""Microseconds after which a process looks again whether a rule is due."""
TRY_AGAIN: Final = 5_000_000
"""The same where the database could not be written."""


@dataclass(frozen=True, slots=True)
class _Look:
    """A look at the rules, and the time until which no other is due.

    `is_behind` is True where rules stayed due, because the database could not be written.
    """

    at: int
    until: int
    is_behind: bool = False

    def covers(self, now: int) -> bool:
        """Tell whether there is no need to look again now; a clock that went back is looked at again."""
        return self.at <= now < self.until


_looks: "WeakKeyDictionary[Database, dict[int | None, _Look]]" = WeakKeyDictionary()
_busy = threading.local()


@contextmanager
def writing() -> Iterator[None]:
    """Let this thread look at no rules meanwhile: it holds the lock that catching up would wait for."""
    before = getattr(_busy, "is_writing", False)
    _busy.is_writing = True
    try:
        yield
    finally:
        _busy.is_writing = before


def before_access(session: Session) -> None:
    """Bring the rules that are due up to date, before a session reads or writes anything.

    It needs no right of the user: nothing is decided but by the clock. Where the database cannot be written now, it is
    tried again by an access some seconds later.
    """
    if getattr(_busy, "is_writing", False) or _is_fresh(session):
        return
    with writing():
        looked_at = sessions.now()
        with session.read() as tx:
            due, until = _due(tx)
        is_behind = False
        if due:
            from segtui.services.segments.live import catching_up

            is_behind = not catching_up.catch_up(session, due)
        until = looked_at + TRY_AGAIN if is_behind else until
        _looks.setdefault(session.database, {})[_company_id(session)] = _Look(looked_at, until, is_behind)


def stale_rules(tx: Transaction) -> "StaleRules | None":
    """Return the rules that a transaction that reads has to evaluate itself: it costs nothing where none stayed due."""
    look = _looks.get(tx.session.database, {}).get(_company_id(tx.session))
    if look is None or not look.is_behind:
        return None
    from segtui.services.segments.live import stale_rules

    return stale_rules.read(tx)


def is_due(tx: Transaction) -> bool:
    """Tell whether a rule of the company is due, in an open transaction that writes.

    It asks the database, not the last look of this process: a launch must never freeze the members of another day.
    """
    return bool(_due(tx)[0])


def _is_fresh(session: Session) -> bool:
    """Tell whether no rule of the session's company can be due, or could be brought up to date, by the last look."""
    look = _looks.get(session.database, {}).get(_company_id(session))
    return look is not None and look.covers(sessions.now())


def forget_looks(database: Database) -> None:
    """Look again at the next access: rules of the database became due."""
    _looks.pop(database, None)


def _due(tx: Transaction) -> tuple[Sequence[int], int]:
    """Return the companies of rules that are due, and the time until which no other is.

    No company's day ends before that time: a rule that another process makes meanwhile is not overlooked.
    """
    now = sessions.now()
    until, due = now + LOOK_AGAIN, set[int]()
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
        ends = end_of_day(company_day(now, zone_of(row)), zone_of(row))
        until = min(until, ends)
        if row.changes_at not in (None, ends):
            due.add(row.id)
    return sorted(due), until


def zone_of(row: Row[*tuple[Any, ...]]) -> tzinfo | None:
    """Return the zone of a company by its column."""
    return system_zone() if row.timezone is None else ZoneInfo(row.timezone)


def day_before(changes_at: int, zone: tzinfo | None) -> date | None:
    """Return the day that a rule was kept for, None where its days have to be looked at anew: the zone is another."""
    day = company_day(changes_at - 1, zone)
    return day if changes_at and end_of_day(day, zone) == changes_at else None


def _company_id(session: Session) -> int | None:
    return None if session.company is None else session.company.id
