"""Users: the accounts that sign in. Only admins see and change them; the owner of a database is not among them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from segtui.database.tables.core_tables import companies, user_keys, users, views
from segtui.domain.names import NAME_LENGTH, no_such
from segtui.domain.text import clean, without_controls
from segtui.domain.vocabulary import Role
from segtui.errors import Conflict, InvalidInput, NameTaken
from segtui.services.accounts.companies import PlainQuery, across_companies
from segtui.services.audit import audit
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction, company_named, now
from segtui.services.small_listing import SmallListing

# It stands in command lines and in the logs of sshd.
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


@dataclass(frozen=True, slots=True)
class User:
    """A user. `company_id` and `company` are None for an admin, who belongs to none; `keys` are fingerprints."""

    id: int
    login: str
    name: str
    company_id: int | None
    company: str | None
    role: Role
    enabled: bool
    keys: tuple[str, ...]


def every(session: Session) -> list[User]:
    """Return the users by login: of the session's company where there are several companies, else all.

    Raises NotAllowed for users other than admins.
    """
    session.demand_admin()
    company = across_companies(session).company
    query = _columns().order_by(users.c.login)
    if company is not None:
        query = query.where(users.c.company_id == company.id)
    with _all_companies(session).read() as tx:
        return _users(tx, query)


def listing(session: Session, query: PlainQuery) -> SmallListing[User]:
    """Return the users of `query` as a listing; `sort` is a field of User."""
    keys: dict[str, Callable[[User], Any]] = {
        "company": lambda user: user.company or "",
        "enabled": lambda user: not user.enabled,
        "keys": lambda user: len(user.keys),
    }
    return SmallListing(
        lambda: every(session),
        lambda user: (user.login, user.name, user.company or "", user.role.value),
        keys.get(query.sort, lambda user: str(getattr(user, query.sort))),
        query.search,
        query.descending,
        session.company,
    )


def state_of(session: Session, interrupt: Interrupt | None = None) -> object:
    """Return a value that is equal to one of before if no user and no key was changed in between."""
    with _all_companies(session).read(interrupt) as tx:
        rows = tuple(tuple(row) for row in tx.execute(select(users).order_by(users.c.id)))
        return rows, tuple(tx.execute(select(user_keys.c.id).order_by(user_keys.c.id)).scalars())


def by_login(session: Session, login: str) -> User:
    """Return a user. Raises NotFound, naming the nearest login, and NotAllowed."""
    with _all_companies(session).read() as tx:
        return get(tx, login)


def get(tx: Transaction, login: str) -> User:
    """Return a user, in an open transaction of an admin. Raises NotFound."""
    matches = _users(tx, _columns().where(users.c.login == login.strip().lower()))
    if not matches:
        raise no_such("user", login, tx.execute(select(users.c.login)).scalars())
    return matches[0]


def checked_login(login: str) -> str:
    """Return a login as it is stored, in small letters. Raises InvalidInput."""
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise InvalidInput(
            "A login has at most 32 letters a to z, digits, dots, hyphens and underscores, a letter or digit first.",
            "login",
        )
    return login


def check_login(session: Session, login: str) -> None:
    """Say whether `login` may be given to a new user. Raises InvalidInput, NameTaken, NotAllowed."""
    login = checked_login(login)
    with _all_companies(session).read() as tx:
        if tx.execute(select(users.c.id).where(users.c.login == login)).scalar() is not None:
            raise _taken(login)


def add(session: Session, login: str, *, name: str = "", company: str | None = None, role: Role) -> User:
    """Make a user, enabled and without keys. `company` is the name of theirs; an admin has none.

    Raises InvalidInput, NameTaken, NotFound for an unknown company, NotAllowed.
    """
    login = checked_login(login)
    name = _checked_name(name)
    with _all_companies(session).write() as tx:
        company_id = _company_of(tx, role, company)
        values = {"login": login, "name": name, "company_id": company_id, "role": role, "enabled": 1}
        try:
            with tx.connection.begin_nested():
                tx.execute(insert(users), values | {"created_at": now()})
        except IntegrityError:
            raise _taken(login) from None
        made = get(tx, login)
        _record(tx, "user.add", made, detail=_described(made))
    return made


def edit(
    session: Session,
    login: str,
    *,
    name: str | None = None,
    company: str | None = None,
    role: Role | None = None,
    enabled: bool | None = None,
) -> User:
    """Change the given fields of a user. A new role or company, or being disabled, ends the user's open sessions.

    Raises NotFound, InvalidInput, NotAllowed, and Conflict for the acting user's own role and being enabled.
    """
    with _all_companies(session).write() as tx:
        before = get(tx, login)
        new_role = before.role if role is None else role
        if company is None and before.company is not None and new_role is not Role.ADMIN:
            company = before.company
        values = {
            "name": before.name if name is None else _checked_name(name),
            "company_id": _company_of(tx, new_role, company),
            "role": new_role,
            "enabled": int(before.enabled if enabled is None else enabled),
        }
        if (values["role"], values["enabled"]) != (before.role, int(before.enabled)):
            _demand_other(session, before)
        tx.execute(update(users).where(users.c.id == before.id), values)
        after = get(tx, login)
        if after != before:
            _record(tx, "user.edit", after, detail=", ".join(_changes(before, after)), also=before.company_id)
    return after


def remove(session: Session, login: str) -> User:
    """Remove a user with their keys and private views; their audit entries stay.

    Raises NotFound, Conflict, NotAllowed.
    """
    with _all_companies(session).write() as tx:
        user = get(tx, login)
        _demand_other(session, user)
        tx.execute(delete(user_keys).where(user_keys.c.user_id == user.id))
        tx.execute(delete(views).where(tx.scope(views), views.c.owner == user.login))
        tx.execute(delete(users).where(users.c.id == user.id))
        _record(tx, "user.remove", user, count=len(user.keys))
    return user


def _all_companies(session: Session) -> Session:
    session.demand_admin()
    return session.bound_to(None)


def _columns() -> Select[*tuple[Any, ...]]:
    return select(users, companies.c.name.label("company")).join_from(
        users, companies, users.c.company_id == companies.c.id, isouter=True
    )


def _users(tx: Transaction, query: Select[*tuple[Any, ...]]) -> list[User]:
    rows = tx.execute(query).all()
    keys_query = select(user_keys.c.user_id, user_keys.c.fingerprint).order_by(user_keys.c.id)
    if len(rows) == 1:
        keys_query = keys_query.where(user_keys.c.user_id == rows[0].id)
    keys: dict[int, list[str]] = {}
    for row in tx.execute(keys_query):
        keys.setdefault(row.user_id, []).append(row.fingerprint)
    return [_user(row, keys.get(row.id, ())) for row in rows]


def _user(row: Row[*tuple[Any, ...]], keys: Iterable[str]) -> User:
    return User(
        row.id, row.login, row.name, row.company_id, row.company, Role(row.role), bool(row.enabled), tuple(keys)
    )


def _company_of(tx: Transaction, role: Role, company: str | None) -> int | None:
    """Return the id of the company that a role requires. Raises InvalidInput, NotFound."""
    if role is Role.ADMIN:
        if company is not None:
            raise InvalidInput("An admin belongs to no company: leave it out.", "company_name")
        return None
    if company is None:
        raise InvalidInput(f"A {role.value} belongs to a company: name it.", "company_name")
    return company_named(tx, company).id


def _demand_other(session: Session, user: User) -> None:
    """Raise Conflict where the acting user would remove or demote their own account."""
    if session.actor.user_id == user.id:
        raise Conflict("This is your own account: ask another admin to change it.")


def _checked_name(name: str) -> str:
    name = without_controls(name).strip()
    if len(name) > NAME_LENGTH:
        raise InvalidInput(f"A name has at most {NAME_LENGTH} characters; this one has {len(name)}.", "name")
    return name


def _taken(login: str) -> NameTaken:
    return NameTaken(f"There is already a user “{clean(login)}”.", "login")


def _described(user: User) -> str:
    return f"{user.role.value} of {user.company}" if user.company else user.role.value


def _changes(before: User, after: User) -> Iterable[str]:
    if before.name != after.name:
        yield "name"
    if _described(before) != _described(after):
        yield f"{_described(before)} before, {_described(after)} now"
    if before.enabled != after.enabled:
        yield "enabled" if after.enabled else "disabled"


def _record(
    tx: Transaction, action: str, user: User, *, detail: str = "", count: int | None = None, also: int | None = None
) -> None:
    """Record the change in the trail of the user's company; for a user who moved, in that of the old company."""
    company_id = user.company_id if user.company_id is not None else also
    audit.record(tx, action, user.login, detail=detail, count=count, company_id=company_id)
