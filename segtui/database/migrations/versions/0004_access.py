"""Keys of users, and an audit trail that only grows and says what each entry is about."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
SUBJECTS = ("segment_id", "contact_id", "import_id")
ONLY_GROWS = "The audit trail only grows."


def upgrade() -> None:
    """Create the table of keys, and widen and lock the audit trail."""
    _keys()
    for name in SUBJECTS:
        op.add_column("audit", sa.Column(name, ID, nullable=True))
        there = sa.text(f"{name} IS NOT NULL")
        op.create_index(f"ix_audit_{name}", "audit", ["company_id", name], sqlite_where=there, postgresql_where=there)
    if op.get_context().dialect.name == "sqlite":
        _lock_audit_on_sqlite()
    else:
        _lock_audit_on_postgresql()


def _keys() -> None:
    op.create_table(
        "user_keys",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("blob", sa.Text(), nullable=False),
        sa.Column("fingerprint", KEY, nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("added_at", ID, nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_keys_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_keys")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_user_keys_fingerprint")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_user_keys_user", "user_keys", ["user_id"], unique=False)


def _lock_audit_on_sqlite() -> None:
    """Refuse what changes an entry. The file's owner can drop the triggers, but not by mistake."""
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit "
            f"BEGIN SELECT RAISE(ABORT, '{ONLY_GROWS}'); END"
        )
    # INSERT OR REPLACE deletes without asking the trigger above.
    op.execute(
        "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit "  # noqa: S608  a constant
        "WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{ONLY_GROWS}'); END"
    )


def _lock_audit_on_postgresql() -> None:
    """Refuse the same there. The roles that transactions take may not even try (`tenancy.row_level_security`)."""
    op.execute(
        "CREATE FUNCTION segtui_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{ONLY_GROWS}'; END $$"
    )
    for what, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER audit_no_{what.split()[-1].lower()} BEFORE {what} ON audit FOR EACH {each} "
            "EXECUTE FUNCTION segtui_audit_only_grows()"
        )
