"""Sort and comparison keys of the contacts' text fields: their folded text, computed inside the database.

Two spellings that fold to the same text are one value. `fold()` has one definition, in Python. SQLite calls it;
PostgreSQL has a function that is made from it (`database.backends.postgresql_fold`).
"""

from sqlalchemy import ColumnElement

from segtui.database.tables.core_tables import contacts
from segtui.services.session import Transaction


def folded(tx: Transaction, field: str) -> ColumnElement[str]:
    """Return `fold()` of one of TEXT_FIELDS, NULL where that is blank, ordered by code point."""
    return tx.backend.values.folded(contacts.c[field])
