"""Segments: named groups of contacts, and who is in them."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, insert, literal, select, update
from sqlalchemy import delete as sql_delete
from sqlalchemy.exc import IntegrityError

from segtui import contact, terms
from segtui.database.tables import companies, contacts, memberships, segments
from segtui.errors import InvalidInput, NameTaken, NotFound
from segtui.services import audit, contact_queries, search_index
from segtui.services.contact_queries import ContactQuery
from segtui.services.names import checked_description, checked_name, no_such
from segtui.services.session import Interrupt, Session, Transaction, company_of, moment, now
from segtui.text import clean, fold, name_key

SORTABLE = ("name", "created", "contacts", "company")


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

    @property
    def size(self) -> str:
        """The size badge: test, standard, large or split."""
        return contact.size_of(self.contacts)


@dataclass(frozen=True, slots=True)
class SegmentQuery:
    """Which segments, in which order. `sort` is one of SORTABLE; `archived` shows the archived ones too."""

    search: str = ""
    sort: str = "name"
    descending: bool = False
    archived: bool = False


@dataclass(frozen=True)
class _SegmentListing:
    session: Session
    query: SegmentQuery
    interrupt: Interrupt | None
    search: terms.Search = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "search", terms.parse(self.query.search))

    def first(self, limit: int) -> list[Segment]:
        """Return the first segments of the order."""
        with self.session.read(self.interrupt) as tx:
            return [_segment(row) for row in tx.execute(_ordered(tx, self.query, self.search, _columns()).limit(limit))]

    def ids(self) -> "array[int]":
        """Return every segment's id, in order."""
        with self.session.read(self.interrupt) as tx:
            return array("q", tx.execute(_ordered(tx, self.query, self.search, _columns(segments.c.id))).scalars())

    def rows(self, ids: Sequence[int]) -> dict[int, Segment]:
        """Return the segments with these ids."""
        with self.session.read(self.interrupt) as tx:
            chosen = _columns().where(tx.scope(segments), tx.backend.among(segments.c.id, ids))
            return {row.id: _segment(row) for row in tx.execute(chosen)}


def listing(session: Session, query: SegmentQuery, interrupt: Interrupt | None = None) -> _SegmentListing:
    """Return the segments that `query` asks for, to be shown page by page."""
    _demand_sortable(query.sort)
    return _SegmentListing(session, query, interrupt)


def find(session: Session, query: SegmentQuery) -> list[Segment]:
    """Return the segments that `query` asks for, all at once. Raises InvalidInput for an unknown `sort`."""
    _demand_sortable(query.sort)
    with session.read() as tx:
        return [_segment(row) for row in tx.execute(_ordered(tx, query, terms.parse(query.search), _columns()))]


def total(session: Session, *, archived: bool = False) -> int:
    """Return how many segments there are, without a search."""
    with session.read() as tx:
        statement = select(func.count()).select_from(segments).where(tx.scope(segments))
        if not archived:
            statement = statement.where(segments.c.archived_at.is_(None))
        return int(tx.execute(statement).scalar_one())


def get(session: Session, segment_id: int) -> Segment:
    """Return a segment by its id. Raises NotFound."""
    with session.read() as tx:
        return _get(tx, segment_id)


def by_name(session: Session, name: str) -> Segment:
    """Return a segment by its name, whatever its case. Raises NotFound, naming the nearest one."""
    with session.read() as tx:
        found = tx.execute(_columns().where(tx.scope(segments), segments.c.name_key == name_key(name)).limit(2)).all()
        if not found:
            raise no_such("segment", name, tx.execute(select(segments.c.name).where(tx.scope(segments))).scalars())
    if len(found) > 1:
        raise InvalidInput(
            f"Several companies have a segment “{clean(name)}”: say which with --company NAME.", "company"
        )
    return _segment(found[0])


def check_name(session: Session, name: str, besides: int | None = None) -> None:
    """Say whether `name` may be given to a segment (other than `besides`). Raises InvalidInput, NameTaken."""
    name = checked_name(name, "segment")
    with session.read() as tx:
        holder = tx.execute(
            select(segments.c.id, segments.c.archived_at).where(
                segments.c.company_id == tx.company_id, segments.c.name_key == name_key(name)
            )
        ).one_or_none()
    if holder is not None and holder.id != besides:
        raise _taken(name, archived=holder.archived_at is not None)


