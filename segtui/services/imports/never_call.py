"""An import with `do_not_call`: every valid phone of the file is remembered, nobody is created."""

from sqlalchemy import Text, bindparam, cast, func, insert, literal, select, text, update

from segtui.database.tables import Id, contacts, do_not_call_list, import_changes
from segtui.services.imports.merge import Outcome
from segtui.services.imports.staging import staged
from segtui.services.session import Transaction

# Rows of the file with a phone that another row before it has already.
_DUPLICATES = "SELECT count(phone) - count(DISTINCT phone) FROM staged"


def forecast(tx: Transaction) -> tuple[Outcome, int]:
    """Return what `write` would do: the rows that mark a contact are `updated`; and how many phones are new."""
    phones = select(staged.c.phone).where(staged.c.phone.is_not(None)).distinct()
    total = int(tx.execute(select(func.count()).select_from(phones.subquery())).scalar_one())
    marked = int(
        tx.execute(
            select(func.count())
            .select_from(contacts)
            .where(tx.scope(contacts), contacts.c.do_not_call == 0, contacts.c.phone.in_(phones))
        ).scalar_one()
    )
    known = int(
        tx.execute(
            select(func.count(do_not_call_list.c.phone.distinct())).where(
                tx.scope(do_not_call_list), do_not_call_list.c.phone.in_(phones)
            )
        ).scalar_one()
    )
    duplicates = int(tx.execute(text(_DUPLICATES)).scalar_one())
    return Outcome(0, marked, total - marked, duplicates), total - known


def write(tx: Transaction, import_id: int, at: int) -> None:
    """Put the phones on the company's list and mark the contacts that have them."""
    phones = select(staged.c.phone).where(staged.c.phone.is_not(None)).distinct()
    concerned = (tx.scope(contacts), contacts.c.do_not_call == 0, contacts.c.phone.in_(phones))
    before = literal('{"do_not_call":0,"updated_at":') + cast(contacts.c.updated_at, Text) + literal("}")
    undo = select(contacts.c.company_id, literal(import_id), contacts.c.id, before, literal('{"do_not_call":1}')).where(
        *concerned
    )
    tx.execute(insert(import_changes).from_select(["company_id", "import_id", "contact_id", "before", "after"], undo))
    tx.execute(
        update(contacts).where(*concerned).values(do_not_call=1, do_not_call_by=f"import:{import_id}", updated_at=at)
    )
    listed = (
        select(
            bindparam("company", type_=Id),
            staged.c.phone,
            literal(at),
            literal(tx.session.actor.login),
            literal(import_id),
        )
        .where(staged.c.phone.is_not(None))
        .distinct()
    )
    names = ["company_id", "phone", "added_at", "added_by", "import_id"]
    tx.execute(insert(do_not_call_list).from_select(names, listed))
