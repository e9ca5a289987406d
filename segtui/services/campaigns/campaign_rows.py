"""Campaigns as rows: what reading, editing, launching and splitting have in common, inside an open transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select, update

from segtui.database.tables.campaign_tables import (
    call_attempts,
    campaign_contacts,
    campaign_counts,
    campaigns,
)
from segtui.database.tables.core_tables import companies, segments
from segtui.domain.campaign_settings import CampaignSettings
from segtui.domain.names import named
from segtui.domain.text import clean
from segtui.domain.vocabulary import UNFINISHED
from segtui.errors import Conflict, NotFound
from segtui.services.campaigns import campaign_segments
from segtui.services.campaigns.campaign_segments import CalledSegment
from segtui.services.campaigns.campaign_settings import settings_of
from segtui.services.session import Session, Transaction, company_of, moment, now


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as lists and screens show it. `segments` are those that it calls, at least one, in their given order.

    `total` and `done` count its frozen audience, 0 before the launch. `skipped` are the done contacts that are not
    called; `dropped` of them could have been called when the campaign was cancelled. `part` is set if it calls a part
    of its segments.
    """

    id: int
    company_id: int
    company: str
    name: str
    status: str
    reason: str | None
    segments: tuple[CalledSegment, ...]
    part: tuple[int | None, int | None]
    settings: CampaignSettings
    calls: int
    total: int
    done: int
    skipped: int
    dropped: int
    created_at: datetime
    updated_at: datetime
    launched_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    confirmed_id: int | None = None
    """The newest id of the database when a person launched or last resumed it (`identity`)."""

    @property
    def segment_id(self) -> int | None:
        """The id of its first segment; None once that is deleted."""
        return self.segments[0].id

    @property
    def segment(self) -> str:
        """The name of its first segment."""
        return self.segments[0].name

    @property
    def segment_names(self) -> str:
        """The names of all its segments in one line."""
        return ", ".join(segment.name for segment in self.segments)

    @property
    def quoted_segments(self) -> str:
        """The same for a sentence, at most three of them: `“A”, “B”, “C” and 2 more`."""
        return named([segment.name for segment in self.segments])

    @property
    def unfinished(self) -> bool:
        """True while it may still make calls, now or later."""
        return self.status in UNFINISHED

    @property
    def launched(self) -> bool:
        """True once its audience is frozen."""
        return self.launched_at is not None

    @property
    def to_call(self) -> int:
        """The number of contacts that can be called, or could be before it was cancelled."""
        return self.total - self.skipped + self.dropped

    @property
    def settled(self) -> int:
        """The number of those whose outcome is final."""
        return self.done - self.skipped

    @property
    def share(self) -> float:
        """The settled share of the contacts that can be called, 0 to 1."""
        return self.settled / self.to_call if self.to_call else float(self.launched)

    @property
    def start_is_past(self) -> bool:
        """True if the start time has passed before the launch: calls then begin at once, in calling hours."""
        start_at = self.settings.start_at
        return (
            self.status in {"draft", "paused"}
            and self.started_at is None
            and start_at is not None
            and start_at <= moment(now())
        )


def segment_name() -> ColumnElement[str]:
    """Return the name of a campaign's segment: of now, or what it was when the campaign ended."""
    unfinished = campaigns.c.status.in_(UNFINISHED)
    name: ColumnElement[str] = case(
        (unfinished, func.coalesce(segments.c.name, campaigns.c.segment)), else_=campaigns.c.segment
    )
    return name


