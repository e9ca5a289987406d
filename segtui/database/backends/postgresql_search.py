"""PostgreSQL's trigram index (pg_trgm), which the server maintains.

With row-level security (`tenancy.row_level_security`) no condition can use it any more: then it is queried by the
function `segtui_search`, once a statement.
"""

import json
from collections.abc import Callable
from typing import cast

from sqlalchemy import BindParameter, ColumnElement, Text, bindparam, case, func, select, text
from sqlalchemy import cast as sql_cast

from segtui.database.backends.backend import CompanyTransaction
from segtui.database.tables.core_tables import contacts
from segtui.domain.contact import SEARCHED_FIELDS
from segtui.domain.search_terms import Search
from segtui.domain.text import fold

# In ASCII nothing but letters, apostrophes and blanks is folded.
_PLAIN = "^[ -~]*$"
_APOSTROPHES = "'`"


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

    def folded(self, tx: CompanyTransaction, field: str) -> ColumnElement[str]:
        """Return the field's line of the search text, or fold what is plain ASCII and look up the rest."""
        key = _searched(field) if field in SEARCHED_FIELDS else _unsearched(tx, field)
        return func.nullif(key, "", type_=Text)

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


def _unsearched(tx: CompanyTransaction, field: str) -> ColumnElement[str]:
    from sqlalchemy.dialects.postgresql import JSONB

    column = contacts.c[field].collate("C")
    is_plain = column.regexp_match(_PLAIN)
    bare = func.lower(func.translate(column, _APOSTROPHES, "", type_=Text), type_=Text)
    plain = func.btrim(func.regexp_replace(bare, " +", " ", "g", type_=Text), type_=Text)
    others = tx.execute(select(contacts.c[field]).distinct().where(tx.scope(contacts), ~is_plain)).scalars()
    folded = sql_cast({value: fold(value) for value in others}, JSONB)
    return case((is_plain, plain), else_=folded[contacts.c[field]].astext).collate("C")
