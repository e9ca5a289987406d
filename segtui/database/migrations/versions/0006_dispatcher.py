"""The dispatcher: who works on the campaigns, and attempts that were claimed but certainly not dialled."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the row of the dispatcher, and what it looks attempts up by."""
    op.create_table(
        "dispatcher",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("generation", ID, nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("seen_at", ID, nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_dispatcher_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatcher")),
        sqlite_strict=True,
    )
    released = sa.Column("released", sa.Integer(), server_default="0", nullable=False)
    op.add_column("call_attempts", released)
    op.add_column("call_attempts", sa.Column("clock", ID, nullable=True))
    op.add_column("call_attempts", sa.Column("agent", sa.Text(), nullable=True))
    for name, column in (("started", "started_at"), ("clock", "clock")):
        index = f"ix_call_attempts_{name}"
        op.create_index(index, "call_attempts", ["company_id", "campaign_id", column], unique=False)
    is_open = sa.text("outcome IS NULL")
    op.create_index(
        "ix_call_attempts_open",
        "call_attempts",
        ["company_id", "campaign_id"],
        unique=False,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
