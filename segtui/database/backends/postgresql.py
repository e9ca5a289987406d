"""PostgreSQL as a backend: see `backend.Backend`."""

import io
import sys
from array import array
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
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

from segtui.database.backends.backend import BUSY_SECONDS, Maintenance
from segtui.database.backends.postgresql_planner import PostgresqlPlanner
from segtui.database.backends.postgresql_search import PostgresqlSearch
from segtui.database.backends.postgresql_values import PostgresqlValues
from segtui.database.backends.stale_connections import detect_hang_ups
from segtui.database.tenancy import row_level_security
from segtui.database.tenancy.row_level_security import CompanyRoles
from segtui.database.tenancy.session_check import SessionClaims, demand_valid
from segtui.domain.text import clean
from segtui.errors import Cancelled, DatabaseBusy, DatabaseError, SegtuiError

if TYPE_CHECKING:  # only a running import loads it
    from polars import DataFrame

# The channel that every writing transaction notifies on commit, with the company's id.
CHANNEL = "segtui_changes"
_CANCEL_SECONDS = 5
# The server's keep-alives (ours are in `engine`): without them it notices only after two hours that a machine lost its
# power, and meanwhile no dispatcher can take over and its locks stay. A local socket ignores them.
_KEEPALIVES = (
    "SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; "
    "SET tcp_user_timeout = 30000"
)


