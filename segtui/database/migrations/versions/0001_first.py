"""The first schema."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Create every table, the search index of this backend, and the company `Main`."""
    _companies_and_users()
    _contacts_and_segments()
    _imports()
    _audit()
    if op.get_context().dialect.name == "sqlite":
        _search_on_sqlite()
    else:
        _search_on_postgresql()
    op.execute(
        "INSERT INTO companies (name, name_key, region, created_at) "  # noqa: S608  a number of our own
        f"VALUES ('Main', 'main', 'US', {time.time_ns() // 1000})"
    )


def _companies_and_users() -> None:
    op.create_table(
        "companies",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", KEY, nullable=False),
        sa.Column("region", sa.Text(), server_default="US", nullable=False),
        sa.Column("created_at", ID, nullable=False),
        sa.Column("contact_changes", ID, server_default="0", nullable=False),
        sa.Column("segments_changed_at", ID, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("name_key", name=op.f("uq_companies_name_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "users",
        sa.Column("id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=True),
        sa.Column("login", KEY, nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", ID, nullable=False),
        sa.CheckConstraint("(role = 'admin') = (company_id IS NULL)", name=op.f("ck_users_company")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_users_companies")),
        sa.CheckConstraint("role IN ('viewer', 'member', 'admin')", name="ck_users_role"),
        sa.CheckConstraint("enabled IN (0, 1)", name="ck_users_enabled"),
        sa.CheckConstraint("(role = 'admin') = (company_id IS NULL)", name="ck_users_company"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )


def _contacts_and_segments() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("phone", KEY, nullable=True),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("organization", sa.Text(), nullable=True),
        sa.Column("job_title", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("do_not_call", sa.Integer(), server_default="0", nullable=False),
        sa.Column("do_not_call_by", sa.Text(), nullable=True),
        sa.Column("custom_fields", sa.Text(), server_default="{}", nullable=False),
        sa.Column("created_at", ID, nullable=False),
        sa.Column("updated_at", ID, nullable=False),
        sa.Column("import_id", ID, nullable=True),
        sa.Column("name_key", KEY, nullable=True),
        sa.Column("email_key", KEY, nullable=True),
        sa.Column("search", KEY, nullable=False),
        sa.CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", name=op.f("ck_contacts_reachable")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_contacts_companies")),
        sa.CheckConstraint("do_not_call IN (0, 1)", name="ck_contacts_do_not_call"),
        sa.CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", name="ck_contacts_reachable"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("company_id", "id", name=op.f("uq_contacts_company_id_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_contacts_email", "contacts", ["company_id", "email_key", "id"], unique=False)
    op.create_index("ix_contacts_name", "contacts", ["company_id", "name_key", "id"], unique=False)
    op.create_index(
        "uq_contacts_phone",
        "contacts",
        ["company_id", "phone"],
        unique=True,
    )
    op.create_table(
        "segments",
        sa.Column("id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", KEY, nullable=False),
        sa.Column("sort_key", KEY, nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("search", KEY, nullable=False),
        sa.Column("contacts", ID, server_default="0", nullable=False),
        sa.Column("created_at", ID, nullable=False),
        sa.Column("updated_at", ID, nullable=False),
        sa.Column("archived_at", ID, nullable=True),
        sa.Column("deleted_at", ID, nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_segments_companies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
        sa.UniqueConstraint("company_id", "id", name=op.f("uq_segments_company_id_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    _partial_index("uq_segments_name", ["company_id", "name_key"], "deleted_at IS NULL", unique=True)
    _partial_index("ix_segments_deleted", ["company_id", "id"], "deleted_at IS NOT NULL", unique=False)
    op.create_table(
        "memberships",
        sa.Column("company_id", ID, autoincrement=False, nullable=False),
        sa.Column("segment_id", ID, autoincrement=False, nullable=False),
        sa.Column("contact_id", ID, autoincrement=False, nullable=False),
        sa.Column("added_at", ID, nullable=False),
        sa.Column("import_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"], ["contacts.company_id", "contacts.id"], name=op.f("fk_memberships_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "segment_id"], ["segments.company_id", "segments.id"], name=op.f("fk_memberships_segments")
        ),
        sa.PrimaryKeyConstraint("company_id", "segment_id", "contact_id", name=op.f("pk_memberships")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_memberships_contact", "memberships", ["company_id", "contact_id"], unique=False)
    op.create_table(
        "do_not_call_list",
        sa.Column("company_id", ID, autoincrement=False, nullable=False),
        sa.Column("phone", KEY, nullable=False),
        sa.Column("import_id", ID, autoincrement=False, nullable=False),
        sa.Column("added_at", ID, nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_do_not_call_list_companies")),
        sa.PrimaryKeyConstraint("company_id", "phone", "import_id", name=op.f("pk_do_not_call_list")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _partial_index(name: str, columns: list[str], where: str, *, unique: bool) -> None:
    condition = sa.text(where)
    op.create_index(name, "segments", columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("size", ID, nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("segment_id", ID, nullable=True),
        sa.Column("segment", sa.Text(), nullable=True),
        sa.Column("segment_created", sa.Integer(), server_default="0", nullable=False),
        sa.Column("do_not_call", sa.Integer(), server_default="0", nullable=False),
        sa.Column("options", sa.Text(), server_default="{}", nullable=False),
        sa.Column("rows", ID, server_default="0", nullable=False),
        sa.Column("created", ID, server_default="0", nullable=False),
        sa.Column("updated", ID, server_default="0", nullable=False),
        sa.Column("unchanged", ID, server_default="0", nullable=False),
        sa.Column("duplicates", ID, server_default="0", nullable=False),
        sa.Column("rejected", ID, server_default="0", nullable=False),
        sa.Column("added", ID, server_default="0", nullable=False),
        sa.Column("removed", ID, server_default="0", nullable=False),
        sa.Column("warnings", ID, server_default="0", nullable=False),
        sa.Column("rejects_file", sa.Text(), nullable=True),
        sa.Column("started_at", ID, nullable=False),
        sa.Column("finished_at", ID, nullable=True),
        sa.Column("undone_at", ID, nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_imports_companies")),
        sa.CheckConstraint(
            "status IN ('running', 'completed', 'failed', 'cancelled', 'undone')", name="ck_imports_status"
        ),
        sa.CheckConstraint("segment_created IN (0, 1)", name="ck_imports_segment_created"),
        sa.CheckConstraint("do_not_call IN (0, 1)", name="ck_imports_do_not_call"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sa.UniqueConstraint("company_id", "id", name=op.f("uq_imports_company_id_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "import_changes",
        sa.Column("company_id", ID, autoincrement=False, nullable=False),
        sa.Column("import_id", ID, autoincrement=False, nullable=False),
        sa.Column("contact_id", ID, autoincrement=False, nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contacts.company_id", "contacts.id"],
            name=op.f("fk_import_changes_contacts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "import_id"], ["imports.company_id", "imports.id"], name=op.f("fk_import_changes_imports")
        ),
        sa.PrimaryKeyConstraint("company_id", "import_id", "contact_id", name=op.f("pk_import_changes")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_import_changes_contact", "import_changes", ["company_id", "contact_id"], unique=False)
    op.create_table(
        "import_removals",
        sa.Column("company_id", ID, autoincrement=False, nullable=False),
        sa.Column("import_id", ID, autoincrement=False, nullable=False),
        sa.Column("contact_id", ID, autoincrement=False, nullable=False),
        sa.Column("added_at", ID, nullable=False),
        sa.Column("added_by_import", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contacts.company_id", "contacts.id"],
            name=op.f("fk_import_removals_contacts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "import_id"], ["imports.company_id", "imports.id"], name=op.f("fk_import_removals_imports")
        ),
        sa.PrimaryKeyConstraint("company_id", "import_id", "contact_id", name=op.f("pk_import_removals")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_import_removals_contact", "import_removals", ["company_id", "contact_id"], unique=False)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=True),
        sa.Column("at", ID, nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("count", ID, nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_audit_companies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_audit_company", "audit", ["company_id", "at"], unique=False)


def _search_on_sqlite() -> None:
    op.create_table(
        "search_stale",
        sa.Column("contact_id", ID, autoincrement=False, nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_search_stale")),
        sqlite_strict=True,
    )
    op.create_table(
        "search_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indexed_to", ID, server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_search_state_one"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_state")),
        sqlite_strict=True,
    )
    op.execute("INSERT INTO search_state (id, indexed_to) VALUES (1, 0)")
    # What the index holds at any moment, while it follows a merge in slices: so its integrity check holds.
    op.execute(
        "CREATE VIEW search_source AS SELECT c.id AS id, coalesce(s.search, c.search) AS search "
        "FROM contacts AS c LEFT JOIN search_stale AS s ON s.contact_id = c.id "
        "WHERE c.id <= (SELECT indexed_to FROM search_state)"
    )
    op.execute(
        "CREATE VIRTUAL TABLE contact_search USING fts5(search, content='search_source', content_rowid='id', "
        "tokenize='trigram case_sensitive 1', detail=none, columnsize=0)"
    )


def _search_on_postgresql() -> None:
    """Index trigrams where the server has the extension and lets us; without it searching is slower, not wrong."""
    connection = op.get_bind()
    available = connection.execute(sa.text("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")).scalar()
    if not available:
        return
    try:
        with connection.begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            op.execute("CREATE INDEX ix_contacts_search ON contacts USING gin (search gin_trgm_ops)")
    except sa.exc.DBAPIError:
        return  # the account may not create extensions; `segtui db info` says so
