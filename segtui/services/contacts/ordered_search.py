"""Ordered search: a listing of contacts that searches in the order of the list, where a screen knows that order.

No contact is read or sorted for the order of a search then. The order is right as long as the database is in the state
that it was read in: each answer checks that after its last query, and is read in the usual way where it is not.
"""

from array import array
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, select

from segtui.database.tables.core_tables import companies, contacts, segments
from segtui.domain.criteria.fields import CUSTOM, FIELDS
from segtui.domain.criteria.tree import fields_of
from segtui.domain.search_terms import Search
from segtui.errors import SegtuiError
from segtui.services import search_index
from segtui.services.company_zone import company_day, stored_zone
from segtui.services.contacts import contact_query, field_columns
from segtui.services.contacts.access_path import FEW
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.contact_rows import COLUMNS, Contact, contact_of
from segtui.services.contacts.known_order import CompleteSearch, KnownOrder, OrderMemory
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.services.session import Session, Transaction, now

# Hits of the index that are put in order at once, and where the first matches are not near the beginning of the list:
# at least, and for how many contacts of the list one.
_FEW_CANDIDATES: Final = (5_000, 100)
_MANY_CANDIDATES: Final = (40_000, 25)
# Contacts whose texts are compared for the first rows: to learn whether matches are common, and at most.
_FEW_COMPARED: Final = 300
_MOST_COMPARED: Final = 2_000
# Contacts of a list up to which its matches are read by the access path of the list.
_OWN_PATH: Final = 50_000
_OF_OTHER_TABLES: Final = frozenset(("joined", "segment", "import", "campaign", "last_outcome", "last_called", "calls"))
_OWN_FIELDS: Final = frozenset(FIELDS) - _OF_OTHER_TABLES


