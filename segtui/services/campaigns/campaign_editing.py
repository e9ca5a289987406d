"""Making and editing campaigns."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete as delete_from
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from segtui.database.tables.campaign_tables import campaign_exclusions, campaigns
from segtui.domain.names import checked_name
from segtui.domain.text import clean, name_key
from segtui.errors import Conflict, InvalidInput, NameTaken
from segtui.services import undo
from segtui.services.accounts import companies
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.campaigns import campaign_rows, campaign_segments, deletion_guards
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.campaigns.campaign_segments import CalledSegment
from segtui.services.campaigns.campaign_settings import SettingsInput, merged, row_of, usual
from segtui.services.campaigns.dispatch import retrying
from segtui.services.segments import segment_rows
from segtui.services.segments.segment_rows import Segment
from segtui.services.session import Session, Transaction, now

EDITABLE = ("draft", "paused")


def create(
    session: Session,
    name: str,
    segment_id: int,
    changes: SettingsInput,
    *,
    further: Sequence[int] = (),
    excluded: Sequence[int] = (),
) -> Campaign:
    """Make a draft that would call a segment and `further` ones, except the contacts of the excluded ones.

    A contact of several of them is called once. Raises InvalidInput, NameTaken, NotFound, NotAllowed, and Conflict for
    an archived segment.
    """
    session = segment_rows.bound(session, segment_id)
    company = session.one_company
    settings = merged(usual(companies.zone_of(company, session.zone)), changes, company.region)
    with session.write() as tx:
        called = _callable(tx, (segment_id, *further))
        campaign_id = insert_draft(tx, name, called, row_of(settings))
        exclude(tx, campaign_id, called, excluded)
        campaign = campaign_rows.get(tx, campaign_id)
        audit.record(tx, "campaign.create", campaign.name, detail=_segments_of(campaign), about=About(segment_id))
    _record(session, campaign, "was created", "delete the draft to call nobody")
    return campaign


def edit(
    session: Session,
    campaign_id: int,
    changes: SettingsInput,
    *,
    name: str | None = None,
    segment_id: int | None = None,
    further: Sequence[int] = (),
    excluded: Sequence[int] | None = None,
) -> Campaign:
    """Change a draft or a paused campaign; segments and excluded segments only of a draft. None keeps a value.

    `segment_id` with the `further` ones replaces all segments. A part of a split draft stays a part of those that it
    keeps; of others it calls all contacts. New attempts, delay and voicemail settings of a paused campaign also apply
    to contacts that were called already (`retrying.reapply_settings`). Raises NotFound, InvalidInput, NameTaken,
    Conflict.
    """
    session = campaign_rows.bound(session, campaign_id)
    with session.write() as tx:
        before = campaign_rows.get(tx, campaign_id)
        campaign_rows.demand_status(before, EDITABLE, "be edited")
        if before.status != "draft" and (segment_id is not None or excluded is not None):
            raise Conflict(f"The audience of “{clean(before.name)}” was fixed at launch: it can no longer be changed.")
        if before.started_at is not None and changes.start is not None:
            raise Conflict(f"“{clean(before.name)}” has already started: its start can no longer be changed.")
        values = {
            **row_of(merged(before.settings, changes, session.one_company.region)),
            **_named(before.name if name is None else name),
        }
        called_ids = [segment.id for segment in before.segments if segment.id is not None]
        if segment_id is not None and list(dict.fromkeys((segment_id, *further))) != called_ids:
            called = _callable(tx, (segment_id, *further))
            values |= {"segment_id": called[0].id, "segment": called[0].name}
            if not _stays_part(before, called):
                values |= {"above_contact": None, "to_contact": None}
            campaign_segments.write_further(tx, campaign_id, called[1:])
        _update(tx, campaign_id, values)
        if before.status == "draft":
            _exclude_anew(tx, campaign_id, excluded)
        after = campaign_rows.get(tx, campaign_id)
        if before.launched:
            retrying.reapply_settings(tx, before, after)
            after = campaign_rows.get(tx, campaign_id)
        changed = _changed(before, after, excluded=excluded)
        if not changed:
            return before
        audit.record(tx, "campaign.edit", after.name, detail=", ".join(changed), about=About(after.segment_id))
    _record(session, after, "was edited", "edit it again")
    return after


def delete(session: Session, campaign_id: int) -> Campaign:
    """Delete a campaign that was never launched, and return what it was. Raises NotFound, Conflict for any other."""
    session = campaign_rows.bound(session, campaign_id)
    with session.write() as tx:
        campaign = campaign_rows.get(tx, campaign_id)
        demand_never_launched(campaign)
        remove(tx, campaign)
        audit.record(
            tx, "campaign.delete", campaign.name, detail=_segments_of(campaign), about=About(campaign.segment_id)
        )
    _record(session, campaign, "was deleted", "make it again")
    return campaign


def demand_never_launched(campaign: Campaign) -> None:
    """Raise Conflict where a campaign was launched: it cannot be deleted."""
    if campaign.launched:
        name = clean(campaign.name)
        raise Conflict(f"“{name}” was launched: it cannot be deleted, because the results of its calls are kept.")


def remove(tx: Transaction, campaign: Campaign) -> None:
    """Delete a campaign that has no audience yet, in an open transaction. Raises Conflict where a rule names it."""
    deletion_guards.demand_campaign_unnamed(tx, campaign.id, campaign.name)
    tx.execute(delete_from(campaigns).where(tx.scope(campaigns), campaigns.c.id == campaign.id))


def insert_draft(tx: Transaction, name: str, called: Sequence[Segment], values: dict[str, Any]) -> int:
    """Make a draft that calls segments, in an open transaction, and return its id. Raises InvalidInput, NameTaken."""
    timestamp = now()
    row = {
        **values,
        **_named(name),
        "company_id": tx.company_id,
        "status": "draft",
        "segment_id": called[0].id,
        "segment": called[0].name,
        "created_at": timestamp,
        "created_by": tx.session.actor.login,
        "updated_at": timestamp,
    }
    try:
        with tx.connection.begin_nested():
            campaign_id = int(tx.execute(insert(campaigns).returning(campaigns.c.id), row).scalar_one())
    except IntegrityError:
        raise _taken(row["name"]) from None
    campaign_segments.write_further(tx, campaign_id, called[1:])
    return campaign_id


def exclude(
    tx: Transaction, campaign_id: int, called: Iterable[Segment | CalledSegment], excluded: Sequence[int]
) -> None:
    """Let a campaign that calls some segments leave out the contacts of others, in an open transaction.

    Raises NotFound, and InvalidInput (`exclude`) where a segment would be both called and excluded.
    """
    called_names = {segment.id: segment.name for segment in called}
    for position, excluded_id in enumerate(dict.fromkeys(excluded)):
        if excluded_id in called_names:
            name = clean(called_names[excluded_id])
            raise InvalidInput(f"A campaign cannot exclude a segment that it calls: “{name}”.", "exclude")
        other = segment_rows.get(tx, excluded_id)
        values = {"company_id": tx.company_id, "campaign_id": campaign_id, "place": position}
        tx.execute(insert(campaign_exclusions), {**values, "segment_id": excluded_id, "segment": other.name})


def _exclude_anew(tx: Transaction, campaign_id: int, excluded: Sequence[int] | None) -> None:
    """Exclude other segments. None keeps them, and raises where a segment of the campaign is one of them."""
    if excluded is None:
        excluded = [
            excluded_id for excluded_id, _ in campaign_segments.excluded(tx, campaign_id) if excluded_id is not None
        ]
    mine = (tx.scope(campaign_exclusions), campaign_exclusions.c.campaign_id == campaign_id)
    tx.execute(delete_from(campaign_exclusions).where(*mine))
    exclude(tx, campaign_id, campaign_rows.get(tx, campaign_id).segments, excluded)


def check_name(session: Session, name: str, besides: int | None = None) -> None:
    """Check that a campaign (other than `besides`) may have this name. Raises InvalidInput, NameTaken."""
    name = checked_name(name, "campaign")
    with session.read() as tx:
        holder = tx.execute(
            select(campaigns.c.id).where(
                tx.scope(campaigns), campaigns.c.company_id == tx.company_id, campaigns.c.name_key == name_key(name)
            )
        ).scalar()
    if holder is not None and holder != besides:
        raise _taken(name)


def _update(tx: Transaction, campaign_id: int, values: dict[str, Any]) -> None:
    try:
        with tx.connection.begin_nested():
            tx.execute(campaign_rows.updating(tx, campaign_id).values(**values, updated_at=now()))
    except IntegrityError:
        raise _taken(values["name"]) from None


def _callable(tx: Transaction, segment_ids: Sequence[int]) -> list[Segment]:
    """Return the segments with these ids, each once. Raises NotFound, and Conflict for an archived one."""
    called = [segment_rows.get(tx, segment_id) for segment_id in dict.fromkeys(segment_ids)]
    for segment in called:
        if segment.archived:
            raise Conflict(f"The segment “{clean(segment.name)}” is archived: restore it before a campaign calls it.")
    return called


def _stays_part(campaign: Campaign, called: Sequence[Segment]) -> bool:
    """Return True where a campaign that is to call other segments still calls a part of them.

    Raises InvalidInput (`further`) where a part would keep segments and get others: the range of contact ids that it
    calls does not fit those, and without it the contacts of the other parts would be called twice.
    """
    before = {segment.id for segment in campaign.segments}
    after = {segment.id for segment in called}
    if campaign.part != (None, None) and before & after and after - before:
        raise InvalidInput(
            f"“{clean(campaign.name)}” calls a part of {campaign.quoted_segments}; the other campaigns of the split"
            " call the rest. Make a new campaign for further segments.",
            "further",
        )
    return after <= before


def _segments_of(campaign: Campaign) -> str:
    return f"{'segment' if len(campaign.segments) == 1 else 'segments'} {campaign.segment_names}"


def _changed(before: Campaign, after: Campaign, *, excluded: Sequence[int] | None) -> list[str]:
    """Return the names of what an edit changed."""
    names = ["name"] if before.name != after.name else []
    if before.segments != after.segments:
        names.append("segment" if len(before.segments) == len(after.segments) == 1 else "segments")
    names += [] if excluded is None else ["exclude"]
    one, other = row_of(before.settings), row_of(after.settings)
    return names + [name for name in one if one[name] != other[name]]


def _named(name: str) -> dict[str, str]:
    name = checked_name(name, "campaign")
    return {"name": name, "name_key": name_key(name)}


def _taken(name: str) -> NameTaken:
    return NameTaken(f"There is already a campaign “{clean(name)}”.", "name")


def _record(session: Session, campaign: Campaign, done: str, instead: str) -> None:
    sentence = f"The campaign “{clean(campaign.name)}” {done}"
    undo.record_final(session, campaign.company_id, sentence, f"{sentence}: this cannot be undone; {instead}.")
