"""The temporary tables an import works in: they lie on its own connection, and a kill takes them with it."""

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

# The accepted rows of the file, as `importing.judge` gives them (STAGED_COLUMNS).
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
    **_TEMPORARY,
)

# Which contact each row is. `contact_id` is NULL for one that is to be created, until it is.
resolved = Table(
    "resolved",
    metadata,
    Column("line", Integer, **_line),
    Column("contact_id", BigInteger),
    Column("created", Integer, nullable=False),
    Column("duplicate_of", Integer),
    **_TEMPORARY,
)

# The contacts that existed and change: the columns as they will be, and what changed, for the undo.
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
    Column("marked", Integer, nullable=False),  # whether it is this import that set do_not_call
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    **_TEMPORARY,
)

# The rows that may be one contact with another row: they are resolved one by one.
tangled = Table("tangled", metadata, Column("line", Integer, **_line), **_TEMPORARY)

# The staged rows as they were before others were folded into them.
unfolded = Table("unfolded", metadata, *(Column(c.name, c.type) for c in staged.c), **_TEMPORARY)

# The phones that stand in a row beside the first one: of rows that opt out, with `do_not_call` of all rows.
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

TABLES = (staged, resolved, changed, tangled, unfolded, further_phones, staged_remarks)


def create(workspace: Workspace) -> None:
    """Make the tables, empty."""
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
    """Forget what was resolved: the staged rows are as they were loaded."""
    tx.execute(staged.delete().where(staged.c.line.in_(select(unfolded.c.line))))
    tx.execute(staged.insert().from_select([c.name for c in staged.c], select(unfolded)))
    for table in (resolved, changed, tangled, unfolded):
        tx.execute(table.delete())
