"""Sessions: the acting user, the company and the database that every service is bound to."""

import getpass
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Literal, NoReturn

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from segtui import crash
from segtui.database.backends.backend import BUSY_SECONDS
from segtui.database.engine import Database
from segtui.database.tables.core_tables import companies
from segtui.database.tenancy.session_check import SessionClaims
from segtui.domain.text import clean, name_key
from segtui.domain.vocabulary import Role
from segtui.errors import DatabaseError, InvalidInput, NotAllowed, NotFound, SegtuiError, SignedOut, for_ssh_user
from segtui.services.interrupt import Interrupt
from segtui.services.transactions import Transaction, Workspace, day_change

if TYPE_CHECKING:
    from segtui.services.undo import UndoStack
    from segtui.services.user_files import UserFiles

__all__ = [
    "Actor",
    "Company",
    "Session",
    "Transaction",
    "Workspace",
    "company_named",
    "company_of",
    "initial_company",
    "moment",
    "now",
    "open_session",
    "stored",
    "system_session",
]

# Companies named in a message; the rest are counted.
_MAX_NAMES_IN_MESSAGE = 5


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting user. `company_id` is None for an admin, who belongs to none. `source` is the way they came in."""

    login: str
    name: str
    role: Role
    company_id: int | None
    source: str
    fingerprint: str | None = None
    user_id: int | None = None
    """The id in `users`; None for the owner of a database, who is in no table."""

    @property
    def claims(self) -> SessionClaims:
        """The claims re-checked at the start of every transaction."""
        return SessionClaims(self.user_id, self.role.value, self.company_id, self.fingerprint)


@dataclass(frozen=True, slots=True)
class Company:
    """A tenant that a session is bound to. `region` is the default country of its phones without a country code.

    `timezone` is its own time zone, None for the system's.
    """

    id: int
    name: str
    region: str
    timezone: str | None = None


@dataclass(frozen=True)
class Session:
    """A user's access to a database. Make one with `open_session`, one for another company with `bound_to`."""

    database: Database
    actor: Actor
    company: Company | None
    """The company it is bound to; None is every company, which only an admin can have."""
    zone: tzinfo | None = None
    """The zone that defines "today"; None is the system's."""
    history: "UndoStack | None" = field(default=None, compare=False, repr=False)
    """The changes of this session, for undo; None where nothing is ever undone."""
    user_files: "UserFiles | None" = field(default=None, compare=False, repr=False)
    """The private files of a user over SSH, who can use no others; None where any path may be used."""

    may_release: bool = False
    """True if a person agreed that the running undo or redo lets contacts be called again (`ConsentNeeded`)."""
    reversal: Literal["undo", "redo"] = "undo"
    """The action, in the audit, of the reversal of a change that is under way (`services.undo`)."""
    patience: float = BUSY_SECONDS
    """Seconds to wait for other writers in the company (on SQLite, in any company)."""

    def __post_init__(self) -> None:
        """Raise NotAllowed for a session in a company that is not the actor's."""
        if not self.is_admin and (self.company is None or self.company.id != self.actor.company_id):
            raise NotAllowed("Your role does not allow this.")

    @property
    def can_write(self) -> bool:
        """True if the role may change anything."""
        return self.actor.role is not Role.VIEWER

    @property
    def is_admin(self) -> bool:
        """True if the role reaches every company."""
        return self.actor.role is Role.ADMIN

    @property
    def one_company(self) -> Company:
        """The company. Raises InvalidInput, naming some, where the session looks at all of them."""
        if self.company is None:
            raise InvalidInput(
                f"There are several companies: {self._some_companies()}. "
                "Choose one (on the command line with --company NAME).",
                "company",
            )
        return self.company

    def _some_companies(self) -> str:
        with self.read() as tx:
            query = select(companies.c.name).order_by(companies.c.name_key).limit(_MAX_NAMES_IN_MESSAGE)
            names = tx.execute(query).scalars().all()
            count = tx.execute(select(func.count()).select_from(companies)).scalar_one()
        more = f" and {count - len(names):,} more" if count > len(names) else ""
        return ", ".join(f"“{clean(name)}”" for name in names) + more

    @property
    def of_actor(self) -> "Session":
        """The session for entries about the acting user: those of an admin are in no company's trail."""
        return self.bound_to(None) if self.is_admin else self

    def bound_to(self, company: Company | None) -> "Session":
        """Return the same session for another company, or for all. Raises NotAllowed for users other than admins."""
        if not self.is_admin and (company is None or company.id != self.actor.company_id):
            self._refuse("Your role does not allow this.")
        return replace(self, company=company)

    def demand_admin(self, sentence: str = "Only admins can do this.") -> None:
        """Raise NotAllowed, with `sentence`, unless an admin acts."""
        if not self.is_admin:
            self._refuse(sentence)

    def demand_write(self) -> None:
        """Raise NotAllowed unless the role may change things."""
        if not self.can_write:
            self._refuse("Your role may look, search and export; it may not change anything.")

    def demand_admitted(self) -> None:
        """Raise SignedOut if the user was disabled, removed or changed since the session was opened.

        Every transaction checks that; call this while waiting without one.
        """
        with self.read():
            pass

    def _refuse(self, sentence: str) -> NoReturn:
        self._record_refusal(sentence)
        raise NotAllowed(sentence)

    def _record_refusal(self, sentence: str) -> None:
        from segtui.services.audit.audit import record_refusal

        record_refusal(self, sentence)

    @contextmanager
    def read(self, interrupt: Interrupt | None = None) -> Iterator[Transaction]:
        """Open a transaction that only reads. Raises Cancelled when `interrupt` stops it."""
        with self._transaction(interrupt, writes=False) as transaction:
            yield transaction

    @contextmanager
    def write(self, interrupt: Interrupt | None = None) -> Iterator[Transaction]:
        """Open a transaction that changes things: all of it or nothing. Raises NotAllowed for a viewer."""
        with self._transaction(interrupt, writes=True) as transaction:
            yield transaction

    @contextmanager
    def preparing(self, interrupt: Interrupt | None = None) -> Iterator[Transaction]:
        """Open a transaction that writes rows of its own before it locks the company (`Workspace.preparing`)."""
        with self.workspace(interrupt) as workspace, workspace.preparing() as transaction:
            yield transaction

    @contextmanager
    def note(self) -> Iterator[Transaction]:
        """Open a transaction for entries in the audit trail, which viewers leave too."""
        with self.workspace() as workspace, workspace.transaction(writes=True, by_anybody=True) as transaction:
            yield transaction

    @contextmanager
    def keeping_up(self, patience: float) -> Iterator[Transaction]:
        """Open a transaction for updates by the clock, allowed in every role (`Workspace.keeping_up`)."""
        session = replace(self, patience=patience)
        with session.workspace() as workspace, workspace.keeping_up() as transaction:
            yield transaction

    @contextmanager
    def _transaction(self, interrupt: Interrupt | None, *, writes: bool) -> Iterator[Transaction]:
        with self.workspace(interrupt) as workspace, workspace.transaction(writes=writes) as transaction:
            yield transaction

    @contextmanager
    def workspace(self, interrupt: Interrupt | None = None) -> Iterator["Workspace"]:
        """Open a connection for several transactions in sequence. Raises Cancelled, DatabaseError."""
        day_change().before_access(self)
        backend = self.database.backend
        options = {"every_company": True} if self.company is None else {"company": self.company.id}
        interrupt = interrupt or Interrupt()
        try:
            with self.database.engine.connect() as connection:
                connection.execution_options(**options)
                with interrupt.watching(backend.interrupter(connection), at_once=backend.interrupts_at_once):
                    yield Workspace(self, connection, interrupt)
        except SignedOut as error:
            self._record_refusal(str(error))
            raise
        except DatabaseError as error:  # as where another file has taken the place of the database
            if (told := self._told(error)) is error:
                raise
            raise told from error
        except DBAPIError as error:
            raise self.explain(error) from error
        except PoolTimeout as error:
            raise DatabaseError("The database does not answer; try again in a moment.") from error
        except self.database.driver_error as error:  # of a bulk load, which goes past SQLAlchemy
            raise self.explain(DBAPIError("", None, error)) from error

    def explain(self, error: DBAPIError) -> SegtuiError:
        """Return a driver's error as an error for this user."""
        return self._told(self.database.backend.explain(error))

    def _told(self, error: SegtuiError) -> SegtuiError:
        """Return an error as this user may see it: over SSH nothing of the server, whose log has the details."""
        told = error if self.user_files is None else for_ssh_user(error)
        if told is not error:
            crash.note_once(str(error))
        return told


