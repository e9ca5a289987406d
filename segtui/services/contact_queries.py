"""Which contacts, in which order: a query as a value, and the statements that answer it fast."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, and_, exists, literal, select
from sqlalchemy.sql.operators import custom_op

from segtui import terms
from segtui.contact import TEXT_FIELDS
from segtui.database.tables import contacts, memberships, segments
from segtui.errors import InvalidInput
from segtui.services import filters, search_index
from segtui.services.filters import Filter
from segtui.services.session import Transaction
from segtui.text import clean

# A segment up to this size is read member by member; of a larger one the order of the company is walked.
SMALL = 20_000
SORTABLE = ("name", *TEXT_FIELDS, "do_not_call", "added", "created", "updated")
# The orders an index holds, and the index.
_INDEXED: dict[str, tuple[ColumnElement[Any], str]] = {
    "name": (contacts.c.name_key, "ix_contacts_name"),
    "phone": (contacts.c.phone, "uq_contacts_phone"),
    "email": (contacts.c.email_key, "ix_contacts_email"),
}
# The orders of numbers, in which nothing is blank.
_NUMBERS: dict[str, ColumnElement[Any]] = {
    "do_not_call": contacts.c.do_not_call,
    "added": contacts.c.created_at,
    "created": contacts.c.created_at,
    "updated": contacts.c.updated_at,
}


@dataclass(frozen=True, slots=True)
class ContactQuery:
    """Which contacts (all where `segment_id` is None), in which order. `sort` is one of SORTABLE."""

    segment_id: int | None = None
    search: str = ""
    filters: tuple[Filter, ...] = ()
    sort: str = "name"
    descending: bool = False


def demand_sortable(sort: str) -> None:
    """Raise InvalidInput unless contacts can be sorted by `sort`."""
    if sort not in SORTABLE:
        raise InvalidInput(f"Contacts are sorted by {', '.join(SORTABLE)}, not by “{clean(sort)}”.", "sort")


def condition(tx: Transaction, query: ContactQuery) -> ColumnElement[bool]:
    """Return the condition that a contact is one that `query` asks for."""
    search = terms.parse(query.search)
    parts = [*_tests(tx, query, search)]
    narrowed = search_index.candidates(tx, search)
    if narrowed is not None:
        parts.append(narrowed)
    if query.segment_id is not None:
        parts.append(_inside(query.segment_id))
    return and_(*parts)


def _tests(tx: Transaction, query: ContactQuery, search: terms.Search) -> list[ColumnElement[bool]]:
    return [
        tx.scope(contacts),
        search_index.condition(tx, contacts.c.search, search),
        filters.condition(tx, query.filters, tx.session.zone),
    ]


def _inside(segment_id: int) -> ColumnElement[bool]:
    return exists(
        select(literal(1)).where(
            memberships.c.company_id == contacts.c.company_id,
            memberships.c.segment_id == segment_id,
            memberships.c.contact_id == contacts.c.id,
        )
    )


def is_indexed(sort: str) -> bool:
    """Tell whether the database has this order ready; others are sorted here, by their folded text."""
    return sort in _INDEXED or sort in _NUMBERS


def ordered(tx: Transaction, query: ContactQuery, wanted: Select[Any]) -> list[Select[Any]]:
    """Return the statements that, one after the other, give the columns `wanted` in an order the database sorts.

    The second one, where there are two, gives the rows whose sort value is blank: they come last both ways.
    """
    statement, walked = _chosen(tx, query, wanted)
    if query.sort in _NUMBERS:
        key = _NUMBERS[query.sort]
        return [statement.order_by(_direction(key, query), _direction(contacts.c.id, query))]
    key, index = _INDEXED[query.sort]
    with_value = statement.where(key.is_not(None))
    if walked:
        if tx.on_sqlite and tx.session.company is not None:
            with_value = with_value.with_hint(contacts, f"INDEXED BY {index}", "sqlite")
        order = _direction(key, query)
    else:
        order = _direction(_unindexed(tx, key), query)
    blank = statement.where(key.is_(None)).order_by(_direction(_unindexed(tx, contacts.c.id), query))
    return [with_value.order_by(order, _direction(contacts.c.id, query)), blank]


def unordered(tx: Transaction, query: ContactQuery, wanted: Select[Any]) -> Select[Any]:
    """Return the statement that gives the columns `wanted` in no order, for sorting here."""
    return _chosen(tx, query, wanted)[0]


def _chosen(tx: Transaction, query: ContactQuery, wanted: Select[Any]) -> tuple[Select[Any], bool]:
    """Return the statement without an order, and whether an index is to be walked in that order.

    SQLite's planner takes the index of the order even where it must then walk a million rows for a few hits, so the
    decision is made here: a small segment is read member by member, a rare search by the search index's hits.
    """
    search = terms.parse(query.search)
    statement = wanted.where(*_tests(tx, query, search))
    if query.segment_id is not None:
        size = tx.execute(select(segments.c.contacts).where(tx.scope(segments), segments.c.id == query.segment_id))
        if (size.scalar() or 0) <= SMALL:
            members = select(memberships.c.contact_id).where(
                tx.scope(memberships), memberships.c.segment_id == query.segment_id
            )
            return statement.where(contacts.c.id.in_(members)), False
        statement = statement.where(_inside(query.segment_id))
    narrowed = search_index.candidates(tx, search)
    if narrowed is not None:
        return statement.where(narrowed), False
    return statement, True


def _direction(key: ColumnElement[Any], query: ContactQuery) -> ColumnElement[Any]:
    return key.desc() if query.descending else key.asc()


def _unindexed(tx: Transaction, key: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return `+key`, which SQLite sorts by without reaching for the index of that column."""
    return UnaryExpression(key, operator=custom_op("+")) if tx.on_sqlite else key
