"""Settling attempts: what the platform says becomes an outcome, another try, or a call that was never made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, exists, func, or_, select, update

from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts, campaigns
from segtui.database.tables.core_tables import contacts
from segtui.domain import monotonic_clock
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.campaigns import campaign_rows, lifecycle
from segtui.services.campaigns.audience import audience_counts
from segtui.services.campaigns.audience.audience_counts import AudiencePlace
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.campaigns.dispatch import dispatcher_lease, retrying
from segtui.services.campaigns.dispatch.claiming import put
from segtui.services.campaigns.results import contact_calls
from segtui.services.session import Session, Transaction, now


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """An attempt that is not settled. `call_id` is None where it is not known whether the platform has it.

    `agent` is the one that makes the call, which the campaign's may not be any more.
    """

    attempt_id: int
    company_id: int
    campaign_id: int
    agent: str
    call_id: str | None
    started_at: int
    clock: int | None = None
    """When it began by the monotonic clock (`monotonic_clock.stamp`)."""
    database_id: str | None = None
    """The database's token in the data of its call; None for an attempt from before there was one."""
    phone: str | None = None
    """The number that is called; None where its contact was deleted since."""
    platform_attempt_id: int | None = None
    """Its id in the data of its call, where that is not `attempt_id`: it was recorded from the platform's list."""

    @property
    def sent_id(self) -> int:
        """Its id in the data of its call."""
        return self.attempt_id if self.platform_attempt_id is None else self.platform_attempt_id


@dataclass(frozen=True, slots=True)
class Settled:
    """The end of an attempt. `seconds` is the length of the call, `reason` a sentence where it failed."""

    attempt_id: int
    campaign_id: int
    outcome: str
    seconds: int | None = None
    reason: str | None = None


def open_attempts(session: Session) -> list[OpenAttempt]:
    """Return every attempt of all companies that is claimed and not settled."""
    session.demand_admin()
    of_campaign = and_(
        campaigns.c.company_id == call_attempts.c.company_id, campaigns.c.id == call_attempts.c.campaign_id
    )
    statement = (
        select(call_attempts, func.coalesce(call_attempts.c.agent, campaigns.c.agent).label("called_by"))
        .join(campaigns, of_campaign)
        .where(call_attempts.c.outcome.is_(None), call_attempts.c.released == 0)
    )
    with session.bound_to(None).read() as tx:
        return [
            OpenAttempt(
                row.id,
                row.company_id,
                row.campaign_id,
                row.called_by,
                row.call_id,
                row.started_at,
                row.clock,
                row.database_id,
                row.phone,
                row.platform_attempt_id,
            )
            for row in tx.execute(statement.where(tx.scope(call_attempts)).order_by(call_attempts.c.id))
        ]


def begun_within(session: Session, campaign_id: int, seconds: float, monotonic_now: float) -> list[float]:
    """Return the ages, in seconds, of the calls that began in the last `seconds`; `monotonic_now` is a `boot_time`.

    Ages are by the monotonic clock for calls that began on this machine since its start. For others a jump of the wall
    clock can only make calls seem younger, or forgotten by as much as it jumped ahead.
    """
    session.demand_admin()
    since = now() - round(seconds * 1_000_000)
    latest = or_(
        call_attempts.c.started_at > since,
        call_attempts.c.clock.between(
            monotonic_clock.stamp(max(0.0, monotonic_now - seconds)), monotonic_clock.stamp(monotonic_now)
        ),
    )
    statement = select(call_attempts.c.started_at, call_attempts.c.clock).where(
        call_attempts.c.campaign_id == campaign_id, call_attempts.c.released == 0, latest
    )
    with session.read() as tx:
        rows = tx.execute(statement.where(tx.scope(call_attempts))).all()
    wall = now()
    ages = [monotonic_clock.age(row.clock, monotonic_now) for row in rows]
    starts = [
        max(0.0, (wall - row.started_at) / 1_000_000) if age is None else age
        for row, age in zip(rows, ages, strict=True)
    ]
    return [age for age in starts if age <= seconds]


