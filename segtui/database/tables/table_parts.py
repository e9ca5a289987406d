"""What the tables are made of: the one metadata, and the columns and options that they have in common."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, MetaData, Text
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


def company() -> Column[int]:
    """Return the column that says whose a row is."""
    return Column("company_id", Id, ForeignKey("companies.id"), nullable=False)


def count(name: str) -> Column[int]:
    """Return a column that counts, from 0."""
    return Column(name, Id, nullable=False, server_default="0")


def flag(name: str) -> Column[int]:
    """Return a column that is 0 or 1."""
    return Column(name, Integer, CheckConstraint(f"{name} IN (0, 1)", name=name), nullable=False, server_default="0")
