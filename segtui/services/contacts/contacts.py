"""Contacts: lists and lookups."""

from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select

from segtui.database.tables.core_tables import contacts, memberships, segments
from segtui.domain import search_terms
from segtui.domain.phones import looks_like_e164, to_e164
from segtui.domain.text import clean
from segtui.errors import InvalidInput, NotFound
from segtui.services.contacts import contact_query, contact_rows, field_columns
from segtui.services.contacts.contact_editing import add, delete, delete_contacts, edit
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.contact_rows import COLUMNS, Contact, contact_of, empty
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments as segment_service
from segtui.services.segments.segments import Segment
from segtui.services.session import Session

__all__ = [
    "Contact",
    "ContactQuery",
    "add",
    "by_id_or_phone",
    "delete",
    "delete_contacts",
    "edit",
    "empty",
    "get",
    "identified_by",
    "listing",
    "total",
]


# Contacts named in a message; the rest are counted.
_MAX_NAMES_IN_MESSAGE = 5


@dataclass
class _ContactListing:
    session: Session
    query: ContactQuery
    interrupt: Interrupt | None
    columns: Collection[str] = ()
    search: search_terms.Search = field(init=False)

    def __post_init__(self) -> None:
        self.search = search_terms.parse(self.query.search)

    def first(self, limit: int) -> list[Contact]:
        """Return the first contacts of the order."""
        with self.session.read(self.interrupt) as tx:
            if contact_query.is_indexed(self.query.sort):
                page = [contact_of(row) for row in contact_query.first(tx, self.query, select(*COLUMNS), limit)]
                return list(field_columns.with_columns(tx, page, self.columns, self.query.viewed_segment))
            while True:
                ids = contact_query.first_ids(tx, self.query, limit)
                rows = field_columns.read_contacts(tx, ids, self.columns, self.query.viewed_segment)
                # Fewer rows than asked for are the whole list. On a server one may be deleted between two statements.
                if rows.keys() >= set(ids):
                    return [rows[row_id] for row_id in ids]

    def ids(self) -> "array[int]":
        """Return every contact's id, in order."""
        with self.session.read(self.interrupt) as tx:
            return contact_query.ids(tx, self.query)

    def rows(self, ids: Sequence[int]) -> dict[int, Contact]:
        """Return the contacts with these ids."""
        with self.session.read(self.interrupt) as tx:
            return field_columns.read_contacts(tx, ids, self.columns, self.query.viewed_segment)

    @property
    def matching(self) -> object:
        """The key of the matching contacts, independent of their order."""
        return self.search, replace(self.query, search="", sort="name", descending=False)

    def belonging(self, ids: Sequence[int]) -> set[int]:
        """Return those of `ids` that are in the segment, or exist at all in a list without a segment."""
        segment_ids = self.query.segment_ids
        with self.session.read(self.interrupt) as tx:
            if not segment_ids:
                query = select(contacts.c.id).where(tx.scope(contacts), tx.backend.id_in(contacts.c.id, ids))
            else:
                query = select(memberships.c.contact_id).where(
                    tx.scope(memberships),
                    memberships.c.segment_id.in_(segment_ids),
                    tx.backend.id_in(memberships.c.contact_id, ids),
                )
            return set(tx.execute(query).scalars())


def listing(
    session: Session, query: ContactQuery, interrupt: Interrupt | None = None, columns: Collection[str] = ()
) -> _ContactListing:
    """Return the contacts of `query` as a listing. Raises InvalidInput for a wrong `sort`.

    `columns` are the fields that are shown: rows carry the values that stand in other tables (`field_columns`).
    """
    contact_query.demand_sortable(query)
    return _ContactListing(session, query, interrupt, columns)


def is_listed(session: Session, query: ContactQuery, contact_id: int, interrupt: Interrupt | None = None) -> bool:
    """Tell whether a contact matches `query`."""
    with session.read(interrupt) as tx:
        one = select(contacts.c.id).where(tx.scope(contacts), contacts.c.id == contact_id)
        return tx.execute(one.where(contact_query.condition(tx, query))).first() is not None


def total(session: Session, segment_id: int | None = None) -> int:
    """Count the contacts of a segment, or all, without a search."""
    with session.read() as tx:
        if segment_id is not None:
            count = select(segments.c.contacts).where(tx.scope(segments), segments.c.id == segment_id)
        else:
            count = select(func.count()).select_from(contacts).where(tx.scope(contacts))
        return int(tx.execute(count).scalar() or 0)


def count(session: Session, query: ContactQuery, interrupt: Interrupt | None = None) -> int:
    """Count the contacts of a query."""
    with session.read(interrupt) as tx:
        return contact_query.count(tx, query)


def get(session: Session, contact_id: int) -> Contact:
    """Return a contact by its id. Raises NotFound."""
    with session.read() as tx:
        return contact_rows.get(tx, contact_id)


def by_id_or_phone(session: Session, text: str) -> Contact:
    """Return the contact with this id, or this phone in any notation. Raises NotFound."""
    text = text.strip()
    with session.read() as tx:
        tests = []
        if text.isascii() and text.isdigit() and len(text) < 19:
            tests.append(contacts.c.id == int(text))
        region = session.company.region if session.company else "US"
        numbers = {number for number in (to_e164(text, region), to_e164(f"+{text}", region)) if number}
        if looks_like_e164(text):
            numbers.add(text)
        tests.extend(contacts.c.phone == number for number in sorted(numbers))
        for test in tests:
            rows = tx.execute(select(*COLUMNS).where(tx.scope(contacts), test).limit(2)).all()
            if len(rows) > 1:
                raise InvalidInput("Several companies have a contact with that phone: choose one with --company NAME.")
            if rows:
                return contact_of(rows[0])
    raise NotFound(f"There is no contact with the id or phone “{clean(text)}”.")


def identified_by(session: Session, text: str) -> Contact:
    """Return the contact with this id, this phone in any notation, or this e-mail in any case.

    Raises NotFound, and InvalidInput that names them where several have it.
    """
    text = text.strip()
    if "@" not in text:
        return by_id_or_phone(session, text)
    has_it = contacts.c.email_key == text.casefold()
    with session.read() as tx:
        query = select(*COLUMNS).where(tx.scope(contacts), has_it).order_by(contacts.c.id).limit(_MAX_NAMES_IN_MESSAGE)
        rows = [contact_of(row) for row in tx.execute(query)]
        if not rows:
            raise NotFound(f"There is no contact with the e-mail “{clean(text)}”.")
        if len(rows) == 1:
            return rows[0]
        count = tx.execute(select(func.count()).select_from(contacts).where(tx.scope(contacts), has_it)).scalar_one()
    named = [f"{contact.id} ({clean(contact.title)})" for contact in rows]
    more = f" and {count - _MAX_NAMES_IN_MESSAGE:,} more" if count > _MAX_NAMES_IN_MESSAGE else ""
    raise InvalidInput(
        f"{count:,} contacts have the e-mail “{clean(text)}”: choose one by its id: {', '.join(named)}{more}."
    )


def segments_of(session: Session, contact_id: int) -> list[Segment]:
    """Return the segments a contact is in, by name."""
    return segment_service.of_contact(session, contact_id)
