"""Opening a database: creating it where there is none, refusing what is not ours, saying so in one sentence."""

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import QueuePool

from segtui.config.settings import without_password
from segtui.database import schema
from segtui.database.backends.backend import APPLICATION_ID, OLDEST_SQLITE, Backend, backend_of
from segtui.database.backends.sqlite import Sqlite
from segtui.database.backends.stale_connections import file_identity
from segtui.database.tenancy import row_level_security, statement_guard
from segtui.domain.text import clean
from segtui.errors import DatabaseError, SchemaMismatch

# A silent server counts as away after half a minute; a long-running query does not.
_SERVER_OPTIONS = {
    "application_name": "segtui",
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


class Database:
    """An open database: its engine, and what it is called."""

    def __init__(self, engine: Engine, backend: Backend, path: Path | None) -> None:
        self.engine = engine
        self.path = path
        """The file of a SQLite database, None for a server."""
        self._backend = backend

    @property
    def backend(self) -> Backend:
        """The differences between the database systems."""
        return self._backend

    @property
    def url(self) -> URL:
        """The SQLAlchemy URL it was opened with. It may hold a password: show `description` instead."""
        return self.engine.url

    @property
    def description(self) -> str:
        """The database's name in messages: the path, or the URL without its password."""
        return clean(str(self.path)) if self.path else without_password(self.engine.url.render_as_string())

    @property
    def driver_error(self) -> type[Exception]:
        """The class of all errors of the driver below SQLAlchemy."""
        error: type[Exception] = self.engine.dialect.loaded_dbapi.Error
        return error

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def open_database(where: str | Path, *, create: bool = True, any_version: bool = False) -> Database:
    """Open the database at `where`: a SQLAlchemy URL or the path of a SQLite file.

    Where there is none it is created, unless `create` is false. With `any_version` an older or newer schema is let
    through, for the commands that inspect or migrate it.

    Raises SchemaMismatch for a database of another program or schema, DatabaseError for all else, as one sentence.
    """
    url = _url(where)
    backend = backend_of(url.get_backend_name())
    path = _sqlite_path(url) if isinstance(backend, Sqlite) else None
    if path is not None:
        _prepare_file(path, create=create)
        url = url.set(database=str(path))
    database = Database(_engine(url, backend), backend, path)
    try:
        with database.engine.connect() as connection:
            revision = schema.revision_of(connection)
        if revision is None and path is None and create:
            _create_on_server(database.engine)
            revision = schema.HEAD
        if revision is None and path is None and not any_version:
            raise SchemaMismatch(f"{database.description} has no tables yet; `segtui import` creates them.")
        if not any_version:
            schema.demand_current(revision)
        if path is None:
            with database.engine.connect() as connection:
                backend.detect_isolation(connection)
    except DBAPIError as error:
        database.close()
        raise backend.explain(error) from error
    except DatabaseError:
        database.close()
        raise
    if path is not None and not any_version:
        _verify_replaced_files(database.engine, path)
    return database


def sqlite_file(where: str | Path) -> Path | None:
    """Return the file of the database at `where`, None for a server. Raises DatabaseError for what is no address."""
    url = _url(where)
    return _sqlite_path(url) if isinstance(backend_of(url.get_backend_name()), Sqlite) else None


def _verify_replaced_files(engine: Engine, path: Path) -> None:
    """Look at a file that takes the place of the one that was opened as closely as at that one."""
    trusted = {file_identity(str(path))}

    @event.listens_for(engine, "do_connect")
    def _connecting(*_: object) -> None:
        identity = file_identity(str(path))
        if identity is None or identity in trusted:
            return
        _demand_ours(path)
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True)) as other:
            schema.demand_current(other.execute(f"SELECT version_num FROM {schema.VERSION_TABLE}").fetchone()[0])  # noqa: S608  a constant
        trusted.add(identity)


def _url(where: str | Path) -> URL:
    text = str(where)
    if "://" not in text:
        return URL.create("sqlite", database=str(_absolute(text)))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseError("This is not a database URL such as postgresql://user@host/name.") from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    return url


