"""Adding numbers to the do-not-call list by hand, and taking numbers off.

The contact with a number is marked when the number is listed, and its mark is cleared with the number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, func, select

from segtui.database.tables.core_tables import contacts, do_not_call_list
from segtui.domain.phones import checked_e164, looks_like_e164
from segtui.domain.text import clean, counted, was
from segtui.errors import InvalidInput, NotFound
from segtui.services import search_index, undo
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.do_not_call import do_not_call, opt_outs
from segtui.services.do_not_call.do_not_call import Listed
from segtui.services.do_not_call.mark_changes import MarkChange
from segtui.services.do_not_call.opt_outs import BY_HAND, LIST, Entries
from segtui.services.session import Session, Transaction, now

MAX_NUMBERS: Final = 1_000
"""Maximum of numbers in one call; a file has no limit."""
_BETWEEN: Final = re.compile(r"[,;\t\r\n]+")
_c = do_not_call_list.c


@dataclass(frozen=True, slots=True)
class Added:
    """The result of adding numbers, or of a trial: the numbers, how many were listed before, the contacts."""

    phones: tuple[str, ...]
    known: int
    marked: int


def numbers_in(session: Session, text: str) -> tuple[str, ...]:
    """Return the numbers in a text, in E.164 and each once; commas, semicolons, tabs and line breaks divide them.

    Raises InvalidInput (`phones`) for one that is no valid phone, for none and for more than MAX_NUMBERS.
    """
    region = session.one_company.region
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    if not parts:
        raise InvalidInput("Type a phone number, or paste several.", "phones")
    if len(parts) > MAX_NUMBERS:
        raise InvalidInput(
            f"At most {MAX_NUMBERS:,} numbers can be added at once, not {len(parts):,}: "
            "segtui import FILE --do-not-call takes a whole file.",
            "phones",
        )
    try:
        return tuple(dict.fromkeys(checked_e164(clean(part), region) for part in parts))
    except InvalidInput as error:
        raise InvalidInput(str(error), "phones") from None


def preview(session: Session, text: str) -> Added:
    """Return the result that `add` would have now. Raises InvalidInput (`phones`)."""
    phones = numbers_in(session, text)
    with session.read() as tx:
        return _added(tx, phones)


def add(session: Session, text: str) -> Added:
    """Put the numbers in a text on the list, all of them or none, and mark the contacts that have them.

    A number already on the list stays there even when the import that listed it is undone. Raises InvalidInput
    (`phones`), NotAllowed.
    """
    session.demand_write()
    phones = numbers_in(session, text)
    with session.write() as tx:
        done = _added(tx, phones)
        time, login = now(), session.actor.login
        present = select(_c.phone).where(tx.scope(do_not_call_list), _c.import_id == BY_HAND, _c.phone.in_(phones))
        new = sorted(set(phones) - set(tx.execute(present).scalars()))
        name, about = _object(tx, phones)
        change = MarkChange(marked=True, at=time, by=LIST, named=(name, about), action="do_not_call.add")
        change.entries = Entries([(phone, time, login, BY_HAND) for phone in new])
        with opt_outs.moving(tx, change.entries):
            opt_outs.add_entries(tx)
        marking = and_(tx.scope(contacts), contacts.c.phone.in_(phones), contacts.c.do_not_call == 0)
        change.remember(tx, marking)
        change.write(tx, marking)
        if new or change.count:
            search_index.after_change(tx)
            audit.record(tx, "do_not_call.add", name, count=len(phones), about=about)
    if new or change.count:
        sentence = f"{counted(len(phones), 'number')} {was(len(phones))} put on the do-not-call list"
        undo.record(session, session.one_company.id, sentence, change.undo, size=change.size)
    return done


def remove(session: Session, phone: str) -> Listed:
    """Take a number, in E.164, off the list, and clear the mark of its contact. Return the number. For admins.

    Raises NotAllowed, NotFound.
    """
    return remove_all(session, [phone])[0]


def remove_all(session: Session, phones: Sequence[str]) -> list[Listed]:
    """Take numbers, in E.164, off the list, all or none, and clear the marks of their contacts. For admins.

    Raises NotAllowed, NotFound, which names the first number that is not on the list.
    """
    session.demand_admin(opt_outs.FOR_ADMINS)
    company = session.one_company
    phones = list(dict.fromkeys(phones))
    with session.write() as tx:
        removed = listed_among(tx, phones)
        name, about = _object(tx, phones)
        change = MarkChange(marked=False, at=now(), by=None, named=(name, about), action="do_not_call.remove")
        change.entries = opt_outs.remove_where(tx, _c.phone.in_(phones))
        clearing = and_(tx.scope(contacts), contacts.c.phone.in_(phones), contacts.c.do_not_call == 1)
        change.remember(tx, clearing)
        change.write(tx, clearing)
        search_index.after_change(tx)
        audit.record(tx, "do_not_call.remove", name, count=len(phones), about=about)
    what = phones[0] if len(phones) == 1 else counted(len(phones), "number")
    sentence = f"{what} {was(len(phones))} taken off the do-not-call list"
    undo.record(session, company.id, sentence, change.undo, size=change.size)
    return removed


def listed_among(tx: Transaction, phones: Sequence[str]) -> list[Listed]:
    """Return the entries of `phones`, in E.164, in their order. Raises NotFound for one that is not on the list."""
    listed = {entry.phone: entry for entry in do_not_call.listed(tx, phones)}
    for phone in phones:
        if phone not in listed:
            shown = phone if looks_like_e164(phone) else clean(phone)
            raise NotFound(f"{shown} is not on the do-not-call list.")
    return [listed[phone] for phone in phones]


def on_list(session: Session, phones: Sequence[str]) -> list[Listed]:
    """Return the entries of numbers, in E.164, in their order. Raises NotFound where one is not on the list."""
    with session.read() as tx:
        return listed_among(tx, list(dict.fromkeys(phones)))


def _added(tx: Transaction, phones: Sequence[str]) -> Added:
    already = select(_c.phone).where(tx.scope(do_not_call_list), _c.phone.in_(phones)).distinct()
    marking = (tx.scope(contacts), contacts.c.phone.in_(phones), contacts.c.do_not_call == 0)
    marked = tx.execute(select(func.count()).select_from(contacts).where(*marking)).scalar_one()
    return Added(tuple(phones), len(tx.execute(already).all()), int(marked))


def _object(tx: Transaction, phones: Sequence[str]) -> tuple[str, About]:
    """Return the numbers' name in the audit trail: a number with a contact is named by the contact."""
    if len(phones) > 1:
        return counted(len(phones), "number"), About()
    holder = tx.execute(select(contacts.c.id).where(tx.scope(contacts), contacts.c.phone == phones[0])).scalar()
    return (phones[0], About()) if holder is None else (f"contact {holder}", About(contact_id=holder))
