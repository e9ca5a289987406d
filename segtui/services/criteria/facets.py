"""Facets: the values of a field that occur among contacts, with the number of contacts that have each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, overload

from sqlalchemy import Select, case, func, select

from segtui.database.tables.core_tables import contacts
from segtui.domain.criteria.fields import FLAG_WORDS, CriteriaField, declared_field
from segtui.domain.criteria.operands import phone_digits
from segtui.domain.criteria.tree import Comparison, Criteria, all_of, conjuncts, fields_of
from segtui.domain.text import clean, fold
from segtui.domain.vocabulary import words
from segtui.services.company_zone import company_today
from segtui.services.contacts import contact_query, sort_keys
from segtui.services.contacts.access_path import AccessPath
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import criteria_sql, field_names, membership_counts, value_counts
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction

MAX_VALUES: Final = 20_000
"""Values of a facet; of more, the most frequent ones."""
BLANK: Final = "none"
"""Label of contacts without a value."""
NEVER: Final = {"last_called": "never called", "last_outcome": "never called"}
"""Labels of blank values that are clearer than `none`."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a field: the criteria that select it, its label, and the number of contacts that have it."""

    criteria: Criteria
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet(Sequence[FacetValue]):
    """The most frequent values of a field.

    `rarer_values` is the number of values that are left out, `rarer_contacts` the number of contacts with one of them.
    """

    values: tuple[FacetValue, ...]
    rarer_values: int = 0
    rarer_contacts: int = 0

    def __len__(self) -> int:
        """Return the number of values that are listed."""
        return len(self.values)

    @overload
    def __getitem__(self, index: int) -> FacetValue: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[FacetValue]: ...

    def __getitem__(self, index: int | slice) -> FacetValue | Sequence[FacetValue]:
        """Return a value, or several."""
        return self.values[index]


def facet(
    session: Session,
    query: ContactQuery,
    field: str,
    interrupt: Interrupt | None = None,
    *,
    limit: int = MAX_VALUES,
) -> Facet:
    """Return the values of a field under the search, the segment and the criteria of `query` on other fields.

    `field` is a declared field or `custom.NAME`. Parts of the criteria that compare this field alone are left out, so
    that its other values can be chosen. Counts are exact. Spellings that fold to the same are one value, called by the
    most frequent of them. The most frequent value comes first, contacts without one last. Periods of days, flags and
    choices come in their own order, with zeros; imports newest first. Periods overlap, and a contact can be in several
    segments, imports and campaigns; of every other field each contact has one value, or none.

    At most `limit` values are listed, the most frequent. Raises InvalidInput (`field`) for an unknown field, Cancelled.
    """
    declared = _field_of(query, field)
    with session.read(interrupt) as tx:
        path = contact_query.access_path_of(tx, _without(query, declared.name))
        return _Counting(tx, path, declared, query.viewed_segment).facet(limit)


def suggestions(
    session: Session,
    query: ContactQuery | None,
    field: str,
    typed: str,
    limit: int = 20,
    interrupt: Interrupt | None = None,
) -> list[FacetValue]:
    """Return values of a field that contain the typed text, those that begin with it first, then by frequency.

    They are counted among the contacts of `query`, or all, as `facet` counts them. Blanks are not among them; days have
    no suggestions. Raises InvalidInput (`field`) for an unknown field, Cancelled.
    """
    query = query or ContactQuery()
    declared = _field_of(query, field)
    folded = fold(typed)
    if declared.kind == "day":
        return []
    if declared.kind not in ("text", "phone"):
        values = [value for value in facet(session, query, field, interrupt) if not _is_blank(value.criteria)]
        return _fitting(values, folded)[:limit]
    narrowed = _without(query, declared.name)
    operand = phone_digits(typed) if declared.kind == "phone" else folded
    if operand:
        contains = Comparison(declared.name, "~", (operand,))
        narrowed = replace(narrowed, criteria=all_of((*conjuncts(narrowed.criteria), contains)))
    with session.read(interrupt) as tx:
        path = contact_query.access_path_of(tx, narrowed)
        counting = _Counting(tx, path, declared, query.viewed_segment)
        return [value for value in counting.spelled(limit + 1, operand) if not _is_blank(value.criteria)][:limit]


def _field_of(query: ContactQuery, field: str) -> CriteriaField:
    field_names.demand_field(field, "field", in_segment=query.viewed_segment is not None)
    return declared_field(field)


def _without(query: ContactQuery, field: str) -> ContactQuery:
    """Return the query without the parts of its criteria that compare this field alone."""
    others = (part for part in conjuncts(query.criteria) if fields_of(part) != {field})
    return replace(query, criteria=all_of(others))


def _is_blank(criteria: Criteria) -> bool:
    return isinstance(criteria, Comparison) and criteria.operator == "is blank"


def _fitting(values: Iterable[FacetValue], folded: str) -> list[FacetValue]:
    """Return the values whose label contains a folded text, those that begin with it first."""
    fitting = [(fold(value.label), value) for value in values]
    beginning = [value for label, value in fitting if label.startswith(folded)]
    return beginning + [value for label, value in fitting if folded in label and not label.startswith(folded)]


