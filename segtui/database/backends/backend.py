"""Everything that differs between SQLite and PostgreSQL, as one interface per concern.

A `Backend` sets up connections, begins transactions, interrupts queries, translates errors and spells the few
expressions that differ. It holds four objects: `search` (the trigram index), `planner` (index hints and query plans),
`values` (folded texts, numbers) and `maintenance` (inspection, repair, backup).
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Engine,
    Executable,
    Select,
    Table,
    TableValuedAlias,
)
from sqlalchemy.exc import DBAPIError

from segtui.database.tenancy.session_check import SessionClaims
from segtui.domain.search_terms import Search
from segtui.domain.text import clean
from segtui.errors import DatabaseError, SegtuiError

if TYPE_CHECKING:  # only a running import loads it
    from polars import DataFrame

# Longer than the longest import holds the lock.
BUSY_SECONDS = 30
# "SEGT": the application id in the header of segtui's SQLite files, which `file` shows.
APPLICATION_ID = 0x53454754
OLDEST_SQLITE = (3, 37, 0)

Connect = Callable[..., AbstractContextManager[Connection]]
"""A function that opens a transaction across all companies, with the options `writes` and `as_owner`."""


class CompanyTransaction(Protocol):
    """The part of a service's transaction that a backend uses."""

    @property
    def is_in_company(self) -> bool:
        """True for a transaction that is bound to one company."""

    def scope(self, table: Table) -> ColumnElement[bool]:
        """Return the condition that keeps a statement to the transaction's company."""

    def execute(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run a statement with the company as a parameter."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """A query of the ids of all contacts that may match a search, those of other companies included.

    `are_matches` is True if all of the company's own do match.
    """

    ids: Select[int]
    are_matches: bool


class SearchIndex(Protocol):
    """The trigram index of the contacts' search texts."""

    is_deferred: bool
    """True if segtui maintains the index itself, slice by slice (`index_slice`)."""
    serves_conditions: bool
    """True if the query planner uses the index for `Backend.contains` wherever that is worth it."""

    def is_queried_apart(self, tx: CompanyTransaction) -> bool:
        """Tell whether `hits` costs an index query of its own, which a test of each contact would save."""

    def narrows(self, tx: CompanyTransaction) -> bool:
        """Tell whether `hits` is needed to use the index."""

    def hits(self, tx: CompanyTransaction, search: Search) -> ColumnElement[bool]:
        """Return a condition that narrows contacts to those the index offers: necessary, not sufficient."""

    def offers_fewer(self, tx: CompanyTransaction, search: Search, limit: int) -> bool:
        """Tell whether the index is known to offer fewer than `limit` contacts."""

    def is_better_than(self, tx: CompanyTransaction, search: Search, size: int) -> bool:
        """Tell whether to read the hits of `search` rather than a group of `size` contacts."""

    def candidates(
        self, tx: CompanyTransaction, search: Search, condition: ColumnElement[bool], id_range: tuple[int, int]
    ) -> "Candidates | None":
        """Return the ids of the index's hits, which costs no reading of contacts; None where the index holds no ids.

        `condition` is the search as a condition on `contacts`, for those that are not indexed yet. Ids outside
        `id_range` (first and last id) are left out.
        """

    def before_change(self, tx: CompanyTransaction, condition: ColumnElement[bool]) -> None:
        """Remember the texts of contacts that are about to change, so that the index can drop them."""

    def drop_remembered(self, tx: CompanyTransaction, condition: ColumnElement[bool]) -> None:
        """Drop contacts that `before_change` remembered from the index. The condition is one on `search_stale`."""

    def after_reinsert(self, tx: CompanyTransaction, contact_id: int) -> None:
        """Index a contact that was inserted under an id it had before, which the index may have passed already."""

    def after_change(self, tx: CompanyTransaction) -> None:
        """Bring the index up to date where little is missing."""

    def index_slice(self, tx: CompanyTransaction, rows: int) -> int:
        """Index up to `rows` contacts. Return their number."""

    def commits_of_others(self, tx: CompanyTransaction) -> int:
        """Return a number that changes with every commit of another connection."""

    def prepare_for_bulk(self, tx: CompanyTransaction) -> None:
        """Configure the index for large slices, permanently."""


class ValueExpressions(Protocol):
    """Expressions of the values by which contacts are compared and sorted, computed from stored texts."""

    def folded(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """Return `fold()` of a text, NULL where that is blank, ordered by code point."""

    def by_code(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """Return a text that is ordered by code point."""

    def may_fold_to(self, text: ColumnElement[str], folded: Sequence[str]) -> ColumnElement[bool]:
        """Return a cheap, necessary condition of stored texts that fold to one of `folded`."""

    def with_lines(
        self, text: ColumnElement[str], lines: Mapping[int, ColumnElement[str] | str], count: int
    ) -> ColumnElement[str]:
        """Return a text of `count` lines with other ones at some positions, the first of which is 0."""

    def number(self, text: ColumnElement[str]) -> ColumnElement[float]:
        """Return `number_of()` of a text, NULL where it is no number."""

    def members(self, text: ColumnElement[str]) -> TableValuedAlias:
        """Return the members of a JSON object of texts, as a table of `key` and `value`."""

    def of_object(self, text: ColumnElement[str], name: str) -> ColumnElement[str]:
        """Return the member `name` of a JSON object of texts, NULL where it has none."""


class QueryPlanner(Protocol):
    """Index hints, and the plans that depend on how well the server plans by itself."""

    sorts_blanks_first: bool
    """True if NULLs come first in an ascending order."""

    def by_index(self, tx: CompanyTransaction, statement: Select[Any], table: Table, index: str) -> Select[Any]:
        """Return a statement that reads `table` by one index. Indexes hold one company's order, so none of several."""

    def by_id(self, tx: CompanyTransaction, statement: Select[Any], table: Table) -> Select[Any]:
        """Return a statement that reads rows of `table` only by ids that another part of it yields."""

    def as_stored(self, tx: CompanyTransaction, statement: Select[Any], table: Table) -> Select[Any]:
        """Return a statement that reads a company's rows of `table` in the order of their ids."""

    def unindexed(self, key: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return a sort key in a form that no index holds, so that rows are read first and sorted then."""

    def sort_key(self, key: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return the key to sort all matches by."""

    def first_walk(self, steps: int) -> int:
        """Return how many index entries to walk for a first page, at most `steps`."""

    def walks_further(self, steps: int, limit: int, *, is_plain_search: bool) -> bool:
        """Tell whether to walk `steps` entries after a shorter walk found too little."""


class Maintenance(Protocol):
    """Inspection, repair and backup of a database as such, across companies."""

    def version(self, connection: Connection) -> str:
        """Return the name and version of the database system."""

    def search_index_state(self, connection: Connection) -> str:
        """Return the state of the search index in words."""

    def isolation(self, connection: Connection) -> str | None:
        """Return how the server keeps companies apart, in words; None where there is no server."""

    def isolation_warning(self, connect: Connect) -> str | None:
        """Return what a server needs to keep companies apart itself; None where it does, or there is no server."""

    def sizes(self, connection: Connection) -> Iterator[tuple[str, int]]:
        """Yield a label and a size in bytes for each part of the database."""

    def warnings(self, connection: Connection) -> Iterator[str]:
        """Yield what is dangerous about the place of the database."""

    def damages(self, connection: Connection) -> Iterator[str]:
        """Yield damages after which nothing else that is read means anything."""

    def problems(self, connection: Connection) -> Iterator[str]:
        """Yield what is wrong with indexes and roles."""

    def search_problems(self, connect: Connect) -> Iterator[str]:
        """Yield what is wrong with the search index, for a check that has to write."""

    def before_migration(self, connection: Connection) -> None:
        """Let the owner of the tables change all rows."""

    def after_migration(self, connection: Connection) -> None:
        """Bring the server's isolation of companies up to date, where this account may."""

    def repair_search(self, connect: Connect) -> None:
        """Rebuild or create the search index where it is wrong or missing, and could be right."""

    def rebuild_search(self, connect: Connect) -> None:
        """Rebuild an index that segtui maintains itself from the contacts."""

    def backup(self, engine: Engine, target: Path) -> None:
        """Copy the database to a file that exists and is empty. Raises DatabaseError where the server's tools do it."""

    def demand_backup(self) -> None:
        """Raise DatabaseError where the server's own tools back the database up."""


class Backend(Protocol):
    """A database system, as the services use it."""

    name: str
    interrupts_at_once: bool
    """True if the function that `interrupter` returns never waits."""
    has_single_writer: bool
    """True if a transaction that writes keeps all others from writing from its beginning, without `begin_write`."""
    is_guarded: bool
    """True if the server tests the company of every row, before all conditions of a statement."""

    @property
    def search(self) -> SearchIndex:
        """The index of search texts."""

    @property
    def planner(self) -> QueryPlanner:
        """The hints for query plans."""

    @property
    def values(self) -> ValueExpressions:
        """The expressions of values."""

    @property
    def maintenance(self) -> Maintenance:
        """The inspection and repair of the database."""

    def prepare(self, engine: Engine) -> None:
        """Install what every new connection needs."""

    def detect_isolation(self, connection: Connection) -> None:
        """Detect how the database keeps companies apart. Raises DatabaseError where this account may not enter."""

    def enter_company(self, connection: Connection, company_id: int | None, claims: SessionClaims) -> None:
        """Begin a transaction on one company, or on all. Raises SignedOut unless the session's claims still hold."""

    def begin_write(self, connection: Connection, company_id: int | None, seconds: float = BUSY_SECONDS) -> None:
        """Make this transaction the only one that writes (in this company, where the backend can tell).

        Waits at most `seconds` for others, where the backend can tell companies apart.
        """

    def waiting_at_most(self, connection: Connection, seconds: float) -> AbstractContextManager[None]:
        """Limit the wait of transactions that begin in the block for another writer's lock to `seconds`."""

    def interrupter(self, connection: Connection) -> Callable[[], None]:
        """Return a function that stops the running statement of `connection`; any thread may call it."""

    def explain(self, error: DBAPIError) -> SegtuiError:
        """Return a driver's error as one of our errors."""

    def aggregate_ids(self, ids: ColumnElement[int]) -> ColumnElement[Any]:
        """Return an aggregate that packs the ids of a subquery, in its order, into one value: see `unpack_ids`."""

    def unpack_ids(self, packed: Any) -> "array[int]":  # noqa: ANN401  text or bytes
        """Return the ids that `aggregate_ids` packed as an array of type `q`."""

    def contains(self, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
        """Return the condition that `pattern` occurs in a text column, letter by letter."""

    def id_in(self, column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
        """Return the condition that a column is one of any number of `ids`."""

    def bulk_load(self, connection: Connection, table: Table, rows: Sequence[Sequence[object]]) -> None:
        """Insert many rows, in the order of the columns of `table`, into a temporary table as fast as possible."""

    def bulk_load_frame(self, connection: Connection, table: Table, frame: "DataFrame") -> None:
        """Insert the rows of a Polars frame whose columns are some of the table's; the others are NULL."""

    def bulk_insert(self, connection: Connection, table: Table, rows: int) -> AbstractContextManager[None]:
        """Speed up the insertion of about `rows` rows into a table while the block runs.

        Its indexes may be missing meanwhile, except those of its keys.
        """

    def use_bulk_memory(self, connection: Connection) -> None:
        """Let a connection take more memory for bulk writes. It keeps that: detach it from the pool afterwards."""

    def sorting(self, connection: Connection) -> AbstractContextManager[None]:
        """Configure a connection that has `use_bulk_memory` for statements that sort many rows, for the block."""

    def analyze(self, connection: Connection, table: Table, *columns: Column[Any]) -> None:
        """Update the planner's statistics of a temporary table, of the given columns only; of all without any."""

    def assign_contact_ids(self, connection: Connection, table: Table, condition: ColumnElement[bool]) -> None:
        """Write unused contact ids into `contact_id` of the matching rows of a table, ascending with `line`.

        It can be called before the transaction that creates the contacts. Called again in that transaction, it replaces
        ids that were used in between. The condition selects rows without an id, or with one that this assigned.
        """


def backend_of(name: str) -> Backend:
    """Return the backend for a SQLAlchemy dialect's name. Raises DatabaseError for any but the two."""
    if name == "sqlite":
        from segtui.database.backends.sqlite import Sqlite

        return Sqlite()
    if name == "postgresql":
        from segtui.database.backends.postgresql import Postgresql

        return Postgresql()
    raise DatabaseError(f"segtui works with SQLite and PostgreSQL, not with {clean(name)}.")
