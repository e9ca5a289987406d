"""SQLite as a backend: see `backend.Backend`."""

import json
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Table,
    bindparam,
    event,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError

from segtui.database.backends import sqlite_values
from segtui.database.backends.backend import BUSY_SECONDS, Maintenance
from segtui.database.backends.sqlite_planner import SqlitePlanner
from segtui.database.backends.sqlite_search import SqliteSearch
from segtui.database.backends.sqlite_values import SqliteValues
from segtui.database.backends.stale_connections import detect_replaced_files
from segtui.database.tenancy import triggers
from segtui.database.tenancy.session_check import SessionClaims, demand_valid
from segtui.domain.text import clean
from segtui.errors import Cancelled, DatabaseBusy, DatabaseError, SegtuiError

if TYPE_CHECKING:  # only a running import loads it
    from polars import DataFrame

# Rows of one INSERT statement: fewer statements, and fewer calls through the interpreter.
_ROWS_PER_INSERT = 100
# Rows of a frame that are Python objects at a time: they stay in the processor's cache, which saves a seventh.
_ROWS_PER_SLICE = 2_000
# Characters of a list of ids that are parsed in one go.
_ID_TEXT_SLICE = 65_536

_SETTINGS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA synchronous = FULL",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA cache_size = -4096",
)
# Rows of a bulk insert from which on indexes may be rebuilt instead of maintained.
_REBUILD_ROWS = 50_000
_BULK_CACHE = "PRAGMA main.cache_size = -65536"
_BULK_SETTINGS = (_BULK_CACHE, "PRAGMA temp.cache_size = -16384", "PRAGMA threads = 1")
# SQLite sorts in parts of the size of this cache; with `threads`, it sorts one part while it reads the next. Parts of
# 1 MB fit into the processor's cache: an index of 2,000,000 e-mails takes 2.7 s of processor time, 4.3 s with 64 MB.
_SORT_CACHE = "PRAGMA main.cache_size = -1024"
_SECURE_DELETE_ON = 1  # every deleted page is overwritten; with FAST only where that costs no further writing


class _Hinting(SQLiteCompiler):
    """Compiles hints such as INDEXED BY, which SQLAlchemy leaves out for SQLite."""

    def get_from_hint_text(self, _table: FromClause, text: str | None) -> str | None:
        return text


