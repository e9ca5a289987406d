"""Blocking campaigns: the names of the other campaigns for which contacts were skipped as “other campaign”.

The launch does not record them. They are derived from both campaigns: no contact may be in two running ones.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, Select, and_, or_, select

from segtui.database.backends.index_hints import by_index
from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts, campaigns
from segtui.services.campaigns import campaign_rows
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.session import Transaction, stored

_AT_LAUNCH: Final = ("excluded", "other_campaign")
"""Reasons that only a launch gives: a contact with one was never to be called."""


def is_held(row: Row[*tuple[Any, ...]]) -> bool:
    """Tell whether a row of `campaign_contacts` was skipped for another campaign."""
    return bool(row.outcome == "skipped" and row.reason == "other_campaign")


def holders(tx: Transaction, campaign: Campaign, ids: Sequence[int]) -> dict[int, str]:
    """Return by contact the name of the campaign that was still to call it when this one was launched."""
    if not ids or campaign.launched_at is None:
        return {}
    names: dict[int, tuple[bool, str]] = {}
    launched_at = stored(campaign.launched_at)
    others = _others(tx, campaign, launched_at).where(tx.backend.id_in(campaign_contacts.c.contact_id, ids))
    for row in tx.execute(others):
        certain = row.state != "done" or (row.last_end is not None and row.last_end > launched_at)
        if row.contact_id not in names or certain > names[row.contact_id][0]:
            names[row.contact_id] = (certain, row.name)
    return {contact_id: name for contact_id, (_, name) in names.items()}


def _others(tx: Transaction, campaign: Campaign, launched_at: int) -> Any:  # noqa: ANN401  Select is generic in its columns
    """Return a query for the audiences frozen before `launched_at` by campaigns that had not ended by then."""
    c = campaign_contacts.c
    last_end = campaign_rows.of_last_attempt(tx, call_attempts.c.ended_at)
    of_campaign = and_(campaigns.c.company_id == c.company_id, campaigns.c.id == c.campaign_id)
    query: Select[Any] = (
        select(c.contact_id, c.state, campaigns.c.name, last_end.label("last_end"))
        .select_from(campaign_contacts)
        .join(campaigns, of_campaign)
    )
    # The contacts' rows are few; without the hint SQLite walks the audiences of all campaigns.
    return (
        by_index(query, campaign_contacts, "ix_campaign_contacts_contact")
        .where(
            tx.scope(campaign_contacts),
            tx.scope(campaigns),
            c.company_id == campaign.company_id,
            c.campaign_id != campaign.id,
            campaigns.c.launched_at <= launched_at,
            or_(campaigns.c.finished_at.is_(None), campaigns.c.finished_at >= launched_at),
            or_(c.reason.is_(None), c.reason.not_in(_AT_LAUNCH)),
        )
        .order_by(campaigns.c.launched_at, campaigns.c.id)
    )
