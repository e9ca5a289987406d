"""SQLite's net under the boundary between companies: triggers that refuse to write a row of another company.

The program is right without it: every statement names its company (`statement_guard`). The triggers are
temporary, so they hold for the connection that works in one company and for no other. They are only where they cost
less than a third of what they guard: not under the insertion of contacts (which took 1.4 times as long, for SQLite
copies what an INSERT … SELECT reads once there is a trigger) and the deletion of memberships (1.5 times).
"""

import sqlite3
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection

from segtui.database.tables.core_tables import COMPANY_TABLES

_TOO_DEAR: Final = {("contacts", "INSERT"), ("memberships", "DELETE")}
# Who works in one company changes no users.
_TABLES: Final = (*sorted(COMPANY_TABLES - {"users"}), "companies")
_ROWS: Final = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def spread(connection: Connection, company_id: int | None) -> None:
    """Let this connection write rows of one company alone, or of all. Call it before a transaction begins."""
    info = connection.info
    if info.get("net") == company_id:
        return
    raw: Any = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101  narrows the type
    for name, _, _, _ in _triggers():
        raw.execute(f"DROP TRIGGER IF EXISTS temp.{name}")
    info["net"] = None
    if company_id is None:
        return
    for name, table, event, column in _triggers():
        other = " OR ".join(f"{row}.{column} IS NOT {company_id:d}" for row in _ROWS[event])
        raw.execute(
            f"CREATE TEMP TRIGGER {name} BEFORE {event} ON main.{table} WHEN {other} "
            "BEGIN SELECT RAISE(ABORT, 'this row belongs to another company'); END"
        )
    info["net"] = company_id


def _triggers() -> Iterator[tuple[str, str, str, str]]:
    """Yield name, table, event and the column that says whose a row is."""
    for table in _TABLES:
        for event in _ROWS:
            if (table, event) not in _TOO_DEAR:
                yield f"net_{table}_{event.lower()}", table, event, "id" if table == "companies" else "company_id"
