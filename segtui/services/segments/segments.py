"""Segments: lists and lookups of named groups of contacts."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, func, select

from segtui.database.tables.core_tables import companies, memberships, segments
from segtui.domain import search_terms
from segtui.domain.names import checked_name, no_such
from segtui.domain.text import clean, name_key
from segtui.domain.vocabulary import SEGMENT_SORTS
from segtui.errors import InvalidInput
from segtui.services import search_index
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segment_rows
from segtui.services.segments.history import segment_days
from segtui.services.segments.segment_query import SegmentQuery
from segtui.services.segments.segment_rows import Segment, by_ids, change_count, columns, segments_of
from segtui.services.session import Session, Transaction

if TYPE_CHECKING:
    from segtui.services.segments.memberships import add_contacts, remove_contacts
    from segtui.services.segments.segment_changes import insert_segment
    from segtui.services.segments.segment_editing import (
        archive,
        create,
        create_with,
        delete,
        edit,
        freeze,
        preview,
        restore,
        rules_naming,
    )
else:
    _IMPORTED_ON_USE = {
        "add_contacts": "memberships",
        "archive": "segment_editing",
        "create": "segment_editing",
        "create_with": "segment_editing",
        "delete": "segment_editing",
        "edit": "segment_editing",
        "freeze": "segment_editing",
        "insert_segment": "segment_changes",
        "preview": "segment_editing",
        "remove_contacts": "memberships",
        "restore": "segment_editing",
        "rules_naming": "segment_editing",
    }
    """The module of each function that changes segments, imported on use as in `segtui.importing`: lists need none."""

    def __getattr__(name: str) -> object:
        """Return a function that changes segments, importing its module. Raises AttributeError."""
        if name not in _IMPORTED_ON_USE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"segtui.services.segments.{_IMPORTED_ON_USE[name]}"), name)


__all__ = [
    "Segment",
    "SegmentQuery",
    "add_contacts",
    "archive",
    "by_name",
    "change_count",
    "check_name",
    "create",
    "create_with",
    "delete",
    "edit",
    "find",
    "freeze",
    "get",
    "insert_segment",
    "is_named",
    "listing",
    "of_contact",
    "preview",
    "remove_contacts",
    "restore",
    "rules_naming",
    "to_pick",
    "total",
]


@dataclass(frozen=True)
class _SegmentListing:
    session: Session
    query: SegmentQuery
    interrupt: Interrupt | None
    search: search_terms.Search = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "search", search_terms.parse(self.query.search))

    def first(self, limit: int) -> list[Segment]:
        """Return the first segments of the order."""
        with self.session.read(self.interrupt) as tx:
            return segments_of(tx, tx.execute(_ordered(tx, self.query, self.search, columns(tx)).limit(limit)))

    def ids(self) -> "array[int]":
        """Return every segment's id, in order."""
        with self.session.read(self.interrupt) as tx:
            return array("q", tx.execute(_ordered(tx, self.query, self.search, columns(tx, segments.c.id))).scalars())

    def rows(self, ids: Sequence[int]) -> dict[int, Segment]:
        """Return the segments with these ids."""
        with self.session.read(self.interrupt) as tx:
            return by_ids(tx, ids)

    @property
    def matching(self) -> object:
        """The key of the matching segments, independent of their order."""
        return self.session.company, self.search, self.query.archived

    def belonging(self, ids: Sequence[int]) -> set[int]:
        """Return those of `ids` that the list shows without a search: an archived one only with archived ones."""
        with self.session.read(self.interrupt) as tx:
            query = select(segments.c.id).where(tx.scope(segments), tx.backend.id_in(segments.c.id, ids))
            if not self.query.archived:
                query = query.where(segments.c.archived_at.is_(None))
            return set(tx.execute(query).scalars())


def listing(session: Session, query: SegmentQuery, interrupt: Interrupt | None = None) -> _SegmentListing:
    """Return the segments of `query` as a listing."""
    _demand_sortable(query.sort)
    return _SegmentListing(session, query, interrupt)


def find(session: Session, query: SegmentQuery) -> list[Segment]:
    """Return all segments of `query`. Raises InvalidInput for an unknown `sort`."""
    _demand_sortable(query.sort)
    with session.read() as tx:
        return segments_of(tx, tx.execute(_ordered(tx, query, search_terms.parse(query.search), columns(tx))))


