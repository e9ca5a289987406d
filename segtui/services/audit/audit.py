"""The audit trail: an entry for every change, sign-in, refusal and export, in the same transaction.

It is append-only: only the owner of the database can change or delete an entry.
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
"""The action of an entry for a refusal; its object is the called service."""
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
    """Return `text`, shortened to `most` characters with an ellipsis (a search, by default)."""
    return text if len(text) <= most else text[: most - 1] + "…"


def record_refusal(session: Session, sentence: str, action: str = "") -> None:
    """Record a refusal and its reason. If that fails, the refusal still stands.

    `action` is the called service, unless it is given.
    """
    # Without the user's id the claims are not checked: a session that was signed out is recorded too.
    unquestioned = replace(session, actor=replace(session.actor, user_id=None))
    with suppress(SegtuiError), unquestioned.note() as tx:
        record(tx, REFUSED, action or _called_service(), detail=sentence)


def _called_service() -> str:
    """Return the outermost service on the call stack: `segments.create`."""
    action = ""
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 -- documented, and the only way
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith(_SERVICES) and module not in {__name__, Session.__module__}:
            package, *modules = module.removeprefix(_SERVICES).split(".")
            noun = modules[0] if package == "accounts" else package  # companies, users and keys share a package
            action = f"{noun}.{frame.f_code.co_name}"
        frame = frame.f_back
    return action
