"""Query plans on PostgreSQL, which weighs costs by its statistics and takes no hints."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Table

from segtui.database.backends.backend import CompanyTransaction

# Index entries walked to learn whether there are many matches.
_FIRST_WALK = 500


class PostgresqlPlanner:
    """No hints; short walks, because a full-text condition cannot be counted beforehand."""

    sorts_blanks_first = False

    def by_index(self, _tx: CompanyTransaction, statement: Select[Any], _table: Table, _index: str) -> Select[Any]:
        """Return the statement as it is."""
        return statement

    def by_id(self, _tx: CompanyTransaction, statement: Select[Any], _table: Table) -> Select[Any]:
        """Return the statement as it is."""
        return statement

    def as_stored(self, _tx: CompanyTransaction, statement: Select[Any], _table: Table) -> Select[Any]:
        """Return the statement as it is."""
        return statement

    def unindexed(self, key: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return `key || ''`."""
        return key.concat("")

    def sort_key(self, key: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return the key as it is."""
        return key

    def first_walk(self, _steps: int) -> int:
        """Return a few hundred entries."""
        return _FIRST_WALK

    def walks_further(self, steps: int, limit: int, *, is_plain_search: bool) -> bool:
        """Limit plain searches, which the index answers as soon as it finds little; other tests must be tried."""
        return steps <= limit or not is_plain_search
