"""Contacts: the people who are called."""

import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy import delete as sql_delete

from segtui import terms
from segtui.contact import TEXT_FIELDS, full_name
from segtui.database.tables import contacts, do_not_call_list, memberships, segments
from segtui.errors import Conflict, InvalidInput, NotFound
from segtui.phones import to_e164
from segtui.services import audit, contact_queries, contact_values, search_index
from segtui.services import segments as segment_service
from segtui.services.contact_queries import SORTABLE, ContactQuery
from segtui.services.segments import Segment
from segtui.services.session import Interrupt, Session, Transaction, company_of, moment, now, stored
from segtui.text import clean, fold, without_controls

__all__ = ["SORTABLE", "Contact", "ContactQuery", "add", "by_id_or_phone", "delete", "edit", "get", "listing", "total"]


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact. Text that is not there is an empty string; `do_not_call_by` says who set the mark."""

    id: int
    company_id: int
    phone: str
    first_name: str
    last_name: str
    email: str
    organization: str
    job_title: str
    address: str
    city: str
    state: str
    country: str
    postal_code: str
    timezone: str
    source: str
    status: str
    do_not_call: bool
    do_not_call_by: str
    custom_fields: dict[str, str]
    created_at: datetime
    updated_at: datetime
    import_id: int | None

    @property
    def name(self) -> str:
        """The name as it is shown, "First Last"."""
        return full_name(self.first_name, self.last_name)

    @property
    def title(self) -> str:
        """What to call the contact in a sentence: the name, or else how it is reached."""
        return self.name or self.phone or self.email


_COLUMNS: tuple[ColumnElement[Any], ...] = (
    contacts.c.id,
    contacts.c.company_id,
    *(contacts.c[name] for name in TEXT_FIELDS),
    contacts.c.do_not_call,
    contacts.c.do_not_call_by,
    contacts.c.custom_fields,
    contacts.c.created_at,
    contacts.c.updated_at,
    contacts.c.import_id,
)


@dataclass
class _ContactListing:
    session: Session
    query: ContactQuery
    interrupt: Interrupt | None
    search: terms.Search = field(init=False)

    def __post_init__(self) -> None:
        self.search = terms.parse(self.query.search)

    def first(self, limit: int) -> list[Contact]:
        """Return the first contacts of the order."""
        if not contact_queries.is_indexed(self.query.sort):
            ids = self._sorted_here[:limit]
            rows = self.rows(ids)
            return [rows[key] for key in ids if key in rows]
        found: list[Contact] = []
        with self.session.read(self.interrupt) as tx:
            for statement in contact_queries.ordered(tx, self.query, select(*_COLUMNS)):
                if len(found) < limit:
                    found.extend(map(contact_of, tx.execute(statement.limit(limit - len(found)))))
        return found

    def ids(self) -> "array[int]":
        """Return every contact's id, in order."""
        if not contact_queries.is_indexed(self.query.sort):
            return self._sorted_here
        with self.session.read(self.interrupt) as tx:
            statements = contact_queries.ordered(tx, self.query, select(contacts.c.id))
            return array("q", chain.from_iterable(tx.execute(statement).scalars() for statement in statements))

    def rows(self, ids: Sequence[int]) -> dict[int, Contact]:
        """Return the contacts with these ids."""
        with self.session.read(self.interrupt) as tx:
            chosen = select(*_COLUMNS).where(tx.scope(contacts), tx.backend.among(contacts.c.id, ids))
            return {row.id: contact_of(row) for row in tx.execute(chosen)}

    @cached_property
    def _sorted_here(self) -> "array[int]":
        """The whole order by a column no index holds: by folded text, blanks last, alike on both databases."""
        with self.session.read(self.interrupt) as tx:
            wanted = select(contacts.c.id, contacts.c[self.query.sort])
            pairs = tx.execute(contact_queries.unordered(tx, self.query, wanted)).all()
        keys = {value: fold(value) for value in {pair[1] for pair in pairs} if value is not None}
        down = self.query.descending
        valued = sorted(((keys[value], key) for key, value in pairs if value is not None), reverse=down)
        blank = sorted((key for key, value in pairs if value is None), reverse=down)
        return array("q", chain((key for _, key in valued), blank))


