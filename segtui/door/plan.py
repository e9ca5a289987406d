"""What a server needs so that people come in over SSH: the account, its folders, the site's file, sshd's part."""

import os
import pwd
import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from segtui import config

SSHD_FOLDER: Final = Path("/etc/ssh/sshd_config.d")
KEY_COMMAND: Final = (sys.executable, "-I", "-m", "segtui", "ssh", "authorized-keys")
# What the snippet says of the account, which `check` finds again in what sshd says of itself.
SETTINGS: Final = {
    "AuthenticationMethods": "publickey",
    "PubkeyAuthentication": "yes",
    "PasswordAuthentication": "no",
    "KbdInteractiveAuthentication": "no",
    "AuthorizedKeysFile": "none",
    "PermitTTY": "yes",
    "PermitUserRC": "no",
    "X11Forwarding": "no",
    "AllowTcpForwarding": "no",
    "AllowAgentForwarding": "no",
    "AllowStreamLocalForwarding": "no",
    "PermitTunnel": "no",
    "ClientAliveInterval": "15",
    "ClientAliveCountMax": "3",
}


@dataclass(frozen=True, slots=True)
class Command:
    """A step that runs a program, unless it is `done` already. `why` says what it is for."""

    why: str
    words: Sequence[str]
    done: bool = False

    @property
    def text(self) -> str:
        """The step as it would be typed."""
        return shlex.join(self.words)


@dataclass(frozen=True, slots=True)
class File:
    """A step that writes a file, root's own, in a group and with a mode. `done`: it is there and stays as it is."""

    why: str
    path: Path
    content: str
    group: str
    mode: int
    done: bool = False

    @property
    def text(self) -> str:
        """The step as it would be typed."""
        install = f"install -m {self.mode:04o} -o root -g {self.group} /dev/stdin {shlex.quote(str(self.path))}"
        return f"{install} <<'END'\n{self.content}END"


@dataclass(frozen=True, slots=True)
class Plan:
    """The set-up for a service account."""

    account: str

    @property
    def home(self) -> Path:
        """The account's home folder, where it is or will be."""
        try:
            return Path(pwd.getpwnam(self.account).pw_dir)
        except KeyError:
            return Path("/var/lib") / self.account

    @property
    def sshd_file(self) -> Path:
        """Where sshd's part goes."""
        return SSHD_FOLDER / f"{self.account}.conf"

    @property
    def snippet(self) -> str:
        """Sshd's part: a Match block of its own, closed again at its end."""
        settings = {
            **SETTINGS,
            "AuthorizedKeysCommand": f"{shlex.join(KEY_COMMAND)} %u %f",
            "AuthorizedKeysCommandUser": self.account,
        }
        lines = [f"    {name} {value}" for name, value in settings.items()]
        head = "# The people of segtui: their keys are in its database, and all they open is segtui."
        return "\n".join([head, f"Match User {self.account}", *lines, "Match all", ""])

    @property
    def site(self) -> str:
        """The site's file, as it is made where there is none."""
        return (
            f'database = "{self.home}/segtui.db"\nfiles = "{self.home}/files"\n'
            "upload_megabytes = 2000\nidle_minutes = 60\n"
        )

    def steps(self) -> Iterator[Command | File]:
        """Yield what is to be done, in its order. Each may be done again without harm."""
        there = _exists(self.account)
        home, account = str(self.home), self.account
        yield Command(
            "The account everybody signs in as. /bin/sh is no shell for them: sshd needs it to start segtui.",
            ["useradd", "--system", "--user-group", "--home-dir", home, "--shell", "/bin/sh", account],
            there,
        )
        yield Command(
            "No password fits. (Not “!”: without PAM sshd takes that for a locked account.)",
            ["usermod", "--password", "*", account],
        )
        yield Command(
            "Its folders, for itself alone.",
            ["install", "-d", "-m", "0700", "-o", account, "-g", account, home, f"{home}/files"],
        )
        folder = str(config.SITE_FILE.parent)
        yield Command("", ["install", "-d", "-m", "0755", "-o", "root", "-g", "root", folder])
        yield File(
            "Which database it is. The account reads it, only root writes it.",
            config.SITE_FILE, self.site, account, 0o640, config.SITE_FILE.exists(),
        )  # fmt: skip
        yield Command("The database, made or brought up to date by the account.", self.as_account("db", "upgrade"))
        yield File("How sshd treats the account.", self.sshd_file, self.snippet, "root", 0o644)
        yield Command("sshd looks whether it understands that.", [sshd(), "-t"])

    def as_account(self, *words: str) -> list[str]:
        """Return the command line that runs segtui as the account, in an environment of its own."""
        clean = ["env", "-i", f"HOME={self.home}", "PATH=/usr/bin:/bin", sys.executable, "-I", "-m", "segtui"]
        return ["runuser", "-u", self.account, "--", *clean, *words]


def reload_command() -> list[str]:
    """Return how sshd is told to read its configuration again; empty where that is not known here."""
    if not Path("/run/systemd/system").is_dir():
        return []
    unit = "ssh" if Path("/lib/systemd/system/ssh.service").exists() else "sshd"
    return ["systemctl", "reload", unit]


def sshd() -> str:
    """Return where sshd is. It stands in no ordinary user's PATH."""
    return shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or "/usr/sbin/sshd"


def _exists(account: str) -> bool:
    try:
        pwd.getpwnam(account)
    except KeyError:
        return False
    return True
