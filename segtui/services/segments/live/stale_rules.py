"""Rules that are due while the database cannot be written: their members are evaluated by each read.

A transaction that only reads sees the contacts that satisfy these rules now, in place of the stored members. Its
statements are rewritten: `memberships` becomes a query, and the counts of segments become those of that query. There is
no temporary table, because a replica refuses one. A query that names segments by their ids evaluates the rules of those
alone.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from datetime import date
from typing import Any, Final, TypeVar

from sqlalchemy import (
    CTE,
    Alias,
    BinaryExpression,
    BindParameter,
    BooleanClauseList,
    ClauseElement,
    Column,
    ColumnClause,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.sql import operators
from sqlalchemy.sql.visitors import ExternallyTraversible, iterate, replacement_traverse

from segtui.database.tables.core_tables import Id, companies, contacts, memberships, segments
from segtui.services import session as sessions
from segtui.services.company_zone import company_day, end_of_day, stored_zone
from segtui.services.criteria import criteria_sql
from segtui.services.segments.live import rules
from segtui.services.segments.live.callable_counts import can_be_called
from segtui.services.segments.live.rules import LiveSegment
from segtui.services.session import Transaction

_COUNTS: Final = ("contacts", "callable")
_MAX_QUERIES: Final = 400
"""Queries in one UNION, or twice as many columns; SQLite takes 500 and 2,000."""
Tests = tuple[ColumnElement[bool], ...]
Statement = TypeVar("Statement", bound=ClauseElement)


def read(tx: Transaction) -> "StaleRules | None":
    """Return the rules that are due, and those that name them; None without any."""
    columns = (segments.c.id, segments.c.company_id, segments.c.name, segments.c.rule, segments.c.changes_at)
    query = select(*columns, companies.c.timezone).where(tx.scope(segments), segments.c.rule.is_not(None))
    query = query.join_from(segments, companies, segments.c.company_id == companies.c.id)
    rows = {row.id: row for row in tx.execute(query)}
    live = [LiveSegment(row.id, row.name, rules.parsed(row.rule), 0, row.changes_at) for row in rows.values()]
    now = sessions.now()
    days: dict[int, date] = {}
    levels: dict[int, int] = {}
    for segment in rules.ordered(live):
        zone = stored_zone(rows[segment.id].timezone)
        days[segment.id] = company_day(now, zone)
        named = [levels[key] + 1 for key in segment.rule.segment_ids if key in levels]
        if named or segment.changes_at not in (None, end_of_day(days[segment.id], zone)):
            levels[segment.id] = max(named, default=0)
    if not levels:
        return None
    stale = StaleRules(tx, now)
    for level in range(max(levels.values()) + 1):
        conditions = {}
        for segment in live:
            if levels.get(segment.id) == level:
                company_id = rows[segment.id].company_id
                condition = criteria_sql.condition(
                    tx, segment.rule.criteria, today=days[segment.id], company_id=company_id
                )
                conditions[segment.id] = and_(tx.scope(contacts), contacts.c.company_id == company_id, condition)
        stale.add_level(conditions)
    return stale


class StaleRules:
    """The rules whose stored members are those of another day.

    They come in levels: rules name only segments of lower levels. Each rule is a CTE, because SQLite refuses deeply
    nested statements.
    """

    def __init__(self, tx: Transaction, now: int) -> None:
        self._tx = copy(tx)  # a copy, whose statements are not rewritten
        self._now = now
        self._conditions: dict[int, ColumnElement[bool]] = {}
        self._evaluated: dict[int, CTE] = {}
        self._aliases: dict[tuple[str, frozenset[int], bool, Tests], FromClause] = {}
        self._counts: dict[int, tuple[int, int]] = {}

    def add_level(self, conditions: Mapping[int, ColumnElement[bool]]) -> None:
        """Add rules by the ids of their segments, as conditions on contacts."""
        level = {key: self.rewritten(condition) for key, condition in conditions.items()}
        self._conditions |= level
        for key, condition in level.items():
            self._evaluated[key] = _inline(self._evaluation(key, condition), f"members_of_{key}")

    def rewritten(self, statement: Statement) -> Statement:
        """Return a statement that reads the present members and counts."""
        return self._rewritten(statement, select()) if self._conditions else statement

    def _rewritten(self, statement: Statement, query: Select[Any]) -> Statement:
        """Rewrite a statement. `query` is the innermost query that it is, or an empty one."""

        def replacement(element: ExternallyTraversible, **_: object) -> ExternallyTraversible | None:
            if isinstance(element, Select) and element is not query:
                return self._rewritten(element, element)
            if _is_memberships(element):
                return self._members_as(element, query)  # type: ignore[arg-type]
            if not isinstance(element, Column):
                return None
            if _is_memberships(element.table):
                members = self._members_as(element.table, query)
                return None if members is None else members.c[element.key]
            if element.table is segments and element.name in _COUNTS:
                return self._count(element, _limited_to(query, segments.c.id))
            return None

        return replacement_traverse(statement, {}, replacement)  # type: ignore[return-value]

    def _members_as(self, table: FromClause, query: Select[Any]) -> FromClause | None:
        """Return the present members in place of the table of memberships, or of an alias of it, as a query reads them.

        None where it reads only members of other segments.
        """
        segment_ids = _limited_to(query, table.c.segment_id)
        stale = self._conditions.keys() if segment_ids is None else self._conditions.keys() & segment_ids
        if not stale:
            return None
        tests = _tests_of(query, table.c.contact_id)
        name: str = table.name  # type: ignore[attr-defined]
        key = name, frozenset(stale), segment_ids is not None and stale == segment_ids, tests
        if key not in self._aliases:
            self._aliases[key] = self._members(*key[1:]).alias(f"{name}_{len(self._aliases)}")
        return self._aliases[key]

    def _members(self, stale: frozenset[int], are_all: bool, tests: Tests) -> CTE:
        """Return the members of stale segments and, unless `are_all`, the stored members of all other segments.

        `tests` are conditions on contact ids: SQLite evaluates a whole UNION before it tests a row.
        """
        if are_all and len(stale) == 1:
            return self._evaluated[next(iter(stale))]
        queries: list[Any] = []
        for segment_id in sorted(stale):
            members = self._evaluated[segment_id]
            queries.append(select(members).where(*(_of_column(test, members.c.contact_id) for test in tests)))
        name = f"members_{len(self._aliases)}"
        if len(queries) > _MAX_QUERIES:
            parts = [queries[first : first + _MAX_QUERIES] for first in range(0, len(queries), _MAX_QUERIES)]
            queries = [select(_inline(union_all(*part), f"{name}_{number}")) for number, part in enumerate(parts)]
        stored = select(*memberships.c).where(
            self._tx.whole_scope(memberships), memberships.c.segment_id.not_in(sorted(self._conditions))
        )
        return _inline(union_all(stored, *queries), name)

    def _evaluation(self, segment_id: int, condition: ColumnElement[bool]) -> Select[Any]:
        """Return the memberships that a rule gives; stored ones keep the time at which they began."""
        m = memberships.c
        stored = (m.company_id == contacts.c.company_id, m.segment_id == segment_id, m.contact_id == contacts.c.id)
        joined = select(m.added_at).where(*stored).correlate(contacts).scalar_subquery()
        values: dict[str, ColumnElement[Any]] = {
            "company_id": contacts.c.company_id,
            "segment_id": literal(segment_id, Id),
            "contact_id": contacts.c.id,
            "added_at": func.coalesce(joined, literal(self._now, Id)),
            "import_id": cast(null(), Id),
        }
        return select(*(values[column.name].label(column.name) for column in memberships.c)).where(condition)

    def _count(self, column: Column[Any], segment_ids: Collection[int] | None) -> ColumnElement[int] | None:
        """Return the column of a count, with the present number for those stale segments that the query reads."""
        stale = [key for key in self._conditions if segment_ids is None or key in segment_ids]
        self._count_members([key for key in stale if key not in self._counts])
        position = _COUNTS.index(column.name)
        numbers = {key: literal(self._counts[key][position], column.type) for key in stale}
        return case(numbers, value=segments.c.id, else_=column).label(column.name) if numbers else None

    def _count_members(self, segment_ids: Sequence[int]) -> None:
        """Count the contacts of segments, and how many of them can be called, by one scan for many rules."""
        for first in range(0, len(segment_ids), _MAX_QUERIES):
            part = segment_ids[first : first + _MAX_QUERIES]
            numbers = [
                func.coalesce(func.sum(case((test, 1), else_=0)), 0)
                for condition in map(self._conditions.__getitem__, part)
                for test in (condition, condition & can_be_called())
            ]
            row = self._tx.execute(select(*numbers).select_from(contacts).where(self._tx.scope(contacts))).one()
            self._counts |= {key: (row[2 * index], row[2 * index + 1]) for index, key in enumerate(part)}


def _inline(query: Select[Any] | CompoundSelect[Any], name: str) -> CTE:
    """Return a CTE that a statement computes only for the rows it needs, even if it names the CTE several times."""
    return query.cte(name).prefix_with("NOT MATERIALIZED")


def _is_memberships(element: object) -> bool:
    """Tell whether an element of a statement is the table of memberships or an alias of it."""
    return element is memberships or (isinstance(element, Alias) and element.element is memberships)


def _limited_to(query: Select[Any], column: ColumnElement[int]) -> frozenset[int] | None:
    """Return the values that the conditions of a query limit a column to; None where none does."""
    for test in _conjuncts(query.whereclause):
        if isinstance(test, BinaryExpression) and test.left is column and isinstance(test.right, BindParameter):
            if test.operator is operators.eq and isinstance(test.right.value, int):
                return frozenset((test.right.value,))
            if test.operator is operators.in_op and test.right.expanding:
                return frozenset(test.right.value or ())
    return None


def _tests_of(query: Select[Any], column: ColumnElement[int]) -> Tests:
    """Return the conditions of a query that are about this column alone."""

    def is_of_column(test: ColumnElement[bool]) -> bool:
        parts = [part for part in iterate(test) if isinstance(part, ColumnClause | Select)]
        return bool(parts) and all(part is column for part in parts)

    return tuple(filter(is_of_column, _conjuncts(query.whereclause)))


def _of_column(test: ColumnElement[bool], column: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the same condition about another column."""

    def replacement(element: ExternallyTraversible, **_: object) -> ColumnElement[Any] | None:
        return column if isinstance(element, ColumnClause) else None

    return replacement_traverse(test, {}, replacement)


def _conjuncts(test: ColumnElement[bool] | None) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions that must all hold."""
    if isinstance(test, BooleanClauseList) and test.operator is operators.and_:
        for part in test.clauses:
            yield from _conjuncts(part)
    elif test is not None:
        yield test
