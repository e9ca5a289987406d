"""Entry over SSH: from the user named by sshd's forced command to a session with that user's rights."""

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
from segtui.ssh.environment import clean_environment, client_address
from segtui.ssh.monitor import SessionMonitor, connection_lost
from segtui.ssh.session_limits import limit_resources, session_slot
from segtui.ssh.warm import stub_command

_REMEMBERED = "remembered.json"


@dataclass(frozen=True)
class SshSession:
    """A session over SSH and its parts: `session` covers all companies for an admin, otherwise the user's own."""

    session: Session
    settings: Settings
    remembered: Remembered
    monitor: SessionMonitor

    def session_in(self, company: str | None) -> Session:
        """Return the session; an admin's is bound to the company of this name, or to the only one. Raises NotFound."""
        if not self.session.is_admin:
            return self.session
        return self.session.bound_to(initial_company(self.session, company))

    def is_lost(self) -> bool:
        """Return True if the client is gone."""
        return connection_lost()


def replace_environment() -> Mapping[str, str]:
    """Replace the received environment by a clean one, and return the received one. Has to be called first of all."""
    received = dict(os.environ)
    os.environ.clear()
    os.environ.update(clean_environment(received))
    os.umask(0o077)
    return received


@contextmanager
def open_ssh_session(login: str, fingerprint: str | None, environment: Mapping[str, str]) -> Iterator[SshSession]:
    """Open a session for `login`, authenticated by `fingerprint`, monitored until the block exits.

    It does not wait for the sign-in to be recorded, for an import may hold the database; its end does.

    Raises NotAllowed for users who may not sign in or have too many sessions; InvalidInput for a server that is not
    set up; DatabaseError.
    """
    settings = site_config.settings()
    limit_resources(settings.database)
    database = open_database(settings.database, create=False)
    monitor = None
    try:
        session = open_session_for(
            database, login, fingerprint, client_address(environment), zone=settings.zone, record=False
        )
        folder = _folder_of(session, settings)
        session = replace(session, user_files=UserFiles(folder, settings.upload_megabytes * 1_000_000))
        with _counted(session, folder, settings.sessions_per_user):
            monitor = SessionMonitor(session, _end_command, records_sign_in=True)
            if sys.stdin.isatty():  # the interface, or a command that asks
                monitor.idle_seconds = settings.idle_minutes * 60.0
            monitor.start()
            yield SshSession(session, settings, Remembered(folder / _REMEMBERED), monitor)
    finally:
        if monitor is not None:
            monitor.stop()
        database.close()


@contextmanager
def _counted(session: Session, folder: Path, limit: int) -> Iterator[None]:
    """Hold a session slot; a refusal is recorded in the audit trail."""
    with ExitStack() as stack:
        try:
            stack.enter_context(session_slot(folder, limit))
        except NotAllowed as error:
            audit.record_refusal(session, str(error), "sign_in")
            raise
        except OSError as error:
            raise UnreadableFile(
                f"Your files cannot be reached: {error.strerror or error}. An admin of this server can fix it."
            ) from error
        yield


def _folder_of(session: Session, settings: Settings) -> Path:
    """Return the folder of a user, in the company they belong to.

    It is named by ids: a login may be given to another person one day, and a user may move to another company.
    """
    files = Path(settings.files) if settings.files else Path(os.environ["HOME"]) / "files"
    company = "all" if session.actor.company_id is None else session.actor.company_id
    return files / f"user-{session.actor.user_id}-company-{company}"


def _end_command(reason: str) -> None:
    try:
        with suppress(OSError):  # nobody can read it, as after a lost connection
            sys.stderr.write(f"{clean(reason)}\n")
            sys.stderr.flush()
    finally:
        os.kill(os.getpid(), signal.SIGTERM)


def authorized_keys_line(login: str, fingerprint: str, key: str) -> str:
    """Return the authorized_keys line of a key (`key` is `type base64`): it opens segtui for `login`, and nothing else.

    The form is that of sshd(8), AUTHORIZED_KEYS FILE FORMAT: inside the quotes only `"` has to be escaped.
    """
    command = f"{shlex.join(stub_command(sys.executable))} session --user {login} --key {fingerprint}"
    escaped = command.replace('"', '\\"')
    return f'restrict,pty,command="{escaped}" {key}'
