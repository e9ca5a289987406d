"""A database of this program taken back to an older schema, for tests of migrations."""

from sqlalchemy import text

from segtui.database import schema
from segtui.database.engine import Database

# What the revisions after 0006 add.
NEW_TABLES = ("import_confirmations", "import_remarks", "database_ids", "unrecorded_calls")
_NEW_COLUMNS = {
    "campaigns": ("confirmed_id",),
    "call_attempts": ("database_id", "phone", "platform_attempt_id"),
    "companies": ("timezone",),
}


def take_back_to_0006(database: Database) -> None:
    """Take away the tables and columns that later revisions add."""
    with database.engine.execution_options(writes=True, every_company=True).begin() as connection:
        for table in NEW_TABLES:
            connection.execute(text(f"DROP TABLE {table}"))
        for table, names in _NEW_COLUMNS.items():
            for name in names:
                connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {name}"))
        connection.execute(text(f"UPDATE {schema.VERSION_TABLE} SET version_num = '0006'"))
