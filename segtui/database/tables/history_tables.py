"""The tables of the history of segments, and of the watches on them."""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Table, Text

from segtui.database.tables.campaign_tables import campaigns
from segtui.database.tables.table_parts import PAIR, Id, Key, Time, count, one_of
from segtui.domain.vocabulary import WATCH_KINDS

metadata = campaigns.metadata  # the one, with the tables of campaigns in it already

# Members of each segment by day, kept in the transaction that changes them: a row for each day with a change.
segment_days = Table(
    "segment_days",
    metadata,
    Column("company_id", Id, primary_key=True, autoincrement=False),
    Column("segment_id", Id, primary_key=True, autoincrement=False),
    Column("day", Key, primary_key=True),  # an ISO day of the company
    count("contacts"),  # at its end
    count("joined"),
    count("departed"),
    ForeignKeyConstraint(["company_id", "segment_id"], ["segments.company_id", "segments.id"], ondelete="CASCADE"),
    **PAIR,
)

# Conditions of segments that their users want to hear of, one of each kind for a segment.
segment_watches = Table(
    "segment_watches",
    metadata,
    Column("company_id", Id, primary_key=True, autoincrement=False),
    Column("segment_id", Id, primary_key=True, autoincrement=False),
    Column("kind", Key, CheckConstraint(one_of("kind", WATCH_KINDS), name="kind"), primary_key=True),
    count("amount"),  # contacts, percent or days; 0 for `empty`
    Column("created_at", Time, nullable=False),
    Column("created_by", Text, nullable=False),
    ForeignKeyConstraint(["company_id", "segment_id"], ["segments.company_id", "segments.id"], ondelete="CASCADE"),
    **PAIR,
)
