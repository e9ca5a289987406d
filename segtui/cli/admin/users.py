"""`segtui users …`: the users who may sign in, and their keys, for admins."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.options import Group, Invocation, as_usage, pass_invocation, yes_option
from segtui.domain.text import counted
from segtui.domain.vocabulary import ROLES, Role
from segtui.errors import UnreadableFile

if TYPE_CHECKING:
    from segtui.services.accounts.login_keys import Key
    from segtui.services.accounts.users import User

_MAX_KEY_FILE_SIZE = 65_536


@click.group(
    cls=Group,
    short_help="Manage the users who may sign in.",
    examples=(
        'segtui users add alice --name "Alice Smith" --company Main --role member',
        "segtui users keys add alice alice.pub",
        "segtui users edit alice --disable",
    ),
)
def users() -> None:
    """Manage the users of a shared server, their roles and their SSH keys.

    A viewer looks, searches and exports; a member also changes things in their own company; an admin does everything in
    every company. Disabling a user ends their sessions at once.
    """


def as_json(user: "User") -> dict[str, object]:
    """Return a user as JSON, as in the specification."""
    names = ("login", "name", "company", "role", "enabled", "keys")
    return {name: getattr(user, name) for name in names}


@users.command("list", examples=("segtui users list", "segtui users list --json"))
@pass_invocation
def list_users(invocation: Invocation) -> None:
    """List the users with their company, role and number of keys."""
    from segtui.services.accounts import users as service

    with invocation.session() as session:
        records = service.every(session)
    if invocation.json:
        output.document([as_json(user) for user in records])
        return
    if not records:
        output.line("There are no users yet: segtui users add LOGIN creates one.")
        return
    columns = [
        output.Column("Login", least=8),
        output.Column("Name", least=10, optional=2),
        output.Column("Company", least=8, optional=1),
        output.Column("Role"),
        output.Column("Enabled"),
        output.Column("Keys", least=4, right=True, optional=3),
    ]
    output.table(
        columns,
        [
            [user.login, user.name, user.company or "", user.role, "yes" if user.enabled else "no", str(len(user.keys))]
            for user in records
        ],
    )
    output.line(f"{counted(len(records), 'user')}.")


@users.command(
    examples=(
        'segtui users add alice --name "Alice Smith" --company Main --role member',
        "segtui users add root --admin",
    )
)
@click.argument("login")
@click.option("--name", default="", metavar="TEXT", help="The person's name.")
@click.option("--role", type=click.Choice(ROLES), help="What they may do in their company; viewer by default.")
@click.option("--admin", is_flag=True, help="They may do everything in every company, and belong to none.")
@pass_invocation
def add(invocation: Invocation, login: str, *, name: str, role: str | None, admin: bool) -> None:
    """Create a user. Add an SSH key afterwards, so that the user can sign in.

    A user belongs to the company given with --company, or is an --admin.
    """
    if role == "admin":
        admin, role = True, None
    if admin and (role or invocation.company):
        raise click.UsageError("An admin has no other role and belongs to no company: leave out --role and --company.")
    from segtui.services.accounts import users as service

    with invocation.session(create=True) as session, as_usage("login", "name"):
        company = None if admin else session.one_company.name
        user = service.add(
            session, login, name=name, company=company, role=Role.ADMIN if admin else Role(role or Role.VIEWER)
        )
    _done(invocation, user, f"Added the user {user.login}; `segtui users keys add {user.login} FILE` adds a key.")


@users.command(
    examples=(
        "segtui users edit alice --role viewer",
        "segtui users edit alice --disable",
        "segtui users edit alice --company Northwind",
    )
)
@click.argument("login")
@click.option("--name", metavar="TEXT", help="The person's name.")
@click.option("--role", type=click.Choice(ROLES), help="What they may do; an admin belongs to no company.")
@click.option("--enable/--disable", "enabled", default=None, help="Allow or forbid sign-in.")
@pass_invocation
def edit(invocation: Invocation, login: str, *, name: str | None, role: str | None, enabled: bool | None) -> None:
    """Edit a user. A user who is disabled, or gets another role or company, loses an open session at once."""
    if name is None and role is None and enabled is None and invocation.company is None:
        raise click.UsageError("Say what to change: --name, --company, --role, --enable or --disable.")
    from segtui.services.accounts import users as service

    with invocation.session() as session, as_usage("name", "company_name"):
        changed = service.edit(
            session,
            login,
            name=name,
            company=session.one_company.name if invocation.company else None,
            role=None if role is None else Role(role),
            enabled=enabled,
        )
    _done(invocation, changed, f"Saved the user {changed.login}.")


@users.command(examples=("segtui users remove alice", "segtui users remove alice --yes"))
@click.argument("login")
@yes_option
@pass_invocation
def remove(invocation: Invocation, login: str, *, yes: bool) -> None:
    """Remove a user with their keys. What they did stays in the audit trail."""
    from segtui.services.accounts import users as service

    with invocation.session() as session:
        user = service.by_login(session, login)
        output.confirm(f"Remove the user {user.login} with {counted(len(user.keys), 'key')}?", yes=yes)
        service.remove(session, login)
    _done(invocation, user, f"Removed the user {user.login}.")


def _done(invocation: Invocation, user: "User", sentence: str) -> None:
    if invocation.json:
        output.document(as_json(user))
    else:
        output.line(sentence)


@users.group(
    cls=Group,
    short_help="Manage the SSH keys of a user.",
    examples=("segtui users keys list alice", "segtui users keys add alice alice.pub"),
)
def keys() -> None:
    """Manage the SSH public keys of a user. A key can belong to only one user."""


@keys.command("list", examples=("segtui users keys list alice", "segtui users keys list alice --json"))
@click.argument("login")
@pass_invocation
def list_keys(invocation: Invocation, login: str) -> None:
    """List the keys of a user by their fingerprints."""
    from segtui.services.accounts import login_keys as service

    with invocation.session() as session:
        records = service.of_user(session, login)
    if invocation.json:
        output.document([_key_as_json(key) for key in records])
        return
    if not records:
        output.line(f"{login} has no key: segtui users keys add {login} FILE adds one.")
        return
    columns = [
        output.Column("Fingerprint", least=50),
        output.Column("Type", least=12, optional=2),
        output.Column("Comment", optional=1),
        output.Column("Added", least=16, optional=3),
    ]
    added = invocation.settings.shown_time
    output.table(columns, [[key.fingerprint, key.algorithm, key.comment, added(key.added_at)] for key in records])


@keys.command("add", examples=("segtui users keys add alice alice.pub", "segtui users keys add alice -"))
@click.argument("login")
@click.argument("file")
@pass_invocation
def add_key(invocation: Invocation, login: str, file: str) -> None:
    """Add the public key in FILE to a user: one line, as in a .pub file; - reads standard input."""
    from segtui.services.accounts import login_keys as service

    if invocation.ssh_session is not None and file != "-":
        raise click.UsageError("Over SSH, give the key as standard input: users keys add LOGIN - < alice.pub.")
    with invocation.session() as session:
        key = service.add(session, login, _read(file))
    _key_done(invocation, key, f"{key.login} may sign in with {key.fingerprint}.")


@keys.command("remove", examples=("segtui users keys remove alice SHA256:47DEQpj8HBSa",))
@click.argument("login")
@click.argument("fingerprint")
@pass_invocation
def remove_key(invocation: Invocation, login: str, fingerprint: str) -> None:
    """Remove a key from a user; the beginning of its fingerprint is enough. Sessions with that key end at once."""
    from segtui.services.accounts import login_keys as service

    with invocation.session() as session, as_usage("fingerprint"):
        key = service.remove(session, login, fingerprint)
    _key_done(invocation, key, f"{key.login} may no longer sign in with {key.fingerprint}.")


def _key_as_json(key: "Key") -> dict[str, object]:
    names = ("fingerprint", "algorithm", "comment", "added_by")
    return {**{name: asdict(key)[name] for name in names}, "added_at": output.utc(key.added_at)}


def _key_done(invocation: Invocation, key: "Key", sentence: str) -> None:
    if invocation.json:
        output.document(_key_as_json(key))
    else:
        output.line(sentence)


def _read(file: str) -> str:
    """Return the text of a small file. Raises UnreadableFile."""
    try:
        if file == "-":
            data = sys.stdin.buffer.read(_MAX_KEY_FILE_SIZE + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(_MAX_KEY_FILE_SIZE + 1)
    except OSError as error:
        raise UnreadableFile(f"{file} cannot be read: {error.strerror or error}.") from error
    if len(data) > _MAX_KEY_FILE_SIZE:
        raise UnreadableFile(f"{file} is not a public key: it is too large for one.")
    return data.decode("utf-8", errors="replace")
