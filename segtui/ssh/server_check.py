"""Whether a server lets people in over SSH as it should: one point after the other, each with what there is to do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from segtui.config import settings as config
from segtui.domain import ssh_keys
from segtui.domain.text import clean
from segtui.errors import InvalidInput
from segtui.ssh import permissions, sshd_check
from segtui.ssh.check_result import NO_ACCOUNT, Point, ok, unchecked, wrong
from segtui.ssh.host import Account, Host
from segtui.ssh.permissions import Program
from segtui.ssh.setup_plan import RIGHT_SHELLS, SHELL, demand_name

_NEVER_RUN: Final = ("nologin", "false", "true")
_SHOWN: Final = 3


def points(host: Host, name: str, program: Program) -> Iterator[Point]:
    """Yield what there is to say about the account `name`. `program` is what everybody runs who signs in.

    Raises InvalidInput for what cannot be the name of an account.
    """
    demand_name(name)
    account = host.account(name)
    server = sshd_check.look(host, name)
    yield _account(name, account)
    if account is None:
        for point in ("shell", "password field", "home folder", "files folder", "program"):
            yield unchecked(point, NO_ACCOUNT)
    else:
        yield _shell(host, account)
        yield _password_field(host, account, server)
        yield _folder(host, "home folder", account.home, account)
        yield _files_folder(host, account)
        yield _program(host, account, program)
    yield _owner(host, program)
    yield _site(host, account)
    yield _database(host, account, program)
    yield from sshd_check.points(host, name, account, program, server)


def _account(name: str, account: Account | None) -> Point:
    if account is None:
        return wrong("account", f"There is no account {name}: `segtui ssh setup --write` makes it.")
    if account.uid == 0:
        return wrong("account", f"{name} is root by another name, and whoever signs in is root: take another account.")
    return ok("account", f"{name} is there.")


def _shell(host: Host, account: Account) -> Point:
    shell = Path(account.shell or SHELL)
    shown, mend = clean(str(shell)), f"`usermod --shell {SHELL} {account.name}` mends it."
    if shell.name in _NEVER_RUN:
        return wrong("shell", f"{shown} never runs segtui: {mend}")
    if shell.name not in RIGHT_SHELLS:
        return wrong(
            "shell", f"{shown} may run files of the home folder, as bash does ~/.bashrc, before segtui: {mend}"
        )
    if barred := permissions.barred_at(host, shell, account):
        return wrong("shell", f"{shown} cannot be run because of {barred}: {mend}")
    return ok("shell", f"{shown} runs nothing before segtui.")


def _password_field(host: Host, account: Account, server: sshd_check.Server) -> Point:
    point = "password field"
    field = host.password_field(account.name)
    if field is None:
        if host.is_root:
            return unchecked(point, f"{account.name} is not in /etc/shadow.")
        return unchecked(point)
    mend = f"`usermod --password '*' {account.name}` mends it."
    if not field.lstrip("!*"):
        if not field.startswith("!"):
            return ok(point, "No password fits, and the account is not locked.")
        if not server.settings:
            return unchecked(point, "It is ! and right only where sshd uses PAM, which sshd does not tell.")
        if server.settings.get("usepam") == ["yes"]:
            return ok(point, "It is !, which sshd lets in as long as it uses PAM.")
        return wrong(point, f"It is !, which sshd without PAM takes for a locked account: {mend}")
    if field.startswith("!") and server.settings.get("usepam") == ["no"]:
        return wrong(point, f"The account is locked: {mend}")
    return wrong(point, f"The account has a password, which nobody needs: {mend}")


def _files_folder(host: Host, account: Account) -> Point:
    point = "files folder"
    try:
        settings = config.load_site()
    except InvalidInput as error:
        state = host.state(config.SITE_FILE)
        if state is not None and not host.is_root:
            return unchecked(point)
        return unchecked(point, str(error))
    return _folder(host, point, Path(settings.files) if settings.files else account.home / "files", account)


def _folder(host: Host, point: str, path: Path, account: Account) -> Point:
    """Judge a folder that has to be the account's and nobody else's."""
    state, shown = host.state(path), clean(str(path))
    if state is None:
        return wrong(point, f"There is no folder {shown}: `segtui ssh setup --write` makes it.")
    if state.kind == "hidden":
        return unchecked(point)
    if state.kind != "folder":
        return wrong(point, f"{shown} is not a folder: put one in its place.")
    if state.uid != account.uid:
        owner = clean(host.name_of(state.uid))
        return wrong(point, f"{shown} belongs to {owner}: `chown {account.name}: {shown}` mends it.")
    if state.mode != 0o700:
        return wrong(point, f"{shown} has the mode {state.mode:04o}: `chmod 0700 {shown}` mends it.")
    above = [each for each in permissions.who_else_may_write(host, [path.parent]) if not _is_of(each, account)]
    if above:
        return wrong(point, f"Somebody else could put another folder in the place of {shown}: {above[0]}.")
    return ok(point, f"{shown} is {account.name}'s alone.")


def _is_of(why: str, account: Account) -> bool:
    return why.endswith(f" belongs to {account.name}")


def _program(host: Host, account: Account, program: Program) -> Point:
    """Judge whether the account can run the interpreter, and that finds segtui."""
    point = "program"
    command = [str(program.executable), "-I", "-c", "import segtui"]
    done = host.run(command, account) if host.may_be(account) else None
    if done is not None and done.status == 0:
        if not ssh_keys.is_available():
            return wrong(point, f"No key can be added yet. {ssh_keys.MISSING_EXTRA}")
        return ok(point, f"{account.name} can run {clean(str(program.executable))} and import segtui.")
    for place in (program.executable, *program.code):
        if barred := permissions.barred_at(host, place, account):
            return wrong(
                point,
                f"{account.name} cannot get to {clean(str(place))} because of {barred}: install segtui and its Python "
                "where everybody can read them, such as in /opt.",
            )
    if done is not None:
        return wrong(point, f"{account.name} cannot run segtui: {done.said}.")
    return ok(point, f"{account.name} may read {clean(str(program.executable))} and segtui, by their modes.")


def _owner(host: Host, program: Program) -> Point:
    """Judge whether root alone can change what everybody runs."""
    point = "program's owner"
    found = permissions.who_else_may_write(host, program.places, program.code)
    if not found:
        return ok(point, "Interpreter, environment and code are root's alone, up to /.")
    more = f", and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
    return wrong(
        point,
        f"Whoever can change the program is everybody who signs in, and sshd calls none that others than root can "
        f"change; install it where that holds, such as in /opt: {'; '.join(found[:_SHOWN])}{more}.",
    )


def _site(host: Host, account: Account | None) -> Point:
    point, path, shown = "site file", config.SITE_FILE, clean(str(config.SITE_FILE))
    state = host.state(path)
    if state is None:
        return wrong(point, f"There is no {shown}: `segtui ssh setup --write` makes it.")
    if state.kind == "hidden":
        return unchecked(point)
    if found := permissions.who_else_may_write(host, [path]):
        return wrong(point, f"{found[0]}, and nobody is let in: it has to be root's alone, and {shown} too, up to /.")
    if account is not None and (barred := permissions.barred_at(host, path, account)):
        mend = f"`chown root:{account.name} {shown}` and `chmod 0640 {shown}` mend it."
        return wrong(point, f"{account.name} cannot read it because of {barred}: {mend}")
    if state.mode & 0o007:
        return wrong(point, f"{shown} is readable by everybody here, and may hold a password: `chmod 0640 {shown}`.")
    if host.read(path) is None:
        return unchecked(point)
    try:
        config.load_site()
    except InvalidInput as error:
        return wrong(point, str(error))
    return ok(point, f"{shown} is root's alone to write, and names the database.")


def _database(host: Host, account: Account | None, program: Program) -> Point:
    """Judge whether the account can open the site's database, and its schema is this program's."""
    point = "database"
    if account is None:
        return unchecked(point, NO_ACCOUNT)
    if not host.may_be(account):
        return unchecked(point)
    done = host.run([str(program.executable), "-I", "-m", "segtui.ssh.database_probe"], account)
    if done.status:
        return wrong(point, f"{account.name} cannot open it: {done.said}.")
    return ok(point, f"{account.name} can open it, and it is up to date.")
