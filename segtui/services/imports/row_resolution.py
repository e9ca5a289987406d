"""Row resolution: the contact that each staged row belongs to.

A row is a contact by phone; failing that by e-mail, where the row or the contact has no phone: the one created first.
An applied row can change the match of a later row, and the outcome has to be that of applying the rows one by one. Rows
that share no phone, e-mail or contact with another row are independent: SQL resolves them all at once. The others, the
ambiguous rows, are applied one by one.
"""

import json
from bisect import insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select, text

from segtui.domain.contact import TEXT_FIELDS
from segtui.services.contacts import contact_values
from segtui.services.imports.staging import ambiguous_rows, matches, original_rows, repeated_keys, staged
from segtui.services.session import Transaction

_MATCH = """
    INSERT INTO matches (line, contact_id, created, duplicate_of)
    SELECT line, contact_id, CASE WHEN contact_id IS NULL THEN 1 ELSE 0 END, NULL
    FROM (
        SELECT s.line AS line, coalesce(
            (SELECT c.id FROM contacts AS c WHERE c.company_id = :company AND c.phone = s.phone),
            (SELECT min(c.id) FROM contacts AS c
             WHERE c.company_id = :company AND c.email_key = s.email_key AND (s.phone IS NULL OR c.phone IS NULL))
        ) AS contact_id
        FROM staged AS s
    ) AS found
"""
_NO_MATCHES = "INSERT INTO matches (line, contact_id, created, duplicate_of) SELECT line, NULL, 1, NULL FROM staged"
_REPEATED_PHONES = """
    INSERT INTO repeated_keys (key)
    SELECT phone FROM staged WHERE phone IS NOT NULL GROUP BY phone HAVING count(*) > 1
"""
_REPEATED_EMAILS = """
    INSERT INTO repeated_keys (key)
    SELECT email_key FROM staged WHERE email_key IS NOT NULL GROUP BY email_key HAVING count(*) > 1
"""
_OF_REPEATED_KEY = """
    INSERT INTO ambiguous_rows (line)
    SELECT line FROM staged WHERE phone IN (SELECT key FROM repeated_keys)
    UNION
    SELECT line FROM staged WHERE email_key IN (SELECT key FROM repeated_keys)
"""
_OF_REPEATED_CONTACT = """
    INSERT INTO ambiguous_rows (line)
    SELECT m.line FROM matches AS m
    WHERE m.contact_id IN (
        SELECT contact_id FROM matches WHERE contact_id IS NOT NULL GROUP BY contact_id HAVING count(*) > 1
    ) AND NOT EXISTS (SELECT 1 FROM ambiguous_rows AS a WHERE a.line = m.line)
"""
# Every contact that an ambiguous row could match at any time.
_CONCERNED = """
    SELECT c.id, c.phone, c.email_key FROM contacts AS c
    WHERE c.company_id = :company AND c.phone IN (
        SELECT s.phone FROM staged AS s JOIN ambiguous_rows AS t ON t.line = s.line WHERE s.phone IS NOT NULL)
    UNION
    SELECT c.id, c.phone, c.email_key FROM contacts AS c
    WHERE c.company_id = :company AND c.email_key IN (
        SELECT s.email_key FROM staged AS s JOIN ambiguous_rows AS t ON t.line = s.line WHERE s.email_key IS NOT NULL)
    ORDER BY 1
"""


def resolve(tx: Transaction, existing: str) -> None:
    """Fill `matches` for all staged rows. `existing` is fill, overwrite or keep.

    Rows of one contact are merged into the first of them: its blank fields are filled from the others.
    """
    # The columns in joins and conditions alone: statistics of all columns take four times as long.
    tx.backend.analyze(tx.connection, staged, staged.c.line, staged.c.phone, staged.c.email_key, staged.c.do_not_call)
    _match(tx)
    with tx.backend.sorting(tx.connection):
        _find_ambiguous(tx)
    tx.backend.analyze(tx.connection, ambiguous_rows)
    if _has_row(tx, "ambiguous_rows"):
        _resolve_ambiguous(tx, existing)


def _match(tx: Transaction) -> None:
    """Fill `matches` as if the rows were independent."""
    has_contacts = tx.execute(text("SELECT 1 FROM contacts WHERE company_id = :company LIMIT 1")).scalar()
    tx.execute(text(_MATCH if has_contacts else _NO_MATCHES))
    tx.backend.analyze(tx.connection, matches)


def _find_ambiguous(tx: Transaction) -> None:
    """Fill `ambiguous_rows`."""
    tx.execute(text(_REPEATED_PHONES))
    tx.execute(text(_REPEATED_EMAILS))
    if _has_row(tx, "repeated_keys"):
        tx.backend.analyze(tx.connection, repeated_keys)
        tx.execute(text(_OF_REPEATED_KEY))
    tx.execute(text(_OF_REPEATED_CONTACT))


def _has_row(tx: Transaction, table: str) -> bool:
    return tx.execute(text(f"SELECT 1 FROM {table} LIMIT 1")).scalar() is not None  # noqa: S608  a name of ours


