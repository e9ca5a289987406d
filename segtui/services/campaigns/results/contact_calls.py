"""Calls of each contact across campaigns, for criteria and columns: updated in the transaction that settles a call."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, select, union

from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts
from segtui.database.tables.core_tables import contact_calls, contacts
from segtui.services.session import Transaction

_BATCH: Final = 5_000


def keep(tx: Transaction, contact_ids: Sequence[int]) -> None:
    """Compute the calls of contacts anew, in the open transaction that recorded or settled some of them.

    A contact that was deleted meanwhile has none.
    """
    for start in range(0, len(contact_ids), _BATCH):
        batch = contact_ids[start : start + _BATCH]
        former = (tx.scope(contact_calls), tx.backend.id_in(contact_calls.c.contact_id, batch))
        tx.execute(delete(contact_calls).where(*former))
        own = (tx.scope(campaign_contacts), tx.backend.id_in(campaign_contacts.c.contact_id, batch))
        tx.execute(insert(contact_calls).from_select([column.name for column in contact_calls.c], _calls_of(*own)))
        tx.upkeep.changed(batch, "calls")


def keep_of_attempts(tx: Transaction, attempt_ids: Sequence[int]) -> None:
    """Compute the calls of the contacts of attempts anew, as `keep` does."""
    if not attempt_ids:
        return
    of_attempts = (tx.scope(call_attempts), tx.backend.id_in(call_attempts.c.id, attempt_ids))
    keep(tx, sorted(set(tx.execute(select(call_attempts.c.contact_id).where(*of_attempts)).scalars())))


def outdated(connection: Connection) -> int:
    """Compute the calls of all contacts anew, and return the number of contacts whose stored calls differ."""
    computed, stored = _calls_of(), select(*contact_calls.c)
    differences = (computed.except_(stored).subquery(), stored.except_(computed).subquery())
    contact = union(*(select(rows.c.company_id, rows.c.contact_id) for rows in differences)).subquery()
    return int(connection.execute(select(func.count()).select_from(contact)).scalar_one())


def _calls_of(*of_audience: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return a query of the rows of `contact_calls`, for the contacts of audiences that match conditions.

    An attempt counts once its outcome is known, unless it was never dialled. Of two that began at the same time, the
    one that was claimed later is the last.
    """
    in_audience = and_(
        call_attempts.c.company_id == campaign_contacts.c.company_id,
        call_attempts.c.campaign_id == campaign_contacts.c.campaign_id,
        call_attempts.c.contact_id == campaign_contacts.c.contact_id,
    )
    exists = and_(
        contacts.c.company_id == campaign_contacts.c.company_id, contacts.c.id == campaign_contacts.c.contact_id
    )
    contact = (campaign_contacts.c.company_id, campaign_contacts.c.contact_id)
    latest_first = (call_attempts.c.started_at.desc(), call_attempts.c.id.desc())
    settled = (
        select(
            *contact,
            func.count().over(partition_by=contact).label("calls"),
            call_attempts.c.started_at,
            call_attempts.c.outcome,
            func.row_number().over(partition_by=contact, order_by=latest_first).label("position"),
        )
        .join_from(campaign_contacts, call_attempts, in_audience)
        .join(contacts, exists)
        .where(*of_audience, call_attempts.c.released == 0, call_attempts.c.outcome.is_not(None))
        .subquery()
    )
    names = ("company_id", "contact_id", "calls", "started_at", "outcome")
    return select(*(settled.c[name] for name in names)).where(settled.c.position == 1)
