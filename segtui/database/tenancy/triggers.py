"""Tenant triggers on SQLite: temporary triggers that refuse to write a row of another company.

The program is right without them: every statement names its company (`statement_guard`). Temporary triggers hold for
one connection only. They exist where they cost less than a third of the write: not for the insertion of contacts (1.4
times as long, because SQLite copies what an INSERT … SELECT reads once there is a trigger) and the deletion of
memberships (1.5 times).
"""

import sqlite3
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection

from segtui.database.tables.core_tables import COMPANY_TABLES

_TOO_EXPENSIVE: Final = {("contacts", "INSERT"), ("memberships", "DELETE")}
# A session of one company changes no users.
_TABLES: Final = (*sorted(COMPANY_TABLES - {"users"}), "companies")
_ROWS: Final = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def install(connection: Connection, company_id: int | None) -> None:
    """Limit the writes of a connection to one company; None lifts the limit. Call it before a transaction begins."""
    info = connection.info
    if info.get("company_triggers") == company_id:
        return
    raw: Any = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101  narrows the type
    for name, _, _, _ in _triggers():
        raw.execute(f"DROP TRIGGER IF EXISTS temp.{name}")
    info["company_triggers"] = None
    if company_id is None:
        return
    for name, table, event, column in _triggers():
        other = " OR ".join(f"{row}.{column} IS NOT {company_id:d}" for row in _ROWS[event])
        raw.execute(
            f"CREATE TEMP TRIGGER {name} BEFORE {event} ON main.{table} WHEN {other} "
            "BEGIN SELECT RAISE(ABORT, 'this row belongs to another company'); END"
        )
    info["company_triggers"] = company_id


def _triggers() -> Iterator[tuple[str, str, str, str]]:
    """Yield name, table, event and company column of each trigger."""
    for table in _TABLES:
        for event in _ROWS:
            if (table, event) not in _TOO_EXPENSIVE:
                yield f"company_{table}_{event.lower()}", table, event, "id" if table == "companies" else "company_id"