class Postgresql:
    """PostgreSQL 13 or newer through psycopg 3."""

    name = "postgresql"
    interrupts_at_once = False
    has_single_writer = False
    is_guarded = False

    def __init__(self) -> None:
        self._roles: CompanyRoles | None = None
        self.search = PostgresqlSearch(lambda: self.is_guarded)
        self.planner = PostgresqlPlanner()
        self.values = PostgresqlValues()

    @cached_property
    def maintenance(self) -> Maintenance:
        """The inspection and repair of the server's database, loaded when it is used."""
        from segtui.database.backends.postgresql_maintenance import PostgresqlMaintenance

        return PostgresqlMaintenance(lambda: self.is_guarded)

    def prepare(self, engine: Engine) -> None:
        """Install the check for closed connections and the server's keep-alives; our timeouts are in the options."""
        detect_hang_ups(engine)

        @event.listens_for(engine, "connect")
        def _connected(connection: DBAPIConnection, _record: object) -> None:
            raw: Any = connection
            raw.autocommit = True  # a setting made in a transaction ends with it
            raw.execute(_KEEPALIVES)
            raw.autocommit = False

    def detect_isolation(self, connection: Connection) -> None:
        """Detect row-level security. Raises DatabaseError where this account may not take its roles."""
        self._roles = row_level_security.detect_roles(connection)
        self.is_guarded = self._roles is not None

    def enter_company(self, connection: Connection, company_id: int | None, claims: SessionClaims) -> None:
        """Check the session's claims; with row-level security, take the role for the company or for all."""
        if self._roles is None:
            demand_valid(connection, claims)
        else:
            self._roles.enter(connection, company_id, claims)

    def begin_write(self, connection: Connection, company_id: int | None, seconds: float = BUSY_SECONDS) -> None:
        """Lock the company's row: writers of one company take turns, as they do on SQLite; readers never wait.

        The change feeds of other processes are notified on commit.
        """
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(seconds * 1000)}")
        if company_id is None:
            connection.exec_driver_sql(f"NOTIFY {CHANNEL}")
        else:
            connection.execute(
                text(f"SELECT pg_notify('{CHANNEL}', :payload) FROM companies WHERE id = :company FOR NO KEY UPDATE"),  # noqa: S608  a name of ours
                {"company": company_id, "payload": str(company_id)},
            )

    def waiting_at_most(self, _connection: Connection, _seconds: float) -> AbstractContextManager[None]:
        """Do nothing: `begin_write` limits the wait."""
        return nullcontext()

    def interrupter(self, connection: Connection) -> Callable[[], None]:
        """Return psycopg's `cancel`, which asks the server over a connection of its own."""
        raw: Any = connection.connection.driver_connection
        errors = connection.dialect.loaded_dbapi.Error

        def cancel() -> None:
            # Where the request fails, the server is gone, and the query itself raises that.
            with suppress(errors):
                raw.cancel_safe(timeout=_CANCEL_SECONDS)

        return cancel

    def explain(self, error: DBAPIError) -> SegtuiError:
        """Translate the SQLSTATE."""
        state = getattr(error.orig, "sqlstate", None)
        if state == "57014":
            return Cancelled("It was stopped.")
        if state == "55P03":
            return DatabaseBusy(
                "Another import or change of this company takes long; nothing was changed. Try again in a moment."
            )
        if state == "40P01":  # each waited for the other, and the server ended this one
            return DatabaseBusy(
                "Another change got in the way of this one; nothing was changed. Try again in a moment."
            )
        if state in ("53100", "53200"):
            return DatabaseError("The database server is out of disk space or memory; nothing was changed.")
        if state == "25006":
            return DatabaseError("The database server is read-only; nothing was changed.")
        if state == "42501":
            return DatabaseError(
                "The database account may not do this; ask the administrator of the PostgreSQL server."
            )
        if state is None or state.startswith(("08", "28", "3D", "57P")):
            return DatabaseError(f"The PostgreSQL server cannot be reached: {_first_line(error)}.")
        return DatabaseError(f"The database could not do that: {_first_line(error)}.")

    def aggregate_ids(self, ids: ColumnElement[int]) -> ColumnElement[Any]:
        """Concatenate the ids as eight bytes each."""
        return func.string_agg(func.int8send(ids), cast(b"", LargeBinary), type_=LargeBinary)

    def unpack_ids(self, packed: bytes | None) -> "array[int]":
        """Read the bytes as an array; the server sends the highest byte first."""
        ids = array("q", packed or b"")
        if sys.byteorder == "little":
            ids.byteswap()
        return ids

    def contains(self, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
        """Return LIKE with its wildcards escaped, which the trigram index serves."""
        return column.contains(pattern, autoescape=True)

    def id_in(self, column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
        """Return a test against one array."""
        return column == any_(bindparam("ids", list(ids), type_=ARRAY(BigInteger), unique=True))

    def bulk_load(self, connection: Connection, table: Table, rows: Sequence[Sequence[object]]) -> None:
        """Use COPY."""
        cursor: Any = connection.connection.cursor()
        with cursor.copy(f"COPY {table.name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def bulk_load_frame(self, connection: Connection, table: Table, frame: "DataFrame") -> None:
        """Use COPY with CSV that Polars writes: staged texts are never blank, so a blank cell is NULL."""
        buffer = io.BytesIO()
        frame.write_csv(buffer, include_header=False)
        cursor: Any = connection.connection.cursor()
        with cursor.copy(f"COPY {table.name} ({', '.join(frame.columns)}) FROM STDIN (FORMAT csv)") as copy:
            copy.write(buffer.getbuffer())

    def bulk_insert(self, _connection: Connection, _table: Table, _rows: int) -> AbstractContextManager[None]:
        """Do nothing: without its indexes no other connection could use the table meanwhile."""
        return nullcontext()

    def use_bulk_memory(self, connection: Connection) -> None:
        """Do nothing: the server has the memory."""

    def sorting(self, _connection: Connection) -> AbstractContextManager[None]:
        """Do nothing: the server decides how it sorts."""
        return nullcontext()

    def analyze(self, connection: Connection, table: Table, *columns: Column[Any]) -> None:
        """Run ANALYZE, which the server never does by itself for temporary tables."""
        names = ", ".join(column.name for column in columns)
        connection.exec_driver_sql(f"ANALYZE {table.name} ({names})" if names else f"ANALYZE {table.name}")

    def assign_contact_ids(self, connection: Connection, table: Table, condition: ColumnElement[bool]) -> None:
        """Take ids from the sequence, line by line: what is taken, nobody else gets."""
        lines = select(table.c.line).where(condition, table.c.contact_id.is_(None)).order_by(table.c.line).subquery()
        next_id: ColumnElement[int] = literal_column("nextval('contacts_id_seq')", BigInteger)
        new_ids = select(lines.c.line, next_id.label("id")).cte("new_ids")
        connection.execute(update(table).where(table.c.line == new_ids.c.line).values(contact_id=new_ids.c.id))


def _first_line(error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines() or ["no answer"]
    return clean(lines[0]).rstrip(".")
