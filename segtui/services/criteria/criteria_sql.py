"""Criteria as SQL: the condition on contacts, and search clauses that narrow it by the index of search texts.

The criteria are bound: memberships have ids (`criteria_names.bind`). A condition that is NULL does not hold, as in any
WHERE. So negate the criteria (`Not(criteria)`), never their condition.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from operator import eq, ge, gt, le, lt
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, and_, exists, false, func, literal, or_, select, true

from segtui.database.tables.campaign_tables import campaign_contacts
from segtui.database.tables.core_tables import contact_calls, import_changes, memberships
from segtui.domain.contact import SEARCHED_FIELDS
from segtui.domain.criteria.fields import FIELDS
from segtui.domain.criteria.operands import phone_digits
from segtui.domain.criteria.tree import POSITIVES, AllOf, AnyOf, Comparison, Criteria, Not, Operator, conjuncts
from segtui.domain.day_ranges import midnight
from segtui.domain.search_terms import Clause, Search, field_text
from segtui.domain.text import fold
from segtui.errors import InvalidInput
from segtui.services.company_zone import company_zone
from segtui.services.criteria.criteria_columns import ContactColumns
from segtui.services.session import Transaction, stored

_ORDERS: Final[dict[Operator, Callable[[Any, Any], Any]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_NUMBER_TESTS: Final[dict[Operator, Callable[[Any, Any], Any]]] = {"=": eq, **_ORDERS}
_CALLS: Final = ("last_outcome", "last_called", "calls")
# Characters of the shortest pattern that a trigram index finds.
_SHORTEST: Final = 3
_LAST_LETTER: Final = 0xD7FF
# Every contact is between these days; beyond them a zone may have no midnight.
_FIRST_DAY: Final = date(1900, 1, 1)
_LAST_DAY: Final = date(9000, 1, 1)


def condition(
    tx: Transaction,
    bound: Criteria,
    *,
    segment_id: int | None = None,
    today: date | None = None,
    columns: ContactColumns | None = None,
    company_id: int | None = None,
) -> ColumnElement[bool]:
    """Return the condition that a contact fulfils bound criteria.

    `segment_id` is the segment that `joined` is about. `today` is the present day in the company's zone by default.
    `columns` are the contacts, the table by default. `company_id` is the company whose days are meant where a
    session looks at all of them. Raises InvalidInput for `joined` without a segment.
    """
    compiler = _Compiler(tx, columns or ContactColumns(tx), segment_id, today, company_id)
    return compiler.condition(bound, holds=True)


def clauses(bound: Criteria | None) -> Search:
    """Return clauses that the search text of every match fulfils, for an index of trigrams.

    They are necessary, not sufficient: `condition` decides. Only conjuncts give clauses.
    """
    every = (_clause(part) for part in conjuncts(bound))
    return tuple(clause for clause in every if clause is not None)


def calls(tx: Transaction, comparison: Comparison, *, today: date | None = None) -> ColumnElement[bool] | None:
    """Return a positive comparison of calls as a condition on `contact_calls`.

    None for other fields, for blanks, and where contacts that were never called fulfil it too.
    """
    if comparison.field not in _CALLS or comparison.operator == "is blank":
        return None
    operator: Operator = "=" if comparison.operator == "in" else comparison.operator
    compiler = _Compiler(tx, ContactColumns(tx), None, today)
    return compiler.call_test(comparison.field, operator, comparison.values)


@dataclass
class _Compiler:
    """Compiles one condition."""

    tx: Transaction
    columns: ContactColumns
    segment_id: int | None
    today_or_none: date | None
    company_id: int | None = None

    def condition(self, criteria: Criteria, *, holds: bool) -> ColumnElement[bool]:
        """Return the condition that criteria hold, or that they do not."""
        match criteria:
            case Comparison():
                return self._comparison(criteria, holds=holds)
            case Not(part):
                return self.condition(part, holds=not holds)
            case AllOf(parts) | AnyOf(parts):
                join = and_ if isinstance(criteria, AllOf) is holds else or_
                return join(*(self.condition(part, holds=holds) for part in parts))

    def _comparison(self, comparison: Comparison, *, holds: bool) -> ColumnElement[bool]:
        positive = POSITIVES.get(comparison.operator)
        if positive is not None:
            comparison, holds = Comparison(comparison.field, positive, comparison.values), not holds
        name, operator, values = comparison.field, comparison.operator, comparison.values
        if operator == "in":
            operator = "="
        declared = FIELDS.get(name)
        kind = "text" if declared is None else declared.kind
        if kind == "membership":
            return self._membership(name, [int(value) for value in values], holds=holds)
        if name == "joined":
            return self._joined(operator, values, holds=holds)
        if name in _CALLS:
            return self._call(name, operator, values, holds=holds)
        if kind == "day":
            return _is_true(self._days(self.columns.stored(name), operator, values), holds=holds)
        if kind == "flag":
            flags = {int(value == "yes") for value in values}
            return one_of(self.columns.stored(name), sorted(flags if holds else {0, 1} - flags))
        if operator in _ORDERS:
            number = self.columns.number(name)
            test = _ORDERS[operator](number, float(values[0]))
            return and_(self.columns.has_custom(name), test) if holds else _is_true(test, holds=False)
        if kind in ("phone", "choice"):
            return self._exact(self.columns.stored(name), operator, values, holds=holds)
        return self._text(name, operator, values, holds=holds)

    # Text

    def _text(self, name: str, operator: Operator, values: Sequence[str], *, holds: bool) -> ColumnElement[bool]:
        column = self.columns.folded(name)
        if operator == "is blank":
            return column.is_(None) if holds else column.is_not(None)
        folded = list(dict.fromkeys(map(fold, values)))
        if operator == "=":
            tests = one_of(column, [value for value in folded if value])
            if "" in folded:
                tests = or_(column.is_(None), tests)
        elif operator == "~":
            tests = self.tx.backend.contains(column, folded[0])
        elif name == "name":
            tests = _between(column, folded[0])
        else:
            tests = func.substr(column, 1, len(folded[0])) == folded[0]
        if not holds:
            return _is_true(tests, holds=False)
        narrowed = _clause(Comparison(name, operator, tuple(folded)))
        search = self.columns.search
        if narrowed is None or search is None:
            if not all(folded):  # contacts without a value too
                return tests
            by_start = operator != "~"
            likely = self.columns.likely(name, folded, whole=operator == "=") if by_start else None
            return and_(self.columns.has_custom(name) if likely is None else likely, tests)
        lines = (self.tx.backend.contains(search, pattern) for (pattern,) in narrowed.alternatives)
        return and_(or_(*lines), tests)

    def _exact(
        self, column: ColumnElement[str], operator: Operator, values: Sequence[str], *, holds: bool
    ) -> ColumnElement[bool]:
        """Return the condition of a phone or a choice, which are compared as they are stored."""
        if operator == "is blank":
            return column.is_(None) if holds else column.is_not(None)
        if operator == "=":
            return _is_true(one_of(column, values), holds=holds)
        digits = phone_digits(values[0])
        test = self.tx.backend.contains(column, digits) if operator == "~" else _between(column, f"+{digits}")
        return _is_true(test, holds=holds)

    # Days

    @cached_property
    def _company_zone(self) -> tzinfo | None:
        return company_zone(self.tx, self.company_id)

    @cached_property
    def _today(self) -> date:
        return self.today_or_none or datetime.now().astimezone(self._company_zone).date()

    def _start(self, day: date) -> int:
        """Return the stored time at which a day begins."""
        return stored(midnight(max(_FIRST_DAY, min(day, _LAST_DAY)), self._company_zone))

    def _days(self, time: ColumnElement[int], operator: Operator, values: Sequence[str]) -> ColumnElement[bool]:
        """Return the condition that a stored time lies in days; NULL or false where it is NULL."""
        if operator == "is blank":
            return time.is_(None)
        if operator == "in last":
            return self._within(time, self._today - timedelta(days=int(values[0]) - 1), self._today)
        days = [date.fromisoformat(value) for value in values]
        if operator == "=":
            return or_(false(), *(self._within(time, day, day) for day in dict.fromkeys(days)))
        if operator in ("<", ">="):
            start = self._start(days[0])
            return time < start if operator == "<" else time >= start
        return time < self._end(days[0]) if operator == "<=" else time >= self._end(days[0])

    def _within(self, time: ColumnElement[int], first: date, last: date) -> ColumnElement[bool]:
        return and_(time >= self._start(first), time < self._end(last))

    def _end(self, day: date) -> int:
        return self._start(min(day, _LAST_DAY) + timedelta(days=1))

    # Rows of other tables

    def _membership(self, name: str, ids: Sequence[int], *, holds: bool) -> ColumnElement[bool]:
        """Return the condition that a contact is in one of these groups; in none at all without an id."""
        if name == "segment":
            test = self._has_row(memberships, memberships.c.segment_id, ids)
        elif name == "campaign":
            test = self._has_row(campaign_contacts, campaign_contacts.c.campaign_id, ids)
        else:
            created = self.columns.stored("import")
            by_import = one_of(created, ids) if ids else created.is_not(None)
            test = or_(_is_true(by_import, holds=True), self._has_row(import_changes, import_changes.c.import_id, ids))
            if holds is bool(ids):
                return test
            changed = self._has_row(import_changes, import_changes.c.import_id, ids)
            return and_(_is_true(by_import, holds=False), ~changed)
        return test if holds is bool(ids) else ~test

    def _has_row(self, table: Table, group: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
        mine = [one_of(group, ids)] if ids else []
        return self._exists(table, *mine)

    def _exists(self, table: Table, *tests: ColumnElement[bool]) -> ColumnElement[bool]:
        columns = self.columns
        of_contact = (table.c.company_id == columns.company_id, table.c.contact_id == columns.id)
        row = select(literal(1)).select_from(table).where(self.tx.scope(table), *of_contact, *tests)
        return exists(row.correlate(columns.source))

    def _joined(self, operator: Operator, values: Sequence[str], *, holds: bool) -> ColumnElement[bool]:
        if self.segment_id is None:
            raise InvalidInput("joined is the day a contact came into a segment: use it in the list of one.", "where")
        in_segment = memberships.c.segment_id == self.segment_id
        if operator == "is blank":
            test = self._exists(memberships, in_segment)
            return ~test if holds else test
        test = self._exists(memberships, in_segment, self._days(memberships.c.added_at, operator, values))
        return test if holds else ~test

    def _call(self, name: str, operator: Operator, values: Sequence[str], *, holds: bool) -> ColumnElement[bool]:
        if operator == "is blank":
            has_row = self._exists(contact_calls)
            return ~has_row if holds else has_row
        of_row = self.call_test(name, operator, values)
        if of_row is None:
            # Contacts without a row match too, so this asks that no row says the opposite.
            opposites = (_is_true(self._calls_compare(operator, value), holds=False) for value in values)
            test = ~self._exists(contact_calls, *opposites)
        else:
            test = self._exists(contact_calls, of_row)
        return test if holds else ~test

    def call_test(self, name: str, operator: Operator, values: Sequence[str]) -> ColumnElement[bool] | None:
        """Return the condition on a row of calls; None where contacts that were never called fulfil it too."""
        if name == "last_called":
            return self._days(contact_calls.c.last_called, operator, values)
        if name == "last_outcome":
            return one_of(contact_calls.c.last_outcome, values)
        if any(_NUMBER_TESTS[operator](0, int(value)) for value in values):
            return None
        return or_(false(), *(self._calls_compare(operator, value) for value in values))

    @staticmethod
    def _calls_compare(operator: Operator, value: str) -> ColumnElement[bool]:
        test: ColumnElement[bool] = _NUMBER_TESTS[operator](contact_calls.c.calls, int(value))
        return test


def _is_true(test: ColumnElement[bool], *, holds: bool) -> ColumnElement[bool]:
    """Return the condition that a test is true; with `holds` False, that it is false or NULL."""
    return test if holds else test.is_not(true())


def one_of(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition that a column has one of some values; false without any."""
    if not values:
        # A constant would take the company out of the statement, which SQLAlchemy reduces to it.
        return literal(0) == literal(1)
    return column == values[0] if len(values) == 1 else column.in_(values)


