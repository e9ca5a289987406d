"""Campaigns that have a past, for the demo: who was called, when, and what came of it, by the rules of the dispatcher.

Drafts are made and audiences frozen by what does that for everybody; what is written here is what only time could do.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, insert, select, update

from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts
from segtui.services.campaigns import campaign_editing, campaign_rows, forecasting
from segtui.services.campaigns.audience import audience_counts, audience_snapshot
from segtui.services.campaigns.audience.audience_counts import AudiencePlace
from segtui.services.campaigns.campaign_settings import CampaignSettings
from segtui.services.segments import segment_rows
from segtui.services.session import Transaction, stored

FAILED: Final = "The call failed on the calling platform."


@dataclass(frozen=True, slots=True)
class SampleCall:
    """A call that was made. `seconds` is how long one talked."""

    at: datetime
    ended_at: datetime
    outcome: str
    seconds: int


class Called(NamedTuple):
    """Somebody who was called: all calls, oldest first, and when the next one is due, None where there is none."""

    contact_id: int
    calls: Sequence[SampleCall]
    next_at: datetime | None = None


class Callee(NamedTuple):
    """Somebody whom a campaign calls; the zone is None where the campaign's holds."""

    contact_id: int
    zone: str | None


@dataclass(frozen=True, slots=True)
class SamplePast:
    """What happened since the launch. `calls` says who of the audience was called."""

    status: str
    launched_at: datetime
    calls: Callable[[Sequence[Callee]], Iterable[Called]] = lambda _: ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SampleCampaign:
    """A campaign by its segment's name; a draft where it has no past."""

    name: str
    segment: str
    made_at: datetime
    settings: CampaignSettings
    exclude: Sequence[str] = ()
    past: SamplePast | None = None


def write(tx: Transaction, made: Sequence[SampleCampaign], segment_ids: Mapping[str, int]) -> None:
    """Write campaigns into the company of an open transaction, which has none of their names yet."""
    for each in made:
        segment = segment_rows.get(tx, segment_ids[each.segment])
        campaign_id = campaign_editing.insert_draft(tx, each.name, segment, each.settings.row)
        campaign_editing.exclude(tx, campaign_id, segment.id, [segment_ids[name] for name in each.exclude])
        values: dict[str, Any] = {"created_at": stored(each.made_at), "updated_at": stored(each.made_at)}
        if each.past is not None:
            values |= _write_past(tx, campaign_id, each.past)
        tx.execute(campaign_rows.updating(tx, campaign_id).values(values))


def _write_past(tx: Transaction, campaign_id: int, past: SamplePast) -> dict[str, Any]:
    """Freeze the audience, write its calls, and return the columns of the campaign that follow from them."""
    target = forecasting.target_of(tx, campaign_rows.get(tx, campaign_id))
    audience_snapshot.freeze(tx, campaign_id, target, audience_snapshot.zones_of(tx, target))
    called = list(past.calls(_callees(tx, campaign_id)))
    calls = sum(len(each.calls) for each in called)
    if called:
        _write_results(tx, campaign_id, called)
        _write_attempts(tx, campaign_id, called)
    audience_counts.move(tx, campaign_id, [(AudiencePlace("pending"), _where(each), 1) for each in called])
    changed = [call.ended_at for each in called for call in each.calls]
    last = max([past.launched_at, *changed])
    started = None if past.status == "scheduled" else past.launched_at
    return {
        "status": past.status,
        "reason": past.reason,
        "calls": calls,
        "launched_at": stored(past.launched_at),
        "started_at": started and stored(started),
        "finished_at": stored(last) if past.status == "completed" else None,
        "updated_at": stored(last if past.status == "completed" else past.launched_at),
    }


def _callees(tx: Transaction, campaign_id: int) -> list[Callee]:
    c = campaign_contacts.c
    found = select(c.contact_id, c.zone).where(
        tx.scope(campaign_contacts), c.campaign_id == campaign_id, c.state == "pending"
    )
    return [Callee(contact_id, zone) for contact_id, zone in tx.execute(found.order_by(c.contact_id))]


def _where(called: Called) -> AudiencePlace:
    return AudiencePlace("done" if called.next_at is None else "retry", called.calls[-1].outcome)


def _write_results(tx: Transaction, campaign_id: int, called: Sequence[Called]) -> None:
    names = ("state", "outcome", "reason", "attempts", "next_at")
    result = (
        update(campaign_contacts)
        .where(
            tx.scope(campaign_contacts),
            campaign_contacts.c.campaign_id == campaign_id,
            campaign_contacts.c.contact_id == bindparam("of_contact"),
        )
        .values({name: bindparam(f"its_{name}") for name in names})
    )
    tx.execute(result, [_result(each) for each in called])


def _result(called: Called) -> dict[str, Any]:
    where = _where(called)
    return {
        "of_contact": called.contact_id,
        "its_state": where.state,
        "its_outcome": where.outcome,
        "its_reason": FAILED if where.outcome == "failed" else None,
        "its_attempts": len(called.calls),
        "its_next_at": called.next_at and stored(called.next_at),
    }


def _write_attempts(tx: Transaction, campaign_id: int, called: Sequence[Called]) -> None:
    """Write every call, in the order in which they were made."""
    made = [(call, each.contact_id, number) for each in called for number, call in enumerate(each.calls, 1)]
    made.sort(key=lambda each: each[0].at)
    tx.execute(
        insert(call_attempts),
        [
            {
                "company_id": tx.company_id,
                "campaign_id": campaign_id,
                "contact_id": contact_id,
                "number": number,
                "call_id": f"sample-{campaign_id}-{place}",
                "started_at": stored(call.at),
                "ended_at": stored(call.ended_at),
                "outcome": call.outcome,
                "seconds": call.seconds,
            }
            for place, (call, contact_id, number) in enumerate(made, 1)
        ],
    )
