"""Sort and comparison keys of fields of contacts, computed inside the database.

Two spellings that fold to the same text are one value. `fold()` has one definition, in Python. SQLite calls it;
PostgreSQL has a function that is made from it (`database.backends.postgresql_fold`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, Table, Text, and_, func, not_, select

from segtui.database.tables.campaign_tables import campaign_contacts, campaigns
from segtui.database.tables.core_tables import contact_calls, contacts, import_changes, memberships, segments
from segtui.domain.criteria.fields import CUSTOM
from segtui.errors import InvalidInput
from segtui.services.contacts.access_path import AccessPath
from segtui.services.criteria import custom_fields
from segtui.services.session import Transaction

INDEXED: Final[dict[str, tuple[ColumnElement[Any], str]]] = {
    "name": (contacts.c.name_key, "ix_contacts_name"),
    "phone": (contacts.c.phone, "uq_contacts_phone"),
    "email": (contacts.c.email_key, "ix_contacts_email"),
}
"""Sort keys with an index, and its name."""
_COLUMNS: Final[dict[str, ColumnElement[Any]]] = {
    "do_not_call": contacts.c.do_not_call,
    "region": contacts.c.region,
    "added": contacts.c.created_at,
    "created": contacts.c.created_at,
    "updated": contacts.c.updated_at,
}


@dataclass(frozen=True, slots=True)
class SortKey:
    """The key of an order: NULL for a blank value. With `number`, values that are numbers come first, by their size.

    Where the key is no expression of `contacts` alone, `source` is the table joined to what it reads. Where another
    table has a row exactly for the contacts with a value, `valued` is its join with `contacts`, without the others.
    `text` is the column where the key is its `fold()`.
    """

    value: ColumnElement[Any]
    number: ColumnElement[float] | None = None
    source: FromClause = contacts
    valued: FromClause | None = None
    text: ColumnElement[str] | None = None


def folded(tx: Transaction, field: str) -> ColumnElement[str]:
    """Return `fold()` of one of TEXT_FIELDS, NULL where that is blank, ordered by code point."""
    return tx.backend.values.folded(contacts.c[field])


def sort_key(path: AccessPath, field: str, segment_id: int | None) -> SortKey:
    """Return the key of the order of contacts by a declared field or `custom.NAME`, as its column is displayed.

    `segment_id` is the segment that is being viewed, whose day of joining is `joined`. A contact in several segments,
    campaigns or imports is sorted by the first that is displayed. Raises InvalidInput (`sort`) for `joined` without a
    segment.
    """
    tx = path.tx
    if field in INDEXED:
        return SortKey(INDEXED[field][0])
    if field in _COLUMNS:
        return SortKey(_COLUMNS[field])
    if field.startswith(CUSTOM):
        value = custom_fields.value(tx, field.removeprefix(CUSTOM))
        return SortKey(tx.backend.values.folded(value), tx.backend.values.number(value))
    if field == "joined":
        return _joined(tx, segment_id)
    if field in _CALLS and not path.are_few:
        return _joined_calls(tx, field)
    if field in _FIRST_NAMES:
        return _first_name(tx, field, are_few=path.are_few)
    if field in _COMPUTED:
        return SortKey(_COMPUTED[field](tx))
    return SortKey(folded(tx, field), text=contacts.c[field])


def stored_value(tx: Transaction, field: str) -> ColumnElement[Any]:
    """Return the stored value of a field, except for days and memberships."""
    if field == "name":
        parts = (func.coalesce(contacts.c[part], "") for part in ("first_name", "last_name"))
        return func.trim(next(parts).concat(" ").concat(next(parts)), type_=Text)
    if field.startswith(CUSTOM):
        return custom_fields.value(tx, field.removeprefix(CUSTOM))
    return _COMPUTED[field](tx) if field in _COMPUTED else contacts.c[field]


def stored_time(tx: Transaction, field: str, segment_id: int | None) -> ColumnElement[int]:
    """Return the time of a field of days, an expression of `contacts` alone: microseconds since 1970, NULL for never.

    `segment_id` is the segment that is being viewed. Raises InvalidInput (`sort`) for `joined` without a segment.
    """
    if field == "joined":
        return _joined(tx, segment_id).value
    return _COLUMNS[field] if field in _COLUMNS else _COMPUTED[field](tx)


def may_fold_within(tx: Transaction, text: ColumnElement[str], bound: str, *, descending: bool) -> ColumnElement[bool]:
    """Return a cheap condition that every stored text meets whose `fold()` is not beyond `bound` in the order.

    `fold()` keeps a letter or digit of ASCII at the beginning of a text, in lower case.
    """
    code = tx.backend.values.by_code(text)
    outside: list[ColumnElement[bool]] = []
    for signs in (digits, ascii_uppercase, ascii_lowercase):
        beyond = [sign for sign in signs if (sign.lower() < bound[0] if descending else sign.lower() > bound[0])]
        if beyond:
            outside.append(and_(code >= beyond[0], code < chr(ord(beyond[-1]) + 1)))
    return and_(text.is_not(None), *(not_(part) for part in outside))


def _joined(tx: Transaction, segment_id: int | None) -> SortKey:
    if segment_id is None:
        raise InvalidInput("Contacts are sorted by the day they joined only in the list of one segment.", "sort")
    m = memberships.c
    mine = and_(m.segment_id == segment_id, m.contact_id == contacts.c.id, m.company_id == contacts.c.company_id)
    return SortKey(_of_contact(select(m.added_at).where(tx.whole_scope(memberships), mine)))


def _joined_calls(tx: Transaction, field: str) -> SortKey:
    """Return the key of a column of `contact_calls`, joined: PostgreSQL takes half as long again to look each up."""
    has_calls = _has_calls(tx)
    every = contacts.outerjoin(contact_calls, has_calls)
    if field == "calls":
        return SortKey(func.coalesce(contact_calls.c.calls, 0), source=every)
    return SortKey(contact_calls.c[field], source=every, valued=contacts.join(contact_calls, has_calls))


def _calls(tx: Transaction) -> ColumnElement[int]:
    return func.coalesce(_of_calls(tx, contact_calls.c.calls), 0)


def _last_called(tx: Transaction) -> ColumnElement[int]:
    return _of_calls(tx, contact_calls.c.last_called)


def _last_outcome(tx: Transaction) -> ColumnElement[str]:
    return _of_calls(tx, contact_calls.c.last_outcome)


def _of_calls(tx: Transaction, column: ColumnElement[Any]) -> ColumnElement[Any]:
    return _of_contact(select(column).where(_has_calls(tx)))


def _has_calls(tx: Transaction) -> ColumnElement[bool]:
    """Return the condition that a row of `contact_calls` is that of a row of `contacts`."""
    c = contact_calls.c
    return and_(tx.scope(contact_calls), c.contact_id == contacts.c.id, c.company_id == contacts.c.company_id)


def _import(tx: Transaction) -> ColumnElement[int]:
    c = import_changes.c
    mine = and_(tx.scope(import_changes), c.contact_id == contacts.c.id, c.company_id == contacts.c.company_id)
    return func.coalesce(contacts.c.import_id, _of_contact(select(func.min(c.import_id)).where(mine)))


def _segment(tx: Transaction, *groups: ColumnElement[Any]) -> Select[Any]:
    m, s = memberships.c, segments.c
    joined = memberships.join(segments, and_(s.company_id == m.company_id, s.id == m.segment_id))
    first = func.min(s.sort_key).label("first")
    return select(*groups, first).select_from(joined).where(tx.whole_scope(memberships), tx.scope(segments))


def _campaign(tx: Transaction, *groups: ColumnElement[Any]) -> Select[Any]:
    a, c = campaign_contacts.c, campaigns.c
    joined = campaign_contacts.join(campaigns, and_(c.company_id == a.company_id, c.id == a.campaign_id))
    first = func.min(c.name_key).label("first")
    return select(*groups, first).select_from(joined).where(tx.scope(campaign_contacts), tx.scope(campaigns))


_FIRST_NAMES: Final[dict[str, tuple[Table, Callable[..., Select[Any]]]]] = {
    "segment": (memberships, _segment),
    "campaign": (campaign_contacts, _campaign),
}
"""The tables of memberships that have names, and the query of the first name of each contact."""


def _first_name(tx: Transaction, field: str, *, are_few: bool) -> SortKey:
    """Return the first name of the groups of a contact: looked up for a few contacts, else computed for all at once.

    PostgreSQL takes 24 times as long to look it up for 50,000 contacts as to sort them by name.
    """
    table, query = _FIRST_NAMES[field]
    c = table.c
    if are_few:
        mine = (c.contact_id == contacts.c.id, c.company_id == contacts.c.company_id)
        return SortKey(_of_contact(query(tx).where(*mine)))
    names = query(tx, c.company_id, c.contact_id).group_by(c.company_id, c.contact_id).subquery()
    on = and_(names.c.company_id == contacts.c.company_id, names.c.contact_id == contacts.c.id)
    return SortKey(names.c.first, source=contacts.outerjoin(names, on))


_CALLS: Final = ("calls", "last_called", "last_outcome")


def _of_contact(value: Select[Any]) -> ColumnElement[Any]:
    """Return a query of one value as an expression of the contact in the enclosing statement."""
    return value.correlate(contacts).scalar_subquery()


_COMPUTED: Final[dict[str, Callable[[Transaction], ColumnElement[Any]]]] = {
    "calls": _calls,
    "last_called": _last_called,
    "last_outcome": _last_outcome,
    "import": _import,
}
