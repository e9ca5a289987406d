"""The plan of a server setup: account, folders, site file, sshd's file and unit. Nothing is changed here."""

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
from segtui.ssh.warm import unit as warm_unit

SHELL: Final = "/bin/sh"
SAFE_SHELLS: Final = ("sh", "dash")
LOCKED: Final = ("!", "!!", "!*")
"""Password fields of an account that never had a password, which sshd without PAM treats as locked."""

_NAME: Final = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_HOMES: Final = Path("/var/lib")


@dataclass(frozen=True, slots=True)
class Plan:
    """The state that setup aims at. `site_text` is used only if there is no site file yet."""

    account: str
    home: Path
    database: str
    files: Path
    site: Path
    executable: Path

    @property
    def site_text(self) -> str:
        """The site configuration, as TOML."""
        # A TOML string in double quotes has the form of a JSON string.
        return (
            "# The configuration of every session over SSH. Only root may write this file.\n"
            f"database = {json.dumps(self.database, ensure_ascii=False)}\n"
            f"files = {json.dumps(str(self.files), ensure_ascii=False)}\n"
        )

    @property
    def snippet(self) -> str:
        """The sshd configuration of the account."""
        return sshd_config.snippet_for(self.account, self.executable)

    @property
    def unit(self) -> str:
        """The systemd unit of the warm process."""
        return warm_unit.unit_for(self.account, self.executable)


@dataclass(frozen=True, slots=True)
class ScriptSection:
    """A section of the script for doing it by hand: the reason, and the lines."""

    reason: str
    lines: tuple[str, ...]


def require_account_name(name: str) -> None:
    """Raise InvalidInput for a name that no account can have, or that is root."""
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"“{clean(name)}” cannot be an account name: use lower-case letters, digits, _ and -.", "account"
        )
    if name == "root":
        raise InvalidInput(
            "root cannot be the account: it must be an account that is used for nothing else.", "account"
        )


def make_plan(host: Host, name: str, executable: Path) -> Plan:
    """Return the plan for the account `name`.

    Raises InvalidInput for an impossible name, for an account that is in use otherwise, for an interpreter at a path
    that sshd cannot be given, and for a wrong site file.
    """
    require_account_name(name)
    sshd_config.key_command(executable)
    home = _HOMES / name
    if (account := host.account(name)) is not None:
        _require_own_account(host, account, home)
    database, files = str(home / "segtui.db"), home / "files"
    if host.read(config.SITE_FILE) is not None:
        settings = config.load_site()
        database = settings.database
        files = Path(settings.files) if settings.files else files
    return Plan(name, home, database, files, config.SITE_FILE, executable)


def _require_own_account(host: Host, account: Account, home: Path) -> None:
    """Raise InvalidInput for an account that a person uses: setup would break how they sign in."""
    if account.uid == 0:
        raise InvalidInput(f"{account.name} is root by another name: choose another account with --account.")
    if account.home != home:
        raise InvalidInput(
            f"There is an account {account.name} already, with the home folder {clean(str(account.home))} and not "
            f"{home}, so it is left alone. Choose another with --account."
        )
    if (host.password_field(account.name) or "*").lstrip("!") not in {"", "*"}:
        raise InvalidInput(
            f"There is an account {account.name} already, and it has a password to sign in with: choose another "
            "with --account."
        )


def script(plan: Plan) -> Iterator[ScriptSection]:
    """Yield the sections of a repeatable script that root can paste into a shell, with the effect of `--write`."""
    name, python = plan.account, shlex.quote(str(plan.executable))
    home, files, site = (shlex.quote(str(path)) for path in (plan.home, plan.files, plan.site))
    snippet = shlex.quote(str(sshd_config.SNIPPET))
    yield ScriptSection(
        "The account that everyone signs in to. Its password field is * and not !: neither accepts a password, but "
        "sshd without PAM treats ! as a locked account. Its shell is sh, because bash would run ~/.bashrc first.",
        (
            f"getent passwd {name} >/dev/null || useradd {' '.join(map(shlex.quote, account_options(plan)))} {name}",
            f"usermod --shell {SHELL} --password '*' {name}",
        ),
    )
    yield ScriptSection(
        "Its folders: those of the database and of the private files are closed to everyone else.",
        (
            f"install -d -o {name} -g {name} -m 0700 {home}",
            f"install -d -o {name} -g {name} -m 0700 {files}",
            f"install -d -o root -g root -m 0755 {shlex.quote(str(plan.site.parent))}",
        ),
    )
    yield ScriptSection(
        "The site file, unless it exists. Only root may write it, because it says which database is used.",
        (
            f"[ -e {site} ] || install -o root -g {name} -m 0640 /dev/stdin {site} <<'END'",
            *plan.site_text.splitlines(),
            "END",
        ),
    )
    yield ScriptSection(
        "The database, created by the account itself, so that the account owns it.",
        (f"(cd / && runuser -u {name} -- env -i HOME={home} PATH=/usr/bin:/bin {python} -I -m segtui db upgrade)",),
    )
    yield ScriptSection(
        "sshd: only keys are accepted, segtui says who owns them, and they open nothing else.",
        (f"install -o root -g root -m 0644 /dev/stdin {snippet} <<'END'", *plan.snippet.splitlines(), "END"),
    )
    yield ScriptSection(
        "The warm process, which makes sessions open faster: a restart, as after an upgrade, leaves sessions alone.",
        (
            "if [ -d /run/systemd/system ]; then",
            f"install -o root -g root -m 0644 /dev/stdin {shlex.quote(str(warm_unit.UNIT_FILE))} <<'END'",
            *plan.unit.splitlines(),
            "END",
            f"systemctl daemon-reload && systemctl enable {warm_unit.UNIT} && systemctl restart {warm_unit.UNIT}",
            f"else echo 'Run this as {name}, and again when it ends: {warm_unit.serve_command(plan.executable)}'",
            "fi",
        ),
    )
    yield ScriptSection(
        "Test the configuration and reload sshd (on some systems the service is called sshd); then check everything.",
        (
            '"$(command -v sshd || echo /usr/sbin/sshd)" -t && systemctl reload ssh',
            f"{python} -m segtui ssh check" + ("" if name == "segtui" else f" --account {name}"),
        ),
    )


def account_options(plan: Plan) -> list[str]:
    """Return the options of useradd. The home folder is created separately, empty and closed to others."""
    home = ["--home-dir", str(plan.home), "--no-create-home"]
    return ["--system", "--user-group", *home, "--shell", SHELL, "--password", "*"]
