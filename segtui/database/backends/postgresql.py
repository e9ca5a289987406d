"""PostgreSQL as a backend: see `backends.Backend`."""

import io
import sys
from array import array
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    LargeBinary,
    Table,
    any_,
    bindparam,
    cast,
    event,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError

from segtui.database.backends.backend import BUSY_SECONDS
from segtui.database.backends.stale_connections import notice_hang_ups
from segtui.database.tenancy import row_level_security
from segtui.database.tenancy.row_level_security import Guard
from segtui.database.tenancy.session_check import Pass, demand_admitted
from segtui.domain.text import clean
from segtui.errors import Cancelled, DatabaseBusy, DatabaseError, SegtuiError

if TYPE_CHECKING:  # only a running import loads it
    from polars import DataFrame

# Where every transaction that writes is told of when it is committed; with the company's id.
CHANNEL = "segtui_changes"
_CANCEL_SECONDS = 5
# What the server does about us, as we do about it (`engine`): of a machine that lost its power it would not know for
# two hours, and nobody could take over as the dispatcher, or change what it had locked. A local socket ignores them.
_KEEPALIVES = (
    "SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; "
    "SET tcp_user_timeout = 30000"
)


class Postgresql:
    """PostgreSQL 13 or newer through psycopg 3."""

    name = "postgresql"
    interrupts_at_once = False

    is_guarded = False

    def __init__(self) -> None:
        self._guard: Guard | None = None

    def prepare(self, engine: Engine) -> None:
        """Install what notices a server that went away, and lets it notice us; our timeouts stand in the options."""
        notice_hang_ups(engine)

        @event.listens_for(engine, "connect")
        def _connected(connection: DBAPIConnection, _record: object) -> None:
            raw: Any = connection
            raw.autocommit = True  # what is set in a transaction goes with it
            raw.execute(_KEEPALIVES)
            raw.autocommit = False

    def look(self, connection: Connection) -> None:
        """Find out how the server keeps companies apart. Raises DatabaseError where this account may not enter."""
        self._guard = row_level_security.find(connection)
        self.is_guarded = self._guard is not None

    def enter(self, connection: Connection, company_id: int | None, pass_: Pass) -> None:
        """Look the user up; where the server keeps companies apart, take the role that goes with those looked at."""
        if self._guard is None:
            demand_admitted(connection, pass_)
        else:
            self._guard.enter(connection, company_id, pass_)

    def begin_write(self, connection: Connection, company_id: int | None, seconds: float = BUSY_SECONDS) -> None:
        """Lock the company's row: writers of one company take turns, as they do on SQLite; readers never wait.

        Those who follow the database are told when it is committed.
        """
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(seconds * 1000)}")
        if company_id is None:
            connection.exec_driver_sql(f"NOTIFY {CHANNEL}")
        else:
            connection.execute(
                text(f"SELECT pg_notify('{CHANNEL}', :told) FROM companies WHERE id = :company FOR NO KEY UPDATE"),  # noqa: S608  a name of ours
                {"company": company_id, "told": str(company_id)},
            )

    def interrupter(self, connection: Connection) -> Callable[[], None]:
        """Return psycopg's `cancel`, which asks the server over a connection of its own."""
        raw: Any = connection.connection.driver_connection
        errors = connection.dialect.loaded_dbapi.Error

        def cancel() -> None:
            # A server that cannot be asked to stop has stopped, and the query itself tells of that.
            with suppress(errors):
                raw.cancel_safe(timeout=_CANCEL_SECONDS)

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

    def gathered(self, ids: ColumnElement[int]) -> ColumnElement[Any]:
        """Return the eight bytes of each, one after the other."""
        return func.string_agg(func.int8send(ids), cast(b"", LargeBinary), type_=LargeBinary)

    def ids_of(self, gathered: bytes | None) -> "array[int]":
        """Read them as they are; the server sends the highest byte first."""
        ids = array("q", gathered or b"")
        if sys.byteorder == "little":
            ids.byteswap()
        return ids

    def contains(self, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
        """Return LIKE with its wildcards escaped: what an index of trigrams answers."""
        return column.contains(pattern, autoescape=True)

    def among(self, column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
        """Return a test against one array."""
        return column == any_(bindparam("ids", list(ids), type_=ARRAY(BigInteger), unique=True))

    def load(self, connection: Connection, table: Table, rows: Sequence[Sequence[object]]) -> None:
        """Use COPY."""
        cursor: Any = connection.connection.cursor()
        with cursor.copy(f"COPY {table.name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def load_frame(self, connection: Connection, table: Table, frame: "DataFrame") -> None:
        """Use COPY of a CSV file that Polars writes: the staged texts are never blank, so what is blank is NULL."""
        buffer = io.BytesIO()
        frame.write_csv(buffer, include_header=False)
        cursor: Any = connection.connection.cursor()
        with cursor.copy(f"COPY {table.name} ({', '.join(frame.columns)}) FROM STDIN (FORMAT csv)") as copy:
            copy.write(buffer.getbuffer())

    def filling(self, _connection: Connection, _table: Table, _rows: int) -> AbstractContextManager[None]:
        """Do nothing: without its indexes nobody else could use the table meanwhile."""
        return nullcontext()

    def for_bulk(self, connection: Connection) -> None:
        """Do nothing: the server has the memory."""

    def analyze(self, connection: Connection, table: Table) -> None:
        """Analyze it: nobody else does that for temporary tables."""
        connection.exec_driver_sql(f"ANALYZE {table.name}")

    def give_ids(self, connection: Connection, table: Table, which: ColumnElement[bool]) -> None:
        """Take them from the sequence, line by line: other companies take some at the same time."""
        lines = select(table.c.line).where(which).order_by(table.c.line).subquery()
        next_id: ColumnElement[int] = literal_column("nextval('contacts_id_seq')", BigInteger)
        given = select(lines.c.line, next_id.label("id")).cte("given")
        connection.execute(update(table).where(table.c.line == given.c.line).values(contact_id=given.c.id))


def _first_line(error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines() or ["no answer"]
    return clean(lines[0]).rstrip(".")
