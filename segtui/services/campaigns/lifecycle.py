"""Launching, pausing, resuming and cancelling campaigns."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from segtui.database.tables.campaign_tables import campaign_contacts, campaign_exclusions
from segtui.domain.text import clean, counted
from segtui.errors import Conflict
from segtui.services import undo
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.campaigns import campaign_rows, campaign_segments, forecasting
from segtui.services.campaigns.audience import audience, audience_counts
from segtui.services.campaigns.audience.audience_counts import AudiencePlace
from segtui.services.campaigns.audience.audience_snapshot import AudienceSnapshot
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.campaigns.dispatch import database_identity, unrecorded_calls
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segment_rows
from segtui.services.session import Session, Transaction, now, stored

_CANCELLED = AudiencePlace("done", "skipped", "cancelled")


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a campaign dials nothing before a person decides, and the number of its calls that the database lacks."""

    reason: str
    calls: int


def launch(
    session: Session, campaign_id: int, interrupt: Interrupt | None = None, *, reviewed: Campaign | None = None
) -> Campaign:
    """Freeze the audience of a draft and begin at once or at its start time: all of it or nothing.

    `reviewed` is the draft as the person who launches it saw it. Raises NotFound, Cancelled, and Conflict where it is
    no draft, was edited since it was reviewed, or no contact can be called.
    """
    session = campaign_rows.bound(session, campaign_id)
    with session.read(interrupt) as tx:
        campaign = campaign_rows.get(tx, campaign_id)
        campaign_rows.demand_status(campaign, ("draft",), "be launched")
        session.demand_write()
        # What takes long, which zones they live in, is found before others have to wait.
        snapshot = AudienceSnapshot(campaign_id)
        snapshot.decide_zones(tx, forecasting.target_of(tx, campaign))
    with session.preparing(interrupt) as tx:
        campaign = _draft(tx, campaign_id, reviewed)
        try:
            snapshot.prepare(tx, forecasting.target_of(tx, campaign))
        except IntegrityError as error:  # this launch had no turn yet, and another had
            raise Conflict(
                f"“{clean(campaign.name)}” was launched or deleted meanwhile: nothing was launched."
            ) from error
        if tx.take_turn(lambda: snapshot.withdraw(tx)):
            snapshot.correct(tx, forecasting.target_of(tx, _draft(tx, campaign_id, reviewed)))
        after, can = _launched(tx, campaign_id, snapshot.complete(tx))
    _record(session, after, f"was launched for {counted(can, 'contact')}")
    return after


def _draft(tx: Transaction, campaign_id: int, reviewed: Campaign | None) -> Campaign:
    """Return a draft that is to be launched. Raises Conflict where it was edited since it was `reviewed`."""
    campaign = campaign_rows.get(tx, campaign_id)
    campaign_rows.demand_status(campaign, ("draft",), "be launched")
    if reviewed is not None and campaign.updated_at != reviewed.updated_at:
        raise Conflict(f"“{clean(campaign.name)}” was edited meanwhile: nothing was launched. Review it again.")
    return campaign


def _launched(tx: Transaction, campaign_id: int, counts: dict[AudiencePlace, int]) -> tuple[Campaign, int]:
    """Begin a campaign whose audience is written, at once or at its start time. Return it and its callable contacts."""
    campaign = campaign_rows.get(tx, campaign_id)
    can = counts.get(AudiencePlace("pending"), 0)
    if not can:
        raise Conflict(_nobody(campaign, counts))
    timestamp = now()
    begun = {**_begun(campaign, timestamp), "confirmed_id": database_identity.newest_id(tx)}
    tx.execute(campaign_rows.updating(tx, campaign_id).values(**begun, launched_at=timestamp, updated_at=timestamp))
    after = campaign_rows.get(tx, campaign_id)
    segment_rows.mark_used(tx, [segment.id for segment in after.segments if segment.id is not None], timestamp)
    audit.record(tx, "campaign.launch", after.name, count=can, about=About(after.segment_id))
    return after, can


def pause(session: Session, campaign_id: int) -> Campaign:
    """Let no new calls begin; those in progress finish. Raises NotFound, Conflict."""
    reason = f"paused by {clean(session.actor.login)}"
    session = campaign_rows.bound(session, campaign_id)
    with session.write() as tx:
        campaign = campaign_rows.get(tx, campaign_id)
        campaign_rows.demand_status(campaign, ("active", "scheduled"), "be paused")
        tx.execute(campaign_rows.updating(tx, campaign_id).values(status="paused", reason=reason, updated_at=now()))
        after = campaign_rows.get(tx, campaign_id)
        audit.record(tx, "campaign.pause", after.name, about=About(after.segment_id))
    _record(session, after, "was paused")
    return after


def hold_of(session: Session, campaign_id: int) -> Hold | None:
    """Return what resuming a campaign decides besides, None if nothing. Raises NotFound."""
    with campaign_rows.bound(session, campaign_id).read() as tx:
        campaign = campaign_rows.get(tx, campaign_id)
        reason = unrecorded_calls.hold(tx, campaign)
        return None if reason is None else Hold(reason, unrecorded_calls.waiting(tx, campaign_id))