class Sqlite:
    """SQLite 3.37 or newer, one file in WAL mode."""

    name = "sqlite"
    interrupts_at_once = True
    has_single_writer = True
    is_guarded = False

    def __init__(self) -> None:
        self.search = SqliteSearch()
        self.planner = SqlitePlanner()
        self.values = SqliteValues()

    @cached_property
    def maintenance(self) -> Maintenance:
        """The inspection and repair of the file, loaded when it is used."""
        from segtui.database.backends.sqlite_maintenance import SqliteMaintenance

        return SqliteMaintenance()

    def prepare(self, engine: Engine) -> None:
        """Install the settings, our functions, and transactions that begin when SQLAlchemy says so."""
        engine.dialect.statement_compiler = _Hinting
        detect_replaced_files(engine)

        @event.listens_for(engine, "connect")
        def _connected(connection: DBAPIConnection, _record: object) -> None:
            raw: Any = connection
            raw.isolation_level = None  # no BEGIN of the driver's own
            sqlite_values.install(connection)
            cursor = raw.cursor()
            for setting in _SETTINGS:
                cursor.execute(setting)
            cursor.close()

        @event.listens_for(engine, "begin")
        def _begun(connection: Connection) -> None:
            options = connection.get_execution_options()
            writes = options.get("writes", False)
            if writes:
                triggers.install(connection, options.get("company"))
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    def detect_isolation(self, connection: Connection) -> None:
        """Do nothing: an account that can open the file can read all of it."""

    def enter_company(self, connection: Connection, company_id: int | None, claims: SessionClaims) -> None:  # noqa: ARG002
        """Check the session's claims."""
        demand_valid(connection, claims)

    def begin_write(self, connection: Connection, company_id: int | None, seconds: float = BUSY_SECONDS) -> None:
        """Do nothing: BEGIN IMMEDIATE already holds the only write lock there is."""

    @contextmanager
    def waiting_at_most(self, connection: Connection, seconds: float) -> Iterator[None]:
        """Set the busy timeout of the connection, which may be in no transaction."""
        raw: Any = connection.connection.driver_connection
        raw.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
        try:
            yield
        finally:
            raw.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")

    def interrupter(self, connection: Connection) -> Callable[[], None]:
        """Return `interrupt` of the driver's connection."""
        raw: Any = connection.connection.driver_connection
        interrupt: Callable[[], None] = raw.interrupt
        return interrupt

    def explain(self, error: DBAPIError) -> SegtuiError:
        """Translate SQLite's message."""
        message = str(error.orig)
        for sign, sentence in _SQLITE_SENTENCES:
            if sign in message:
                return DatabaseBusy(sentence) if "locked" in sign else DatabaseError(sentence)
        if "interrupted" in message:
            return Cancelled("It was stopped.")
        return DatabaseError(f"The database could not do that: {clean(message)}.")

    def aggregate_ids(self, ids: ColumnElement[int]) -> ColumnElement[Any]:
        """Return `group_concat`: one row of text for a million ids takes half the time of a million rows.

        It releases the interpreter meanwhile, where row after row would keep it from all other threads. SQLite
        guarantees that `group_concat` keeps the order of a subquery.
        """
        return func.group_concat(ids)

    def unpack_ids(self, packed: str | None) -> "array[int]":
        """Parse the numbers slice by slice, and let other threads run between two slices.

        The parser of JSON takes 97 ms for a million ids, `map(int, …)` 176 ms. A thread that wakes up meanwhile
        would wait for the interpreter's 5 ms each time, several times for a key.
        """
        ids = array("q")
        start, length = 0, len(packed or "")
        while packed and start < length:
            end = packed.find(",", start + _ID_TEXT_SLICE)
            end = length if end < 0 else end
            ids.fromlist(json.loads(f"[{packed[start:end]}]"))
            start = end + 1
            time.sleep(0)
        return ids

    def contains(self, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
        """Return `instr(…) > 0`, which knows no wildcards."""
        return func.instr(column, pattern) > 0

    def id_in(self, column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
        """Return a test against one JSON parameter: the number of parameters is limited."""
        json_ids: BindParameter[str] = bindparam("ids", json.dumps(list(ids)), unique=True)
        return column.in_(text("SELECT value FROM json_each(:ids)").bindparams(json_ids))

    def bulk_load(self, connection: Connection, table: Table, rows: Sequence[Sequence[object]]) -> None:
        """Use the driver's `executemany`."""
        signs = ", ".join("?" * len(table.c))
        connection.connection.cursor().executemany(f"INSERT INTO {table.name} VALUES ({signs})", rows)  # noqa: S608  a name of ours

    def bulk_load_frame(self, connection: Connection, table: Table, frame: "DataFrame") -> None:
        """Use the driver's `executemany` with many rows a statement, without the empty columns."""
        for part in frame.iter_slices(_ROWS_PER_SLICE):
            self._load_slice(connection, table, part)

    def _load_slice(self, connection: Connection, table: Table, frame: "DataFrame") -> None:
        columns = [series for series in frame.get_columns() if series.null_count() < frame.height]
        width = len(columns)
        # Row by row, for that is the order of the parameters.
        values: list[object] = [None] * (width * frame.height)
        for position, series in enumerate(columns):
            values[position::width] = series.to_list()
        cursor: Any = connection.connection.cursor()
        step = width * _ROWS_PER_INSERT
        whole = len(values) // step * step
        for rows, start, stop in ((_ROWS_PER_INSERT, 0, whole), (1, whole, len(values))):
            signs = ", ".join([f"({', '.join('?' * width)})"] * rows)
            names = ", ".join(series.name for series in columns)
            size = width * rows
            cursor.executemany(
                f"INSERT INTO {table.name} ({names}) VALUES {signs}",  # noqa: S608  names of ours
                (values[offset : offset + size] for offset in range(start, stop, size)),
            )

    @contextmanager
    def bulk_insert(self, connection: Connection, table: Table, rows: int) -> Iterator[None]:
        """Rebuild the indexes afterwards, where that is faster than to insert key by key.

        It is part of the transaction: no other connection ever sees the table without them.
        """
        options = {"every_company": True}
        count = connection.exec_driver_sql(f"SELECT count(*) FROM {table.name}", execution_options=options)  # noqa: S608  a name of ours
        if rows < _REBUILD_ROWS or rows * 2 < count.scalar_one():
            yield
            return
        definitions = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
        indexes = connection.exec_driver_sql(definitions, (table.name,), execution_options=options).all()
        with _without_page_erasure(connection):
            for index in indexes:
                connection.exec_driver_sql(f"DROP INDEX {index.name}", execution_options=options)
        yield
        with self.sorting(connection):
            for index in indexes:
                connection.exec_driver_sql(index.sql, execution_options=options)

    @contextmanager
    def sorting(self, connection: Connection) -> Iterator[None]:
        """Shrink the page cache, which bounds the memory of a sort too, so that large sorts use a second thread."""
        connection.exec_driver_sql(_SORT_CACHE)
        yield
        connection.exec_driver_sql(_BULK_CACHE)

    def use_bulk_memory(self, connection: Connection) -> None:
        """Enlarge the page cache: the indexes of a million rows do not fit into the one for reading."""
        for setting in _BULK_SETTINGS:
            connection.exec_driver_sql(setting)

    def analyze(self, connection: Connection, table: Table, *columns: Column[Any]) -> None:
        """Do nothing: the statements on temporary tables are written so that their plan is the same at any size."""

    def assign_contact_ids(self, connection: Connection, table: Table, condition: ColumnElement[bool]) -> None:
        """Assign the highest id ever used plus the line, again where another connection used some of them since."""
        # Ids are counted across companies.
        highest = (
            connection.exec_driver_sql(
                "SELECT seq FROM sqlite_sequence WHERE name = 'contacts'", execution_options={"every_company": True}
            ).scalar()
            or 0
        )
        assigned = connection.execute(select(table.c.contact_id - table.c.line).where(condition).limit(1)).scalar()
        if assigned != highest:
            connection.execute(update(table).where(condition).values(contact_id=table.c.line + int(highest)))


@contextmanager
def _without_page_erasure(connection: Connection) -> Iterator[None]:
    """Drop pages without overwriting them, where SQLite is built to: the rows that follow overwrite them anyway."""
    erases = connection.exec_driver_sql("PRAGMA main.secure_delete").scalar() == _SECURE_DELETE_ON
    if erases:
        connection.exec_driver_sql("PRAGMA main.secure_delete = FAST").close()
    yield
    if erases:
        connection.exec_driver_sql("PRAGMA main.secure_delete = ON").close()


_SQLITE_SENTENCES = (
    (
        "database is locked",
        "The database is locked by another program or a long import; nothing was changed. Try again in a moment.",
    ),
    ("table is locked", "The database is locked by another program; nothing was changed. Try again in a moment."),
    ("readonly database", "The database or its folder is read-only; nothing was changed."),
    ("database or disk is full", "The disk is full; nothing was changed. Free some space and try again."),
    ("disk I/O error", "The disk reported an error; nothing was changed. Check the disk and its space."),
    (
        "unable to open database file",
        "The database file cannot be opened: check that it exists, and that it and its folder are writable.",
    ),
    ("file is not a database", "This file is not a database of segtui."),
    ("malformed", "The database file is damaged. Run `segtui db check`, and restore a backup if it says so."),
)
