"""Sort and comparison keys of the contacts' text fields: their folded text, computed inside the database.

Two spellings that fold to the same text are one value, and `fold()` has one definition, in Python. SQLite calls it. On
PostgreSQL the search text holds it for every searched field; for the others a statement folds plain ASCII itself, and
gets the rest as a parameter.
"""

from sqlalchemy import ColumnElement

from segtui.services.session import Transaction


def folded(tx: Transaction, field: str) -> ColumnElement[str]:
    """Return `fold()` of one of TEXT_FIELDS, NULL where that is blank, ordered by code point."""
    return tx.backend.search.folded(tx, field)
