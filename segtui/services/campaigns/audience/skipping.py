"""Skipping contacts of a running campaign, and the running campaigns of a segment whose members change."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, and_, exists, func, literal, select, update

from segtui.database.tables.campaign_tables import campaign_contacts, campaigns
from segtui.database.tables.core_tables import contacts, import_removals, memberships
from segtui.domain.text import clean, counted
from segtui.errors import Conflict
from segtui.services import undo
from segtui.services.audit import audit
from segtui.services.campaigns import campaign_rows, campaign_segments, lifecycle
from segtui.services.campaigns.audience import audience, audience_counts
from segtui.services.campaigns.audience.audience_counts import AudiencePlace
from segtui.services.campaigns.dispatch.retrying import EXCLUDED
from segtui.services.interrupt import Interrupt
from segtui.services.segments.memberships import ContactSelection, named, which
from segtui.services.session import Session, Transaction

_EXCLUDED = AudiencePlace("done", "skipped", EXCLUDED)
_WAITING = ("pending", "retry")
_CALLED = (*_WAITING, "in_progress")


def skip(
    session: Session,
    campaign_id: int,
    selection: ContactSelection,
    *,
    besides: Collection[int] = (),
    interrupt: Interrupt | None = None,
) -> int:
    """Take contacts out of a launched campaign for good, with the reason `excluded`. Return how many it still called.

    A call in progress finishes, and no other follows, however it ends. Raises NotFound, and Conflict where the campaign
    calls none of them any more.
    """
    session = campaign_rows.bound(session, campaign_id)
    with session.write(interrupt) as tx:
        campaign = campaign_rows.get(tx, campaign_id)
        campaign_rows.demand_status(campaign, audience.RUNNING, "leave out a contact")
        selected = and_(
            tx.scope(campaign_contacts),
            campaign_contacts.c.campaign_id == campaign_id,
            campaign_contacts.c.contact_id.in_(select(contacts.c.id).where(which(tx, selection, besides))),
        )
        waiting = and_(selected, campaign_contacts.c.state.in_(_WAITING))
        in_progress = and_(
            selected,
            campaign_contacts.c.state == "in_progress",
            campaign_contacts.c.reason.is_distinct_from(EXCLUDED),
        )
        states = select(*audience_counts.place()).where(waiting).subquery()
        place_counts = tx.execute(select(*states.c, func.count()).group_by(*states.c)).all()
        # `settling` looks at this reason when the call ends.
        called = tx.changed(update(campaign_contacts).where(in_progress).values(reason=EXCLUDED))
        skipped = called + sum(int(row[3]) for row in place_counts)
        if not skipped:
            raise Conflict(f"“{clean(campaign.name)}” will call none of them: they are done or already skipped.")
        values = {"state": "done", "outcome": "skipped", "reason": EXCLUDED, "next_at": None}
        tx.execute(update(campaign_contacts).where(waiting).values(values))
        audience_counts.move(tx, campaign_id, [(AudiencePlace(*row[:3]), _EXCLUDED, row[3]) for row in place_counts])
        lifecycle.finish_if_done(tx, campaign_id)
        detail, about = named(selection)
        about = about._replace(segment_id=campaign.segment_id)
        audit.record(tx, "campaign.skip", campaign.name, detail=detail, count=skipped, about=about)
    sentence = f"{counted(skipped, 'contact')} taken out of the campaign “{clean(campaign.name)}”"
    undo.record_final(session, campaign.company_id, sentence, f"{sentence}: this cannot be undone.")
    return skipped


@dataclass(frozen=True, slots=True)
class StillCalling:
    """A running campaign of a segment, and the number of joining or leaving contacts that it still calls."""

    id: int
    name: str
    contacts: int

    def sentence(self, *, joining: bool, one: bool = False) -> str:
        """Return the campaign's effect on the joining or leaving contacts; with `one`, on a single contact."""
        calls = (
            f"The campaign “{clean(self.name)}” still calls {'this contact' if one else f'{self.contacts:,} of them'}"
        )
        if not joining:
            return f"{calls}." if self.contacts else ""
        nobody = "will not call contacts that join now: its audience was fixed at launch"
        if not self.contacts:
            return f"The campaign “{clean(self.name)}” {nobody}."
        return f"{calls}." if one else f"{calls}, and {nobody}."


