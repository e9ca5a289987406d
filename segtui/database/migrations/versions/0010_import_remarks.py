"""The remarks of imports: rejected rows, duplicates and warnings, kept with the record of the import."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table. Imports from before have no remarks: nobody kept them."""
    op.create_table(
        "import_remarks",
        sa.Column("company_id", ID, autoincrement=False, nullable=False),
        sa.Column("import_id", ID, autoincrement=False, nullable=False),
        sa.Column("position", ID, autoincrement=False, nullable=False),
        sa.Column("line", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("contact_id", ID, nullable=True),
        sa.CheckConstraint("kind IN ('warning', 'rejected', 'duplicate')", name=op.f("ck_import_remarks_kind")),
        sa.ForeignKeyConstraint(
            ["company_id", "import_id"], ["imports.company_id", "imports.id"], name=op.f("fk_import_remarks_imports")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contacts.company_id", "contacts.id"],
            name=op.f("fk_import_remarks_contacts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", "import_id", "position", name=op.f("pk_import_remarks")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    has_contact = sa.text("contact_id IS NOT NULL")
    op.create_index(
        "ix_import_remarks_contact",
        "import_remarks",
        ["company_id", "contact_id"],
        unique=False,
        sqlite_where=has_contact,
        postgresql_where=has_contact,
    )
