"""Reports on a campaign: its counts, and each contact of its audience with its calls."""

from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, and_, select

from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts
from segtui.database.tables.core_tables import contacts
from segtui.domain.contact import full_name
from segtui.services.campaigns import campaign_rows, campaign_segments, forecasting
from segtui.services.campaigns.audience import audience_counts, blocking
from segtui.services.campaigns.audience.due_queue import NO_HOUR
from segtui.services.campaigns.audience.next_try import NextTries
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.campaigns.forecasting import Forecast
from segtui.services.campaigns.results import idle_reasons
from segtui.services.contacts.outcome_filter import Results, demand_known, ended
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction, moment

_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Overview:
    """A campaign with its audience, counted: as forecast before the launch, as it is after it.

    `reason` is one line that says why nothing is being dialled, where nothing is. `exclude` are names of segments.
    """

    campaign: Campaign
    exclude: tuple[str, ...]
    reason: str | None
    total: int
    callable: int
    skipped: Mapping[str, int]
    states: Mapping[str, int]
    outcomes: Mapping[str, int]
    forecast: Forecast | None


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt. `seconds` is how long it lasted; None, like outcome and the platform's `call_id`, while unknown."""

    attempt_id: int
    call_id: str | None
    started_at: datetime
    outcome: str | None
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """A contact of an audience. Name, phone and e-mail are None where it has none, or was deleted.

    `elsewhere` is the other campaign for which the contact was skipped.
    """

    contact_id: int
    deleted: bool
    name: str | None
    phone: str | None
    email: str | None
    state: str
    outcome: str | None
    reason: str | None
    attempts: int
    next_at: datetime | None
    calls: tuple[Call, ...]
    elsewhere: str | None


def overview(session: Session, campaign_id: int, interrupt: Interrupt | None = None) -> Overview:
    """Return a campaign with its audience counted. Raises NotFound, Cancelled."""
    with session.read(interrupt) as tx:
        campaign_rows.get(tx, campaign_id)
    with campaign_rows.bound(session, campaign_id).read(interrupt) as tx:
        campaign = campaign_rows.get(tx, campaign_id)
        exclude = tuple(name for _, name in campaign_segments.excluded(tx, campaign_id))
        counts = audience_counts.of(tx, campaign_id)
        reason = idle_reasons.why(tx, campaign)
        ahead = forecasting.of(tx, campaign) if campaign.status == "draft" else None
    total, skipped = (counts.total, counts.skipped) if ahead is None else (ahead.total, ahead.skipped)
    can = total - sum(skipped.values())
    return Overview(campaign, exclude, reason, total, can, skipped, counts.states, counts.outcomes, ahead)


def results_total(session: Session, campaign_id: int, outcomes: Collection[str] = ()) -> int:
    """Count the contacts of an audience with these outcomes, or all. Raises NotFound, InvalidInput (`outcome`)."""
    outcome_filter_ = _asked(campaign_id, outcomes)
    with session.read() as tx:
        campaign_rows.get(tx, campaign_id)
        return outcome_filter_.most(tx)


def results(
    session: Session, campaign_id: int, outcomes: Collection[str] = (), interrupt: Interrupt | None = None
) -> Generator[Result]:
    """Yield the contacts of an audience, by their ids; with outcomes only those that ended so. Reads page by page.

    Raises NotFound, InvalidInput (`outcome`), Cancelled.
    """
    outcome_filter_ = _asked(campaign_id, outcomes)
    last = 0
    while True:
        with session.read(interrupt) as tx:
            campaign = campaign_rows.get(tx, campaign_id)
            page = _page(tx, campaign, outcome_filter_, last)
        yield from page
        if len(page) < _PAGE:
            return
        last = page[-1].contact_id


def _asked(campaign_id: int, outcomes: Collection[str]) -> Results:
    filters = ended(outcomes)
    demand_known(filters)
    return Results(campaign_id, filters)


def _page(tx: Transaction, campaign: Campaign, results_filter: Results, last: int) -> list[Result]:
    statement = of_audience().where(
        results_filter.are(tx),
        campaign_contacts.c.contact_id > last,
    )
    rows = tx.execute(statement.order_by(campaign_contacts.c.contact_id).limit(_PAGE)).all()
    tries = NextTries(campaign)
    calls = _calls(tx, campaign.id, [row.contact_id for row in rows if row.attempts])
    holders = blocking.holders(tx, campaign, [row.contact_id for row in rows if blocking.is_held(row)])
    return [result_of(row, tries, calls.get(row.contact_id, ()), holders.get(row.contact_id)) for row in rows]


def of_audience() -> Select[Any]:
    """Return a query for the contacts of audiences, with the columns for `result_of`."""
    of_contact = and_(
        contacts.c.company_id == campaign_contacts.c.company_id, contacts.c.id == campaign_contacts.c.contact_id
    )
    person = (contacts.c.id.label("there"), contacts.c.email, contacts.c.first_name, contacts.c.last_name)
    return select(campaign_contacts, *person).select_from(campaign_contacts).join(contacts, of_contact, isouter=True)


def _calls(tx: Transaction, campaign_id: int, ids: Sequence[int]) -> dict[int, list[Call]]:
    calls: dict[int, list[Call]] = {}
    if not ids:
        return calls
    statement = (
        select(call_attempts)
        .where(
            tx.scope(call_attempts),
            call_attempts.c.campaign_id == campaign_id,
            tx.backend.id_in(call_attempts.c.contact_id, ids),
            call_attempts.c.released == 0,
        )
        .order_by(call_attempts.c.contact_id, call_attempts.c.number)
    )
    for row in tx.execute(statement):
        calls.setdefault(row.contact_id, []).append(call_of(row))
    return calls


def call_of(row: Row[*tuple[Any, ...]]) -> Call:
    """Return the call that a row of `call_attempts` is."""
    return Call(row.id, row.call_id, moment(row.started_at), row.outcome, row.seconds)


def result_of(row: Row[*tuple[Any, ...]], tries: NextTries, calls: Sequence[Call], held_by: str | None) -> Result:
    """Return the result of the contact that a row of `of_audience` describes, after `attempts` attempts."""
    waits = row.state != "done"
    following = tries.of(row.state, row.zone, row.next_at)
    return Result(
        contact_id=row.contact_id,
        deleted=row.there is None,
        name=full_name(row.first_name, row.last_name) or None,
        phone=row.phone,
        email=row.email,
        state=row.state,
        outcome=None if waits else row.outcome,
        reason=NO_HOUR if following.never else None if waits else row.reason,
        attempts=row.attempts,
        next_at=following.at,
        calls=tuple(calls),
        elsewhere=held_by,
    )
