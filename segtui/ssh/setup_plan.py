"""What it takes to let people in over SSH: the account, its folders, the site's file and sshd's. Decided, not done."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from segtui.config import settings as config
from segtui.domain.text import clean
from segtui.errors import InvalidInput
from segtui.ssh import sshd_config
from segtui.ssh.host import Account, Host

SHELL: Final = "/bin/sh"
RIGHT_SHELLS: Final = ("sh", "dash")
LOCKED: Final = ("!", "!!", "!*")
"""The password fields of an account that never had a password and that sshd without PAM takes for a locked one."""

_NAME: Final = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_HOMES: Final = Path("/var/lib")


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to be. `site_text` is for where there is no file of the site yet."""

    account: str
    home: Path
    database: str
    files: Path
    site: Path
    executable: Path

    @property
    def site_text(self) -> str:
        """The configuration of the site, as TOML."""
        # A TOML text in double quotes is written as JSON writes one.
        return (
            "# What everybody who signs in over SSH gets. Only root may write this file.\n"
            f"database = {json.dumps(self.database, ensure_ascii=False)}\n"
            f"files = {json.dumps(str(self.files), ensure_ascii=False)}\n"
        )

    @property
    def snippet(self) -> str:
        """What sshd is told about the account."""
        return sshd_config.snippet_for(self.account, self.executable)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the script that does it by hand: why, and the lines."""

    why: str
    lines: tuple[str, ...]


def demand_name(name: str) -> None:
    """Raise InvalidInput for what cannot be the name of an account, or is root's."""
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"“{clean(name)}” cannot be an account: take small letters, digits, _ and -.", "account")
    if name == "root":
        raise InvalidInput("Not as root: the account must be one that may do nothing else.", "account")


def plan_for(host: Host, name: str, executable: Path) -> Plan:
    """Return what there is to be for the account `name`.

    Raises InvalidInput where that name cannot be, where it is somebody else's account, for an interpreter at a path
    that sshd cannot be told, and for a file of the site that is there and wrong.
    """
    demand_name(name)
    sshd_config.key_command(executable)
    home = _HOMES / name
    if (account := host.account(name)) is not None:
        _demand_ours(host, account, home)
    database, files = str(home / "segtui.db"), home / "files"
    if host.read(config.SITE_FILE) is not None:
        settings = config.load_site()
        database = settings.database
        files = Path(settings.files) if settings.files else files
    return Plan(name, home, database, files, config.SITE_FILE, executable)


def _demand_ours(host: Host, account: Account, home: Path) -> None:
    """Raise InvalidInput for an account that is somebody's: we would take away how they sign in."""
    if account.uid == 0:
        raise InvalidInput(f"{account.name} is root by another name: name another account with --account.")
    if account.home != home:
        raise InvalidInput(
            f"There is an account {account.name} already, with the home folder {clean(str(account.home))} and not "
            f"{home}: it is not ours to change. Name another with --account."
        )
    if (host.password_field(account.name) or "*").lstrip("!") not in {"", "*"}:
        raise InvalidInput(
            f"There is an account {account.name} already, and somebody signs in to it with a password: name another "
            "with --account."
        )


def script(plan: Plan) -> Iterator[Part]:
    """Yield what root can paste into a shell, to the same effect as `--write`; twice is no harm."""
    name, python = plan.account, shlex.quote(str(plan.executable))
    home, files, site = (shlex.quote(str(path)) for path in (plan.home, plan.files, plan.site))
    snippet = shlex.quote(str(sshd_config.SNIPPET))
    yield Part(
        "The account that everybody signs in to. Its password field is * and not !: no password fits either, but sshd "
        "without PAM takes ! for a locked account. Its shell is sh, for bash would run ~/.bashrc before segtui.",
        (
            f"getent passwd {name} >/dev/null || useradd {' '.join(map(shlex.quote, account_options(plan)))} {name}",
            f"usermod --shell {SHELL} --password '*' {name}",
        ),
    )
    yield Part(
        "Its folders: the database's and that of the private files are for nobody else.",
        (
            f"install -d -o {name} -g {name} -m 0700 {home}",
            f"install -d -o {name} -g {name} -m 0700 {files}",
            f"install -d -o root -g root -m 0755 {shlex.quote(str(plan.site.parent))}",
        ),
    )
    yield Part(
        "The file of the site, where there is none yet. Root's alone to write, for it says which database it is.",
        (
            f"[ -e {site} ] || install -o root -g {name} -m 0640 /dev/stdin {site} <<'END'",
            *plan.site_text.splitlines(),
            "END",
        ),
    )
    yield Part(
        "The database, made by the account itself, so that it is the account's.",
        (f"(cd / && runuser -u {name} -- env -i HOME={home} PATH=/usr/bin:/bin {python} -I -m segtui db upgrade)",),
    )
    yield Part(
        "sshd: keys are the only way in, segtui says whose they are, and nothing else opens.",
        (f"install -o root -g root -m 0644 /dev/stdin {snippet} <<'END'", *plan.snippet.splitlines(), "END"),
    )
    yield Part(
        "Try the configuration and have sshd read it (on some systems the service is sshd); then look at all of it.",
        (
            '"$(command -v sshd || echo /usr/sbin/sshd)" -t && systemctl reload ssh',
            f"{python} -m segtui ssh check" + ("" if name == "segtui" else f" --account {name}"),
        ),
    )


def account_options(plan: Plan) -> list[str]:
    """Return the options of useradd. The folder of the home is made apart, empty and for nobody else."""
    home = ["--home-dir", str(plan.home), "--no-create-home"]
    return ["--system", "--user-group", *home, "--shell", SHELL, "--password", "*"]
