"""The tool box: the history, hash and last use of segments, watches on them, campaigns of several segments."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from segtui.config.settings import system_zone

revision = "0014"
down_revision = "0013"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
WATCHES = "'over', 'empty', 'grows', 'stale'"

_MIXED = "(contact_id % 2147483647 * 1103515245 % 2147483647)"
_HASHES = f"""
    UPDATE segments SET members_hash = members.hash FROM (
        SELECT company_id, segment_id,
            CAST(sum({_MIXED} * {_MIXED} % 2147483629 * {_MIXED} % 2147483647) AS BIGINT) AS hash
        FROM memberships GROUP BY company_id, segment_id) AS members
    WHERE members.company_id = segments.company_id AND members.segment_id = segments.id
"""  # noqa: S608  constants
_USES = """
    UPDATE segments SET used_at = uses.last FROM (
        SELECT company_id, segment_id, max(used_at) AS last FROM (
            SELECT company_id, segment_id, launched_at AS used_at FROM campaigns WHERE launched_at IS NOT NULL
            UNION ALL
            SELECT company_id, segment_id, finished_at FROM imports WHERE status IN ('completed', 'undone')
            UNION ALL
            SELECT company_id, segment_id, at FROM audit WHERE action = 'export') AS every_use
        WHERE segment_id IS NOT NULL AND company_id IS NOT NULL
        GROUP BY company_id, segment_id) AS uses
    WHERE uses.company_id = segments.company_id AND uses.segment_id = segments.id
"""
# The names that imports made up at this revision: `Import leads 2026-05-31 14:05`, where taken with a number behind.
_GENERATED_NAME = re.compile(r"Import (?P<file>.*?) (?P<minute>\d{4}-\d\d-\d\d \d\d:\d\d)(?: \(\d+\))?")
NAME_LENGTH = 120  # at which a name made from a longer file name was cut
_ZONES = timedelta(hours=-12), timedelta(hours=14)
"""The offsets of the zone that a name was made in from UTC, in which the import's beginning is stored."""
_LONGEST_IMPORT = timedelta(days=1)
"""The time from an import's beginning until it names its segment, when it has read the file."""


def upgrade() -> None:
    """Add the columns and tables."""
    op.add_column("segments", sa.Column("members_hash", ID, server_default="0", nullable=False))
    op.add_column("segments", sa.Column("used_at", ID, nullable=True))
    op.add_column("segments", sa.Column("generated_name", sa.Text(), nullable=True))
    _segment_days()
    _segment_watches()
    _campaign_segments()
    op.execute(_HASHES)
    op.execute(_USES)
    _mark_generated_names()
    _open_histories()


def _mark_generated_names() -> None:
    """Note the names that imports made up, where there is no doubt of it: with the file's name and the time in it."""
    rows = op.get_bind().execute(
        sa.text(
            "SELECT company_id, segment_id, segment, file, started_at FROM imports"
            " WHERE segment_created = 1 AND segment_id IS NOT NULL AND segment LIKE 'Import %'"
        )
    )
    names = [
        {"company": row.company_id, "segment": row.segment_id, "name": row.segment}
        for row in rows.all()
        if _is_generated(row.segment, row.file, datetime.fromtimestamp(row.started_at / 1_000_000, UTC))
    ]
    if names:
        noting = "UPDATE segments SET generated_name = :name WHERE company_id = :company AND id = :segment"
        op.get_bind().execute(sa.text(noting), names)


def _is_generated(name: str, file: str, started_at: datetime) -> bool:
    match = _GENERATED_NAME.fullmatch(name)
    stem = PurePath(file).stem.strip()
    if match is None or not (stem == match["file"] or (stem.startswith(match["file"]) and len(name) == NAME_LENGTH)):
        return False
    named_at = datetime.strptime(match["minute"], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    return _ZONES[0] - timedelta(minutes=1) <= named_at - started_at <= _ZONES[1] + _LONGEST_IMPORT


def _open_histories() -> None:
    """Begin the history of each segment with its present number of contacts; nothing before is known."""
    connection = op.get_bind()
    days = [{"company": company_id, "day": day} for company_id, day in _company_days(connection)]
    if days:
        opening = (
            "INSERT INTO segment_days (company_id, segment_id, day, contacts)"
            " SELECT company_id, id, :day, contacts FROM segments WHERE company_id = :company"
        )
        connection.execute(sa.text(opening), days)


def _company_days(connection: sa.Connection) -> Iterator[tuple[int, str]]:
    """Yield the present day of each company."""
    now = datetime.now(UTC)
    for row in connection.execute(sa.text("SELECT id, timezone FROM companies")).all():
        zone = system_zone() if row.timezone is None else ZoneInfo(row.timezone)
        yield row.id, now.astimezone(zone).date().isoformat()


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
