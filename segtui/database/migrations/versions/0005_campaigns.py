"""Campaigns: their settings, whom they call, and every attempt."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
OUTCOMES = "'answered', 'voicemail', 'no_answer', 'busy', 'failed', 'wrong_number', 'skipped', 'unknown'"
UNFINISHED = "'draft', 'scheduled', 'active', 'paused'"


def upgrade() -> None:
    """Create the tables of campaigns."""
    _campaigns()
    _exclusions()
    _audience()
    _attempts()


def _campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", KEY, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("segment_id", ID, nullable=True),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("above_contact", ID, nullable=True),
        sa.Column("to_contact", ID, nullable=True),
        sa.Column("start_at", ID, nullable=True),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        *(sa.Column(name, ID, nullable=False) for name in ("calls_per_hour", "concurrent", "attempts", "retry_delay")),
        sa.Column("retry_voicemail", sa.Integer(), server_default="0", nullable=False),
        sa.Column("calls", ID, server_default="0", nullable=False),
        sa.Column("created_at", ID, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("updated_at", ID, nullable=False),
        sa.Column("launched_at", ID, nullable=True),
        sa.Column("started_at", ID, nullable=True),
        sa.Column("finished_at", ID, nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_campaigns_companies")),
        sa.ForeignKeyConstraint(
            ["company_id", "segment_id"], ["segments.company_id", "segments.id"], name=op.f("fk_campaigns_segments")
        ),
        sa.CheckConstraint(f"status IN ({UNFINISHED}, 'completed', 'cancelled')", name=op.f("ck_campaigns_status")),
        sa.CheckConstraint(
            f"segment_id IS NOT NULL OR NOT (status IN ({UNFINISHED}))", name=op.f("ck_campaigns_segment")
        ),
        sa.CheckConstraint("opens >= 480 AND closes <= 1260 AND opens < closes", name=op.f("ck_campaigns_hours")),
        sa.CheckConstraint("attempts BETWEEN 1 AND 10", name=op.f("ck_campaigns_attempts")),
        sa.CheckConstraint("retry_voicemail IN (0, 1)", name=op.f("ck_campaigns_retry_voicemail")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("company_id", "id", name=op.f("uq_campaigns_company_id_id")),
        sa.UniqueConstraint("company_id", "name_key", name=op.f("uq_campaigns_company_id_name_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_campaigns_segment", "campaigns", ["company_id", "segment_id"], unique=False)


def _exclusions() -> None:
    op.create_table(
        "campaign_exclusions",
        *_keys("company_id", "campaign_id", "place"),
        sa.Column("segment_id", ID, nullable=True),
        sa.Column("segment", sa.Text(), nullable=False),
        _of_campaign("campaign_exclusions", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["company_id", "segment_id"],
            ["segments.company_id", "segments.id"],
            name=op.f("fk_campaign_exclusions_segments"),
        ),
        sa.PrimaryKeyConstraint("company_id", "campaign_id", "place", name=op.f("pk_campaign_exclusions")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_campaign_exclusions_segment", "campaign_exclusions", ["company_id", "segment_id"], unique=False)


def _audience() -> None:
    op.create_table(
        "campaign_contacts",
        *_keys("company_id", "campaign_id", "contact_id"),
        sa.Column("phone", KEY, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", ID, server_default="0", nullable=False),
        sa.Column("next_at", ID, nullable=True),
        sa.Column("zone", sa.Text(), nullable=True),
        _of_campaign("campaign_contacts"),
        sa.CheckConstraint(
            "state IN ('pending', 'in_progress', 'retry', 'done')", name=op.f("ck_campaign_contacts_state")
        ),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_campaign_contacts_outcome")),
        sa.CheckConstraint("state <> 'done' OR outcome IS NOT NULL", name=op.f("ck_campaign_contacts_accounted")),
        sa.PrimaryKeyConstraint("company_id", "campaign_id", "contact_id", name=op.f("pk_campaign_contacts")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    waiting = sa.text("state != 'done'")
    op.create_index(
        "ix_campaign_contacts_next",
        "campaign_contacts",
        ["company_id", "campaign_id", "state", "zone", "next_at"],
        unique=False,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index("ix_campaign_contacts_contact", "campaign_contacts", ["company_id", "contact_id"], unique=False)
    op.create_table(
        "campaign_counts",
        *_keys("company_id", "campaign_id"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("state", "outcome", "reason")),
        sa.Column("contacts", ID, server_default="0", nullable=False),
        _of_campaign("campaign_counts"),
        sa.PrimaryKeyConstraint(
            "company_id", "campaign_id", "state", "outcome", "reason", name=op.f("pk_campaign_counts")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _attempts() -> None:
    op.create_table(
        "call_attempts",
        sa.Column("id", ID, nullable=False),
        *(sa.Column(name, ID, nullable=False) for name in ("company_id", "campaign_id", "contact_id", "number")),
        sa.Column("call_id", sa.Text(), nullable=True),
        sa.Column("started_at", ID, nullable=False),
        sa.Column("ended_at", ID, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("seconds", ID, nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_call_attempts_companies")),
        sa.ForeignKeyConstraint(
            ["company_id", "campaign_id", "contact_id"],
            ["campaign_contacts.company_id", "campaign_contacts.campaign_id", "campaign_contacts.contact_id"],
            name=op.f("fk_call_attempts_campaign_contacts"),
        ),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_call_attempts_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_attempts")),
        sa.UniqueConstraint(
            "company_id",
            "campaign_id",
            "contact_id",
            "number",
            name=op.f("uq_call_attempts_company_id_campaign_id_contact_id_number"),
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )


def _keys(*names: str) -> list["sa.Column[int]"]:
    return [sa.Column(name, ID, autoincrement=False, nullable=False) for name in names]


def _of_campaign(table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id", "campaign_id"],
        ["campaigns.company_id", "campaigns.id"],
        name=op.f(f"fk_{table}_campaigns"),
        ondelete=ondelete,
    )