def still_calling(
    session: Session,
    segment_id: int,
    selection: ContactSelection,
    *,
    besides: Collection[int] = (),
    joining: bool = False,
    interrupt: Interrupt | None = None,
) -> tuple[StillCalling, ...]:
    """Return the running campaigns of a segment, with the number of contacts of `selection` that each still calls.

    Only contacts that would leave the segment count, or with `joining` those that would join it: call it before the
    change.
    """
    is_member = exists(
        select(literal(1)).where(
            memberships.c.company_id == contacts.c.company_id,
            memberships.c.segment_id == segment_id,
            memberships.c.contact_id == contacts.c.id,
        )
    )
    with session.read(interrupt) as tx:
        changing = select(contacts.c.id).where(which(tx, selection, besides), ~is_member if joining else is_member)
        return _running(tx, segment_id, changing)


def launched_campaigns(session: Session, segment_id: int) -> tuple[StillCalling, ...]:
    """Return the running campaigns of a segment: none of them calls a contact that is new."""
    with session.read() as tx:
        return _running(tx, segment_id, select(memberships.c.contact_id).where(tx.scope(memberships)), new=True)


def calling_after_import(session: Session, import_id: int | None, segment_id: int | None) -> str:
    """Return the effect of running campaigns on the contacts that an import added or removed; empty without one."""
    if import_id is None or segment_id is None:
        return ""
    with session.read() as tx:
        left = select(import_removals.c.contact_id).where(
            tx.scope(import_removals), import_removals.c.import_id == import_id
        )
        joined = select(memberships.c.contact_id).where(
            tx.scope(memberships), memberships.c.segment_id == segment_id, memberships.c.import_id == import_id
        )
        leaving, joining = _running(tx, segment_id, left), _running(tx, segment_id, joined)
    return (calling_words(leaving, joining=False) + calling_words(joining, joining=True)).strip()


def _running(tx: Transaction, segment_id: int, changing: Select[int], *, new: bool = False) -> tuple[StillCalling, ...]:
    """Return the running campaigns of a segment and how many of the contacts with these ids each still calls.

    `new`: it is a contact that was just made, which no campaign calls.
    """
    mine = (
        tx.scope(campaigns),
        campaign_segments.calls(tx, segment_id),
        campaigns.c.status.in_(audience.RUNNING),
        campaigns.c.launched_at.is_not(None),
    )
    names = tx.execute(select(campaigns.c.id, campaigns.c.name).where(*mine).order_by(campaigns.c.name_key)).all()
    if not names or tx.execute(changing.limit(1)).first() is None:
        return ()
    if new:
        return tuple(StillCalling(row.id, row.name, 0) for row in names)
    call_counts = (
        select(campaign_contacts.c.campaign_id, func.count())
        .where(
            tx.scope(campaign_contacts),
            campaign_contacts.c.campaign_id.in_([row.id for row in names]),
            campaign_contacts.c.state.in_(_CALLED),
            campaign_contacts.c.contact_id.in_(changing),
        )
        .group_by(campaign_contacts.c.campaign_id)
    )
    calls = {row[0]: int(row[1]) for row in tx.execute(call_counts)}
    return tuple(StillCalling(row.id, row.name, calls.get(row.id, 0)) for row in names)


def calling_words(calls: Collection[StillCalling], *, joining: bool, one: bool = False) -> str:
    """Return all their sentences, each after a blank; empty if there are none."""
    sentences = (call.sentence(joining=joining, one=one) for call in calls)
    return "".join(f" {sentence}" for sentence in sentences if sentence)
