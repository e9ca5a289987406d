"""Statements that count contacts by the stored value of a field."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, literal, select

from segtui.domain.criteria.fields import CriteriaField
from segtui.services.contacts import sort_keys
from segtui.services.contacts.access_path import AccessPath
from segtui.services.segments.live.callable_counts import can_be_called
from segtui.services.session import Transaction


def callable_flag() -> ColumnElement[int]:
    """Return 1 for a contact that can be called, else 0."""
    return case((can_be_called(), 1), else_=0)


def by_value(path: AccessPath, value: ColumnElement[Any]) -> Select[Any]:
    """Return a query of the `value`s among the contacts of a path, with `contacts` and `callable` of each."""
    every = path.read(select(value.label("value"), callable_flag().label("callable"))).subquery()
    counts = func.count().label("contacts"), func.sum(every.c.callable).label("callable")
    return select(every.c.value, *counts).group_by(every.c.value)


def by_spelling(
    tx: Transaction, path: AccessPath, field: CriteriaField, limit: int | None, beginning: str = ""
) -> list[Row[*tuple[Any, ...]]]:
    """Return the most frequent values of a text field, at most `limit`, blanks first.

    Spellings that fold to the same text are one value, called by the most frequent of them. The rows have `value`,
    `key` (None for blanks), `contacts`, `callable`, and over all values `every_value`, `every_contact` and
    `every_callable`. Values that begin with the folded text `beginning` come before others.
    """
    values = by_value(path, sort_keys.stored_value(tx, field.name)).subquery()
    is_text = field.kind == "text"
    key = tx.backend.values.folded(values.c.value) if is_text else func.nullif(values.c.value, "")
    keyed = select(*values.c, key.label("key")).subquery()
    # The most frequent spelling; the tie-break makes the choice stable.
    order = (keyed.c.contacts.desc(), tx.backend.values.by_code(keyed.c.value).desc())
    spellings = select(
        keyed.c.value,
        keyed.c.key,
        func.sum(keyed.c.contacts).over(partition_by=keyed.c.key).label("contacts"),
        func.sum(keyed.c.callable).over(partition_by=keyed.c.key).label("callable"),
        func.row_number().over(partition_by=keyed.c.key, order_by=order).label("rank"),
    ).subquery()
    c = spellings.c
    first = case((func.substr(c.key, 1, len(beginning)) == beginning, 0), else_=1) if beginning else literal(0)
    # Blanks first, so that the limit never cuts them off.
    blanks = case((c.key.is_(None), 0), else_=1)
    top = (
        select(
            c.value,
            c.key,
            c.contacts,
            c.callable,
            func.count().over().label("every_value"),
            func.sum(c.contacts).over().label("every_contact"),
            func.sum(c.callable).over().label("every_callable"),
        )
        .where(c.rank == 1)
        .order_by(blanks, first, c.contacts.desc(), c.key)
        .limit(limit)
    )
    return list(tx.execute(top).all())
