"""Present values of the fields of many contacts, for the form that edits them: the common value, or their number."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, func, select, true

from segtui.database.tables.core_tables import contacts
from segtui.domain.contact import TEXT_FIELDS
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.text import name_key
from segtui.services.criteria import custom_fields
from segtui.services.interrupt import Interrupt
from segtui.services.segments.memberships import ContactSelection, which
from segtui.services.session import Session, Transaction

_MAX_CUSTOM: Final = 100
"""Custom fields that are summarised: the most frequent ones."""


@dataclass(frozen=True, slots=True)
class FieldSummary:
    """The values of a field among some contacts: their number, a blank one included, and the common value if it is 1.

    `common` is empty where all are blank, and where there are several.
    """

    values: int
    common: str = ""


def summarise(
    session: Session,
    selection: ContactSelection,
    *,
    besides: Collection[int] = (),
    interrupt: Interrupt | None = None,
) -> dict[str, FieldSummary]:
    """Return the values of text fields and of custom fields of `selection` except `besides`, by field.

    A custom field is listed where any of the contacts has it. Raises InvalidInput in a session of all companies.
    """
    session = session.bound_to(session.one_company)
    with session.read(interrupt) as tx:
        condition = which(tx, selection, besides)
        total, summaries = _of_texts(tx, condition)
        return {**summaries, **_of_custom(tx, condition, total)}


def _of_texts(tx: Transaction, condition: ColumnElement[bool]) -> tuple[int, dict[str, FieldSummary]]:
    columns = [contacts.c[name] for name in TEXT_FIELDS]
    extremes = [function(column) for column in columns for function in (func.count, func.min, func.max)]
    total, *figures = tx.execute(select(func.count(), *extremes).where(condition)).one()
    triples = dict(zip(TEXT_FIELDS, zip(*[iter(figures)] * 3, strict=True), strict=True))
    several = [name for name, (_, least, greatest) in triples.items() if least != greatest]
    distinct = [func.count(contacts.c[name].distinct()) for name in several]
    numbers = dict(zip(several, tx.execute(select(*distinct).where(condition)).one(), strict=True)) if several else {}
    return total, {
        name: _summary(numbers.get(name, 1 if count else 0), count, total, least)
        for name, (count, least, _) in triples.items()
    }


def _of_custom(tx: Transaction, condition: ColumnElement[bool], total: int) -> dict[str, FieldSummary]:
    members = tx.backend.values.members(contacts.c.custom_fields)
    figures = (func.count(), func.count(members.c.value.distinct()), func.min(members.c.value))
    query = select(members.c.key, *figures).select_from(contacts).join(members, true())
    query = query.where(condition, contacts.c.custom_fields != "{}", members.c.value != "").group_by(members.c.key)
    spelled: dict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in tx.execute(query.order_by(func.count().desc(), members.c.key).limit(_MAX_CUSTOM)):
        spelled[name_key(row[0])].append(row)
    summaries = {}
    for rows in spelled.values():
        name, count, number, least = rows[0]
        if len(rows) > 1:  # a contact may have several spellings: the first counts
            value = custom_fields.value(tx, name)
            several = select(func.count(value), func.count(value.distinct()), func.min(value)).where(condition)
            count, number, least = tx.execute(several).one()
        summaries[CUSTOM + name] = _summary(number, count, total, least)
    return summaries


def _summary(number: int, count: int, total: int, value: str | None) -> FieldSummary:
    """Return the summary of a field with `number` different values that `count` of `total` contacts have."""
    is_common = number == 1 and count == total
    return FieldSummary(number + (count < total), value or "" if is_common else "")