def columns(*only: ColumnElement[Any]) -> Select[Any]:
    """Return a query for what a Campaign is made of, or for `only` some of it."""
    of_this = and_(
        campaign_counts.c.company_id == campaigns.c.company_id, campaign_counts.c.campaign_id == campaigns.c.id
    )
    counted = select(func.coalesce(func.sum(campaign_counts.c.contacts), 0)).where(of_this)
    skipped = (campaign_counts.c.state == "done", campaign_counts.c.outcome == "skipped")
    every = (
        campaigns,
        segment_name().label("segment_name"),
        campaign_segments.further_count().label("further"),
        companies.c.name.label("company"),
        counted.scalar_subquery().label("total"),
        counted.where(campaign_counts.c.state == "done").scalar_subquery().label("done"),
        counted.where(*skipped).scalar_subquery().label("skipped"),
        counted.where(*skipped, campaign_counts.c.reason == "cancelled").scalar_subquery().label("dropped"),
    )
    of_segment = and_(segments.c.company_id == campaigns.c.company_id, segments.c.id == campaigns.c.segment_id)
    return (
        select(*(only or every))
        .select_from(campaigns)
        .join(companies, campaigns.c.company_id == companies.c.id)
        .join(segments, of_segment, isouter=True)
    )


def read(tx: Transaction, query: Select[Any]) -> list[Campaign]:
    """Return the campaigns of a query that `columns()` began."""
    rows = tx.execute(query).all()
    several = [row.id for row in rows if row.further]
    further = campaign_segments.further(tx, several) if several else {}
    return [_campaign_of(row, further.get(row.id, ())) for row in rows]


def _campaign_of(row: Row[*tuple[Any, ...]], further: Iterable[CalledSegment]) -> Campaign:
    return Campaign(
        id=row.id,
        company_id=row.company_id,
        company=row.company,
        name=row.name,
        status=row.status,
        reason=row.reason,
        segments=(CalledSegment(row.segment_id, row.segment_name), *further),
        part=(row.above_contact, row.to_contact),
        settings=settings_of(row),
        calls=row.calls,
        total=int(row.total),
        done=int(row.done),
        skipped=int(row.skipped),
        dropped=int(row.dropped),
        created_at=moment(row.created_at),
        updated_at=moment(row.updated_at),
        launched_at=_moment(row.launched_at),
        started_at=_moment(row.started_at),
        finished_at=_moment(row.finished_at),
        confirmed_id=row.confirmed_id,
    )


def _moment(timestamp: int | None) -> datetime | None:
    return None if timestamp is None else moment(timestamp)


def get(tx: Transaction, campaign_id: int) -> Campaign:
    """Return a campaign by its id. Raises NotFound."""
    matches = read(tx, columns().where(tx.scope(campaigns), campaigns.c.id == campaign_id))
    if not matches:
        raise NotFound("This campaign no longer exists.")
    return matches[0]


def bound(session: Session, campaign_id: int) -> Session:
    """Return the session bound to the company of a campaign, for an admin's session on all companies."""
    if session.company is not None:
        return session
    with session.read() as tx:
        company_id = get(tx, campaign_id).company_id
    return company_of(session, company_id)


def updating(tx: Transaction, campaign_id: int) -> Any:  # noqa: ANN401  SQLAlchemy's Update is generic in its table
    """Return an UPDATE of one campaign, to which the values are added."""
    return update(campaigns).where(tx.scope(campaigns), campaigns.c.id == campaign_id)


def of_last_attempt(tx: Transaction, column: ColumnElement[Any]) -> Any:  # noqa: ANN401  generic in its type
    """Return a column of the last attempt of the contact in a row of `campaign_contacts`."""
    made = and_(
        tx.scope(call_attempts),
        call_attempts.c.company_id == campaign_contacts.c.company_id,
        call_attempts.c.campaign_id == campaign_contacts.c.campaign_id,
        call_attempts.c.contact_id == campaign_contacts.c.contact_id,
        call_attempts.c.released == 0,
    )
    # By number: the greatest time would be looked for among all calls of the campaign, by the index of times.
    return select(column).where(made).order_by(call_attempts.c.number.desc()).limit(1).scalar_subquery()


def demand_status(campaign: Campaign, allowed: tuple[str, ...], what: str) -> None:
    """Raise Conflict unless the campaign is in one of these states; `what` is what was to be done: `be paused`."""
    if campaign.status not in allowed:
        states = " or ".join(allowed)
        raise Conflict(f"“{clean(campaign.name)}” is {campaign.status}: only a campaign that is {states} can {what}.")
