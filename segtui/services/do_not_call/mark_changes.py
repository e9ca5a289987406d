"""Do-not-call marks of many contacts and entries of the list, changed at once: remembered, undone and done again."""

import zlib
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import BigInteger, Column, ColumnElement, MetaData, Table, Text, and_, case, func, literal, or_, select
from sqlalchemy import update as sql_update

from segtui.database.tables.core_tables import Id, contacts
from segtui.domain.text import counted
from segtui.errors import Conflict
from segtui.services import search_index
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.do_not_call import opt_outs
from segtui.services.do_not_call.opt_outs import LIST, MARK, Entries, ForAdmins
from segtui.services.session import Session, Transaction, now
from segtui.services.undo import Reversal

_PACK: Final = 50_000
STAYS: Final = "The marks and the numbers stay: taking numbers off the do-not-call list is for admins."
"""The sentence of an undo that only an admin may do."""
# The marks of contacts as they were before a change.
_before = Table(
    "marks_before",
    MetaData(),
    Column("contact_id", BigInteger, primary_key=True, autoincrement=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("do_not_call_by", Text),
    prefixes=["TEMPORARY"],
)


@dataclass(kw_only=True)
class MarkChange:
    """Contacts that were marked or unmarked, and the list entries that were added or removed with that.

    `marked` is the direction, `at` the time of the change and `by` the `do_not_call_by` that it set. `named` is the
    object in the audit trail, `action` the action.
    """

    marked: bool
    at: int
    by: str | None
    named: tuple[str, About]
    action: str
    count: int = 0
    numbers: int = 0
    """Numbers that came off the list, or on it again: an entry can leave a number that is listed otherwise."""
    entries: Entries = field(default_factory=Entries)
    _packs: list[tuple[bytes, list[str | None]]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return self.entries.size + sum(len(numbers) for numbers, _ in self._packs)

    def remember(
        self, tx: Transaction, changing: ColumnElement[bool], by: ColumnElement[Any] = contacts.c.do_not_call_by
    ) -> None:
        """Remember the contacts that are about to be changed, and the origin of each mark, before or after."""
        marks = select(contacts.c.id, contacts.c.updated_at, by).where(changing)
        ordered = marks.order_by(contacts.c.id).execution_options(yield_per=_PACK)
        for rows in tx.execute(ordered).partitions():
            self._packs.append(_packed(rows))

    def write(self, tx: Transaction, changing: ColumnElement[bool]) -> None:
        """Mark the contacts that fulfil a condition, or clear their marks; the list is the caller's."""
        tx.upkeep.before_change(changing, MARK)
        values = {"do_not_call": int(self.marked), "do_not_call_by": self.by, "updated_at": self.at}
        self.count = tx.changed(sql_update(contacts).where(changing).values(**values))

    def undo(self, session: Session) -> Reversal:
        """Reverse it, as far as the marks and the entries are still as this change left them.

        Raises Conflict where nothing is left to reverse, or where others than an admin would take numbers off the list,
        and ConsentNeeded.
        """
        try:
            with session.write() as tx:
                reverse = self.reverse(tx)
                if not reverse.count and not len(reverse.entries):
                    raise Conflict("Nothing was undone: all these marks were changed again meanwhile.")
                search_index.after_change(tx)
        except ForAdmins:
            raise Conflict(STAYS) from None
        return Reversal(reverse.sentence, reverse.undo, reverse.size)

    def reverse(self, tx: Transaction) -> "MarkChange":
        """Reverse it in an open transaction, and record that. Return the reverse change, which may be empty.

        Raises ForAdmins, ConsentNeeded.
        """
        with self._loaded(tx):
            reverse = self._clear(tx) if self.marked else self._mark(tx)
        count = reverse.count or len(reverse.entries)
        if count:
            object_, about = self.named
            audit.record(tx, tx.session.reversal, object_, detail=self.action, count=count, about=about)
            if reverse.numbers and not reverse.marked:
                detail, numbers = tx.session.reversal, reverse.numbers
                audit.record(tx, "do_not_call.remove", object_, detail=detail, count=numbers, about=about)
        return reverse

    @property
    def sentence(self) -> str:
        """The result, for the sentence about an undo."""
        numbers = self.numbers
        contacts_ = "must not be called" if self.marked else "may be called again"
        list_ = "on the do-not-call list again" if self.marked else "taken off the do-not-call list"
        parts = [f"{counted(self.count, 'contact')} {contacts_}"] if self.count else []
        if numbers:
            verb = ("is" if numbers == 1 else "are") if self.marked else ("was" if numbers == 1 else "were")
            parts.append(f"{counted(numbers, 'number')} {verb} {list_}")
        return (
            f"{'; '.join(parts)}."
            if parts
            else "The numbers stay on the do-not-call list: another entry lists them too."
        )

    def _clear(self, tx: Transaction) -> "MarkChange":
        removed = opt_outs.remove_entries(tx)
        by = func.coalesce(_of_before(_before.c.do_not_call_by), literal(self.by, Text))
        of_change = and_(_is_before(), contacts.c.do_not_call_by == by)
        clearing = and_(
            tx.scope(contacts),
            contacts.c.do_not_call == 1,
            opt_outs.unlisted(tx),
            or_(of_change, opt_outs.phone_is_moving()),
        )
        numbers = min(removed.phone_count, opt_outs.unlisted_count(tx))
        opt_outs.demand_consent(tx, clearing, numbers)
        reverse = MarkChange(
            marked=False, at=now(), by=None, named=self.named, action=self.action, entries=removed, numbers=numbers
        )
        reverse.remember(tx, clearing)
        tx.upkeep.before_change(clearing, MARK)
        values = {"do_not_call": 0, "do_not_call_by": None, "updated_at": self._time(reverse.at)}
        reverse.count = tx.changed(sql_update(contacts).where(clearing).values(**values))
        # A number that is listed otherwise too marks its contact for that now.
        staying = and_(tx.scope(contacts), contacts.c.do_not_call == 1, of_change)
        tx.execute(sql_update(contacts).where(staying).values(do_not_call_by=LIST))
        return reverse

    def _mark(self, tx: Transaction) -> "MarkChange":
        time = now()
        opt_outs.add_entries(tx)
        marking = and_(tx.scope(contacts), contacts.c.do_not_call == 0, or_(_is_before(), opt_outs.phone_is_moving()))
        by = func.coalesce(_of_before(_before.c.do_not_call_by), literal(LIST))
        reverse = MarkChange(
            marked=True,
            at=time,
            by=LIST,
            named=self.named,
            action=self.action,
            entries=self.entries,
            numbers=self.entries.phone_count,
        )
        reverse.remember(tx, marking, by)
        tx.upkeep.before_change(marking, MARK)
        values = {"do_not_call": 1, "do_not_call_by": by, "updated_at": self._time(time)}
        reverse.count = tx.changed(sql_update(contacts).where(marking).values(**values))
        # A contact that got another phone meanwhile is marked with that one.
        opt_outs.list_marked(tx, and_(_is_before(), opt_outs.unlisted(tx)), time)
        return reverse

    def _time(self, time: int) -> ColumnElement[int]:
        """Return the time of the change: a contact without later changes gets its previous time back."""
        untouched = and_(contacts.c.updated_at == self.at, _is_before())
        return case((untouched, _of_before(_before.c.updated_at)), else_=literal(time, Id))

    @contextmanager
    def _loaded(self, tx: Transaction) -> Iterator[None]:
        _before.create(tx.connection)
        for pack in self._packs:
            tx.backend.bulk_load(tx.connection, _before, list(_unpacked(*pack)))
        tx.backend.analyze(tx.connection, _before)
        with opt_outs.moving(tx, self.entries):
            yield
        _before.drop(tx.connection)


def _is_before() -> ColumnElement[bool]:
    return contacts.c.id.in_(select(_before.c.contact_id))


def _of_before(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return select(column).where(_before.c.contact_id == contacts.c.id).scalar_subquery()


def _packed(rows: Sequence[Sequence[Any]]) -> tuple[bytes, list[str | None]]:
    """Pack contacts with the times of their last changes, and the origins of their marks, which are few."""
    ids, times, marked_by = zip(*rows, strict=True)
    names = list(dict.fromkeys(marked_by))
    indexes = {name: index for index, name in enumerate(names)}
    columns = (array("q", ids), array("q", times), array("q", map(indexes.__getitem__, marked_by)))
    return zlib.compress(b"".join(column.tobytes() for column in columns), 1), names


def _unpacked(numbers: bytes, names: Sequence[str | None]) -> Iterator[tuple[int, int, str | None]]:
    values = array("q")
    values.frombytes(zlib.decompress(numbers))
    count = len(values) // 3
    for contact_id, time, index in zip(values[:count], values[count : 2 * count], values[2 * count :], strict=True):
        yield contact_id, time, names[index]
