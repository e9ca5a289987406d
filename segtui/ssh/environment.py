"""The environment of a session over SSH: nothing in it can come from the client."""

import os
import pwd
import re
from collections.abc import Mapping
from typing import Final

_TERM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}")
_LOCALE: Final = re.compile(r"[A-Za-z][A-Za-z0-9._@-]{0,63}")
_LOCALES: Final = ("LANG", "LC_ALL", "LC_CTYPE")
_ADDRESS: Final = re.compile(r"[0-9A-Fa-f.:%a-z]{2,64}")
_PATH: Final = "/usr/bin:/bin"


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a session: of the received one only the terminal type and the locale stay, if sound.

    Everything else that clients send or a shell sets (PYTHON*, TEXTUAL*, SEGTUI_*, XDG_*, LD_*, EDITOR) is dropped.
    """
    account = pwd.getpwuid(os.geteuid())
    locale = {name: environment[name] for name in _LOCALES if _LOCALE.fullmatch(environment.get(name, ""))}
    term = environment.get("TERM", "")
    return {
        **locale,
        "TERM": term if _TERM.fullmatch(term) else "unknown",
        "HOME": account.pw_dir,
        "USER": account.pw_name,
        "LOGNAME": account.pw_name,
        "PATH": _PATH,
    }


def client_address(environment: Mapping[str, str]) -> str:
    """Return the address of the client as sshd reports it; `ssh` if it reports none."""
    address = environment.get("SSH_CONNECTION", "").partition(" ")[0]
    return address if _ADDRESS.fullmatch(address) else "ssh"
