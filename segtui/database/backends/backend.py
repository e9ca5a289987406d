"""Everything that differs between SQLite and PostgreSQL: what a backend is, and that of SQLite (see also `postgresql`).

A `Backend` knows how its connections are set up, how a transaction begins, how a running query is interrupted, what
its errors mean in words, and the few expressions that the two spell differently.
"""

import json
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Table,
    bindparam,
    event,
    func,
    text,
    update,
)
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError

from segtui.database.backends.stale_connections import notice_other_files
from segtui.database.tenancy import triggers
from segtui.database.tenancy.session_check import Pass, demand_admitted
from segtui.domain.text import clean, fold
from segtui.errors import Cancelled, DatabaseBusy, DatabaseError, SegtuiError

if TYPE_CHECKING:  # only a running import loads it
    from polars import DataFrame

# Longer than the longest import holds the lock.
BUSY_SECONDS = 30
# "SEGT": what makes a SQLite file one of ours, and says so to `file`.
APPLICATION_ID = 0x53454754
OLDEST_SQLITE = (3, 37, 0)
# Rows that one statement inserts: fewer statements, and fewer turns that the interpreter has to be asked for.
_ROWS_AT_ONCE = 100
# Characters of a list of ids that are read in one go, and folded values that a connection remembers.
_PIECE = 65_536
_REMEMBERED = 16_384

_SETTINGS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA synchronous = FULL",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA cache_size = -4096",
)
# New rows from which on it may be worth making indexes anew.
_MANY_ROWS = 50_000
# Sorting the keys of a new index takes as much again.
_BULK_SETTINGS = ("PRAGMA main.cache_size = -65536", "PRAGMA temp.cache_size = -16384")


