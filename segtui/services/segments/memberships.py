"""Memberships: adding contacts to segments and removing them, with undo."""

import zlib
from array import array
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import accumulate
from operator import sub
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    MetaData,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
)

from segtui.database.tables.core_tables import Id, contacts, imports, memberships
from segtui.domain.text import clean, counted, was
from segtui.errors import Conflict
from segtui.services import undo
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.contacts import contact_query
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segment_rows
from segtui.services.session import Session, Transaction
from segtui.services.undo_together import Step, StepReversal

ContactSelection = ContactQuery | Sequence[int]
"""Contacts to add or remove: all matches of a query, or these ids."""

# Ids that an addition remembers; a larger one is found by its timestamp alone.
_FEW = 20_000
_PACK = 50_000
# What a large change took out, on its way back.
_returning = Table(
    "returning_members",
    MetaData(),
    Column("contact_id", BigInteger, primary_key=True, autoincrement=False),
    Column("added_at", BigInteger, nullable=False),
    Column("import_id", BigInteger),
    prefixes=["TEMPORARY"],
)


def add_contacts(
    session: Session,
    segment_id: int,
    selection: ContactSelection,
    *,
    besides: Collection[int] = (),
    interrupt: Interrupt | None = None,
) -> int:
    """Add `selection` except `besides` to a segment. Return the number of new members.

    Raises NotFound, Cancelled, and InvalidInput for a live segment.
    """
    session = segment_rows.bound(session, segment_id)
    with session.write(interrupt) as tx:
        name = segment_rows.get_fixed(tx, segment_id).name
        addition = put(tx, segment_id, selection, besides)
        about = named(selection)[1]._replace(segment_id=segment_id)
        audit.record(tx, "segment.add", name, count=addition.count, about=about)
    if addition.count:
        sentence = f"{_were(addition.count)} added to “{clean(name)}”"
        undo.record(session, session.one_company.id, sentence, addition.undo)
    return addition.count


def remove_contacts(
    session: Session,
    segment_id: int,
    selection: ContactSelection,
    *,
    besides: Collection[int] = (),
    interrupt: Interrupt | None = None,
) -> int:
    """Take `selection` except `besides` out of a segment; the contacts are kept. Return the number of removed members.

    Raises NotFound, Cancelled, and InvalidInput for a live segment.
    """
    session = segment_rows.bound(session, segment_id)
    with session.write(interrupt) as tx:
        name = segment_rows.get_fixed(tx, segment_id).name
        leaving = _inside(tx, segment_id)
        if besides or not _is_everybody(selection, segment_id):
            leaving &= memberships.c.contact_id.in_(select(contacts.c.id).where(which(tx, selection, besides)))
        removal = _remove(tx, segment_id, leaving)
        about = named(selection)[1]._replace(segment_id=segment_id)
        audit.record(tx, "segment.remove", name, count=removal.count, about=about)
    if removal.count:
        sentence = f"{_were(removal.count)} taken out of “{clean(name)}”"
        undo.record(session, session.one_company.id, sentence, removal.undo, size=removal.size)
    return removal.count


@dataclass(frozen=True, slots=True)
class Addition(Step):
    """Memberships that were added together, with a timestamp that no other change in the company has."""

    segment_id: int
    at: int
    count: int
    ids: "array[int] | None"
    """Among these contacts they are, where those are few."""

    def condition(self, tx: Transaction) -> ColumnElement[bool]:
        """Return the condition for those that still exist."""
        # A contact that was removed and added again since is no longer part of this addition.
        tests = [_inside(tx, self.segment_id), memberships.c.added_at == self.at, memberships.c.import_id.is_(None)]
        if self.ids is not None:
            tests.append(tx.backend.id_in(memberships.c.contact_id, self.ids))
        return and_(*tests)

    def reverse(self, tx: Transaction) -> StepReversal:
        """Take them out again."""
        name = segment_rows.get_undoable(tx, self.segment_id).name
        removal = take_out(tx, self)
        if not removal.count:
            raise Conflict(f"Nothing to undo: they were already taken out of “{clean(name)}”.")
        about = About(self.segment_id)
        audit.record(tx, tx.session.reversal, name, detail="segment.add", count=removal.count, about=about)
        sentence = f"{_were(removal.count, self.count)} taken out of “{clean(name)}” again."
        return StepReversal(sentence, removal, removal.count < self.count)


