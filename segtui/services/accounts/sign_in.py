"""Signing in: from the user that a key is tied to, to a session that is no more than that user's."""

from contextlib import suppress
from dataclasses import replace
from datetime import tzinfo
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from segtui.database.engine import Database
from segtui.database.tables.core_tables import companies, user_keys, users
from segtui.domain.vocabulary import Role
from segtui.errors import NotAllowed, SegtuiError, SignedOut
from segtui.services.audit import audit
from segtui.services.session import Actor, Company, Session, initial_company, system_session

_REFUSAL = "You may not sign in here; ask an admin."


def open_session_for(
    database: Database,
    login: str,
    fingerprint: str | None,
    source: str,
    *,
    company: str | None = None,
    zone: tzinfo | None = None,
    record: bool = True,
) -> Session:
    """Open a session for `login`, authenticated by the key of `fingerprint`, from `source`, as a rule an address.

    The fingerprint is None for other ways to sign in. The session is bound to the user's company; for an admin to
    `company` by name, to the only one, or to all. Every transaction checks its claims again and raises SignedOut once
    the user is disabled, removed, of another role or company, or without this key. The sign-in is recorded in the audit
    trail, unless `record` is false: then call `record_sign_in` later.

    Raises NotAllowed, always in the same words, for an unknown or disabled user or a wrong key, and for a `company`
    given by a user other than an admin. NotFound, to admins only, for an unknown company.
    """
    system = system_session(database, source)
    query = (
        select(users, companies.c.name.label("company_name"), companies.c.region, companies.c.timezone)
        .join_from(users, companies, users.c.company_id == companies.c.id, isouter=True)
        .where(users.c.login == login)
    )
    with system.read() as tx:
        row = tx.execute(query).one_or_none()
        keys = select(user_keys.c.fingerprint).where(user_keys.c.user_id == (row.id if row else None))
        has_key = fingerprint is None or fingerprint in tx.execute(keys).scalars().all()
    if row is None or not row.enabled or not has_key:
        company_id = None if row is None else row.company_id
        why = "no such user" if row is None else "disabled" if not row.enabled else "without such a key"
        _refuse(system, login, company_id, fingerprint, why)
    actor = Actor(row.login, row.name or row.login, Role(row.role), row.company_id, source, fingerprint, row.id)
    own = None if row.company_id is None else Company(row.company_id, row.company_name, row.region, row.timezone)
    session = Session(database, actor, own, zone)
    if actor.role is Role.ADMIN:
        session = session.bound_to(initial_company(session, company))
    elif company is not None:
        session.demand_admin()
    if record:
        record_sign_in(session)
    return session


def record_sign_in(session: Session) -> None:
    """Write into the audit trail that the session's user signed in."""
    with session.of_actor.note() as tx:
        audit.record(tx, "sign_in", session.actor.login)


def why_signed_out(session: Session) -> str | None:
    """Return why the session has ended, None while it goes on.

    Every transaction checks that; call this while waiting without one. It writes nothing, because another process may
    hold the write lock for long. Raises DatabaseError.
    """
    backend, company_id = session.database.backend, session.company.id if session.company else None
    options = {"every_company": True} if company_id is None else {"company": company_id}
    try:
        with session.database.engine.connect() as connection:
            connection.execution_options(writes=False, **options)
            with connection.begin():
                backend.enter_company(connection, company_id, session.actor.claims)
    except SignedOut as error:
        return str(error)
    except DBAPIError as error:
        raise session.explain(error) from error
    return None


def _refuse(system: Session, login: str, company_id: int | None, fingerprint: str | None, why: str) -> NoReturn:
    as_they_say = replace(system, actor=replace(system.actor, login=login, fingerprint=fingerprint))
    with suppress(SegtuiError), as_they_say.note() as tx:
        audit.record(tx, audit.REFUSED, "sign_in", detail=why, company_id=company_id)
    raise NotAllowed(_REFUSAL)
