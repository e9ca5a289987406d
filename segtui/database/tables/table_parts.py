"""Parts of the tables: the metadata, and the columns and options that the tables share."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# A rowid has to be called INTEGER in SQLite, and STRICT tables know no BIGINT.
Id: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
Time = Id
Key: TypeEngine[str] = Text(collation="C").with_variant(Text(), "sqlite")

ROW: dict[str, Any] = {"sqlite_strict": True, "sqlite_autoincrement": True}
PAIR: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}


# Constraints and indexes that only one of the databases has; `info["backend"]` is its name, as for tables.
_ON_SQLITE = {"backend": "sqlite"}
_ON_POSTGRESQL = {"backend": "postgresql"}


def row_id() -> Column[int]:
    """Return the column of ids: unique in the database, whatever the company, from one sequence for each table."""
    return Column("id", Id, autoincrement=True, nullable=False)


def row_key() -> PrimaryKeyConstraint:
    """Return the primary key of a table with a `row_id`: led by the company, so that PostgreSQL can partition by it.

    On SQLite the id alone is the primary key, because it has to be the rowid: the search index refers to contacts by
    it, and only AUTOINCREMENT never gives an id twice. A composite key would gain nothing either (200,000 rows: pages
    of 50 by id take 0.95 of the time, insertions 0.85; WITHOUT ROWID a page by name takes 1.4).
    """
    return PrimaryKeyConstraint("company_id", "id")


def reference_key() -> UniqueConstraint:
    """Return the key that foreign keys to a table refer to on SQLite. On PostgreSQL that is the `row_key`."""
    return UniqueConstraint("company_id", "id", info=_ON_SQLITE)


def optional_key() -> UniqueConstraint:
    """Return what PostgreSQL has instead of a `row_key` where rows may belong to no company.

    A column of a primary key cannot be NULL.
    """
    return UniqueConstraint("company_id", "id", info=_ON_POSTGRESQL)


def index_ids(table: Table) -> None:
    """Index the ids on PostgreSQL, where no key is led by them: an admin looks rows up in all companies at once."""
    Index(f"ix_{table.name}_id", table.c.id, info=_ON_POSTGRESQL)


def company() -> Column[int]:
    """Return the column that says whose a row is."""
    return Column("company_id", Id, ForeignKey("companies.id"), nullable=False)


def count(name: str) -> Column[int]:
    """Return a column that counts, from 0."""
    return Column(name, Id, nullable=False, server_default="0")


def flag(name: str) -> Column[int]:
    """Return a column that is 0 or 1."""
    return Column(name, Integer, CheckConstraint(f"{name} IN (0, 1)", name=name), nullable=False, server_default="0")


def one_of(column: str, names: Iterable[str]) -> str:
    """Return the text of a CHECK that `column` holds one of `names`."""
    return f"{column} IN ({', '.join(repr(name) for name in names)})"
