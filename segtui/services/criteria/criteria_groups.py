"""Groups of contacts that contain all matches of criteria, so that a query can begin with the smallest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Select, Table, and_, func, literal, select

from segtui.database.tables.campaign_tables import campaign_contacts, campaign_counts
from segtui.database.tables.core_tables import contact_calls, contacts, memberships, segments
from segtui.domain.criteria.tree import POSITIVES, Comparison, Criteria, conjuncts
from segtui.services.criteria import criteria_sql
from segtui.services.session import Transaction

LARGE: Final = 50_000
"""Rows that are counted of a group whose size is not stored; a larger group is no better than all contacts."""


@dataclass(frozen=True, slots=True)
class CriteriaGroup:
    """The contacts that fulfil one part of criteria: a query for their ids, and an upper bound of their number."""

    size: int
    ids: Select[int]


def stored(tx: Transaction, bound: Criteria | None) -> list[CriteriaGroup]:
    """Return the segments and audiences that hold every contact that fulfils bound criteria; their sizes are stored."""
    groups = []
    for part in _comparisons(bound):
        if part.field in ("segment", "campaign") and part.values:
            ids = [int(value) for value in part.values]
            groups.append(members(tx, ids) if part.field == "segment" else _audience(tx, ids))
    return groups


def counted(tx: Transaction, bound: Criteria | None) -> list[CriteriaGroup]:
    """Return the calls and the phones that hold every contact that fulfils bound criteria, unless they are many."""
    groups: list[CriteriaGroup] = []
    of_calls = [test for part in _comparisons(bound) if (test := criteria_sql.calls(tx, part)) is not None]
    if of_calls:
        groups += _counted(tx, contact_calls, contact_calls.c.contact_id, and_(*of_calls))
    for part in _comparisons(bound):
        if part.field == "phone" and part.operator in ("=", "in", "^"):
            groups += _counted(tx, contacts, contacts.c.id, criteria_sql.condition(tx, part))
    return groups


def members(tx: Transaction, segment_ids: Sequence[int]) -> CriteriaGroup:
    """Return the members of any of these segments."""
    size = select(func.sum(segments.c.contacts)).where(tx.scope(segments), segments.c.id.in_(segment_ids))
    mine = criteria_sql.one_of(memberships.c.segment_id, segment_ids)
    ids = select(memberships.c.contact_id).where(tx.scope(memberships), mine)
    return CriteriaGroup(int(tx.execute(size).scalar() or 0), ids)


def _comparisons(bound: Criteria | None) -> Iterator[Comparison]:
    """Yield the positive comparisons that must all hold."""
    for part in conjuncts(bound):
        if isinstance(part, Comparison) and part.operator not in POSITIVES:
            yield part


def _audience(tx: Transaction, campaign_ids: Sequence[int]) -> CriteriaGroup:
    size = select(func.sum(campaign_counts.c.contacts)).where(
        tx.scope(campaign_counts), campaign_counts.c.campaign_id.in_(campaign_ids)
    )
    ids = select(campaign_contacts.c.contact_id).where(
        tx.scope(campaign_contacts), criteria_sql.one_of(campaign_contacts.c.campaign_id, campaign_ids)
    )
    return CriteriaGroup(int(tx.execute(size).scalar() or 0), ids)


def _counted(
    tx: Transaction, table: Table, contact_id: ColumnElement[int], test: ColumnElement[bool]
) -> Iterator[CriteriaGroup]:
    """Yield the contacts of the rows of a table that pass a test, unless they are many."""
    rows = select(literal(1)).select_from(table).where(tx.scope(table), test).limit(LARGE).subquery()
    size = int(tx.execute(select(func.count()).select_from(rows)).scalar_one())
    if size < LARGE:
        yield CriteriaGroup(size, select(contact_id).where(tx.scope(table), test))
