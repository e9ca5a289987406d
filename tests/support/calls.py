"""Calls that were made, as a dispatcher writes them down: for tests of what is shown of a campaign."""

from datetime import UTC, datetime

from sqlalchemy import insert, select, update

from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts, campaigns
from segtui.services.campaigns.audience import audience_counts
from segtui.services.campaigns.audience.audience_counts import AudiencePlace
from segtui.services.campaigns.results import contact_calls
from segtui.services.session import Session, Transaction, stored

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def call(
    session: Session,
    campaign_id: int,
    contact_id: int,
    outcome: str | None,
    *,
    at: datetime = AT,
    again_at: datetime | None = None,
    reason: str | None = None,
    seconds: int | None = None,
) -> None:
    """Call somebody: without an outcome the call is in progress; with `again_at` another one is waited for."""
    with session.write() as tx:
        before, attempts = _where(tx, campaign_id, contact_id)
        state = "in_progress" if outcome is None else "retry" if again_at is not None else "done"
        shown = reason if outcome == "failed" and state == "done" else None
        values: dict[str, object] = {"state": state, "outcome": outcome, "reason": shown, "attempts": attempts + 1}
        values["next_at"] = None if again_at is None else stored(again_at)
        _update(tx, campaign_id, contact_id, values)
        audience_counts.move(tx, campaign_id, [(before, AudiencePlace(state, outcome or ""), 1)])
        row: dict[str, object] = {"company_id": tx.company_id, "campaign_id": campaign_id, "contact_id": contact_id}
        row |= {"number": attempts + 1, "call_id": f"call-{contact_id}-{attempts + 1}", "started_at": stored(at)}
        tx.execute(
            insert(call_attempts), {**row, "ended_at": outcome and stored(at), "outcome": outcome, "seconds": seconds}
        )
        contact_calls.keep(tx, [contact_id])
        mine = (tx.scope(campaigns), campaigns.c.id == campaign_id)
        tx.execute(update(campaigns).where(*mine).values(calls=campaigns.c.calls + 1))


def set_status(session: Session, campaign_id: int, status: str, reason: str | None, at: datetime = AT) -> None:
    """Let a campaign be in a state, for a reason, as if the dispatcher had put it there."""
    with session.write() as tx:
        mine = (tx.scope(campaigns), campaigns.c.id == campaign_id)
        values = {"status": status, "reason": reason, "updated_at": stored(at)}
        values |= {"finished_at": stored(at)} if status == "completed" else {}
        tx.execute(update(campaigns).where(*mine).values(**values))


def _where(tx: Transaction, campaign_id: int, contact_id: int) -> tuple[AudiencePlace, int]:
    found = select(campaign_contacts).where(
        tx.scope(campaign_contacts),
        campaign_contacts.c.campaign_id == campaign_id,
        campaign_contacts.c.contact_id == contact_id,
    )
    row = tx.execute(found).one()
    return AudiencePlace(row.state, row.outcome or ""), row.attempts


def _update(tx: Transaction, campaign_id: int, contact_id: int, values: dict[str, object]) -> None:
    changing = update(campaign_contacts).where(
        tx.scope(campaign_contacts),
        campaign_contacts.c.campaign_id == campaign_id,
        campaign_contacts.c.contact_id == contact_id,
    )
    tx.execute(changing.values(**values))