def listing(session: Session, query: ContactQuery, interrupt: Interrupt | None = None) -> _ContactListing:
    """Return the contacts that `query` asks for, to be shown page by page. Raises InvalidInput for a wrong `sort`."""
    contact_queries.demand_sortable(query.sort)
    return _ContactListing(session, query, interrupt)


def total(session: Session, segment_id: int | None = None) -> int:
    """Return how many contacts there are in a segment, or in all, without a search."""
    with session.read() as tx:
        if segment_id is not None:
            count = select(segments.c.contacts).where(tx.scope(segments), segments.c.id == segment_id)
        else:
            count = select(func.count()).select_from(contacts).where(tx.scope(contacts))
        return int(tx.execute(count).scalar() or 0)


def get(session: Session, contact_id: int) -> Contact:
    """Return a contact by its id. Raises NotFound."""
    with session.read() as tx:
        return _get(tx, contact_id)


def by_id_or_phone(session: Session, text: str) -> Contact:
    """Return the contact with this id, or this phone in any notation. Raises NotFound."""
    text = text.strip()
    with session.read() as tx:
        tests = []
        if text.isascii() and text.isdigit() and len(text) < 19:
            tests.append(contacts.c.id == int(text))
        region = session.company.region if session.company else "US"
        numbers = {number for number in (to_e164(text, region), to_e164(f"+{text}", region)) if number}
        tests.extend(contacts.c.phone == number for number in sorted(numbers))
        for test in tests:
            rows = tx.execute(select(*_COLUMNS).where(tx.scope(contacts), test).limit(2)).all()
            if len(rows) > 1:
                raise InvalidInput("Several companies have a contact with that phone: say which with --company NAME.")
            if rows:
                return contact_of(rows[0])
    raise NotFound(f"There is no contact with the id or phone “{clean(text)}”.")


def add(session: Session, values: Mapping[str, str], segment_id: int | None = None) -> Contact:
    """Make a contact by hand, and put it into a segment.

    `values` are fields of `contact.FIELDS` as text, custom fields as `custom.NAME`. Raises InvalidInput (with the
    field) for a wrong value and Conflict where the contact exists already.
    """
    with session.write() as tx:
        row = contact_values.checked(values, tx.session.one_company.region, empty(), tx.session.actor.login)
        _demand_free(tx, row, None)
        _mark_listed(tx, row)
        key = tx.execute(
            insert(contacts).returning(contacts.c.id),
            row | {"company_id": tx.company_id, "created_at": now(), "updated_at": now()},
        ).scalar_one()
        if segment_id is not None:
            _join(tx, segment_id, key)
        search_index.after_change(tx)
        audit.record(tx, "contact.add", f"contact {key}")
        return _get(tx, key)


def edit(session: Session, contact_id: int, values: Mapping[str, str], *, seen: datetime | None = None) -> Contact:
    """Change fields of a contact; a blank value clears one.

    `seen` is the `updated_at` of what the person looked at. Raises Conflict, saying what is different now, where
    somebody changed it since; InvalidInput for a wrong value.
    """
    with _bound(session, contact_id).write() as tx:
        before = _get(tx, contact_id)
        if seen is not None and stored(before.updated_at) != stored(seen):
            raise Conflict(
                f"Somebody else changed {clean(before.title)} meanwhile; nothing was saved. Look at it again first."
            )
        row = contact_values.checked(values, tx.session.one_company.region, _row(before), tx.session.actor.login)
        changed = {name for name in ("phone", "email") if (row[name] or "") != getattr(before, name)}
        if changed:
            _demand_free(tx, row, contact_id)
        # One who has the phone for long was marked for it: a mark that is gone was cleared by hand.
        if "phone" in changed:
            _mark_listed(tx, row)
        search_index.before_change(tx, [contact_id])
        tx.execute(update(contacts).where(tx.scope(contacts), contacts.c.id == contact_id), row | {"updated_at": now()})
        search_index.after_change(tx)
        audit.record(tx, "contact.edit", f"contact {contact_id}", detail=without_controls(", ".join(sorted(values))))
        return _get(tx, contact_id)


def delete(session: Session, contact_id: int) -> Contact:
    """Delete a contact for good, with the history of its values. Return what it was. Raises NotFound."""
    with _bound(session, contact_id).write() as tx:
        before = _get(tx, contact_id)
        delete_contacts(tx, [contact_id])
        search_index.after_change(tx)
        audit.record(tx, "contact.delete", f"contact {contact_id}")
    return before


