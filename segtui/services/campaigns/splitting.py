"""Splitting a draft into several that call the parts of its audience, each contact in exactly one."""

from collections.abc import Sequence
from typing import Final

from segtui.domain.text import clean
from segtui.errors import Conflict
from segtui.services import undo
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.campaigns import campaign_editing, campaign_rows, campaign_segments, forecasting
from segtui.services.campaigns.audience.audience import Target
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.campaigns.campaign_settings import row_of
from segtui.services.campaigns.dispatch import unrecorded_calls
from segtui.services.interrupt import Interrupt
from segtui.services.segments import partition, segment_batches, segment_rows, splitting
from segtui.services.segments.partition import Members, Part, PartMembers, SplitWay
from segtui.services.session import Session, Transaction

MAX_PARTS: Final = 100
"""Maximum number of drafts that a draft is split into."""
WITH_SEGMENTS: Final = ("by", "random")
"""Ways that make a new segment for each draft."""


def preview(session: Session, campaign_id: int, way: SplitWay, interrupt: Interrupt | None = None) -> list[Part]:
    """Return the parts that `split` would make. Raises NotFound, Conflict, NameTaken, InvalidInput, Cancelled."""
    with campaign_rows.bound(session, campaign_id).read(interrupt) as tx:
        campaign = _draft(tx, campaign_id)
        parts = partition.parts_of(tx, campaign.name, _target(tx, campaign).members, way, MAX_PARTS)
        if way.kind in WITH_SEGMENTS:
            segment_batches.demand_names_free(tx, [part.name for part in parts])
        return parts


def split(session: Session, campaign_id: int, way: SplitWay, interrupt: Interrupt | None = None) -> list[Campaign]:
    """Replace a draft by several drafts, named after it, each with a part of its audience.

    Parts by number and size are ranges of contact ids in the campaign's segments: contacts that join later are in one
    of them. Random parts and those by value are new fixed segments with the names of the drafts.

    Raises NotFound, Cancelled, InvalidInput (the kind of the way, or `field`), NameTaken, and Conflict where it is no
    draft.
    """
    session = campaign_rows.bound(session, campaign_id)
    with session.write(interrupt) as tx:
        campaign = _draft(tx, campaign_id)
        if count := unrecorded_calls.waiting(tx, campaign_id):
            raise Conflict(f"“{clean(campaign.name)}” is not split: {unrecorded_calls.sentence(count)}.")
        members = _target(tx, campaign).members
        parts = partition.parts_of(tx, campaign.name, members, way, MAX_PARTS)
        contents = partition.contents(tx, members, way, parts, interrupt)
        drafts = _replace(tx, campaign, parts, contents, way)
        detail, about = f"into {len(drafts)}", About(campaign.segment_id)
        audit.record(tx, "campaign.split", campaign.name, detail=detail, count=len(drafts), about=about)
    sentence = f"The campaign “{clean(campaign.name)}” was split into {len(drafts)}"
    undo.record_final(session, campaign.company_id, sentence, f"{sentence}: this cannot be undone.")
    return drafts


def _draft(tx: Transaction, campaign_id: int) -> Campaign:
    campaign = campaign_rows.get(tx, campaign_id)
    campaign_rows.demand_status(campaign, ("draft",), "be split")
    return campaign


def _target(tx: Transaction, campaign: Campaign) -> Target:
    target = forecasting.target_of(tx, campaign)
    if target is None:
        raise Conflict(f"“{clean(campaign.name)}” has no segment to split.")
    return target


def _replace(
    tx: Transaction, campaign: Campaign, parts: Sequence[Part], contents: Sequence[PartMembers], way: SplitWay
) -> list[Campaign]:
    excluded = [segment_id for segment_id, _ in campaign_segments.excluded(tx, campaign.id) if segment_id is not None]
    if way.kind in WITH_SEGMENTS:
        new_segments = splitting.new_segments(tx, campaign.name, parts, contents, way)
        called = [[creation.made] for creation in segment_batches.create_in(tx, new_segments)]
    else:
        its_segments = [segment_rows.get(tx, segment.id) for segment in campaign.segments if segment.id is not None]
        called = [its_segments] * len(parts)
    campaign_editing.remove(tx, campaign)
    ids = []
    for part, members, part_segments in zip(parts, contents, called, strict=True):
        above, to = (members.above, members.to) if isinstance(members, Members) else (None, None)
        values = {**row_of(campaign.settings), "above_contact": above, "to_contact": to}
        ids.append(campaign_editing.insert_draft(tx, part.name, part_segments, values))
        campaign_editing.exclude(tx, ids[-1], part_segments, excluded)
    return [campaign_rows.get(tx, campaign_id) for campaign_id in ids]
