"""Criteria: rules of live segments, saved views, regions of phones, calls of contacts, names of custom fields."""

import sqlalchemy as sa
from alembic import op

from segtui.database.backends import postgresql_fold

revision = "0013"
down_revision = "0012"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
# Outcomes of a call, as they were at this revision.
OUTCOMES = "'answered', 'voicemail', 'no_answer', 'busy', 'failed', 'wrong_number', 'skipped', 'unknown'"


def upgrade() -> None:
    """Add the columns and tables, and fill them from what is there."""
    op.add_column("contacts", sa.Column("region", sa.Text(), nullable=True))
    op.add_column("segments", sa.Column("callable", ID, server_default="0", nullable=False))
    op.add_column("segments", sa.Column("rule", sa.Text(), nullable=True))
    op.add_column("segments", sa.Column("changes_at", ID, nullable=True))
    is_live = sa.text("rule IS NOT NULL")
    op.execute(
        "UPDATE segments SET callable = (SELECT count(*) FROM memberships AS m JOIN contacts AS c"
        " ON c.company_id = m.company_id AND c.id = m.contact_id WHERE m.company_id = segments.company_id"
        " AND m.segment_id = segments.id AND c.phone IS NOT NULL AND c.do_not_call = 0)"
    )
    op.create_index(
        "ix_segments_live", "segments", ["company_id", "id"], sqlite_where=is_live, postgresql_where=is_live
    )
    if op.get_context().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(postgresql_fold.definition())
    _contact_calls()
    _custom_field_names()
    _views()


def _contact_calls() -> None:
    op.create_table(
        "contact_calls",
        sa.Column("company_id", ID, autoincrement=False, nullable=False),
        sa.Column("contact_id", ID, autoincrement=False, nullable=False),
        sa.Column("calls", ID, server_default="0", nullable=False),
        sa.Column("last_called", ID, nullable=False),
        sa.Column("last_outcome", sa.Text(), nullable=False),
        sa.CheckConstraint(f"last_outcome IN ({OUTCOMES})", name=op.f("ck_contact_calls_outcome")),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contacts.company_id", "contacts.id"],
            name=op.f("fk_contact_calls_contacts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", "contact_id", name=op.f("pk_contact_calls")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _custom_field_names() -> None:
    op.create_table(
        "custom_field_names",
        sa.Column("company_id", ID, autoincrement=False, nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_custom_field_names_companies")),
        sa.PrimaryKeyConstraint("company_id", "name", name=op.f("pk_custom_field_names")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _views() -> None:
    is_sqlite = op.get_context().dialect.name == "sqlite"
    op.create_table(
        "views",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("owner", KEY, server_default="", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", KEY, nullable=False),
        sa.Column("search", sa.Text(), server_default="", nullable=False),
        sa.Column("criteria", sa.Text(), nullable=True),
        sa.Column("sort", sa.Text(), server_default="name", nullable=False),
        sa.Column("descending", sa.Integer(), server_default="0", nullable=False),
        sa.Column("columns", sa.Text(), nullable=True),
        sa.Column("created_at", ID, nullable=False),
        sa.Column("updated_at", ID, nullable=False),
        sa.CheckConstraint("descending IN (0, 1)", name=op.f("ck_views_descending")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_views_companies")),
        # As with every table of ids: led by the company, except on SQLite, where the id has to be the rowid.
        sa.PrimaryKeyConstraint(*(("id",) if is_sqlite else ("company_id", "id")), name=op.f("pk_views")),
        sa.UniqueConstraint("company_id", "owner", "name_key", name=op.f("uq_views_company_id_owner_name_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    if not is_sqlite:
        op.create_index("ix_views_id", "views", ["id"])
