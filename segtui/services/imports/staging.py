"""The temporary tables of an import: they belong to its connection, and a kill removes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, select

from segtui.database.tables.core_tables import Key
from segtui.domain.contact import TEXT_FIELDS
from segtui.services.session import Transaction, Workspace

if TYPE_CHECKING:  # it loads Polars
    from segtui.importing import Batch

metadata = MetaData()
_TEMPORARY: dict[str, Any] = {"prefixes": ["TEMPORARY"]}
_line: dict[str, Any] = {"primary_key": True, "autoincrement": False}

# The accepted rows of the file, as `importing.validate_rows` gives them (STAGED_COLUMNS).
staged = Table(
    "staged",
    metadata,
    Column("line", Integer, **_line),
    *(Column(name, Key if name == "phone" else Text) for name in TEXT_FIELDS),
    Column("do_not_call", Integer, nullable=False),
    Column("custom_fields", Text, nullable=False),
    Column("name_key", Key),
    Column("email_key", Key),
    Column("search", Key, nullable=False),
    Column("region", Text),
    **_TEMPORARY,
)

# The contact of each row. `contact_id` is NULL for a new contact until `merge.assign_ids`.
matches = Table(
    "matches",
    metadata,
    Column("line", Integer, **_line),
    Column("contact_id", BigInteger),
    Column("created", Integer, nullable=False),
    Column("duplicate_of", Integer),
    **_TEMPORARY,
)

# Existing contacts that change: their new columns, and the changed values for the undo.
changed = Table(
    "changed",
    metadata,
    Column("contact_id", BigInteger, **_line),
    *(Column(name, Key if name == "phone" else Text) for name in TEXT_FIELDS),
    Column("do_not_call", Integer, nullable=False),
    Column("custom_fields", Text, nullable=False),
    Column("name_key", Key),
    Column("email_key", Key),
    Column("search", Key, nullable=False),
    Column("region", Text),
    Column("marked", Integer, nullable=False),  # whether it is this import that set do_not_call
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    **_TEMPORARY,
)

# The phones and e-mails that several rows have.
repeated_keys = Table("repeated_keys", metadata, Column("key", Key, nullable=False), **_TEMPORARY)

# The rows that may be the same contact as another row: they are resolved one by one.
ambiguous_rows = Table("ambiguous_rows", metadata, Column("line", Integer, **_line), **_TEMPORARY)

# The staged rows as they were before other rows were merged into them.
original_rows = Table("original_rows", metadata, *(Column(c.name, c.type) for c in staged.c), **_TEMPORARY)

# The further phones of a row: of rows that opt out, and of all rows with `do_not_call`.
further_phones = Table(
    "further_phones",
    metadata,
    Column("line", Integer, nullable=False),
    Column("phone", Key, nullable=False),
    **_TEMPORARY,
)

# Remarks about the rows, in the order of judging.
staged_remarks = Table(
    "staged_remarks",
    metadata,
    Column("position", Integer, **_line),
    Column("line", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    **_TEMPORARY,
)

TABLES = (staged, matches, changed, repeated_keys, ambiguous_rows, original_rows, further_phones, staged_remarks)


@contextmanager
def staging_tables(workspace: Workspace) -> Iterator[None]:
    """Create the tables for the block. Afterwards their connection is closed instead of going back to the pool."""
    workspace.use_bulk_memory()
    _create(workspace)
    try:
        yield
    finally:
        # Its temporary tables end with it, whatever happened to it.
        if not workspace.connection.invalidated:  # a server that went away has ended it already
            workspace.connection.detach()


def _create(workspace: Workspace) -> None:
    """Create the tables, empty."""
    with workspace.transaction(writes=False) as tx:
        for table in TABLES:
            table.drop(tx.connection, checkfirst=True)
            table.create(tx.connection)


def load(workspace: Workspace, batch: "Batch") -> None:
    """Stage the rows of one batch."""
    with workspace.transaction(writes=False) as tx:
        if batch.frame is not None:
            tx.backend.bulk_load_frame(tx.connection, staged, batch.frame)
        if batch.loose:
            tx.backend.bulk_load(tx.connection, staged, batch.loose)
        if batch.further_phones:
            tx.backend.bulk_load(tx.connection, further_phones, batch.further_phones)


def start_over(tx: Transaction) -> None:
    """Clear the matches and restore the staged rows as they were loaded."""
    tx.execute(staged.delete().where(staged.c.line.in_(select(original_rows.c.line))))
    tx.execute(staged.insert().from_select([c.name for c in staged.c], select(original_rows)))
    for table in (matches, changed, repeated_keys, ambiguous_rows, original_rows):
        tx.execute(table.delete())
