"""Splitting a draft into several that call equal parts of its audience."""

from typing import Final

from segtui.domain.names import NAME_LENGTH
from segtui.domain.text import clean, counted
from segtui.errors import Conflict, InvalidInput
from segtui.services import undo
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.campaigns import campaign_editing, campaign_rows, forecasting
from segtui.services.campaigns.audience import audience
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.campaigns.campaign_settings import row_of
from segtui.services.campaigns.dispatch import unrecorded_calls
from segtui.services.segments import segment_rows
from segtui.services.session import Session, Transaction

MAX_PARTS: Final = 100
"""Maximum number of drafts that a draft is split into."""


def split(session: Session, campaign_id: int, parts: int) -> list[Campaign]:
    """Replace a draft by several drafts, named after it, with equal parts of its audience.

    Raises NotFound, InvalidInput (`parts`), NameTaken, and Conflict where it is no draft.
    """
    if not 2 <= parts <= MAX_PARTS:
        raise InvalidInput(f"A campaign is split into 2 to {MAX_PARTS} parts, not into {parts:,}.", "parts")
    session = campaign_rows.bound(session, campaign_id)
    with session.write() as tx:
        campaign = campaign_rows.get(tx, campaign_id)
        campaign_rows.demand_status(campaign, ("draft",), "be split")
        if count := unrecorded_calls.waiting(tx, campaign_id):
            raise Conflict(f"“{clean(campaign.name)}” is not split: {unrecorded_calls.sentence(count)}.")
        made = _replace(tx, campaign, parts)
        detail = f"into {parts}"
        audit.record(tx, "campaign.split", campaign.name, detail=detail, count=parts, about=About(campaign.segment_id))
    sentence = f"The campaign “{clean(campaign.name)}” was split into {parts}"
    undo.record_final(session, campaign.company_id, sentence, f"{sentence}: this cannot be undone.")
    return made


def _replace(tx: Transaction, campaign: Campaign, parts: int) -> list[Campaign]:
    target = forecasting.target_of(tx, campaign)
    if target is None:
        raise Conflict(f"“{clean(campaign.name)}” has no segment to split.")
    edges = audience.bounds(tx, target, parts)
    if len(edges) < parts:
        raise InvalidInput(f"It has too few contacts for {counted(parts, 'part')}.", "parts")
    called = [segment_rows.get(tx, segment_id) for segment_id in target.segment_ids]
    excluded = [segment_id for segment_id, _ in campaign_rows.excluded(tx, campaign.id) if segment_id is not None]
    campaign_editing.remove(tx, campaign)
    made = []
    for number, (above, to) in enumerate(edges, 1):
        values = {**row_of(campaign.settings), "above_contact": above, "to_contact": to}
        made.append(campaign_editing.insert_draft(tx, _name(campaign.name, number, parts), called, values))
        campaign_editing.exclude(tx, made[-1], called, excluded)
    return [campaign_rows.get(tx, campaign_id) for campaign_id in made]


def _name(name: str, number: int, parts: int) -> str:
    end = f" {number}/{parts}"
    return name[: NAME_LENGTH - len(end)].rstrip() + end
