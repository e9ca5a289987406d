"""Query plans on SQLite: hints, because its planner takes an index of the order even for a walk of a million rows."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Table, UnaryExpression
from sqlalchemy.sql.operators import custom_op

from segtui.database.backends.backend import CompanyTransaction
from segtui.database.backends.index_hints import hinted


class SqlitePlanner:
    """Explicit hints: INDEXED BY and NOT INDEXED."""

    sorts_blanks_first = True

    def by_index(self, tx: CompanyTransaction, statement: Select[Any], table: Table, index: str) -> Select[Any]:
        """Return the statement with INDEXED BY."""
        return _hinted(tx, statement, table, f"INDEXED BY {index}")

    def by_id(self, tx: CompanyTransaction, statement: Select[Any], table: Table) -> Select[Any]:
        """Return the statement with NOT INDEXED, which leaves it the rowid."""
        return _hinted(tx, statement, table, "NOT INDEXED")

    def as_stored(self, tx: CompanyTransaction, statement: Select[Any], table: Table) -> Select[Any]:
        """Return the statement with SQLite's own index of (company_id, id)."""
        return _hinted(tx, statement, table, f"INDEXED BY sqlite_autoindex_{table.name}_1")

    def unindexed(self, key: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return `+key`."""
        return UnaryExpression(key, operator=custom_op("+"))

    def sort_key(self, key: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return `+key`: the planner does not weigh the cost of sorting."""
        return self.unindexed(key)

    def first_walk(self, steps: int) -> int:
        """Return `steps`."""
        return steps

    def walks_further(self, steps: int, limit: int, *, is_plain_search: bool) -> bool:  # noqa: ARG002
        """Return True: the search index tells beforehand where a walk is too long (`offers_fewer`)."""
        return True


def _hinted(tx: CompanyTransaction, statement: Select[Any], table: Table, hint: str) -> Select[Any]:
    return hinted(statement, table, hint) if tx.is_in_company else statement
