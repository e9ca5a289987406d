"""The PostgreSQL tables of companies, hash-partitioned by company: the same columns, keys, indexes and triggers."""

from dataclasses import dataclass

from sqlalchemy import Connection

from segtui.database.engine import open_database
from segtui.database.tables.core_tables import COMPANY_TABLES
from segtui.database.tenancy import row_level_security

PARTS = 4
# Users are few, and admins belong to no company.
PARTITIONED = tuple(sorted(COMPANY_TABLES - {"users"}))


@dataclass(frozen=True)
class _Definitions:
    """The statements that make what belongs to a table again."""

    keys: list[str]
    foreign_keys: list[str]
    indexes: list[str]
    triggers: list[str]
    sequences: list[str]


def partition(url: str, parts: int = PARTS) -> None:
    """Partition the tables of the database at `url`, with their rows, and install the boundary between companies."""
    database = open_database(url)
    with database.engine.execution_options(every_company=True).begin() as connection:
        row_level_security.lift(connection)
        definitions = {table: _definitions(connection, table) for table in PARTITIONED}
        for table in PARTITIONED:
            for name in _column(connection, _FOREIGN_KEY_NAMES, table):
                _run(connection, f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for table in PARTITIONED:
            _replace(connection, table, definitions[table], parts)
        for table in PARTITIONED:
            for statement in definitions[table].foreign_keys:
                _run(connection, statement)
        problem = row_level_security.install(connection)
        assert problem is None, problem
    database.close()


def _replace(connection: Connection, table: str, definitions: _Definitions, parts: int) -> None:
    whole = f"{table}_whole"
    _run(connection, f"ALTER TABLE {table} RENAME TO {whole}")
    columns = f"LIKE {whole} INCLUDING ALL EXCLUDING INDEXES"
    _run(connection, f"CREATE TABLE {table} ({columns}) PARTITION BY HASH (company_id)")
    for part in range(parts):
        bounds = f"FOR VALUES WITH (MODULUS {parts}, REMAINDER {part})"
        _run(connection, f"CREATE TABLE {table}_{part} PARTITION OF {table} {bounds}")
    for sequence in definitions.sequences:
        _run(connection, f"ALTER SEQUENCE {sequence} OWNED BY {table}.id")
    _run(connection, f"INSERT INTO {table} SELECT * FROM {whole}")
    _run(connection, f"DROP TABLE {whole}")
    for statement in (*definitions.keys, *definitions.indexes, *definitions.triggers):
        _run(connection, statement)


_CONSTRAINTS = (
    "SELECT format('ALTER TABLE {table} ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)) "
    "FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype IN "
)
_KEYS = _CONSTRAINTS + "('p', 'u')"
_FOREIGN_KEYS = _CONSTRAINTS + "('f')"
_FOREIGN_KEY_NAMES = "SELECT conname FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = 'f'"
_INDEXES = (
    "SELECT pg_get_indexdef(i.indexrelid) FROM pg_index AS i WHERE i.indrelid = '{table}'::regclass "
    "AND NOT EXISTS (SELECT 1 FROM pg_constraint AS c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))"
)
_TRIGGERS = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal"
_SEQUENCES = (
    "SELECT objid::regclass::text FROM pg_depend WHERE classid = 'pg_class'::regclass AND deptype = 'a' "
    "AND refobjid = '{table}'::regclass AND objid IN (SELECT oid FROM pg_class WHERE relkind = 'S')"
)


def _definitions(connection: Connection, table: str) -> _Definitions:
    queries = (_KEYS, _FOREIGN_KEYS, _INDEXES, _TRIGGERS, _SEQUENCES)
    return _Definitions(*(_column(connection, query, table) for query in queries))


def _column(connection: Connection, query: str, table: str) -> list[str]:
    return [
        row[0]
        for row in connection.exec_driver_sql(query.format(table=table), execution_options={"no_parameters": True})
    ]


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)
