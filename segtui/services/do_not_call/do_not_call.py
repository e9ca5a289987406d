"""The do-not-call list of a company: its numbers, with the time, the user, the sources and the contact of each.

A number has one entry for every import that listed it and one more if somebody added it by hand: it is on the list as
long as one of these is left. The contact with the number is marked (`opt_outs`): a call to a marked contact is refused.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Select, and_, cast, false, func, or_, select

from segtui.database.tables.core_tables import contacts, do_not_call_list, imports
from segtui.domain import search_terms
from segtui.domain.search_terms import Clause
from segtui.domain.text import clean
from segtui.domain.vocabulary import DO_NOT_CALL_SORTS
from segtui.errors import InvalidInput
from segtui.services import change_watcher
from segtui.services.contacts import contact_query, contact_rows
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.contact_rows import Contact
from segtui.services.do_not_call import opt_outs
from segtui.services.do_not_call.opt_outs import BY_HAND
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction, moment

_AT_ONCE: Final = 500
_c = do_not_call_list.c


@dataclass(frozen=True, slots=True)
class DoNotCallQuery:
    """A selection of numbers and a sort order. `sort` is one of DO_NOT_CALL_SORTS."""

    search: str = ""
    sort: str = "phone"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A number that must not be called. `since` and `by` are of its first entry.

    `sources` are the files of the imports that listed it, by their ids, the first one first; BY_HAND has no file.
    `contact` is the contact with the number, if any.
    """

    phone: str
    since: datetime
    by: str
    sources: Mapping[int, str]
    contact: Contact | None

    @property
    def id(self) -> int:
        """The number as a number: E.164 has at most fifteen digits."""
        return int(self.phone[1:])


@dataclass
class _DoNotCallListing:
    session: Session
    query: DoNotCallQuery
    interrupt: Interrupt | None
    search: search_terms.Search = field(init=False)

    def __post_init__(self) -> None:
        self.search = search_terms.parse(self.query.search)

    def first(self, limit: int) -> list[Listed]:
        """Return the first numbers of the order."""
        if self.query.sort != "phone":
            ids: Sequence[int] = self._sorted[:limit]
        else:
            with self.session.read(self.interrupt) as tx:
                ids = list(tx.execute(self._ordered(tx).limit(limit)).scalars())
        rows = self.rows(ids)
        return [rows[key] for key in ids if key in rows]

    def ids(self) -> "array[int]":
        """Return every number, in order."""
        return self.__dict__.pop("_sorted", None) or self._read_ids()

    def rows(self, ids: Sequence[int]) -> dict[int, Listed]:
        """Return these numbers, as far as they are on the list."""
        with self.session.read(self.interrupt) as tx:
            return {number.id: number for number in listed(tx, [f"+{key}" for key in ids])}

    @property
    def matching(self) -> object:
        """The key of the matching numbers, independent of their order."""
        return self.session.company, self.search

    def belonging(self, ids: Sequence[int]) -> set[int]:
        """Return those of `ids` that are on the list."""
        return set(self.rows(ids))

    @cached_property
    def _sorted(self) -> "array[int]":
        return self._read_ids()

    def _read_ids(self) -> "array[int]":
        with self.session.read(self.interrupt) as tx:
            ordered = self._ordered(tx).subquery()
            gathered = tx.execute(select(tx.backend.aggregate_ids(ordered.c.id))).scalar_one()
            return tx.backend.unpack_ids(gathered)

    def _ordered(self, tx: Transaction) -> Select[int]:
        number = cast(func.substr(_c.phone, 2), BigInteger).label("id")
        keys: tuple[ColumnElement[Any], ...] = (_c.phone,)
        if self.query.sort == "since":
            keys = (func.min(_c.added_at), _c.phone)
        order = [key.desc() if self.query.descending else key.asc() for key in keys]
        which = [tx.scope(do_not_call_list), *(_condition(tx, clause) for clause in self.search)]
        return select(number).where(*which).group_by(_c.phone).order_by(*order)