def record(
    session: Session,
    generation: int,
    *,
    calls: Iterable[tuple[int, str]] = (),
    settled: Sequence[Settled] = (),
    released: Sequence[tuple[int, int]] = (),
) -> None:
    """Write all that became known of attempts of one company, in one transaction. Settled attempts stay as they are.

    `calls` are pairs of an attempt and the platform's id of its call; `settled` are the ends of attempts. `released`
    are pairs of a campaign and an attempt that was certainly not dialled: it does not count, its contact waits again,
    and the next claim reuses the attempt. Raises Superseded.
    """
    session.demand_admin()
    with session.write() as tx:
        dispatcher_lease.demand_current(tx, generation)
        for attempt_id, call_id in calls:
            tx.execute(_attempt(tx, attempt_id).values(call_id=call_id))
        for campaign_id in sorted(
            {*(end.campaign_id for end in settled), *(released_in for released_in, _ in released)}
        ):
            campaign = campaign_rows.get(tx, campaign_id)
            ended = [_settle(tx, campaign, end) for end in settled if end.campaign_id == campaign_id]
            back = [
                _release(tx, campaign, attempt_id) for released_in, attempt_id in released if released_in == campaign_id
            ]
            moved = [where for where in (*ended, *back) if where is not None]
            audience_counts.move(tx, campaign_id, [(AudiencePlace("in_progress"), where, 1) for where in moved])
            fewer = sum(where is not None for where in back)
            if fewer:
                tx.execute(campaign_rows.updating(tx, campaign_id).values(calls=campaigns.c.calls - fewer))
            lifecycle.finish_if_done(tx, campaign_id)
        contact_calls.keep_of_attempts(tx, [end.attempt_id for end in settled])


def _settle(tx: Transaction, campaign: Campaign, settled: Settled) -> AudiencePlace | None:
    row = _open(tx, settled.attempt_id)
    if row is None:
        return None
    timestamp = now()
    values = {"outcome": settled.outcome, "seconds": settled.seconds, "ended_at": timestamp}
    tx.execute(_attempt(tx, settled.attempt_id).values(values))
    is_excluded = row.reason == retrying.EXCLUDED
    new_place, changed = settled_place(
        tx, campaign, row.contact_id, row.number, settled, timestamp, is_excluded=is_excluded
    )
    put(tx, campaign.id, row.contact_id, changed)
    return new_place


def settled_place(
    tx: Transaction,
    campaign: Campaign,
    contact_id: int,
    number: int,
    ended: Settled,
    ended_at: int,
    *,
    is_excluded: bool = False,
) -> tuple[AudiencePlace, dict[str, Any]]:
    """Return the place of a contact after its attempt of this number, and its columns in the audience.

    With `is_excluded` it was taken out of the campaign during the call, so there is no further attempt.
    """
    again = not is_excluded and _tried_again(tx, campaign, contact_id, number, ended.outcome)
    state = "retry" if again else "done"
    next_at = retrying.next_at(ended_at, campaign.settings) if again else None
    reason = retrying.EXCLUDED if is_excluded else ended.reason
    changed = {"state": state, "outcome": ended.outcome, "reason": reason, "next_at": next_at}
    return AudiencePlace(state, ended.outcome), changed


def _tried_again(tx: Transaction, campaign: Campaign, contact_id: int, number: int, outcome: str) -> bool:
    if not campaign.unfinished or not retrying.is_allowed(campaign.settings, outcome, number):
        return False
    if not tx.execute(select(exists().where(tx.scope(contacts), contacts.c.id == contact_id))).scalar():
        return False  # deleted meanwhile
    return outcome != "failed" or not retrying.has_failed_enough(tx, campaign.id, contact_id)


