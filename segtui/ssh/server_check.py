"""Checks of a server for access over SSH: point by point, each with what to do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from segtui.config import settings as config
from segtui.domain import ssh_keys
from segtui.domain.text import clean
from segtui.errors import InvalidInput
from segtui.ssh import permissions, sshd_check
from segtui.ssh.check_result import NO_ACCOUNT, CheckResult, ok, unchecked, wrong
from segtui.ssh.host import Account, Host
from segtui.ssh.permissions import Program
from segtui.ssh.setup_plan import SAFE_SHELLS, SHELL, require_account_name
from segtui.ssh.warm.process_check import check_warm_process

_LOGIN_REFUSING_SHELLS: Final = ("nologin", "false", "true")
_MAX_PATHS_IN_MESSAGE: Final = 3  # the rest are counted


def check_server(host: Host, name: str, program: Program) -> Iterator[CheckResult]:
    """Yield the results for the account `name`. `program` is what every session runs.

    Raises InvalidInput for a name that no account can have.
    """
    require_account_name(name)
    account = host.account(name)
    server = sshd_check.probe_sshd(host, name)
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
    yield from sshd_check.check_sshd(host, name, account, program, server)
    yield from check_warm_process(host, name, account, program)


def _account(name: str, account: Account | None) -> CheckResult:
    if account is None:
        return wrong("account", f"There is no account {name}: `segtui ssh setup --write` creates it.")
    if account.uid == 0:
        return wrong(
            "account", f"{name} is root by another name, so everyone who signs in would be root: use another account."
        )
    return ok("account", f"The account {name} exists.")


def _shell(host: Host, account: Account) -> CheckResult:
    shell = Path(account.shell or SHELL)
    shown, fix = clean(str(shell)), f"`usermod --shell {SHELL} {account.name}` fixes it."
    if shell.name in _LOGIN_REFUSING_SHELLS:
        return wrong("shell", f"{shown} never runs segtui: {fix}")
    if shell.name not in SAFE_SHELLS:
        return wrong("shell", f"{shown} may run files of the home folder, as bash does ~/.bashrc, before segtui: {fix}")
    if barred := permissions.access_barrier(host, shell, account):
        return wrong("shell", f"{shown} cannot be run because of {barred}: {fix}")
    return ok("shell", f"{shown} runs nothing before segtui.")


def _password_field(host: Host, account: Account, server: sshd_check.SshdState) -> CheckResult:
    point = "password field"
    field = host.password_field(account.name)
    if field is None:
        if host.is_root:
            return unchecked(point, f"{account.name} is not in /etc/shadow.")
        return unchecked(point)
    fix = f"`usermod --password '*' {account.name}` fixes it."
    if not field.lstrip("!*"):
        if not field.startswith("!"):
            return ok(point, "No password is valid, and the account is not locked.")
        if not server.settings:
            return unchecked(point, "It is !, which is right only if sshd uses PAM, and sshd does not say.")
        if server.settings.get("usepam") == ["yes"]:
            return ok(point, "It is !, which sshd accepts as long as it uses PAM.")
        return wrong(point, f"It is !, which sshd without PAM treats as a locked account: {fix}")
    if field.startswith("!") and server.settings.get("usepam") == ["no"]:
        return wrong(point, f"The account is locked: {fix}")
    return wrong(point, f"The account has a password and needs none: {fix}")


def _files_folder(host: Host, account: Account) -> CheckResult:
    point = "files folder"
    try:
        settings = config.load_site()
    except InvalidInput as error:
        state = host.state(config.SITE_FILE)
        if state is not None and not host.is_root:
            return unchecked(point)
        return unchecked(point, str(error))
    return _folder(host, point, Path(settings.files) if settings.files else account.home / "files", account)


def _folder(host: Host, point: str, path: Path, account: Account) -> CheckResult:
    """Check a folder that has to belong to the account alone."""
    state, shown = host.state(path), clean(str(path))
    if state is None:
        return wrong(point, f"There is no folder {shown}: `segtui ssh setup --write` creates it.")
    if state.kind == "hidden":
        return unchecked(point)
    if state.kind != "folder":
        return wrong(point, f"{shown} is not a folder: replace it with one.")
    if state.uid != account.uid:
        owner = clean(host.name_of(state.uid))
        return wrong(point, f"{shown} belongs to {owner}: `chown {account.name}: {shown}` fixes it.")
    if state.mode != 0o700:
        return wrong(point, f"{shown} has the mode {state.mode:04o}: `chmod 0700 {shown}` fixes it.")
    above = [
        problem
        for problem in permissions.write_access_problems(host, [path.parent])
        if not problem.endswith(f" belongs to {account.name}")
    ]
    if above:
        return wrong(point, f"Another user could replace {shown} with another folder: {above[0]}.")
    return ok(point, f"{shown} belongs to {account.name} alone.")


def _program(host: Host, account: Account, program: Program) -> CheckResult:
    """Check that the account can run the interpreter, and that the interpreter finds segtui."""
    point = "program"
    command = [str(program.executable), "-I", "-c", "import segtui"]
    result = host.run(command, account) if host.may_be(account) else None
    if result is not None and result.status == 0:
        if not ssh_keys.is_available():
            return wrong(point, f"No key can be added yet. {ssh_keys.MISSING_EXTRA}")
        return ok(point, f"{account.name} can run {clean(str(program.executable))} and import segtui.")
    for path in (program.executable, *program.code):
        if barred := permissions.access_barrier(host, path, account):
            return wrong(
                point,
                f"{account.name} cannot get to {clean(str(path))} because of {barred}: install segtui and its Python "
                "where everyone can read them, such as in /opt.",
            )
    if result is not None:
        return wrong(point, f"{account.name} cannot run segtui: {result.last_line}.")
    return ok(point, f"{account.name} may read {clean(str(program.executable))} and segtui, according to their modes.")


def _owner(host: Host, program: Program) -> CheckResult:
    """Check that root alone can change the program that every session runs."""
    point = "program's owner"
    problems = permissions.write_access_problems(host, program.paths, program.code)
    if not problems:
        return ok(point, "Interpreter, environment and code can be changed by root alone, up to /.")
    more = f", and {len(problems) - _MAX_PATHS_IN_MESSAGE:,} more" if len(problems) > _MAX_PATHS_IN_MESSAGE else ""
    return wrong(
        point,
        "Anyone who can change the program can act as every user who signs in, and sshd runs only programs that "
        "root alone can change; install it where that is so, such as in /opt: "
        f"{'; '.join(problems[:_MAX_PATHS_IN_MESSAGE])}{more}.",
    )


def _site(host: Host, account: Account | None) -> CheckResult:
    point, path, shown = "site file", config.SITE_FILE, clean(str(config.SITE_FILE))
    state = host.state(path)
    if state is None:
        return wrong(point, f"There is no {shown}: `segtui ssh setup --write` creates it.")
    if state.kind == "hidden":
        return unchecked(point)
    if problems := permissions.write_access_problems(host, [path]):
        return wrong(
            point,
            f"{problems[0]}, so nobody can sign in: only root may be able to write {shown} and the folders above it.",
        )
    if account is not None and (barred := permissions.access_barrier(host, path, account)):
        fix = f"`chown root:{account.name} {shown}` and `chmod 0640 {shown}` fix it."
        return wrong(point, f"{account.name} cannot read it because of {barred}: {fix}")
    if state.mode & 0o007:
        return wrong(
            point, f"{shown} is readable by every account here, and may hold a password: `chmod 0640 {shown}` fixes it."
        )
    if host.read(path) is None:
        return unchecked(point)
    try:
        config.load_site()
    except InvalidInput as error:
        return wrong(point, str(error))
    return ok(point, f"Only root can write {shown}, and it names the database.")


def _database(host: Host, account: Account | None, program: Program) -> CheckResult:
    """Check that the account can open the site's database, and that its schema is this program's."""
    point = "database"
    if account is None:
        return unchecked(point, NO_ACCOUNT)
    if not host.may_be(account):
        return unchecked(point)
    result = host.run([str(program.executable), "-I", "-m", "segtui.ssh.database_probe"], account)
    if result.status:
        return wrong(point, f"{account.name} cannot open it: {result.last_line}.")
    return ok(point, f"{account.name} can open it, and it is up to date.")