def create(session: Session, name: str, description: str = "") -> Segment:
    """Make an empty segment. Raises InvalidInput, NameTaken, NotAllowed."""
    with session.write() as tx:
        segment_id = insert_segment(tx, name, description)
        return _get(tx, segment_id)


def insert_segment(tx: Transaction, name: str, description: str = "") -> int:
    """Make a segment in an open transaction and return its id. Raises InvalidInput, NameTaken."""
    values = _named(name, description) | {"company_id": tx.company_id, "created_at": now(), "updated_at": now()}
    try:
        with tx.connection.begin_nested():
            segment_id = int(tx.execute(insert(segments).returning(segments.c.id), values).scalar_one())
    except IntegrityError:
        raise _taken(values["name"]) from None
    audit.record(tx, "segment.create", values["name"])
    return segment_id


def edit(session: Session, segment_id: int, *, name: str | None = None, description: str | None = None) -> Segment:
    """Give a segment another name or description; its contacts stay. Raises NotFound, InvalidInput, NameTaken."""
    with _bound(session, segment_id).write() as tx:
        before = _get(tx, segment_id)
        values = _named(
            before.name if name is None else name, before.description if description is None else description
        )
        try:
            with tx.connection.begin_nested():
                tx.execute(_update(tx, segment_id).values(**values, updated_at=now()))
        except IntegrityError:
            raise _taken(values["name"]) from None
        detail = f"renamed from {before.name}" if before.name != values["name"] else "description"
        audit.record(tx, "segment.edit", values["name"], detail=detail)
        return _get(tx, segment_id)


def archive(session: Session, segment_id: int) -> Segment:
    """Hide a segment from the list until it is restored. Raises NotFound."""
    return _set_archived(session, segment_id, archived=True)


def restore(session: Session, segment_id: int) -> Segment:
    """Bring an archived segment back. Raises NotFound."""
    return _set_archived(session, segment_id, archived=False)


def delete(session: Session, segment_id: int) -> Segment:
    """Delete a segment for good; its contacts are kept. Return what it was. Raises NotFound."""
    with _bound(session, segment_id).write() as tx:
        segment = _get(tx, segment_id)
        tx.execute(sql_delete(memberships).where(tx.scope(memberships), memberships.c.segment_id == segment_id))
        tx.execute(sql_delete(segments).where(tx.scope(segments), segments.c.id == segment_id))
        audit.record(tx, "segment.delete", segment.name, count=segment.contacts)
    return segment


def add_contacts(session: Session, segment_id: int, chosen: ContactQuery | Sequence[int]) -> int:
    """Put contacts into a segment. Return how many were not in it before. Raises NotFound."""
    with _bound(session, segment_id).write() as tx:
        segment = _get(tx, segment_id)
        inside = (
            select(literal(1))
            .where(
                tx.scope(memberships),
                memberships.c.segment_id == segment_id,
                memberships.c.contact_id == contacts.c.id,
            )
            .exists()
        )
        rows = select(contacts.c.company_id, literal(segment_id), contacts.c.id, literal(now())).where(
            tx.scope(contacts), _chosen(tx, chosen), ~inside
        )
        added = tx.changed(
            insert(memberships).from_select(["company_id", "segment_id", "contact_id", "added_at"], rows)
        )
        change_count(tx, segment_id, added)
        audit.record(tx, "segment.add", segment.name, count=added)
    return added


def remove_contacts(session: Session, segment_id: int, chosen: ContactQuery | Sequence[int]) -> int:
    """Take contacts out of a segment; they are kept. Return how many were in it. Raises NotFound."""
    with _bound(session, segment_id).write() as tx:
        segment = _get(tx, segment_id)
        which = select(contacts.c.id).where(tx.scope(contacts), _chosen(tx, chosen))
        removed = tx.changed(
            sql_delete(memberships).where(
                tx.scope(memberships), memberships.c.segment_id == segment_id, memberships.c.contact_id.in_(which)
            )
        )
        change_count(tx, segment_id, -removed)
        audit.record(tx, "segment.remove", segment.name, count=removed)
    return removed


