"""A real sshd on 127.0.0.1 with a service account in it, on a machine that is left as it was.

It runs in a mount namespace of its own, where a copy of /etc with the account, its home and the site's configuration
lies over the machine's. That takes root. Nothing outside of a temporary folder changes, and it ends with the block.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tests.support import namespace

ACCOUNT = "segtui"
_SECONDS = 30
_IN_NAMESPACE = ("unshare", "-m", "-p", "-f", "--kill-child", "--propagation", "private")


class SshdError(Exception):
    """It cannot be started; says why."""


@dataclass(frozen=True)
class Sshd:
    """The server: where it listens, and the folder that holds everything of it. `home` is the account's."""

    port: int
    folder: Path
    pid: int

    @property
    def home(self) -> Path:
        """The account's home folder."""
        return self.folder / "lib" / ACCOUNT

    def inside(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a program as root where sshd runs, with the machine as it looks there."""
        return subprocess.run(
            [*self._there, *words], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )

    @property
    def _there(self) -> list[str]:
        return ["nsenter", "--target", str(self.pid), "--mount", "--pid", "--"]

    @property
    def site_file(self) -> Path:
        """The configuration of the site."""
        return self.folder / "etc" / "segtui" / "config.toml"

    def key(self, name: str) -> str:
        """Make a key of this name, if there is none, and return its public line."""
        private = self.folder / "keys" / name
        if not private.exists():
            _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"{name}@test", "-f", str(private))
        return private.with_name(f"{name}.pub").read_text(encoding="ascii").strip()

    def command(
        self, key: str, *words: str, options: Sequence[str] = (), account: str = ACCOUNT, fresh: bool = True
    ) -> list[str]:
        """Return the command line of an `ssh` that signs in with the key of this name and asks for `words`.

        Unless it is to be `fresh` it shares a connection with others of this key, which spares it a second.
        """
        self.key(key)
        shared = {"ControlMaster": "auto", "ControlPersist": "60", "ControlPath": f"{self.folder}/keys/{key}.sock"}
        settings = {
            "UserKnownHostsFile": str(self.folder / "known_hosts"),
            "StrictHostKeyChecking": "accept-new",
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "BatchMode": "yes",
            "LogLevel": "ERROR",
            **({"ControlPath": "none"} if fresh else shared),
        }
        said = [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]
        where = ["-F", "none", "-p", str(self.port), "-i", str(self.folder / "keys" / key)]
        return ["ssh", *where, *said, *options, "--", f"{account}@127.0.0.1", *words]

    def run(
        self,
        key: str,
        *words: str,
        given: bytes = b"",
        options: Sequence[str] = (),
        account: str = ACCOUNT,
        variables: Mapping[str, str] = MappingProxyType({}),
        fresh: bool = False,
    ) -> "Ran":
        """Sign in, run a command with `given` as its standard input, and return what came of it."""
        fresh = fresh or bool(options) or account != ACCOUNT
        with tempfile.TemporaryFile() as err:  # a pipe would be held open by a connection that is shared afterwards
            done = subprocess.run(
                self.command(
                    key, *words, options=options, account=account, fresh=fresh or bool(options) or account != ACCOUNT
                ),
                input=given,
                stdout=subprocess.PIPE,
                stderr=err,
                check=False,
                timeout=120,
                env={**os.environ, **variables},
            )
            err.seek(0)
            return Ran(done.returncode, done.stdout, err.read().decode(errors="replace"))

    @contextmanager
    def warm_process(self) -> "Iterator[WarmProcess]":
        """Run `segtui ssh serve` as the account, where sshd runs, while the block runs, unless it is ended in there."""
        account = ["setpriv", "--reuid", ACCOUNT, "--regid", ACCOUNT, "--clear-groups", "--reset-env", "--"]
        command = [*self._there, *account, sys.executable, "-I", "-m", "segtui", "ssh", "serve"]
        with (self.folder / "warm.log").open("ab") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self._wait_for_warm(process)
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
            yield WarmProcess(int(children[0]), process)
        finally:
            if process.poll() is None:  # nsenter, which ends with the process that it waits for
                for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
                    os.kill(int(child), signal.SIGTERM)
            process.wait(_SECONDS)

    @contextmanager
    def without_warm_process(self) -> Iterator[None]:
        """Hide the socket and the lock of a warm process while the block runs: sign-ins are cold, another may start."""
        away = Path(tempfile.mkdtemp(dir=self.home.parent))
        hidden = [name for name in ("warm.socket", "warm.lock") if (self.home / name).exists()]
        for name in hidden:
            (self.home / name).rename(away / name)
        try:
            yield
        finally:
            for name in hidden:
                (away / name).replace(self.home / name)

    def _wait_for_warm(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as tried:
                if tried.connect_ex(str(self.home / "warm.socket")) == 0:
                    return
            time.sleep(0.05)
        raise SshdError("the warm process did not start:\n" + (self.folder / "warm.log").read_text(encoding="utf-8"))

    @property
    def log(self) -> str:
        """What sshd said."""
        return (self.folder / "sshd.log").read_text(encoding="utf-8", errors="replace")


@dataclass(frozen=True)
class WarmProcess:
    """The warm process: its number outside of the namespace, and the process that waits for it."""

    pid: int
    waiting: "subprocess.Popen[bytes]"


@dataclass(frozen=True)
class Ran:
    """What came of a command: its exit status, and what it wrote."""

    status: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Standard output as text."""
        return self.out.decode()


@contextmanager
def server(site: str) -> Iterator[Sshd]:
    """Run an sshd that `segtui ssh setup` prepared, with `site` as the site's file, while the block runs.

    Raises SshdError where it does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="segtui-sshd-"))
    process = None
    try:
        port = _free_port()
        _prepare(folder, site)
        with (folder / "sshd.log").open("wb") as log:
            process = subprocess.Popen(
                [*_IN_NAMESPACE, "sh", "-euc", _script(folder, port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _wait(port, process, folder / "sshd.log")
        (first,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
        yield Sshd(port, folder, int(first))
    finally:
        if process is not None:
            _end(process)
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(folder: Path, site: str) -> None:
    folder.chmod(0o755)
    (folder / "keys").mkdir(mode=0o700)
    (folder / "lib").mkdir(mode=0o755)
    etc = folder / "etc"
    shutil.copytree("/etc", etc, symlinks=True, ignore_dangling_symlinks=True)
    shutil.rmtree(etc / "segtui", ignore_errors=True)
    (etc / "segtui").mkdir(mode=0o755)
    (etc / "segtui" / "config.toml").write_text(site, encoding="utf-8")
    configuration = etc / "ssh" / "sshd_config"
    if "Include" not in configuration.read_text(encoding="utf-8"):
        configuration.write_text("Include /etc/ssh/sshd_config.d/*.conf\n", encoding="utf-8")
    _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "host_key"))
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)


def _script(folder: Path, port: int) -> str:
    """Return what runs in the namespace: a copy of /etc, an empty /var/lib, the set-up of the README, then sshd."""
    lines = [
        "mount -t proc proc /proc",
        f"mount --bind '{folder}/etc' /etc",
        f"mount --bind '{folder}/lib' /var/lib",
        *namespace.opened(folder),
    ]
    settings = {
        "Port": port, "ListenAddress": "127.0.0.1", "HostKey": f"{folder}/host_key", "PidFile": f"{folder}/sshd.pid",
        # Clients may send what they like: the session is to be safe even so.
        "AcceptEnv": "*", "UsePAM": "no", "PrintMotd": "no", "MaxStartups": 200, "MaxSessions": 200,
        "LogLevel": "VERBOSE",
    }  # fmt: skip
    given = " ".join(f"-o '{name}={value}'" for name, value in settings.items())
    setup = f"'{sys.executable}' -I -m segtui ssh setup --write >'{folder}/setup.txt' 2>&1 || true"
    return "\n".join([*lines, setup, f"exec /usr/sbin/sshd -D -e {given}"])


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as tried:
            tried.settimeout(1)
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    said = [
        path.read_text(encoding="utf-8", errors="replace")
        for path in (log.with_name("setup.txt"), log)
        if path.exists()
    ]
    raise SshdError("sshd did not start:\n" + "\n".join(said))


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End it with everything in its namespace: what is process 1 in there takes the others with it."""
    process.kill()
    process.wait(_SECONDS)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)
