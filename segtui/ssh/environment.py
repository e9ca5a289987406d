"""What a session over SSH finds in its environment: nothing that whoever signs in could have put there."""

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


def clean_environment(given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a session. Of what was `given` stays the terminal's kind and the locale, if sound.

    Whatever else clients send or a shell sets (PYTHON*, TEXTUAL*, SEGTUI_*, XDG_*, LD_*, EDITOR) is gone.
    """
    account = pwd.getpwuid(os.geteuid())
    kept = {name: given[name] for name in _LOCALES if _LOCALE.fullmatch(given.get(name, ""))}
    term = given.get("TERM", "")
    return {
        **kept,
        "TERM": term if _TERM.fullmatch(term) else "unknown",
        "HOME": account.pw_dir,
        "USER": account.pw_name,
        "LOGNAME": account.pw_name,
        "PATH": _PATH,
    }


def source_of(given: Mapping[str, str]) -> str:
    """Return the address somebody comes from, as sshd says it; `ssh` where it does not."""
    address = given.get("SSH_CONNECTION", "").partition(" ")[0]
    return address if _ADDRESS.fullmatch(address) else "ssh"
