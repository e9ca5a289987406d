"""Whether the way in over SSH is right: every point with its reason, the well-known traps among them."""

import os
import pwd
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import segtui
from segtui import config
from segtui.door import check_sshd, site
from segtui.door.plan import KEY_COMMAND, Plan
from segtui.door.point import ONLY_ROOT, Point, State, judged, ok, wrong
from segtui.errors import InvalidInput
from segtui.text import clean

_NOBODYS_KEY: Final = "SHA256:" + "A" * 43


def points(plan: Plan) -> Iterator[Point]:
    """Yield every point. Nothing is changed by it."""
    try:
        account = pwd.getpwnam(plan.account)
    except KeyError:
        yield wrong("account", f"There is no account {plan.account}: `segtui ssh setup --write` makes it.")
        return
    reason = f"{plan.account} is root by another name, and so is everybody who signs in: take another account."
    yield judged("account", "" if account.pw_uid else reason, f"{plan.account} is there, at home in {account.pw_dir}.")
    settings = check_sshd.settings_for(plan.account)
    yield _shell(account)
    yield _password(account, settings)
    yield from _folders(account)
    yield _program_runs(account)
    yield _program_is_roots()
    yield from _site(account)
    yield from _keys(account)
    yield from check_sshd.points(plan, settings)


def _shell(account: pwd.struct_passwd) -> Point:
    shell = Path(account.pw_shell or "/bin/sh").name
    change = f"usermod --shell /bin/sh {account.pw_name} mends it."
    if shell in {"nologin", "false"}:
        return wrong("shell", f"{account.pw_shell} never runs the forced command, so nobody gets in: {change}")
    if shell not in {"sh", "dash"}:
        reason = f"{account.pw_shell} may run start-up files such as ~/.bashrc before segtui: {change}"
        return wrong("shell", reason)
    return ok("shell", f"{account.pw_shell} starts segtui and reads no file before.")


def _password(account: pwd.struct_passwd, settings: Mapping[str, Sequence[str]]) -> Point:
    try:
        lines = Path("/etc/shadow").read_text(encoding="utf-8").splitlines()
    except OSError:
        return Point("password", State.NOT_CHECKED, ONLY_ROOT)
    field = next((line.split(":")[1] for line in lines if line.startswith(f"{account.pw_name}:")), "")
    if field.startswith("!") and settings.get("usepam") == ["no"]:
        reason = "Without PAM sshd takes a “!” for a locked account and lets nobody in"
        return wrong("password", f"{reason}: usermod --password '*' {account.pw_name} mends it.")
    locked = field.startswith(("!", "*"))
    reason = f"The account has a password; nobody should: usermod --password '*' {account.pw_name} takes it away."
    return judged("password", "" if locked else reason, "No password fits.")


def _folders(account: pwd.struct_passwd) -> Iterator[Point]:
    files = _files_folder(account)
    for name, path in (("home folder", Path(account.pw_dir)), ("files folder", files)):
        try:
            state = path.stat()
        except FileNotFoundError:
            yield wrong(name, f"There is no {path}: `segtui ssh setup --write` makes it.")
            continue
        except OSError:
            yield Point(name, State.NOT_CHECKED, ONLY_ROOT)
            continue
        reason = ""
        if state.st_uid != account.pw_uid:
            reason = f"{path} does not belong to {account.pw_name}: chown {account.pw_name}: {path} mends it."
        elif state.st_mode & 0o077:
            reason = f"Others may look into {path}, where database and files are: chmod 0700 {path} mends it."
        yield judged(name, reason, f"{path} is the account's alone.")


def _files_folder(account: pwd.struct_passwd) -> Path:
    try:
        named = config.load_site().files
    except InvalidInput:
        named = None
    return Path(named) if named else Path(account.pw_dir) / "files"


