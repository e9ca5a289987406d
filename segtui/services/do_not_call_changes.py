"""Putting numbers on the do-not-call list by hand, and taking one off.

Who has a number that comes on the list is marked. When it is taken off, the mark goes that the list or one of its
imports set; what somebody marked by hand, or an import of contacts, stays.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from segtui.database.tables import contacts, do_not_call_list, imports
from segtui.errors import InvalidInput, NotFound
from segtui.phones import checked_e164, looks_like_e164
from segtui.services import audit, do_not_call, history, search_index
from segtui.services.audit import About
from segtui.services.do_not_call import BY_HAND, Listed
from segtui.services.session import Session, Transaction, now
from segtui.text import clean, counted

MOST: Final = 1_000
"""Numbers that are added in one go; a file has any number."""
_BETWEEN: Final = re.compile(r"[,;\t\r\n]+")
_c = do_not_call_list.c


@dataclass(frozen=True, slots=True)
class Added:
    """What adding numbers did, or would do: the numbers, how many were on the list before, whom it marks."""

    phones: tuple[str, ...]
    known: int
    marked: int


def numbers_in(session: Session, text: str) -> tuple[str, ...]:
    """Return the numbers in a text, in E.164 and each once; commas, semicolons, tabs and line breaks divide them.

    Raises InvalidInput (`phones`) for one that is no valid phone, for none and for more than MOST.
    """
    region = session.one_company.region
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    if not parts:
        raise InvalidInput("Type a phone number, or paste several.", "phones")
    if len(parts) > MOST:
        raise InvalidInput(
            f"At most {MOST:,} numbers are added in one go, not {len(parts):,}: "
            "segtui import FILE --do-not-call takes a whole file.",
            "phones",
        )
    try:
        return tuple(dict.fromkeys(checked_e164(clean(part), region) for part in parts))
    except InvalidInput as error:
        raise InvalidInput(str(error), "phones") from None


def preview(session: Session, text: str) -> Added:
    """Return what `add` would do now. Raises InvalidInput (`phones`)."""
    phones = numbers_in(session, text)
    with session.read() as tx:
        return _added(tx, phones)


def add(session: Session, text: str) -> Added:
    """Put the numbers in a text on the list, all of them or none, and mark the contacts that have them.

    A number that is on it already stays on it also when the import that listed it is undone. Raises InvalidInput
    (`phones`), NotAllowed.
    """
    session.demand_write()
    phones = numbers_in(session, text)
    with session.write() as tx:
        done = _added(tx, phones)
        there = select(_c.phone).where(tx.scope(do_not_call_list), _c.import_id == BY_HAND, _c.phone.in_(phones))
        new = sorted(set(phones) - set(tx.execute(there).scalars()))
        adding = _Adding(done, tuple(new), _unmarked(tx, phones), now())
        if new or adding.before:
            _insert(tx, [(phone, adding.at, session.actor.login, BY_HAND) for phone in new])
            _mark(tx, adding.before, "list", adding.at)
            search_index.after_change(tx)
            name, about = _object(tx, phones)
            audit.record(tx, "do_not_call.add", name, count=len(phones), about=about)
    if new or adding.before:
        sentence = f"{counted(len(phones), 'number')} {_was(len(phones))} put on the do-not-call list"
        history.record(session, session.one_company.id, sentence, adding.undo)
    return done


def remove(session: Session, phone: str) -> Listed:
    """Take a number, in E.164, off the list, whoever listed it. Return what it was. For admins.

    Raises NotAllowed, NotFound.
    """
    session.demand_admin()
    company = session.one_company
    with session.write() as tx:
        found = next(do_not_call.listed(tx, [phone]), None)
        if found is None:
            shown = phone if looks_like_e164(phone) else clean(phone)
            raise NotFound(f"{shown} is not on the do-not-call list.")
        rows = tx.execute(
            select(_c.phone, _c.added_at, _c.added_by, _c.import_id).where(
                tx.scope(do_not_call_list), _c.phone == phone
            )
        ).all()
        marked = found.contact if found.withdrawn else None
        removing = _Removing(found, tuple(tuple(row) for row in rows), marked.do_not_call_by if marked else "")
        tx.execute(delete(do_not_call_list).where(tx.scope(do_not_call_list), _c.phone == phone))
        if marked is not None:
            clearing = update(contacts).where(tx.scope(contacts), contacts.c.id == marked.id)
            tx.execute(clearing.values(do_not_call=0, do_not_call_by=None, updated_at=now()))
        search_index.after_change(tx)
        name, about = _object(tx, [phone])
        audit.record(tx, "do_not_call.remove", name, count=1, about=about)
    history.record(session, company.id, f"{phone} was taken off the do-not-call list", removing.undo)
    return found


@dataclass(frozen=True)
class _Adding:
    """Numbers that were added: which are new by hand, and whom that marked, with when they were changed last."""

    done: Added
    new: tuple[str, ...]
    before: Mapping[int, int]
    at: int

    def undo(self, session: Session) -> str:
        """Take them off again. What an import listed meanwhile stays, and so do its marks."""
        with session.write() as tx:
            mine = (_c.import_id == BY_HAND, _c.added_at == self.at, _c.phone.in_(self.new))
            tx.execute(delete(do_not_call_list).where(tx.scope(do_not_call_list), *mine))
            since = select(_c.phone).where(tx.scope(do_not_call_list), _c.added_at > self.at)
            for contact_id, updated_at in self.before.items():
                theirs = (
                    tx.scope(contacts),
                    contacts.c.id == contact_id,
                    contacts.c.do_not_call_by == "list",
                    contacts.c.phone.in_(self.done.phones),
                    contacts.c.phone.not_in(since.where(_c.phone.in_(self.done.phones))),
                )
                # With the time it had before it counts as unchanged again.
                untouched = tx.execute(select(contacts.c.updated_at).where(*theirs)).scalar() == self.at
                at = updated_at if untouched else now()
                tx.execute(update(contacts).where(*theirs).values(do_not_call=0, do_not_call_by=None, updated_at=at))
            search_index.after_change(tx)
            count = len(self.done.phones)
            audit.record(tx, "undo", _object(tx, self.done.phones)[0], detail="do_not_call.add", count=count)
        return f"{counted(count, 'number')} {_was(count)} taken off the do-not-call list again."


@dataclass(frozen=True)
class _Removing:
    """A number that was taken off, the rows in which it stood, and who had marked its contact."""

    found: Listed
    rows: tuple[tuple[Any, ...], ...]
    marked_by: str

    def undo(self, session: Session) -> str:
        """Put it back as it was, but for what an import listed that is undone since."""
        phone = self.found.phone
        with session.write() as tx:
            undone = select(imports.c.id).where(tx.scope(imports), imports.c.status == "undone")
            there = select(_c.import_id).where(tx.scope(do_not_call_list), _c.phone == phone)
            gone = {*tx.execute(undone).scalars(), *tx.execute(there).scalars()}
            back = [row for row in self.rows if row[3] not in gone]
            _insert(tx, back)
            if back:
                before = None if self.found.contact is None else self.found.contact.id
                unmarked = _unmarked(tx, [phone])
                if self.marked_by:
                    _mark(tx, {key: at for key, at in unmarked.items() if key == before}, self.marked_by, now())
                # Who got the number meanwhile was not marked as they came.
                _mark(tx, {key: at for key, at in unmarked.items() if key != before}, "list", now())
            search_index.after_change(tx)
            audit.record(tx, "undo", _object(tx, [phone])[0], detail="do_not_call.remove", count=1)
        return f"{phone} is on the do-not-call list again."


def _added(tx: Transaction, phones: Sequence[str]) -> Added:
    known = select(_c.phone).where(tx.scope(do_not_call_list), _c.phone.in_(phones)).distinct()
    return Added(tuple(phones), len(tx.execute(known).all()), len(_unmarked(tx, phones)))


def _unmarked(tx: Transaction, phones: Sequence[str]) -> dict[int, int]:
    """Return the contacts that have one of the numbers and may be called, by id, and when they were changed last."""
    found = select(contacts.c.id, contacts.c.updated_at).where(
        tx.scope(contacts), contacts.c.phone.in_(phones), contacts.c.do_not_call == 0
    )
    return {row.id: row.updated_at for row in tx.execute(found)}


def _mark(tx: Transaction, which: Mapping[int, int], by: str, at: int) -> None:
    marking = update(contacts).where(tx.scope(contacts), tx.backend.among(contacts.c.id, list(which)))
    tx.execute(marking.values(do_not_call=1, do_not_call_by=by, updated_at=at))


def _insert(tx: Transaction, rows: Sequence[tuple[Any, ...]]) -> None:
    names = ("phone", "added_at", "added_by", "import_id")
    if rows:
        values = [dict(zip(names, row, strict=True)) | {"company_id": tx.company_id} for row in rows]
        tx.execute(insert(do_not_call_list), values)


def _object(tx: Transaction, phones: Sequence[str]) -> tuple[str, About]:
    """Return what the trail calls the numbers: one that is a contact's by that, for a trail outlives what it names."""
    if len(phones) > 1:
        return counted(len(phones), "number"), About()
    holder = tx.execute(select(contacts.c.id).where(tx.scope(contacts), contacts.c.phone == phones[0])).scalar()
    return (phones[0], About()) if holder is None else (f"contact {holder}", About(contact_id=holder))


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
