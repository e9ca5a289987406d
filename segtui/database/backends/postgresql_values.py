"""Computed values on PostgreSQL. It has no `fold()`: what is plain ASCII is folded in SQL, the rest is a parameter."""

from sqlalchemy import ColumnElement, Double, Text, case, func, select
from sqlalchemy import cast as sql_cast

from segtui.database.backends.backend import CompanyTransaction
from segtui.database.tables.core_tables import contacts
from segtui.domain.numbers import NUMBER
from segtui.domain.text import fold

# In ASCII nothing but letters, apostrophes and blanks is folded.
_PLAIN = "^[ -~]*$"
_APOSTROPHES = "'`"


class PostgresqlValues:
    """See `backend.ValueExpressions`."""

    def json_text(self, column: ColumnElement[str], key: str) -> ColumnElement[str]:
        """Use `->>` on JSONB."""
        from sqlalchemy.dialects.postgresql import JSONB

        value: ColumnElement[str] = sql_cast(column, JSONB)[key].astext
        return value

    def folded(self, tx: CompanyTransaction, value: ColumnElement[str]) -> ColumnElement[str]:
        """Fold what is plain ASCII, and look up the other values that contacts have in a parameter."""
        from sqlalchemy.dialects.postgresql import JSONB

        value = value.collate("C")
        is_plain = value.regexp_match(_PLAIN)
        bare = func.lower(func.translate(value, _APOSTROPHES, "", type_=Text), type_=Text)
        plain = func.btrim(func.regexp_replace(bare, " +", " ", "g", type_=Text), type_=Text)
        others = tx.execute(select(value).select_from(contacts).distinct().where(tx.scope(contacts), ~is_plain))
        folded = sql_cast({other: fold(other) for other in others.scalars()}, JSONB)
        return func.nullif(case((is_plain, plain), else_=folded[value].astext), "", type_=Text).collate("C")

    def number(self, value: ColumnElement[str]) -> ColumnElement[float]:
        """Cast what a regular expression says is a number."""
        stripped = func.btrim(value, type_=Text)
        return case((stripped.regexp_match(f"^{NUMBER}$"), sql_cast(stripped, Double)))
