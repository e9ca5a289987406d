"""A shell script on a machine of its own, as far as files go: what it writes to /etc and /var ends with it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import segtui

_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"}


def obstacle() -> str:
    """Return why there can be none here; empty where there can."""
    if os.geteuid() != 0:
        return "a server with accounts of its own takes root"
    for program in ("/usr/sbin/sshd", "ssh", "ssh-keygen", "unshare", "nsenter", "mount", "useradd"):
        if shutil.which(program) is None:
            return f"there is no {program}: Debian has it in openssh-server, -client, util-linux, mount or passwd"
    tried = subprocess.run(["unshare", "-m", "-p", "-f", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "this machine lets nobody mount anything of their own (unshare -m)"


def run(folder: Path, script: str, *, reachable: bool = True) -> "subprocess.CompletedProcess[str]":
    """Run a script of sh as root, with a copy of /etc and empty folders in the place of what accounts and sshd need.

    The copy is in `folder` and stays for the next script. `reachable` mends what bars others from the interpreter and
    the code, such as a closed home of root above them.
    """
    lines = [*_machine(folder), *(opened(folder) if reachable else ()), script]
    return subprocess.run(
        ["unshare", "-m", "--propagation", "private", "sh", "-euc", "\n".join(lines)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
    )


def _machine(folder: Path) -> Sequence[str]:
    """Return what lays the machine's own folders over those of the host."""
    etc = folder / "etc"
    if not etc.exists():
        shutil.copytree("/etc", etc, symlinks=True, ignore_dangling_symlinks=True)
        for name in ("lib", "log", "run"):
            (folder / name).mkdir()
    pairs = (("etc", "/etc"), ("lib", "/var/lib"), ("log", "/var/log"), ("run", "/run"))
    return [f"mount --bind '{folder}/{name}' {place}" for name, place in pairs]


def opened(folder: Path) -> Sequence[str]:
    """Return what lays a folder that others may enter over each that they may not, with only ours left in it.

    Ours are the interpreter, its environment and the code.
    """
    lines: list[str] = []
    hidden_before: set[Path] = set()
    paths = (Path(sys.base_prefix), Path(sys.prefix), Path(segtui.__file__).resolve().parents[1])
    for number, path in enumerate(dict.fromkeys(paths)):
        above = reversed([path, *path.parents])
        hidden = next((each for each in above if not each.stat().st_mode & 0o001), None)
        if hidden is None:
            continue
        kept = folder / f"kept-{number}"
        kept.mkdir(exist_ok=True)
        lines.append(f"mount --bind '{path}' '{kept}'")
        if hidden not in hidden_before:
            lines.append(f"mount -t tmpfs -o mode=755 tmpfs '{hidden}'")
            hidden_before.add(hidden)
        lines += [f"mkdir -p '{path}'", f"mount --move '{kept}' '{path}'"]
    return lines
