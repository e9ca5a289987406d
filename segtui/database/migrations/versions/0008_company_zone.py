"""The time zone of a company; campaigns whose zone was an abbreviation that stands for a fixed offset."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# As names of the IANA database these are clocks that never change; who typed them meant the clocks of a place.
_MEANT = {"EST": "America/New_York", "MST": "America/Denver", "HST": "Pacific/Honolulu"}


def upgrade() -> None:
    """Add the column, and read the abbreviations as a campaign made today reads them."""
    op.add_column("companies", sa.Column("timezone", sa.Text(), nullable=True))
    campaigns = sa.table("campaigns", sa.column("timezone", sa.Text()))
    for abbreviation, zone in _MEANT.items():
        op.execute(sa.update(campaigns).where(campaigns.c.timezone == abbreviation).values(timezone=zone))
