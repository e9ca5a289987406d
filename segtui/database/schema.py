"""The version of the schema: which one this program wants, which one a database has, and the way from one to another.

Start-up compares one word (`revision_of`) and imports Alembic only where something has to be created or migrated.
"""

import threading
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from segtui.errors import SchemaMismatch

VERSION_TABLE = "segtui_version"
_MIGRATIONS = Path(__file__).parent / "migrations"
REVISIONS = tuple(sorted(path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")))
"""Every revision in order, by the names of the migrations; the program works with the last."""
HEAD = REVISIONS[-1]
# Alembic keeps the migration it runs in module globals: one at a time in a process.
_migrating = threading.Lock()


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the database, None where it has no tables at all.

    Raises SchemaMismatch where there are tables and none of them is ours.
    """
    inspector = inspect(connection)
    if inspector.has_table(VERSION_TABLE):
        revision = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608  a constant
        return str(revision) if revision else None
    if inspector.get_table_names():
        raise SchemaMismatch("This database belongs to another program: it has tables, but none of segtui's.")
    return None


def demand_current(revision: str | None) -> None:
    """Raise SchemaMismatch, with what to do, unless `revision` is the one this program works with."""
    if revision == HEAD:
        return
    if revision in REVISIONS:
        raise SchemaMismatch(
            f"The database has schema {revision}, this segtui needs {HEAD}: make a backup and run `segtui db upgrade`."
        )
    raise SchemaMismatch(
        f"The database has schema {revision or 'unknown'}, which is newer than this segtui knows ({HEAD}): "
        "install a newer segtui."
    )


def migrate(connection: Connection) -> None:
    """Bring the database behind `connection` to HEAD, inside the transaction that is open on it."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    with _migrating:
        command.upgrade(config, "head")
