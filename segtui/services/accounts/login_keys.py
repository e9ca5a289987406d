"""The SSH public keys that users sign in with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select
from sqlalchemy.exc import IntegrityError

from segtui.database.engine import Database
from segtui.database.tables.core_tables import user_keys, users
from segtui.domain import ssh_keys
from segtui.domain.text import clean
from segtui.errors import InvalidInput, NotFound
from segtui.services.accounts import users as user_service
from segtui.services.accounts.companies import PlainQuery
from segtui.services.audit import audit
from segtui.services.session import Session, Transaction, moment, now, system_session
from segtui.services.small_listing import SmallListing


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a user, identified by its fingerprint (`SHA256:…`). `line` is its line for sshd."""

    id: int
    login: str
    algorithm: str
    fingerprint: str
    line: str
    comment: str
    added_at: datetime
    added_by: str


def of_user(session: Session, login: str) -> list[Key]:
    """Return the keys of a user, the oldest first. Raises NotFound, NotAllowed for all but admins."""
    session.demand_admin()
    with session.bound_to(None).read() as tx:
        user = user_service.get(tx, login)
        return [_key(row) for row in tx.execute(_columns().where(users.c.id == user.id).order_by(user_keys.c.id))]


def listing(session: Session, login: str, query: PlainQuery) -> SmallListing[Key]:
    """Return the keys of a user, to be shown page by page; `sort` is `added`, `algorithm` or `comment`."""
    return SmallListing(
        lambda: of_user(session, login),
        lambda key: (key.fingerprint, key.algorithm, key.comment, key.added_by),
        lambda key: getattr(key, query.sort) if query.sort in {"algorithm", "comment"} else key.added_at,
        query.search,
        query.descending,
        login,
    )


def add(session: Session, login: str, text: str) -> Key:
    """Add the key on the one line of `text`, in the format of a `.pub` file, to a user.

    Raises InvalidInput for an invalid key, and for one that a user has already; NotFound, NotAllowed.
    """
    session.demand_admin()
    key = ssh_keys.parse(text)
    with session.bound_to(None).write() as tx:
        user = user_service.get(tx, login)
        values = {
            "user_id": user.id,
            "algorithm": key.algorithm,
            "blob": key.blob,
            "fingerprint": key.fingerprint,
            "comment": key.comment,
            "added_at": now(),
            "added_by": session.actor.login,
        }
        try:
            with tx.connection.begin_nested():
                tx.execute(insert(user_keys), values)
        except IntegrityError:
            raise _has_it(tx, user.login, key.fingerprint) from None
        audit.record(tx, "key.add", user.login, detail=key.fingerprint, company_id=user.company_id)
        return _key(tx.execute(_columns().where(user_keys.c.fingerprint == key.fingerprint)).one())


def remove(session: Session, login: str, fingerprint: str) -> Key:
    """Take a key from a user; a session that was opened with it ends. Raises NotFound, InvalidInput, NotAllowed.

    The beginning of the fingerprint is enough where no other key of the user begins so.
    """
    session.demand_admin()
    with session.bound_to(None).write() as tx:
        user = user_service.get(tx, login)
        key = _of_these(tx, user, fingerprint)
        tx.execute(delete(user_keys).where(user_keys.c.id == key.id))
        audit.record(tx, "key.remove", user.login, detail=key.fingerprint, company_id=user.company_id)
    return key


def authorized(database: Database, fingerprint: str) -> Key | None:
    """Return the key with this fingerprint, if its user is enabled: the question of sshd before authentication."""
    with system_session(database, "sshd").read() as tx:
        query = _columns().where(user_keys.c.fingerprint == fingerprint, users.c.enabled == 1)
        row = tx.execute(query).one_or_none()
    return None if row is None else _key(row)


def _of_these(tx: Transaction, user: user_service.User, beginning: str) -> Key:
    prefix = beginning.strip()
    prefix = prefix if prefix.startswith("SHA256:") else f"SHA256:{prefix}"
    rows = [_key(row) for row in tx.execute(_columns().where(users.c.id == user.id))]
    matches = [key for key in rows if key.fingerprint.startswith(prefix)] if len(prefix) > len("SHA256:") else []
    if not matches:
        raise NotFound(
            f"{user.login} has no key “{clean(beginning)}”: `segtui users keys list {user.login}` lists them."
        )
    if len(matches) > 1:
        raise InvalidInput(
            f"Several keys of {user.login} begin with “{clean(beginning)}”: give more characters.", "fingerprint"
        )
    return matches[0]


def _has_it(tx: Transaction, login: str, fingerprint: str) -> InvalidInput:
    holder = tx.execute(_columns().where(user_keys.c.fingerprint == fingerprint)).one().login
    owner = "This user" if holder == login else f"The user “{holder}”"
    return InvalidInput(f"{owner} already has this key; a key can belong to only one user.", "key")


def _columns() -> Select[*tuple[Any, ...]]:
    return select(user_keys, users.c.login).join_from(user_keys, users, users.c.id == user_keys.c.user_id)


def _key(row: Row[*tuple[Any, ...]]) -> Key:
    return Key(
        id=row.id,
        login=row.login,
        algorithm=row.algorithm,
        fingerprint=row.fingerprint,
        line=f"{row.algorithm} {row.blob}",
        comment=row.comment,
        added_at=moment(row.added_at),
        added_by=row.added_by,
    )
