"""Audience snapshot: at the launch every contact of the segments gets a row in the campaign, to be called or skipped.

Time zones are decided in Python, once for each distinct address and number: before the launch's transaction, and inside
it only for contacts that were added in between.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    MetaData,
    Table,
    Text,
    bindparam,
    case,
    func,
    insert,
    literal,
    null,
    select,
)

from segtui.database.tables.campaign_tables import campaign_contacts
from segtui.database.tables.core_tables import contacts
from segtui.database.tables.table_parts import Id, Key
from segtui.domain.timezones.contact_zones import zone_of
from segtui.domain.timezones.phone_zones import NORTH_AMERICA, PREFIX
from segtui.services.campaigns.audience import audience, audience_counts
from segtui.services.campaigns.audience.audience import Target
from segtui.services.campaigns.audience.audience_counts import AudiencePlace
from segtui.services.session import Transaction

_ADDRESS = ("timezone", "country", "state")
# The zones of an audience while it is frozen. Contacts without one have the campaign's.
_zones = Table(
    "audience_zones",
    MetaData(),
    # With the collation of the phone column: otherwise the index is not used.
    Column("key", Key, primary_key=True),
    Column("zone", Text),
    prefixes=["TEMPORARY"],
)

Zones = Mapping[str, str | None]
"""The zone of each key (`_key`)."""


def zones_of(tx: Transaction, target: Target | None, cache: Zones | None = None) -> dict[str, str | None]:
    """Return the zones of the callable contacts of an audience, by key; those in `cache` are not decided again."""
    zones = dict(cache or {})
    for key, fields, _ in kinds(tx, target):
        if key not in zones:
            zones[key] = zone_of(*fields)
    return zones


def kinds(tx: Transaction, target: Target | None) -> Iterator[tuple[str, Sequence[str | None], int]]:
    """Yield each key that decides a callable contact's zone, its address and phone, and the number of contacts."""
    if target is None:
        return
    several = (*(contacts.c[name] for name in _ADDRESS), contacts.c.phone)
    judged = audience.judged(tx, target, _key().label("key"), *several).subquery()
    fields: tuple[ColumnElement[Any], ...] = tuple(
        func.min(judged.c[name]).label(name) for name in (*_ADDRESS, "phone")
    )
    grouped = select(judged.c.key, *fields, func.count()).where(judged.c.reason.is_(None)).group_by(judged.c.key)
    for key, *values, count in tx.execute(grouped):
        yield key, values, count


def freeze(tx: Transaction, campaign_id: int, target: Target | None, zone_cache: Zones) -> dict[AudiencePlace, int]:
    """Write the audience of a campaign and return how many are where, in an open transaction."""
    if target is None:
        return {}
    zones = zones_of(tx, target, zone_cache)
    _zones.create(tx.connection)
    tx.backend.bulk_load(tx.connection, _zones, [(key, zone) for key, zone in zones.items() if zone is not None])
    tx.backend.analyze(tx.connection, _zones)
    tx.execute(_insertion(tx, campaign_id, target))
    _zones.drop(tx.connection)
    mine = (tx.scope(campaign_contacts), campaign_contacts.c.campaign_id == campaign_id)
    tx.upkeep.changed(select(campaign_contacts.c.contact_id).where(*mine), "campaign")
    audience_places = select(*audience_counts.place()).where(*mine).subquery()
    rows = tx.execute(select(*audience_places.c, func.count()).group_by(*audience_places.c)).all()
    counts = {AudiencePlace(state, outcome, reason): count for state, outcome, reason, count in rows}
    audience_counts.move(tx, campaign_id, [(None, where, count) for where, count in counts.items()])
    return counts


def _insertion(tx: Transaction, campaign_id: int, target: Target) -> Any:  # noqa: ANN401  Insert is generic
    zone = select(_zones.c.zone).where(_zones.c.key == _key()).scalar_subquery()
    judged = audience.judged(tx, target, contacts.c.id, contacts.c.phone, zone.label("zone")).subquery()
    skipped = judged.c.reason.is_not(None)
    rows = select(
        bindparam("company", type_=Id),
        literal(campaign_id, Id),
        judged.c.id,
        judged.c.phone,
        case((skipped, "done"), else_="pending"),
        case((skipped, "skipped"), else_=null()),
        judged.c.reason,
        judged.c.zone,
    ).order_by(judged.c.id)
    names = ["company_id", "campaign_id", "contact_id", "phone", "state", "outcome", "reason", "zone"]
    return insert(campaign_contacts).from_select(names, rows)


def _key() -> ColumnElement[str]:
    """Return what decides a zone, as one text: the address, and what of the phone does."""
    number = case(
        (contacts.c.phone.startswith(NORTH_AMERICA), func.substr(contacts.c.phone, 1, PREFIX)), else_=contacts.c.phone
    )
    key: ColumnElement[str] = func.coalesce(number, "")
    for name in _ADDRESS:
        # A value holds no line break (`text.without_controls`), so two keys are equal only where all of it is.
        key = key + literal("\n") + func.coalesce(contacts.c[name], "")
    return key
