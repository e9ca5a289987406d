"""The tool box: the history, hash and last use of segments, watches on them, campaigns of several segments."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
WATCHES = "'over', 'empty', 'grows', 'stale'"


def upgrade() -> None:
    """Add the columns and tables."""
    op.add_column("segments", sa.Column("members_hash", ID, server_default="0", nullable=False))
    op.add_column("segments", sa.Column("used_at", ID, nullable=True))
    op.add_column("segments", sa.Column("generated_name", sa.Text(), nullable=True))
    _segment_days()
    _segment_watches()
    _campaign_segments()


def _segment_days() -> None:
    op.create_table(
        "segment_days",
        _key("company_id"),
        _key("segment_id"),
        sa.Column("day", KEY, nullable=False),
        sa.Column("contacts", ID, server_default="0", nullable=False),
        sa.Column("joined", ID, server_default="0", nullable=False),
        sa.Column("departed", ID, server_default="0", nullable=False),
        _of_segment("segment_days"),
        sa.PrimaryKeyConstraint("company_id", "segment_id", "day", name=op.f("pk_segment_days")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _segment_watches() -> None:
    op.create_table(
        "segment_watches",
        _key("company_id"),
        _key("segment_id"),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("amount", ID, server_default="0", nullable=False),
        sa.Column("created_at", ID, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint(f"kind IN ({WATCHES})", name=op.f("ck_segment_watches_kind")),
        _of_segment("segment_watches"),
        sa.PrimaryKeyConstraint("company_id", "segment_id", "kind", name=op.f("pk_segment_watches")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _campaign_segments() -> None:
    op.create_table(
        "campaign_segments",
        _key("company_id"),
        _key("campaign_id"),
        _key("place"),
        sa.Column("segment_id", ID, nullable=True),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "campaign_id"],
            ["campaigns.company_id", "campaigns.id"],
            name=op.f("fk_campaign_segments_campaigns"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "segment_id"],
            ["segments.company_id", "segments.id"],
            name=op.f("fk_campaign_segments_segments"),
        ),
        sa.PrimaryKeyConstraint("company_id", "campaign_id", "place", name=op.f("pk_campaign_segments")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_campaign_segments_segment", "campaign_segments", ["company_id", "segment_id"])


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, ID, autoincrement=False, nullable=False)


def _of_segment(table: str) -> sa.ForeignKeyConstraint:
    """Return the reference to a segment, with which the row is deleted."""
    return sa.ForeignKeyConstraint(
        ["company_id", "segment_id"],
        ["segments.company_id", "segments.id"],
        name=op.f(f"fk_{table}_segments"),
        ondelete="CASCADE",
    )
