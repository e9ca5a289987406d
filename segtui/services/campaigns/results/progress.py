"""Progress of a campaign, cheap enough to be read again after every change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select

from segtui.database.tables.campaign_tables import campaign_contacts, campaign_counts, campaigns
from segtui.database.tables.core_tables import companies
from segtui.services.campaigns import campaign_rows, forecasting
from segtui.services.campaigns.audience import audience_counts, due_queue
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.campaigns.dispatch import dispatcher_lease
from segtui.services.campaigns.results import idle_reasons, reporting
from segtui.services.campaigns.results.reporting import Overview
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction, moment, now


@dataclass(frozen=True, slots=True)
class Progress:
    """A campaign at this moment. `recent` are the calls that began within the last hour.

    `ended` are the calls that are over, `answered` those of them that were answered. `left` are the contacts that are
    not settled yet. One call for each of them takes until `ends_at`, at the campaign's limits and not before the last
    of them may be called; that is None unless a dispatcher is running.
    """

    overview: Overview
    recent: int
    ended: int
    answered: int
    left: int
    ends_at: datetime | None


def progress(session: Session, campaign_id: int, interrupt: Interrupt | None = None) -> Progress:
    """Return how a campaign is getting on. Raises NotFound, Cancelled."""
    session = campaign_rows.bound(session, campaign_id)
    seen = reporting.overview(session, campaign_id, interrupt)
    campaign, states = seen.campaign, seen.states
    left = sum(count for state, count in states.items() if state != "done")
    with session.read(interrupt) as tx:
        recent = idle_reasons.lately(tx, campaign_id, moment(now()))[0] if campaign.launched else 0
        ends_at = _ends(tx, campaign, left) if _dialled(tx, campaign.status) == (True, None) else None
    answered = seen.outcomes["answered"]
    ended = max(campaign.calls - states["in_progress"], answered)
    return Progress(seen, recent, ended, answered, left, ends_at)


def _dialled(tx: Transaction, status: str) -> tuple[bool, str | None] | None:
    """Return whether a dispatcher runs, and what keeps it from dialling; None unless the campaign is running."""
    if status not in {"scheduled", "active"}:
        return None
    seen = dispatcher_lease.seen(tx)
    return (False, None) if seen is None else (seen.runs(moment(now())), seen.trouble)


def _ends(tx: Transaction, campaign: Campaign, left: int) -> datetime | None:
    begins = max(moment(now()), campaign.settings.start_at or moment(0))
    ends = forecasting.ends(left, campaign.settings, begins)
    retries = select(func.max(campaign_contacts.c.next_at)).where(due_queue.of_state(tx, campaign.id, "retry"))
    last = tx.execute(retries).scalar()
    if ends is None:
        return None
    # No contact is called before its calling hours.
    opening = due_queue.last_opening(tx, campaign, begins) or begins
    return max(ends, opening, begins if last is None else moment(last))


def state_of(session: Session, interrupt: Interrupt | None = None) -> object:
    """Return a value that is equal to one of before if no campaign was changed and none got any further."""
    with session.read(interrupt) as tx:
        changed = (func.count(), func.max(campaigns.c.id), func.max(campaigns.c.updated_at))
        done = select(func.sum(campaign_counts.c.contacts)).where(
            tx.scope(campaign_counts), campaign_counts.c.state == "done"
        )
        return (
            tuple(tx.execute(select(*changed).where(tx.scope(campaigns))).one()),
            tx.execute(done).scalar(),
            _of_company(tx, companies.c.name, companies.c.segments_changed_at),
        )


def state_of_one(session: Session, campaign_id: int, interrupt: Interrupt | None = None) -> object:
    """Return such a value for one campaign, its contacts and the dispatcher; None for a deleted campaign."""
    mine = campaigns.c.id == campaign_id
    with session.read(interrupt) as tx:
        seen = (campaigns.c.status, campaigns.c.updated_at, campaigns.c.calls)
        row = tx.execute(select(*seen).where(tx.scope(campaigns), mine)).one_or_none()
        if row is None:
            return None
        watched = [companies.c.contact_changes]
        # Before the launch the segment is the audience.
        watched += [companies.c.segments_changed_at] if row.status == "draft" else []
        present = sorted(audience_counts.places(tx, campaign_id).items())
        return tuple(row), present, _of_company(tx, *watched), _dialled(tx, row.status)


def _of_company(tx: Transaction, *columns: ColumnElement[Any]) -> object:
    """Return these columns of the companies that the session looks at."""
    query = select(companies.c.id, *columns).order_by(companies.c.id)
    if tx.session.company is not None:
        query = query.where(companies.c.id == bindparam("company"))
    return tuple(tuple(row) for row in tx.execute(query))