def _release(tx: Transaction, campaign: Campaign, attempt_id: int) -> AudiencePlace | None:
    row = _open(tx, attempt_id)
    if row is None:
        return None
    tx.execute(_attempt(tx, attempt_id).values(released=1))
    where, values = _before(tx, campaign, row)
    put(tx, campaign.id, row.contact_id, {**values, "attempts": row.number - 1})
    return where


def _before(tx: Transaction, campaign: Campaign, row: Row[*tuple[Any, ...]]) -> tuple[AudiencePlace, dict[str, Any]]:
    """Return the place of a contact before an attempt that was not made; it is done where the campaign has ended.

    So it is where the present settings allow no retry after its last call.
    """
    last = select(call_attempts.c.outcome, call_attempts.c.ended_at).where(
        tx.scope(call_attempts),
        call_attempts.c.campaign_id == campaign.id,
        call_attempts.c.contact_id == row.contact_id,
        call_attempts.c.number == row.number - 1,
    )
    ended = tx.execute(last).one_or_none()
    contact_exists = tx.execute(select(exists().where(tx.scope(contacts), contacts.c.id == row.contact_id))).scalar()
    goes_on = campaign.unfinished and contact_exists and row.reason != retrying.EXCLUDED
    if ended is None and goes_on:
        return AudiencePlace("pending"), {"state": "pending", "outcome": None, "reason": None, "next_at": now()}
    if ended is None:
        reason = row.reason or "cancelled" if contact_exists else "deleted"
        skipped = {"state": "done", "outcome": "skipped", "reason": reason, "next_at": None}
        return AudiencePlace("done", "skipped", reason), skipped
    outcome, next_at = ended.outcome, None
    if again := goes_on and retrying.is_allowed(campaign.settings, outcome, row.number - 1):
        next_at = max(now(), retrying.next_at(ended.ended_at, campaign.settings))
    state = "retry" if again else "done"
    return AudiencePlace(state, outcome), {"state": state, "outcome": outcome, "reason": row.reason, "next_at": next_at}


def pause(session: Session, generation: int, campaign_id: int, reason: str) -> str | None:
    """Pause a campaign that cannot go on, in a session of its company, for a reason (a sentence), and return its name.

    None where it does not dial any more. Raises Superseded.
    """
    session.demand_admin()
    with session.write() as tx:
        dispatcher_lease.demand_current(tx, generation)
        campaign = campaign_rows.get(tx, campaign_id)
        if campaign.status != "active":
            return None
        tx.execute(campaign_rows.updating(tx, campaign_id).values(status="paused", reason=reason, updated_at=now()))
        audit.record(tx, "campaign.pause", campaign.name, detail=reason, about=About(campaign.segment_id))
    return campaign.name


def _open(tx: Transaction, attempt_id: int) -> Row[*tuple[Any, ...]] | None:
    """Return an attempt that is claimed and not settled, None if it was settled meanwhile."""
    of_contact = and_(
        campaign_contacts.c.company_id == call_attempts.c.company_id,
        campaign_contacts.c.campaign_id == call_attempts.c.campaign_id,
        campaign_contacts.c.contact_id == call_attempts.c.contact_id,
    )
    statement = (
        select(call_attempts.c.contact_id, call_attempts.c.number, campaign_contacts.c.reason)
        .join(campaign_contacts, of_contact)
        .where(
            tx.scope(call_attempts),
            call_attempts.c.id == attempt_id,
            call_attempts.c.outcome.is_(None),
            call_attempts.c.released == 0,
            campaign_contacts.c.state == "in_progress",
        )
    )
    return tx.execute(statement).one_or_none()


def _attempt(tx: Transaction, attempt_id: int) -> Any:  # noqa: ANN401  SQLAlchemy's Update is generic in its table
    """Return an UPDATE of one attempt, to which the values are added."""
    return update(call_attempts).where(tx.scope(call_attempts), call_attempts.c.id == attempt_id)
