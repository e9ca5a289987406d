"""Campaigns as a list: searched, sorted, found by name. A company has a few thousand of them at the most."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from segtui.database.tables.campaign_tables import campaigns
from segtui.domain.names import no_such
from segtui.domain.text import clean, name_key
from segtui.domain.vocabulary import CAMPAIGN_SORTS, CAMPAIGN_STATUSES
from segtui.errors import InvalidInput
from segtui.services.campaigns import campaign_rows, campaign_segments
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.campaigns.campaign_segments import CalledSegment
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.services.small_listing import SmallListing

_KEYS: Final[dict[str, Callable[[Campaign], Any]]] = {
    "name": lambda campaign: campaign.name,
    "segment": lambda campaign: campaign.segment_names,
    "status": lambda campaign: CAMPAIGN_STATUSES.index(campaign.status),
    "progress": lambda campaign: campaign.share if campaign.launched else -1.0,
    "started": lambda campaign: 0.0 if campaign.started_at is None else campaign.started_at.timestamp(),
    "company": lambda campaign: campaign.company,
}


@dataclass(frozen=True, slots=True)
class CampaignQuery:
    """Selects and orders campaigns. `status` is one of CAMPAIGN_STATUSES.

    `segment_id` picks those that call a segment, alone or with others.
    """

    search: str = ""
    status: str | None = None
    segment_id: int | None = None
    sort: str = "name"
    descending: bool = False


def listing(session: Session, query: CampaignQuery, interrupt: Interrupt | None = None) -> SmallListing[Campaign]:
    """Return the campaigns of `query` as a listing. Raises InvalidInput (`sort`, `status`)."""
    if query.sort not in CAMPAIGN_SORTS:
        raise InvalidInput(
            f"Campaigns are sorted by {', '.join(CAMPAIGN_SORTS)}, not by “{clean(query.sort)}”.", "sort"
        )
    if query.status is not None and query.status not in CAMPAIGN_STATUSES:
        raise InvalidInput(f"A campaign is {', '.join(CAMPAIGN_STATUSES)}, not “{clean(query.status)}”.", "status")
    return SmallListing(
        lambda: _every(session, query, interrupt),
        lambda campaign: (
            campaign.name,
            campaign.segment_names,
            campaign.status,
            campaign.settings.agent,
            campaign.company,
        ),
        _KEYS[query.sort],
        query.search,
        query.descending,
        (session.company, query.status, query.segment_id),
    )


def _every(session: Session, query: CampaignQuery, interrupt: Interrupt | None) -> list[Campaign]:
    with session.read(interrupt) as tx:
        statement = campaign_rows.columns().where(tx.scope(campaigns)).order_by(campaigns.c.name_key, campaigns.c.id)
        if query.status is not None:
            statement = statement.where(campaigns.c.status == query.status)
        if query.segment_id is not None:
            statement = statement.where(campaign_segments.calls(tx, query.segment_id))
        return campaign_rows.read(tx, statement)


def find(session: Session, query: CampaignQuery) -> list[Campaign]:
    """Return all campaigns of `query`. Raises InvalidInput (`sort`, `status`)."""
    rows = listing(session, query)
    return rows.first(len(rows.ids()))


def total(session: Session) -> int:
    """Count the campaigns."""
    with session.read() as tx:
        return int(tx.execute(select(func.count()).select_from(campaigns).where(tx.scope(campaigns))).scalar_one())


def get(session: Session, campaign_id: int) -> Campaign:
    """Return a campaign by its id. Raises NotFound."""
    with session.read() as tx:
        return campaign_rows.get(tx, campaign_id)


def of_segment(session: Session, segment_id: int, interrupt: Interrupt | None = None) -> list[Campaign]:
    """Return the campaigns of a segment: the unfinished ones first, then by name."""
    rows = _every(session, CampaignQuery(segment_id=segment_id), interrupt)
    return sorted(rows, key=lambda campaign: not campaign.unfinished)


def excluded(session: Session, campaign_id: int) -> list[CalledSegment]:
    """Return the segments that a campaign excludes; the id of a deleted one is None. Raises NotFound.

    They come in their given order.
    """
    with session.read() as tx:
        campaign_rows.get(tx, campaign_id)
        return campaign_segments.excluded(tx, campaign_id)


def by_name(session: Session, name: str) -> Campaign:
    """Return a campaign by its name, regardless of case. Raises NotFound, naming the nearest one."""
    with session.read() as tx:
        named = campaign_rows.columns().where(tx.scope(campaigns), campaigns.c.name_key == name_key(name))
        matches = campaign_rows.read(tx, named.limit(2))
        if not matches:
            raise no_such("campaign", name, tx.execute(select(campaigns.c.name).where(tx.scope(campaigns))).scalars())
    if len(matches) > 1:
        raise InvalidInput(
            f"Several companies have a campaign “{clean(name)}”: choose one with --company NAME.", "company"
        )
    return matches[0]
