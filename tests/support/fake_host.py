"""A machine in memory: what it holds is said by a test, what is done to it can be looked at."""

import fnmatch
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from segtui.ssh.host import Account, FileState, Host, Kind, ProcessResult
from segtui.ssh.sshd_config import CONFIGURATION, SNIPPET, settings_for
from segtui.ssh.warm import unit

SSHD = "/usr/sbin/sshd"
PYTHON = Path("/opt/segtui/bin/python")
HOME = Path("/var/lib/segtui")
ACCOUNT = Account("segtui", 990, 991, HOME, "/bin/sh")
INCLUDE = "Include /etc/ssh/sshd_config.d/*.conf\n"
UPGRADED = '{"before": "1", "after": "1"}'


@dataclass
class FakeHost(Host):
    """A machine on which we are root, unless said otherwise. Only what `answers` names by a pattern fails or speaks."""

    root: bool = True
    systemd: bool = False
    accounts: dict[str, Account] = field(default_factory=dict)
    shadow: dict[str, str] = field(default_factory=dict)
    states: dict[Path, FileState] = field(default_factory=dict)
    texts: dict[Path, str] = field(default_factory=dict)
    links: dict[Path, Path] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    answers: dict[str, ProcessResult | Callable[[], ProcessResult]] = field(default_factory=dict)
    ran: list[tuple[str, str]] = field(default_factory=list)
    """What was run: the command, and as whom."""

    @property
    def is_root(self) -> bool:
        return self.root

    @property
    def has_systemd(self) -> bool:
        return self.systemd

    def may_be(self, account: Account) -> bool:
        return self.root

    def account(self, name: str) -> Account | None:
        return self.accounts.get(name)

    def name_of(self, uid: int) -> str:
        return next((each.name for each in self.accounts.values() if each.uid == uid), str(uid))

    def groups_of(self, account: Account) -> list[str]:
        return [account.name]

    def password_field(self, name: str) -> str | None:
        return self.shadow.get(name) if self.root else None

    def state(self, path: Path) -> FileState | None:
        return self.states.get(path)

    def target(self, path: Path) -> Path:
        return path.parent / self.links[path]

    def below(self, folder: Path) -> Iterator[Path]:
        yield from (path for path in self.states if folder in path.parents)

    def read(self, path: Path) -> str | None:
        return self.texts.get(path)

    def find(self, program: str) -> str | None:
        return None if program in self.missing else SSHD if program == "sshd" else f"/usr/sbin/{program}"

    def run(self, words: Sequence[str], account: Account | None = None) -> ProcessResult:
        command = " ".join(words)
        self.ran.append((command, account.name if account else "root"))
        for pattern, answer in self.answers.items():
            if fnmatch.fnmatchcase(command, pattern):
                return answer() if callable(answer) else answer
        if words[0] == "/usr/sbin/useradd":
            self.accounts[words[-1]] = replace(ACCOUNT, name=words[-1], home=Path("/var/lib") / words[-1])
        return ProcessResult(0, UPGRADED if "upgrade" in words else "")

    def make_folder(self, path: Path, owner: Account | None, mode: int) -> None:
        self.add(path, mode, owner, kind="folder")

    def make_folder_as(self, account: Account, path: Path, mode: int) -> None:
        self.ran.append((f"mkdir {path}", account.name))
        self.add(path, mode, account, kind="folder")

    def write(self, path: Path, text: str, gid: int, mode: int) -> None:
        self.texts[path] = text
        self.states[path] = FileState(0, gid, mode, "file")

    def remove(self, path: Path) -> None:
        self.texts.pop(path, None)
        self.states.pop(path, None)

    def add(self, path: Path | str, mode: int, owner: Account | None = None, *, kind: Kind = "file") -> None:
        """Put something at `path`, and root's open folders above it where there are none."""
        path = Path(path)
        for above in path.parents:
            self.states.setdefault(above, FileState(0, 0, 0o755, "folder"))
        self.states[path] = FileState(owner.uid if owner else 0, owner.gid if owner else 0, mode, kind)


def effective(**changed: str) -> str:
    """Return what `sshd -T` prints where all is as it should be, but for what is `changed` (in small letters)."""
    settings = {name.lower(): value for name, value in settings_for("segtui", PYTHON).items()}
    settings |= {"usepam": "yes", "permituserenvironment": "no", "acceptenv": "LANG"} | changed
    return "".join(f"{name} {value}\n" for name, value in settings.items())


def set_up(site: Path) -> FakeHost:
    """Return a machine on which everything is as it should be. The site's file at `site` is there."""
    host = FakeHost(accounts={"segtui": ACCOUNT}, shadow={"segtui": "*"}, texts={CONFIGURATION: INCLUDE, SNIPPET: ""})
    host.texts[site] = site.read_text(encoding="utf-8")
    host.add("/bin/sh", 0o755)
    host.add(PYTHON, 0o755)
    for name in ("__init__.py", "ssh/warm/stub.py"):
        host.add(Path("/opt/segtui/lib/segtui", name), 0o644)
    host.add(HOME, 0o700, ACCOUNT, kind="folder")
    host.add(HOME / "files", 0o700, ACCOUNT, kind="folder")
    host.add(site, 0o640)
    host.states[site] = replace(host.states[site], gid=ACCOUNT.gid)
    host.answers[f"{SSHD} -T *"] = ProcessResult(0, effective())
    host.systemd = True
    host.write(unit.UNIT_FILE, unit.unit_for("segtui", PYTHON), 0, 0o644)
    host.add(HOME / "warm.socket", 0o600, ACCOUNT, kind="socket")
    return host
