"""Segments as rows: helpers for reading, changing, filling and undoing, inside an open transaction."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, and_, bindparam, case, func, literal, select, update

from segtui.database.tables.campaign_tables import campaign_segments, campaigns
from segtui.database.tables.core_tables import Id, companies, memberships, segments
from segtui.domain import contact, search_terms
from segtui.domain.names import checked_description, checked_name
from segtui.domain.text import clean, fold, name_key
from segtui.errors import Conflict, InvalidInput, NameTaken, NotFound
from segtui.services.segments.history import segment_days
from segtui.services.session import Session, Transaction, company_of, moment, now


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment as lists and screens show it. `contacts` is its exact number of members."""

    id: int
    company_id: int
    company: str
    name: str
    description: str
    contacts: int
    created_at: datetime
    updated_at: datetime
    archived: bool
    callable: int = 0
    """The exact number of members with a phone that may be called."""
    stored_rule: str | None = None
    """The rule of a live segment as it is stored, with ids in place of names."""
    rule: str | None = None
    """The same as an expression with the present names; None for a fixed segment."""
    rule_sentence: str = ""
    """The same in English; empty for a fixed segment."""
    used_at: datetime | None = None
    """When it was last launched, exported or imported into; None for never."""
    generated: bool = False
    """True where an import made up its name, and nobody has given it another."""
    growth: tuple[int, int] = (0, 0)
    """The contacts that joined and left in the last GROWTH_DAYS days of the company."""
    campaigns: int = 0
    """The number of campaigns that call it or called it."""

    @property
    def live(self) -> bool:
        """True where a rule decides its members."""
        return self.stored_rule is not None

    @property
    def size(self) -> str:
        """The size badge: test, standard, large or split."""
        return contact.size_of(self.contacts)


def columns(tx: Transaction, *only: ColumnElement[Any]) -> Select[Any]:
    """Return a query for the columns of a Segment, or for `only` some of them."""
    every = (
        segments.c.id,
        segments.c.company_id,
        companies.c.name.label("company"),
        segments.c.name,
        segments.c.description,
        segments.c.contacts,
        segments.c.created_at,
        segments.c.updated_at,
        segments.c.archived_at,
        segments.c.callable,
        segments.c.rule,
        segments.c.used_at,
        segments.c.generated_name,
        campaign_count(tx).label("campaigns"),
    )
    return select(*(only or every)).join_from(segments, companies, segments.c.company_id == companies.c.id)


def campaign_count(tx: Transaction) -> ColumnElement[int]:
    """Return the number of campaigns that call a segment, alone or with others, for a statement on segments."""

    def counted_in(table: Table) -> ColumnElement[int]:
        # The company is named besides, so that PostgreSQL leaves out the partitions of others.
        in_company = (tx.whole_scope(table), table.c.company_id == segments.c.company_id)
        count = select(func.count()).select_from(table).where(*in_company, table.c.segment_id == segments.c.id)
        return count.correlate(segments).scalar_subquery()

    return counted_in(campaigns) + counted_in(campaign_segments)


def segments_of(tx: Transaction, rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Segment]:
    """Return the segments that rows of `columns()` are."""
    rows = list(rows)
    growth = segment_days.growth(tx, {row.id: row.company_id for row in rows})
    stored_rules = {row.rule for row in rows if row.rule is not None}
    if not stored_rules:
        return [_segment_of(row, growth[row.id]) for row in rows]
    from segtui.services.segments.live import rule_texts

    texts = rule_texts.texts_of(tx, stored_rules)
    return [_segment_of(row, growth[row.id], *texts.get(row.rule, ())) for row in rows]


def _segment_of(
    row: Row[*tuple[Any, ...]], growth: tuple[int, int], rule: str | None = None, rule_sentence: str = ""
) -> Segment:
    return Segment(
        row.id,
        row.company_id,
        row.company,
        row.name,
        row.description,
        row.contacts,
        moment(row.created_at),
        moment(row.updated_at),
        row.archived_at is not None,
        row.callable,
        row.rule,
        rule,
        rule_sentence,
        None if row.used_at is None else moment(row.used_at),
        row.generated_name == row.name,
        growth,
        row.campaigns,
    )


