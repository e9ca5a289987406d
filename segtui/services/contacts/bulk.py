"""Bulk operations on contacts: do not call, and deleting them for good."""

from array import array
from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext

from sqlalchemy import BigInteger, Column, ColumnElement, MetaData, Table, and_, func, insert, select

from segtui.database.tables.core_tables import contacts, do_not_call_list
from segtui.domain.text import counted, was
from segtui.services import search_index, undo
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.contacts import contact_editing
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.do_not_call import opt_outs
from segtui.services.do_not_call.mark_changes import MarkChange
from segtui.services.do_not_call.opt_outs import BY_HAND
from segtui.services.interrupt import Interrupt
from segtui.services.segments.memberships import ContactSelection, named, which
from segtui.services.session import Session, Transaction, now

# Contacts deleted in one go: between two an interrupt is noticed.
_SLICE = 10_000
# The contacts of a change: their values decide who they are, and change meanwhile.
_selected = Table(
    "selected_contacts",
    MetaData(),
    Column("contact_id", BigInteger, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)


def company_of_all(
    session: Session, selection: ContactSelection, *, besides: Collection[int] = (), interrupt: Interrupt | None = None
) -> int | None:
    """Return the id of the company of all of `selection` except `besides`; None if they belong to several."""
    with session.read(interrupt) as tx:
        query = select(contacts.c.company_id).where(which(tx, selection, besides)).distinct().limit(2)
        ids = tx.execute(query).scalars().all()
    return ids[0] if len(ids) == 1 else None


def count(
    session: Session, selection: ContactSelection, *, besides: Collection[int] = (), interrupt: Interrupt | None = None
) -> int:
    """Count the contacts of `selection` except `besides`; deleted ones do not count."""
    with session.read(interrupt) as tx:
        query = select(func.count()).select_from(contacts).where(which(tx, selection, besides))
        return int(tx.execute(query).scalar_one())


def do_not_call_count(
    session: Session, selection: ContactSelection, *, besides: Collection[int] = (), interrupt: Interrupt | None = None
) -> int:
    """Count the do-not-call contacts of `selection` except `besides`."""
    with session.read(interrupt) as tx:
        condition = which(tx, selection, besides)
        marked = select(func.count()).select_from(contacts).where(condition, contacts.c.do_not_call == 1)
        return int(tx.execute(marked).scalar_one())


def set_do_not_call(
    session: Session,
    selection: ContactSelection,
    *,
    do_not_call: bool,
    besides: Collection[int] = (),
    interrupt: Interrupt | None = None,
) -> int:
    """Set or clear the do-not-call mark of `selection` except `besides`. Return the number of changed contacts.

    The phones of marked contacts are added to the do-not-call list, and taken off it when the marks are cleared: that
    is for admins, all of it or nothing. Raises InvalidInput in a session of all companies, NotAllowed, Cancelled.
    """
    company = session.one_company
    with opt_outs.admins_only(session), session.write(interrupt) as tx:
        # Criteria may be about the mark itself, or the time of the last change; a segment or a search is not.
        changes = isinstance(selection, ContactQuery) and selection.criteria is not None
        selected = lasting(tx, selection, besides) if changes else nullcontext(which(tx, selection, besides))
        with selected as condition:
            change = mark(tx, condition, do_not_call=do_not_call, time=now(), named_=named(selection))
        if change.count or len(change.entries):
            search_index.after_change(tx)
    if change.count:
        done = "marked as do not call" if do_not_call else "allowed to be called again"
        sentence = f"{counted(change.count, 'contact')} {was(change.count)} {done}"
        undo.record(session, company.id, sentence, change.undo, size=change.size)
    return change.count


@contextmanager
def lasting(
    tx: Transaction, selection: ContactSelection, besides: Collection[int] = ()
) -> Iterator[ColumnElement[bool]]:
    """Yield a condition for `selection` except `besides` that holds for the same contacts while their values change."""
    _selected.create(tx.connection)
    selecting = select(contacts.c.id).where(which(tx, selection, besides))
    tx.execute(insert(_selected).from_select(["contact_id"], selecting))
    tx.backend.analyze(tx.connection, _selected)
    yield tx.scope(contacts) & contacts.c.id.in_(select(_selected.c.contact_id))
    _selected.drop(tx.connection)


def mark(
    tx: Transaction, condition: ColumnElement[bool], *, do_not_call: bool, time: int, named_: tuple[str, About]
) -> MarkChange:
    """Set or clear the marks of the contacts that fulfil a condition, in an open transaction, and record that.

    Raises ForAdmins. `named_` is the object of the audit entry, with its subjects.
    """
    by = f"user:{tx.session.actor.login}" if do_not_call else None
    change = MarkChange(marked=do_not_call, at=time, by=by, named=named_, action="contact.do_not_call")
    changing = condition & (contacts.c.do_not_call != int(do_not_call))
    if tx.session.history is not None:
        change.remember(tx, changing)
    if not do_not_call:
        phones = select(contacts.c.phone).where(changing)
        change.entries = opt_outs.remove_where(tx, do_not_call_list.c.phone.in_(phones))
    change.write(tx, changing)
    if do_not_call and opt_outs.list_marked(tx, condition, time):
        c = do_not_call_list.c
        theirs = c.phone.in_(select(contacts.c.phone).where(condition))
        added = and_(c.added_at == time, c.added_by == tx.session.actor.login, c.import_id == BY_HAND, theirs)
        change.entries = opt_outs.entries_where(tx, added)
    if change.count or len(change.entries):
        _record(tx, change, len(change.entries))
    return change


def _record(tx: Transaction, change: MarkChange, entries: int) -> None:
    """Record the contacts of a change in the audit trail, and the number of phones taken off the list."""
    object_, about = change.named
    detail = "marked" if change.marked else "cleared"
    audit.record(tx, change.action, object_, detail=detail, count=change.count, about=about)
    if entries and not change.marked:
        numbers = change.entries.phone_count
        audit.record(tx, "do_not_call.remove", object_, detail="mark cleared", count=numbers, about=about)


def delete(
    session: Session, selection: ContactSelection, *, besides: Collection[int] = (), interrupt: Interrupt | None = None
) -> int:
    """Delete `selection` except `besides` for good, with the history of their values. Return their number.

    Raises InvalidInput in a session of all companies, and Cancelled, without deleting any.
    """
    company = session.one_company
    with session.write(interrupt) as tx:
        ids = array("q", tx.execute(select(contacts.c.id).where(which(tx, selection, besides))).scalars())
        for start in range(0, len(ids), _SLICE):
            contact_editing.delete_contacts(tx, ids[start : start + _SLICE])
        if ids:
            search_index.after_change(tx)
            object_, about = named(selection)
            audit.record(tx, "contact.delete", object_, count=len(ids), about=about)
    if ids:
        sentence = f"{counted(len(ids), 'contact')} {was(len(ids))} deleted"
        undo.record_final(session, company.id, sentence, f"{sentence} for good: that cannot be undone.")
    return len(ids)