def _sqlite_path(url: URL) -> Path:
    if not url.database or url.database == ":memory:" or url.query:
        raise DatabaseError("A SQLite database is the path of a file, without options.")
    return _absolute(url.database)


def _absolute(path: str) -> Path:
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:  # `~somebody`
        raise DatabaseError(f"{clean(path)} begins with the home folder of an unknown user.") from None


def _engine(url: URL, backend: Backend) -> Engine:
    options: dict[str, Any] = {"hide_parameters": True}
    if isinstance(backend, Sqlite):
        options |= {"poolclass": QueuePool, "connect_args": {"check_same_thread": False, "timeout": 30}}
        # The connection used last has the pages in its cache. In turn, each would fill a cache of its own.
        options["pool_use_lifo"] = True
    else:
        # Regardless of the default of server or account: under a stricter level a statement sees the rows of when
        # the transaction began, so a writer that waited for a lock would act on outdated rows.
        options["isolation_level"] = "READ COMMITTED"
        options["connect_args"] = {key: value for key, value in _SERVER_OPTIONS.items() if key not in url.query}
    try:
        engine = create_engine(url, **options)
    except (NoSuchModuleError, ModuleNotFoundError):
        raise DatabaseError(
            "PostgreSQL needs its driver: run `pip install '.[postgresql]'` in the folder with segtui's source."
        ) from None
    backend.prepare(engine)
    statement_guard.install(engine)
    return engine


def _prepare_file(path: Path, *, create: bool) -> None:
    """Make sure that `path` is a SQLite file of ours, creating it where there is nothing."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise DatabaseError(f"segtui needs SQLite 3.37 or newer; this Python has {sqlite3.sqlite_version}.")
    try:
        if not path.exists():
            if not create:
                raise DatabaseError(f"There is no database at {clean(str(path))} yet; `segtui import` creates one.")
            _create_file(path)
        elif not path.is_file():
            raise DatabaseError(f"{clean(str(path))} is not a file.")
    except OSError as error:
        raise DatabaseError(f"{clean(str(path))} cannot be used: {error.strerror or error}.") from error
    _demand_ours(path)


def _demand_ours(path: Path) -> None:
    """Raise SchemaMismatch unless the header of the file says that it is ours (an empty file is not)."""
    connection = None
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=30)
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        if application_id == APPLICATION_ID:
            _demand_wal(connection)
    except sqlite3.Error as error:
        if "not a database" in str(error):
            raise SchemaMismatch(f"{clean(str(path))} is not a SQLite database.") from error
        sentence = Sqlite().explain(DBAPIError("", None, error))
        raise DatabaseError(f"{clean(str(path))}: {sentence}") from error
    finally:
        if connection is not None:
            connection.close()
    if application_id != APPLICATION_ID:
        raise SchemaMismatch(f"{clean(str(path))} belongs to another program, or is empty; segtui leaves it unchanged.")


def _demand_wal(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work side by side; a restored backup does not by itself."""
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        with suppress(sqlite3.OperationalError):  # read-only, or in use this moment: it works as it is
            connection.execute("PRAGMA journal_mode = WAL")


def _create_file(path: Path) -> None:
    """Create the database beside its place and link it in when it is whole: a kill leaves no half of one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)  # mode 0600
    os.close(handle)
    fresh = Path(name)
    try:
        engine = _engine(URL.create("sqlite", database=name), Sqlite())
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)  # noqa: S101  narrows the type
            raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            raw.execute("PRAGMA journal_mode = WAL")
        with engine.execution_options(writes=True, every_company=True).begin() as connection:
            schema.migrate(connection)
        engine.dispose()
        path.hardlink_to(fresh)
    except FileExistsError:
        pass  # another process was faster; its database is as good
    except DBAPIError as error:
        raise Sqlite().explain(error) from error
    finally:
        for leftover in (fresh, Path(f"{name}-wal"), Path(f"{name}-shm")):
            leftover.unlink(missing_ok=True)


def _create_on_server(engine: Engine) -> None:
    with engine.execution_options(every_company=True).begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({APPLICATION_ID})")
        if schema.revision_of(connection) is None:
            schema.migrate(connection)
            row_level_security.install(connection)  # where this account may not, `maintenance` says so