def get(tx: Transaction, segment_id: int) -> Segment:
    """Return a segment by its id. Raises NotFound."""
    row = tx.execute(columns(tx).where(tx.scope(segments), segments.c.id == segment_id)).one_or_none()
    if row is None:
        raise NotFound("This segment no longer exists.")
    return segments_of(tx, [row])[0]


def by_ids(tx: Transaction, segment_ids: Collection[int]) -> dict[int, Segment]:
    """Return the segments with these ids, by id; those that no longer exist are left out."""
    query = columns(tx).where(tx.scope(segments), tx.backend.id_in(segments.c.id, list(segment_ids)))
    return {segment.id: segment for segment in segments_of(tx, tx.execute(query))}


def get_fixed(tx: Transaction, segment_id: int) -> Segment:
    """Return a fixed segment by its id. Raises NotFound, and InvalidInput for a live one."""
    segment = get(tx, segment_id)
    if segment.live:
        raise InvalidInput(f"{live_sentence(segment.name)} Edit its rule, or freeze it first.", "segment")
    return segment


def get_undoable(tx: Transaction, segment_id: int) -> Segment:
    """Return a segment whose members an undo may change. Raises NotFound, and Conflict for one that is live by now."""
    segment = get(tx, segment_id)
    if segment.live:
        raise Conflict(f"{live_sentence(segment.name)} Nothing was undone.")
    return segment


def live_sentence(name: str) -> str:
    """Return the sentence that the segment of this name is live."""
    return f"“{clean(name)}” is live: its rule decides who is in it."


def is_fixed(tx: Transaction, segment_id: int) -> bool:
    """Tell whether a segment with this id exists, and is not live."""
    fixed = select(segments.c.id).where(tx.scope(segments), segments.c.id == segment_id, segments.c.rule.is_(None))
    return tx.execute(fixed).scalar() is not None


def bound(session: Session, segment_id: int) -> Session:
    """Return the session bound to the company of a segment, for an admin's session on all companies."""
    if session.company is not None:
        return session
    with session.read() as tx:
        company_id = get(tx, segment_id).company_id
    return company_of(session, company_id)


def updating(tx: Transaction, segment_id: int) -> Any:  # noqa: ANN401  SQLAlchemy's Update is generic in its table
    """Return an UPDATE of one segment; add the values to it."""
    return update(segments).where(tx.scope(segments), segments.c.id == segment_id)


def mark_used(tx: Transaction, segment_ids: Sequence[int], timestamp: int) -> None:
    """Record that segments were used: launched, exported or imported into."""
    of_these = tx.backend.id_in(segments.c.id, segment_ids)
    tx.execute(update(segments).where(tx.scope(segments), of_these).values(used_at=timestamp))


def named(name: str, description: str) -> dict[str, Any]:
    """Return the columns that follow from a name and a description. Raises InvalidInput."""
    name = checked_name(name, "segment")
    description = checked_description(description)
    return {
        "name": name,
        "name_key": name_key(name),
        "sort_key": fold(name),
        "description": description,
        "search": search_terms.segment_text(name, description),
    }


def in_segment(tx: Transaction, segment_id: int) -> ColumnElement[bool]:
    """Return the condition that a membership is one of this segment, which need not exist any more."""
    return and_(tx.whole_scope(memberships), memberships.c.segment_id == segment_id)


def taken(name: str, *, archived: bool = False) -> NameTaken:
    """Return the error for a name that another segment has."""
    where = ", archived" if archived else ""
    return NameTaken(f"There is already a segment “{clean(name)}”{where}.", "name")


def stamp(tx: Transaction) -> int:
    """Return the time of a change to segments or memberships of the company, unique among its changes."""
    last, present = companies.c.segments_changed_at, literal(now(), Id)
    later = case((last >= present, last + 1), else_=present)
    changing = update(companies).where(companies.c.id == bindparam("company")).values(segments_changed_at=later)
    return int(tx.execute(changing.returning(last)).scalar_one())


def change_count(tx: Transaction, segment_id: int, by: int, *, timestamp: int | None = None) -> None:
    """Keep the exact count in the transaction that changes memberships; call it where any was, even if `by` is 0.

    `timestamp` is the time of the change, if it has a stamp already.
    """
    timestamp = stamp(tx) if timestamp is None else timestamp
    tx.execute(updating(tx, segment_id).values(contacts=segments.c.contacts + by, updated_at=timestamp))
