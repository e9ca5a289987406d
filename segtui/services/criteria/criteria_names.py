"""Names and ids in criteria: expressions name segments and campaigns, stored and compiled criteria hold their ids.

So a rule or a view stays right where a segment is renamed. In a session of all companies a name stands for every
segment that has it.
"""

import re
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Table, select

from segtui.database.tables.campaign_tables import campaigns
from segtui.database.tables.core_tables import imports, segments
from segtui.domain.criteria.tree import Comparison, Criteria, Not, comparisons, mapped
from segtui.domain.names import no_such
from segtui.domain.text import clean, name_key
from segtui.errors import InvalidInput
from segtui.services.session import Transaction

_TABLES: Final = {"segment": segments, "campaign": campaigns}
_GONE: Final = "(deleted {field} {id})"
_IS_GONE: Final = re.compile(r"\(deleted (segment|campaign) [0-9]+\)", re.IGNORECASE)
# An id has fewer digits.
_ID_DIGITS: Final = 19


class UnknownName(InvalidInput):
    """A segment, campaign or import that does not exist; `membership` is the field, `value` the name or the id."""

    def __init__(self, message: str, membership: str, value: str) -> None:
        super().__init__(message, "where")
        self.membership, self.value = membership, value


def bind(tx: Transaction, criteria: Criteria) -> Criteria:
    """Return criteria with ids in place of the names of segments and campaigns.

    Raises UnknownName, with the nearest name, for a name or an import that does not exist.
    """
    if not _names_any(criteria):
        return criteria
    ids = {field: _ids(tx, field, _values(criteria, field)) for field in _TABLES}
    for number in _values(criteria, "import"):
        _demand_import(tx, number)

    def bound(comparison: Comparison) -> Criteria:
        if comparison.field not in _TABLES or not comparison.values:
            return comparison
        values = [number for name in comparison.values for number in ids[comparison.field][name]]
        return _with_values(comparison, values)

    return mapped(criteria, bound)


def unbind(tx: Transaction, criteria: Criteria) -> Criteria:
    """Return bound criteria with the present names of segments and campaigns.

    An id whose segment or campaign is gone becomes a text that says so, and that `bind` refuses.
    """
    if not _names_any(criteria):
        return criteria
    names = {field: _names(tx, table, _values(criteria, field)) for field, table in _TABLES.items()}

    def unbound(comparison: Comparison) -> Criteria:
        if comparison.field not in _TABLES:
            return comparison
        field = comparison.field
        values = [names[field].get(value) or _GONE.format(field=field, id=value) for value in comparison.values]
        return _with_values(comparison, values)

    return mapped(criteria, unbound)


def _names_any(criteria: Criteria) -> bool:
    return any(comparison.field in (*_TABLES, "import") for comparison in comparisons(criteria))


def _values(criteria: Criteria, field: str) -> list[str]:
    every = (comparison.values for comparison in comparisons(criteria) if comparison.field == field)
    return list(dict.fromkeys(value for values in every for value in values))


def _with_values(comparison: Comparison, values: Iterable[str]) -> Criteria:
    """Return the comparison with other values. Several values make an `in` of a single comparison."""
    unique = tuple(dict.fromkeys(values))
    operator = comparison.operator
    if len(unique) > 1 and operator != "in":
        several = Comparison(comparison.field, "in", unique)
        return several if operator == "=" else Not(several)
    return Comparison(comparison.field, operator, unique)


def _ids(tx: Transaction, field: str, names: list[str]) -> dict[str, list[str]]:
    """Return the ids, as text, of the segments or campaigns with each of these names. Raises UnknownName."""
    if not names:
        return {}
    table = _TABLES[field]
    keys = {name: name_key(name) for name in names}
    query = select(table.c.name_key, table.c.id).where(tx.scope(table), table.c.name_key.in_(set(keys.values())))
    ids: dict[str, list[str]] = {}
    for key, number in tx.execute(query.order_by(table.c.id)):
        ids.setdefault(key, []).append(str(number))
    for name, key in keys.items():
        # A text in place of what was deleted never means what happens to have that name.
        if key not in ids or _IS_GONE.fullmatch(name):
            every = tx.execute(select(table.c.name).where(tx.scope(table))).scalars()
            raise UnknownName(str(no_such(field, name, every)), field, name)
    return {name: ids[key] for name, key in keys.items()}


def _names(tx: Transaction, table: Table, ids: list[str]) -> dict[str, str]:
    if not ids:
        return {}
    query = select(table.c.id, table.c.name).where(tx.scope(table), table.c.id.in_(map(int, ids)))
    return {str(number): name for number, name in tx.execute(query)}


def _demand_import(tx: Transaction, number: str) -> None:
    """Raise UnknownName unless there is an import with this id."""
    is_id = number.isascii() and number.isdigit() and len(number) < _ID_DIGITS
    query = select(imports.c.id).where(tx.scope(imports), imports.c.id == (int(number) if is_id else 0))
    if tx.execute(query).first() is None:
        sentence = f"There is no import {clean(number)}; the list of imports shows their ids."
        raise UnknownName(sentence, "import", number)
