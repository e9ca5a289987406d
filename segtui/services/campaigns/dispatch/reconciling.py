"""Reconciling: calls on the platform's list become attempts of a campaign, so that no reached contact is called again.

The calls are stored in the database already (`unrecorded_calls`). An ended call is settled as the dispatcher would have
done; a call in progress becomes an open attempt, which the dispatcher tracks to its end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts, campaigns, unrecorded_calls
from segtui.domain.text import clean
from segtui.errors import Conflict
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.campaigns import campaign_rows, lifecycle
from segtui.services.campaigns.audience import audience_counts
from segtui.services.campaigns.audience.audience_counts import AudiencePlace
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.campaigns.dispatch import retrying, settling
from segtui.services.campaigns.dispatch import unrecorded_calls as unrecorded
from segtui.services.campaigns.dispatch.claiming import put
from segtui.services.campaigns.dispatch.settling import Settled
from segtui.services.campaigns.results import contact_calls
from segtui.services.session import Session, Transaction, now


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The calls of a campaign that only the platform has.

    `outcomes` counts the recorded ones by outcome (`in_progress` for a call that has not ended), of `contacts`
    contacts. `waiting` calls are to contacts with an open attempt: they are recorded when that is settled. `strangers`
    are calls to numbers of no contact in the audience: they are not recorded.
    """

    campaign: Campaign
    calls: int
    contacts: int
    outcomes: Mapping[str, int]
    waiting: int
    strangers: int


def reconciliation(session: Session, campaign_id: int) -> Reconciliation:
    """Return what `reconcile` would record. Raises NotFound, and Conflict for a campaign that was never launched."""
    session = campaign_rows.bound(session, campaign_id)
    with session.read() as tx:
        campaign = campaign_rows.get(tx, campaign_id)
        _demand_launched(campaign)
        return _planned(campaign, _waiting(tx, campaign_id))


def reconcile(session: Session, campaign_id: int) -> Reconciliation:
    """Record the calls that only the platform has, all or nothing, and return what was recorded.

    The campaign stays paused. Raises NotFound, NotAllowed, Conflict.
    """
    session = campaign_rows.bound(session, campaign_id)
    with session.write() as tx:
        campaign = campaign_rows.get(tx, campaign_id)
        _demand_launched(campaign)
        calls = _waiting(tx, campaign_id)
        done = _planned(campaign, calls)
        moved = []
        attempts = {row.contact_id: row.attempts for row in calls if row.state is not None}
        states = {row.contact_id: _place(row) for row in calls if row.state is not None}
        for row in _recordable(calls):
            number = attempts[row.contact_id] = attempts[row.contact_id] + 1
            state = _record(tx, campaign, row, number, states[row.contact_id])
            moved.append((states[row.contact_id], state, 1))
            states[row.contact_id] = state
        audience_counts.move(tx, campaign_id, moved)
        contact_calls.keep(tx, sorted({row.contact_id for row in _recordable(calls)}))
        strangers = [row.id for row in calls if row.state is None]
        _resolve(tx, [row.id for row in _recordable(calls)], "recorded")
        _resolve(tx, strangers, "ignored")
        if calls:
            tx.execute(
                campaign_rows.updating(tx, campaign_id).values(
                    calls=campaigns.c.calls + len(moved), **_reason(tx, campaign)
                )
            )
            lifecycle.finish_if_done(tx, campaign_id)
            audit.record(tx, "campaign.reconcile", campaign.name, count=len(moved), about=About(campaign.segment_id))
    return done


def _demand_launched(campaign: Campaign) -> None:
    if not campaign.launched:
        raise Conflict(f"“{clean(campaign.name)}” was not launched here: launch it before recording its calls.")


def _reason(tx: Transaction, campaign: Campaign) -> dict[str, Any]:
    """Return the columns that say why the campaign is paused from now on."""
    if campaign.status != "paused":
        return {}
    left = unrecorded.hold(tx, campaign)
    return {"reason": left or "its calls on the calling platform are recorded: resume it", "updated_at": now()}


