"""Import with `do_not_call`: every valid phone of the file is listed, and no contact is created."""

from sqlalchemy import Subquery, func, select, union_all

from segtui.database.tables.core_tables import contacts, do_not_call_list
from segtui.services.do_not_call import opt_outs
from segtui.services.imports.merge import Outcome, mark_phones
from segtui.services.imports.staging import further_phones, staged
from segtui.services.session import Transaction


def _first_lines() -> Subquery:
    """Return each phone of the file with the first line that has it."""
    phones = union_all(
        select(staged.c.line, staged.c.phone).where(staged.c.phone.is_not(None)),
        select(further_phones.c.line, further_phones.c.phone),
    ).subquery()
    return select(phones.c.phone, func.min(phones.c.line).label("line")).group_by(phones.c.phone).subquery()


def forecast(tx: Transaction) -> tuple[Outcome, int]:
    """Return the counts that `write` would have, and the number of new phones.

    A row that marks a contact is `updated`; a row whose phones are all in earlier rows is a duplicate.
    """
    first = _first_lines()
    total, bringing = tx.execute(select(func.count(first.c.phone), func.count(first.c.line.distinct()))).one()
    marking = int(
        tx.execute(
            select(func.count(first.c.line.distinct()))
            .join(contacts, contacts.c.phone == first.c.phone)
            .where(tx.scope(contacts), contacts.c.do_not_call == 0)
        ).scalar_one()
    )
    already_listed = int(
        tx.execute(
            select(func.count(do_not_call_list.c.phone.distinct())).where(
                tx.scope(do_not_call_list), do_not_call_list.c.phone.in_(select(first.c.phone))
            )
        ).scalar_one()
    )
    rows = int(tx.execute(select(func.count(staged.c.phone))).scalar_one())
    return Outcome(0, marking, bringing - marking, rows - bringing), total - already_listed


def write(tx: Transaction, import_id: int, timestamp: int) -> None:
    """Put the phones on the company's list and mark the contacts that have them."""
    phones = select(_first_lines().c.phone)
    mark_phones(tx, phones, import_id, timestamp)
    opt_outs.list_phones(tx, phones, timestamp, import_id)
