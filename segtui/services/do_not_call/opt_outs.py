"""Opt-outs belong to numbers: the marks of contacts and the do-not-call list of their company, kept in step.

A contact with a phone is marked exactly when its phone is on the list. Everything that writes a contact or the list
goes through this module, in the same transaction. A contact without a phone can be marked too; its first phone is then
listed. Only an admin takes numbers off the list, also by an undo.
"""

import zlib
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from segtui.database.tables.core_tables import Id, Key, contacts, do_not_call_list, imports
from segtui.domain.contact import full_name
from segtui.domain.text import clean
from segtui.errors import ConsentNeeded
from segtui.services.session import Session, Transaction, now

BY_HAND: Final = 0
"""The `import_id` of an entry that no import made."""
LIST: Final = "list"
"""The `do_not_call_by` of a contact that is marked because its number was on the list."""
MARK: Final = ("do_not_call",)
"""The columns of a contact that a mark changes, for rules that read them."""
FOR_ADMINS: Final = "Taking numbers off the do-not-call list is for admins."
_NAMES_IN_QUESTION: Final = 5
_PACK: Final = 50_000
_c = do_not_call_list.c
_NAMES = ("company_id", "phone", "added_at", "added_by", "import_id")
# Entries on their way off the list, or back on it.
_moving = Table(
    "moving_entries",
    MetaData(),
    Column("phone", Key, primary_key=True),
    Column("added_at", BigInteger, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("import_id", BigInteger, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)


class Entry(NamedTuple):
    """An entry of the list: a number has one for every import that lists it, and one more if it was added by hand."""

    phone: str
    added_at: int
    added_by: str
    import_id: int


class Entries:
    """Entries of the list, packed: a million take some megabytes."""

    def __init__(self, rows: Iterable[Sequence[Any]] = ()) -> None:
        self._packs: list[tuple[bytes, list[str]]] = []
        self._count = 0
        rows = list(rows)
        if rows:
            self.add(rows)

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Pack more entries. Each row is (phone, added_at, added_by, import_id)."""
        phones, times, users, made_by = zip(*rows, strict=True)
        names = list(dict.fromkeys(users))
        numbers = {name: number for number, name in enumerate(names)}
        columns = (map(int, phones), times, map(numbers.__getitem__, users), made_by)
        self._packs.append((zlib.compress(b"".join(array("q", column).tobytes() for column in columns), 1), names))
        self._count += len(rows)

    def __len__(self) -> int:
        return self._count

    @property
    def phone_count(self) -> int:
        """The number of phones: a phone can have several entries."""
        return len({entry.phone for batch in self.batches() for entry in batch})

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return sum(len(numbers) for numbers, _ in self._packs)

    def batches(self) -> Iterator[list[Entry]]:
        """Yield the entries, pack by pack."""
        for packed, names in self._packs:
            values = array("q")
            values.frombytes(zlib.decompress(packed))
            count = len(values) // 4
            columns = [values[start : start + count] for start in range(0, 4 * count, count)]
            yield [
                Entry(f"+{phone}", time, names[user], import_id)
                for phone, time, user, import_id in zip(*columns, strict=True)
            ]


# Reading the list


def is_listed(tx: Transaction, phone: str | None) -> bool:
    """Tell whether a phone is on the company's list."""
    listed = select(_c.phone).where(tx.scope(do_not_call_list), _c.phone == phone)
    return phone is not None and tx.execute(listed.limit(1)).scalar() is not None


def has_listed_phone(tx: Transaction) -> ColumnElement[bool]:
    """Return the condition that the phone of a contact is on the list of its company."""
    return exists(select(literal(1)).where(tx.scope(do_not_call_list), _c.phone == contacts.c.phone))


def entries_where(tx: Transaction, which: ColumnElement[bool]) -> Entries:
    """Return the entries that fulfil a condition on `do_not_call_list`."""
    entries = Entries()
    rows = select(_c.phone, _c.added_at, _c.added_by, _c.import_id).where(tx.scope(do_not_call_list), which)
    for batch in tx.execute(rows.execution_options(yield_per=_PACK)).partitions():
        entries.add(batch)
    return entries


# Marking and listing


def settle(tx: Transaction, row: dict[str, Any], time: int) -> Entries:
    """Bring a contact that is about to be written in step with the list. Return the entries that this adds.

    A listed phone marks the contact; a mark puts the phone on the list, in the name of the import that set the mark.
    """
    phone = row["phone"]
    if not phone:
        return Entries()
    if is_listed(tx, phone):
        if not row["do_not_call"]:
            row.update(do_not_call=1, do_not_call_by=LIST)
        return Entries()
    if not row["do_not_call"]:
        return Entries()
    return _insert(tx, Entry(phone, time, tx.session.actor.login, _import_of(row["do_not_call_by"])))


def list_by_hand(tx: Transaction, phone: str | None, time: int) -> Entries:
    """Add the manual entry of a phone, unless it has one. Return the added entry."""
    if not phone:
        return Entries()
    listed = select(_c.phone).where(tx.scope(do_not_call_list), _c.phone == phone, _c.import_id == BY_HAND)
    if tx.execute(listed).scalar() is not None:
        return Entries()
    return _insert(tx, Entry(phone, time, tx.session.actor.login, BY_HAND))


def list_marked(tx: Transaction, which: ColumnElement[bool], time: int, import_id: int = BY_HAND) -> int:
    """List the phones of marked contacts that fulfil a condition, as entries of one import or by hand."""
    listed = exists(
        select(literal(1)).where(
            tx.scope(do_not_call_list), _c.phone == contacts.c.phone, _c.import_id == literal(import_id, Id)
        )
    )
    rows = select(
        contacts.c.company_id,
        contacts.c.phone,
        literal(time, Id),
        literal(tx.session.actor.login),
        literal(import_id, Id),
    ).where(tx.scope(contacts), which, contacts.c.do_not_call == 1, contacts.c.phone.is_not(None), ~listed)
    return tx.changed(insert(do_not_call_list).from_select(list(_NAMES), rows))


def list_phones(tx: Transaction, phones: Select[*tuple[Any, ...]], time: int, import_id: int) -> int:
    """List the phones of a query, as entries of one import. Return the number of new entries."""
    phone = phones.distinct().subquery().c.phone
    listed = exists(
        select(literal(1)).where(tx.scope(do_not_call_list), _c.phone == phone, _c.import_id == literal(import_id, Id))
    )
    rows = select(
        bindparam("company", type_=Id),
        phone,
        literal(time, Id),
        literal(tx.session.actor.login),
        literal(import_id, Id),
    ).where(~listed)
    return tx.changed(insert(do_not_call_list).from_select(list(_NAMES), rows))


def mark_listed(tx: Transaction, which: ColumnElement[bool]) -> int:
    """Mark the contacts that fulfil a condition and have a listed phone. Return the number of new marks."""
    if tx.execute(select(_c.phone).where(tx.scope(do_not_call_list)).limit(1)).first() is None:
        return 0
    marking = and_(tx.scope(contacts), which, contacts.c.do_not_call == 0, has_listed_phone(tx))
    tx.upkeep.before_change(marking, MARK)
    return tx.changed(update(contacts).where(marking).values(do_not_call=1, do_not_call_by=LIST))


def withdraw_import(tx: Transaction, import_id: int) -> int:
    """Remove the entries of an import, and the marks that it set. Return the number of phones taken off the list.

    A number with another entry stays, and so does the mark of its contact. A contact that was marked before the import
    gave it the number stays marked: call `list_unlisted` once it lost or kept that number.
    """
    mine = _c.import_id == import_id
    listed = select(_c.phone).where(tx.scope(do_not_call_list))
    leaving = listed.where(mine, _c.phone.not_in(listed.where(_c.import_id != import_id)))
    marked = (tx.scope(contacts), contacts.c.do_not_call == 1)
    by_import = contacts.c.do_not_call_by == f"import:{import_id}"
    count = int(tx.execute(select(func.count()).select_from(leaving.subquery())).scalar_one())
    by_number = contacts.c.phone.in_(leaving) & or_(by_import, contacts.c.do_not_call_by == LIST)
    clearing = or_(by_number, and_(contacts.c.phone.is_(None), by_import))
    tx.upkeep.before_change(and_(*marked, clearing), MARK)
    tx.execute(update(contacts).where(*marked, clearing).values(do_not_call=0, do_not_call_by=None))
    tx.execute(update(contacts).where(*marked, by_import).values(do_not_call_by=LIST))
    tx.execute(delete(do_not_call_list).where(tx.scope(do_not_call_list), mine))
    return count


def list_unlisted(tx: Transaction) -> None:
    """List the phones of marked contacts that are on the list in no other way, by hand."""
    list_marked(tx, ~has_listed_phone(tx), now())


def numbers_of_import(tx: Transaction, import_id: int, limit: int | None = None) -> list[str]:
    """Return the phones that only this import lists, in order, at most `limit`."""
    listed = select(_c.phone).where(tx.scope(do_not_call_list))
    mine = listed.where(_c.import_id == import_id, _c.phone.not_in(listed.where(_c.import_id != import_id)))
    return list(tx.execute(mine.order_by(_c.phone).limit(limit)).scalars())


def imports_with_marks(tx: Transaction, import_ids: Collection[int]) -> set[int]:
    """Return the imports that have entries on the list, or mark contacts that have no phone."""
    entries = select(_c.import_id).where(tx.scope(do_not_call_list), _c.import_id.in_(import_ids)).distinct()
    marks = {f"import:{import_id}": import_id for import_id in import_ids}
    marked = (contacts.c.phone.is_(None), contacts.c.do_not_call_by.in_(marks))
    sources = select(contacts.c.do_not_call_by).where(tx.scope(contacts), *marked).distinct()
    return {*tx.execute(entries).scalars(), *(marks[source] for source in tx.execute(sources).scalars())}


# Moving entries: several at once, by way of a temporary table


@contextmanager
def moving(tx: Transaction, entries: Entries) -> Iterator[None]:
    """Load entries for `add_entries`, `remove_entries` and `phone_is_moving`, in an open transaction."""
    _moving.create(tx.connection)
    for batch in entries.batches():
        tx.backend.bulk_load(tx.connection, _moving, batch)
    tx.backend.analyze(tx.connection, _moving)
    yield
    # After an error the table goes with the transaction.
    _moving.drop(tx.connection)


def phone_is_moving() -> ColumnElement[bool]:
    """Return the condition that the phone of a contact is that of a loaded entry."""
    return contacts.c.phone.in_(select(_moving.c.phone))


def unlisted_count(tx: Transaction) -> int:
    """Count the phones of the loaded entries that are not on the list."""
    listed = select(_c.phone).where(tx.scope(do_not_call_list))
    count = select(func.count(_moving.c.phone.distinct())).where(_moving.c.phone.not_in(listed))
    return int(tx.execute(count).scalar_one())


def add_entries(tx: Transaction) -> None:
    """Put the loaded entries on the list, but for those that are on it. That of an undone import comes as by hand."""
    undone = exists(
        select(literal(1)).where(tx.scope(imports), imports.c.id == _moving.c.import_id, imports.c.status == "undone")
    )
    import_id = case((undone, literal(BY_HAND, Id)), else_=_moving.c.import_id).label("made_by")
    rows = select(_moving.c.phone, _moving.c.added_at, _moving.c.added_by, import_id).subquery()
    listed = exists(
        select(literal(1)).where(tx.scope(do_not_call_list), _c.phone == rows.c.phone, _c.import_id == rows.c.made_by)
    )
    new = (
        select(
            bindparam("company", type_=Id),
            rows.c.phone,
            func.min(rows.c.added_at),
            func.min(rows.c.added_by),
            rows.c.made_by,
        )
        .where(~listed)
        .group_by(rows.c.phone, rows.c.made_by)
    )
    tx.execute(insert(do_not_call_list).from_select(list(_NAMES), new))


def remove_entries(tx: Transaction) -> Entries:
    """Remove the loaded entries from the list, except those that changed. Return the removed entries.

    The caller clears the marks of the contacts. Raises ForAdmins where a user other than an admin would unlist a
    number.
    """
    same = exists(
        select(literal(1)).where(
            _moving.c.phone == _c.phone, _moving.c.import_id == _c.import_id, _moving.c.added_at == _c.added_at
        )
    )
    return remove_where(tx, _c.phone.in_(select(_moving.c.phone)) & same)


def remove_where(tx: Transaction, which: ColumnElement[bool]) -> Entries:
    """Take the entries that fulfil a condition off the list, and return them. Raises ForAdmins."""
    entries = entries_where(tx, which)
    if len(entries):
        if not tx.session.is_admin:
            raise ForAdmins
        tx.execute(delete(do_not_call_list).where(tx.scope(do_not_call_list), which))
    return entries


# Permission and consent


class ForAdmins(Exception):
    """Refusal: a user other than an admin would take a number off the list."""


@contextmanager
def admins_only(session: Session) -> Iterator[None]:
    """Turn ForAdmins into a refusal that is recorded: NotAllowed. Open the transaction inside."""
    try:
        yield
    except ForAdmins:
        session.demand_admin(FOR_ADMINS)


def demand_consent(tx: Transaction, clearing: ColumnElement[bool], numbers: int) -> None:
    """Raise ConsentNeeded where an undo would let contacts be called again without the consent of a person.

    `clearing` are the contacts that lose their marks, `numbers` the numbers taken off the list.
    """
    if tx.session.may_release:
        return
    which = (tx.scope(contacts), clearing)
    count = int(tx.execute(select(func.count()).select_from(contacts).where(*which)).scalar_one())
    if not count and not numbers:
        return
    columns = (contacts.c.first_name, contacts.c.last_name, contacts.c.phone, contacts.c.email)
    rows = tx.execute(select(*columns).where(*which).order_by(contacts.c.id).limit(_NAMES_IN_QUESTION))
    names = [clean(full_name(row.first_name, row.last_name) or row.phone or row.email or "") for row in rows]
    raise ConsentNeeded(names, count, numbers)


def unlisted(tx: Transaction) -> ColumnElement[bool]:
    """Return the condition that nothing on the list marks a contact."""
    return or_(contacts.c.phone.is_(None), ~has_listed_phone(tx))


def _insert(tx: Transaction, entry: Entry) -> Entries:
    tx.execute(insert(do_not_call_list), {**entry._asdict(), "company_id": tx.company_id})
    return Entries([entry])


def _import_of(marked_by: str | None) -> int:
    kind, _, number = (marked_by or "").partition(":")
    return int(number) if kind == "import" and number.isdecimal() else BY_HAND
