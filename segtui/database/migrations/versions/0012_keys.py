"""Primary keys led by the company on PostgreSQL, so that the tables of companies can be partitioned by it.

A unique key of a partitioned table must include the columns that it is partitioned by. The key of a constraint cannot
become another's, so the keys are built and the foreign keys to them tested anew: of a million contacts and two million
memberships in 20 s on two busy cores, half of it the foreign keys.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

# Tables that foreign keys refer to: (company_id, id) was a unique key of theirs beside the primary key.
REFERENCED = ("contacts", "segments", "imports", "campaigns")
OTHERS = ("call_attempts", "unrecorded_calls")
# Its entries may belong to no company, and a column of a primary key cannot be NULL.
OPTIONAL = "audit"
# Foreign keys that an index of these columns serves, with what makes each again.
_FOREIGN_KEYS = sa.text(
    "SELECT c.conrelid::regclass::text AS of_table, c.conname AS name, pg_get_constraintdef(c.oid) AS definition "
    "FROM pg_constraint AS c WHERE c.contype = 'f' AND c.confrelid = to_regclass(:referenced) ORDER BY 1, 2"
)


def upgrade() -> None:
    """Replace the keys. SQLite keeps its own: there the id has to be the rowid."""
    if op.get_context().dialect.name == "sqlite":
        return
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")
    foreign_keys = [row for table in REFERENCED for row in op.get_bind().execute(_FOREIGN_KEYS, {"referenced": table})]
    for row in foreign_keys:
        op.execute(f'ALTER TABLE {row.of_table} DROP CONSTRAINT "{row.name}"')
    for table in REFERENCED:
        op.drop_constraint(f"uq_{table}_company_id_id", table)
    for table in (*REFERENCED, *OTHERS):
        op.drop_constraint(f"pk_{table}", table)
        op.create_primary_key(f"pk_{table}", table, ["company_id", "id"])
    op.drop_constraint(f"pk_{OPTIONAL}", OPTIONAL)
    op.create_unique_constraint(f"uq_{OPTIONAL}_company_id_id", OPTIONAL, ["company_id", "id"])
    for table in (*REFERENCED, *OTHERS, OPTIONAL):
        op.create_index(f"ix_{table}_id", table, ["id"])
    for row in foreign_keys:
        op.execute(f'ALTER TABLE {row.of_table} ADD CONSTRAINT "{row.name}" {row.definition}')