def _program_runs(account: pwd.struct_passwd) -> Point:
    ran = _as_account(account, sys.executable, "-I", "-m", "segtui", "--version")
    if ran is None:
        return Point("program", State.NOT_CHECKED, ONLY_ROOT)
    reason = f"The account cannot run {sys.executable}"
    hidden = next((each for each in _with_parents(Path(sys.executable)) if not each.stat().st_mode & 0o001), None)
    where = (
        f": it may not enter {hidden}; install segtui and its Python where everybody may, such as /opt"
        if hidden
        else ""
    )
    failed = "" if ran.returncode == 0 else f"{reason}{where or ': ' + ran.stderr.strip()}."
    return judged("program", failed, f"The account runs {sys.executable} and finds segtui.")


def _program_is_roots() -> Point:
    """Sshd refuses a key command that others can write; and who can write the code can do what everybody can."""
    strict = _with_parents(Path(sys.executable).resolve())
    loose = [*_with_parents(Path(sys.prefix)), *_with_parents(Path(segtui.__file__).resolve())]
    for path in (*strict, *loose):
        state = path.stat()
        # In a folder like /tmp others may write, but not take the place of what is root's.
        excused = path not in strict and bool(state.st_mode & stat.S_ISVTX)
        if state.st_uid != 0 or (state.st_mode & 0o022 and not excused):
            reason = f"{path} does not belong to root, or others may write it: sshd runs no key command from there"
            return wrong("program's owner", f"{reason}, and whoever writes it is everybody.")
    return ok("program's owner", "Only root can change the program.")


def _with_parents(path: Path) -> list[Path]:
    found = [path, *path.parents]
    real = path.resolve()
    return found if real == path else [*found, real, *real.parents]


def _site(account: pwd.struct_passwd) -> Iterator[Point]:
    try:
        site.demand_trusted(config.SITE_FILE)
        config.load_site()
    except InvalidInput as error:
        yield wrong("site's file", str(error))
        return
    yield ok("site's file", f"{config.SITE_FILE} names the database, and only root can write it.")
    state = config.SITE_FILE.stat()
    groups = {account.pw_gid, *os.getgrouplist(account.pw_name, account.pw_gid)}
    readable = state.st_mode & 0o004 or (state.st_gid in groups and state.st_mode & 0o040)
    reason = f"The account cannot read {config.SITE_FILE}: chgrp {account.pw_name} and chmod 0640 mend it."
    yield judged("site's file, read", "" if readable else reason, "The account can read it.")
    told = config.load_site().database
    reason = f"Everybody on this server can read the password in {config.SITE_FILE}: chmod 0640 mends it."
    open_secret = state.st_mode & 0o004 and config.without_password(told) != clean(told)
    yield judged("site's file, secret", reason if open_secret else "", "No password in it is for everybody to read.")


def _keys(account: pwd.struct_passwd) -> Iterator[Point]:
    for name, asked, right in (
        ("database", account.pw_name, "The account opens the database, and a key that nobody has gets nothing."),
        ("other accounts", "root", "A key opens no other account."),
    ):
        ran = _as_account(account, *KEY_COMMAND, asked, _NOBODYS_KEY)
        if ran is None:
            yield Point(name, State.NOT_CHECKED, ONLY_ROOT)
        else:
            said = ran.stderr.strip() or f"{' '.join(KEY_COMMAND)} printed what it should not"
            yield judged(name, said if ran.returncode or ran.stdout else "", right)


def _as_account(account: pwd.struct_passwd, *words: str) -> "subprocess.CompletedProcess[str] | None":
    """Run a program as the account. None for who may not."""
    if os.geteuid() not in {0, account.pw_uid}:
        return None
    become = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    environment = {"HOME": account.pw_dir, "PATH": "/usr/bin:/bin"}
    try:
        ran: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603  our own program
            words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, cwd="/", env=environment,
            **become,  # type: ignore[call-overload]  # mypy takes them for any option's
        )  # fmt: skip
    except OSError as error:
        return subprocess.CompletedProcess(words, 1, "", error.strerror or str(error))
    return ran
