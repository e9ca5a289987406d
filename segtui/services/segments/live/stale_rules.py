"""Rules that are due while the database cannot be written: their members are evaluated where they are read.

A transaction that only reads sees the contacts that satisfy these rules now in place of the stored members. Its
statements are rewritten: `memberships` becomes a query, and the counts of segments become those of that query. It
needs no temporary table, which a replica refuses.
"""

from collections.abc import Mapping
from copy import copy
from datetime import date
from functools import cached_property
from typing import Any, Final, TypeVar

from sqlalchemy import (
    CTE,
    Alias,
    ClauseElement,
    Column,
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
from sqlalchemy.sql.visitors import ExternallyTraversible, replacement_traverse

from segtui.database.tables.core_tables import Id, companies, contacts, memberships, segments
from segtui.services import session as sessions
from segtui.services.company_zone import company_day, end_of_day
from segtui.services.criteria import criteria_sql
from segtui.services.segments.live import day_change, rules
from segtui.services.segments.live.callable_counts import can_be_called
from segtui.services.segments.live.rules import LiveSegment
from segtui.services.session import Transaction

_COUNTS: Final = ("contacts", "callable")
_stale = segments.alias("stale_segments")
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
        zone = day_change.zone_of(rows[segment.id])
        days[segment.id] = company_day(now, zone)
        named = [levels[key] + 1 for key in segment.rule.segment_ids if key in levels]
        if named or segment.changes_at not in (None, end_of_day(days[segment.id], zone)):
            levels[segment.id] = max(named, default=0)
    if not levels:
        return None
    stale = StaleRules(tx, now)
    for level in range(max(levels.values()) + 1):
        stale.add_level(
            {
                segment.id: criteria_sql.condition(
                    tx,
                    segment.rule.criteria,
                    today=days[segment.id],
                    company_id=rows[segment.id].company_id,
                )
                for segment in live
                if levels.get(segment.id) == level
            }
        )
    return stale


class StaleRules:
    """The rules whose stored members are those of another day.

    They come in levels: the rules of one name segments of those before it. SQLite reads no deeply nested statement, so
    each level is a CTE.
    """

    def __init__(self, tx: Transaction, now: int) -> None:
        self._tx = copy(tx)  # whose statements are not rewritten
        self._now = now
        self._conditions: list[dict[int, ColumnElement[bool]]] = []
        self._levels: list[CTE] = []
        self._members: FromClause = memberships
        self._aliases: dict[str, FromClause] = {}

    def add_level(self, conditions: Mapping[int, ColumnElement[bool]]) -> None:
        """Add rules by the ids of their segments, as conditions on contacts."""
        self._conditions.append({key: self.rewritten(condition) for key, condition in conditions.items()})
        number = len(self._levels)
        self._levels.append(_inline(self._evaluated(self._conditions[-1]), f"stale_members_{number}"))
        stored = select(*memberships.c).where(
            self._tx.whole_scope(memberships), memberships.c.segment_id.not_in(self._ids)
        )
        self._members = _inline(union_all(stored, *map(select, self._levels)), f"members_{number}")
        self._aliases = {}

    def rewritten(self, statement: Statement) -> Statement:
        """Return a statement that reads the members and counts of now."""
        if not self._levels:
            return statement

        def replacement(element: ExternallyTraversible, **_: object) -> ExternallyTraversible | None:
            if _is_memberships(element):
                return self._members_as(element.name)  # type: ignore[attr-defined]
            if not isinstance(element, Column):
                return None
            if _is_memberships(element.table):
                return self._members_as(element.table.name).c[element.key]
            if element.table is segments and element.name in _COUNTS:
                return self._count(element)
            return None

        return replacement_traverse(statement, {}, replacement)  # type: ignore[return-value]

    def _members_as(self, name: str) -> FromClause:
        """Return the members of now in place of the table of memberships, or of an alias of it."""
        if name not in self._aliases:
            # Aliases of all levels meet in one statement.
            self._aliases[name] = self._members.alias(f"{name}_{len(self._levels)}")
        return self._aliases[name]

    @property
    def _ids(self) -> list[int]:
        return [segment_id for conditions in self._conditions for segment_id in conditions]

    def _evaluated(self, conditions: Mapping[int, ColumnElement[bool]]) -> Select[Any]:
        """Return the memberships that rules give; those that are stored keep the time at which they began."""
        m = memberships.c
        stored = (m.company_id == contacts.c.company_id, m.segment_id == _stale.c.id, m.contact_id == contacts.c.id)
        joined = select(m.added_at).where(*stored).correlate(contacts, _stale).scalar_subquery()
        values: dict[str, ColumnElement[Any]] = {
            "company_id": contacts.c.company_id,
            "segment_id": _stale.c.id,
            "contact_id": contacts.c.id,
            "added_at": func.coalesce(joined, literal(self._now, Id)),
            "import_id": cast(null(), Id),
        }
        columns = [values[column.name].label(column.name) for column in memberships.c]
        return select(*columns).select_from(_pairs()).where(self._satisfying(conditions))

    def _satisfying(self, conditions: Mapping[int, ColumnElement[bool]]) -> ColumnElement[bool]:
        """Return the condition that a contact satisfies the rule of a segment it is paired with."""
        # Each rule is looked at for its own segment alone; a plain OR of all would evaluate every one.
        tests = [(_stale.c.id == segment_id, test) for segment_id, test in conditions.items()]
        return and_(self._tx.scope(contacts), _stale.c.id.in_(list(conditions)), case(*tests))

    def _count(self, column: Column[Any]) -> ColumnElement[int]:
        """Return the column of a count, for the segments that are stale by the number of now."""
        position = _COUNTS.index(column.name)
        numbers = {key: literal(self._counts.get(key, (0, 0))[position], column.type) for key in self._ids}
        return case(numbers, value=segments.c.id, else_=column).label(column.name)

    @cached_property
    def _counts(self) -> dict[int, tuple[int, int]]:
        """The contacts of each segment, and how many of them can be called; segments without contacts are missing."""
        can_be_called_ = func.sum(case((can_be_called(), 1), else_=0))
        counted = select(_stale.c.id, func.count(), can_be_called_).select_from(_pairs()).group_by(_stale.c.id)
        queries = [counted.where(self._satisfying(conditions)) for conditions in self._conditions]
        return {row[0]: (row[1], row[2]) for query in queries for row in self._tx.execute(query)}


def _inline(query: Select[Any] | CompoundSelect[Any], name: str) -> CTE:
    """Return a CTE that a statement computes for the rows it needs, however often it names it."""
    return query.cte(name).prefix_with("NOT MATERIALIZED")


def _pairs() -> Any:  # noqa: ANN401  a join
    """Return the segments with each contact of their companies."""
    return contacts.join(_stale, _stale.c.company_id == contacts.c.company_id)


def _is_memberships(element: object) -> bool:
    """Tell whether an element of a statement is the table of memberships or an alias of it."""
    return element is memberships or (isinstance(element, Alias) and element.element is memberships)
