"""The audit trail: an entry for everything that changes data, written in the same transaction."""

from sqlalchemy import insert

from segtui.database.tables import audit
from segtui.services.session import Transaction, now


def record(
    tx: Transaction,
    action: str,
    object_: str,
    *,
    detail: str = "",
    count: int | None = None,
    company_id: int | None = None,
) -> None:
    """Write that the session's user did `action` (`segment.create`) to `object_` (its name), to so many rows.

    It goes into the trail of `company_id`, or else of the company the session is bound to.
    """
    actor = tx.session.actor
    company = tx.session.company
    tx.execute(
        insert(audit),
        {
            "company_id": company_id if company_id is not None or company is None else company.id,
            "at": now(),
            "user": actor.login,
            "fingerprint": actor.fingerprint,
            "source": actor.source,
            "action": action,
            "object": object_,
            "detail": detail,
            "count": count,
        },
    )
