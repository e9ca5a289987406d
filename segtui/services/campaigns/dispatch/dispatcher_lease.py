"""The dispatcher's lease: one process dispatches at a time, and proves it with every write (`demand_current`)."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import insert, select, update

from segtui.database.leader_lock import fence
from segtui.database.location import location_of
from segtui.database.tables.campaign_tables import campaigns, dispatcher
from segtui.errors import DatabaseBusy, SegtuiError
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.campaigns import campaign_rows
from segtui.services.campaigns.dispatch import database_identity
from segtui.services.session import Session, Transaction, company_of, moment, now

HEARTBEAT_TIMEOUT: Final = timedelta(seconds=60)
"""Time without a heartbeat after which a dispatcher counts as gone. A long import may delay one by half of it."""
_MORE: Final = timedelta(minutes=5)
"""Up to which the clock of its machine may be ahead of ours."""


class Superseded(SegtuiError):
    """Another dispatcher has taken over: nothing was written."""


@dataclass(frozen=True, slots=True)
class Work:
    """A campaign that dials, or that waits for its time."""

    company_id: int
    campaign_id: int
    updated_at: int
    concurrent: int
    calls_per_hour: int
    agent: str


@dataclass(frozen=True, slots=True)
class DispatcherState:
    """The dispatcher as others see it. `trouble` is a sentence: why it dials nothing at all."""

    holder: str
    at: datetime
    trouble: str | None

    def runs(self, instant: datetime) -> bool:
        """Tell whether it was seen lately enough; clocks may have been set back since."""
        return instant - HEARTBEAT_TIMEOUT <= self.at <= instant + _MORE


def take_over(session: Session, holder: str, last_dialled: Callable[[str], int] = lambda _: 0) -> int:
    """Become the dispatcher and return the generation: the previous dispatcher can write nothing from now on.

    The database gets a new id where it is a copy or was restored (`database_identity.establish`).
    """
    session.demand_admin()
    with session.bound_to(None).write() as tx:
        fence(tx.connection, closing=True)
        database_identity.establish(tx, location_of(session.database, tx.connection), last_dialled)
        row = {"holder": holder, "seen_at": now(), "trouble": None}
        before = tx.execute(select(dispatcher.c.generation)).scalar()
        generation = int(before or 0) + 1
        if before is None:
            tx.execute(insert(dispatcher), {"id": 1, "generation": generation, **row})
        else:
            tx.execute(update(dispatcher).values(generation=generation, **row))
    return generation


def demand_current(tx: Transaction, generation: int) -> None:
    """Raise Superseded where another dispatcher has taken over; none does before the end of the transaction."""
    fence(tx.connection, closing=False)
    if tx.execute(select(dispatcher.c.generation)).scalar() != generation:
        raise Superseded("Another dispatcher has taken over.")


def beat(session: Session, generation: int, trouble: str | None) -> None:
    """Say that the dispatcher lives, and why it dials nothing where it does not. Raises Superseded."""
    session.demand_admin()
    with session.bound_to(None).write() as tx:
        demand_current(tx, generation)
        tx.execute(update(dispatcher).values(seen_at=now(), trouble=trouble))


def leave(session: Session, generation: int) -> None:
    """Say that the dispatcher ends. Raises Superseded."""
    session.demand_admin()
    with session.bound_to(None).write() as tx:
        demand_current(tx, generation)
        tx.execute(update(dispatcher).values(seen_at=0, trouble=None))


def seen(tx: Transaction) -> DispatcherState | None:
    """Return the dispatcher that was seen last, None where there never was one."""
    row = tx.execute(select(dispatcher)).one_or_none()
    return None if row is None else DispatcherState(row.holder, moment(row.seen_at), row.trouble)


def work(session: Session) -> list[Work]:
    """Return the dialling campaigns of all companies; scheduled ones whose time has come begin."""
    session.demand_admin()
    with session.bound_to(None).read() as tx:
        dials = campaigns.c.status.in_(("active", "scheduled"))
        rows = tx.execute(select(campaigns).where(tx.scope(campaigns), dials).order_by(campaigns.c.id)).all()
    timestamp = now()
    due = [row for row in rows if row.status == "scheduled" and (row.start_at or 0) <= timestamp]
    for row in due:
        # While another transaction writes in the company for long, it begins with a later poll.
        with suppress(DatabaseBusy):
            _begin(company_of(session, row.company_id), row.id)
    return [
        Work(row.company_id, row.id, row.updated_at, row.concurrent, row.calls_per_hour, row.agent)
        for row in rows
        if row.status == "active" or row in due
    ]


def _begin(session: Session, campaign_id: int) -> None:
    """Activate a scheduled campaign whose time has come."""
    with session.write() as tx:
        campaign = campaign_rows.get(tx, campaign_id)
        start = campaign.settings.start_at
        if campaign.status != "scheduled" or (start is not None and start > moment(now())):
            return
        timestamp = now()
        tx.execute(
            campaign_rows.updating(tx, campaign_id).values(
                status="active", reason=None, started_at=timestamp, updated_at=timestamp
            )
        )
        audit.record(tx, "campaign.begin", campaign.name, about=About(campaign.segment_id))
