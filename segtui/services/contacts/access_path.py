"""Access paths to the contacts of a query: a test of every contact, or a smaller group that is read first."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, literal, select, true

from segtui.database.tables.core_tables import contacts, memberships
from segtui.domain import search_terms
from segtui.domain.criteria.tree import Comparison, Criteria
from segtui.domain.search_terms import Search
from segtui.services import search_index
from segtui.services.contacts.outcome_filter import Results
from segtui.services.criteria import criteria_groups, criteria_names, criteria_sql
from segtui.services.criteria.criteria_groups import CriteriaGroup
from segtui.services.session import Transaction

# Contacts that are read and sorted without looking for a better plan.
FEW = 5_000
# Fields with an index of what their criteria compare.
_RANGED = ("name", "phone")


@dataclass(frozen=True)
class _Group:
    """A segment, an audience or another small group: its size at most, its contacts' ids, and a test of a contact."""

    size: int
    ids: Select[int]
    test: ColumnElement[bool]


@dataclass
class AccessPath:
    """The contacts of any of some segments (all contacts without a segment) that match a search and criteria.

    `criteria` are bound. With `results`, only contacts with these results in a campaign.
    """

    tx: Transaction
    segment_ids: Sequence[int]
    search: Search
    criteria: Criteria | None = None
    results: Results | None = None

    @property
    def is_everybody(self) -> bool:
        """True if the query has no condition."""
        return not self.is_within and not self.search and not self.has_criteria

    def is_range_of(self, sort: str) -> bool:
        """Tell whether the contacts of the query are one range of the index of an order."""
        only = self.criteria
        is_range = isinstance(only, Comparison) and only.field == sort and only.operator in ("=", "^")
        return is_range and sort in _RANGED and not (self.is_within or self.search)

    @property
    def has_criteria(self) -> bool:
        """True if criteria select contacts."""
        return self.criteria is not None

    @property
    def is_within(self) -> bool:
        """True if the query is limited to segments or a campaign."""
        return bool(self.segment_ids) or self.results is not None

    @cached_property
    def tests(self) -> ColumnElement[bool]:
        """The condition that a contact is one of them."""
        return and_(self._matching, *(group.test for group in self._own_groups))

    @property
    def are_apart(self) -> bool:
        """True if the search needs an index query of its own, which a test of each contact would not use."""
        return bool(self._narrowing) and self.tx.backend.search.is_queried_apart(self.tx)

    @cached_property
    def are_few(self) -> bool:
        """True if reading all contacts of the query is the fastest way."""
        return self._are_few_members or self.fewer_are_offered(FEW)

    @property
    def has_small_group(self) -> bool:
        """True if the query is within a segment or audience that is known to have few contacts."""
        return bool(self._stored_groups) and self._stored_groups[0].size <= FEW

    @cached_property
    def is_searched(self) -> bool:
        """True if an index of search texts can serve the query, so that few matches are found without a walk."""
        return bool(self.search or criteria_sql.clauses(self.criteria))

    def fewer_are_offered(self, than: int) -> bool:
        """Tell whether the search index is known to narrow the search and criteria to fewer than `than` contacts."""
        return bool(self._narrowing) and self.tx.backend.search.offers_fewer(self.tx, self._narrowing, than)

    def read(self, columns: Select[Any]) -> Select[Any]:
        """Return the `columns` of all contacts of the query, in no order.

        They are read by the index, the segment or the campaign, whichever is smallest, or else as they are stored.
        PostgreSQL plans by itself.
        """
        if self._members_are_fewer:
            fewest, *others = self._groups
            tests = (contacts.c.id.in_(fewest.ids), self._matching, *(group.test for group in others))
            return self.tx.backend.planner.by_id(self.tx, columns.where(*tests), contacts)
        if self._narrowing:
            hits = self.tx.backend.search.hits(self.tx, self._narrowing)
            return self.tx.backend.planner.by_id(self.tx, columns.where(hits, self.tests), contacts)
        return self.tx.backend.planner.as_stored(self.tx, columns.where(self.tests), contacts)

    @cached_property
    def _matching(self) -> ColumnElement[bool]:
        """The condition, but for the segment and the campaign."""
        conditions = [
            self.tx.scope(contacts),
            search_index.condition(self.tx, contacts.c.search, self.search),
        ]
        if self.criteria is not None:
            viewed = self.segment_ids[0] if len(self.segment_ids) == 1 else None
            conditions.append(criteria_sql.condition(self.tx, self.criteria, segment_id=viewed))
        return and_(*conditions)

    @cached_property
    def _narrowing(self) -> Search:
        """The search clauses that the trigram index has to be queried for; empty where conditions use it."""
        if not self.tx.backend.search.narrows(self.tx):
            return ()
        return (*self.search, *criteria_sql.clauses(self.criteria))

    @cached_property
    def _own_groups(self) -> Sequence[_Group]:
        """The segment and the campaign audience of the query."""
        groups = []
        if self.segment_ids:
            groups.append(_members(self.tx, self.segment_ids))
        if self.results is not None:
            groups.append(_Group(self.results.most(self.tx), self.results.ids(self.tx), self.results.test(self.tx)))
        return groups

    @cached_property
    def _stored_groups(self) -> Sequence[_Group]:
        """The groups of the query and of its criteria whose sizes are stored, the smallest first."""
        criteria = criteria_groups.stored(self.tx, self.criteria)
        return sorted((*self._own_groups, *map(_tested_elsewhere, criteria)), key=_size)

    @cached_property
    def _groups(self) -> Sequence[_Group]:
        """All groups of the query and of its criteria, the smallest first."""
        if self.has_small_group:
            return self._stored_groups
        criteria = criteria_groups.counted(self.tx, self.criteria)
        return sorted((*self._stored_groups, *map(_tested_elsewhere, criteria)), key=_size)

    @cached_property
    def _are_few_members(self) -> bool:
        return bool(self._groups) and self._groups[0].size <= FEW

    @cached_property
    def _members_are_fewer(self) -> bool:
        if not self._groups or self._are_few_members:
            return bool(self._groups)
        return not self.tx.backend.search.is_better_than(self.tx, self._narrowing, self._groups[0].size)


def access_path(
    tx: Transaction,
    segment_ids: Sequence[int],
    search: str,
    criteria: Criteria | None,
    results: Results | None,
) -> AccessPath:
    """Return the access path of a query whose criteria have names. Raises InvalidInput for an unknown name."""
    bound = None if criteria is None else criteria_names.bind(tx, criteria)
    return AccessPath(tx, segment_ids, search_terms.parse(search), bound, results)


def _tested_elsewhere(group: CriteriaGroup) -> _Group:
    """Return a group of criteria, which are tested as a whole."""
    return _Group(group.size, group.ids, true())


def _size(group: _Group) -> int:
    return group.size


def _members(tx: Transaction, segment_ids: Sequence[int]) -> _Group:
    group = criteria_groups.members(tx, segment_ids)
    inside = exists(
        select(literal(1)).where(
            memberships.c.company_id == contacts.c.company_id,
            memberships.c.segment_id.in_(segment_ids),
            memberships.c.contact_id == contacts.c.id,
        )
    )
    return _Group(group.size, group.ids, inside)
