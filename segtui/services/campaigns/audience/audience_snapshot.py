"""Audience snapshot: at the launch every contact of the segments gets a row in the campaign, to be called or skipped.

Time zones are decided in Python, once for each distinct address and number: before the launch's transaction, and inside
it only for contacts that were added in between.

On PostgreSQL the rows are written before the launch has its turn among the company's writers: a million take most of a
minute, and nobody else sees them before the commit. Once it has its turn, the rows of contacts that others changed
meanwhile are written again, so that the audience is that of one moment.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    null,
    or_,
    select,
)

from segtui.database.tables.campaign_tables import campaign_contacts, campaigns
from segtui.database.tables.core_tables import companies, contacts
from segtui.database.tables.table_parts import Id, Key
from segtui.domain.timezones.contact_zones import zone_of
from segtui.domain.timezones.phone_zones import NORTH_AMERICA, PREFIX
from segtui.services.campaigns.audience import audience, audience_counts
from segtui.services.campaigns.audience.audience import Target
from segtui.services.campaigns.audience.audience_counts import AudiencePlace
from segtui.services.session import Transaction

_ADDRESS = ("timezone", "country", "state")
# The zones of an audience while it is frozen, NULL for the campaign's.
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


def kinds(
    tx: Transaction, target: Target | None, only: Sequence[int] | None = None
) -> Iterator[tuple[str, Sequence[str | None], int]]:
    """Yield each key that decides a callable contact's zone, its address and phone, and the number of contacts.

    With `only`, of the contacts with these ids.
    """
    if target is None:
        return
    several = (*(contacts.c[name] for name in _ADDRESS), contacts.c.phone)
    judged = _among(tx, audience.judged(tx, target, _key().label("key"), *several), only).subquery()
    fields: tuple[ColumnElement[Any], ...] = tuple(
        func.min(judged.c[name]).label(name) for name in (*_ADDRESS, "phone")
    )
    grouped = select(judged.c.key, *fields, func.count()).where(judged.c.reason.is_(None)).group_by(judged.c.key)
    for key, *values, count in tx.execute(grouped):
        yield key, values, count


def freeze(tx: Transaction, campaign_id: int, target: Target | None) -> dict[AudiencePlace, int]:
    """Write the audience of a campaign and return how many are where, in an open transaction."""
    snapshot = AudienceSnapshot(campaign_id)
    snapshot.prepare(tx, target)
    return snapshot.complete(tx)


class _State(NamedTuple):
    """The counters of a company that change whenever an audience may have changed, and its running campaigns.

    A campaign may be launched and cancelled between two readings: `launched_campaigns` counts those that ended, too.
    """

    contact_changes: int
    segments_changed_at: int
    running_campaigns: int
    launched_campaigns: int


@dataclass
class AudienceSnapshot:
    """The audience of a campaign, step by step while a launch writes it.

    The steps are `decide_zones` (in another transaction, or left out), `prepare`, `correct` where others wrote since,
    after `withdraw` where a day changed, and `complete`.
    """

    campaign_id: int
    _target: Target | None = None
    _zones: dict[str, str | None] = field(default_factory=dict)
    _state: _State | None = None
    _counts: dict[AudiencePlace, int] = field(default_factory=dict)

    def decide_zones(self, tx: Transaction, target: Target | None) -> None:
        """Decide the zones of the audience as it is now, where that was not done already."""
        if self._is_unchanged(tx, target):
            return
        self._target, self._state = target, _state(tx)
        self._zones = zones_of(tx, target, self._zones)

    def prepare(self, tx: Transaction, target: Target | None) -> None:
        """Write the rows as the audience is now. It needs no turn among the company's writers."""
        self.decide_zones(tx, target)
        _zones.create(tx.connection)
        tx.backend.bulk_load(tx.connection, _zones, list(self._zones.items()))
        tx.backend.analyze(tx.connection, _zones)
        if target is not None:
            tx.execute(self._insertion(tx, target))
        self._count(tx)

    def withdraw(self, tx: Transaction) -> None:
        """Delete the rows, which `correct` writes anew.

        Live segments that the campaign calls or leaves out may have rules about campaigns: when these are evaluated
        for a new day, nobody is in this one yet.
        """
        tx.execute(delete(campaign_contacts).where(self._mine(tx)))
        self._state = None

    def correct(self, tx: Transaction, target: Target | None) -> None:
        """Write the rows of contacts again that others changed since `prepare`, for the target of now."""
        if self._is_unchanged(tx, target):
            return
        if target is None:
            tx.execute(delete(campaign_contacts).where(self._mine(tx)))
        elif different := self._different(tx, target):
            with_these = tx.backend.id_in(campaign_contacts.c.contact_id, different)
            tx.execute(delete(campaign_contacts).where(self._mine(tx), with_these))
            keys = kinds(tx, target, different)
            new = {key: zone_of(*fields) for key, fields, _ in keys if key not in self._zones}
            tx.backend.bulk_load(tx.connection, _zones, list(new.items()))
            tx.execute(self._insertion(tx, target, different))
        self._count(tx)

    def complete(self, tx: Transaction) -> dict[AudiencePlace, int]:
        """Keep counts and live segments in step with the rows. Return how many are where."""
        _zones.drop(tx.connection)
        tx.upkeep.changed(select(campaign_contacts.c.contact_id).where(self._mine(tx)), "campaign")
        audience_counts.move(tx, self.campaign_id, [(None, where, count) for where, count in self._counts.items()])
        return self._counts

    def _is_unchanged(self, tx: Transaction, target: Target | None) -> bool:
        """Tell whether nothing that an audience depends on changed since its zones were decided.

        A campaign that runs frees contacts with every call.
        """
        state = _state(tx)
        return (target, state) == (self._target, self._state) and not state.running_campaigns

    def _mine(self, tx: Transaction) -> ColumnElement[bool]:
        return and_(tx.scope(campaign_contacts), campaign_contacts.c.campaign_id == self.campaign_id)

    def _count(self, tx: Transaction) -> None:
        places = select(*audience_counts.place()).where(self._mine(tx)).subquery()
        rows = tx.execute(select(*places.c, func.count()).group_by(*places.c)).all()
        self._counts = {AudiencePlace(state, outcome, reason): count for state, outcome, reason, count in rows}

    def _different(self, tx: Transaction, target: Target) -> list[int]:
        """Return the contacts whose rows are not those of now: missing, changed, or of no audience any more."""
        c = campaign_contacts.c
        known = exists(select(literal(1)).where(_zones.c.key == _key())).label("known")
        now = audience.judged(tx, target, contacts.c.id, contacts.c.phone, _zone().label("zone"), known).subquery()
        is_row = and_(self._mine(tx), c.contact_id == now.c.id)
        has_other_zone = and_(now.c.reason.is_(None), or_(not_(now.c.known), c.zone.is_distinct_from(now.c.zone)))
        differs = or_(
            c.contact_id.is_(None),
            c.phone.is_distinct_from(now.c.phone),
            c.reason.is_distinct_from(now.c.reason),
            has_other_zone,
        )
        changed = select(now.c.id).select_from(now.outerjoin(campaign_contacts, is_row)).where(differs)
        members = target.members.ids(tx).subquery()
        is_member = exists(select(literal(1)).where(members.c.contact_id == c.contact_id))
        gone = select(c.contact_id).where(self._mine(tx), ~is_member)
        return [*tx.execute(changed).scalars(), *tx.execute(gone).scalars()]

    def _insertion(self, tx: Transaction, target: Target, only: Sequence[int] | None = None) -> Any:  # noqa: ANN401  Insert is generic
        columns = audience.judged(tx, target, contacts.c.id, contacts.c.phone, _zone().label("zone"))
        # Without the offset PostgreSQL would find the reason anew for each of the columns that depend on it.
        judged = _among(tx, columns, only).offset(0).subquery()
        skipped = judged.c.reason.is_not(None)
        rows = select(
            bindparam("company", type_=Id),
            literal(self.campaign_id, Id),
            judged.c.id,
            judged.c.phone,
            case((skipped, "done"), else_="pending"),
            case((skipped, "skipped"), else_=null()),
            judged.c.reason,
            judged.c.zone,
        ).order_by(judged.c.id)
        names = ["company_id", "campaign_id", "contact_id", "phone", "state", "outcome", "reason", "zone"]
        return insert(campaign_contacts).from_select(names, rows)


def _among(tx: Transaction, judged: Select[Any], only: Sequence[int] | None) -> Select[Any]:
    """Return a query of an audience for the contacts with some ids; all of it for None."""
    return judged if only is None else judged.where(tx.backend.id_in(contacts.c.id, only))


def _state(tx: Transaction) -> _State:
    of_campaigns = select(func.count()).select_from(campaigns).where(tx.scope(campaigns))
    running = of_campaigns.where(campaigns.c.status.in_(audience.RUNNING)).scalar_subquery()
    launched = of_campaigns.where(campaigns.c.launched_at.is_not(None)).scalar_subquery()
    counters = (companies.c.contact_changes, companies.c.segments_changed_at)
    of_company = companies.c.id == bindparam("company")
    return _State(*tx.execute(select(*counters, running, launched).where(of_company)).one())


def _zone() -> ColumnElement[Any]:
    return select(_zones.c.zone).where(_zones.c.key == _key()).scalar_subquery()


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
