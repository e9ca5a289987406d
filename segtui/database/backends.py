"""Everything that differs between SQLite and PostgreSQL, in one place.

A `Backend` knows how its connections are set up, how a transaction begins, how a running query is interrupted, what
its errors mean in words, and the few expressions that the two spell differently.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Table,
    Text,
    any_,
    bindparam,
    column,
    event,
    func,
    literal_column,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError

from segtui.errors import Cancelled, DatabaseBusy, DatabaseError, SegtuiError
from segtui.text import clean

# Longer than the longest import holds the lock.
BUSY_SECONDS = 30
# "SEGT": what makes a SQLite file one of ours, and says so to `file`.
APPLICATION_ID = 0x53454754
OLDEST_SQLITE = (3, 37, 0)

_SETTINGS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA synchronous = FULL",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA cache_size = -32768",
)


class Backend(Protocol):
    """What the rest of the program asks of a database system."""

    name: str

    def prepare(self, engine: Engine) -> None:
        """Install what every new connection needs."""

    def begin_write(self, connection: Connection, company_id: int | None) -> None:
        """Make this transaction the only one that writes (in this company, where the backend can tell)."""

    def interrupter(self, connection: Connection) -> Callable[[], None]:
        """Return a function that stops what `connection` is doing; it may be called from any thread."""

    def explain(self, error: DBAPIError) -> SegtuiError:
        """Return what a driver's error means, as one of our errors."""

    def line(self, column: ColumnElement[str], number: int) -> ColumnElement[str]:
        """Return the `number`th line (from 1) of a text column."""

    def contains(self, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
        """Return whether `pattern` occurs in a text column, letter by letter."""

    def among(self, column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
        """Return whether a column is one of `ids`, however many there are."""

    def load(self, connection: Connection, table: Table, rows: Sequence[Sequence[object]]) -> None:
        """Put many rows, in the order of the columns of `table`, into a temporary table as fast as it goes."""

    def analyze(self, connection: Connection, table: Table) -> None:
        """Let the planner know how large a temporary table has become."""

    def new_ids(self, connection: Connection, /) -> ColumnElement[int]:
        """Return an expression that gives unused contact ids to the rows of a table with a column `line`."""


def backend_of(name: str) -> Backend:
    """Return the backend for a SQLAlchemy dialect's name. Raises DatabaseError for any but the two."""
    if name == "sqlite":
        return Sqlite()
    if name == "postgresql":
        return Postgresql()
    raise DatabaseError(f"segtui works with SQLite and PostgreSQL, not with {clean(name)}.")


class Sqlite:
    """SQLite 3.37 or newer, one file in WAL mode."""

    name = "sqlite"

    def prepare(self, engine: Engine) -> None:
        """Install the settings, our functions, and transactions that begin when SQLAlchemy says so."""

        @event.listens_for(engine, "connect")
        def _connected(connection: DBAPIConnection, _record: object) -> None:
            raw: Any = connection
            raw.isolation_level = None  # no BEGIN of the driver's own
            raw.create_function("line_of", 2, _line_of, deterministic=True)
            cursor = raw.cursor()
            for setting in _SETTINGS:
                cursor.execute(setting)
            cursor.close()

        @event.listens_for(engine, "begin")
        def _begun(connection: Connection) -> None:
            writes = connection.get_execution_options().get("writes", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    def begin_write(self, connection: Connection, company_id: int | None) -> None:
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

    def line(self, column: ColumnElement[str], number: int) -> ColumnElement[str]:
        """Return the line by a function of our own: SQLite cannot split."""
        return func.line_of(column, number, type_=Text)

    def contains(self, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
        """Return `instr(…) > 0`, which knows no wildcards."""
        return func.instr(column, pattern) > 0

    def among(self, column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
        """Return a test against one JSON parameter: the number of parameters is limited."""
        return column.in_(text("SELECT value FROM json_each(:ids)").bindparams(ids=json.dumps(list(ids))))

    def load(self, connection: Connection, table: Table, rows: Sequence[Sequence[object]]) -> None:
        """Use `executemany` of the driver."""
        signs = ", ".join("?" * len(table.c))
        connection.connection.cursor().executemany(f"INSERT INTO {table.name} VALUES ({signs})", rows)  # noqa: S608  a name of ours

    def analyze(self, connection: Connection, table: Table) -> None:
        """Do nothing: the statements on temporary tables are written so that their plan is the same at any size."""

    def new_ids(self, connection: Connection) -> ColumnElement[int]:
        """Return the highest id there ever was plus the line; nobody else writes meanwhile."""
        # Ids are counted across companies.
        highest = (
            connection.exec_driver_sql(
                "SELECT seq FROM sqlite_sequence WHERE name = 'contacts'", execution_options={"every_company": True}
            ).scalar()
            or 0
        )
        line: ColumnElement[int] = column("line", BigInteger)
        return line + int(highest)


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
        "The database file cannot be opened: check that it and its folder may be written.",
    ),
    ("file is not a database", "This file is not a database of segtui."),
    ("malformed", "The database file is damaged. Run `segtui db check`, and restore a backup if it says so."),
)


def _line_of(value: str | None, number: int) -> str | None:
    if value is None:
        return None
    lines = value.split("\n", number)
    return lines[number - 1] if len(lines) >= number else ""


class Postgresql:
    """PostgreSQL 13 or newer through psycopg 3."""

    name = "postgresql"

    def prepare(self, engine: Engine) -> None:
        """Nothing is needed: timeouts stand in the connection's options."""

    def begin_write(self, connection: Connection, company_id: int | None) -> None:
        """Lock the company's row: writers of one company take turns, as they do on SQLite; readers never wait."""
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
        if company_id is not None:
            connection.execute(
                text("SELECT 1 FROM companies WHERE id = :company FOR NO KEY UPDATE"), {"company": company_id}
            )

    def interrupter(self, connection: Connection) -> Callable[[], None]:
        """Return psycopg's `cancel`, which asks the server over a connection of its own."""
        raw: Any = connection.connection.driver_connection
        cancel: Callable[[], None] = raw.cancel_safe
        return cancel

    def explain(self, error: DBAPIError) -> SegtuiError:
        """Say what the server means, by its SQLSTATE."""
        state = getattr(error.orig, "sqlstate", None)
        if state == "57014":
            return Cancelled("It was stopped.")
        if state == "55P03":
            return DatabaseBusy(
                "Another import or change holds this company for long; nothing was changed. Try again in a moment."
            )
        if state in ("53100", "53200"):
            return DatabaseError("The database server is out of disk space or memory; nothing was changed.")
        if state == "25006":
            return DatabaseError("The database server takes no changes (it is read-only); nothing was changed.")
        if state == "42501":
            return DatabaseError("The database account may not do that; ask whoever runs the PostgreSQL server.")
        if state is None or state.startswith(("08", "28", "3D", "57P")):
            return DatabaseError(f"The PostgreSQL server cannot be reached: {_first_line(error)}.")
        return DatabaseError(f"The database could not do that: {_first_line(error)}.")

    def line(self, column: ColumnElement[str], number: int) -> ColumnElement[str]:
        """Return `split_part`."""
        return func.split_part(column, "\n", number, type_=Text)

    def contains(self, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
        """Return LIKE with its wildcards escaped: what an index of trigrams answers."""
        return column.contains(pattern, autoescape=True)

    def among(self, column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
        """Return a test against one array."""
        return column == any_(bindparam("ids", list(ids), type_=ARRAY(BigInteger)))

    def load(self, connection: Connection, table: Table, rows: Sequence[Sequence[object]]) -> None:
        """Use COPY."""
        cursor: Any = connection.connection.cursor()
        with cursor.copy(f"COPY {table.name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def analyze(self, connection: Connection, table: Table) -> None:
        """Analyze it: nobody else does that for temporary tables."""
        connection.exec_driver_sql(f"ANALYZE {table.name}")

    def new_ids(self, _connection: Connection) -> ColumnElement[int]:
        """Take them from the sequence one by one: other companies take some at the same time."""
        return literal_column("nextval('contacts_id_seq')", BigInteger)


def _first_line(error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines() or ["no answer"]
    return clean(lines[0]).rstrip(".")
