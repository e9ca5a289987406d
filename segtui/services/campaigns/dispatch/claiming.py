"""Claiming calls: each is committed before it is dialled, so that no crash ever dials twice.

Everything that forbids a call is checked in that transaction: the state of the campaign, its limit of concurrent calls,
the contact's do-not-call mark, its deletion, its hours, and a call by another campaign.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, and_, case, insert, select, update

from segtui.database.backends.index_hints import by_index
from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts, campaigns
from segtui.database.tables.core_tables import contacts
from segtui.domain import monotonic_clock
from segtui.domain.timezones.contact_zones import zone_of
from segtui.errors import NotFound
from segtui.services.campaigns import campaign_rows, lifecycle
from segtui.services.campaigns.audience import audience_counts, audience_zones, due_queue
from segtui.services.campaigns.audience.audience_counts import AudiencePlace
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.campaigns.dispatch import database_identity, dispatcher_lease, retrying, unrecorded_calls
from segtui.services.do_not_call import opt_outs
from segtui.services.session import Session, Transaction, moment, now, stored

# Candidates checked in one transaction, including those that turn out not to be called.
_MAX_CANDIDATES: Final = 100
# Delay before a contact that another campaign is calling is checked again.
_RECHECK_DELAY: Final = timedelta(seconds=60)
_ADDRESS: Final = ("timezone", "country", "state", "phone")
# Fields of a contact, and what the platform calls them.
_DATA: Final = {
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "organization": "company",
    "city": "city",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """An attempt to dial at once.

    `data` are the fields that the platform gets beside phone and agent; `at` is the stored time of the claim, and
    `began` the same by `monotonic_clock.boot_time`. `database_id` is the token of the database.
    """

    attempt_id: int
    company_id: int
    campaign_id: int
    contact_id: int
    agent: str
    phone: str
    at: int
    data: Mapping[str, str] = field(default_factory=dict)
    began: float = 0.0
    database_id: str = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """Claimed calls. Without any, `again_at` is when to claim again, None if never."""

    claims: Sequence[Claim]
    again_at: datetime | None = None


class _Verdict(NamedTuple):
    """The decision on a candidate: `values` to store instead of a call, or the `zone` to call it in."""

    where: AudiencePlace | None = None
    values: Mapping[str, Any] | None = None
    zone: str | None = None


def claim(session: Session, generation: int, campaign_id: int, most: int) -> Claimed:
    """Claim at most `most` calls of a campaign, to be dialled at once, in a session of its company.

    Raises Superseded.
    """
    session.demand_admin()
    claimed = _claim_of(session, generation, campaign_id, most, min(_MAX_CANDIDATES, most))
    if claimed.claims or claimed.again_at is None or claimed.again_at > moment(now()):
        return claimed
    # None of so few may be called: a list of many that must not be called does not keep the others waiting for long.
    return _claim_of(session, generation, campaign_id, most, _MAX_CANDIDATES)


def _claim_of(session: Session, generation: int, campaign_id: int, most: int, looked_at: int) -> Claimed:
    with session.read() as tx:
        try:
            campaign = campaign_rows.get(tx, campaign_id)
        except NotFound:
            return Claimed(())
        instant = moment(now())
        if campaign.status != "active":
            return Claimed(())
        due_ids = due_queue.due(tx, campaign, instant, looked_at)
        again_at = None if due_ids else due_queue.next_moment(tx, campaign, instant)
    if not due_ids:
        return Claimed((), instant if audience_zones.free_changed(session, generation, campaign_id) else again_at)
    with session.write() as tx:
        dispatcher_lease.demand_current(tx, generation)
        return Claimed(_claim(tx, campaign_id, due_ids, most), instant)


def _claim(tx: Transaction, campaign_id: int, contact_ids: Sequence[int], most: int) -> list[Claim]:
    campaign = campaign_rows.get(tx, campaign_id)
    identity_ = database_identity.current(tx)
    if campaign.status != "active" or identity_ is None or unrecorded_calls.hold(tx, campaign) is not None:
        return []
    room = campaign.settings.concurrent - audience_counts.of(tx, campaign_id).states["in_progress"]
    claims: list[Claim] = []
    moved: list[tuple[AudiencePlace | None, AudiencePlace, int]] = []
    for row in _candidates(tx, campaign_id, contact_ids):
        if len(claims) >= min(most, room):
            break
        before = AudiencePlace(row.state, row.outcome or "")
        verdict = _judged(tx, campaign, row)
        if verdict.values is not None:
            put(tx, campaign_id, row.contact_id, verdict.values)
        if verdict.where is not None:
            moved.append((before, verdict.where, 1))
        elif verdict.values is None:
            claims.append(_take(tx, campaign, row, verdict.zone, identity_.token))
            moved.append((before, AudiencePlace("in_progress"), 1))
    audience_counts.move(tx, campaign_id, moved)
    if claims:
        tx.execute(campaign_rows.updating(tx, campaign_id).values(calls=campaigns.c.calls + len(claims)))
    if moved:
        lifecycle.finish_if_done(tx, campaign_id)
    return claims


def _candidates(tx: Transaction, campaign_id: int, contact_ids: Sequence[int]) -> list[Row[*tuple[Any, ...]]]:
    """Return the candidates that still wait, in the order of `contact_ids`, with their present data."""
    of_contact = and_(
        contacts.c.company_id == campaign_contacts.c.company_id, contacts.c.id == campaign_contacts.c.contact_id
    )
    fields = {*_ADDRESS, *_DATA}
    statement = (
        select(
            campaign_contacts.c.contact_id,
            campaign_contacts.c.state,
            campaign_contacts.c.outcome,
            campaign_contacts.c.attempts,
            contacts.c.id.label("exists"),
            # The list as well as the mark, though they agree: a wrong call is never worth the look-up saved.
            case((opt_outs.has_listed_phone(tx), 1), else_=contacts.c.do_not_call).label("do_not_call"),
            *(contacts.c[name].label(f"of_{name}") for name in sorted(fields)),
        )
        .select_from(campaign_contacts)
        .join(contacts, of_contact, isouter=True)
        .where(
            tx.scope(campaign_contacts),
            campaign_contacts.c.campaign_id == campaign_id,
            tx.backend.id_in(campaign_contacts.c.contact_id, contact_ids),
            campaign_contacts.c.state.in_(("pending", "retry")),
        )
    )
    by_id = {row.contact_id: row for row in tx.execute(statement)}
    return [by_id[contact_id] for contact_id in contact_ids if contact_id in by_id]


def _judged(tx: Transaction, campaign: Campaign, row: Row[*tuple[Any, ...]]) -> _Verdict:
    """Return what becomes of a candidate."""
    reason = _forbidden(row)
    if reason is not None:
        values = {"state": "done", "outcome": "skipped", "reason": reason, "next_at": None}
        return _Verdict(AudiencePlace("done", "skipped", reason), values)
    if row.state == "retry" and not retrying.is_allowed(campaign.settings, row.outcome, row.attempts):
        # Settings that were changed before `retrying.reapply_settings` did this.
        return _Verdict(AudiencePlace("done", row.outcome), {"state": "done", "next_at": None})
    instant = moment(now())
    # Address and number may have changed since the launch, and with them the time zone.
    zone = zone_of(*(getattr(row, f"of_{name}") for name in _ADDRESS))
    if due_queue.open_until(campaign, zone, instant) is None:
        return _Verdict(values={"zone": zone})
    if _called_elsewhere(tx, campaign.id, row.contact_id):
        return _Verdict(values={"next_at": stored(instant + _RECHECK_DELAY)})
    return _Verdict(zone=zone)


def _forbidden(row: Row[*tuple[Any, ...]]) -> str | None:
    if row.exists is None:
        return "deleted"
    if row.do_not_call:
        return "do_not_call"
    return None if row.of_phone else "no_phone"


def _called_elsewhere(tx: Transaction, campaign_id: int, contact_id: int) -> bool:
    """Tell whether another campaign calls a contact at this moment: one that was cancelled since."""
    # The contact's rows are few; without the hint SQLite walks the audiences of all other campaigns.
    called = by_index(select(campaign_contacts.c.campaign_id), campaign_contacts, "ix_campaign_contacts_contact").where(
        tx.scope(campaign_contacts),
        campaign_contacts.c.contact_id == contact_id,
        campaign_contacts.c.campaign_id != campaign_id,
        campaign_contacts.c.state == "in_progress",
    )
    return tx.execute(called.limit(1)).first() is not None


def _take(tx: Transaction, campaign: Campaign, row: Row[*tuple[Any, ...]], zone: str | None, token: str) -> Claim:
    number = row.attempts + 1
    values = {"state": "in_progress", "outcome": None, "reason": None, "next_at": None, "attempts": number}
    put(tx, campaign.id, row.contact_id, {**values, "phone": row.of_phone, "zone": zone})
    began = monotonic_clock.boot_time()
    begun = {
        "started_at": now(),
        "clock": monotonic_clock.stamp(began),
        "agent": campaign.settings.agent,
        "database_id": token,
        "phone": row.of_phone,
        "platform_attempt_id": None,
    }
    attempt_id = _attempt(tx, campaign.id, row.contact_id, number, begun)
    data = {name: getattr(row, f"of_{field_}") or "" for field_, name in _DATA.items()}
    ours = {"database_id": token, "campaign_id": str(campaign.id), "attempt_id": str(attempt_id)}
    return Claim(
        attempt_id,
        tx.company_id,
        campaign.id,
        row.contact_id,
        campaign.settings.agent,
        row.of_phone,
        now(),
        {**data, **ours},
        began,
        token,
    )


def _attempt(tx: Transaction, campaign_id: int, contact_id: int, number: int, begun: Mapping[str, Any]) -> int:
    """Return the id of an attempt: of the one that was claimed before and never dialled, or of a new one."""
    mine = and_(
        tx.scope(call_attempts),
        call_attempts.c.campaign_id == campaign_id,
        call_attempts.c.contact_id == contact_id,
        call_attempts.c.number == number,
    )
    released = tx.execute(select(call_attempts.c.id).where(mine, call_attempts.c.released == 1)).scalar()
    if released is not None:
        tx.execute(update(call_attempts).where(mine).values(released=0, **begun))
        return int(released)
    row = {
        "company_id": tx.company_id,
        "campaign_id": campaign_id,
        "contact_id": contact_id,
        "number": number,
        **begun,
    }
    return int(tx.execute(insert(call_attempts).returning(call_attempts.c.id), row).scalar_one())


def put(tx: Transaction, campaign_id: int, contact_id: int, values: Mapping[str, Any]) -> None:
    """Change the row of a contact in an audience, in an open transaction; the counts are the caller's."""
    tx.execute(
        update(campaign_contacts)
        .where(
            tx.scope(campaign_contacts),
            campaign_contacts.c.campaign_id == campaign_id,
            campaign_contacts.c.contact_id == contact_id,
        )
        .values(dict(values))
    )
