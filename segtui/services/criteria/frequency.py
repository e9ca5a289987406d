"""Frequency tables: every value of a field among some contacts, with its contacts and those that can be called."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select

from segtui.database.tables.core_tables import contacts
from segtui.domain.criteria.fields import CriteriaField, declared_field
from segtui.domain.criteria.tree import AllOf, Comparison, Criteria
from segtui.domain.day_ranges import midnight
from segtui.domain.periods import Period, best_period, first_day, last_day, period_label, period_name
from segtui.domain.text import clean, fold
from segtui.services.company_zone import company_day, company_zone
from segtui.services.contacts import contact_query, sort_keys
from segtui.services.contacts.access_path import AccessPath
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import criteria_sql, field_names, membership_counts, value_counts
from segtui.services.criteria.facets import blank_label, value_label
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction, stored

MAX_LINES: Final = 20_000
"""Lines of a table on the screen; of more, the most frequent values."""
# Lengths in microseconds of the slots by which the database groups times. A slot must lie within one day: in every
# present time zone midnight is on a quarter of an hour; in historical ones, on a second.
_SLOT: Final = 900_000_000
_SHORT_SLOT: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class LineField:
    """The field that lines are about. `period` groups its days; None for a field without days."""

    declared: CriteriaField
    period: Period | None = None

    def criteria(self, value: str | None) -> Criteria:
        """Return the criteria that select the contacts of a line by its value."""
        name = self.declared.name
        if value is None:
            return Comparison(name, "is blank")
        if self.period is None:
            return Comparison(name, "=", (value,))
        first = date.fromisoformat(value)
        last = last_day(first, self.period)
        if first == last:
            return Comparison(name, "=", (value,))
        return AllOf((Comparison(name, ">=", (value,)), Comparison(name, "<=", (last.isoformat(),))))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a frequency table.

    `value` is the value as criteria name it: of a period its first day, None for blanks. `callable` is the number of
    its contacts that can be called.
    """

    value: str | None
    label: str
    contacts: int
    callable: int
    of: LineField = dataclass_field(repr=False)

    @property
    def criteria(self) -> Criteria:
        """The criteria that select its contacts."""
        return self.of.criteria(self.value)

    @property
    def printed(self) -> str | None:
        """The value for JSON: of a period its ISO name, None for blanks."""
        if self.value is None or self.of.period is None:
            return self.value
        return period_name(date.fromisoformat(self.value), self.of.period)

    @property
    def word(self) -> str:
        """The value in the name of a segment: the word for blanks, the ISO name of a period, else the label."""
        return self.label if self.value is None or self.of.period is None else str(self.printed)


@dataclass(frozen=True, slots=True)
class FrequencyTable:
    """The lines of a field, the blanks last, and the contacts of all of them.

    `rarer_values` is the number of values that are left out, `rarer_contacts` and `rarer_callable` are their contacts.
    """

    of: LineField
    lines: tuple[Line, ...]
    contacts: int
    callable: int
    rarer_values: int = 0
    rarer_contacts: int = 0
    rarer_callable: int = 0

    @property
    def overlaps(self) -> bool:
        """True where a contact can be on several lines, so that their sum is larger than the total."""
        return self.of.declared.kind == "membership"

    def share(self, line: Line) -> float:
        """Return the part of all contacts that a line has, from 0 to 1."""
        return line.contacts / self.contacts if self.contacts else 0.0


def frequency(
    session: Session,
    query: ContactQuery,
    field: str,
    period: Period | None = None,
    interrupt: Interrupt | None = None,
    *,
    limit: int | None = None,
) -> FrequencyTable:
    """Return the values of a field among the contacts of `query`, each with its exact numbers of contacts.

    `field` is a declared field or `custom.NAME`. Spellings that are equal without case and accents are one line, called
    by the most frequent of them. Days are grouped by `period`; without one, by the period that reads best. Periods come
    newest first, numbers ascending, other values by their number of contacts; blanks last. The lines add up to the
    total, except those of segments, imports and campaigns (`FrequencyTable.overlaps`).

    At most `limit` values are listed, the most frequent. Raises InvalidInput (`field`) for an unknown field, Cancelled.
    """
    with session.read(interrupt) as tx:
        return frequency_in(tx, query, field, period, limit=limit)


def frequency_in(
    tx: Transaction, query: ContactQuery, field: str, period: Period | None = None, *, limit: int | None = None
) -> FrequencyTable:
    """Return the table as `frequency` does, in an open transaction."""
    field_names.demand_field(field, "field", in_segment=query.viewed_segment is not None)
    counting = _Counting(tx, contact_query.access_path_of(tx, query), declared_field(field), query.viewed_segment)
    return counting.table(period, limit)


