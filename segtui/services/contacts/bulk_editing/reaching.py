"""Phones and e-mails of many contacts before they change: the contacts that must keep theirs, with the reason.

The answer never depends on the order of the contacts: a value that any contact has now is taken, even where that
contact is about to get another one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Row, select

from segtui.database.tables.core_tables import contacts, do_not_call_list
from segtui.services.session import Transaction

REACHING: Final = frozenset(("phone", "email"))
"""The fields that decide who a contact is, and whether it can be reached."""
UNREACHABLE: Final = "neither a phone nor an e-mail would be left"
MARKED: Final = "it is marked as do not call, and the mark belongs to its phone"
LISTED: Final = "the phone is on the do-not-call list"
SHARED_PHONE: Final = "several contacts would get the same phone"
TAKEN_PHONE: Final = "another contact has the phone"
SHARED_EMAIL: Final = "several contacts would get the same e-mail, and not all of them have a phone"
TAKEN_EMAIL: Final = "another contact has the e-mail, and one of the two has no phone"
_BATCH: Final = 2_000
"""Values that one statement looks up."""


class Move(NamedTuple):
    """A contact with its phone and e-mail, old and new; blank ones are empty."""

    contact_id: int
    old_phone: str
    phone: str
    email: str
    is_marked: bool

    @classmethod
    def of(cls, row: Row[*tuple[Any, ...]], after: Mapping[str, str]) -> "Move":
        """Return the move of a contact to the values `after`, by field."""
        phone, email = row.phone or "", row.email or ""
        return cls(row.id, phone, after.get("phone", phone), after.get("email", email), bool(row.do_not_call))


def refusals(tx: Transaction, moves: Sequence[Move]) -> dict[int, str]:
    """Return the contacts that cannot get these phones and e-mails, each with the reason."""
    refused: dict[int, str] = {}
    listed = set(_values(tx, do_not_call_list.c.phone, (move.phone for move in moves if move.phone != move.old_phone)))
    for move in moves:
        if not move.phone and not move.email:
            refused[move.contact_id] = UNREACHABLE
        elif move.phone != move.old_phone and move.is_marked:
            refused[move.contact_id] = MARKED
        elif move.phone != move.old_phone and move.phone in listed:
            refused[move.contact_id] = LISTED
    for refuse in (_refuse_phones, _refuse_emails):
        refused |= refuse(tx, [move for move in moves if move.contact_id not in refused])
    return refused


def _refuse_phones(tx: Transaction, moves: Sequence[Move]) -> Iterable[tuple[int, str]]:
    by_phone: dict[str, list[int]] = defaultdict(list)
    for move in moves:
        if move.phone and move.phone != move.old_phone:
            by_phone[move.phone].append(move.contact_id)
    taken = set(_values(tx, contacts.c.phone, by_phone))
    for phone, ids in by_phone.items():
        if phone in taken or len(ids) > 1:
            reason = TAKEN_PHONE if phone in taken else SHARED_PHONE
            yield from ((contact_id, reason) for contact_id in ids)


def _refuse_emails(tx: Transaction, moves: Sequence[Move]) -> Iterable[tuple[int, str]]:
    """Yield contacts whose e-mail would no longer tell them from another one: one of the two has no phone."""
    by_email: dict[str, list[Move]] = defaultdict(list)
    for move in moves:
        if move.email:
            by_email[move.email.casefold()].append(move)
    holders: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    columns = (contacts.c.email_key, contacts.c.id, contacts.c.phone)
    for email_key, contact_id, phone in _rows(tx, columns, by_email):
        holders[email_key].append((contact_id, phone is not None))
    for email_key, ours in by_email.items():
        have_phones = all(move.phone for move in ours)
        for move in ours:
            others = [has_phone for contact_id, has_phone in holders[email_key] if contact_id != move.contact_id]
            if others and (not move.phone or not all(others)):
                yield move.contact_id, TAKEN_EMAIL
            elif len(ours) > 1 and (not move.phone or not have_phones):
                yield move.contact_id, SHARED_EMAIL


def _values(tx: Transaction, column: ColumnElement[str], values: Iterable[str]) -> Iterator[str]:
    """Yield those of some texts that a column of the company has."""
    for (value,) in _rows(tx, (column,), values):
        yield value


def _rows(tx: Transaction, columns: Sequence[Any], values: Iterable[str]) -> Iterator[Sequence[Any]]:
    """Yield rows of the company whose first column is one of some texts."""
    scope = tx.scope(columns[0].table)
    distinct = sorted({value for value in values if value})
    for start in range(0, len(distinct), _BATCH):
        yield from tx.execute(select(*columns).where(scope, columns[0].in_(distinct[start : start + _BATCH])))
