"""Audit queries: the whole trail for admins, and the history of one segment or contact."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, or_, select

from segtui.database.tables.core_tables import audit, companies, contacts, import_changes, memberships
from segtui.domain import search_terms
from segtui.domain.text import clean
from segtui.errors import InvalidInput, NotFound
from segtui.services import search_index
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction, moment, stored

PAGE: Final = 50
"""Entries of a history that are shown."""
_SEARCHED = (audit.c.user, audit.c.action, audit.c.object, audit.c.detail, audit.c.source)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the audit trail. `company` is None where it concerns none; `object` is a name, or `contact 17`."""

    id: int
    at: datetime
    user: str
    fingerprint: str | None
    source: str
    company: str | None
    action: str
    object: str
    detail: str
    count: int | None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON of `segtui audit --json`; the time as an aware datetime."""
        names = ("at", "user", "fingerprint", "source", "company", "action", "object", "detail", "count")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """A selection of entries: by login, by action (`segment` is all of `segment.create` …), from a moment on."""

    search: str = ""
    user: str | None = None
    action: str | None = None
    since: datetime | None = None
    descending: bool = True


def since(text: str, zone: tzinfo | None = None) -> datetime:
    """Return the moment that `today`, `7d`, `24h` or a date means, a day being one of `zone`. Raises InvalidInput."""
    now = datetime.now(zone).astimezone(zone)
    word = text.strip().lower()
    midnight = datetime.combine(now.date(), time(), zone)
    try:
        if word == "today":
            return midnight.astimezone(zone)
        if word[-1:] in {"d", "h"} and word[:-1].isascii() and word[:-1].isdigit():
            number = int(word[:-1])
            back = timedelta(hours=number) if word.endswith("h") else timedelta(days=number)
            return now - back
        moment_ = datetime.fromisoformat(text.strip().replace(" ", "T"))
    except (ValueError, OverflowError):
        raise InvalidInput(
            f"“{clean(text)}” is no time: say today, 24h, 7d, a day (2026-01-31) or a moment (2026-01-31T08:00).",
            "since",
        ) from None
    return moment_ if moment_.tzinfo is not None else moment_.replace(tzinfo=zone).astimezone(zone)


def find(session: Session, query: TrailQuery, limit: int = 0) -> list[Entry]:
    """Return the entries of `query`, the newest first; the newest `limit` of them unless that is 0.

    Of the session's company, or all. Raises NotAllowed for all but admins.
    """
    session.demand_admin()
    with session.read() as tx:
        statement = _ordered(tx, query, _columns())
        return [_entry(row) for row in tx.execute(statement.limit(limit) if limit else statement)]


@dataclass
class _TrailListing:
    session: Session
    query: TrailQuery
    interrupt: Interrupt | None
    search: search_terms.Search = field(init=False)

    def __post_init__(self) -> None:
        self.search = search_terms.parse(self.query.search)

    def first(self, limit: int) -> list[Entry]:
        """Return the first entries of the order."""
        with self.session.read(self.interrupt) as tx:
            return [_entry(row) for row in tx.execute(_ordered(tx, self.query, _columns()).limit(limit))]

    def ids(self) -> "array[int]":
        """Return the ids of all, in order."""
        with self.session.read(self.interrupt) as tx:
            return array("q", tx.execute(_ordered(tx, self.query, select(audit.c.id))).scalars())

    def rows(self, ids: Sequence[int]) -> dict[int, Entry]:
        """Return the entries with these ids."""
        with self.session.read(self.interrupt) as tx:
            query = _columns().where(tx.scope(audit), tx.backend.id_in(audit.c.id, ids))
            return {row.id: _entry(row) for row in tx.execute(query)}

    @property
    def matching(self) -> object:
        """The key of the matching entries, independent of their order."""
        return self.session.company, self.search, replace(self.query, search="", descending=True)

    def belonging(self, ids: Sequence[int]) -> set[int]:
        """Return those of `ids` that exist."""
        return set(self.rows(ids))


def listing(session: Session, query: TrailQuery, interrupt: Interrupt | None = None) -> _TrailListing:
    """Return the entries of `query`, to be shown page by page. Raises NotAllowed for all but admins."""
    session.demand_admin()
    return _TrailListing(session, query, interrupt)


def total(session: Session) -> int:
    """Count the entries. Raises NotAllowed for users other than admins."""
    session.demand_admin()
    with session.read() as tx:
        return int(tx.execute(select(func.count()).select_from(audit).where(tx.scope(audit))).scalar_one())


def state_of(session: Session, interrupt: Interrupt | None = None) -> object:
    """Return a value that stays equal until an entry is added."""
    session.demand_admin()
    with session.read(interrupt) as tx:
        return tx.execute(select(func.max(audit.c.id)).where(tx.scope(audit))).scalar()


def get(session: Session, entry_id: int) -> Entry:
    """Return an entry. Raises NotFound, NotAllowed for all but admins."""
    session.demand_admin()
    with session.read() as tx:
        row = tx.execute(_columns().where(tx.scope(audit), audit.c.id == entry_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such entry in the audit trail.")
    return _entry(row)


def logins(session: Session) -> list[str]:
    """Return the logins with entries. Raises NotAllowed for users other than admins."""
    session.demand_admin()
    with session.read() as tx:
        query = select(audit.c.user).where(tx.scope(audit)).distinct().order_by(audit.c.user)
        return list(tx.execute(query).scalars())


def of_segment(session: Session, segment_id: int, limit: int = PAGE) -> list[Entry]:
    """Return the changes of a segment and its members, the newest first."""
    with session.read() as tx:
        mine = and_(tx.scope(audit), audit.c.segment_id == segment_id)
        return [_entry(row) for row in tx.execute(_newest(_columns().where(mine)).limit(limit))]


def of_contact(session: Session, contact_id: int, limit: int = PAGE) -> list[Entry]:
    """Return the changes of a contact, and the imports that created, changed or moved it, the newest first."""
    with session.read() as tx:
        made = select(contacts.c.import_id).where(tx.scope(contacts), contacts.c.id == contact_id)
        changed = select(import_changes.c.import_id).where(
            tx.scope(import_changes), import_changes.c.contact_id == contact_id
        )
        joined = select(memberships.c.import_id).where(tx.scope(memberships), memberships.c.contact_id == contact_id)
        import_ids = {row for part in (made, changed, joined) for row in tx.execute(part.distinct()).scalars() if row}
        by_import = tx.backend.id_in(audit.c.import_id, sorted(import_ids))
        mine = and_(tx.scope(audit), or_(audit.c.contact_id == contact_id, by_import))
        return [_entry(row) for row in tx.execute(_newest(_columns().where(mine)).limit(limit))]


def actions(session: Session) -> list[str]:
    """Return the actions that occur. Raises NotAllowed for all but admins."""
    session.demand_admin()
    with session.read() as tx:
        query = select(audit.c.action).where(tx.scope(audit)).distinct().order_by(audit.c.action)
        return list(tx.execute(query).scalars())


def _columns() -> Select[*tuple[Any, ...]]:
    return select(audit, companies.c.name.label("company")).join_from(
        audit, companies, audit.c.company_id == companies.c.id, isouter=True
    )


def _newest(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return statement.order_by(audit.c.id.desc())


def _ordered(tx: Transaction, query: TrailQuery, columns: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    tests: list[ColumnElement[bool]] = [tx.scope(audit)]
    if query.user is not None:
        tests.append(audit.c.user == query.user)
    if query.action is not None:
        tests.append(
            or_(audit.c.action == query.action, audit.c.action.startswith(f"{query.action}.", autoescape=True))
        )
    if query.since is not None:
        tests.append(audit.c.at >= stored(query.since))
    if search := search_terms.parse(query.search):
        tests.append(search_index.condition(tx, _text(), search))
    statement = columns.where(*tests)
    return _newest(statement) if query.descending else statement.order_by(audit.c.id)


def _text() -> ColumnElement[str]:
    """Return the searched text: every word after two blanks, as in a search text, but with accents."""
    blank: ColumnElement[str] = literal(" ")
    whole: ColumnElement[str] = literal("")
    for column in _SEARCHED:
        whole = whole + blank + column
    return func.replace(func.lower(whole), " ", "  ")


def _entry(row: Row[*tuple[Any, ...]]) -> Entry:
    return Entry(
        id=row.id,
        at=moment(row.at),
        user=row.user,
        fingerprint=row.fingerprint,
        source=row.source,
        company=row.company,
        action=row.action,
        object=row.object,
        detail=row.detail,
        count=row._mapping["count"],  # noqa: SLF001  SQLAlchemy's public name for it; a row counts too
    )
