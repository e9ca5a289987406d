"""Which contacts, in which order: a query as a value, and the statements that answer it fast.

No single way is fast for all of them. Where a segment or the search index offers few contacts, those are read and
sorted. Where many are to be expected, the first page is looked for at the beginning of the order, which an index holds:
a common search fills it there. What a search finds may all lie at the other end of the order, though, so the walk has
an end, and then what the index offers is sorted after all. SQLite's planner would take the index of the order even
where it must walk a million rows for nothing, and so does PostgreSQL's at times: each way leaves them no choice.
"""

from array import array
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, UnaryExpression, and_, exists, func, literal, select, tuple_
from sqlalchemy.sql.operators import custom_op

from segtui import terms
from segtui.contact import TEXT_FIELDS
from segtui.database.tables import contacts, memberships, segments
from segtui.errors import InvalidInput
from segtui.services import contact_keys, filters, search_index
from segtui.services.filters import Filter
from segtui.services.session import Transaction
from segtui.text import clean

# A segment up to this size is read member by member.
SMALL = 5_000
# So far an order is walked for the first page; and so far to learn whether that is worth while.
WALK = 5_000
GLANCE = 500
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
# SQLite's own name for the index of (company_id, id): the contacts of a company as they lie in the file.
_AS_STORED = "sqlite_autoindex_contacts_1"


@dataclass(frozen=True, slots=True)
class ContactQuery:
    """Which contacts (all where `segment_id` is None), in which order. `sort` is one of SORTABLE."""

    segment_id: int | None = None
    search: str = ""
    filters: tuple[Filter, ...] = ()
    sort: str = "name"
    descending: bool = False

    @property
    def is_everybody(self) -> bool:
        """Whether it asks for all contacts."""
        return self.segment_id is None and not self.search.strip() and not self.filters


@dataclass(frozen=True, slots=True)
class _Reach:
    """How contacts are reached: by `tests` alone, row by row, or by reading those `among` which they are.

    There is nothing to read where `among` is None. `few` are worth reading at once.
    """

    tests: ColumnElement[bool]
    among: ColumnElement[bool] | None
    few: bool = False


def demand_sortable(sort: str) -> None:
    """Raise InvalidInput unless contacts can be sorted by `sort`."""
    if sort not in SORTABLE:
        raise InvalidInput(f"Contacts are sorted by {', '.join(SORTABLE)}, not by “{clean(sort)}”.", "sort")


def is_indexed(sort: str) -> bool:
    """Tell whether an index holds this order, so that its first page is there at once."""
    return sort in _INDEXED


def condition(tx: Transaction, query: ContactQuery) -> ColumnElement[bool]:
    """Return the condition that a contact is one that `query` asks for."""
    reach = _reach(tx, query)
    return reach.among if reach.few and reach.among is not None else reach.tests


def first(tx: Transaction, query: ContactQuery, wanted: Select[Any], limit: int) -> list[Row[*tuple[Any, ...]]]:
    """Return the columns `wanted` of the first contacts of an order that an index holds."""
    reach = _reach(tx, query)
    # No index holds the order of several companies.
    if not reach.few and tx.session.company is not None:
        found = _walked(tx, query, wanted.where(reach.tests), limit)
        if found is not None:
            return found
    key = _unindexed(tx, _INDEXED[query.sort][0])
    order = (_directed(query, key).nulls_last(), _directed(query, contacts.c.id))
    return list(tx.execute(_read(tx, wanted, reach).order_by(*order).limit(limit)).all())


def ids(tx: Transaction, query: ContactQuery) -> "array[int]":
    """Return the ids of all contacts of a query in its order: text without regard to case and accents, blanks last."""
    key = _key(tx, query.sort)
    wanted = select(contacts.c.id, key.label("key"))
    if query.is_everybody and is_indexed(query.sort):
        statement = _hinted(tx, wanted.where(tx.scope(contacts)), _INDEXED[query.sort][1])
    else:
        statement = _read(tx, wanted, _reach(tx, query))
        # PostgreSQL weighs what sorting costs.
        key = _unindexed(tx, key) if tx.on_sqlite else key
    found = statement.order_by(key, contacts.c.id).subquery()
    gathered, valued = tx.execute(select(tx.backend.gathered(found.c.id), func.count(found.c.key))).one()
    return _arranged(tx.backend.ids_of(gathered), valued, descending=query.descending, blanks_first=tx.on_sqlite)


def _arranged(found: "array[int]", valued: int, *, descending: bool, blanks_first: bool) -> "array[int]":
    """Return ids that were sorted upwards in the direction that is asked for, the blank ones last in both."""
    blank = len(found) - valued
    if blanks_first:
        found = found[blank:] + found[:blank]
    if descending:
        found.reverse()
        found = found[blank:] + found[:blank]
    return found


def _key(tx: Transaction, sort: str) -> ColumnElement[Any]:
    """Return what is sorted by, NULL where it is blank."""
    if sort in _INDEXED:
        return _INDEXED[sort][0]
    return _NUMBERS[sort] if sort in _NUMBERS else contact_keys.folded(tx, sort)


