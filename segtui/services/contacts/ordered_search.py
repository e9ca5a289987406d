"""Ordered search: a listing of contacts that sorts the matches of a search by their positions in a known order.

No contact has to be read or sorted then. A known order is valid as long as the database is in the state in which it was
read. Every answer checks that state after its last query; where it is another one, the usual listing answers.
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
from segtui.services.contacts.contact_rows import Contact
from segtui.services.contacts.known_order import CompleteSearch, KnownOrder, OrderMemory
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.services.session import Session, Transaction, now

# Limits of the hits that are read from the index and put in order, each as (limit in a short list, contacts of the list
# for each hit in a long one). The first limit holds before texts are compared, the second after that found too few.
_FEW_CANDIDATES: Final = (5_000, 100)
_MANY_CANDIDATES: Final = (40_000, 25)
# Contacts whose texts are compared for the first rows: before the share of matches is estimated, and at most.
_FEW_COMPARED: Final = 300
_MOST_COMPARED: Final = 2_000
# Contacts of a list up to which its matches are read by its own access path, which tests its segment and filters.
_OWN_PATH: Final = 50_000
_OF_OTHER_TABLES: Final = frozenset(("joined", "segment", "import", "campaign", "last_outcome", "last_called", "calls"))
_OWN_FIELDS: Final = frozenset(FIELDS) - _OF_OTHER_TABLES


@dataclass
class KnownOrderListing:
    """A listing of contacts that uses the order in `memory`. `inner` is the listing without a known order."""

    inner: Listing[Contact]
    session: Session
    query: ContactQuery
    interrupt: Interrupt | None
    columns: Collection[str]
    memory: OrderMemory

    def __post_init__(self) -> None:
        """Initialise what the answers share."""
        self._everything = replace(self.query, search="")
        self._key = (self.session.company, self._everything)
        self._order: KnownOrder | None = None  # the order that the first rows came from
        self._ids: array[int] | None = None
        # The state of the database before the first rows were read, for an order that is in no index.
        self._state_before: object = None

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
        """Return what `ids` returns, where `first` has determined it already, else None."""
        return self._ids

    def rows(self, ids: Sequence[int]) -> dict[int, Contact]:
        """Return the contacts with these ids."""
        return self.inner.rows(ids)

    def belonging(self, ids: Sequence[int]) -> set[int]:
        """Return those of `ids` that are in the segment, or exist at all in a list without a segment."""
        return self.inner.belonging(ids)

    def prepare_next(self) -> None:
        """Read the order of the whole list where it is not known, for the next search. An error leaves it unknown."""
        if not self.memory.is_searching or not _has_lasting_order(self.session, self.query):
            return
        with suppress(SegtuiError):
            if self.memory.order_of(self._key) is None and contact_query.is_indexed(self.query.sort):
                self._read_order()
            self.memory.begin_search()

    # Without a search

    def _first_of_all(self, limit: int) -> list[Contact] | None:
        """Return the first contacts, and set `_ids`, where the order is known; else None."""
        order = self.memory.order_of(self._key)
        is_read_from_index = contact_query.is_indexed(self.query.sort)
        if not _has_lasting_order(self.session, self.query) or (order is None and is_read_from_index):
            return None
        with self.session.read(self.interrupt) as tx:
            state = _state_of(tx, self.query)
            if order is None or order.state != state:
                # Read before the first rows: `_all_ids` remembers the order only where this state still holds then.
                self._state_before = None if is_read_from_index else state
                return None
            rows = self._page(tx, order.ids[:limit])
            # Fewer rows than asked for are the whole list: none of them may have gone meanwhile.
            if not self._is_current(tx, order):
                return None
            self._ids = order.ids
            return rows

    def _all_ids(self) -> "array[int]":
        if not _has_lasting_order(self.session, self.query):
            return self.inner.ids()
        state = self._state(self.interrupt) if contact_query.is_indexed(self.query.sort) else self._state_before
        order = self.memory.order_of(self._key)
        if order is not None and order.state == state:
            return order.ids
        ids = self.inner.ids()
        self._remember(state, ids, self.interrupt)
        return ids

    def _read_order(self) -> None:
        """Read the order, unless another thread does. Only `OrderMemory.stop_reading` stops it, not a newer search."""
        interrupt = self.memory.begin_reading()
        if interrupt is None:
            return
        try:
            state = self._state(interrupt)
            with self.session.read(interrupt) as tx:
                ids = contact_query.ids(tx, self._everything)
            self._remember(state, ids, interrupt)
        finally:
            self.memory.end_reading()

    def _remember(self, state: object, ids: "array[int]", interrupt: Interrupt | None) -> None:
        """Remember the order of the whole list, if nothing changed while it was read."""
        if state is not None and self._state(interrupt) == state:
            self.memory.remember(KnownOrder(self._key, state, ids))

    def _state(self, interrupt: Interrupt | None) -> object:
        with self.session.read(interrupt) as tx:
            return _state_of(tx, self.query)

    # With a search

    def _first_matches(self, limit: int) -> list[Contact] | None:
        """Return the first matches, and set `_ids` where all matches were read; None where the order is not known."""
        order = self.memory.order_of(self._key)
        if order is None or not order.is_indexed or len(order.ids) <= FEW:
            return None
        with self.session.read(self.interrupt) as tx:
            if _state_of(tx, self.query) != order.state:
                self.memory.forget(order)
                return None
            self._order = order
            rows = self._first_in(tx, order, limit)
            if self._is_current(tx, order):
                return rows
        self._order = self._ids = None
        return None

    def _first_in(self, tx: Transaction, order: KnownOrder, limit: int) -> list[Contact]:
        """Return the first matches, from where they are cheapest: few hits, first texts, many hits, all matches."""
        wider = self.memory.wider_search(order, self.search)
        first_ids = self._first_candidates(tx, order, limit, _FEW_CANDIDATES)
        if first_ids is None:
            first_ids = self._first_by_text(tx, order, order.ids if wider is None else wider.ids, limit)
        if first_ids is None:
            first_ids = self._first_candidates(tx, order, limit, _MANY_CANDIDATES)
        if first_ids is None:
            first_ids = self._complete(order, order.arrange(self._read_matches(tx, order)))[:limit]
        return self._page(tx, first_ids)

    def _first_candidates(
        self, tx: Transaction, order: KnownOrder, limit: int, limits: tuple[int, int]
    ) -> "array[int] | None":
        """Return the first matches among the hits of the index; None where there are too many, or the index has no ids.

        `limits` is _FEW_CANDIDATES or _MANY_CANDIDATES.
        """
        of_short_list, contacts_per_hit = limits
        candidates, are_matches = self._candidates(tx, order, max(of_short_list, len(order.ids) // contacts_per_hit))
        if candidates is None:
            return None
        arranged = order.arrange(candidates)
        if are_matches:
            return self._complete(order, arranged)[:limit]
        return self._first_by_text(tx, order, arranged, limit)

    def _candidates(
        self, tx: Transaction, order: KnownOrder, max_count: int | None = None
    ) -> "tuple[array[int] | None, bool]":
        """Return the ids of the index's hits, and whether all of them match.

        The ids are None where the index has no ids, or more than `max_count` hits. Without `max_count`, they are also
        None where a hit may not match.
        """
        offer = tx.backend.search.candidates(tx, self.search, self._condition(tx), order.id_range)
        if offer is None or (max_count is None and not offer.are_matches):
            return None, False
        ids = _read_ids(tx, offer.ids if max_count is None else offer.ids.limit(max_count + 1))
        return (None, False) if max_count is not None and len(ids) > max_count else (ids, offer.are_matches)

    def _first_by_text(
        self, tx: Transaction, order: KnownOrder, candidates: "array[int]", limit: int
    ) -> "array[int] | None":
        """Return the first matches among candidates, by comparing their texts; None where too few of these match."""
        matches, stop = array("q"), 0
        while stop < len(candidates) and len(matches) < limit:
            are_rare = stop >= _FEW_COMPARED and limit * stop > _MOST_COMPARED * len(matches)
            if are_rare or stop >= _MOST_COMPARED:
                return None
            start, stop = stop, min(len(candidates), _MOST_COMPARED, 2 * (stop + limit))
            ids = candidates[start:stop]
            tests = (tx.scope(contacts), tx.backend.id_in(contacts.c.id, ids), self._condition(tx))
            matching = set(_read_ids(tx, select(contacts.c.id).where(*tests)))
            matches.extend(row_id for row_id in ids if row_id in matching)
        if stop >= len(candidates):
            self._complete(order, matches)
        return matches[:limit]

    def _matches_in(self, order: KnownOrder) -> "array[int] | None":
        """Return all matches in order; None where the order is out of date."""
        with self.session.read(self.interrupt) as tx:
            candidates, _ = self._candidates(tx, order)
            ids = order.arrange(self._read_matches(tx, order) if candidates is None else candidates)
            if not self._is_current(tx, order):
                return None
        self._complete(order, ids)
        return ids

    def _read_matches(self, tx: Transaction, order: KnownOrder) -> "array[int]":
        """Return the ids of all matches in no order, and perhaps others that are not in the list."""
        # In a large list every match of the company is read: to test for the segment and the filters takes longer.
        query = self.query if len(order.ids) <= _OWN_PATH else ContactQuery(search=self.query.search)
        return order.in_range(_read_ids(tx, contact_query.access_path_of(tx, query).read(select(contacts.c.id))))

    def _complete(self, order: KnownOrder, ids: "array[int]") -> "array[int]":
        self._ids = ids
        self.memory.remember_search(CompleteSearch(order, self.search, ids))
        return ids

    def _is_current(self, tx: Transaction, order: KnownOrder) -> bool:
        """Return True if nothing has changed since the order was read, and so all that was read in it is right."""
        if _state_of(tx, self.query) == order.state:
            return True
        self.memory.forget(order)
        return False

    def _condition(self, tx: Transaction) -> ColumnElement[bool]:
        return search_index.condition(tx, contacts.c.search, self.search)

    def _page(self, tx: Transaction, ids: Sequence[int]) -> list[Contact]:
        """Return the contacts with these ids, in this order."""
        rows = field_columns.read_contacts(tx, ids, self.columns, self.query.viewed_segment)
        return [rows[row_id] for row_id in ids if row_id in rows]


def _has_lasting_order(session: Session, query: ContactQuery) -> bool:
    """Return True if every change of the list's order, without its search, is a change of `_state_of`."""
    fields = {query.sort, *fields_of(query.criteria)}
    is_own = all(name in _OWN_FIELDS or name.startswith(CUSTOM) for name in fields)
    return is_own and session.company is not None and query.results is None and not query.other_segments


def _state_of(tx: Transaction, query: ContactQuery) -> object:
    """Return a value that stays equal as long as the list of a query, without its search, has the same order.

    None where there is no such value: the segment is gone, or its members were computed for this day alone. Other than
    `change_watcher.state_of`, which tells whether a screen has to be read again, it covers the members of the segment.
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
    # Criteria with relative days select other contacts tomorrow.
    today = None if query.criteria is None else company_day(now(), stored_zone(row.timezone))
    return tuple(row), today


def _read_ids(tx: Transaction, ids: Select[int]) -> "array[int]":
    """Return the ids that a statement of one column selects, in no order."""
    rows = ids.subquery()
    return tx.backend.unpack_ids(tx.execute(select(tx.backend.aggregate_ids(rows.c.id))).scalar_one())
