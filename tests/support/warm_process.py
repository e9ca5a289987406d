"""A warm process of the user who runs the tests, and stubs that sign in to it, without sshd.

Its sessions run Python code, the command they are asked for; so a test says what a session does.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from segtui.database.engine import open_database
from segtui.domain.vocabulary import Role
from segtui.services.accounts import companies, login_keys, users
from segtui.services.contacts import contact_editing as contacts
from segtui.services.segments import segments
from segtui.services.session import open_session
from tests.support.processes import wait_until
from tests.support.public_keys import ed25519_line, fingerprint_of

ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = Path(__file__).with_name("warm_program.py")
COLD = 42
"""The exit status of a stub that would have started cold."""

_SERVER = """
import sys
root, home, silence = sys.argv[1:]
sys.path.insert(0, root)
import os
from pathlib import Path
from segtui.ssh.warm import server, session_process
from segtui.ssh.warm.code_state import CodeState

def run(arguments):
    exec(os.environ["SSH_ORIGINAL_COMMAND"], {"arguments": arguments})
    return 0

session_process._REQUEST_SECONDS = float(silence)
home = Path(home)
server.serve(home, run, lambda: None, CodeState([str(home / "code")]))
"""

_STUB = """
import sys
root, home, patience = sys.argv[1:4]
sys.path.append(root)
import os
from segtui.ssh.warm import handover, protocol
def start_cold(*command):
    *words, environment = command
    os.write(1, repr(environment).encode())
    os.write(2, repr(words).encode())
    os._exit(42)
os.execve = start_cold
protocol.ANSWER_SECONDS = float(patience)
{before}
handover.run(sys.argv[4:], home)
"""


@dataclass(frozen=True)
class WarmProcess:
    """The process, and the home folder with its socket."""

    home: Path
    process: "subprocess.Popen[str]"

    @property
    def socket(self) -> Path:
        """The path of its socket."""
        return self.home / "warm.socket"

    def run(self, code: str, *, given: bytes = b"", patience: float = 20.0) -> "subprocess.CompletedProcess[bytes]":
        """Run code in a session with pipes, as sshd runs a command."""
        return subprocess.run(
            stub(self.home, patience=patience), env=asking_for(code), input=given, capture_output=True, check=False
        )


def asking_for(code: str) -> dict[str, str]:
    """Return the environment of a stub whose client asked for a command."""
    return {"SSH_ORIGINAL_COMMAND": code, "SSH_CONNECTION": "192.0.2.7 1 192.0.2.1 22", "TERM": "xterm"}


def stub(
    home: Path, words: Sequence[str] = ("session", "--user", "alice"), *, patience: float = 20.0, before: str = ""
) -> list[str]:
    """Return the command of a stub. It waits `patience` seconds for an answer; instead of starting cold it says so.

    Code in `before` is run first of all.
    """
    program = _STUB.replace("{before}", before)
    return [sys.executable, "-I", "-S", "-c", program, str(ROOT), str(home), str(patience), *words]


@contextmanager
def warm_process(home: Path, *, silence: float = 20.0) -> Iterator[WarmProcess]:
    """Run a warm process until the block ends; connections may be silent for `silence` seconds."""
    if not (home / "code").exists():
        (home / "code").touch()
    with _running(home, [sys.executable, "-I", "-c", _SERVER, str(ROOT), str(home), str(silence)]) as warm:
        yield warm


@contextmanager
def warm_segtui(home: Path) -> Iterator[WarmProcess]:
    """Run the warm process of segtui itself until the block ends, for the site file in `home` (`make_site`)."""
    with _running(home, [sys.executable, "-I", str(_PROGRAM), str(home), "serve"]) as warm:
        yield warm


def cold_segtui(home: Path, words: Sequence[str]) -> list[str]:
    """Return the command of a cold session of segtui itself."""
    return [sys.executable, "-I", str(_PROGRAM), str(home), "cold", *words]


def make_site(home: Path) -> list[str]:
    """Make a database in which alice has a key and thirty segments. Return the words of her forced command."""
    (home / "site.toml").write_text(f'database = "{home}/segtui.db"\nfiles = "{home}/files"\nsessions_per_user = 50\n')
    database = open_database(home / "segtui.db")
    owner = open_session(database, source="test")
    key = ed25519_line(7)
    users.add(owner, "alice", company="Main", role=Role.MEMBER)
    login_keys.add(owner, "alice", key)
    main = owner.bound_to(companies.by_name(owner, "Main"))
    for number in range(30):
        segments.create(main, f"Leads-{number:02}", "")
    for number in range(100):
        contacts.add(main, {"first_name": f"Finn{number}", "last_name": "Nobody", "phone": f"+1602555{1000 + number}"})
    database.close()
    return ["session", "--user", "alice", "--key", fingerprint_of(key)]


@contextmanager
def _running(home: Path, command: Sequence[str]) -> Iterator[WarmProcess]:
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_until(lambda: _accepts(home / "warm.socket") or process.poll() is not None)
            yield WarmProcess(home, process)
        finally:
            process.kill()


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as tried:
        return tried.connect_ex(str(path)) == 0