def change_count(tx: Transaction, segment_id: int, by: int) -> None:
    """Keep the exact count in the transaction that changes memberships."""
    if by:
        tx.execute(_update(tx, segment_id).values(contacts=segments.c.contacts + by, updated_at=now()))


def of_contact(session: Session, contact_id: int) -> list[Segment]:
    """Return the segments a contact is in, by name."""
    with session.read() as tx:
        inside = select(memberships.c.segment_id).where(tx.scope(memberships), memberships.c.contact_id == contact_id)
        statement = _columns().where(tx.scope(segments), segments.c.id.in_(inside)).order_by(segments.c.sort_key)
        return [_segment(row) for row in tx.execute(statement)]


def _chosen(tx: Transaction, chosen: ContactQuery | Sequence[int]) -> ColumnElement[bool]:
    if isinstance(chosen, ContactQuery):
        return contact_queries.condition(tx, chosen)
    return tx.backend.among(contacts.c.id, chosen)


def _set_archived(session: Session, segment_id: int, *, archived: bool) -> Segment:
    with _bound(session, segment_id).write() as tx:
        before = _get(tx, segment_id)
        if before.archived != archived:
            tx.execute(_update(tx, segment_id).values(archived_at=now() if archived else None, updated_at=now()))
            audit.record(tx, "segment.archive" if archived else "segment.restore", before.name)
        return _get(tx, segment_id)


def _bound(session: Session, segment_id: int) -> Session:
    """Return the session bound to the company of a segment, for an admin who looks at all of them."""
    if session.company is not None:
        return session
    with session.read() as tx:
        company_id = _get(tx, segment_id).company_id
    return company_of(session, company_id)


def _named(name: str, description: str) -> dict[str, Any]:
    name = checked_name(name, "segment")
    description = checked_description(description)
    return {
        "name": name,
        "name_key": name_key(name),
        "sort_key": fold(name),
        "description": description,
        "search": terms.segment_text(name, description),
    }


def _taken(name: str, *, archived: bool = False) -> NameTaken:
    where = ", archived" if archived else ""
    return NameTaken(f"There is already a segment “{clean(name)}”{where}.", "name")


def _demand_sortable(sort: str) -> None:
    if sort not in SORTABLE:
        raise InvalidInput(f"Segments are sorted by {', '.join(SORTABLE)}, not by “{clean(sort)}”.", "sort")


def _columns(*only: ColumnElement[Any]) -> Select[Any]:
    """Return a query for what a Segment is made of, or for `only` some of it."""
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
    )
    return select(*(only or every)).join_from(segments, companies, segments.c.company_id == companies.c.id)


def _segment(row: Row[*tuple[Any, ...]]) -> Segment:
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
    )


def _get(tx: Transaction, segment_id: int) -> Segment:
    row = tx.execute(_columns().where(tx.scope(segments), segments.c.id == segment_id)).one_or_none()
    if row is None:
        raise NotFound("This segment is not there any more.")
    return _segment(row)


def _update(tx: Transaction, segment_id: int) -> Any:  # noqa: ANN401  SQLAlchemy's Update is generic in its table
    return update(segments).where(tx.scope(segments), segments.c.id == segment_id)


def _ordered(tx: Transaction, query: SegmentQuery, search: terms.Search, wanted: Select[Any]) -> Select[Any]:
    statement = wanted.where(tx.scope(segments), search_index.condition(tx, segments.c.search, search))
    if not query.archived:
        statement = statement.where(segments.c.archived_at.is_(None))
    key: ColumnElement[Any] = {
        "name": segments.c.sort_key,
        "created": segments.c.created_at,
        "contacts": segments.c.contacts,
        "company": companies.c.name_key,
    }[query.sort]
    order = key.desc() if query.descending else key.asc()
    return statement.order_by(order, segments.c.sort_key, segments.c.id)