@dataclass
class Removal(Step):
    """Memberships that were removed, packed: a million of them take a few megabytes at most."""

    segment_id: int
    count: int = 0
    _packs: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        """The size in bytes."""
        return sum(map(len, self._packs))

    def remember(self, tx: Transaction, leaving: ColumnElement[bool]) -> None:
        """Note the memberships that are about to go."""
        made_by = func.coalesce(memberships.c.import_id, 0)
        members = select(memberships.c.contact_id, memberships.c.added_at, made_by).where(leaving)
        ordered = members.order_by(memberships.c.contact_id).execution_options(yield_per=_PACK)
        for rows in tx.execute(ordered).partitions():
            self._packs.append(_packed(rows))

    def reverse(self, tx: Transaction) -> StepReversal:
        """Restore those whose contact still exists and is not in the segment by now."""
        name = segment_rows.get_undoable(tx, self.segment_id).name
        returned = self.put_back(tx)
        if not returned:
            raise Conflict(f"Nothing to undo: they are already back in “{clean(name)}”, or no longer exist.")
        self._record(tx, name, returned)
        are = "is" if returned == 1 else "are"
        sentence = f"{_of(returned, self.count)} {are} back in “{clean(name)}”."
        return StepReversal(sentence, _Return(self), returned < self.count)

    def put_back(self, tx: Transaction, segment_id: int | None = None) -> int:
        """Restore them in an open transaction, into the segment with this id if given. Return their number."""
        with self._loaded(tx):
            return _put_back(tx, segment_id or self.segment_id)

    def put_back_alone(self, tx: Transaction) -> None:
        """Restore them in an open transaction, as the only members of their segment."""
        inside = _inside(tx, self.segment_id)
        with self._loaded(tx):
            staying = exists(
                select(literal(1)).where(_returning.c.contact_id == memberships.c.contact_id, ~_is_undone(tx))
            )
            count = tx.execute(select(func.count()).select_from(memberships).where(inside, staying)).scalar_one()
            tx.upkeep.before_leaving(self.segment_id, inside)
            segment_rows.change_count(tx, self.segment_id, -tx.changed(delete(memberships).where(inside)))
            _put_back(tx, self.segment_id)
        # They were taken out only to get their former times back: nobody saw them move.
        tx.upkeep.stayed(self.segment_id, count)

    def remove_again(self, tx: Transaction) -> StepReversal:
        """Take them out once more: those that are in the segment as `reverse` put them back."""
        name = segment_rows.get_undoable(tx, self.segment_id).name
        with self._loaded(tx):
            same = exists(
                select(literal(1)).where(
                    _returning.c.contact_id == memberships.c.contact_id,
                    _returning.c.added_at == memberships.c.added_at,
                )
            )
            removal = _remove(tx, self.segment_id, _inside(tx, self.segment_id) & same)
        if not removal.count:
            raise Conflict(f"Nothing to take out: they were already taken out of “{clean(name)}”.")
        self._record(tx, name, removal.count)
        sentence = f"{_were(removal.count, self.count)} taken out of “{clean(name)}” again."
        return StepReversal(sentence, removal, removal.count < self.count)

    def _record(self, tx: Transaction, name: str, count: int) -> None:
        about = About(self.segment_id)
        audit.record(tx, tx.session.reversal, name, detail="segment.remove", count=count, about=about)

    @contextmanager
    def _loaded(self, tx: Transaction) -> Iterator[None]:
        _returning.create(tx.connection)
        for pack in self._packs:
            tx.backend.bulk_load(tx.connection, _returning, list(_unpacked(pack)))
        tx.backend.analyze(tx.connection, _returning)
        yield
        _returning.drop(tx.connection)


@dataclass(frozen=True, slots=True)
class _Return(Step):
    """Memberships that an undo put back."""

    removal: Removal

    @property
    def size(self) -> int:
        """The size in bytes."""
        return self.removal.size

    def reverse(self, tx: Transaction) -> StepReversal:
        """Take them out once more."""
        return self.removal.remove_again(tx)


def named(selection: ContactSelection) -> tuple[str, About]:
    """Return the name of the selection for the audit trail, and the subjects of the entry."""
    if isinstance(selection, ContactQuery) or len(selection) != 1:
        return "several contacts", About()
    return f"contact {selection[0]}", About(contact_id=selection[0])


def which(tx: Transaction, selection: ContactSelection, besides: Collection[int] = ()) -> ColumnElement[bool]:
    """Return the condition for the contacts of `selection` except `besides`."""
    if isinstance(selection, ContactQuery):
        condition = contact_query.condition(tx, selection)
    else:
        condition = tx.backend.id_in(contacts.c.id, selection)
    if besides:
        condition &= ~tx.backend.id_in(contacts.c.id, list(besides))
    return and_(tx.scope(contacts), condition)


def put(tx: Transaction, segment_id: int, selection: ContactSelection, besides: Collection[int] = ()) -> Addition:
    """Put contacts into a segment of the company, in an open transaction."""
    timestamp = segment_rows.stamp(tx)
    inside = exists(select(literal(1)).where(_inside(tx, segment_id), memberships.c.contact_id == contacts.c.id))
    joining = select(contacts.c.company_id, literal(segment_id, Id), contacts.c.id, literal(timestamp, Id)).where(
        which(tx, selection, besides), ~inside
    )
    names = ["company_id", "segment_id", "contact_id", "added_at"]
    added = tx.changed(insert(memberships).from_select(names, joining))
    if added:
        segment_rows.change_count(tx, segment_id, added, timestamp=timestamp)
        tx.upkeep.joined(segment_id, _inside(tx, segment_id) & (memberships.c.added_at == timestamp))
    few = not isinstance(selection, ContactQuery) and len(selection) <= _FEW
    return Addition(segment_id, timestamp, added, array("q", selection) if few else None)  # type: ignore[arg-type]  # a sequence


