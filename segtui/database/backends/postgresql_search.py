"""PostgreSQL's trigram index (pg_trgm), which the server maintains.

With row-level security (`tenancy.row_level_security`) no condition can use it any more: then it is queried by the
function `segtui_search`, once a statement.
"""

import json
from collections.abc import Callable
from typing import cast

from sqlalchemy import BindParameter, ColumnElement, Text, bindparam, func, text

from segtui.database.backends.backend import CompanyTransaction
from segtui.database.backends.postgresql_values import PostgresqlValues
from segtui.database.tables.core_tables import contacts
from segtui.domain.contact import SEARCHED_FIELDS
from segtui.domain.search_terms import Search


class PostgresqlSearch:
    """Index queries as conditions, or by `segtui_search` under row-level security. Its upkeep is the server's."""

    is_deferred = False
    serves_conditions = True

    def __init__(self, is_guarded: Callable[[], bool], values: PostgresqlValues) -> None:
        self._is_guarded = is_guarded
        self._values = values

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

    def folded(self, tx: CompanyTransaction, field: str) -> ColumnElement[str]:
        """Return the field's line of the search text, or else fold the value."""
        if field not in SEARCHED_FIELDS:
            return self._values.folded(tx, contacts.c[field])
        return func.nullif(_searched(field), "", type_=Text)

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

    def prepare_for_bulk(self, tx: CompanyTransaction) -> None:
        """Do nothing."""


def _searched(field: str) -> ColumnElement[str]:
    """Return the line of the search text, where two blanks lead every word."""
    number = SEARCHED_FIELDS.index(field) + 1
    line = func.split_part(contacts.c.search, "\n", number, type_=contacts.c.search.type)
    return func.ltrim(func.replace(line, "  ", " ", type_=line.type), type_=line.type)
