"""`segtui ssh …`: access over SSH for a team. sshd calls `authorized-keys` and `session`, an admin the others."""

import os
import shlex
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from segtui.cli import output
from segtui.cli.options import Group, Invocation
from segtui.cli.output import OUTPUT_FAILED
from segtui.domain.text import clean
from segtui.errors import InvalidInput, SegtuiError, for_ssh_user

if TYPE_CHECKING:
    from segtui.ssh.session_entry import SshSession

_MAX_RECORDED_LENGTH = 200  # characters of a refused command in the audit trail


@click.group(
    cls=Group,
    short_help="Let people sign in over SSH.",
    where={"setup": "ssh.ssh_setup:setup", "check": "ssh.ssh_setup:check", "serve": "ssh.ssh_serve:serve"},
    examples=("segtui ssh setup", "sudo segtui ssh setup --write", "sudo segtui ssh check"),
)
def ssh() -> None:
    """Let people sign in over SSH: with keys of their own, each as the owner of the key, and without a shell.

    `setup` prepares a server and `check` checks it; `serve` makes sessions start faster. sshd calls the other two.
    """


@ssh.command(
    "authorized-keys",
    examples=("segtui ssh authorized-keys segtui SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",),
)
@click.argument("account")
@click.argument("fingerprint")
def authorized_keys(account: str, fingerprint: str) -> None:
    """Tell sshd who owns a key: the AuthorizedKeysCommand of the service account.

    Prints the key and what it opens. Prints nothing for any other account than the caller's, for an unknown key,
    and for a disabled user. The database is the one named in /etc/segtui/config.toml.
    """
    import pwd

    if account != pwd.getpwuid(os.geteuid()).pw_name:
        return
    from segtui.services.accounts import login_keys
    from segtui.ssh import site_config
    from segtui.ssh.session_entry import authorized_keys_line

    database = site_config.open_site_database()
    try:
        key = login_keys.authorized(database, fingerprint)
    finally:
        database.close()
    if key is not None:
        sys.stdout.write(authorized_keys_line(key.login, key.fingerprint, key.line) + "\n")


@ssh.command(examples=("segtui ssh session --user alice",))
@click.option(
    "--user", "login", required=True, metavar="LOGIN", help="The user who signed in, from the forced command."
)
@click.option("--key", "fingerprint", metavar="FINGERPRINT", help="The key the user signed in with.")
def session(login: str, fingerprint: str | None) -> int:
    """Serve a user who signed in: the terminal interface, or the one command they named.

    sshd calls it. The command (SSH_ORIGINAL_COMMAND) is one of segtui's, never a shell's; files are standard input and
    output, or the names of uploads and downloads. Nothing that is typed decides the user or the database.
    """
    from segtui.ssh.session_entry import open_ssh_session, replace_environment

    environment = replace_environment()
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, _leave)
    with _for_ssh_users():
        words = _words(environment)
        with open_ssh_session(login, fingerprint, environment) as ssh_session:
            return _serve(ssh_session, words)


@contextmanager
def _for_ssh_users() -> Iterator[None]:
    """Replace errors that reveal something of the server; the details go into its log, for its admins."""
    from segtui import crash

    try:
        yield
    except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
        raise
    except SegtuiError as error:
        replacement = for_ssh_user(error)
        if replacement is error:
            raise
        crash.record(error)
        raise replacement from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno in OUTPUT_FAILED:
            raise
        raise SegtuiError(crash.record(error, says_where=False)) from error


def _words(environment: Mapping[str, str]) -> list[str]:
    """Return the words of the command, with quotes as in a shell, though no shell reads them. Raises InvalidInput."""
    try:
        words = shlex.split(environment.get("SSH_ORIGINAL_COMMAND", ""))
    except ValueError:
        raise InvalidInput("The command cannot be read: a quote is not closed.") from None
    words = words[1:] if words[:1] == ["segtui"] else words
    # `ssh crm --help` would show the help of ssh itself.
    return ["--help"] if words == ["help"] else words


def _serve(ssh_session: "SshSession", words: Sequence[str]) -> int:
    from segtui.cli.main import run_for
    from segtui.ssh.user_file_words import hide_folders

    invocation = Invocation(ssh_session=ssh_session, of_admin=ssh_session.session.is_admin)
    try:
        with hide_folders(ssh_session.session.user_files):
            return run_for(invocation, words)
    except (click.NoSuchOption, click.NoSuchCommand) as error:
        _record_refusal(ssh_session, words, error)
        raise


def _record_refusal(ssh_session: "SshSession", words: Sequence[str], error: click.ClickException) -> None:
    """Record the attempt to use a command or option that is not available over SSH."""
    from segtui.services.audit.audit import record_refusal

    command = clean(shlex.join(words))[:_MAX_RECORDED_LENGTH]
    record_refusal(ssh_session.session, f"{clean(error.format_message())} ({command})", "command over SSH")


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    output.silence_output()
    sys.exit(1)
