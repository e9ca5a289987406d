"""Campaigns with a past, for the demo: calls and outcomes by the rules of the dispatcher.

Drafts and frozen audiences are made by the services; only their past is written here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, insert, select, update

from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts
from segtui.domain.campaign_settings import CampaignSettings
from segtui.services.campaigns import campaign_editing, campaign_rows, forecasting
from segtui.services.campaigns.audience import audience_counts, audience_snapshot
from segtui.services.campaigns.audience.audience_counts import AudiencePlace
from segtui.services.campaigns.campaign_settings import row_of
from segtui.services.campaigns.results import contact_calls
from segtui.services.segments import segment_rows
from segtui.services.session import Transaction, stored

FAILED: Final = "The call failed on the calling platform."


@dataclass(frozen=True, slots=True)
class SampleCall:
    """A call that was made. `seconds` is the time of talking."""

    began_at: datetime
    ended_at: datetime
    outcome: str
    seconds: int


class Called(NamedTuple):
    """A contact who was called: all calls, oldest first, and the time of the next one, None if there is none."""

    contact_id: int
    calls: Sequence[SampleCall]
    next_at: datetime | None = None


class Callee(NamedTuple):
    """A contact of a campaign's audience; the zone is None if the campaign's applies."""

    contact_id: int
    zone: str | None


@dataclass(frozen=True, slots=True)
class SamplePast:
    """The events since the launch. `calls` returns the contacts of the audience that were called."""

    status: str
    launched_at: datetime
    calls: Callable[[Sequence[Callee]], Iterable[Called]] = lambda _: ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SampleCampaign:
    """A campaign with its segment's name; a draft if it has no past."""

    name: str
    segment: str
    made_at: datetime
    settings: CampaignSettings
    exclude: Sequence[str] = ()
    past: SamplePast | None = None


def write(tx: Transaction, made: Sequence[SampleCampaign], segment_ids: Mapping[str, int]) -> None:
    """Write campaigns into the company of an open transaction, which has none of their names yet."""
    for campaign in made:
        called = [segment_rows.get(tx, segment_ids[campaign.segment])]
        campaign_id = campaign_editing.insert_draft(tx, campaign.name, called, row_of(campaign.settings))
        campaign_editing.exclude(tx, campaign_id, called, [segment_ids[name] for name in campaign.exclude])
        values: dict[str, Any] = {"created_at": stored(campaign.made_at), "updated_at": stored(campaign.made_at)}
        if campaign.past is not None:
            values |= _write_past(tx, campaign_id, campaign.past)
        tx.execute(campaign_rows.updating(tx, campaign_id).values(values))


def _write_past(tx: Transaction, campaign_id: int, past: SamplePast) -> dict[str, Any]:
    """Freeze the audience, write its calls, and return the resulting columns of the campaign."""
    target = forecasting.target_of(tx, campaign_rows.get(tx, campaign_id))
    audience_snapshot.freeze(tx, campaign_id, target)
    called = list(past.calls(_callees(tx, campaign_id)))
    calls = sum(len(contact.calls) for contact in called)
    if called:
        _write_results(tx, campaign_id, called)
        _write_attempts(tx, campaign_id, called)
        contact_calls.keep(tx, [contact.contact_id for contact in called])
    audience_counts.move(tx, campaign_id, [(AudiencePlace("pending"), _count_key(contact), 1) for contact in called])
    changed = [call.ended_at for contact in called for call in contact.calls]
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
    pending = select(c.contact_id, c.zone).where(
        tx.scope(campaign_contacts), c.campaign_id == campaign_id, c.state == "pending"
    )
    return [Callee(contact_id, zone) for contact_id, zone in tx.execute(pending.order_by(c.contact_id))]


def _count_key(called: Called) -> AudiencePlace:
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
    tx.execute(result, [_result(contact) for contact in called])


def _result(called: Called) -> dict[str, Any]:
    key = _count_key(called)
    return {
        "of_contact": called.contact_id,
        "its_state": key.state,
        "its_outcome": key.outcome,
        "its_reason": FAILED if key.outcome == "failed" else None,
        "its_attempts": len(called.calls),
        "its_next_at": called.next_at and stored(called.next_at),
    }


def _write_attempts(tx: Transaction, campaign_id: int, called: Sequence[Called]) -> None:
    """Write every call, in chronological order."""
    made = [(call, entry.contact_id, number) for entry in called for number, call in enumerate(entry.calls, 1)]
    made.sort(key=lambda entry: entry[0].began_at)
    tx.execute(
        insert(call_attempts),
        [
            {
                "company_id": tx.company_id,
                "campaign_id": campaign_id,
                "contact_id": contact_id,
                "number": number,
                "call_id": f"sample-{campaign_id}-{index}",
                "started_at": stored(call.began_at),
                "ended_at": stored(call.ended_at),
                "outcome": call.outcome,
                "seconds": call.seconds,
            }
            for index, (call, contact_id, number) in enumerate(made, 1)
        ],
    )