def listing(session: Session, query: DoNotCallQuery, interrupt: Interrupt | None = None) -> _DoNotCallListing:
    """Return the numbers of `query` as a listing.

    The list is one company's. Raises InvalidInput for an unknown `sort`, and in a session of all companies.
    """
    if query.sort not in DO_NOT_CALL_SORTS:
        raise InvalidInput(
            f"The list is sorted by {', '.join(DO_NOT_CALL_SORTS)}, not by “{clean(query.sort)}”.", "sort"
        )
    session.one_company  # noqa: B018 -- raises
    return _DoNotCallListing(session, query, interrupt)


def total(session: Session, interrupt: Interrupt | None = None) -> int:
    """Count the numbers on the list."""
    with session.read(interrupt) as tx:
        numbers = select(_c.phone).where(tx.scope(do_not_call_list)).distinct().subquery()
        return int(tx.execute(select(func.count()).select_from(numbers)).scalar_one())


def is_on_list(session: Session, phone: str) -> bool:
    """Tell whether a phone, in E.164, is on the company's list; of no company's in a session of all companies."""
    if session.company is None:
        return False
    with session.read() as tx:
        return opt_outs.is_listed(tx, phone)


def state_of(session: Session, interrupt: Interrupt | None = None) -> object:
    """Return a value that is equal to one of before if neither the list nor any contact was changed in between."""
    from segtui.services import imports as import_service

    return change_watcher.state_of(session, None, interrupt), import_service.state_of(session, interrupt)


def listed(tx: Transaction, phones: Sequence[str]) -> Iterator[Listed]:
    """Yield those of `phones`, in E.164, that are on the list, in an open transaction."""
    for start in range(0, len(phones), _AT_ONCE):
        some = phones[start : start + _AT_ONCE]
        rows = tx.execute(
            select(_c.phone, _c.added_at, _c.added_by, _c.import_id, imports.c.file)
            .select_from(do_not_call_list)
            .join(imports, (imports.c.company_id == _c.company_id) & (imports.c.id == _c.import_id), isouter=True)
            .where(tx.scope(do_not_call_list), _c.phone.in_(some))
            .order_by(_c.added_at, _c.import_id)
        ).all()
        contacts_query = select(*contact_rows.COLUMNS).where(tx.scope(contacts), contacts.c.phone.in_(some))
        people = {row.phone: contact_rows.contact_of(row) for row in tx.execute(contacts_query)}
        by_phone: dict[str, list[Any]] = {}
        for row in rows:
            by_phone.setdefault(row.phone, []).append(row)
        for phone, every in by_phone.items():
            sources = {row.import_id: row.file or "" for row in every}
            yield Listed(phone, moment(every[0].added_at), every[0].added_by, sources, people.get(phone))


def _condition(tx: Transaction, clause: Clause) -> ColumnElement[bool]:
    """Return the condition that a word matches a number: by its digits, its contact, the user or the file."""
    sources = _sources(tx, clause)
    tests: list[ColumnElement[bool]] = [_c.import_id.in_(sources)] if sources else []
    words = [[pattern.strip() for pattern in patterns] for patterns in clause.alternatives]
    digits = [patterns for patterns in words if all(map(str.isdigit, patterns))]
    if digits:
        tests += [and_(*(_has(tx, pattern) for pattern in patterns)) for patterns in digits]
    else:
        (word,) = words[0]
        tests.append(tx.backend.contains(func.lower(_c.added_by), word))
        matching = contact_query.condition(tx, ContactQuery(search=word))
        phones = select(contacts.c.phone).where(tx.scope(contacts), contacts.c.phone.is_not(None), matching)
        tests.append(_c.phone.in_(phones.correlate(None)))
    return or_(false(), *tests)


def _has(tx: Transaction, digits: str) -> ColumnElement[bool]:
    """Return the condition that digits occur in a number, with or without a national zero in front."""
    contains = tx.backend.contains(_c.phone, digits)
    return contains | tx.backend.contains(_c.phone, digits[1:]) if len(digits) > 1 and digits[0] == "0" else contains


def _sources(tx: Transaction, clause: Clause) -> list[int]:
    """Return the imports whose file name matches a search clause. They are few."""
    files = select(imports.c.id, imports.c.file).where(tx.scope(imports), imports.c.do_not_call == 1)
    import_ids = [row.id for row in tx.execute(files) if clause.matches(search_terms.field_text(row.file))]
    return [BY_HAND, *import_ids] if clause.matches(search_terms.field_text("by hand")) else import_ids