def _waiting(tx: Transaction, campaign_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the calls, oldest first, each with its contact's place in the audience (`state` is None for strangers)."""
    joined = unrecorded_calls.outerjoin(
        campaign_contacts,
        (campaign_contacts.c.company_id == unrecorded_calls.c.company_id)
        & (campaign_contacts.c.campaign_id == unrecorded_calls.c.campaign_id)
        & (campaign_contacts.c.contact_id == unrecorded_calls.c.contact_id),
    )
    statement = (
        select(
            unrecorded_calls,
            campaign_contacts.c.state,
            campaign_contacts.c.attempts,
            campaign_contacts.c.phone,
            *(column.label(f"place_{column.name}") for column in audience_counts.place()),
        )
        .select_from(joined)
        .where(unrecorded.waits(tx, campaign_id))
    )
    return tx.execute(statement.order_by(unrecorded_calls.c.started_at, unrecorded_calls.c.id)).all()


def _place(row: Row[*tuple[Any, ...]]) -> AudiencePlace:
    return AudiencePlace(row.place_state, row.place_outcome, row.place_reason)


def _recordable(calls: Sequence[Row[*tuple[Any, ...]]]) -> list[Row[*tuple[Any, ...]]]:
    """Return the calls to contacts without an open attempt, each up to the first that has not ended."""
    busy = {row.contact_id for row in calls if row.state == "in_progress"}
    recordable = []
    for row in calls:
        if row.state is None or row.contact_id in busy:
            continue
        recordable.append(row)
        if row.outcome is None:
            busy.add(row.contact_id)
    return recordable


def _planned(campaign: Campaign, calls: Sequence[Row[*tuple[Any, ...]]]) -> Reconciliation:
    recordable = _recordable(calls)
    outcomes: dict[str, int] = {}
    for row in recordable:
        name = row.outcome or "in_progress"
        outcomes[name] = outcomes.get(name, 0) + 1
    strangers = sum(row.state is None for row in calls)
    return Reconciliation(
        campaign,
        len(calls),
        len({row.contact_id for row in recordable}),
        outcomes,
        len(calls) - len(recordable) - strangers,
        strangers,
    )


def _record(
    tx: Transaction, campaign: Campaign, row: Row[*tuple[Any, ...]], number: int, before: AudiencePlace
) -> AudiencePlace:
    """Insert the attempt of a call and return the new place of its contact, which was at `before`.

    A done contact is not called again: one that was taken out of the campaign keeps that reason.
    """
    ended_at = None if row.outcome is None else now()
    attempt = {
        "company_id": tx.company_id,
        "campaign_id": campaign.id,
        "contact_id": row.contact_id,
        "number": number,
        "call_id": row.call_id,
        "started_at": row.started_at,
        "ended_at": ended_at,
        "outcome": row.outcome,
        "seconds": row.seconds,
        "agent": campaign.settings.agent,
        "database_id": row.database_id,
        "platform_attempt_id": row.attempt_id,
        "phone": row.phone,
    }
    _insert_attempt(tx, attempt)
    if row.outcome is None:
        # `settling` looks at this reason when the call ends.
        reason = retrying.EXCLUDED if before.state == "done" else None
        changed = {"state": "in_progress", "outcome": None, "reason": reason, "next_at": None}
        put(tx, campaign.id, row.contact_id, {**changed, "attempts": number})
        return AudiencePlace("in_progress")
    if before.state == "done" and not retrying.may_change(before.outcome):
        put(tx, campaign.id, row.contact_id, {"attempts": number})
        return before
    ended = Settled(row.attempt_id, campaign.id, row.outcome, row.seconds)
    state, changed = settling.settled_place(
        tx, campaign, row.contact_id, number, ended, row.started_at, is_excluded=before.outcome == "skipped"
    )
    if before.state == "done" and state.state == "retry":
        state, changed = state._replace(state="done"), {**changed, "state": "done", "next_at": None}
    put(tx, campaign.id, row.contact_id, {**changed, "attempts": number})
    return state


def _insert_attempt(tx: Transaction, attempt: Mapping[str, Any]) -> None:
    """Insert an attempt, in place of one of the same number that was claimed and never dialled."""
    released = update(call_attempts).where(
        tx.scope(call_attempts),
        call_attempts.c.campaign_id == attempt["campaign_id"],
        call_attempts.c.contact_id == attempt["contact_id"],
        call_attempts.c.number == attempt["number"],
        call_attempts.c.released == 1,
    )
    if not tx.changed(released.values(released=0, clock=None, **attempt)):
        tx.execute(insert(call_attempts), attempt)


def _resolve(tx: Transaction, ids: Sequence[int], resolution: str) -> None:
    if ids:
        some = (tx.scope(unrecorded_calls), tx.backend.id_in(unrecorded_calls.c.id, ids))
        tx.execute(update(unrecorded_calls).where(*some).values(resolution=resolution))
