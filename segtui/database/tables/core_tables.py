"""The tables, for both databases.

Every row of a company carries `company_id`, and keys and foreign keys are led by it: nothing can link or collide
across companies, and PostgreSQL can partition the tables by company. Ids are single integers besides (the search index
and the lists on screen hold them).

Times are microseconds since 1970 in UTC and flags are 0 or 1, on both databases alike, so that one statement serves
both. Text that is not there is NULL in contacts, never an empty string. Key columns hold folded text and compare by
code point (`COLLATE "C"` on PostgreSQL, which is how SQLite compares).
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from segtui.database.tables import history_tables, table_parts
from segtui.database.tables.table_parts import one_of
from segtui.domain.contact import TEXT_FIELDS
from segtui.domain.vocabulary import CALL_OUTCOMES, IMPORT_COUNTS, IMPORT_STATUSES, REMARK_KINDS, ROLES

metadata = history_tables.segment_days.metadata  # the one, with the tables of campaigns in it already
Id, Time, Key = table_parts.Id, table_parts.Time, table_parts.Key
_ROW, _PAIR = table_parts.ROW, table_parts.PAIR
_company, _count, _flag = table_parts.company, table_parts.count, table_parts.flag

companies = Table(
    "companies",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False, unique=True),
    Column("region", Text, nullable=False, server_default="US"),
    Column("timezone", Text),  # NULL is the system's
    Column("created_at", Time, nullable=False),
    _count("contact_changes"),  # goes up with every change to its contacts: what was computed before may be stale
    # The time of the last change to its segments and memberships. Every change has a later one than all before it,
    # whatever the clocks say, and so a time of its own.
    Column("segments_changed_at", Time, nullable=False, server_default="0"),
    **_ROW,
)

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("company_id", Id, ForeignKey("companies.id")),  # NULL for an admin, who belongs to none
    Column("login", Key, nullable=False, unique=True),
    Column("name", Text, nullable=False, server_default=""),
    Column("role", Text, CheckConstraint(one_of("role", ROLES), name="role"), nullable=False),
    _flag("enabled"),
    Column("created_at", Time, nullable=False),
    CheckConstraint("(role = 'admin') = (company_id IS NULL)", name="company"),
    **_ROW,
)

# The SSH keys that users sign in with; one key is one user's.
user_keys = Table(
    "user_keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("algorithm", Text, nullable=False),
    Column("blob", Text, nullable=False),  # base64, as it stands in a `.pub` file
    Column("fingerprint", Key, nullable=False, unique=True),  # `SHA256:…`, as OpenSSH writes it
    Column("comment", Text, nullable=False, server_default=""),
    Column("added_at", Time, nullable=False),
    Column("added_by", Text, nullable=False),
    **_ROW,
)
Index("ix_user_keys_user", user_keys.c.user_id)

contacts = Table(
    "contacts",
    metadata,
    table_parts.row_id(),
    _company(),
    *(Column(name, Key if name == "phone" else Text) for name in TEXT_FIELDS),
    _flag("do_not_call"),
    Column("do_not_call_by", Text),  # who set it: `user:alice`, `import:17`, `list`
    Column("custom_fields", Text, nullable=False, server_default="{}"),  # a JSON object, text by text
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Column("import_id", Id),  # the import that created it
    Column("name_key", Key),  # fold("First Last"), NULL where there is no name
    Column("email_key", Key),  # the e-mail without regard to case
    Column("search", Key, nullable=False),  # terms.contact_text
    Column("region", Text),  # the country of the phone, ISO 3166 alpha-2; NULL without a phone, or where it has none
    table_parts.row_key(),
    table_parts.reference_key(),
    CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", name="reachable"),
    **_ROW,
)
table_parts.index_ids(contacts)
# One contact a phone. NULLs do not collide, on either database. These are also the orders that a list walks.
Index("uq_contacts_phone", contacts.c.company_id, contacts.c.phone, unique=True)
Index("ix_contacts_name", contacts.c.company_id, contacts.c.name_key, contacts.c.id)
Index("ix_contacts_email", contacts.c.company_id, contacts.c.email_key, contacts.c.id)

segments = Table(
    "segments",
    metadata,
    table_parts.row_id(),
    _company(),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),  # text.name_key: what must be unique
    Column("sort_key", Key, nullable=False),  # text.fold: how it is sorted
    Column("description", Text, nullable=False, server_default=""),
    Column("search", Key, nullable=False),  # terms.segment_text
    _count("contacts"),  # exact, kept in the transaction that changes memberships
    _count("callable"),  # members with a phone that are not do-not-call; kept like the count
    # Criteria of a live segment as JSON, with ids in place of the names of segments and campaigns.
    Column("rule", Text),
    Column("changes_at", Time),  # end of the day for which the rule was last evaluated; NULL without relative days
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Column("archived_at", Time),
    Column("deleted_at", Time),  # out of sight for good; its row goes after the last of its memberships
    _count("members_hash"),  # of its members in any order, kept like the count: equal segments have equal ones
    Column("used_at", Time),  # when it was last launched, exported or imported into
    Column("generated_name", Text),  # the name that an import generated for it; it still has that or another
    table_parts.row_key(),
    table_parts.reference_key(),
    **_ROW,
)
table_parts.index_ids(segments)
# On PostgreSQL too these two hold but a part of the rows, as the migration says. Saying so here as well would load that
# dialect, with all its drivers' modules, at every start.
Index(
    "uq_segments_name",
    segments.c.company_id,
    segments.c.name_key,
    unique=True,
    sqlite_where=segments.c.deleted_at.is_(None),
)
Index(
    "ix_segments_deleted",
    segments.c.company_id,
    segments.c.id,
    sqlite_where=segments.c.deleted_at.is_not(None),
)

Index("ix_segments_live", segments.c.company_id, segments.c.id, sqlite_where=segments.c.rule.is_not(None))

memberships = Table(
    "memberships",
    metadata,
    Column("company_id", Id, primary_key=True, autoincrement=False),
    Column("segment_id", Id, primary_key=True, autoincrement=False),
    Column("contact_id", Id, primary_key=True, autoincrement=False),
    Column("added_at", Time, nullable=False),
    Column("import_id", Id),  # the import that added it
    ForeignKeyConstraint(["company_id", "segment_id"], ["segments.company_id", "segments.id"]),
    ForeignKeyConstraint(["company_id", "contact_id"], ["contacts.company_id", "contacts.id"]),
    **_PAIR,
)
Index("ix_memberships_contact", memberships.c.company_id, memberships.c.contact_id)

# Calls of each contact that was ever called, updated in the transaction that settles a call.
contact_calls = Table(
    "contact_calls",
    metadata,
    Column("company_id", Id, primary_key=True, autoincrement=False),
    Column("contact_id", Id, primary_key=True, autoincrement=False),
    _count("calls"),  # settled calls that were dialled
    Column("last_called", Time, nullable=False),  # when the last of them began
    Column("last_outcome", Text, nullable=False),
    CheckConstraint(one_of("last_outcome", CALL_OUTCOMES), name="outcome"),
    ForeignKeyConstraint(["company_id", "contact_id"], ["contacts.company_id", "contacts.id"], ondelete="CASCADE"),
    **_PAIR,
)

# Names of custom fields that contacts of the company have or had, for suggestions.
custom_field_names = Table(
    "custom_field_names",
    metadata,
    Column("company_id", Id, ForeignKey("companies.id"), primary_key=True, autoincrement=False),
    Column("name", Key, primary_key=True),
    **_PAIR,
)

# Saved views of lists of contacts: search, criteria, order and columns under a name.
views = Table(
    "views",
    metadata,
    table_parts.row_id(),
    _company(),
    Column("owner", Key, nullable=False, server_default=""),  # the login of its user; '' for the company's
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),  # text.name_key
    Column("search", Text, nullable=False, server_default=""),
    Column("criteria", Text),  # JSON, as in `segments.rule`; NULL for none
    Column("sort", Text, nullable=False, server_default="name"),
    _flag("descending"),
    Column("columns", Text),  # a JSON list of field names; NULL for the usual ones
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    table_parts.row_key(),
    UniqueConstraint("company_id", "owner", "name_key"),
    **_ROW,
)
table_parts.index_ids(views)

imports = Table(
    "imports",
    metadata,
    table_parts.row_id(),
    _company(),
    Column(
        "status",
        Text,
        CheckConstraint(one_of("status", IMPORT_STATUSES), name="status"),
        nullable=False,
    ),
    Column("file", Text, nullable=False),
    Column("size", Id),
    Column("sha256", Text),
    Column("user", Text, nullable=False),
    Column("segment_id", Id),  # no foreign key: the record outlives the segment
    Column("segment", Text),
    _flag("segment_created"),
    _flag("do_not_call"),  # it filled the do-not-call list and no segment
    Column(
        "options", Text, nullable=False, server_default="{}"
    ),  # a JSON object: existing, membership, region, mapping
    *(_count(name) for name in IMPORT_COUNTS),
    Column("rejects_file", Text),
    Column("started_at", Time, nullable=False),
    Column("finished_at", Time),
    Column("undone_at", Time),
    Column("undone_by", Text),
    Column("error", Text),  # the sentence, where it failed
    table_parts.row_key(),
    table_parts.reference_key(),
    **_ROW,
)
table_parts.index_ids(imports)

# What an import changed in contacts that existed, so that it can be undone: JSON objects of the changed fields.
import_changes = Table(
    "import_changes",
    metadata,
    Column("company_id", Id, primary_key=True, autoincrement=False),
    Column("import_id", Id, primary_key=True, autoincrement=False),
    Column("contact_id", Id, primary_key=True, autoincrement=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    ForeignKeyConstraint(["company_id", "import_id"], ["imports.company_id", "imports.id"]),
    ForeignKeyConstraint(["company_id", "contact_id"], ["contacts.company_id", "contacts.id"], ondelete="CASCADE"),
    **_PAIR,
)
Index("ix_import_changes_contact", import_changes.c.company_id, import_changes.c.contact_id)

# The memberships that an import with `replace` took away.
import_removals = Table(
    "import_removals",
    metadata,
    Column("company_id", Id, primary_key=True, autoincrement=False),
    Column("import_id", Id, primary_key=True, autoincrement=False),
    Column("contact_id", Id, primary_key=True, autoincrement=False),
    Column("added_at", Time, nullable=False),
    Column("added_by_import", Id),
    ForeignKeyConstraint(["company_id", "import_id"], ["imports.company_id", "imports.id"]),
    ForeignKeyConstraint(["company_id", "contact_id"], ["contacts.company_id", "contacts.id"], ondelete="CASCADE"),
    **_PAIR,
)
Index("ix_import_removals_contact", import_removals.c.company_id, import_removals.c.contact_id)

# Remarks about the rows of an import's file, in their order; line 0 is the whole file. A remark about a contact is
# deleted with the contact, because it quotes its row.
import_remarks = Table(
    "import_remarks",
    metadata,
    Column("company_id", Id, primary_key=True, autoincrement=False),
    Column("import_id", Id, primary_key=True, autoincrement=False),
    Column("position", Id, primary_key=True, autoincrement=False),
    Column("line", Id, nullable=False),
    Column("kind", Text, CheckConstraint(one_of("kind", REMARK_KINDS), name="kind"), nullable=False),
    Column("text", Text, nullable=False),
    Column("contact_id", Id),
    ForeignKeyConstraint(["company_id", "import_id"], ["imports.company_id", "imports.id"]),
    ForeignKeyConstraint(["company_id", "contact_id"], ["contacts.company_id", "contacts.id"], ondelete="CASCADE"),
    **_PAIR,
)
# In part on PostgreSQL too, as above.
Index(
    "ix_import_remarks_contact",
    import_remarks.c.company_id,
    import_remarks.c.contact_id,
    sqlite_where=import_remarks.c.contact_id.is_not(None),
)

# The contacts of an import's file that were there before: the undo of the import that created them keeps them.
import_confirmations = Table(
    "import_confirmations",
    metadata,
    Column("company_id", Id, primary_key=True, autoincrement=False),
    Column("import_id", Id, primary_key=True, autoincrement=False),
    Column("contact_id", Id, primary_key=True, autoincrement=False),
    ForeignKeyConstraint(["company_id", "import_id"], ["imports.company_id", "imports.id"]),
    ForeignKeyConstraint(["company_id", "contact_id"], ["contacts.company_id", "contacts.id"], ondelete="CASCADE"),
    **_PAIR,
)
Index("ix_import_confirmations_contact", import_confirmations.c.company_id, import_confirmations.c.contact_id)

# Phones that must not be called, whether or not there is a contact: contacts are marked as they come. One row an import
# that lists the phone, so that the undo of one takes nothing from another.
do_not_call_list = Table(
    "do_not_call_list",
    metadata,
    Column("company_id", Id, ForeignKey("companies.id"), primary_key=True, autoincrement=False),
    # The key in front of all else: SQLite 3.40 checks the wrong columns for NULL where it is not.
    Column("phone", Key, primary_key=True),
    Column("import_id", Id, primary_key=True, autoincrement=False),
    Column("added_at", Time, nullable=False),
    Column("added_by", Text, nullable=False),
    **_PAIR,
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("company_id", Id, ForeignKey("companies.id")),  # NULL where it concerns no company
    Column("at", Time, nullable=False),
    Column("user", Text, nullable=False),
    Column("fingerprint", Text),
    Column("source", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("count", Id),
    # What it was done to, where that is one of these; no foreign keys, for an entry outlives what it is about.
    Column("segment_id", Id),
    Column("contact_id", Id),
    Column("import_id", Id),
    table_parts.optional_key(),
    **_ROW,
)
table_parts.index_ids(audit)
Index("ix_audit_company", audit.c.company_id, audit.c.at)
for _name in ("segment_id", "contact_id", "import_id"):
    # In part on PostgreSQL too, as above.
    Index(f"ix_audit_{_name}", audit.c.company_id, audit.c[_name], sqlite_where=audit.c[_name].is_not(None))

# SQLite only. How far the search index has followed: every contact up to `indexed_to` is in it ...
search_state = Table(
    "search_state",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one"), primary_key=True),
    Column("indexed_to", Id, nullable=False, server_default=text("0")),
    info={"backend": "sqlite"},
    sqlite_strict=True,
)
# ... with its text of now, but for these, which stand there with the text they had.
search_stale = Table(
    "search_stale",
    metadata,
    Column("contact_id", Id, primary_key=True, autoincrement=False),
    Column("search", Text, nullable=False),
    info={"backend": "sqlite"},
    sqlite_strict=True,
)

COMPANY_TABLES = frozenset(table.name for table in metadata.tables.values() if "company_id" in table.c)