@dataclass(eq=False)
class _ContactState:
    """A contact after the rows so far: an existing one, or one that a row is about to create."""

    id: int
    phone: str | None
    email_key: str | None
    exists: bool
    first: "dict[str, Any] | None" = None  # the first row of the file that is this contact, with all that filled it
    folded: bool = False
    before: tuple[str | None, str | None] = field(default=(None, None))


class _Ledger:
    """The contacts concerned, to be looked up by phone and by e-mail while the rows go by."""

    def __init__(self, existing: str) -> None:
        self._existing = existing
        self._by_phone: dict[str, _ContactState] = {}
        self._by_email: dict[str, list[tuple[int, _ContactState]]] = {}

    def enter(self, contact: _ContactState) -> None:
        """Take in a contact."""
        contact.before = (contact.phone, contact.email_key)
        self._index(contact)

    def match(self, phone: str | None, email_key: str | None) -> _ContactState | None:
        """Return the contact that a row matches, if any."""
        if phone is not None and phone in self._by_phone:
            return self._by_phone[phone]
        for _, contact in self._by_email.get(email_key, ()) if email_key is not None else ():
            if phone is None or contact.phone is None:
                return contact
        return None

    def apply(self, contact: _ContactState) -> None:
        """Let a contact have the phone and the e-mail that its first row, as it is filled by now, gives it."""
        row = contact.first
        if row is None or (contact.exists and self._existing == "keep"):
            return
        phone, email_key = contact.before
        wins = contact.exists and self._existing == "fill"
        new_phone = (phone or row["phone"]) if wins else (row["phone"] or phone)
        new_email = (email_key or row["email_key"]) if wins else (row["email_key"] or email_key)
        if (new_phone, new_email) == (contact.phone, contact.email_key):
            return
        if contact.phone is not None:
            self._by_phone.pop(contact.phone, None)
        if contact.email_key is not None:
            self._by_email[contact.email_key].remove((contact.id, contact))
        contact.phone, contact.email_key = new_phone, new_email
        self._index(contact)

    def _index(self, contact: _ContactState) -> None:
        if contact.phone is not None:
            self._by_phone[contact.phone] = contact
        if contact.email_key is not None:
            insort(self._by_email.setdefault(contact.email_key, []), (contact.id, contact), key=lambda pair: pair[0])


def _resolve_ambiguous(tx: Transaction, existing: str) -> None:
    ledger = _Ledger(existing)
    highest = 0
    for candidate in tx.execute(text(_CONCERNED)):
        ledger.enter(_ContactState(candidate.id, candidate.phone, candidate.email_key, exists=True))
        highest = max(highest, candidate.id)
    outcomes: list[dict[str, Any]] = []
    touched: dict[int, _ContactState] = {}
    for row in _ambiguous_rows_of(tx):
        contact = ledger.match(row["phone"], row["email_key"])
        if contact is None:
            contact = _ContactState(highest + row["line"], row["phone"], row["email_key"], exists=False)
            ledger.enter(contact)
            contact.before = (None, None)
        if contact.first is None:
            contact.first = row
            touched[contact.id] = contact
        else:
            contact.folded |= _fold_into(contact.first, row)
        ledger.apply(contact)
        outcomes.append(
            {
                "of_line": row["line"],
                "contact": contact.id if contact.exists else None,
                "is_new": 0 if contact.exists else 1,
                "first": None if contact.first is row else contact.first["line"],
            }
        )
    tx.execute(
        text(
            "UPDATE matches SET contact_id = :contact, created = :is_new, duplicate_of = :first WHERE line = :of_line"
        ),
        outcomes,
    )
    filled = [_as_staged(contact.first) for contact in touched.values() if contact.folded and contact.first is not None]
    if filled:
        lines = tx.backend.id_in(staged.c.line, [row["line"] for row in filled])
        tx.execute(original_rows.insert().from_select([c.name for c in staged.c], select(staged).where(lines)))
        columns = ", ".join(f"{name} = :{name}" for name in filled[0] if name != "line")
        tx.execute(text(f"UPDATE staged SET {columns} WHERE line = :line"), filled)  # noqa: S608  names of ours


def _ambiguous_rows_of(tx: Transaction) -> Iterator[dict[str, Any]]:
    rows = tx.execute(text("SELECT s.* FROM staged AS s JOIN ambiguous_rows AS t ON t.line = s.line ORDER BY s.line"))
    for row in rows:
        yield as_values(row)


def as_values(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    """Return a row of contacts or of `staged` by name, its custom fields as a dict."""
    values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
    values["custom_fields"] = json.loads(values["custom_fields"])
    return values


def _fold_into(first: dict[str, Any], other: Mapping[str, Any]) -> bool:
    """Fill blank fields of a row from another row of the same contact. Return whether any was filled."""
    blanks = {name: other[name] for name in (*TEXT_FIELDS, "email_key") if first[name] is None and other[name]}
    custom = {name: value for name, value in other["custom_fields"].items() if name not in first["custom_fields"]}
    first.update(blanks)
    first["custom_fields"].update(custom)
    marks = bool(other["do_not_call"] and not first["do_not_call"])
    if marks:
        first["do_not_call"] = 1
    return bool(blanks or custom or marks)


def _as_staged(row: Mapping[str, Any]) -> dict[str, Any]:
    return contact_values.with_keys(dict(row))
