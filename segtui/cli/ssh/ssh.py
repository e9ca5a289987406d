"""`segtui ssh …`: the way in for a team. sshd calls `authorized-keys` and `session`, an admin the others."""

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
from segtui.errors import InvalidInput, SegtuiError, for_guest

if TYPE_CHECKING:
    from segtui.ssh.session_entry import Door

_MOST_RECORDED = 200


@click.group(
    cls=Group,
    short_help="Let people in over SSH.",
    where={"setup": "ssh.ssh_setup:setup", "check": "ssh.ssh_setup:check"},
    examples=("segtui ssh setup", "sudo segtui ssh setup --write", "sudo segtui ssh check"),
)
def ssh() -> None:
    """Let people in over SSH: each with a key of their own, as the user the key belongs to, and without a shell.

    `setup` prepares a server, `check` says whether it is right. sshd itself calls the two others.
    """


@ssh.command(
    "authorized-keys",
    examples=("segtui ssh authorized-keys segtui SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",),
)
@click.argument("account")
@click.argument("fingerprint")
def authorized_keys(account: str, fingerprint: str) -> None:
    """Tell sshd whose key this is: the AuthorizedKeysCommand of the service account.

    Prints the key with what it opens, or nothing: for any other account than the one that asks, for a key nobody has,
    and for a user who is disabled. The database is that of /etc/segtui/config.toml.
    """
    import pwd

    if account != pwd.getpwuid(os.geteuid()).pw_name:
        return
    from segtui.services.accounts import login_keys
    from segtui.ssh import site_config
    from segtui.ssh.session_entry import key_line

    database = site_config.opened()
    try:
        key = login_keys.authorized(database, fingerprint)
    finally:
        database.close()
    if key is not None:
        sys.stdout.write(key_line(key.login, key.fingerprint, key.line) + "\n")


@ssh.command(examples=("segtui ssh session --user alice",))
@click.option("--user", "login", required=True, metavar="LOGIN", help="Who has signed in, as the forced command says.")
@click.option("--key", "fingerprint", metavar="FINGERPRINT", help="The key they signed in with.")
def session(login: str, fingerprint: str | None) -> int:
    """Serve a user who signed in: the terminal interface, or the one command they named.

    sshd calls it. The command (SSH_ORIGINAL_COMMAND) is one of segtui's, never a shell's; files are standard input and
    output, or the names of uploads and downloads. Who one is and which database it is, nothing that is typed decides.
    """
    from segtui.ssh.session_entry import entered, shut_out_the_environment

    given = shut_out_the_environment()
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, _leave)
    with _for_guests():
        words = _words(given)
        with entered(login, fingerprint, given) as door:
            return _serve(door, words)


@contextmanager
def _for_guests() -> Iterator[None]:
    """Let nothing of the server be seen in what went wrong: the details go into its log, for its admins."""
    from segtui import crash

    try:
        yield
    except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
        raise
    except SegtuiError as error:
        told = for_guest(error)
        if told is error:
            raise
        crash.record(error)
        raise told from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno in OUTPUT_FAILED:
            raise
        raise SegtuiError(crash.record(error, says_where=False)) from error


def _words(given: Mapping[str, str]) -> list[str]:
    """Return the command's words, read as a shell reads quotes but by no shell. Raises InvalidInput."""
    try:
        words = shlex.split(given.get("SSH_ORIGINAL_COMMAND", ""))
    except ValueError:
        raise InvalidInput("The command cannot be read: a quote in it has no end.") from None
    words = words[1:] if words[:1] == ["segtui"] else words
    # `ssh crm --help` is the help of ssh itself.
    return ["--help"] if words == ["help"] else words


def _serve(door: "Door", words: Sequence[str]) -> int:
    from segtui.cli.main import run_for
    from segtui.ssh.user_file_words import bare_names

    invocation = Invocation(door=door, of_admin=door.session.is_admin)
    try:
        with bare_names(door.session.user_files):
            return run_for(invocation, words)
    except (click.NoSuchOption, click.NoSuchCommand) as error:
        _record_refusal(door, words, error)
        raise


def _record_refusal(door: "Door", words: Sequence[str], error: click.ClickException) -> None:
    """Write down what somebody tried that is not there for them."""
    from segtui.services.audit.audit import record_refusal

    tried = clean(shlex.join(words))[:_MOST_RECORDED]
    record_refusal(door.session, f"{clean(error.format_message())} ({tried})", "command over SSH")


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    output.silence_output()
    sys.exit(1)