def _directed(query: ContactQuery, key: ColumnElement[Any]) -> ColumnElement[Any]:
    return key.desc() if query.descending else key.asc()


def _unindexed(tx: Transaction, key: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the same in a form that no index holds: it will be sorted by."""
    return UnaryExpression(key, operator=custom_op("+")) if tx.on_sqlite else key.concat("")


def _hinted(tx: Transaction, statement: Select[Any], index: str) -> Select[Any]:
    """Return the statement so that SQLite follows an index; where there are several companies, none fits."""
    return statement if tx.session.company is None else statement.with_hint(contacts, f"INDEXED BY {index}", "sqlite")


# Walking an order from its beginning


def _walked(
    tx: Transaction, query: ContactQuery, wanted: Select[Any], limit: int
) -> list[Row[*tuple[Any, ...]]] | None:
    """Return the first of the contacts `wanted` if they lie near the beginning of the order, else None."""
    if query.is_everybody:
        return _beginning(tx, query, wanted, limit, None)[0]
    # SQLite was asked whether there are many; PostgreSQL shows it by how many there are at the very beginning.
    for steps in (WALK,) if tx.on_sqlite else (GLANCE, WALK):
        found, is_whole = _beginning(tx, query, wanted, limit, steps)
        if is_whole:
            return found
        if not found:
            return None
    return None


def _beginning(
    tx: Transaction, query: ContactQuery, wanted: Select[Any], limit: int, steps: int | None
) -> tuple[list[Row[*tuple[Any, ...]]], bool]:
    """Return the first of the contacts `wanted` that the order has in its first `steps`; and whether that is enough.

    Those whose value is blank come after the others, and are walked apart from them.
    """
    key, index = _INDEXED[query.sort]
    found: list[Row[*tuple[Any, ...]]] = []
    for part, columns in ((key.is_not(None), [key, contacts.c.id]), (key.is_(None), [contacts.c.id])):
        order = [_directed(query, each) for each in columns]
        statement = wanted.where(part).order_by(*order)
        end = None if steps is None else _place(tx, select(*columns).where(part).order_by(*order), steps, index)
        if end is not None:
            here, there = (
                tuple_(*columns),
                tuple_(*(literal(value, each.type) for value, each in zip(end, columns, strict=True))),
            )
            statement = statement.where(here >= there if query.descending else here <= there)
        found += tx.execute(_hinted(tx, statement.limit(limit - len(found)), index)).all()
        if len(found) >= limit:
            return found, True
        if end is not None:
            return found, False
    return found, True


def _place(tx: Transaction, order: Select[Any], steps: int, index: str) -> Row[*tuple[Any, ...]] | None:
    """Return what stands at the end of so many steps, None where the order is not as long."""
    return tx.execute(_hinted(tx, order.where(tx.scope(contacts)).offset(steps).limit(1), index)).one_or_none()


# How the contacts of a query are reached


def _reach(tx: Transaction, query: ContactQuery) -> _Reach:
    search = terms.parse(query.search)
    narrowing = (*search, *filters.clauses(query.filters))
    tests = and_(
        tx.scope(contacts),
        search_index.condition(tx, contacts.c.search, search),
        filters.condition(tx, query.filters, tx.session.zone),
    )
    if query.segment_id is None:
        among, is_small = tests, False
    else:
        among, is_small = and_(_members(tx, query.segment_id), tests), _size(tx, query.segment_id) <= SMALL
        tests = and_(tests, _inside(query.segment_id))
    if is_small:
        return _Reach(tests, among, few=True)
    hits = search_index.hits(tx, narrowing)
    if hits is not None:
        return _Reach(tests, and_(hits, tests), few=search_index.is_rare(tx, narrowing))
    return _Reach(tests, None if query.segment_id is None else among)


def _read(tx: Transaction, wanted: Select[Any], reach: _Reach) -> Select[Any]:
    """Return the columns `wanted` of the contacts, in no order; without anything better, of all as they are stored."""
    if reach.among is not None:
        return wanted.where(reach.among)
    return _hinted(tx, wanted.where(reach.tests), _AS_STORED)


def _size(tx: Transaction, segment_id: int) -> int:
    size = select(segments.c.contacts).where(tx.scope(segments), segments.c.id == segment_id)
    return int(tx.execute(size).scalar() or 0)


def _members(tx: Transaction, segment_id: int) -> ColumnElement[bool]:
    inside = select(memberships.c.contact_id).where(tx.scope(memberships), memberships.c.segment_id == segment_id)
    return contacts.c.id.in_(inside)


def _inside(segment_id: int) -> ColumnElement[bool]:
    return exists(
        select(literal(1)).where(
            memberships.c.company_id == contacts.c.company_id,
            memberships.c.segment_id == segment_id,
            memberships.c.contact_id == contacts.c.id,
        )
    )