@dataclass
class KnownOrderListing:
    """A listing of contacts with a memory of the list's order. `inner` is the listing without it."""

    inner: Listing[Contact]
    session: Session
    query: ContactQuery
    interrupt: Interrupt | None
    columns: Collection[str]
    memory: OrderMemory

    def __post_init__(self) -> None:
        """Begin without an answer."""
        self._everything = replace(self.query, search="")
        self._key = (self.session.company, self._everything)
        self._order: KnownOrder | None = None  # the order that the first rows came from
        self._ids: array[int] | None = None
        self._state_before: object = None  # before the first rows of an order that no index holds were read

    @property
    def search(self) -> Search:
        """The search text: the table highlights it."""
        return self.inner.search

    @property
    def matching(self) -> object:
        """The key of the matching contacts, independent of their order."""
        return self.inner.matching

    def first(self, limit: int) -> Sequence[Contact]:
        """Return the first contacts of the order."""
        rows = self._first_matches(limit) if self.search else self._first_of_all(limit)
        return self.inner.first(limit) if rows is None else rows

    def ids(self) -> "array[int]":
        """Return every contact's id, in order."""
        if self._ids is not None:
            return self._ids
        if not self.search:
            return self._all_ids()
        ids = None if self._order is None else self._matches_in(self._order)
        return self.inner.ids() if ids is None else ids

    def ready_ids(self) -> "array[int] | None":
        """Return what `ids` returns, where the first rows brought it along."""
        return self._ids

    def rows(self, ids: Sequence[int]) -> dict[int, Contact]:
        """Return the contacts with these ids."""
        return self.inner.rows(ids)

    def belonging(self, ids: Sequence[int]) -> set[int]:
        """Return those of `ids` that are in the segment, or exist at all in a list without a segment."""
        return self.inner.belonging(ids)

    def prepare_next(self) -> None:
        """Learn the order of the whole list where it is not known, for the next search. An error leaves it unknown."""
        if not self.memory.is_searching or not _is_simple(self.session, self.query):
            return
        with suppress(SegtuiError):
            if self.memory.order_of(self._key) is None and contact_query.is_indexed(self.query.sort):
                self._learn()
            self.memory.prepare()

    # Without a search

    def _first_of_all(self, limit: int) -> list[Contact] | None:
        """Return the first contacts, and note all ids, if the order is known."""
        order = self.memory.order_of(self._key)
        is_read_from_index = contact_query.is_indexed(self.query.sort)
        if not _is_simple(self.session, self.query) or (order is None and is_read_from_index):
            return None
        with self.session.read(self.interrupt) as tx:
            state = _state_of(tx, self.query)
            if order is None or order.state != state:
                # The first rows of other orders come with all ids, read from here on.
                self._state_before = None if is_read_from_index else state
                return None
            rows = self._page(tx, order.ids[:limit])
            # Fewer rows than asked for are the whole list: none of them may have gone meanwhile.
            if not self._is_right(tx, order):
                return None
            self._ids = order.ids
            return rows

    def _all_ids(self) -> "array[int]":
        if not _is_simple(self.session, self.query):
            return self.inner.ids()
        # An order that no index holds was read with its first rows.
        state = self._state(self.interrupt) if contact_query.is_indexed(self.query.sort) else self._state_before
        order = self.memory.order_of(self._key)
        if order is not None and order.state == state:
            return order.ids
        ids = self.inner.ids()
        self._remember(state, ids, self.interrupt)
        return ids

    def _learn(self) -> None:
        """Read the order, unless another thread reads it. A newer search does not stop that, but `OrderMemory.stop`."""
        interrupt = self.memory.begin_learning()
        if interrupt is None:
            return
        try:
            state = self._state(interrupt)
            with self.session.read(interrupt) as tx:
                ids = contact_query.ids(tx, self._everything)
            self._remember(state, ids, interrupt)
        finally:
            self.memory.end_learning()

    def _remember(self, state: object, ids: "array[int]", interrupt: Interrupt | None) -> None:
        """Remember the order of the whole list, if nothing changed while it was read."""
        if state is not None and self._state(interrupt) == state:
            self.memory.learn(KnownOrder(self._key, state, ids))

    def _state(self, interrupt: Interrupt | None) -> object:
        with self.session.read(interrupt) as tx:
            return _state_of(tx, self.query)

    # With a search

    def _first_matches(self, limit: int) -> list[Contact] | None:
        """Return the first matches, and note all of them where they come along; None where the order is not known."""
        order = self.memory.order_of(self._key)
        if order is None or not order.is_indexed or len(order.ids) <= FEW:
            return None
        with self.session.read(self.interrupt) as tx:
            if _state_of(tx, self.query) != order.state:
                self.memory.forget(order)
                return None
            self._order = order
            rows = self._first_in(tx, order, limit)
            if self._is_right(tx, order):
                return rows
        self._order = self._ids = None
        return None

    def _first_in(self, tx: Transaction, order: KnownOrder, limit: int) -> list[Contact]:
        wider = self.memory.wider_search(order, self.search)
        first_ids = self._first_candidates(tx, order, limit, _FEW_CANDIDATES)
        if first_ids is None:
            first_ids = self._compared(tx, order, order.ids if wider is None else wider.ids, limit)
        if first_ids is None:
            first_ids = self._first_candidates(tx, order, limit, _MANY_CANDIDATES)
        if first_ids is None:
            first_ids = self._complete(order, order.arrange(self._read_matches(tx, order)))[:limit]
        return self._page(tx, first_ids)

    def _first_candidates(
        self, tx: Transaction, order: KnownOrder, limit: int, most: tuple[int, int]
    ) -> "array[int] | None":
        """Return the first matches among the hits of the index; None where these are too many, or not to be had."""
        at_least, contacts_per_hit = most
        candidates, are_matches = self._candidates(tx, order, max(at_least, len(order.ids) // contacts_per_hit))
        if candidates is None:
            return None
        arranged = order.arrange(candidates)
        if are_matches:
            return self._complete(order, arranged)[:limit]
        return self._compared(tx, order, arranged, limit)

    def _candidates(
        self, tx: Transaction, order: KnownOrder, most: int | None = None
    ) -> "tuple[array[int] | None, bool]":
        """Return the ids that the index offers, and whether all of them match.

        The ids are None where the index has none, or more than `most`; without `most`, where any may not match.
        """
        offer = tx.backend.search.candidates(tx, self.search, self._condition(tx), order.id_range)
        if offer is None or (most is None and not offer.are_matches):
            return None, False
        ids = _packed(tx, offer.ids if most is None else offer.ids.limit(most + 1))
        return (None, False) if most is not None and len(ids) > most else (ids, offer.are_matches)

    def _compared(
        self, tx: Transaction, order: KnownOrder, candidates: "array[int]", limit: int
    ) -> "array[int] | None":
        """Return the first matches among candidates in their order; None where they are too rare among these."""
        matches, stop = array("q"), 0
        while stop < len(candidates) and len(matches) < limit:
            is_far = stop >= _FEW_COMPARED and limit * stop > _MOST_COMPARED * len(matches)
            if is_far or stop >= _MOST_COMPARED:
                return None
            start, stop = stop, min(len(candidates), _MOST_COMPARED, 2 * (stop + limit))
            ids = candidates[start:stop]
            tests = (tx.scope(contacts), tx.backend.id_in(contacts.c.id, ids), self._condition(tx))
            here = set(_packed(tx, select(contacts.c.id).where(*tests)))
            matches.extend(row_id for row_id in ids if row_id in here)
        if stop >= len(candidates):
            self._complete(order, matches)
        return matches[:limit]

    def _matches_in(self, order: KnownOrder) -> "array[int] | None":
        """Return all matches in their order; None where that is not right any more."""
        with self.session.read(self.interrupt) as tx:
            candidates, _ = self._candidates(tx, order)
            ids = order.arrange(self._read_matches(tx, order) if candidates is None else candidates)
            if not self._is_right(tx, order):
                return None
        self._complete(order, ids)
        return ids

    def _read_matches(self, tx: Transaction, order: KnownOrder) -> "array[int]":
        """Return the ids of all matches in no order, and perhaps others that are not in the list."""
        # In a large list every match of the company is read: to test for the segment and the filters takes longer.
        query = self.query if len(order.ids) <= _OWN_PATH else ContactQuery(search=self.query.search)
        return order.in_range(_packed(tx, contact_query.access_path_of(tx, query).read(select(contacts.c.id))))

    def _complete(self, order: KnownOrder, ids: "array[int]") -> "array[int]":
        self._ids = ids
        self.memory.completed(CompleteSearch(order, self.search, ids))
        return ids

    def _is_right(self, tx: Transaction, order: KnownOrder) -> bool:
        """Tell whether what was read in this order is right: nothing has changed since the order was read."""
        if _state_of(tx, self.query) == order.state:
            return True
        self.memory.forget(order)
        return False

    def _condition(self, tx: Transaction) -> ColumnElement[bool]:
        return search_index.condition(tx, contacts.c.search, self.search)

    def _page(self, tx: Transaction, ids: Sequence[int]) -> list[Contact]:
        """Return the contacts with these ids, in this order."""
        query = select(*COLUMNS).where(tx.scope(contacts), tx.backend.id_in(contacts.c.id, ids))
        rows = {row.id: row for row in tx.execute(query)}
        return self._with_columns(tx, [contact_of(rows[row_id]) for row_id in ids if row_id in rows])

    def _with_columns(self, tx: Transaction, page: Sequence[Contact]) -> list[Contact]:
        return list(field_columns.with_columns(tx, page, self.columns, self.query.viewed_segment))


def _is_simple(session: Session, query: ContactQuery) -> bool:
    """Tell whether the order of a list without its search depends on nothing but what `_state_of` covers."""
    fields = {query.sort, *fields_of(query.criteria)}
    is_own = all(name in _OWN_FIELDS or name.startswith(CUSTOM) for name in fields)
    return is_own and session.company is not None and query.results is None and not query.other_segments


def _state_of(tx: Transaction, query: ContactQuery) -> object:
    """Return a value that stays equal as long as the list of a query has the same order.

    It is None where nothing can be said: the segment is gone, or its members were computed for this day alone.
    """
    if tx.stale_rules is not None:
        return None
    of_company: tuple[ColumnElement[Any], ...] = (companies.c.contact_changes, companies.c.timezone, companies.c.region)
    statement = select(*of_company).where(companies.c.id == bindparam("company"))
    if query.segment_id is not None:
        members = (segments.c.contacts, segments.c.members_hash, segments.c.updated_at, segments.c.rule)
        statement = select(*of_company, *members).join_from(segments, companies)
        statement = statement.where(tx.scope(segments), segments.c.id == query.segment_id)
    row = tx.execute(statement).one_or_none()
    if row is None:
        return None
    # Criteria may count days back from today.
    today = None if query.criteria is None else company_day(now(), stored_zone(row.timezone))
    return tuple(row), today


def _packed(tx: Transaction, ids: Select[int]) -> "array[int]":
    """Return the ids of a statement of one column, in no order."""
    rows = ids.subquery()
    return tx.backend.unpack_ids(tx.execute(select(tx.backend.aggregate_ids(rows.c.id))).scalar_one())