def open_session(database: Database, *, source: str, company: str | None = None, zone: tzinfo | None = None) -> Session:
    """Return the session of the owner of a database, who is an admin.

    It is bound to `company` by name, or to the only company, or to all. Raises NotFound for an unknown name.
    """
    login = _login()
    session = Session(database, Actor(login, login, Role.ADMIN, None, source), None, zone)
    return session.bound_to(initial_company(session, company))


def initial_company(session: Session, name: str | None) -> Company | None:
    """Return the company of this name, or the only company, or None for all. Raises NotFound, NotAllowed."""
    with session.bound_to(None).read() as tx:
        if name is not None:
            return company_named(tx, name)
        rows = tx.execute(select(companies).order_by(companies.c.id).limit(2)).all()
    return Company(rows[0].id, rows[0].name, rows[0].region, rows[0].timezone) if len(rows) == 1 else None


def system_session(database: Database, source: str) -> Session:
    """Return the session of the program itself, across all companies, for work on behalf of no user."""
    login = _login()
    return Session(database, Actor(login, login, Role.ADMIN, None, source), None)


def company_named(tx: Transaction, name: str) -> Company:
    """Return a company by its name, regardless of case. Raises NotFound."""
    row = tx.execute(select(companies).where(companies.c.name_key == name_key(name))).one_or_none()
    if row is None:
        raise NotFound(f"There is no company “{clean(name)}”.")
    return Company(row.id, row.name, row.region, row.timezone)


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "owner"


def now() -> int:
    """Return the present time as it is stored: microseconds since 1970, UTC."""
    return time.time_ns() // 1_000


def moment(stored: int) -> datetime:
    """Return a stored time as an aware datetime in UTC."""
    return datetime.fromtimestamp(stored / 1_000_000, UTC)


def stored(moment_: datetime) -> int:
    """Return an aware datetime as it is stored. The inverse of `moment`."""
    return round(moment_.timestamp() * 1_000_000)


def company_of(session: Session, company_id: int) -> Session:
    """Return the session bound to a company by its id. Raises NotFound, also for users other than admins."""
    if session.company is not None and session.company.id == company_id:
        return session
    if not session.is_admin:
        raise NotFound("This company no longer exists.")
    session = session.bound_to(None)
    with session.read() as tx:
        row = tx.execute(select(companies).where(companies.c.id == company_id)).one_or_none()
    if row is None:
        raise NotFound("This company no longer exists.")
    return session.bound_to(Company(row.id, row.name, row.region, row.timezone))
