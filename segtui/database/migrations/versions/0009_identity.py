"""The database's identity in its calls, calls that only the platform knows, and who confirmed that a campaign dials.

Attempts from before have no database id: one that is open now may be matched with a call without an id, by its phone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OUTCOMES = "'answered', 'voicemail', 'no_answer', 'busy', 'failed', 'wrong_number', 'skipped', 'unknown'"


def upgrade() -> None:
    """Add the tables and columns, and the phone of every attempt that is open now."""
    op.create_table(
        "database_ids",
        sa.Column("id", ID, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("created_at", ID, nullable=False),
        sa.Column("home", sa.Text(), nullable=True),
        sa.Column("home_name", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("cause IN ('created', 'restored', 'copied')", name=op.f("ck_database_ids_cause")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_database_ids")),
        sa.UniqueConstraint("token", name=op.f("uq_database_ids_token")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "unrecorded_calls",
        sa.Column("id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=True),
        sa.Column("database_id", sa.Text(), nullable=False),
        sa.Column("attempt_id", ID, nullable=False),
        sa.Column("call_id", sa.Text(), nullable=True),
        sa.Column("started_at", ID, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("seconds", ID, nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_unrecorded_calls_outcome")),
        sa.CheckConstraint("resolution IN ('recorded', 'ignored')", name=op.f("ck_unrecorded_calls_resolution")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_unrecorded_calls_companies")),
        sa.ForeignKeyConstraint(
            ["company_id", "campaign_id"],
            ["campaigns.company_id", "campaigns.id"],
            name=op.f("fk_unrecorded_calls_campaigns"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unrecorded_calls")),
        sa.UniqueConstraint(
            "company_id",
            "campaign_id",
            "database_id",
            "attempt_id",
            name=op.f("uq_unrecorded_calls_company_id_campaign_id_database_id_attempt_id"),
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.add_column("campaigns", sa.Column("confirmed_id", ID, nullable=True))
    op.add_column("call_attempts", sa.Column("database_id", sa.Text(), nullable=True))
    op.add_column("call_attempts", sa.Column("phone", sa.Text(), nullable=True))
    op.add_column("call_attempts", sa.Column("platform_attempt_id", ID, nullable=True))
    op.execute(
        "UPDATE call_attempts SET phone = (SELECT c.phone FROM campaign_contacts AS c"
        " WHERE c.company_id = call_attempts.company_id AND c.campaign_id = call_attempts.campaign_id"
        " AND c.contact_id = call_attempts.contact_id) WHERE outcome IS NULL AND released = 0"
    )