def take_out(tx: Transaction, addition: Addition) -> Removal:
    """Remove the added memberships that still exist, in an open transaction."""
    return _remove(tx, addition.segment_id, addition.condition(tx))


def _remove(tx: Transaction, segment_id: int, leaving: ColumnElement[bool]) -> Removal:
    """Delete memberships of a segment, remembered where the session has a history."""
    removal = Removal(segment_id)
    if tx.session.history is not None:
        removal.remember(tx, leaving)
    tx.upkeep.before_leaving(segment_id, leaving)
    removal.count = tx.changed(delete(memberships).where(leaving))
    if removal.count:
        segment_rows.change_count(tx, segment_id, -removal.count)
    return removal


def join(tx: Transaction, segment_id: int, contact_id: int) -> None:
    """Put a contact that was just made into a fixed segment, in an open transaction. Raises NotFound, InvalidInput."""
    segment_rows.get_fixed(tx, segment_id)
    timestamp = segment_rows.stamp(tx)
    values = {"company_id": tx.company_id, "segment_id": segment_id, "contact_id": contact_id, "added_at": timestamp}
    tx.execute(insert(memberships), values)
    segment_rows.change_count(tx, segment_id, 1, timestamp=timestamp)
    tx.upkeep.joined(segment_id, _inside(tx, segment_id) & (memberships.c.contact_id == contact_id))


def _inside(tx: Transaction, segment_id: int) -> ColumnElement[bool]:
    return and_(tx.scope(memberships), memberships.c.segment_id == segment_id)


def _put_back(tx: Transaction, segment_id: int) -> int:
    """Put the loaded memberships into a segment. Return their number."""
    rows = _returning_rows(tx, segment_id)
    tx.upkeep.before_joining(segment_id, rows.with_only_columns(_returning.c.contact_id))
    returned = tx.changed(insert(memberships).from_select(memberships.c.keys(), rows))
    if returned:
        segment_rows.change_count(tx, segment_id, returned)
    return returned


def _is_undone(tx: Transaction) -> ColumnElement[bool]:
    """Return the condition that the import of a loaded membership was undone.

    That took its memberships away wherever they were: they do not come back by another undo.
    """
    undone = (tx.scope(imports), imports.c.id == _returning.c.import_id, imports.c.status == "undone")
    return exists(select(literal(1)).where(*undone))


def _returning_rows(tx: Transaction, segment_id: int) -> Select[Any]:
    """Return the query of the loaded memberships that are put back."""
    present = exists(
        select(literal(1)).where(_inside(tx, segment_id), memberships.c.contact_id == _returning.c.contact_id)
    )
    # No join: SQLite would walk all contacts to find the few.
    contact_exists = exists(select(literal(1)).where(tx.scope(contacts), contacts.c.id == _returning.c.contact_id))
    return (
        select(
            bindparam("company", type_=Id),
            literal(segment_id, Id),
            _returning.c.contact_id,
            _returning.c.added_at,
            _returning.c.import_id,
        )
        .where(~present, ~_is_undone(tx), contact_exists)
        .order_by(_returning.c.contact_id)
    )


def _packed(rows: Sequence[Sequence[int]]) -> bytes:
    """Pack memberships in the order of their contacts: contact, time, import or 0. Steps are small and times few."""
    ids, times, made_by = zip(*rows, strict=True)
    steps = array("q", map(sub, ids, (0, *ids[:-1])))
    return zlib.compress(steps.tobytes() + array("q", times).tobytes() + array("q", made_by).tobytes(), 1)


def _unpacked(pack: bytes) -> Iterator[tuple[int, int, int | None]]:
    numbers = array("q")
    numbers.frombytes(zlib.decompress(pack))
    count = len(numbers) // 3
    columns = accumulate(numbers[:count]), numbers[count : 2 * count], numbers[2 * count :]
    for contact_id, added_at, import_id in zip(*columns, strict=True):
        yield contact_id, added_at, import_id or None


def _is_everybody(selection: ContactSelection, segment_id: int) -> bool:
    """Tell whether a query selects all contacts of the segment."""
    return isinstance(selection, ContactQuery) and replace(selection, sort="name", descending=False) == ContactQuery(
        segment_id
    )


def _of(count: int, of: int) -> str:
    return counted(count, "contact") if count == of else counted(count, "contact", of)


def _were(count: int, of: int | None = None) -> str:
    return f"{_of(count, of or count)} {was(count)}"