@dataclass(frozen=True)
class _Counting:
    """The counting of one field's values among the contacts of a path."""

    tx: Transaction
    path: AccessPath
    declared: CriteriaField
    segment_id: int | None

    def table(self, period: Period | None, limit: int | None) -> FrequencyTable:
        """Return the table, counted as suits the kind of the field."""
        match self.declared.kind:
            case "day":
                return self._days(period, limit)
            case "membership":
                return self._memberships(limit)
            case "number" | "flag":
                return self._numbers(limit)
            case _:
                return self._spelled(limit)

    def _spelled(self, limit: int | None) -> FrequencyTable:
        of = LineField(self.declared)
        rows = value_counts.by_spelling(self.tx, self.path, self.declared, limit)
        lines = [self._line(of, row.value if row.key is not None else None, row.contacts, row.callable) for row in rows]
        blank_last = sorted(lines, key=lambda line: line.value is None)
        if not rows:
            return FrequencyTable(of, (), 0, 0)
        every_value, count, callable_ = map(int, (rows[0].every_value, rows[0].every_contact, rows[0].every_callable))
        return _table(of, blank_last, count, callable_, every_value - len(rows))

    def _numbers(self, limit: int | None) -> FrequencyTable:
        """Return the numbers, ascending, or the flags."""
        value = sort_keys.stored_value(self.tx, self.declared.name)
        rows = sorted(self.tx.execute(value_counts.by_value(self.path, value)).all())
        of, is_flag = LineField(self.declared), self.declared.kind == "flag"
        lines = [
            self._line(of, ("yes" if number else "no") if is_flag else str(number), count, callable_)
            for number, count, callable_ in rows
        ]
        return _cut(of, lines, limit)

    def _days(self, period: Period | None, limit: int | None) -> FrequencyTable:
        zone = company_zone(self.tx)
        time = sort_keys.stored_time(self.tx, self.declared.name, self.segment_id)
        days = self._by_day(time, _SLOT, zone)
        if days is None:
            days = self._by_day(time, _SHORT_SLOT, zone) or {}
        present = [day for day in days if day is not None]
        if period is None:
            period = best_period(min(present), max(present)) if present else "day"
        of = LineField(self.declared, period)
        sums = _summed((None if day is None else first_day(day, period), counts) for day, counts in days.items())
        ordered = sorted((first for first in sums if first is not None), reverse=True)
        lines = [Line(first.isoformat(), period_label(first, period), *sums[first], of) for first in ordered]
        if None in sums:
            lines.append(self._line(of, None, *sums[None]))
        return _cut(of, lines, limit)

    def _by_day(
        self, time: ColumnElement[int], slot: int, zone: tzinfo | None
    ) -> "dict[date | None, tuple[int, int]] | None":
        """Return the counts of each day, computed from those of slots; None where a midnight is inside a slot."""
        rows = self.tx.execute(value_counts.by_value(self.path, time // slot)).all()
        days = _summed(
            (None if number is None else company_day(number * slot, zone), (count, int(callable_)))
            for number, count, callable_ in rows
        )
        edges = (midnight(day + timedelta(days=after), zone) for day in days if day is not None for after in (0, 1))
        return days if all(stored(edge) % slot == 0 for edge in edges) else None

    def _memberships(self, limit: int | None) -> FrequencyTable:
        of = LineField(self.declared)
        groups = membership_counts.counted(self.tx, self.path, self.declared.name)
        lines = [Line(group.value, clean(group.label), group.contacts, group.callable, of) for group in groups]
        in_none = criteria_sql.condition(self.tx, of.criteria(None), segment_id=self.segment_id)
        counts = func.count(), func.coalesce(func.sum(value_counts.callable_flag()), 0)
        every: Select[*tuple[Any, ...]] = select(*counts).select_from(contacts)
        count, callable_ = map(int, self.tx.execute(self.path.read(every)).one())
        blanks, callable_blanks = map(int, self.tx.execute(self.path.read(every.where(in_none))).one())
        if blanks:
            lines.append(self._line(of, None, blanks, callable_blanks))
        cut = _cut(of, lines, limit)
        return FrequencyTable(of, cut.lines, count, callable_, cut.rarer_values)

    def _line(self, of: LineField, value: str | None, count: int, callable_: int) -> Line:
        label = blank_label(self.declared) if value is None else value_label(self.declared, value)
        return Line(value, label, int(count), int(callable_), of)


def _summed(counts: Iterable[tuple[date | None, tuple[int, int]]]) -> dict[date | None, tuple[int, int]]:
    """Return the sums of the counts of each day."""
    sums: dict[date | None, tuple[int, int]] = {}
    for day, (count, callable_) in counts:
        before = sums.get(day, (0, 0))
        sums[day] = (before[0] + count, before[1] + callable_)
    return sums


def _cut(of: LineField, lines: list[Line], limit: int | None) -> FrequencyTable:
    """Return the table of lines that add up to the total: in their order, only the most frequent of too many."""
    count, callable_ = sum(line.contacts for line in lines), sum(line.callable for line in lines)
    if limit is None or len(lines) <= limit:
        return FrequencyTable(of, tuple(lines), count, callable_)
    ranked = sorted(lines, key=lambda line: (line.value is not None, -line.contacts, fold(line.label)))
    frequent = {line.value for line in ranked[:limit]}
    listed = [line for line in lines if line.value in frequent]
    return _table(of, listed, count, callable_, len(lines) - len(listed))


def _table(of: LineField, listed: Sequence[Line], count: int, callable_: int, rarer: int) -> FrequencyTable:
    """Return a table of `count` contacts, without the contacts of `rarer` values."""
    rarer_contacts = count - sum(line.contacts for line in listed)
    rarer_callable = callable_ - sum(line.callable for line in listed)
    return FrequencyTable(of, tuple(listed), count, callable_, rarer, rarer_contacts, rarer_callable)
