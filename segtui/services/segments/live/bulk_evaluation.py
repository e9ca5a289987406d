"""Evaluation of rules in the database: one pass over the touched contacts for all rules, then one move per segment.

The results of all rules for a contact are bits of one row in a temporary table, beside whether it can be called. A rule
that names a live segment is evaluated after that segment's members moved.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Table,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
)

from segtui.database.tables.core_tables import Id, contacts, memberships
from segtui.domain.criteria.tree import comparisons
from segtui.services.criteria import criteria_sql
from segtui.services.criteria.criteria_columns import ContactColumns, computed
from segtui.services.segments import segment_rows
from segtui.services.segments.live import member_hash
from segtui.services.segments.live.callable_counts import can_be_called
from segtui.services.segments.live.contact_set import ContactSet
from segtui.services.segments.live.member_counts import MemberCounts
from segtui.services.segments.live.rules import EVERY_FIELD, LiveSegment
from segtui.services.segments.segment_rows import in_segment
from segtui.services.session import Transaction

CREATED: Final = 1
"""The batch of touched contacts that were made in this transaction, and are in no live segment yet."""
_BITS: Final = 60
"""Rules in one pass: bits of one integer."""
_VALUES: Final = 10_000
"""Values that the rules of one pass compare with, unless one rule has more: a statement takes so many parameters."""
_results = Table(
    "rule_results",
    MetaData(),
    Column("contact_id", BigInteger, primary_key=True, autoincrement=False),
    Column("is_new", Integer, nullable=False),
    Column("callable", Integer, nullable=False),
    Column("hash", BigInteger, nullable=False),  # `member_hash.hash_of`
    Column("bits", BigInteger, nullable=False),
    prefixes=["TEMPORARY"],
)


class _Members(NamedTuple):
    """Members of one segment among the touched contacts: all, the callable ones, their hash, those that leave."""

    total: int = 0
    callable: int = 0
    hash: int = 0
    leaving: int = 0


@dataclass(frozen=True, slots=True)
class _Bit:
    """A live segment with its bit in the results."""

    segment: LiveSegment
    mask: int

    @property
    def is_set(self) -> ColumnElement[bool]:
        """The condition that its rule holds."""
        return _results.c.bits.bitwise_and(literal(self.mask, BigInteger)) != 0


def evaluate(
    tx: Transaction,
    live: Sequence[LiveSegment],
    touched: ContactSet,
    sources: set[str],
    counts: MemberCounts,
    today: date,
) -> None:
    """Bring the memberships of many contacts in step with the rules that read one of `sources`.

    `touched` must be in the database, and no contact lifted. Otherwise like `small_evaluation.evaluate`.
    """
    waiting = list(live)
    timestamp: int | None = None
    while waiting:
        level, waiting = _level(waiting)
        affected = [
            segment for segment in level if EVERY_FIELD in sources or not sources.isdisjoint(segment.rule.sources)
        ]
        for together in _passes(affected):
            bits = [_Bit(segment, 1 << number) for number, segment in enumerate(together)]
            timestamp = segment_rows.stamp(tx) if timestamp is None else timestamp
            with _evaluated(tx, bits, touched, today):
                sources |= _move(tx, bits, counts, timestamp)


def _level(waiting: Sequence[LiveSegment]) -> tuple[list[LiveSegment], list[LiveSegment]]:
    """Return the segments whose rules name none of those that wait, and the rest."""
    ids = {segment.id for segment in waiting}
    level = [segment for segment in waiting if segment.rule.segment_ids.isdisjoint(ids - {segment.id})]
    if not level:  # a cycle, which `rules.demand_valid` forbids
        return list(waiting), []
    return level, [segment for segment in waiting if segment not in level]


def _passes(affected: Sequence[LiveSegment]) -> Iterator[list[LiveSegment]]:
    """Yield segments that are evaluated together."""
    together: list[LiveSegment] = []
    total = 0
    for segment in affected:
        count = sum(len(comparison.values) for comparison in comparisons(segment.rule.criteria))
        if together and (len(together) == _BITS or total + count > _VALUES):
            yield together
            together, total = [], 0
        together.append(segment)
        total += count
    if together:
        yield together


@contextmanager
def _evaluated(tx: Transaction, bits: Sequence[_Bit], touched: ContactSet, today: date) -> Iterator[None]:
    """Fill the table of results."""
    _results.create(tx.connection)
    is_new = select(case((touched.table.c.batch == CREATED, 1), else_=0)).where(
        touched.table.c.contact_id == contacts.c.id
    )
    # No join: SQLite would walk all contacts to find the touched ones.
    is_touched = contacts.c.id.in_(select(touched.table.c.contact_id))
    query, names = computed(tx, [bit.segment.rule.criteria for bit in bits], is_touched)
    query = query.add_columns(
        is_new.scalar_subquery().label("is_new"), case((can_be_called(), 1), else_=0).label("callable")
    )
    # Materialised: 20 rules fold each value of a contact once, not 20 times.
    values = query.cte("touched_values").prefix_with("MATERIALIZED")
    columns = ContactColumns(tx, values, names)
    holding: ColumnElement[Any] = literal(0, BigInteger)
    for bit in bits:
        condition = criteria_sql.condition(tx, bit.segment.rule.criteria, today=today, columns=columns)
        holding = holding + case((condition, literal(bit.mask, BigInteger)), else_=literal(0, BigInteger))
    hash_ = member_hash.hash_of(values.c.id).label("hash")
    rows = select(values.c.id, values.c.is_new, values.c.callable, hash_, holding.label("bits")).subquery()
    # A new contact that satisfies no rule moves nowhere.
    moving = select(*rows.c).where(or_(rows.c.is_new == 0, rows.c.bits != 0))
    tx.execute(insert(_results).from_select([c.name for c in _results.c], moving))
    tx.backend.analyze(tx.connection, _results)
    yield
    _results.drop(tx.connection)


def _move(tx: Transaction, bits: Sequence[_Bit], counts: MemberCounts, timestamp: int) -> set[str]:
    """Move members in and out. Return the sources of the segments that any moved in or out of."""
    before = _members(tx, bits)
    sums = [func.coalesce(func.sum(case((bit.is_set, value), else_=0)), 0) for bit in bits for value in _COUNTED]
    row = tx.execute(select(*sums)).one()
    moved = set()
    for number, bit in enumerate(bits):
        holding, can_be_called_, hash_ = map(int, row[3 * number : 3 * number + 3])
        members = before.get(bit.segment.id, _Members())
        joining = holding - (members.total - members.leaving)
        if not joining and not members.leaving:
            continue
        moved.add(bit.segment.source)
        if joining:
            _join(tx, bit, timestamp, has_members=members.total > 0)
        if members.leaving:
            _leave(tx, bit)
        counts.add_callable(bit.segment.id, can_be_called_ - members.callable)
        counts.add_members(bit.segment.id, joining - members.leaving, timestamp)
        counts.moved(bit.segment.id, joining, members.leaving, hash_ - members.hash)
    return moved


_COUNTED: Final[tuple[ColumnElement[int], ...]] = (literal(1, Integer), _results.c.callable, _results.c.hash)


def _members(tx: Transaction, bits: Sequence[_Bit]) -> dict[int, _Members]:
    """Return the present members of the segments among the contacts that existed before."""
    if tx.execute(select(_results.c.contact_id).where(_results.c.is_new == 0).limit(1)).first() is None:
        return {}
    live = [bit for bit in bits if bit.segment.contacts]
    if not live:
        return {}
    segment_id = memberships.c.segment_id
    masks = {bit.segment.id: literal(bit.mask, BigInteger) for bit in live}
    holds = _results.c.bits.bitwise_and(case(masks, value=segment_id, else_=literal(0, BigInteger))) != 0
    query = (
        select(segment_id, func.count(), *map(func.sum, (*_COUNTED[1:], case((holds, 0), else_=1))))
        .select_from(memberships)
        .join(_results, _results.c.contact_id == memberships.c.contact_id)
        .where(tx.whole_scope(memberships), _results.c.is_new == 0, segment_id.in_(list(masks)))
        .group_by(segment_id)
    )
    return {row[0]: _Members(*map(int, row[1:])) for row in tx.execute(query)}


def _join(tx: Transaction, bit: _Bit, timestamp: int, *, has_members: bool) -> None:
    inside = exists(
        select(literal(1)).where(in_segment(tx, bit.segment.id), memberships.c.contact_id == _results.c.contact_id)
    )
    company_id, segment_id = bindparam("company", type_=Id), literal(bit.segment.id, Id)
    rows = select(company_id, segment_id, _results.c.contact_id, literal(timestamp, Id), null()).where(bit.is_set)
    if has_members:
        rows = rows.where(or_(_results.c.is_new == 1, ~inside))
    tx.execute(insert(memberships).from_select(memberships.c.keys(), rows.order_by(_results.c.contact_id)))


def _leave(tx: Transaction, bit: _Bit) -> None:
    gone = select(_results.c.contact_id).where(_results.c.is_new == 0, ~bit.is_set)
    tx.execute(delete(memberships).where(in_segment(tx, bit.segment.id), memberships.c.contact_id.in_(gone)))
