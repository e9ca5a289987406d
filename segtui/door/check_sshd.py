"""What sshd would do for the account: the points of the check that are about its configuration."""

import fnmatch
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from segtui.door.plan import KEY_COMMAND, SETTINGS, Plan, sshd
from segtui.door.point import ONLY_ROOT, Point, State, judged, wrong

# A client that may set one of these runs code of its own before segtui begins.
_DANGEROUS: Final = ("LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "ENV", "BASH_ENV", "GCONV_PATH")


def settings_for(account: str) -> dict[str, list[str]]:
    """Return what sshd would do for the account, by names in small letters; empty where it does not say."""
    who = f"user={account},host=localhost,addr=127.0.0.1"
    try:
        ran = subprocess.run([sshd(), "-T", "-C", who], capture_output=True, text=True, check=False)  # noqa: S603  sshd
    except OSError:
        return {}
    return settings_of(ran.stdout) if ran.returncode == 0 else {}


def settings_of(printed: str) -> dict[str, list[str]]:
    """Return the settings that `sshd -T` prints, each with its values: some stand on several lines."""
    found: dict[str, list[str]] = {}
    for line in printed.splitlines():
        name, _, value = line.partition(" ")
        found.setdefault(name.lower(), []).append(value)
    return found


def points(plan: Plan, settings: Mapping[str, Sequence[str]]) -> Iterator[Point]:
    """Yield the points about sshd; `settings` are those of `settings_for`."""
    try:
        ran = subprocess.run([sshd(), "-t"], capture_output=True, text=True, check=False)  # noqa: S603  sshd
    except OSError:
        yield wrong("sshd", "There is no sshd: Debian has it in openssh-server.")
        return
    if ran.returncode and os.geteuid() != 0:
        yield Point("sshd", State.NOT_CHECKED, ONLY_ROOT)
        return
    yield judged("sshd", ran.stderr.strip() if ran.returncode else "", "sshd understands its configuration.")
    yield from judge_settings(plan, settings)


def judge_settings(plan: Plan, settings: Mapping[str, Sequence[str]]) -> Iterator[Point]:
    """Yield the points about what sshd would do for the account."""
    wanted = {
        **SETTINGS,
        "AuthorizedKeysCommand": f"{' '.join(KEY_COMMAND)} %u %f",
        "AuthorizedKeysCommandUser": plan.account,
        "PermitUserEnvironment": "no",
    }
    differing = [
        f"{name} is {' '.join(settings.get(name.lower(), ['not there']))}, not {value}"
        for name, value in wanted.items()
        if [each.lower() for each in settings.get(name.lower(), [])] != [value.lower()]
    ]
    reason = f"sshd: {'; '.join(differing)}. `segtui ssh setup` prints its part; is {plan.sshd_file} included?"
    yield judged("sshd's settings", reason if differing else "", "Keys come from segtui, and nothing is forwarded.")
    forced = [each for each in settings.get("forcecommand", []) if each != "none"]
    reason = f"ForceCommand {' '.join(forced)} takes the place of what each key opens; take it away for the account."
    yield judged("forced command", reason if forced else "", "Each key opens its own user's session.")
    yield _accepted(settings)
    yield _allowed(plan, settings)


def _accepted(settings: Mapping[str, Sequence[str]]) -> Point:
    patterns = " ".join(settings.get("acceptenv", [])).split()
    found = [name for name in _DANGEROUS if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)]
    reason = f"AcceptEnv lets clients set {', '.join(found)}, and so run code of their own: accept LANG and LC_* alone."
    return judged("environment", reason if found else "", "Clients set no variable that runs code.")


def _allowed(plan: Plan, settings: Mapping[str, Sequence[str]]) -> Point:
    named = " ".join(settings.get("allowusers", [])).split()
    allowed = not named or any(fnmatch.fnmatchcase(plan.account, each.partition("@")[0]) for each in named)
    denied = any(fnmatch.fnmatchcase(plan.account, each) for each in " ".join(settings.get("denyusers", [])).split())
    reason = f"AllowUsers or DenyUsers keeps {plan.account} out."
    return judged("let in", "" if allowed and not denied else reason, "sshd lets the account in.")
