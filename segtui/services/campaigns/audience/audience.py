"""The audience of a campaign: the contacts of its segments, to be called or skipped for a reason, in set-based SQL."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, null, select

from segtui.database.backends.index_hints import by_index
from segtui.database.tables.campaign_tables import campaign_contacts, campaigns
from segtui.database.tables.core_tables import contacts, memberships
from segtui.services.segments.partition import Members
from segtui.services.session import Transaction

RUNNING = ("scheduled", "active", "paused")


@dataclass(frozen=True, slots=True)
class Target:
    """The contacts of segments, all or a range of ids, but for those of the excluded segments."""

    members: Members
    excluded: Collection[int] = ()


def judged(tx: Transaction, target: Target, *columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Return a query for columns of an audience's contacts, with `reason` last: NULL for callable ones."""
    members = target.members.ids(tx).subquery("members")
    return (
        select(*columns, _reason(tx, target).label("reason"))
        .select_from(members)
        .join(contacts, and_(tx.scope(contacts), contacts.c.id == members.c.contact_id))
    )


def _reason(tx: Transaction, target: Target) -> ColumnElement[str | None]:
    """Return why a contact is not called, the first reason that holds."""
    tests: list[tuple[ColumnElement[bool], str]] = [
        (contacts.c.phone.is_(None), "no_phone"),
        (contacts.c.do_not_call == 1, "do_not_call"),
        (called_elsewhere(tx), "other_campaign"),
    ]
    if target.excluded:
        tests.insert(2, (_in_excluded(tx, target.excluded), "excluded"))
    return case(*tests, else_=null())


def _in_excluded(tx: Transaction, excluded: Collection[int]) -> ColumnElement[bool]:
    other = memberships.alias("excluded_members")
    return exists(
        select(literal(1)).where(
            other.c.company_id == contacts.c.company_id,
            tx.backend.id_in(other.c.segment_id, list(excluded)),
            other.c.contact_id == contacts.c.id,
        )
    )


def called_elsewhere(tx: Transaction) -> ColumnElement[bool]:
    """Return whether a contact is still to be called by a campaign that runs."""
    other = campaign_contacts.alias("elsewhere")
    running = select(campaigns.c.id).where(tx.scope(campaigns), campaigns.c.status.in_(RUNNING))
    return exists(
        select(literal(1)).where(
            other.c.company_id == contacts.c.company_id,
            other.c.contact_id == contacts.c.id,
            other.c.campaign_id.in_(running.correlate(None)),
            other.c.state != "done",
        )
    )


def count(tx: Transaction, target: Target) -> dict[str | None, int]:
    """Count an audience by reason; None counts the contacts that can be called."""
    reasons = judged(tx, target).subquery()
    counted = select(reasons.c.reason, func.count()).group_by(reasons.c.reason)
    return {row[0]: row[1] for row in tx.execute(counted)}


def count_shared(tx: Transaction, target: Target) -> tuple[int, int]:
    """Count people (by e-mail) with several callable numbers, and the contacts that belong to them."""
    reasons = judged(tx, target, contacts.c.email_key).subquery()
    of_person = (
        select(func.count().label("contacts"))
        .where(reasons.c.reason.is_(None), reasons.c.email_key.is_not(None))
        .group_by(reasons.c.email_key)
        .having(func.count() > 1)
        .subquery()
    )
    people, contacts_ = tx.execute(select(func.count(), func.coalesce(func.sum(of_person.c.contacts), 0))).one()
    return int(people), int(contacts_)


def elsewhere(tx: Transaction, target: Target) -> list[str]:
    """Return the names of other campaigns that have contacts of the audience to call, most contacts first."""
    reasons = judged(tx, target, contacts.c.id).subquery()
    of_row = and_(
        tx.scope(campaign_contacts),
        campaign_contacts.c.contact_id == reasons.c.id,
        campaign_contacts.c.state != "done",
    )
    of_campaign = and_(
        campaigns.c.company_id == campaign_contacts.c.company_id, campaigns.c.id == campaign_contacts.c.campaign_id
    )
    names = select(campaigns.c.name).select_from(reasons).join(campaign_contacts, of_row).join(campaigns, of_campaign)
    holding = (
        by_index(names, campaign_contacts, "ix_campaign_contacts_contact")
        .where(reasons.c.reason == "other_campaign", campaigns.c.status.in_(RUNNING))
        .group_by(campaigns.c.id, campaigns.c.name)
        .order_by(func.count().desc(), campaigns.c.name)
    )
    return list(tx.execute(holding).scalars())
