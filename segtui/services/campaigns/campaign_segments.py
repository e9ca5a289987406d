"""The segments of a campaign: the first is in its row, the further ones in `campaign_segments`."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, case, func, insert, or_, select, update
from sqlalchemy import delete as delete_from

from segtui.database.tables.campaign_tables import campaign_exclusions, campaign_segments, campaigns
from segtui.database.tables.core_tables import segments
from segtui.domain.text import clean
from segtui.domain.vocabulary import UNFINISHED
from segtui.services.segments.segment_rows import Segment
from segtui.services.session import Transaction


class CalledSegment(NamedTuple):
    """A segment that a campaign calls, or leaves out. `id` is None once it is deleted: the campaign keeps its name."""

    id: int | None
    name: str


def calls(tx: Transaction, segment_id: int) -> ColumnElement[bool]:
    """Return the condition that a campaign calls a segment, alone or with others."""
    further = select(campaign_segments.c.campaign_id).where(
        tx.scope(campaign_segments), campaign_segments.c.segment_id == segment_id
    )
    return or_(campaigns.c.segment_id == segment_id, campaigns.c.id.in_(further))


def further_count() -> ColumnElement[int]:
    """Return the number of further segments of the campaign in a row of `campaigns`."""
    of_campaign = and_(
        campaign_segments.c.company_id == campaigns.c.company_id, campaign_segments.c.campaign_id == campaigns.c.id
    )
    return select(func.count()).select_from(campaign_segments).where(of_campaign).scalar_subquery()


def further(tx: Transaction, campaign_ids: Sequence[int]) -> dict[int, list[CalledSegment]]:
    """Return the further segments of campaigns, by campaign and in their given order."""
    return _segments_in(tx, campaign_segments, campaign_ids)


def excluded(tx: Transaction, campaign_id: int) -> list[CalledSegment]:
    """Return the segments that a campaign leaves out, in their given order."""
    return _segments_in(tx, campaign_exclusions, [campaign_id]).get(campaign_id, [])


def _segments_in(tx: Transaction, table: Table, campaign_ids: Sequence[int]) -> dict[int, list[CalledSegment]]:
    """Return the segments that a table has of campaigns, by campaign and in their given order.

    A segment has its name of now, or the name that it had when the campaign ended.
    """
    of_segment = and_(segments.c.company_id == table.c.company_id, segments.c.id == table.c.segment_id)
    of_campaign = and_(campaigns.c.company_id == table.c.company_id, campaigns.c.id == table.c.campaign_id)
    present_name = func.coalesce(segments.c.name, table.c.segment)
    name = case((campaigns.c.status.in_(UNFINISHED), present_name), else_=table.c.segment)
    query = (
        select(table.c.campaign_id, table.c.segment_id, name.label("name"))
        .select_from(table)
        .join(campaigns, of_campaign)
        .join(segments, of_segment, isouter=True)
        .where(tx.scope(table), tx.backend.id_in(table.c.campaign_id, campaign_ids))
        .order_by(table.c.campaign_id, table.c.place)
    )
    by_campaign: dict[int, list[CalledSegment]] = {}
    for campaign_id, segment_id, shown in tx.execute(query):
        by_campaign.setdefault(campaign_id, []).append(CalledSegment(segment_id, shown))
    return by_campaign


def write_further(tx: Transaction, campaign_id: int, called: Sequence[Segment]) -> None:
    """Let a campaign call further segments, in place of those that it called before."""
    mine = (tx.scope(campaign_segments), campaign_segments.c.campaign_id == campaign_id)
    tx.execute(delete_from(campaign_segments).where(*mine))
    rows: list[dict[str, Any]] = [
        {
            "company_id": tx.company_id,
            "campaign_id": campaign_id,
            "place": position,
            "segment_id": segment.id,
            "segment": segment.name,
        }
        for position, segment in enumerate(called, 1)
    ]
    if rows:
        tx.execute(insert(campaign_segments), rows)


def keep_names(tx: Transaction, campaign_id: int, called: Sequence[CalledSegment]) -> None:
    """Store the present names of the further segments of a campaign that ends."""
    for position, segment in enumerate(called, 1):
        naming = update(campaign_segments).where(
            tx.scope(campaign_segments),
            campaign_segments.c.campaign_id == campaign_id,
            campaign_segments.c.place == position,
        )
        tx.execute(naming.values(segment=segment.name))


def contradictions(connection: Connection) -> Iterator[str]:
    """Yield a sentence for each unfinished campaign, of any company, whose segments contradict each other.

    A further segment is gone, is the first one too, or is left out.
    """
    of_campaign = and_(
        campaign_segments.c.company_id == campaigns.c.company_id, campaign_segments.c.campaign_id == campaigns.c.id
    )
    left_out = select(campaign_exclusions.c.segment_id).where(
        campaign_exclusions.c.company_id == campaigns.c.company_id, campaign_exclusions.c.campaign_id == campaigns.c.id
    )
    segment_id = campaign_segments.c.segment_id
    is_contradictory = or_(segment_id.is_(None), segment_id == campaigns.c.segment_id, segment_id.in_(left_out))
    query = select(campaigns.c.name, campaign_segments.c.segment).join(campaign_segments, of_campaign)
    for name, segment in connection.execute(query.where(campaigns.c.status.in_(UNFINISHED), is_contradictory)):
        yield f"The campaign “{clean(name)}” calls “{clean(segment)}” twice, leaves it out, or has lost it."


def forget(tx: Transaction, segment_ids: Sequence[int]) -> None:
    """Leave campaigns, all of which have ended, only the names of segments that are deleted."""
    for table in (campaigns, campaign_segments):
        of_segments = tx.backend.id_in(table.c.segment_id, segment_ids)
        tx.execute(update(table).where(tx.scope(table), of_segments).values(segment_id=None))
