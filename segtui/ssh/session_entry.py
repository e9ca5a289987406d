"""Coming in over SSH: from the user that sshd's forced command names to a session that is no more than theirs."""

import os
import shlex
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from segtui.config.remembered import Remembered
from segtui.config.settings import Settings
from segtui.database.engine import open_database
from segtui.domain.text import clean
from segtui.errors import NotAllowed, UnreadableFile
from segtui.services.accounts.sign_in import open_session_for
from segtui.services.audit import audit
from segtui.services.session import Session, initial_company
from segtui.services.user_files import UserFiles
from segtui.ssh import site_config
from segtui.ssh.environment import clean_environment, source_of
from segtui.ssh.monitor import Watch, connection_lost
from segtui.ssh.session_limits import limit_resources, place_among_sessions

_REMEMBERED = "remembered.json"


@dataclass(frozen=True)
class Door:
    """Who came in, and what there is for them: `session` is an admin's for all companies, anybody else's for theirs."""

    session: Session
    settings: Settings
    remembered: Remembered
    watch: Watch

    def session_in(self, company: str | None) -> Session:
        """Return the session, an admin's bound to the company of this name, or the only one. Raises NotFound."""
        if not self.session.is_admin:
            return self.session
        return self.session.bound_to(initial_company(self.session, company))

    def is_lost(self) -> bool:
        """Tell whether nobody is at the other end any more."""
        return connection_lost()


def shut_out_the_environment() -> Mapping[str, str]:
    """Put a clean environment in the place of the one that was given, which is returned. To be called first of all."""
    given = dict(os.environ)
    os.environ.clear()
    os.environ.update(clean_environment(given))
    os.umask(0o077)
    return given


@contextmanager
def entered(login: str, fingerprint: str | None, given: Mapping[str, str]) -> Iterator[Door]:
    """Let the user `login` in, who has the key of `fingerprint`, and watch over them until the block ends.

    It does not wait for the sign-in to be recorded, for an import may hold the database; its end does.

    Raises NotAllowed for who may not sign in, or has too many sessions; InvalidInput for a server that is not set up;
    DatabaseError.
    """
    settings = site_config.settings()
    limit_resources(settings.database)
    database = open_database(settings.database, create=False)
    watch = None
    try:
        session = open_session_for(database, login, fingerprint, source_of(given), zone=settings.zone, record=False)
        folder = _folder_of(session, settings)
        session = replace(session, user_files=UserFiles(folder, settings.upload_megabytes * 1_000_000))
        with _counted(session, folder, settings.sessions_per_user):
            watch = Watch(session, _end_command, records_sign_in=True)
            if sys.stdin.isatty():  # the interface, or a command that asks
                watch.idle_seconds = settings.idle_minutes * 60.0
            watch.start()
            yield Door(session, settings, Remembered(folder / _REMEMBERED), watch)
    finally:
        if watch is not None:
            watch.stop()
        database.close()


@contextmanager
def _counted(session: Session, folder: Path, most: int) -> Iterator[None]:
    """Hold a place for the session; that there was none is in the audit trail."""
    with ExitStack() as stack:
        try:
            stack.enter_context(place_among_sessions(folder, most))
        except NotAllowed as error:
            audit.record_refusal(session, str(error), "sign_in")
            raise
        except OSError as error:
            raise UnreadableFile(
                f"Your files cannot be reached: {error.strerror or error}. An admin of this server can fix it."
            ) from error
        yield


def _folder_of(session: Session, settings: Settings) -> Path:
    """Return the folder of a user, in the company they are of.

    It goes by ids: a login may be given to somebody else one day, and a user to another company.
    """
    files = Path(settings.files) if settings.files else Path(os.environ["HOME"]) / "files"
    company = "all" if session.actor.company_id is None else session.actor.company_id
    return files / f"user-{session.actor.user_id}-company-{company}"


def _end_command(reason: str) -> None:
    try:
        with suppress(OSError):  # nobody is there to read it, as after a lost connection
            sys.stderr.write(f"{clean(reason)}\n")
            sys.stderr.flush()
    finally:
        os.kill(os.getpid(), signal.SIGTERM)


def key_line(login: str, fingerprint: str, key: str) -> str:
    """Return what sshd is told about a key (`key` is `type base64`): whose it is, and that all it opens is segtui.

    The form is that of sshd(8), AUTHORIZED_KEYS FILE FORMAT: inside the quotes only `"` has to be escaped.
    """
    command = f"{shlex.quote(sys.executable)} -I -m segtui ssh session --user {login} --key {fingerprint}"
    escaped = command.replace('"', '\\"')
    return f'restrict,pty,command="{escaped}" {key}'
