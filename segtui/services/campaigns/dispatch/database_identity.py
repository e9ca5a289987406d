"""Identity of the database on the calling platform, and whether a person confirmed that it may dial.

A random token is part of the data of every call, so that calls of another database are never taken for its own. A
restored or copied database gets a new token, and dials a campaign only after a person resumed it: the calls that its
original has made since are unknown.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, insert, select, update

from segtui.database.location import Location
from segtui.database.tables.campaign_tables import call_attempts, database_ids, dispatcher
from segtui.services.audit import audit
from segtui.services.session import Transaction, moment, now

_CAUSES: Final = {
    "restored": "this database was restored from a backup",
    "copied": "this database is a copy, or was moved to another disk or server",
}


@dataclass(frozen=True, slots=True)
class Identity:
    """One of the database's ids: its token, the reason for it, and the place where the database dials under it."""

    id: int
    token: str
    cause: str
    created_at: datetime
    home: str | None
    home_name: str


def current(tx: Transaction) -> Identity | None:
    """Return the id that new calls get, None before the first dispatcher."""
    row = tx.execute(select(database_ids).order_by(database_ids.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _identity_of(row)


def tokens(tx: Transaction) -> list[str]:
    """Return the tokens of all ids there were, the newest first."""
    return list(tx.execute(select(database_ids.c.token).order_by(database_ids.c.id.desc())).scalars())


def establish(tx: Transaction, location: Location, last_dialled: Callable[[str], int]) -> Identity:
    """Return the id that a dispatcher dials under at a location, a new one where the database was copied or put back.

    `last_dialled` says which attempt was the last that was dialled there under a token, as far as the host remembers
    (`leader_lock`): an older file was put in place where the database does not have that attempt.
    """
    identity = current(tx)
    if identity is None:
        return renew(tx, "created", location)
    if identity.home is None:
        tx.execute(
            update(database_ids)
            .where(database_ids.c.id == identity.id)
            .values(home=location.key, home_name=location.name)
        )
    elif identity.home != location.key:
        return renew(tx, "copied", location)
    latest = select(func.max(call_attempts.c.id)).where(call_attempts.c.database_id == identity.token)
    if last_dialled(identity.token) > (tx.execute(latest).scalar() or 0):
        return renew(tx, "restored", location)
    return identity


def renew(tx: Transaction, cause: str, location: Location | None = None) -> Identity:
    """Give the database a new id, and leave an audit entry where it dials nothing because of it."""
    before = current(tx)
    row = {
        "token": secrets.token_hex(16),
        "cause": cause,
        "created_at": now(),
        "home": None if location is None else location.key,
        "home_name": "" if location is None else location.name,
    }
    inserted = tx.execute(insert(database_ids).returning(database_ids), row).one()
    if cause in _CAUSES:
        detail = "" if before is None else before.home_name
        audit.record(tx, f"database.{cause}", tx.session.database.description, detail=detail)
    return _identity_of(inserted)


def unconfirmed(tx: Transaction, confirmed_id: int | None) -> str | None:
    """Return why a campaign dials nothing before a person resumes it, None where it may dial.

    `confirmed_id` is the id of the database under which it was launched or last resumed.
    """
    renewed = select(database_ids).where(database_ids.c.cause.in_(_CAUSES)).order_by(database_ids.c.id.desc())
    row = tx.execute(renewed.limit(1)).one_or_none()
    if row is None or row.id <= (confirmed_id or 0):
        return None
    return (
        f"{_CAUSES[row.cause]}: people may have been called whose calls it does not record; nothing is dialled until"
        " the campaign is resumed"
    )


def adopt(tx: Transaction, ids: Sequence[Mapping[str, Any]], generation: int) -> None:
    """Take over the ids and the dispatcher's generation of the database that this one replaces.

    Its calls on the platform's list are then recognised, and a dispatcher that still works on it cannot write here.
    """
    existing = set(tokens(tx))
    for row in ids:
        if row["token"] not in existing:
            values = {name: row[name] for name in ("token", "created_at", "home", "home_name")}
            # The previous database settled why it was restored or copied; here the restoring that follows counts.
            tx.execute(insert(database_ids), {**values, "cause": "created"})
    if tx.execute(select(dispatcher.c.generation)).scalar() is None:
        tx.execute(insert(dispatcher), {"id": 1, "generation": generation, "holder": "", "seen_at": 0})
    else:
        tx.execute(
            update(dispatcher).where(dispatcher.c.generation < generation).values(generation=generation, seen_at=0)
        )


def newest_renewal(tx: Transaction) -> int | None:
    """Return the newest id that the database got because it was restored or copied, None where it never was."""
    return tx.execute(select(func.max(database_ids.c.id)).where(database_ids.c.cause.in_(_CAUSES))).scalar()


def newest_id(tx: Transaction) -> int | None:
    """Return the id to store in a campaign that a person launches or resumes."""
    return tx.execute(select(func.max(database_ids.c.id))).scalar()


def _identity_of(row: Row[*tuple[Any, ...]]) -> Identity:
    return Identity(row.id, row.token, row.cause, moment(row.created_at), row.home, row.home_name)
