"""Contact queries: a selection and a sort order as a value, and the statements that answer it fast.

No single plan is fast for all of them. Where a segment or the search index offers few contacts, those are read and
sorted. Where many are likely, the first page is searched at the beginning of an index in the sort order: a common
search fills it there. The matches may all be at the other end, though, so the walk has a limit, after which all matches
are read and sorted. SQLite's planner takes the index of the order even where it must walk a million rows for nothing,
and PostgreSQL's does at times; the statements here leave them no choice.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, literal, select, tuple_

from segtui.database.tables.core_tables import contacts
from segtui.domain.criteria.tree import Criteria
from segtui.services.contacts import sort_keys
from segtui.services.contacts.access_path import AccessPath, access_path
from segtui.services.contacts.outcome_filter import Results
from segtui.services.contacts.sort_keys import INDEXED, SortKey
from segtui.services.criteria import field_names
from segtui.services.session import Transaction

# Index entries walked for the first page: before the index of search texts is queried for criteria, at first, at most.
SHORT = 500
WALK = 5_000
FAR = 50_000
# The part of all contacts that may be walked where their number of matches is unknown.
_FRACTION = 40
# Contacts with the lowest ids. The first page of all contacts ends no later than the first page of these, so most texts
# beyond that need not be folded.
_BOUND_SAMPLE = 5_000
# Contacts that are read in the order of their ids while one entry is walked.
_PER_ENTRY = 10

_Rows = list[Row[*tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class ContactQuery:
    """Contacts to list (all where `segment_id` is None) and their order.

    `sort` is a declared field or `custom.NAME`; `joined` needs one segment.

    With `results`, only contacts with these results in a campaign. With `other_segments`, ids beside `segment_id`,
    contacts of any of these segments.
    """

    segment_id: int | None = None
    search: str = ""
    sort: str = "name"
    descending: bool = False
    results: Results | None = None
    other_segments: tuple[int, ...] = ()
    criteria: Criteria | None = None

    @property
    def segment_ids(self) -> tuple[int, ...]:
        """The segments a contact must be in at least one of; empty where any contact matches."""
        return () if self.segment_id is None else (self.segment_id, *self.other_segments)

    @property
    def viewed_segment(self) -> int | None:
        """The one segment that is viewed, if it is one."""
        return None if self.other_segments else self.segment_id


def demand_sortable(query: ContactQuery) -> None:
    """Raise InvalidInput unless contacts can be sorted as a query says."""
    field_names.demand_sortable(query.sort, in_segment=query.viewed_segment is not None)


def is_indexed(sort: str) -> bool:
    """Tell whether an index holds this order, so that its first page is there at once."""
    return sort in INDEXED


def condition(tx: Transaction, query: ContactQuery) -> ColumnElement[bool]:
    """Return the condition that a contact matches `query`."""
    path = access_path_of(tx, query)
    if not path.are_few and not path.are_apart:
        return path.tests
    # Apart from the statement it becomes a part of, which is on contacts too.
    return contacts.c.id.in_(path.read(select(contacts.c.id)).correlate(None))


def first(tx: Transaction, query: ContactQuery, columns: Select[Any], limit: int) -> _Rows:
    """Return the `columns` of the first contacts of an order that an index holds."""
    path = access_path_of(tx, query)
    # No index holds the order of several companies.
    if tx.session.company is not None and not path.has_small_group:
        rows = _Walk(tx, query, columns.where(path.tests), limit).rows(path)
        if rows is not None:
            return rows
    key = tx.backend.planner.unindexed(INDEXED[query.sort][0])
    order = (_directed(query, key).nulls_last(), _directed(query, contacts.c.id))
    return list(tx.execute(path.read(columns).order_by(*order).limit(limit)).all())


def first_ids(tx: Transaction, query: ContactQuery, limit: int) -> list[int]:
    """Return the first ids of any order, the same as `ids` begins with, by a scan that keeps no more than `limit` rows.

    It takes a fifth to a half of the time of sorting all of them.
    """
    path = access_path_of(tx, query)
    key = sort_keys.sort_key(path, query.sort, query.viewed_segment)
    order = [*_key_order(query, key), _directed(query, contacts.c.id)]
    statement = path.read(select(contacts.c.id).select_from(key.source))
    for smaller_scan in _smaller_scans(path, query, key, limit):
        rows = tx.execute(smaller_scan.order_by(*order).limit(limit)).scalars().all()
        if len(rows) == limit:
            return list(rows)
    return list(tx.execute(statement.order_by(*order).limit(limit)).scalars())


def _smaller_scans(path: AccessPath, query: ContactQuery, key: SortKey, limit: int) -> Iterator[Select[Any]]:
    """Yield queries of ids that read fewer contacts. One that has `limit` rows has the right ones."""
    if key.valued is not None:
        yield path.read(select(contacts.c.id).select_from(key.valued))
    if key.text is None or path.is_searched or path.are_few:
        return
    tx = path.tx
    lowest = select(func.min(contacts.c.id)).where(tx.scope(contacts)).scalar_subquery()
    sample = select(key.value.label("key")).where(path.tests, contacts.c.id < lowest + _BOUND_SAMPLE).subquery()
    ordered = select(sample.c.key).where(sample.c.key.is_not(None)).order_by(_directed(query, sample.c.key))
    bound = tx.execute(ordered.offset(limit - 1).limit(1)).scalar()
    if bound is not None:
        near = sort_keys.may_fold_within(tx, key.text, bound, descending=query.descending)
        yield path.read(select(contacts.c.id)).where(near)


def ids(tx: Transaction, query: ContactQuery) -> "array[int]":
    """Return the ids of all contacts of a query in its order: text without regard to case and accents, blanks last."""
    path = access_path_of(tx, query)
    key = sort_keys.sort_key(path, query.sort, query.viewed_segment)
    blanks_first = tx.backend.planner.sorts_blanks_first
    labelled = key.value.label("key")
    columns = select(contacts.c.id, labelled).select_from(key.source)
    order: list[ColumnElement[Any]] = [labelled]
    if is_indexed(query.sort) and path.is_everybody:
        statement = tx.backend.planner.by_index(tx, columns.where(path.tests), contacts, INDEXED[query.sort][1])
        order = [key.value]
    else:
        statement = path.read(columns)
        if is_indexed(query.sort):
            order = [tx.backend.planner.sort_key(key.value)]
    if key.number is not None:
        order, blanks_first = [key.number.nulls_last(), labelled.nulls_last()], False
    ordered = statement.order_by(*order, contacts.c.id).subquery()
    packed, valued = tx.execute(select(tx.backend.aggregate_ids(ordered.c.id), func.count(ordered.c.key))).one()
    return _arranged(tx.backend.unpack_ids(packed), valued, descending=query.descending, blanks_first=blanks_first)


def count(tx: Transaction, query: ContactQuery) -> int:
    """Count the contacts of a query."""
    matches = access_path_of(tx, query).read(select(contacts.c.id)).subquery()
    return int(tx.execute(select(func.count()).select_from(matches)).scalar_one())


def access_path_of(tx: Transaction, query: ContactQuery) -> AccessPath:
    """Return the access path of a query. Raises InvalidInput for a name in criteria that does not exist."""
    return access_path(tx, query.segment_ids, query.search, query.criteria, query.results)


def _arranged(ids_: "array[int]", valued: int, *, descending: bool, blanks_first: bool) -> "array[int]":
    """Return ids that are sorted ascending in the requested direction, blank ones last in both."""
    blank = len(ids_) - valued
    if blanks_first:
        ids_ = ids_[blank:] + ids_[:blank]
    if descending:
        ids_.reverse()
        ids_ = ids_[blank:] + ids_[:blank]
    return ids_


def _key_order(query: ContactQuery, key: SortKey) -> list[ColumnElement[Any]]:
    """Return the order of a key in the requested direction: blanks last, and in an ascending one numbers first."""
    value = _directed(query, key.value).nulls_last()
    if key.number is None:
        return [value]
    if not query.descending:
        return [key.number.asc().nulls_last(), value]
    return [key.value.is_(None), key.number.desc().nulls_first(), value]


def _directed(query: ContactQuery, key: ColumnElement[Any]) -> ColumnElement[Any]:
    return key.desc() if query.descending else key.asc()


@dataclass
class _Walk:
    """A walk along an index from its beginning, for the first `limit` matching contacts. `columns` is their query."""

    tx: Transaction
    query: ContactQuery
    columns: Select[Any]
    limit: int

    def rows(self, path: AccessPath) -> _Rows | None:
        """Return the first matches if they are near the beginning, else None."""
        if path.is_everybody or path.is_range_of(self.query.sort):
            return self._beginning(None)[0]
        first_steps = self.tx.backend.planner.first_walk(WALK)
        steps = SHORT if path.has_criteria and not path.search else 0 if path.are_few else first_steps
        while steps:
            rows, is_enough = self._beginning(steps)
            if is_enough:
                return rows
            further = self._further(path, len(rows), steps)
            is_near = bool(rows) and further <= 2 * WALK
            steps = 0 if not is_near and path.are_few else further
        return None

    def _further(self, path: AccessPath, row_count: int, steps: int) -> int:
        """Return the next length of the walk, extrapolated from `row_count` matches in `steps`; 0 for too far."""
        if not row_count:
            if not path.is_searched and not path.is_within:
                # Nothing but a read of all contacts is left, which takes much longer.
                far = min(FAR, self._most_contacts() // _FRACTION)
                return far if far > steps else 0
            first_steps = self.tx.backend.planner.first_walk(WALK)
            return first_steps if steps < first_steps else 0
        needed = 3 * self.limit * steps // (2 * row_count)
        is_read_of_all_left = not path.is_searched and not path.is_within
        far = self._most_contacts() // _PER_ENTRY if is_read_of_all_left else FAR
        if needed <= steps or needed >= far:
            return 0
        is_plain_search = not path.has_criteria and not path.is_within
        if not self.tx.backend.planner.walks_further(needed, 2 * WALK, is_plain_search=is_plain_search):
            return 0
        # To count what the index offers takes as long as to walk some thousand entries.
        if path.has_criteria and needed <= 2 * WALK:
            return needed
        return 0 if path.fewer_are_offered(needed) else needed

    def _most_contacts(self) -> int:
        """Return an upper bound of the number of the company's contacts, which no database counts at once."""
        mine = self.tx.scope(contacts)
        ends = (select(function(contacts.c.id)).where(mine).scalar_subquery() for function in (func.max, func.min))
        last, first_ = self.tx.execute(select(*ends)).one()
        return (last or 0) - (first_ or 0) + 1

    def _beginning(self, steps: int | None) -> tuple[_Rows, bool]:
        """Return the matches in the first `steps` of the order, and whether the page is complete.

        Contacts with a blank value come after the others, and are walked separately.
        """
        key, index = INDEXED[self.query.sort]
        by_index = self.tx.backend.planner.by_index
        rows: _Rows = []
        for part, columns in ((key.is_not(None), (key, contacts.c.id)), (key.is_(None), (contacts.c.id,))):
            order = [_directed(self.query, column) for column in columns]
            statement = self.columns.where(part).order_by(*order).limit(self.limit - len(rows))
            end = None
            if steps is not None:
                entries = select(*columns).where(self.tx.scope(contacts), part).order_by(*order)
                entry = by_index(self.tx, entries.offset(steps).limit(1), contacts, index)
                end = self.tx.execute(entry).one_or_none()
            if end is not None:
                last = tuple_(*(literal(value, column.type) for value, column in zip(end, columns, strict=True)))
                here = tuple_(*columns)
                statement = statement.where(here >= last if self.query.descending else here <= last)
            rows += self.tx.execute(by_index(self.tx, statement, contacts, index)).all()
            if len(rows) >= self.limit:
                return rows, True
            if end is not None:
                return rows, False
        return rows, True