@dataclass(frozen=True)
class _Counting:
    """The counting of one field's values among the contacts of a path."""

    tx: Transaction
    path: AccessPath
    field: CriteriaField
    segment_id: int | None

    def facet(self, limit: int) -> Facet:
        """Return the values, counted as suits the kind of the field."""
        match self.field.kind:
            case "day":
                return self._declared(list(_periods(self.field.name, company_today(self.tx))))
            case "flag":
                return self._declared([(self._equals(flag), self._label(flag)) for flag in ("yes", "no")])
            case "choice" if self.field.choices:
                return self._choices()
            case "number":
                return self._numbers(limit)
            case "membership":
                return self._memberships(limit)
            case _:
                return self.spelled(limit)

    def spelled(self, limit: int, beginning: str = "") -> Facet:
        """Return the most frequent values; spellings that fold to the same text are one value.

        Values that begin with the folded text `beginning` come first.
        """
        rows = value_counts.by_spelling(self.tx, self.path, self.field, limit, beginning)
        listed = [self._value(row.value if row.key is not None else None, int(row.contacts)) for row in rows]
        every_value, every_contact = (int(rows[0].every_value), int(rows[0].every_contact)) if rows else (0, 0)
        blank_last = [value for value in listed if not _is_blank(value.criteria)]
        blank_last += [value for value in listed if _is_blank(value.criteria)]
        rarer_contacts = every_contact - sum(value.count for value in listed)
        return Facet(tuple(blank_last), every_value - len(rows), rarer_contacts)

    def _grouped(self) -> Any:  # noqa: ANN401  a subquery, whose columns have no static type
        """Return the stored values with their number of contacts."""
        return value_counts.by_value(self.path, sort_keys.stored_value(self.tx, self.field.name)).subquery()

    def _declared(self, values: Sequence[tuple[Criteria, str]]) -> Facet:
        """Count the contacts of each of these criteria in one pass."""
        tests = (criteria_sql.condition(self.tx, part, segment_id=self.segment_id) for part, _ in values)
        counts = [func.count(case((test, 1))) for test in tests]
        one_pass: Select[*tuple[Any, ...]] = select(*counts).select_from(contacts)
        row = self.tx.execute(self.path.read(one_pass)).one()
        return Facet(tuple(FacetValue(part, label, count) for (part, label), count in zip(values, row, strict=True)))

    def _choices(self) -> Facet:
        """Return all choices in their own order, with zeros, and the blanks last."""
        values = self._grouped()
        counts = {row.value: row.contacts for row in self.tx.execute(select(values))}
        listed = [FacetValue(self._equals(name), words(name), counts.get(name, 0)) for name in self.field.choices]
        return Facet((*listed, self._value(None, counts.get(None, 0))))

    def _numbers(self, limit: int) -> Facet:
        values = self._grouped()
        rows = self.tx.execute(select(values.c.value, values.c.contacts).order_by(values.c.value)).all()
        listed = [FacetValue(self._equals(str(number)), f"{number:,}", count) for number, count in rows]
        return Facet(tuple(listed[:limit]), len(listed[limit:]), sum(value.count for value in listed[limit:]))

    def _memberships(self, limit: int) -> Facet:
        groups = membership_counts.counted(self.tx, self.path, self.field.name)
        listed = [FacetValue(self._equals(group.value), clean(group.label), group.contacts) for group in groups]
        blank = [value for value in self._declared([self._blank]) if value.count]
        return Facet((*listed[:limit], *blank), len(listed[limit:]))

    def _value(self, value: str | None, count: int) -> FacetValue:
        if value is None:
            criteria, label = self._blank
            return FacetValue(criteria, label, count)
        return FacetValue(self._equals(value), self._label(value), count)

    def _equals(self, value: str) -> Comparison:
        return Comparison(self.field.name, "=", (value,))

    def _label(self, value: str) -> str:
        return value_label(self.field, value)

    @property
    def _blank(self) -> tuple[Criteria, str]:
        return Comparison(self.field.name, "is blank"), blank_label(self.field)


def value_label(field: CriteriaField, value: str) -> str:
    """Return the label of a stored value: words for a flag or a choice, else the clean text."""
    return FLAG_WORDS.get(field.name, {}).get(value) or (words(value) if field.choices else clean(value))


def blank_label(field: CriteriaField) -> str:
    """Return the label of contacts without a value of a field."""
    return f"in no {field.name}" if field.kind == "membership" else NEVER.get(field.name, BLANK)


def _periods(field: str, today: date) -> Iterator[tuple[Criteria, str]]:
    """Yield the periods of days that are offered, and the blanks where there can be some."""
    yield Comparison(field, "in last", ("1",)), "today"
    yield Comparison(field, "in last", ("7",)), "in the last 7 days"
    yield Comparison(field, "in last", ("30",)), "in the last 30 days"
    yield Comparison(field, ">=", (f"{today.year}-01-01",)), "this year"
    if field in NEVER:
        yield Comparison(field, "is blank"), NEVER[field]