def to_pick(
    session: Session, text: str, most: int, interrupt: Interrupt | None = None, *, live: bool | None = None
) -> list[Segment]:
    """Return up to `most` segments that match a typed text, the likeliest first; with `live` only such or only fixed.

    The segment with exactly this name comes first, then those with the text in their name, then other matches; each
    group by name. Raises Cancelled.
    """
    with session.read(interrupt) as tx:
        exactly = segments.c.name_key == name_key(text)
        ordered = _ordered(tx, SegmentQuery(search=text), search_terms.parse(text), columns(tx)).order_by(None)
        ordered = ordered.order_by(exactly.desc(), segments.c.sort_key, segments.c.id)
        if live is not None:
            ordered = ordered.where(segments.c.rule.is_not(None) if live else segments.c.rule.is_(None))
        segments_ = segments_of(tx, tx.execute(ordered.limit(most)))

    def unlikeliness(segment: Segment) -> int:
        if name_key(segment.name) == name_key(text):
            return 0
        return 1 if is_named(segment, text) else 2

    return sorted(segments_, key=unlikeliness)


def is_named(segment: Segment, text: str) -> bool:
    """Tell whether a segment's name contains the typed text."""
    return search_terms.matches(search_terms.parse(text), search_terms.field_text(segment.name))


def total(session: Session, *, archived: bool = False) -> int:
    """Count the segments, without a search."""
    with session.read() as tx:
        statement = select(func.count()).select_from(segments).where(tx.scope(segments))
        if not archived:
            statement = statement.where(segments.c.archived_at.is_(None))
        return int(tx.execute(statement).scalar_one())


def get(session: Session, segment_id: int) -> Segment:
    """Return a segment by its id. Raises NotFound."""
    with session.read() as tx:
        return segment_rows.get(tx, segment_id)


def by_name(session: Session, name: str) -> Segment:
    """Return a segment by its name, regardless of case. Raises NotFound, naming the nearest one."""
    with session.read() as tx:
        is_named_so = segments.c.name_key == name_key(name)
        matches = tx.execute(columns(tx).where(tx.scope(segments), is_named_so).limit(2)).all()
        if not matches:
            raise no_such("segment", name, tx.execute(select(segments.c.name).where(tx.scope(segments))).scalars())
        if len(matches) > 1:
            raise InvalidInput(
                f"Several companies have a segment “{clean(name)}”: choose one with --company NAME.", "company"
            )
        return segments_of(tx, matches)[0]


def check_name(session: Session, name: str, besides: int | None = None) -> None:
    """Check that a segment (other than `besides`) may have this name. Raises InvalidInput, NameTaken."""
    name = checked_name(name, "segment")
    with session.read() as tx:
        holder = tx.execute(
            select(segments.c.id, segments.c.archived_at).where(
                tx.scope(segments), segments.c.company_id == tx.company_id, segments.c.name_key == name_key(name)
            )
        ).one_or_none()
    if holder is not None and holder.id != besides:
        raise segment_rows.taken(name, archived=holder.archived_at is not None)


def of_contact(session: Session, contact_id: int) -> list[Segment]:
    """Return the segments a contact is in, by name."""
    with session.read() as tx:
        inside = select(memberships.c.segment_id).where(tx.scope(memberships), memberships.c.contact_id == contact_id)
        statement = columns(tx).where(tx.scope(segments), segments.c.id.in_(inside)).order_by(segments.c.sort_key)
        return segments_of(tx, tx.execute(statement))


def _demand_sortable(sort: str) -> None:
    if sort not in SEGMENT_SORTS:
        raise InvalidInput(f"Segments are sorted by {', '.join(SEGMENT_SORTS)}, not by “{clean(sort)}”.", "sort")


def _ordered(tx: Transaction, query: SegmentQuery, search: search_terms.Search, statement: Select[Any]) -> Select[Any]:
    statement = statement.where(tx.scope(segments), search_index.condition(tx, segments.c.search, search))
    if not query.archived:
        statement = statement.where(segments.c.archived_at.is_(None))
    keys: Mapping[str, Callable[[], ColumnElement[Any]]] = {
        "name": lambda: segments.c.sort_key,
        "created": lambda: segments.c.created_at,
        "contacts": lambda: segments.c.contacts,
        "callable": lambda: segments.c.callable,
        "campaigns": lambda: segment_rows.campaign_count(tx),
        # A segment that was never used comes before all others, the oldest.
        "used": lambda: func.coalesce(segments.c.used_at, 0),
        "growth": lambda: segment_days.net_growth(tx),
        "company": lambda: companies.c.name_key,
    }
    key = keys[query.sort]()
    order = key.desc() if query.descending else key.asc()
    return statement.order_by(order, segments.c.sort_key, segments.c.id)
