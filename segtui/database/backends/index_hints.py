"""Index hints for single statements, which SQLite obeys; PostgreSQL plans by its statistics."""

from typing import Any

from sqlalchemy import FromClause, Select


def by_index(statement: Select[Any], table: FromClause, index: str) -> Select[Any]:
    """Return a statement that SQLite reads `table` for by one index, or not at all."""
    return hinted(statement, table, f"INDEXED BY {index}")


def hinted(statement: Select[Any], table: FromClause, hint: str) -> Select[Any]:
    """Return a statement with a hint that is compiled for SQLite alone."""
    return statement.with_hint(table, hint, "sqlite")
