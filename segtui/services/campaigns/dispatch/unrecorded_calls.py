"""Unrecorded calls: calls that the platform has under an id of this database, but that the database does not have.

An older backup was restored, or a copy of the database dials as well; called contacts must not be called again. The
dispatcher compares the platform's lists with the database and stores these calls here, which pauses their campaigns;
`reconciling` records them as attempts.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, update

from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts, campaigns, unrecorded_calls
from segtui.database.tables.core_tables import contacts
from segtui.domain.phones import looks_like_e164, same_number, to_e164
from segtui.domain.text import counted
from segtui.domain.vocabulary import UNFINISHED
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.campaigns import campaign_rows
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.campaigns.dispatch import database_identity, dispatcher_lease
from segtui.services.session import Session, Transaction, company_of, moment, now

# The states of a campaign that calls people, now or when its time has come.
_DIALS: Final = ("active", "scheduled")


@dataclass(frozen=True, slots=True)
class PlatformRecord:
    """A call on the platform's list that has an id of ours in its data; `outcome` is None while it is in progress.

    `started_at` is a stored time of the platform's clock.
    """

    database_id: str
    campaign_id: int
    attempt_id: int
    call_id: str | None
    phone: str | None
    started_at: int
    outcome: str | None
    seconds: int | None

    @property
    def key(self) -> tuple[str, int]:
        """The key of the attempt: the database's id and the attempt's."""
        return self.database_id, self.attempt_id


def tokens(session: Session) -> frozenset[str]:
    """Return the ids of this database, past ones too."""
    session.demand_admin()
    with session.bound_to(None).read() as tx:
        return frozenset(database_identity.tokens(tx))


def agents(session: Session) -> list[str]:
    """Return the agents of all unfinished campaigns, those that dial first."""
    session.demand_admin()
    with session.bound_to(None).read() as tx:
        unfinished = tx.execute(
            select(campaigns.c.agent, campaigns.c.status).where(tx.scope(campaigns), campaigns.c.status.in_(UNFINISHED))
        ).all()
    return list(dict.fromkeys(row.agent for row in sorted(unfinished, key=lambda row: row.status not in _DIALS)))


def last_dialled_at(session: Session) -> datetime | None:
    """Return when the last call began that this database has; before the first one, when its first campaign was made.

    None without campaigns. A call that the database lost began after it: only the dispatcher writes that time.
    """
    session.demand_admin()
    with session.bound_to(None).read() as tx:
        last = tx.execute(select(func.max(call_attempts.c.started_at)).where(tx.scope(call_attempts))).scalar()
        if last is None:
            unfinished = campaigns.c.status.in_(UNFINISHED)
            made = select(func.min(campaigns.c.created_at)).where(tx.scope(campaigns), unfinished)
            last = tx.execute(made).scalar()
    return None if last is None else moment(last)


def unknown_of(session: Session, records: Sequence[PlatformRecord]) -> list[PlatformRecord]:
    """Return the calls whose attempts are not in the database and that are not stored here yet."""
    session.demand_admin()
    if not records:
        return []
    attempt_ids = sorted({record.attempt_id for record in records})
    with session.bound_to(None).read() as tx:
        attempts = tx.execute(
            select(call_attempts).where(tx.scope(call_attempts), tx.backend.id_in(call_attempts.c.id, attempt_ids))
        ).all()
        stored = tx.execute(
            select(unrecorded_calls.c.database_id, unrecorded_calls.c.attempt_id).where(
                tx.scope(unrecorded_calls), tx.backend.id_in(unrecorded_calls.c.attempt_id, attempt_ids)
            )
        ).all()
    by_key = {(row.database_id, row.id): row for row in attempts}
    recorded = {(row.database_id, row.attempt_id) for row in stored}
    return [
        record for record in records if record.key not in recorded and not _is_attempt(by_key.get(record.key), record)
    ]


def _is_attempt(row: Row[*tuple[Any, ...]] | None, record: PlatformRecord) -> bool:
    """Tell whether a call is that of an attempt; numbers are compared where both sides tell them."""
    if row is None or row.campaign_id != record.campaign_id:
        return False
    return row.phone is None or record.phone is None or same_number(row.phone, record.phone)


def store(session: Session, generation: int, records: Iterable[PlatformRecord]) -> tuple[list[str], int]:
    """Store calls that the database does not have, and pause their campaigns.

    Return a sentence about each campaign, and the number of calls of campaigns that are not in the database either.
    Raises Superseded.
    """
    session.demand_admin()
    by_campaign: dict[int, list[PlatformRecord]] = {}
    for record in unknown_of(session, list(records)):  # some may have been stored before an error
        by_campaign.setdefault(record.campaign_id, []).append(record)
    with session.bound_to(None).read() as tx:
        statement = select(campaigns.c.id, campaigns.c.company_id, campaigns.c.created_at)
        matches = tx.execute(
            statement.where(tx.scope(campaigns), tx.backend.id_in(campaigns.c.id, sorted(by_campaign)))
        ).all()
    sentences, stored = [], 0
    for row in matches:
        # The number of a campaign that was lost may have been given to a new one since.
        own = [record for record in by_campaign[row.id] if record.started_at >= row.created_at]
        stored += len(own)
        if own:
            sentences.append(_store(company_of(session, row.company_id), generation, row.id, own))
    return sentences, sum(map(len, by_campaign.values())) - stored


def _store(session: Session, generation: int, campaign_id: int, records: Sequence[PlatformRecord]) -> str:
    with session.write() as tx:
        dispatcher_lease.demand_current(tx, generation)
        contact_ids = _contact_ids(tx, campaign_id, [record.phone for record in records if record.phone])
        tx.execute(
            insert(unrecorded_calls),
            [
                {
                    "company_id": tx.company_id,
                    "campaign_id": campaign_id,
                    "contact_id": contact_ids.get(record.phone or ""),
                    "database_id": record.database_id,
                    "attempt_id": record.attempt_id,
                    "call_id": record.call_id,
                    "started_at": record.started_at,
                    "outcome": record.outcome,
                    "seconds": record.seconds,
                }
                for record in {record.key: record for record in records}.values()
            ],
        )
        campaign = campaign_rows.get(tx, campaign_id)
        reason = sentence(waiting(tx, campaign_id))
        if campaign.status in {*_DIALS, "paused"}:
            _pause(tx, campaign, reason)
    return f"“{campaign.name}”: {reason}"


def _pause(tx: Transaction, campaign: Campaign, reason: str) -> None:
    values = {"status": "paused", "reason": reason, "updated_at": now()}
    tx.execute(campaign_rows.updating(tx, campaign.id).values(**values))
    audit.record(tx, "campaign.pause", campaign.name, detail=reason, about=About(campaign.segment_id))


def held(session: Session) -> list[tuple[int, int]]:
    """Return company and id of the campaigns that would dial and must not before a person has decided."""
    session.demand_admin()
    waiting_calls = select(unrecorded_calls.c.campaign_id).where(unrecorded_calls.c.resolution.is_(None))
    with session.bound_to(None).read() as tx:
        newest = database_identity.newest_renewal(tx)
        must_not: ColumnElement[bool] = campaigns.c.id.in_(waiting_calls)
        if newest is not None:
            must_not = or_(must_not, func.coalesce(campaigns.c.confirmed_id, 0) < newest)
        dials = select(campaigns.c.company_id, campaigns.c.id).where(
            tx.scope(campaigns), campaigns.c.status.in_(_DIALS), must_not
        )
        return [(row.company_id, row.id) for row in tx.execute(dials)]


def pause_held(session: Session, generation: int | None, campaign_id: int) -> str | None:
    """Pause a campaign that must not dial before a person has decided, and return why; None where it may dial.

    In a session of its company. Raises Superseded where a dispatcher of another generation has taken over; generation
    None is for callers other than the dispatcher.
    """
    session.demand_admin()
    with session.write() as tx:
        if generation is not None:
            dispatcher_lease.demand_current(tx, generation)
        campaign = campaign_rows.get(tx, campaign_id)
        reason = hold(tx, campaign)
        if reason is None or campaign.status not in _DIALS:
            return None
        _pause(tx, campaign, reason)
    return f"“{campaign.name}”: {reason}"


def _contact_ids(tx: Transaction, campaign_id: int, phones: Collection[str]) -> Mapping[str, int]:
    """Return the contacts of numbers as the platform writes them: of the audience if possible, else of the company."""
    if not phones:
        return {}
    spellings = {phone: _spellings(phone, tx.session.one_company.region) for phone in phones}
    numbers = sorted({number for some in spellings.values() for number in some})
    by_number: dict[str, int] = {}
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        people = select(contacts.c.phone, contacts.c.id).where(tx.scope(contacts), contacts.c.phone.in_(some))
        audience = select(campaign_contacts.c.phone, campaign_contacts.c.contact_id).where(
            tx.scope(campaign_contacts),
            campaign_contacts.c.campaign_id == campaign_id,
            campaign_contacts.c.phone.in_(some),
        )
        for statement in (people, audience):
            by_number |= {row[0]: row[1] for row in tx.execute(statement)}
    pairs = ((phone, number) for phone, some in spellings.items() for number in reversed(some))
    return {phone: by_number[number] for phone, number in pairs if number in by_number}


def _spellings(phone: str, region: str) -> list[str]:
    """Return how a number of the platform may be stored here, the likeliest first."""
    if looks_like_e164(phone):
        return [phone]
    national = to_e164(phone, region)
    international = "+" + "".join(sign for sign in phone if sign.isdigit())
    return [international] if national is None else [national, international]


def waiting(tx: Transaction, campaign_id: int) -> int:
    """Return the number of calls of a campaign that wait to be recorded or ignored."""
    statement = select(func.count()).select_from(unrecorded_calls).where(waits(tx, campaign_id))
    return int(tx.execute(statement).scalar_one())


def waits(tx: Transaction, campaign_id: int) -> ColumnElement[bool]:
    """Return the condition for the calls of a campaign that wait to be recorded or ignored."""
    return and_(
        tx.scope(unrecorded_calls),
        unrecorded_calls.c.campaign_id == campaign_id,
        unrecorded_calls.c.resolution.is_(None),
    )


def ignore(tx: Transaction, campaign_id: int) -> int:
    """Let a campaign go on although the database does not have these calls, and return their number."""
    return tx.changed(update(unrecorded_calls).where(waits(tx, campaign_id)).values(resolution="ignored"))


def sentence(count: int) -> str:
    """Return why a campaign with unrecorded calls is paused."""
    return (
        f"the calling platform has {counted(count, 'call')} of this campaign that the database does not have:"
        " `segtui campaigns reconcile` records them, so that no contact is called twice"
    )


def hold(tx: Transaction, campaign: Campaign) -> str | None:
    """Return why a campaign must not dial before a person has decided, None where it may."""
    count = waiting(tx, campaign.id)
    return sentence(count) if count else database_identity.unconfirmed(tx, campaign.confirmed_id)
