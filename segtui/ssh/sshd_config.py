"""sshd's side of the door: what its configuration has to say about the account, and what it does say."""

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from segtui.domain.text import clean
from segtui.errors import InvalidInput
from segtui.ssh.host import Account, Done, Host

CONFIGURATION: Final = Path("/etc/ssh/sshd_config")
SNIPPET: Final = Path("/etc/ssh/sshd_config.d/segtui.conf")

# What sshd would read as more than a path, in a line that cannot be quoted.
_PLAIN: Final = re.compile(r"/[\w./+@:=,-]+", re.ASCII)
_NO_FOLDER: Final = re.compile(r"Missing privilege separation directory: (/\S+)")

# Of each the reason: nothing but a key opens; nobody but we says which key; and what opens is segtui alone.
_FIXED: Final[Mapping[str, str]] = {
    "AuthenticationMethods": "publickey",
    "PubkeyAuthentication": "yes",
    "PasswordAuthentication": "no",
    "KbdInteractiveAuthentication": "no",
    "AuthorizedKeysFile": "none",
    "TrustedUserCAKeys": "none",
    "ForceCommand": "none",
    "ChrootDirectory": "none",
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

# With one of these in its environment a program runs what it is told, before its first line.
_HARMFUL: Final = ("LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "GCONV_PATH", "BASH_ENV", "ENV", "PATH", "HOME")


def key_command(executable: Path) -> str:
    """Return the AuthorizedKeysCommand. Raises InvalidInput for an interpreter at a path that sshd cannot be told."""
    if not _PLAIN.fullmatch(str(executable)):
        raise InvalidInput(
            f"The path of the interpreter, {clean(str(executable))}, has a character in it that sshd cannot be told: "
            "install segtui at a path of letters, digits and . _ + - alone."
        )
    return f"{executable} -I -m segtui ssh authorized-keys %u %f"


def settings_for(account: str, executable: Path) -> dict[str, str]:
    """Return the settings that are to hold for the account, by their names in sshd_config(5)."""
    ours = {"AuthorizedKeysCommand": key_command(executable), "AuthorizedKeysCommandUser": account}
    found: dict[str, str] = {}
    for name, value in _FIXED.items():
        found[name] = value
        if name == "AuthorizedKeysFile":
            found |= ours
    return found


def snippet_for(account: str, executable: Path) -> str:
    """Return the file that tells sshd about the account. It ends in `Match all`: what is read next is for everybody."""
    lines = [f"    {name} {value}" for name, value in settings_for(account, executable).items()]
    head = f"# Made by `segtui ssh setup`: who signs in as {account} gets segtui, as the user whose key it is."
    return "\n".join([head, f"Match User {account}", *lines, "Match all", ""])


def is_included(configuration: str, path: Path = SNIPPET) -> bool:
    """Tell whether `configuration`, the text of sshd_config, reads the file at `path` for everybody."""
    for line in configuration.splitlines():
        words = line.replace("=", " ", 1).replace('"', "").split()
        if not words or words[0].startswith("#"):
            continue
        if words[0].lower() == "match" and [word.lower() for word in words[1:]] != ["all"]:
            return False
        # A relative pattern starts in the folder of sshd_config.
        if words[0].lower() == "include" and any(
            fnmatchcase(str(path), str(CONFIGURATION.parent / pattern)) for pattern in words[1:]
        ):
            return True
    return False


def parsed(text: str) -> dict[str, list[str]]:
    """Return what `sshd -T` printed: for each setting, in small letters, its values in their order."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, _, value = line.strip().partition(" ")
        if name:
            found.setdefault(name.lower(), []).append(value.strip())
    return found


def differences(effective: Mapping[str, Sequence[str]], account: str, executable: Path) -> list[str]:
    """Return what is not as the snippet says, as `PermitTTY is no, not yes`."""
    found = []
    for name, value in settings_for(account, executable).items():
        values = effective.get(name.lower(), [])
        is_value = " ".join(values) or "not set"
        same = _same_command(is_value, value) if name == "AuthorizedKeysCommand" else is_value == value
        if not same:
            found.append(f"{name} is {clean(is_value)}, not {clean(value)}")
    return found


def _same_command(one: str, other: str) -> bool:
    """Tell whether two key commands run the same: `python` and `python3` of one environment are one interpreter."""
    (first, _, rest), (second, _, others) = one.partition(" "), other.partition(" ")
    here, there = Path(first), Path(second)
    return rest == others and here.parent == there.parent and here.resolve() == there.resolve()


def lets_harm_in(effective: Mapping[str, Sequence[str]]) -> str:
    """Return which setting lets who signs in say what our program's environment is; empty where none does."""
    patterns = [pattern for value in effective.get("acceptenv", []) for pattern in value.split()]
    for pattern in patterns:
        if any(fnmatchcase(name, pattern) for name in _HARMFUL):
            return f"AcceptEnv {clean(pattern)}"
    allowed = " ".join(effective.get("permituserenvironment", ["no"]))
    return "" if allowed == "no" else f"PermitUserEnvironment {clean(allowed)}"


def keeps_out(effective: Mapping[str, Sequence[str]], account: Account, groups: Sequence[str]) -> str:
    """Return which setting keeps the account out; empty where it may sign in."""
    for kind, names in (("users", [account.name]), ("groups", groups)):
        denied = _patterns(effective, f"deny{kind}")
        if any(fnmatchcase(name, pattern) for name in names for pattern in denied):
            return f"Deny{kind.capitalize()}"
        allowed = _patterns(effective, f"allow{kind}")
        if allowed and not any(fnmatchcase(name, pattern) for name in names for pattern in allowed):
            return f"Allow{kind.capitalize()}"
    return ""


def _patterns(effective: Mapping[str, Sequence[str]], name: str) -> list[str]:
    # `segtui@192.0.2.*` is about the account too, if not from everywhere.
    return [pattern.partition("@")[0] for value in effective.get(name, []) for pattern in value.split()]


def tested(host: Host, program: str) -> Done:
    """Return what `sshd -t` says about its configuration as it is now."""
    return host.run([program, "-t"])


def missing_folder(done: Done) -> Path | None:
    """Return the folder that sshd misses where it has not been started since the machine was; None for all else."""
    found = _NO_FOLDER.search(done.err)
    return Path(found[1]) if found else None


def effective_settings(host: Host, program: str, account: str) -> tuple[dict[str, list[str]], Done]:
    """Return the settings that hold for the account, and what became of asking sshd for them."""
    done = host.run([program, "-T", "-C", f"user={account},host=localhost,addr=127.0.0.1"])
    return (parsed(done.out) if done.status == 0 else {}), done
