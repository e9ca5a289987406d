"""Messages between the process of a session and the process of its import, pickled by `multiprocessing.Connection`.

Pickles are safe here: both processes are ours, and the pair of sockets between them has no name. So the password in the
database's address is in no command line and in no environment.
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
    """The parts of a session, for a process that opens the database itself. `address` may hold a password."""

    address: str
    actor: Actor
    company: Company | None
    zone: tzinfo | None
    user_files: UserFiles | None

    @classmethod
    def of(cls, session: Session) -> Self:
        """Return the parts of a session."""
        database = session.database
        address = str(database.path) if database.path else database.url.render_as_string(hide_password=False)
        return cls(address, session.actor, session.company, session.zone, session.user_files)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """The first message to the import's process: its session, and the seconds that it waits for a request."""

    session: SessionFacts
    idle_seconds: float


@dataclass(frozen=True, slots=True)
class RunImport:
    """A request for an import, or for its check."""

    request: ImportRequest


@dataclass(frozen=True, slots=True)
class CancelImport:
    """A request to stop the running import. Its answer still follows."""


@dataclass(frozen=True, slots=True)
class ImportCommitted:
    """The running import has committed `result`; its search index may still follow."""

    result: ImportResult


@dataclass(frozen=True, slots=True)
class ImportDone:
    """The answer to a request that succeeded."""

    result: ImportResult


@dataclass(frozen=True, slots=True)
class ImportFailed:
    """The answer to a request that failed."""

    error: SegtuiError
