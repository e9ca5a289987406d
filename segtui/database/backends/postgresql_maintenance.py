"""Inspection and repair of a database on a PostgreSQL server."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from segtui.database.backends.backend import Connect
from segtui.database.tenancy import row_level_security
from segtui.domain.text import clean
from segtui.errors import DatabaseError


class PostgresqlMaintenance:
    """The server's sizes, its trigram index, and row-level security."""

    def __init__(self, is_guarded: Callable[[], bool]) -> None:
        self._is_guarded = is_guarded

    def version(self, connection: Connection) -> str:
        """Return the version of the server."""
        return f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar_one()}"

    def search_index_state(self, connection: Connection) -> str:
        """Return whether the index exists and is valid, and else why not."""
        extension = connection.exec_driver_sql("SELECT extversion FROM pg_extension WHERE extname = 'pg_trgm'").scalar()
        if _is_index_valid(connection):
            return f"complete (pg_trgm {extension})"
        available = connection.exec_driver_sql("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'").scalar()
        if extension:
            why = f"pg_trgm {extension} is installed, `segtui db upgrade` creates the index"
        elif available:
            why = "run `CREATE EXTENSION pg_trgm` here as a privileged account, then `segtui db upgrade`"
        else:
            why = "this server does not have the extension pg_trgm"
        return f"none; searches are right, but slower: {why}"

    def isolation(self, connection: Connection) -> str | None:
        """Return whether row-level security is on, and else how to allow it."""
        if self._is_guarded():
            return "by the program and by row-level security"
        account = clean(str(connection.exec_driver_sql("SELECT current_user").scalar_one()))
        return (
            f"by the program alone; with ALTER ROLE {account} CREATEROLE, `segtui db upgrade` has the server do it "
            "as well"
        )

    def isolation_warning(self, connect: Connect) -> str | None:
        """Return a sentence where row-level security is off."""
        if self._is_guarded():
            return None
        with connect() as connection:
            return f"Companies are kept apart {self.isolation(connection)}."

    def sizes(self, connection: Connection) -> Iterator[tuple[str, int]]:
        """Yield the sizes of the database, the contacts and their search index."""
        yield "Size", connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
        for name, relation in (("Size of contacts", "contacts"), ("Size of search index", "ix_contacts_search")):
            # A partitioned relation is the sum of its parts; a plain one is in no tree.
            parts = f"SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(to_regclass('{relation}'))"  # noqa: S608  ours
            total = f"SELECT coalesce(({parts}), pg_total_relation_size(to_regclass('{relation}')))::bigint"
            size = connection.exec_driver_sql(total).scalar()
            if size is not None:
                yield name, size

    def warnings(self, _connection: Connection) -> Iterator[str]:
        """Yield nothing."""
        yield from ()

    def damages(self, _connection: Connection) -> Iterator[str]:
        """Yield nothing: the server checks its pages itself."""
        yield from ()

    def problems(self, connection: Connection) -> Iterator[str]:
        """Yield an invalid index, and what is wrong with roles and policies."""
        if _is_index_valid(connection) is False:
            yield "The search index is incomplete, and searches do not use it: run `segtui db upgrade`."
        yield from row_level_security.problems(connection)

    def search_problems(self, _connect: Connect) -> Iterator[str]:
        """Yield nothing: the server maintains the index."""
        yield from ()

    def before_migration(self, connection: Connection) -> None:
        """Lift row-level security for the owner of the tables."""
        row_level_security.lift(connection)

    def after_migration(self, connection: Connection) -> None:
        """Install roles and policies, where this account may."""
        row_level_security.install(connection)

    def repair_search(self, connect: Connect) -> None:
        """Create the index where the extension was missing when the tables were made, and is available now."""
        with connect(writes=True, as_owner=True) as connection:
            if _is_index_valid(connection):
                return
            # An account that may not create extensions goes on without: `search_index_state` says so.
            with suppress(DBAPIError), connection.begin_nested():
                connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                connection.exec_driver_sql("DROP INDEX IF EXISTS ix_contacts_search")
                connection.exec_driver_sql(
                    "CREATE INDEX ix_contacts_search ON contacts USING gin (search gin_trgm_ops)"
                )

    def rebuild_search(self, connect: Connect) -> None:
        """Do nothing."""

    def demand_backup(self) -> NoReturn:
        """Raise DatabaseError."""
        raise DatabaseError("This is a PostgreSQL database: back it up with pg_dump.")

    def backup(self, _engine: Engine, _target: Path) -> None:
        """Raise DatabaseError."""
        self.demand_backup()


def _is_index_valid(connection: Connection) -> bool | None:
    """Return whether the trigram index is valid; None where there is none."""
    statement = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('ix_contacts_search')"
    valid: bool | None = connection.exec_driver_sql(statement).scalar()
    return valid
