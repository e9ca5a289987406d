"""New values as expressions, so that one statement edits all contacts: constants, or values by the old ones.

The new values of replacements are computed once for each old value, and wait in a temporary table. Where there are too
many different ones, there is no assignment, and contacts are edited by their ids.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Integer, MetaData, Table, Text, and_, false, func, or_, select

from segtui.database.tables.core_tables import contacts
from segtui.domain.contact import SEARCHED_FIELDS
from segtui.services.contacts import contact_values
from segtui.services.contacts.bulk_editing.field_edits import FieldEdits, NotPossible
from segtui.services.session import Transaction

_MAX_VALUES: Final = 20_000
"""Different old values of a field; of more, the edit by ids is faster."""
_MAX_LENGTH: Final = 500
"""Characters of an old value that can be the key of a table."""
_UNCHANGED, _CHANGED, _REFUSED = range(3)
_table = Table(
    "edited_values",
    MetaData(),
    Column("field", Text, primary_key=True),
    Column("old", Text, primary_key=True),
    Column("new", Text),
    Column("line", Text, nullable=False),
    Column("fate", Integer, nullable=False),
    prefixes=["TEMPORARY"],
)


@dataclass
class Assignment:
    """New values of columns, and new lines of the search text by position, for the contacts that are `changing`."""

    changing: ColumnElement[bool]
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[int, ColumnElement[str] | str] = field(default_factory=dict)


@contextmanager
def assigned(tx: Transaction, inside: ColumnElement[bool], edits: FieldEdits) -> Iterator[Assignment | None]:
    """Yield the assignment of edits to the contacts that fulfil a condition; None where there is none."""
    constants = edits.constants
    rows: list[tuple[str, str, str | None, str, int]] = []
    if edits.custom or not edits.texts or not edits.columns.are_independent:
        yield None
        return
    for name in edits.texts.keys() - constants.keys():
        new = _new_values(tx, inside, edits, name)
        if new is None:
            yield None
            return
        rows += new
    if rows:
        _table.create(tx.connection)
        tx.backend.bulk_load(tx.connection, _table, rows)
        tx.backend.analyze(tx.connection, _table)
    yield _assignment(inside, edits, {name for name, *_ in rows})
    if rows:
        _table.drop(tx.connection)


def _new_values(
    tx: Transaction, inside: ColumnElement[bool], edits: FieldEdits, name: str
) -> list[tuple[str, str, str | None, str, int]] | None:
    """Return the rows of a field in the table; None where a value is too long, or they are too many."""
    column, edit = contacts.c[name], edits.texts[name]
    old_values = tx.execute(select(column).where(inside, column.is_not(None)).distinct().limit(_MAX_VALUES + 1))
    rows: list[tuple[str, str, str | None, str, int]] = []
    for (old,) in old_values:
        if len(rows) == _MAX_VALUES or len(old) > _MAX_LENGTH:
            return None
        try:
            new, fate = edit(old), _UNCHANGED
        except NotPossible:
            new, fate = old, _REFUSED
        fate = _CHANGED if new != old else fate
        line = "".join(contact_values.search_lines({name: new}).values())
        rows.append((name, old, new or None, line, fate))
    return rows


def _assignment(inside: ColumnElement[bool], edits: FieldEdits, replaced: set[str]) -> Assignment:
    differ: list[ColumnElement[bool]] = []
    possible: list[ColumnElement[bool]] = [inside]
    assignment = Assignment(inside)
    lines: dict[str, ColumnElement[str] | str] = {}
    for name, value in edits.constants.items():
        differ.append(contacts.c[name].is_distinct_from(value or None))
        assignment.values[name] = value or None
        lines[name] = "".join(contact_values.search_lines({name: value}).values())
    for name in replaced:
        column = contacts.c[name]
        of_field = _table.c.field == name
        differ.append(column.in_(select(_table.c.old).where(of_field, _table.c.fate == _CHANGED)))
        refused = column.in_(select(_table.c.old).where(of_field, _table.c.fate == _REFUSED))
        possible.append(or_(column.is_(None), ~refused))
        of_value = (of_field, _table.c.old == column)
        assignment.values[name] = select(_table.c.new).where(*of_value).scalar_subquery()
        lines[name] = func.coalesce(select(_table.c.line).where(*of_value).scalar_subquery(), "", type_=Text)
    assignment.changing = and_(*possible, or_(false(), *differ))
    assignment.lines = {SEARCHED_FIELDS.index(name): line for name, line in lines.items() if name in SEARCHED_FIELDS}
    return assignment
