"""Contacts that later imports confirmed, and search texts that know the parts of words."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

# A search text is derived data: it is written as this program searches it, not as it was at this revision.
from segtui.domain.contact import full_name
from segtui.domain.search_terms import contact_text, segment_text

revision = "0011"
down_revision = "0010"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 5_000


def upgrade() -> None:
    """Add the table of confirmations and write every search text anew."""
    op.create_table(
        "import_confirmations",
        sa.Column("company_id", ID, autoincrement=False, nullable=False),
        sa.Column("import_id", ID, autoincrement=False, nullable=False),
        sa.Column("contact_id", ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contacts.company_id", "contacts.id"],
            name=op.f("fk_import_confirmations_contacts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "import_id"],
            ["imports.company_id", "imports.id"],
            name=op.f("fk_import_confirmations_imports"),
        ),
        sa.PrimaryKeyConstraint("company_id", "import_id", "contact_id", name=op.f("pk_import_confirmations")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_index(
        "ix_import_confirmations_contact",
        "import_confirmations",
        ["company_id", "contact_id"],
        unique=False,
        if_not_exists=True,
    )
    _rewrite_contacts()
    _rewrite_segments()
    if op.get_context().dialect.name == "sqlite":
        # Nothing is stale: the index is built from the texts as they are now.
        op.execute("DELETE FROM search_stale")
        op.execute("UPDATE search_state SET indexed_to = (SELECT coalesce(max(id), 0) FROM contacts)")
        op.execute("INSERT INTO contact_search (contact_search) VALUES ('rebuild')")


def _rewrite_contacts() -> None:
    fields = ("first_name", "last_name", "phone", "email", "organization", "city", "state", "source", "status")
    table = sa.table("contacts", *(sa.column(name) for name in ("id", "search", *fields)))

    def text_of(row: Any) -> str:  # noqa: ANN401  a row with these columns
        return contact_text([full_name(row.first_name, row.last_name), *(getattr(row, name) for name in fields[2:])])

    _rewrite(table, text_of)


def _rewrite_segments() -> None:
    table = sa.table("segments", *(sa.column(name) for name in ("id", "search", "name", "description")))
    _rewrite(table, lambda row: segment_text(row.name, row.description))


def _rewrite(table: sa.TableClause, text_of: Callable[[Any], str]) -> None:
    """Give every row the search text of its values, in batches, in the order of the ids."""
    connection = op.get_bind()
    change = sa.update(table).where(table.c.id == sa.bindparam("key")).values(search=sa.bindparam("text"))
    last = 0
    while rows := connection.execute(sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(BATCH)).all():
        last = rows[-1].id
        changes = [{"key": row.id, "text": text} for row in rows if (text := text_of(row)) != row.search]
        if changes:
            connection.execute(change, changes)
