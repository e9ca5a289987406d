"""PostgreSQL's trigram index (pg_trgm), which the server maintains.

With row-level security (`tenancy.row_level_security`) no condition can use it any more: then it is queried by the
function `segtui_search`, once a statement.
"""

import json
from collections.abc import Callable
from typing import cast

from sqlalchemy import BindParameter, ColumnElement, bindparam, text

from segtui.database.backends.backend import Candidates, CompanyTransaction
from segtui.domain.search_terms import Search


class PostgresqlSearch:
    """Index queries as conditions, or by `segtui_search` under row-level security. Its upkeep is the server's."""

    is_deferred = False
    serves_conditions = True

    def __init__(self, is_guarded: Callable[[], bool]) -> None:
        self._is_guarded = is_guarded

    def is_queried_apart(self, tx: CompanyTransaction) -> bool:
        """Return whether only `segtui_search` can use the index."""
        return self._is_guarded() and tx.is_in_company

    def narrows(self, tx: CompanyTransaction) -> bool:
        """Return whether only `segtui_search` can use the index."""
        return self.is_queried_apart(tx)

    def hits(self, _tx: CompanyTransaction, search: Search) -> ColumnElement[bool]:
        """Return the condition that a contact is at one of the places in the table that `segtui_search` returns."""
        clauses: BindParameter[str] = bindparam(
            "clauses", json.dumps([clause.alternatives for clause in search]), unique=True
        )
        hits = text("contacts.ctid = ANY (ARRAY(SELECT segtui_search(:clauses)))").bindparams(clauses)
        return cast("ColumnElement[bool]", hits)

    def offers_fewer(self, _tx: CompanyTransaction, _search: Search, _limit: int) -> bool:
        """Return False: it cannot be counted without the whole query."""
        return False

    def is_better_than(self, _tx: CompanyTransaction, search: Search, _size: int) -> bool:
        """Return True for any search."""
        return bool(search)

    def candidates(
        self,
        _tx: CompanyTransaction,
        _search: Search,
        _condition: ColumnElement[bool],
        _id_range: tuple[int, int],
    ) -> Candidates | None:
        """Return None: the index holds places in the table, which are read to know the ids."""
        return None

    def before_change(self, tx: CompanyTransaction, condition: ColumnElement[bool]) -> None:
        """Do nothing."""

    def drop_remembered(self, tx: CompanyTransaction, condition: ColumnElement[bool]) -> None:
        """Do nothing."""

    def after_reinsert(self, tx: CompanyTransaction, contact_id: int) -> None:
        """Do nothing."""

    def after_change(self, tx: CompanyTransaction) -> None:
        """Do nothing."""

    def index_slice(self, _tx: CompanyTransaction, _rows: int) -> int:
        """Return 0."""
        return 0

    def commits_of_others(self, _tx: CompanyTransaction) -> int:
        """Return 0: there are no slices to wait between."""
        return 0

    def prepare_for_bulk(self, tx: CompanyTransaction) -> None:
        """Do nothing."""
