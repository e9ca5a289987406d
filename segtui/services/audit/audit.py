"""The audit trail: an entry for every change, sign-in, refusal and export, in the transaction it is about.

It only grows: the database refuses to change or delete an entry for everybody but its owner.
"""

import sys
from contextlib import suppress
from dataclasses import replace
from types import FrameType
from typing import NamedTuple

from sqlalchemy import insert

from segtui.database.tables.core_tables import audit
from segtui.errors import SegtuiError
from segtui.services.session import Session, Transaction, now

REFUSED = "refused"
"""The action of an entry for something that was not allowed; its object is what was asked for."""
_SERVICES = "segtui.services."
MAX_OBJECT = 300
MAX_DETAIL = 1_000
"""Characters of an entry's object and detail; what is longer is cut."""
_MAX_SEARCH = 200


class About(NamedTuple):
    """The subjects of an entry, by ids: it appears in the history of each of them."""

    segment_id: int | None = None
    contact_id: int | None = None
    import_id: int | None = None


def record(
    tx: Transaction,
    action: str,
    object_: str,
    *,
    detail: str = "",
    count: int | None = None,
    company_id: int | None = None,
    about: About | None = None,
) -> None:
    """Record that the session's user did `action` (`segment.create`) to `object_` (its name), to `count` rows.

    The entry goes into the trail of `company_id`, or else of the company the session is bound to; and into the history
    of its subjects (`about`).
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
            "object": cut(object_, MAX_OBJECT),
            "detail": cut(detail, MAX_DETAIL),
            "count": count,
            **(about or About())._asdict(),
        },
    )


def cut(text: str, most: int = _MAX_SEARCH) -> str:
    """Return `text`, or its beginning with a sign that it was cut: a search, where nothing else is said."""
    return text if len(text) <= most else text[: most - 1] + "…"


def record_refusal(session: Session, sentence: str, action: str = "") -> None:
    """Write that something was refused, and why; that it could not be written changes nothing about the refusal.

    What was `action` for is the service that is being called, unless it is named.
    """
    # Also of one who was signed out: that is what is written.
    unquestioned = replace(session, actor=replace(session.actor, user_id=None))
    with suppress(SegtuiError), unquestioned.note() as tx:
        record(tx, REFUSED, action or _asked_for(), detail=sentence)


def _asked_for() -> str:
    """Return which service was asked, by the outermost of them that is being called: `segments.create`."""
    action = ""
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 -- documented, and the only way
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith(_SERVICES) and module not in {__name__, Session.__module__}:
            area = module.removeprefix(_SERVICES).partition(".")[0]
            action = f"{area}.{frame.f_code.co_name}"
        frame = frame.f_back
    return action
