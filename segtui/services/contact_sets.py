"""What is done to many contacts at once: do not call, and deleting them for good."""

import zlib
from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    MetaData,
    Table,
    Text,
    case,
    cast,
    exists,
    func,
    literal,
    select,
    update,
)

from segtui.database.tables import Id, contacts, do_not_call_list, imports
from segtui.errors import Conflict
from segtui.services import audit, contact_writing, history, search_index
from segtui.services.audit import About
from segtui.services.interrupt import Interrupt
from segtui.services.memberships import Chosen, named, which
from segtui.services.session import Session, Transaction, now
from segtui.text import counted

_PACK = 50_000
# Contacts deleted in one go: between two an interrupt is noticed.
_SLICE = 10_000
# The marks of many contacts as they were, on their way back.
_before = Table(
    "marks_before",
    MetaData(),
    Column("contact_id", BigInteger, primary_key=True, autoincrement=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("do_not_call_by", Text),
    prefixes=["TEMPORARY"],
)


def company_of_all(
    session: Session, chosen: Chosen, *, besides: Collection[int] = (), interrupt: Interrupt | None = None
) -> int | None:
    """Return the id of the company that all of `chosen` but `besides` belong to; None where they are of several."""
    with session.read(interrupt) as tx:
        found = select(contacts.c.company_id).where(which(tx, chosen, besides)).distinct().limit(2)
        ids = tx.execute(found).scalars().all()
    return ids[0] if len(ids) == 1 else None


def count(
    session: Session, chosen: Chosen, *, besides: Collection[int] = (), interrupt: Interrupt | None = None
) -> int:
    """Return how many of `chosen` but `besides` there are: who was deleted is not counted."""
    with session.read(interrupt) as tx:
        there = select(func.count()).select_from(contacts).where(which(tx, chosen, besides))
        return int(tx.execute(there).scalar_one())


def do_not_call_count(
    session: Session, chosen: Chosen, *, besides: Collection[int] = (), interrupt: Interrupt | None = None
) -> int:
    """Return how many of `chosen` but `besides` must not be called."""
    with session.read(interrupt) as tx:
        meant = which(tx, chosen, besides)
        marked = select(func.count()).select_from(contacts).where(meant, contacts.c.do_not_call == 1)
        return int(tx.execute(marked).scalar_one())


def set_do_not_call(
    session: Session,
    chosen: Chosen,
    *,
    wanted: bool,
    besides: Collection[int] = (),
    interrupt: Interrupt | None = None,
) -> int:
    """Mark all of `chosen` but `besides` as not to be called, or clear their marks. Return how many were changed.

    Those that are as wanted already stay as they are. Raises InvalidInput in a session of all companies, Cancelled.
    """
    company = session.one_company
    with session.write(interrupt) as tx:
        at = now()
        changing = which(tx, chosen, besides) & (contacts.c.do_not_call != int(wanted))
        marking = _Marking(wanted, at, f"user:{session.actor.login}" if wanted else None, named(chosen))
        if session.history is not None:
            marking.remember(tx, changing)
        marking.count = tx.changed(
            update(contacts).where(changing).values(do_not_call=int(wanted), do_not_call_by=marking.by, updated_at=at)
        )
        if marking.count:
            search_index.after_change(tx)
            detail = "marked" if wanted else "cleared"
            object_, about = named(chosen)
            audit.record(tx, "contact.do_not_call", object_, detail=detail, count=marking.count, about=about)
    if marking.count:
        history.record(session, company.id, marking.sentence, marking.undo, size=marking.size)
    return marking.count


def delete(
    session: Session, chosen: Chosen, *, besides: Collection[int] = (), interrupt: Interrupt | None = None
) -> int:
    """Delete all of `chosen` but `besides` for good, with the history of their values. Return how many it were.

    Raises InvalidInput in a session of all companies, Cancelled: then nobody was deleted.
    """
    company = session.one_company
    with session.write(interrupt) as tx:
        ids = array("q", tx.execute(select(contacts.c.id).where(which(tx, chosen, besides))).scalars())
        for at in range(0, len(ids), _SLICE):
            contact_writing.delete_contacts(tx, ids[at : at + _SLICE])
        if ids:
            search_index.after_change(tx)
            object_, about = named(chosen)
            audit.record(tx, "contact.delete", object_, count=len(ids), about=about)
    if ids:
        sentence = f"{counted(len(ids), 'contact')} {_was(len(ids))} deleted"
        history.record_final(session, company.id, sentence, f"{sentence} for good: that cannot be undone.")
    return len(ids)


@dataclass
class _Marking:
    """The marks of many contacts before they were changed, packed: a million take some megabytes."""

    wanted: bool
    at: int
    by: str | None
    named: tuple[str, About]
    count: int = 0
    _packs: list[tuple[bytes, list[str | None]]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return sum(len(numbers) for numbers, _ in self._packs)

    @property
    def sentence(self) -> str:
        """What was done."""
        done = "marked as do not call" if self.wanted else "allowed to be called again"
        return f"{counted(self.count, 'contact')} {_was(self.count)} {done}"

    def remember(self, tx: Transaction, changing: ColumnElement[bool]) -> None:
        """Note the marks that are about to be changed."""
        marks = select(contacts.c.id, contacts.c.updated_at, contacts.c.do_not_call_by).where(changing)
        ordered = marks.order_by(contacts.c.id).execution_options(yield_per=_PACK)
        for rows in tx.execute(ordered).partitions():
            self._packs.append(_packed(rows))

    def undo(self, session: Session) -> str:
        """Give the contacts their marks back, if they are still what this made them."""
        with session.write() as tx:
            _before.create(tx.connection)
            for pack in self._packs:
                tx.backend.load(tx.connection, _before, list(_unpacked(*pack)))
            tx.backend.analyze(tx.connection, _before)
            undone = tx.changed(
                update(contacts)
                .where(
                    tx.scope(contacts),
                    contacts.c.id.in_(select(_before.c.contact_id)),
                    contacts.c.do_not_call == int(self.wanted),
                    contacts.c.do_not_call_by.is_not_distinct_from(self.by),
                )
                .values(self._values(tx))
            )
            _before.drop(tx.connection)
            if not undone:
                raise Conflict("There is nothing left to undo: all these marks were changed again since.")
            search_index.after_change(tx)
            object_, about = self.named
            audit.record(tx, "undo", object_, detail="contact.do_not_call", count=undone, about=about)
        of = counted(undone, "contact") if undone == self.count else counted(undone, "contact", self.count)
        return f"{of} {'is' if undone == 1 else 'are'} as before."

    def _values(self, tx: Transaction) -> dict[str, Any]:
        """Return the columns as they are to be. Who came on a list since, or was taken off one, is as that says."""
        listed = exists(
            select(literal(1)).where(
                tx.scope(do_not_call_list),
                do_not_call_list.c.phone == contacts.c.phone,
                *([do_not_call_list.c.added_at >= self.at] if self.wanted else []),
            )
        )
        then = _of_before(_before.c.do_not_call_by)
        time = case((contacts.c.updated_at == self.at, _of_before(_before.c.updated_at)), else_=literal(now(), Id))
        if self.wanted:
            return {
                "do_not_call": case((listed, 1), else_=0),
                "do_not_call_by": case((listed, "list"), else_=None),
                "updated_at": time,
            }
        undone_import = exists(
            select(literal(1)).where(
                tx.scope(imports), imports.c.status == "undone", then == literal("import:") + cast(imports.c.id, Text)
            )
        )
        withdrawn = undone_import | ((then == "list") & ~listed)
        return {
            "do_not_call": case((withdrawn, 0), else_=1),
            "do_not_call_by": case((withdrawn, None), else_=then),
            "updated_at": time,
        }


def _of_before(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return select(column).where(_before.c.contact_id == contacts.c.id).scalar_subquery()


def _packed(rows: Sequence[Sequence[Any]]) -> tuple[bytes, list[str | None]]:
    """Pack contacts with the times of their last changes, and who marked them: those are few."""
    ids, times, marked_by = zip(*rows, strict=True)
    names = list(dict.fromkeys(marked_by))
    places = {name: place for place, name in enumerate(names)}
    columns = (array("q", ids), array("q", times), array("q", map(places.__getitem__, marked_by)))
    return zlib.compress(b"".join(column.tobytes() for column in columns), 1), names


def _unpacked(numbers: bytes, names: Sequence[str | None]) -> Iterator[tuple[int, int, str | None]]:
    values = array("q")
    values.frombytes(zlib.decompress(numbers))
    count = len(values) // 3
    for contact_id, at, place in zip(values[:count], values[count : 2 * count], values[2 * count :], strict=True):
        yield contact_id, at, names[place]


def _was(number: int) -> str:
    return "was" if number == 1 else "were"
