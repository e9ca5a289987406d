"""The configuration of sshd for the account: the settings that we write, and those in force."""

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from segtui.domain.text import clean
from segtui.errors import InvalidInput
from segtui.ssh.host import Account, Host, ProcessResult
from segtui.ssh.warm import STUB, stub_command

CONFIGURATION: Final = Path("/etc/ssh/sshd_config")
SNIPPET: Final = Path("/etc/ssh/sshd_config.d/segtui.conf")

# Paths that sshd takes literally: the line of AuthorizedKeysCommand cannot be quoted.
_PLAIN_PATH: Final = re.compile(r"/[\w./+@:=,-]+", re.ASCII)
_NO_FOLDER: Final = re.compile(r"Missing privilege separation directory: (/\S+)")

# Only keys are accepted; only segtui says which keys; and they open segtui alone.
_FIXED_SETTINGS: Final[Mapping[str, str]] = {
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

# Variables that make a program run foreign code before its first line.
_HARMFUL_VARIABLES: Final = (
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "LD_AUDIT",
    "GCONV_PATH",
    "BASH_ENV",
    "ENV",
    "PATH",
    "HOME",
)


def key_command(executable: Path) -> str:
    """Return the AuthorizedKeysCommand. Raises InvalidInput for a path that sshd cannot be given."""
    for what, path in (("interpreter", executable), ("program", STUB)):
        if not _PLAIN_PATH.fullmatch(str(path)):
            raise InvalidInput(
                f"The path of the {what}, {clean(str(path))}, has a character that sshd does not accept: "
                "install segtui at a path of letters, digits and . _ + - only."
            )
    return " ".join([*stub_command(executable), "authorized-keys %u %f"])


def settings_for(account: str, executable: Path) -> dict[str, str]:
    """Return the settings that the account needs, by their names in sshd_config(5)."""
    ours = {"AuthorizedKeysCommand": key_command(executable), "AuthorizedKeysCommandUser": account}
    settings: dict[str, str] = {}
    for name, value in _FIXED_SETTINGS.items():
        settings[name] = value
        if name == "AuthorizedKeysFile":
            settings |= ours
    return settings


def snippet_for(account: str, executable: Path) -> str:
    """Return the text of sshd's file for the account. It ends in `Match all`: what follows is for everyone."""
    lines = [f"    {name} {value}" for name, value in settings_for(account, executable).items()]
    head = f"# Made by `segtui ssh setup`: signing in as {account} gets segtui, as the owner of the key."
    return "\n".join([head, f"Match User {account}", *lines, "Match all", ""])


def is_included(configuration: str, path: Path = SNIPPET) -> bool:
    """Return True if `configuration`, the text of sshd_config, includes the file at `path` for everyone."""
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


def parse_settings(text: str) -> dict[str, list[str]]:
    """Return the output of `sshd -T` as the values of each setting, in their order; names are in lower case."""
    settings: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, _, value = line.strip().partition(" ")
        if name:
            settings.setdefault(name.lower(), []).append(value.strip())
    return settings


def differences(effective: Mapping[str, Sequence[str]], account: str, executable: Path) -> list[str]:
    """Return the settings that differ from the snippet, as `PermitTTY is no, not yes`."""
    deviations = []
    for name, value in settings_for(account, executable).items():
        values = effective.get(name.lower(), [])
        current = " ".join(values) or "not set"
        same = _same_command(current, value) if name == "AuthorizedKeysCommand" else current == value
        if not same:
            deviations.append(f"{name} is {clean(current)}, not {clean(value)}")
    return deviations


def _same_command(command: str, expected: str) -> bool:
    """Return True if two key commands run the same interpreter: `python` and `python3` of one environment do."""
    (first, _, rest), (second, _, others) = command.partition(" "), expected.partition(" ")
    first_path, second_path = Path(first), Path(second)
    return rest == others and first_path.parent == second_path.parent and first_path.resolve() == second_path.resolve()


def harmful_setting(effective: Mapping[str, Sequence[str]]) -> str:
    """Return the setting that lets a client change the environment of our program; empty if none does."""
    patterns = [pattern for value in effective.get("acceptenv", []) for pattern in value.split()]
    for pattern in patterns:
        if any(fnmatchcase(name, pattern) for name in _HARMFUL_VARIABLES):
            return f"AcceptEnv {clean(pattern)}"
    allowed = " ".join(effective.get("permituserenvironment", ["no"]))
    return "" if allowed == "no" else f"PermitUserEnvironment {clean(allowed)}"


def denying_setting(effective: Mapping[str, Sequence[str]], account: Account, groups: Sequence[str]) -> str:
    """Return the setting that keeps the account out; empty if it may sign in."""
    for kind, names in (("users", [account.name]), ("groups", groups)):
        denied = _patterns(effective, f"deny{kind}")
        if any(fnmatchcase(name, pattern) for name in names for pattern in denied):
            return f"Deny{kind.capitalize()}"
        allowed = _patterns(effective, f"allow{kind}")
        if allowed and not any(fnmatchcase(name, pattern) for name in names for pattern in allowed):
            return f"Allow{kind.capitalize()}"
    return ""


def _patterns(effective: Mapping[str, Sequence[str]], name: str) -> list[str]:
    # `segtui@192.0.2.*` names the account too, though not from every address.
    return [pattern.partition("@")[0] for value in effective.get(name, []) for pattern in value.split()]


def test_configuration(host: Host, program: str) -> ProcessResult:
    """Run `sshd -t`, which checks the configuration as it is now."""
    return host.run([program, "-t"])


def missing_folder(result: ProcessResult) -> Path | None:
    """Return the folder that sshd misses before its first start since boot; None for any other complaint."""
    match = _NO_FOLDER.search(result.err)
    return Path(match[1]) if match else None


def effective_settings(host: Host, program: str, account: str) -> tuple[dict[str, list[str]], ProcessResult]:
    """Return the settings in force for the account, and the result of the query."""
    result = host.run([program, "-T", "-C", f"user={account},host=localhost,addr=127.0.0.1"])
    return (parse_settings(result.out) if result.status == 0 else {}), result