def resume(session: Session, campaign_id: int, *, ignores_calls: bool = False) -> Campaign:
    """Resume a paused campaign; it completes where no contact is left to call.

    For a restored or copied database it confirms that the campaign may dial. Raises NotFound, and Conflict also where
    the platform has unrecorded calls of it, unless `ignores_calls`: those contacts are called again.
    """
    session = campaign_rows.bound(session, campaign_id)
    with session.write() as tx:
        campaign = campaign_rows.get(tx, campaign_id)
        # Before a dispatcher looks, a campaign of a restored database is not paused yet.
        allowed = ("paused",) if unrecorded_calls.hold(tx, campaign) is None else ("paused", "active", "scheduled")
        campaign_rows.demand_status(campaign, allowed, "be resumed")
        count = unrecorded_calls.waiting(tx, campaign_id)
        if count and not ignores_calls:
            raise Conflict(f"“{clean(campaign.name)}” stays paused: {unrecorded_calls.sentence(count)}.")
        detail = database_identity.unconfirmed(tx, campaign.confirmed_id) or ""
        ignored = unrecorded_calls.ignore(tx, campaign_id)
        if ignored:
            detail = f"{counted(ignored, 'call')} of the calling platform ignored. {detail}".rstrip()
        time = now()
        values = {**_begun(campaign, time), "confirmed_id": database_identity.newest_id(tx), "updated_at": time}
        tx.execute(campaign_rows.updating(tx, campaign_id).values(**values))
        finish_if_done(tx, campaign_id)  # the settings may have been changed meanwhile
        after = campaign_rows.get(tx, campaign_id)
        audit.record(tx, "campaign.resume", after.name, detail=detail, about=About(after.segment_id))
    _record(session, after, "was resumed")
    return after


def cancel(session: Session, campaign_id: int) -> Campaign:
    """End a campaign for good. Contacts that were not called are skipped, with the reason `cancelled`.

    Contacts that wait for a retry keep their last outcome; calls in progress finish. Raises NotFound, Conflict.
    """
    session = campaign_rows.bound(session, campaign_id)
    with session.write() as tx:
        campaign = campaign_rows.get(tx, campaign_id)
        campaign_rows.demand_status(campaign, ("draft", "scheduled", "active", "paused"), "be cancelled")
        present = audience_counts.places(tx, campaign_id)
        _end(tx, campaign_id, "pending", {"outcome": "skipped", "reason": "cancelled"})
        _end(tx, campaign_id, "retry", {})
        moved = [
            (where, _CANCELLED if where.state == "pending" else where._replace(state="done"), count)
            for where, count in present.items()
            if where.state in {"pending", "retry"}
        ]
        audience_counts.move(tx, campaign_id, moved)
        finish(tx, campaign_id, "cancelled")
        after = campaign_rows.get(tx, campaign_id)
        skipped = sum(count for where, _, count in moved if where.state == "pending")
        audit.record(tx, "campaign.cancel", after.name, count=skipped, about=About(after.segment_id))
    _record(session, after, "was cancelled")
    return after


def finish(tx: Transaction, campaign_id: int, status: str) -> None:
    """End a campaign, in an open transaction. From now on it keeps the present names of its segments."""
    campaign = campaign_rows.get(tx, campaign_id)
    excluded = campaign_segments.excluded(tx, campaign_id)
    timestamp = now()
    values = {
        "status": status,
        "reason": None,
        "segment": campaign.segment,
        "finished_at": timestamp,
        "updated_at": timestamp,
    }
    tx.execute(campaign_rows.updating(tx, campaign_id).values(**values))
    campaign_segments.keep_names(tx, campaign_id, campaign.segments[1:])
    for segment_id, name in excluded:
        if segment_id is not None:
            naming = update(campaign_exclusions).where(
                tx.scope(campaign_exclusions),
                campaign_exclusions.c.campaign_id == campaign_id,
                campaign_exclusions.c.segment_id == segment_id,
            )
            tx.execute(naming.values(segment=name))


def finish_if_done(tx: Transaction, campaign_id: int) -> None:
    """Complete a launched campaign without contacts left to call, in an open transaction."""
    left = sum(count for where, count in audience_counts.places(tx, campaign_id).items() if where.state != "done")
    if not left and campaign_rows.get(tx, campaign_id).status in audience.RUNNING:
        finish(tx, campaign_id, "completed")


def _begun(campaign: Campaign, timestamp: int) -> dict[str, Any]:
    """Return the columns of a campaign that is active or scheduled from now on."""
    start = campaign.settings.start_at
    if campaign.started_at is None and start is not None and stored(start) > timestamp:
        return {"status": "scheduled", "reason": None}
    started = timestamp if campaign.started_at is None else stored(campaign.started_at)
    return {"status": "active", "reason": None, "started_at": started}


def _end(tx: Transaction, campaign_id: int, state: str, values: dict[str, str]) -> None:
    ending = update(campaign_contacts).where(
        tx.scope(campaign_contacts),
        campaign_contacts.c.campaign_id == campaign_id,
        campaign_contacts.c.state == state,
    )
    tx.execute(ending.values(state="done", next_at=None, **values))


def _nobody(campaign: Campaign, counts: dict[AudiencePlace, int]) -> str:
    skipped = audience_counts.counts_of(counts).skipped
    why = ", ".join(f"{reason.replace('_', ' ')} {count:,}" for reason, count in skipped.items() if count)
    return f"Nobody of {campaign.quoted_segments} can be called ({why or 'it is empty'}): nothing was launched."


def _record(session: Session, campaign: Campaign, done: str) -> None:
    sentence = f"The campaign “{clean(campaign.name)}” {done}"
    undo.record_final(session, campaign.company_id, sentence, f"{sentence}: this cannot be undone.")