def delete_contacts(tx: Transaction, ids: Sequence[int]) -> None:
    """Delete contacts in an open transaction: memberships, counts and search index with them."""
    search_index.before_delete(tx, ids)
    of_these = tx.backend.among(memberships.c.contact_id, ids)
    counts = tx.execute(
        select(memberships.c.segment_id, func.count())
        .where(tx.scope(memberships), of_these)
        .group_by(memberships.c.segment_id)
    ).all()
    tx.execute(sql_delete(memberships).where(tx.scope(memberships), of_these))
    for segment_id, count in counts:
        segment_service.change_count(tx, segment_id, -count)
    tx.execute(sql_delete(contacts).where(tx.scope(contacts), tx.backend.among(contacts.c.id, ids)))


def segments_of(session: Session, contact_id: int) -> list[Segment]:
    """Return the segments a contact is in, by name."""
    return segment_service.of_contact(session, contact_id)


def contact_of(row: Row[*tuple[Any, ...]]) -> Contact:
    """Return the contact that a row of the database is."""
    values: dict[str, Any] = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
    for name in (*TEXT_FIELDS, "do_not_call_by"):
        values[name] = values[name] or ""
    values["do_not_call"] = bool(values["do_not_call"])
    values["custom_fields"] = json.loads(values["custom_fields"])
    values["created_at"] = moment(values["created_at"])
    values["updated_at"] = moment(values["updated_at"])
    return Contact(**values)


def empty() -> dict[str, Any]:
    """Return the stored values of a contact of whom nothing is known, for `contact_values.checked`."""
    return dict.fromkeys(TEXT_FIELDS) | {"do_not_call": 0, "do_not_call_by": None, "custom_fields": {}}


def _row(before: Contact) -> dict[str, Any]:
    """Return the stored values of a contact, as `contact_values.checked` changes them."""
    texts = {name: getattr(before, name) or None for name in TEXT_FIELDS}
    return texts | {
        "do_not_call": int(before.do_not_call),
        "do_not_call_by": before.do_not_call_by or None,
        "custom_fields": dict(before.custom_fields),
    }


def _get(tx: Transaction, contact_id: int) -> Contact:
    row = tx.execute(select(*_COLUMNS).where(tx.scope(contacts), contacts.c.id == contact_id)).one_or_none()
    if row is None:
        raise NotFound("This contact is not there any more.")
    return contact_of(row)


def _bound(session: Session, contact_id: int) -> Session:
    """Return the session bound to the company of a contact, for an admin who looks at all of them."""
    if session.company is not None:
        return session
    return company_of(session, get(session, contact_id).company_id)


def _demand_free(tx: Transaction, row: Mapping[str, Any], besides: int | None) -> None:
    """Raise Conflict where another contact is the same by phone, or by e-mail where one of them has no phone."""
    others = [tx.scope(contacts)]
    if besides is not None:
        others.append(contacts.c.id != besides)
    tests: list[tuple[str, ColumnElement[bool]]] = []
    if row["phone"]:
        tests.append(("phone", contacts.c.phone == row["phone"]))
    if row["email_key"]:
        same = contacts.c.email_key == row["email_key"]
        tests.append(("email", same & contacts.c.phone.is_(None) if row["phone"] else same))
    for field_name, test in tests:
        holder = tx.execute(select(*_COLUMNS).where(*others, test).order_by(contacts.c.id).limit(1)).one_or_none()
        if holder is not None:
            found = contact_of(holder)
            raise InvalidInput(
                f"{clean(row[field_name])} already belongs to {clean(found.title)} (contact {found.id}).", field_name
            )


def _mark_listed(tx: Transaction, row: dict[str, Any]) -> None:
    """Mark a contact whose phone is on the company's do-not-call list: contacts are marked as they come."""
    if not row["phone"] or row["do_not_call"]:
        return
    listed = select(do_not_call_list.c.phone).where(
        tx.scope(do_not_call_list), do_not_call_list.c.phone == row["phone"]
    )
    if tx.execute(listed).scalar() is not None:
        row.update(do_not_call=1, do_not_call_by="list")


def _join(tx: Transaction, segment_id: int, contact_id: int) -> None:
    values = {"company_id": tx.company_id, "segment_id": segment_id, "contact_id": contact_id, "added_at": now()}
    tx.execute(insert(memberships), values)
    segment_service.change_count(tx, segment_id, 1)
