"""What the text fields of contacts are compared and sorted by: their folded text, worked out inside the database.

Two spellings that fold to the same are one value, and `fold()` has one definition, in Python. SQLite calls it. On
PostgreSQL the search text holds it for every field that is searched; for the others a statement folds what is plain
ASCII, and is told the rest.
"""

from sqlalchemy import ColumnElement, Text, case, cast, func, select

from segtui.database.tables.core_tables import contacts
from segtui.domain.search_terms import SEARCHED_FIELDS
from segtui.domain.text import fold
from segtui.services.session import Transaction

# In ASCII nothing but letters, apostrophes and blanks is folded.
_PLAIN = "^[ -~]*$"
_APOSTROPHES = "'`"


def folded(tx: Transaction, field: str) -> ColumnElement[str]:
    """Return `fold()` of one of TEXT_FIELDS, NULL where that is blank, in the order of its letters' code points."""
    if tx.on_sqlite:
        return func.fold_of(contacts.c[field], type_=Text)
    key = _searched(field) if field in SEARCHED_FIELDS else _unsearched(tx, field)
    return func.nullif(key, "", type_=Text)


def line_of(field: str) -> int:
    """Return the number of the line, from 1, that a field has in the search text."""
    return SEARCHED_FIELDS.index(field) + 1


def _searched(field: str) -> ColumnElement[str]:
    """Return the line of the search text, where two blanks lead every word."""
    line = func.split_part(contacts.c.search, "\n", line_of(field), type_=contacts.c.search.type)
    return func.ltrim(func.replace(line, "  ", " ", type_=line.type), type_=line.type)


def _unsearched(tx: Transaction, field: str) -> ColumnElement[str]:
    from sqlalchemy.dialects.postgresql import JSONB

    column = contacts.c[field].collate("C")
    is_plain = column.regexp_match(_PLAIN)
    bare = func.lower(func.translate(column, _APOSTROPHES, "", type_=Text), type_=Text)
    plain = func.btrim(func.regexp_replace(bare, " +", " ", "g", type_=Text), type_=Text)
    others = tx.execute(select(contacts.c[field]).distinct().where(tx.scope(contacts), ~is_plain)).scalars()
    told = cast({value: fold(value) for value in others}, JSONB)
    return case((is_plain, plain), else_=told[contacts.c[field]].astext).collate("C")
