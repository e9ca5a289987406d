"""Messages between the process of a session and the process of its import.

Both are our own, connected by a pair of sockets without a name: the password in the database's address is in no command
line and in no environment.
"""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Self

from segtui.errors import SegtuiError
from segtui.services.imports.import_model import ImportRequest, ImportResult
from segtui.services.session import Actor, Company, Session
from segtui.services.user_files import UserFiles


@dataclass(frozen=True)
class SessionFacts:
    """All that makes a session, for a process that opens the database itself. `address` may hold a password."""

    address: str
    actor: Actor
    company: Company | None
    zone: tzinfo | None
    user_files: UserFiles | None

    @classmethod
    def of(cls, session: Session) -> Self:
        """Return the facts of a session."""
        database = session.database
        address = str(database.path) if database.path else database.url.render_as_string(hide_password=False)
        return cls(address, session.actor, session.company, session.zone, session.user_files)


@dataclass(frozen=True, slots=True)
class Open:
    """The first message to the import's process: its session, and the seconds that it waits for the next request."""

    session: SessionFacts
    idle_seconds: float


@dataclass(frozen=True, slots=True)
class Run:
    """A request for an import, or for its check."""

    request: ImportRequest


@dataclass(frozen=True, slots=True)
class Cancel:
    """A request to stop the running import. Its answer still follows."""


@dataclass(frozen=True, slots=True)
class Committed:
    """News of the running import: this is in the database."""

    result: ImportResult


@dataclass(frozen=True, slots=True)
class Done:
    """The answer to a request that succeeded."""

    result: ImportResult


@dataclass(frozen=True, slots=True)
class Failed:
    """The answer to a request that failed."""

    error: SegtuiError
