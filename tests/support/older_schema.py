"""A database of this program taken back to an older schema, for tests of migrations."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, text

from segtui.database import schema
from segtui.database.engine import Database

# The tables and columns that revision 0014 adds, those of revision 0013, and those of the revisions from 0007 to 0012.
TABLES_OF_0014 = ("segment_days", "segment_watches", "campaign_segments")
_COLUMNS_OF_0014 = {"segments": ("members_hash", "used_at", "generated_name")}
_TABLES_OF_0013 = ("contact_calls", "custom_field_names", "views")
_COLUMNS_OF_0013 = {"contacts": ("region",), "segments": ("callable", "changes_at", "rule")}
NEW_TABLES = ("import_confirmations", "import_remarks", "database_ids", "unrecorded_calls")
_NEW_COLUMNS = {
    "campaigns": ("confirmed_id",),
    "call_attempts": ("database_id", "phone", "platform_attempt_id"),
    "companies": ("timezone",),
}
# Tables whose keys on PostgreSQL revision 0012 changes; foreign keys refer to the first four.
_REFERENCED = ("contacts", "segments", "imports", "campaigns")
_REKEYED = (*_REFERENCED, "call_attempts", "unrecorded_calls", "audit")


def take_back_to_0013(database: Database) -> None:
    """Take away the tables and columns of the tool box."""
    with database.engine.execution_options(writes=True, every_company=True).begin() as connection:
        drop_tool_box(connection)
        _set_revision(connection, "0013")


def take_back_to_0012(database: Database) -> None:
    """Take away the tables and columns of criteria, too."""
    with database.engine.execution_options(writes=True, every_company=True).begin() as connection:
        drop_criteria(connection)
        _set_revision(connection, "0012")


def take_back_to_0011(database: Database) -> None:
    """Put the keys of PostgreSQL back to those of before as well."""
    with database.engine.execution_options(writes=True, every_company=True).begin() as connection:
        drop_criteria(connection)
        restore_keys(connection)
        _set_revision(connection, "0011")


def take_back_to_0006(database: Database) -> None:
    """Take away the tables and columns that later revisions add."""
    with database.engine.execution_options(writes=True, every_company=True).begin() as connection:
        drop_criteria(connection)
        restore_keys(connection)
        _drop(connection, NEW_TABLES, _NEW_COLUMNS)
        _set_revision(connection, "0006")


def drop_tool_box(connection: Connection) -> None:
    """Take away the tables and columns that revision 0014 adds."""
    _drop(connection, TABLES_OF_0014, _COLUMNS_OF_0014)


def drop_criteria(connection: Connection) -> None:
    """Take away the tables and columns that revisions 0013 and 0014 add."""
    drop_tool_box(connection)
    connection.execute(text("DROP INDEX ix_segments_live"))
    _drop(connection, _TABLES_OF_0013, _COLUMNS_OF_0013)


def _drop(connection: Connection, tables: Iterable[str], columns: Mapping[str, Iterable[str]]) -> None:
    for table in tables:
        connection.execute(text(f"DROP TABLE {table}"))
    for table, names in columns.items():
        for name in names:
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {name}"))


def restore_keys(connection: Connection) -> None:
    """Make (id) the primary key of PostgreSQL's tables again, with a unique key of the company and the id."""
    if connection.dialect.name == "sqlite":
        return
    foreign_keys = connection.execute(
        text(
            "SELECT conrelid::regclass::text AS of_table, conname AS name, pg_get_constraintdef(oid) AS definition "
            "FROM pg_constraint WHERE contype = 'f' AND confrelid::regclass::text = ANY (:referenced)"
        ),
        {"referenced": list(_REFERENCED)},
    ).all()
    for key in foreign_keys:
        connection.execute(text(f"ALTER TABLE {key.of_table} DROP CONSTRAINT {key.name}"))
    for table in _REKEYED:
        name = f"uq_{table}_company_id_id" if table == "audit" else f"pk_{table}"
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        connection.execute(text(f"DROP INDEX ix_{table}_id"))
        connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT pk_{table} PRIMARY KEY (id)"))
    for table in _REFERENCED:
        unique = f"uq_{table}_company_id_id UNIQUE (company_id, id)"
        connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {unique}"))
    for key in foreign_keys:
        connection.execute(text(f"ALTER TABLE {key.of_table} ADD CONSTRAINT {key.name} {key.definition}"))


def _set_revision(connection: Connection, revision: str) -> None:
    connection.execute(text(f"UPDATE {schema.VERSION_TABLE} SET version_num = '{revision}'"))
