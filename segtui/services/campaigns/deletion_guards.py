"""Deletion guards: segments and contacts that campaigns need are kept, and campaigns follow deletions."""

from collections.abc import Sequence

from sqlalchemy import Select, and_, func, or_, select, update

from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts, campaign_exclusions, campaigns
from segtui.database.tables.core_tables import segments
from segtui.domain.names import named
from segtui.domain.text import clean
from segtui.domain.vocabulary import UNFINISHED
from segtui.errors import Conflict
from segtui.services.campaigns import campaign_segments, lifecycle
from segtui.services.campaigns.audience import audience_counts
from segtui.services.campaigns.audience.audience_counts import AudiencePlace
from segtui.services.segments.live import rules
from segtui.services.segments.segment_rows import Segment
from segtui.services.session import Session, Transaction

_DELETED = AudiencePlace("done", "skipped", "deleted")


def campaigns_holding(session: Session, segment_id: int) -> list[str]:
    """Return the names of the unfinished campaigns that prevent the deletion of a segment."""
    with session.read() as tx:
        return list(tx.execute(_holding(tx, segment_id, excluding=True)).scalars())


def held(tx: Transaction, segment_id: int) -> bool:
    """Tell whether unfinished campaigns need a segment to stay."""
    return tx.execute(_holding(tx, segment_id, excluding=True).limit(1)).scalar() is not None


def demand_free(tx: Transaction, segment: Segment, done: str, *, excluding: bool = True) -> None:
    """Raise Conflict, naming them, where unfinished campaigns target a segment that is to be `done`.

    With `excluding` also where drafts exclude its contacts: without the segment those would be called.
    """
    names = list(tx.execute(_holding(tx, segment.id, excluding=excluding)).scalars())
    demand_unnamed(tx, segment, done, names)
    if not names:
        return
    what = "an unfinished campaign needs" if len(names) == 1 else "unfinished campaigns need"
    instead = "Cancel the campaigns that should not run, or delete the drafts."
    raise Conflict(f"“{clean(segment.name)}” cannot be {done}: {what} it: {named(names)}. {instead}")


def demand_unnamed(tx: Transaction, segment: Segment, done: str, campaign_names: Sequence[str] = ()) -> None:
    """Raise Conflict, naming them, where rules of live segments name a segment that is to be `done`.

    The campaigns that need it too are named with them.
    """
    names = rules.naming(tx, segment_id=segment.id)
    if not names:
        return
    what = "an unfinished campaign needs" if len(campaign_names) == 1 else "unfinished campaigns need"
    also = f", and {what} it: {named(campaign_names)}" if campaign_names else ""
    instead = (
        "Edit those rules, or freeze their segments." if len(names) > 1 else "Edit that rule, or freeze its segment."
    )
    raise Conflict(f"“{clean(segment.name)}” cannot be {done}: {_naming(names)}{also}. {instead}")


def demand_campaign_unnamed(tx: Transaction, campaign_id: int, name: str) -> None:
    """Raise Conflict, naming them, where rules of live segments name a campaign that is to be deleted."""
    names = rules.naming(tx, campaign_id=campaign_id)
    if names:
        raise Conflict(f"“{clean(name)}” cannot be deleted: {_naming(names)}. Edit it there first.")


def _naming(names: Sequence[str]) -> str:
    is_one = len(names) == 1
    return f"the {'rule' if is_one else 'rules'} of {named(names)} {'names' if is_one else 'name'} it"


def let_go(tx: Transaction, segment_ids: Sequence[int]) -> None:
    """Let finished campaigns, and launched ones that left them out, keep the names of segments: they are deleted.

    No unfinished campaign targets them.
    """
    campaign_segments.forget(tx, segment_ids)
    of_segments = (tx.scope(campaign_exclusions), tx.backend.id_in(campaign_exclusions.c.segment_id, segment_ids))
    # A finished campaign has the name that the segment had when it ended.
    unfinished = select(campaigns.c.id).where(tx.scope(campaigns), campaigns.c.status.in_(UNFINISHED))
    naming = update(campaign_exclusions).where(*of_segments, campaign_exclusions.c.campaign_id.in_(unfinished))
    of_exclusion = and_(
        segments.c.company_id == campaign_exclusions.c.company_id, segments.c.id == campaign_exclusions.c.segment_id
    )
    tx.execute(naming.values(segment=select(segments.c.name).where(of_exclusion).scalar_subquery()))
    tx.execute(update(campaign_exclusions).where(*of_segments).values(segment_id=None))


def called(tx: Transaction) -> Select[int]:
    """Return the ids of all contacts that are in the audience of a campaign."""
    return select(campaign_contacts.c.contact_id).where(tx.scope(campaign_contacts))


def campaign_of_contact(tx: Transaction, contact_id: int) -> str | None:
    """Return the name of a campaign with a contact in its audience; None without one."""
    audience = called(tx).with_only_columns(campaign_contacts.c.campaign_id)
    query = select(campaigns.c.name).where(
        tx.scope(campaigns), campaigns.c.id.in_(audience.where(campaign_contacts.c.contact_id == contact_id))
    )
    return tx.execute(query.order_by(campaigns.c.id).limit(1)).scalar()


def contacts_deleted(tx: Transaction, ids: Sequence[int]) -> None:
    """Take contacts that are being deleted out of campaigns: waiting ones are skipped, and no phone is kept."""
    of_these = and_(tx.scope(campaign_contacts), tx.backend.id_in(campaign_contacts.c.contact_id, ids))
    waits = and_(of_these, campaign_contacts.c.state.in_(("pending", "retry")))
    waiting_places = select(campaign_contacts.c.campaign_id, *audience_counts.place()).where(waits).subquery()
    grouped = tx.execute(select(*waiting_places.c, func.count()).group_by(*waiting_places.c)).all()
    skipped = {"state": "done", "outcome": "skipped", "reason": "deleted", "next_at": None}
    tx.execute(update(campaign_contacts).where(waits).values(skipped))
    tx.execute(update(campaign_contacts).where(of_these).values(phone=None))
    attempts_of_these = and_(
        tx.scope(call_attempts),
        call_attempts.c.campaign_id.in_(select(campaign_contacts.c.campaign_id).where(of_these)),
        tx.backend.id_in(call_attempts.c.contact_id, ids),
    )
    tx.execute(update(call_attempts).where(attempts_of_these).values(phone=None))
    for campaign_id in sorted({row[0] for row in grouped}):
        moved = [(AudiencePlace(*row[1:4]), _DELETED, row[4]) for row in grouped if row[0] == campaign_id]
        audience_counts.move(tx, campaign_id, moved)
        lifecycle.finish_if_done(tx, campaign_id)


def _holding(tx: Transaction, segment_id: int, *, excluding: bool) -> Select[str]:
    holds = campaign_segments.calls(tx, segment_id)
    if excluding:
        left_out = select(campaign_exclusions.c.campaign_id).where(
            tx.scope(campaign_exclusions), campaign_exclusions.c.segment_id == segment_id
        )
        holds = or_(holds, and_(campaigns.c.status == "draft", campaigns.c.id.in_(left_out)))
    unfinished = select(campaigns.c.name).where(tx.scope(campaigns), campaigns.c.status.in_(UNFINISHED), holds)
    return unfinished.order_by(campaigns.c.name_key)
