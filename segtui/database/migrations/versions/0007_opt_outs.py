"""Opt-outs belong to numbers: the phone of every marked contact comes on the do-not-call list of its company."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

# A mark by an import that was not undone stays that import's; any other mark counts as set by hand.
_OF_MARK = """
    FROM contacts AS c
    LEFT JOIN imports AS i ON i.company_id = c.company_id AND i.status = 'completed'
        AND c.do_not_call_by = 'import:' || CAST(i.id AS TEXT)
    WHERE c.do_not_call = 1 AND c.phone IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM do_not_call_list AS l
        WHERE l.company_id = c.company_id AND l.phone = c.phone
            AND (l.import_id = coalesce(i.id, 0) OR c.do_not_call_by = 'list'))
"""
_NUMBERS = f"SELECT c.company_id, count(*) {_OF_MARK} GROUP BY c.company_id"
_LIST_MARKED = f"""
    INSERT INTO do_not_call_list (company_id, phone, import_id, added_at, added_by)
    SELECT c.company_id, c.phone, coalesce(i.id, 0), c.updated_at,
        CASE WHEN c.do_not_call_by LIKE 'user:%' THEN substr(c.do_not_call_by, 6)
            ELSE coalesce(i."user", c.do_not_call_by, 'unknown') END
    {_OF_MARK}
"""
_LISTED = """
    do_not_call = 0 AND phone IS NOT NULL AND EXISTS (
        SELECT 1 FROM do_not_call_list AS l WHERE l.company_id = contacts.company_id AND l.phone = contacts.phone)
"""
_CONTACTS = f"SELECT company_id, count(*) FROM contacts WHERE {_LISTED} GROUP BY company_id"  # noqa: S608  constants
_MARK_LISTED = f"UPDATE contacts SET do_not_call = 1, do_not_call_by = 'list' WHERE {_LISTED}"  # noqa: S608  constants


def upgrade() -> None:
    """List the phones of marked contacts, and mark the contacts whose phones are on the list, with audit entries."""
    for count, change, action, detail in (
        (_NUMBERS, _LIST_MARKED, "do_not_call.add", "numbers of contacts that were marked"),
        (_CONTACTS, _MARK_LISTED, "contact.do_not_call", "marked: their numbers were on the do-not-call list"),
    ):
        changed = op.get_bind().execute(sa.text(count)).all()
        op.execute(change)
        for company_id, number in changed:
            op.execute(
                sa.text(
                    'INSERT INTO audit (company_id, at, "user", source, action, object, detail, count) '
                    "VALUES (:company_id, :at, 'segtui', 'upgrade', :action, 'schema 0007', :detail, :number)"
                ).bindparams(
                    company_id=company_id, at=time.time_ns() // 1_000, action=action, detail=detail, number=number
                )
            )
