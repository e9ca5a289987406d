"""Keeping the frozen zones of an audience true: a contact's address and number may change after the launch."""

from typing import Final

from sqlalchemy import and_, select, update

from segtui.database.tables.campaign_tables import campaign_contacts
from segtui.database.tables.core_tables import contacts
from segtui.domain.timezones.contact_zones import zone_of
from segtui.services.campaigns import campaign_rows
from segtui.services.campaigns.audience import due_queue
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.campaigns.dispatch import dispatcher_lease
from segtui.services.contacts.contact_rows import Contact
from segtui.services.session import Session, Transaction, moment, now, stored

_MOST_AT_ONCE: Final = 500


def contact_changed(tx: Transaction, contact: Contact) -> None:
    """Let the hours of a changed contact hold in its zones of now, wherever it waits for a call."""
    zone = zone_of(contact.timezone, contact.country, contact.state, contact.phone)
    waits = campaign_contacts.c.state.in_(("pending", "retry"))
    mine = and_(tx.scope(campaign_contacts), campaign_contacts.c.contact_id == contact.id)
    tx.execute(update(campaign_contacts).where(mine, waits).values(zone=zone))


def free_changed(session: Session, generation: int, campaign_id: int) -> bool:
    """Judge changed contacts without a calling hour again; tell whether any has another zone set now.

    Imports and bulk changes do not look for audiences. Raises NotFound, Superseded.
    """
    session.demand_admin()
    with session.read() as tx:
        moved = _moved(tx, campaign_rows.get(tx, campaign_id))
    if not moved:
        return False
    with session.write() as tx:
        dispatcher_lease.demand_current(tx, generation)
        for contact_id, zone in moved.items():
            mine = and_(tx.scope(campaign_contacts), campaign_contacts.c.campaign_id == campaign_id)
            waits = campaign_contacts.c.state.in_(("pending", "retry"))
            one = update(campaign_contacts).where(mine, campaign_contacts.c.contact_id == contact_id, waits)
            tx.execute(one.values(zone=zone))
    return True


def _moved(tx: Transaction, campaign: Campaign) -> dict[int, str | None]:
    """Return the zone sets of now of contacts without calling hours, where they are others than the frozen ones."""
    current = moment(now())
    stuck = [
        waits
        for waits in due_queue.zones(tx, campaign.id)
        if due_queue.first_allowed(campaign, waits.zone, current) is None
    ]
    of_contact = and_(
        contacts.c.company_id == campaign_contacts.c.company_id, contacts.c.id == campaign_contacts.c.contact_id
    )
    fields = (contacts.c.timezone, contacts.c.country, contacts.c.state, contacts.c.phone)
    moved: dict[int, str | None] = {}
    for waits in stuck:
        here = and_(
            due_queue.of_state(tx, campaign.id, waits.state),
            campaign_contacts.c.zone == waits.zone,
            contacts.c.updated_at > stored(campaign.launched_at or current),
        )
        changed = select(campaign_contacts.c.contact_id, *fields).join(contacts, of_contact).where(here)
        changed = changed.order_by(contacts.c.updated_at.desc())
        for contact_id, *values in tx.execute(changed.limit(_MOST_AT_ONCE)):
            zone = zone_of(*values)
            if zone != waits.zone:
                moved[contact_id] = zone
    return moved