class Backend(Protocol):
    """What the rest of the program asks of a database system."""

    name: str
    interrupts_at_once: bool
    """Whether what `interrupter` returns waits for nothing."""
    is_guarded: bool
    """Whether the server tests the company of every row, before all else that a statement tests."""

    def prepare(self, engine: Engine) -> None:
        """Install what every new connection needs."""

    def look(self, connection: Connection) -> None:
        """Find out how the database keeps companies apart. Raises DatabaseError where this account may not enter."""

    def enter(self, connection: Connection, company_id: int | None, pass_: Pass) -> None:
        """Begin a transaction on one company, or on all of them. Raises SignedOut unless the user is admitted still."""

    def begin_write(self, connection: Connection, company_id: int | None, seconds: float = BUSY_SECONDS) -> None:
        """Make this transaction the only one that writes (in this company, where the backend can tell).

        Waits so long for others, where the backend can tell companies apart.
        """

    def interrupter(self, connection: Connection) -> Callable[[], None]:
        """Return a function that stops what `connection` is doing; it may be called from any thread."""

    def explain(self, error: DBAPIError) -> SegtuiError:
        """Return what a driver's error means, as one of our errors."""

    def gathered(self, ids: ColumnElement[int]) -> ColumnElement[Any]:
        """Return an aggregate that puts the ids of a subquery, in its order, into one value: see `ids_of`."""

    def ids_of(self, gathered: Any) -> "array[int]":  # noqa: ANN401  text or bytes
        """Return what `gathered` put together as an array of type `q`."""

    def contains(self, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
        """Return whether `pattern` occurs in a text column, letter by letter."""

    def among(self, column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
        """Return whether a column is one of `ids`, however many there are."""

    def load(self, connection: Connection, table: Table, rows: Sequence[Sequence[object]]) -> None:
        """Put many rows, in the order of the columns of `table`, into a temporary table as fast as it goes."""

    def load_frame(self, connection: Connection, table: Table, frame: "DataFrame") -> None:
        """Do the same with a frame of Polars whose columns are some of the table's; the others are NULL."""

    def filling(self, connection: Connection, table: Table, rows: int) -> AbstractContextManager[None]:
        """Put about so many new rows into a table while the block runs, as fast as it goes.

        Its indexes may be missing meanwhile, but for its keys.
        """

    def for_bulk(self, connection: Connection) -> None:
        """Let a connection that is about to write very much take more memory. It keeps that: let it go afterwards."""

    def analyze(self, connection: Connection, table: Table) -> None:
        """Let the planner know how large a temporary table has become."""

    def give_ids(self, connection: Connection, table: Table, which: ColumnElement[bool]) -> None:
        """Put unused contact ids into `contact_id` of some rows of a table, ascending with its column `line`."""


def backend_of(name: str) -> Backend:
    """Return the backend for a SQLAlchemy dialect's name. Raises DatabaseError for any but the two."""
    if name == "sqlite":
        return Sqlite()
    if name == "postgresql":
        from segtui.database.backends.postgresql import Postgresql

        return Postgresql()
    raise DatabaseError(f"segtui works with SQLite and PostgreSQL, not with {clean(name)}.")


class _Hinting(SQLiteCompiler):
    """Writes hints such as INDEXED BY, which SQLAlchemy leaves out for SQLite, behind the table."""

    def get_from_hint_text(self, _table: FromClause, text: str | None) -> str | None:
        return text


class Sqlite:
    """SQLite 3.37 or newer, one file in WAL mode."""

    name = "sqlite"
    interrupts_at_once = True
    is_guarded = False

    def prepare(self, engine: Engine) -> None:
        """Install the settings, our functions, and transactions that begin when SQLAlchemy says so."""
        engine.dialect.statement_compiler = _Hinting
        notice_other_files(engine)

        @event.listens_for(engine, "connect")
        def _connected(connection: DBAPIConnection, _record: object) -> None:
            raw: Any = connection
            raw.isolation_level = None  # no BEGIN of the driver's own
            raw.create_function("fold_of", 1, _Folded().__getitem__, deterministic=True)
            cursor = raw.cursor()
            for setting in _SETTINGS:
                cursor.execute(setting)
            cursor.close()

        @event.listens_for(engine, "begin")
        def _begun(connection: Connection) -> None:
            options = connection.get_execution_options()
            writes = options.get("writes", False)
            if writes:
                triggers.spread(connection, options.get("company"))
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    def look(self, connection: Connection) -> None:
        """Do nothing: whoever can open the file can read all of it."""

    def enter(self, connection: Connection, company_id: int | None, pass_: Pass) -> None:  # noqa: ARG002 -- see `look`
        """Look the user up."""
        demand_admitted(connection, pass_)

    def begin_write(self, connection: Connection, company_id: int | None, seconds: float = BUSY_SECONDS) -> None:
        """Do nothing: BEGIN IMMEDIATE already holds the only write lock there is."""

    def interrupter(self, connection: Connection) -> Callable[[], None]:
        """Return `interrupt` of the driver's connection."""
        raw: Any = connection.connection.driver_connection
        interrupt: Callable[[], None] = raw.interrupt
        return interrupt

    def explain(self, error: DBAPIError) -> SegtuiError:
        """Say what SQLite means."""
        said = str(error.orig)
        for sign, sentence in _SQLITE_SENTENCES:
            if sign in said:
                return DatabaseBusy(sentence) if "locked" in sign else DatabaseError(sentence)
        if "interrupted" in said:
            return Cancelled("It was stopped.")
        return DatabaseError(f"The database could not do that: {clean(said)}.")

    def gathered(self, ids: ColumnElement[int]) -> ColumnElement[Any]:
        """Return `group_concat`: one row of text for a million takes half the time that a million rows take.

        And it leaves the interpreter alone meanwhile, where row after row would keep it from everybody else. SQLite
        sees to it that the order of a subquery is that of `group_concat`.
        """
        return func.group_concat(ids)

    def ids_of(self, gathered: str | None) -> "array[int]":
        """Read the numbers piece by piece, so that other threads get their turns."""
        ids = array("q")
        start, length = 0, len(gathered or "")
        while gathered and start < length:
            end = gathered.find(",", start + _PIECE)
            end = length if end < 0 else end
            ids.extend(map(int, gathered[start:end].split(",")))
            start = end + 1
        return ids

    def contains(self, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
        """Return `instr(…) > 0`, which knows no wildcards."""
        return func.instr(column, pattern) > 0

    def among(self, column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
        """Return a test against one JSON parameter: the number of parameters is limited."""
        listed: BindParameter[str] = bindparam("ids", json.dumps(list(ids)), unique=True)
        return column.in_(text("SELECT value FROM json_each(:ids)").bindparams(listed))

    def load(self, connection: Connection, table: Table, rows: Sequence[Sequence[object]]) -> None:
        """Use `executemany` of the driver."""
        signs = ", ".join("?" * len(table.c))
        connection.connection.cursor().executemany(f"INSERT INTO {table.name} VALUES ({signs})", rows)  # noqa: S608  a name of ours

    def load_frame(self, connection: Connection, table: Table, frame: "DataFrame") -> None:
        """Use `executemany` of many rows at a time, without the columns in which nothing is."""
        columns = [series for series in frame.get_columns() if series.null_count() < frame.height]
        width = len(columns)
        # Row by row, for that is the order of the parameters.
        values: list[object] = [None] * (width * frame.height)
        for place, series in enumerate(columns):
            values[place::width] = series.to_list()
        cursor: Any = connection.connection.cursor()
        step = width * _ROWS_AT_ONCE
        whole = len(values) // step * step
        for rows, start, stop in ((_ROWS_AT_ONCE, 0, whole), (1, whole, len(values))):
            signs = ", ".join([f"({', '.join('?' * width)})"] * rows)
            names = ", ".join(series.name for series in columns)
            size = width * rows
            cursor.executemany(
                f"INSERT INTO {table.name} ({names}) VALUES {signs}",  # noqa: S608  names of ours
                (values[at : at + size] for at in range(start, stop, size)),
            )

    @contextmanager
    def filling(self, connection: Connection, table: Table, rows: int) -> Iterator[None]:
        """Make the indexes anew afterwards, where that is faster than to put so many keys into each, one by one.

        It is part of the transaction: nobody else ever sees the table without them.
        """
        options = {"every_company": True}
        count = connection.exec_driver_sql(f"SELECT count(*) FROM {table.name}", execution_options=options)  # noqa: S608  a name of ours
        if rows < _MANY_ROWS or rows * 2 < count.scalar_one():
            yield
            return
        known = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
        indexes = connection.exec_driver_sql(known, (table.name,), execution_options=options).all()
        for index in indexes:
            connection.exec_driver_sql(f"DROP INDEX {index.name}", execution_options=options)
        yield
        for index in indexes:
            connection.exec_driver_sql(index.sql, execution_options=options)

    def for_bulk(self, connection: Connection) -> None:
        """Give it a larger page cache: the indexes of a million rows do not fit into the one for reading."""
        for setting in _BULK_SETTINGS:
            connection.exec_driver_sql(setting)

    def analyze(self, connection: Connection, table: Table) -> None:
        """Do nothing: the statements on temporary tables are written so that their plan is the same at any size."""

    def give_ids(self, connection: Connection, table: Table, which: ColumnElement[bool]) -> None:
        """Give each the highest id there ever was plus its line; nobody else writes meanwhile."""
        # Ids are counted across companies.
        highest = (
            connection.exec_driver_sql(
                "SELECT seq FROM sqlite_sequence WHERE name = 'contacts'", execution_options={"every_company": True}
            ).scalar()
            or 0
        )
        connection.execute(update(table).where(which).values(contact_id=table.c.line + int(highest)))


_SQLITE_SENTENCES = (
    (
        "database is locked",
        "The database is locked by another program or a long import; nothing was changed. Try again in a moment.",
    ),
    ("table is locked", "The database is locked by another program; nothing was changed. Try again in a moment."),
    ("readonly database", "The database or its folder is read-only; nothing was changed."),
    ("database or disk is full", "The disk is full; nothing was changed. Free some space and try again."),
    ("disk I/O error", "The disk did not answer as it should; nothing was changed. Check the disk and its space."),
    (
        "unable to open database file",
        "The database file cannot be opened: check that it is there, and that it and its folder may be written.",
    ),
    ("file is not a database", "This file is not a database of segtui."),
    ("malformed", "The database file is damaged. Run `segtui db check`, and restore a backup if it says so."),
)


class _Folded(dict[str | None, str | None]):
    """What values are compared and sorted by: `fold()` of each, None for a blank one.

    SQLite asks it by `__getitem__`, which is no Python code for a value it has seen before.
    """

    def __missing__(self, value: str | None) -> str | None:
        if len(self) >= _REMEMBERED:
            self.clear()
        folded = self[value] = (fold(value) if value else "") or None
        return folded
