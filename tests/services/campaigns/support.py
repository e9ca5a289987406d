"""What the tests of campaigns share: a segment of people, a draft that calls it, and everybody in a campaign."""

from typing import Any

from sqlalchemy import select

from segtui.database.tables.campaign_tables import campaign_contacts
from segtui.services import campaigns
from segtui.services.campaigns import Campaign, SettingsInput
from segtui.services.contacts import contacts
from segtui.services.segments import segments
from segtui.services.session import Session


def people(session: Session, segment: str, count: int, *, first: int = 100, **fields: str) -> tuple[int, list[int]]:
    """Make a segment of so many people with phones, and return its id and theirs."""
    segment_id = segments.create(session, segment).id
    ids = [
        contacts.add(session, {"phone": f"+1602555{first + place:04}", **fields}, segment_id).id
        for place in range(count)
    ]
    return segment_id, ids


def draft(session: Session, segment_id: int, name: str = "Spring", **given: Any) -> Campaign:
    """Make a draft of a segment; what is `excluded` and `further` by ids of segments."""
    chosen = {name: given.pop(name, ()) for name in ("further", "excluded")}
    return campaigns.create(session, name, segment_id, SettingsInput(**{"agent": "agent-1", **given}), **chosen)


def audience(session: Session, campaign_id: int) -> dict[int, tuple[str, str | None, str | None]]:
    """Return state, outcome and reason of everybody in a campaign, as they lie in the database."""
    c = campaign_contacts.c
    with session.read() as tx:
        rows = tx.execute(
            select(c.contact_id, c.state, c.outcome, c.reason).where(
                tx.scope(campaign_contacts), c.campaign_id == campaign_id
            )
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}