def _between(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """Return the condition that a text begins with `prefix`, as a range that an index by code points serves."""
    last = ord(prefix[-1])
    if last >= _LAST_LETTER:  # what follows it cannot be stored
        return func.substr(column, 1, len(prefix)) == prefix
    return and_(column >= prefix, column < prefix[:-1] + chr(last + 1))


# The index of search texts


def _clause(criteria: Criteria) -> Clause | None:
    """Return a clause that holds for the search text of every contact that fulfils `criteria`; None without one."""
    if isinstance(criteria, AnyOf):
        return _either(_clause(part) for part in criteria.parts)
    if not isinstance(criteria, Comparison) or not criteria.values:
        return None
    if criteria.operator not in ("=", "~", "^", "in") or criteria.field not in SEARCHED_FIELDS:
        return None
    patterns = [_pattern(criteria.field, criteria.operator, value) for value in criteria.values]
    if not all(len(pattern) >= _SHORTEST for pattern in patterns):
        return None
    return Clause(tuple((pattern,) for pattern in dict.fromkeys(patterns)))


def _either(every: Iterable[Clause | None]) -> Clause | None:
    alternatives: list[tuple[str, ...]] = []
    for clause in every:
        if clause is None:
            return None
        alternatives.extend(clause.alternatives)
    return Clause(tuple(dict.fromkeys(alternatives)))


def _pattern(name: str, operator: Operator, value: str) -> str:
    """Return the part of the search text that a value gives; too short where it gives none."""
    if name == "phone":
        digits = phone_digits(value)
        return digits if operator == "~" else f"  {digits}"
    words = "  ".join(fold(value).split(" "))
    if not words:
        return ""
    if operator == "~":
        return words
    # The suffixes of words behind the words of a line are equal only for an equal value.
    line = field_text(value) if operator != "^" else f"  {words}"
    ends = operator != "^" and name != SEARCHED_FIELDS[-1]
    return line + ("\n" if ends else "")
