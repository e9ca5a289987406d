"""The machine, as setup and check see it: accounts, files with owner and mode, programs."""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from segtui.domain.text import clean
from segtui.errors import SetupFailed

Kind = Literal["file", "folder", "link", "socket", "other", "hidden"]

_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_TIMEOUT: Final = 300  # seconds for a program to end
_KINDS: Final[dict[int, Kind]] = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "folder",
    stat.S_IFLNK: "link",
    stat.S_IFSOCK: "socket",
}
# If the account replaced the folder with a link, only the account's own rights would follow it.
_MAKE_FOLDER: Final = 'mkdir -p -m "$1" -- "$2" && chmod -- "$1" "$2"'


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the machine."""

    name: str
    uid: int
    gid: int
    home: Path
    shell: str


@dataclass(frozen=True, slots=True)
class FileState:
    """Owner, mode and kind of a file. `hidden` means that we may not look at it."""

    uid: int
    gid: int
    mode: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class ProcessResult:
    """The exit status of a program, and its output."""

    status: int
    out: str = ""
    err: str = ""

    @property
    def last_line(self) -> str:
        """The last line of its errors, or else of its output; clean, and without the full stop."""
        lines = [line for line in (self.err.strip() or self.out.strip()).splitlines() if line.strip()]
        return clean(lines[-1].strip()).rstrip(".") if lines else f"it ended with status {self.status}"


class Host:
    """This machine. Reading never raises for what is missing or hidden; writing raises SetupFailed."""

    @property
    def is_root(self) -> bool:
        """True if we run as root."""
        return os.geteuid() == 0

    @property
    def has_systemd(self) -> bool:
        """True if systemd runs here."""
        return Path("/run/systemd/system").is_dir()

    def may_be(self, account: Account) -> bool:
        """Return True if we may run something as `account`."""
        return os.geteuid() in {0, account.uid}

    def account(self, name: str) -> Account | None:
        """Return the account of this name, None if it does not exist."""
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            return None
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, Path(entry.pw_dir), entry.pw_shell)

    def name_of(self, uid: int) -> str:
        """Return the name of the account with this number, or the number."""
        try:
            return pwd.getpwuid(uid).pw_name
        except KeyError:
            return str(uid)

    def groups_of(self, account: Account) -> list[str]:
        """Return the names of the groups that `account` is in."""
        import grp

        group_ids = os.getgrouplist(account.name, account.gid)
        return [group.gr_name for group in grp.getgrall() if group.gr_gid in group_ids]

    def password_field(self, name: str) -> str | None:
        """Return the password field of an account in /etc/shadow; None if it cannot be read."""
        for line in (self.read(Path("/etc/shadow")) or "").splitlines():
            fields = line.split(":")
            if fields[0] == name and len(fields) > 1:
                return fields[1]
        return None

    def state(self, path: Path) -> FileState | None:
        """Return the state of `path`, without following a link; None if nothing exists there."""
        try:
            status = path.lstat()
        except PermissionError:
            return FileState(-1, -1, 0, "hidden")
        except OSError:
            return None
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "other")
        return FileState(status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode), kind)

    def target(self, path: Path) -> Path:
        """Return the target of the link at `path`."""
        return path.parent / path.readlink()

    def below(self, folder: Path) -> Iterator[Path]:
        """Yield everything below `folder`, following no link."""
        for above, folders, files in os.walk(folder):
            for name in (*folders, *files):
                yield Path(above, name)

    def read(self, path: Path) -> str | None:
        """Return the text of a file, None if it cannot be read."""
        try:
            return path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None

    def find(self, program: str) -> str | None:
        """Return the full path of a program, also of those for root alone."""
        return shutil.which(program, path=_PATH)

    def run(self, command: Sequence[str], account: Account | None = None) -> ProcessResult:
        """Run a program in a clean environment, as `account` without its further groups, or as the current user."""
        home = account.home if account else Path("/")
        environment = {"PATH": _PATH, "HOME": str(home), "LANG": "C.UTF-8"}
        switch = account is not None and os.geteuid() != account.uid
        try:
            process = subprocess.run(  # noqa: S603  no shell; the command is ours
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                cwd="/",
                env=environment,
                timeout=_TIMEOUT,
                umask=0o077 if account else -1,
                user=account.uid if account and switch else None,
                group=account.gid if account and switch else None,
                extra_groups=[] if switch else None,
            )
        except subprocess.TimeoutExpired:
            return ProcessResult(124, err=f"it did not end within {_TIMEOUT} seconds")
        except OSError as error:
            return ProcessResult(127, err=f"{command[0]}: {error.strerror or error}")
        return ProcessResult(
            process.returncode, process.stdout.decode(errors="replace"), process.stderr.decode(errors="replace")
        )

    def make_folder(self, path: Path, owner: Account | None, mode: int) -> None:
        """Make `path` a folder of `owner` (None is root) with this mode, in a folder that only root can write."""
        try:
            with suppress(FileExistsError):
                path.mkdir(mode=0o700)
            folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                os.fchown(folder, owner.uid if owner else 0, owner.gid if owner else 0)
                os.fchmod(folder, mode)
            finally:
                os.close(folder)
        except OSError as error:
            raise _failed(path, error) from error

    def make_folder_as(self, account: Account, path: Path, mode: int) -> None:
        """Make `path` a folder with this mode as `account`, in a folder where the account could plant a link."""
        result = self.run(["/bin/sh", "-c", _MAKE_FOLDER, "sh", f"{mode:04o}", str(path)], account)
        if result.status:
            raise SetupFailed(f"The folder {clean(str(path))} could not be created: {result.last_line}.")

    def write(self, path: Path, text: str, gid: int, mode: int) -> None:
        """Write a file of root and the group `gid` atomically, so that nobody reads half of it."""
        try:
            descriptor, name = tempfile.mkstemp(prefix=".segtui-", dir=path.parent)
            try:
                with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123  of a descriptor
                    os.fchown(descriptor, 0, gid)
                    os.fchmod(descriptor, mode)
                    file.write(text)
                    file.flush()
                    os.fsync(descriptor)
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise _failed(path, error) from error

    def remove(self, path: Path) -> None:
        """Remove a file."""
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _failed(path, error) from error


def _failed(path: Path, error: OSError) -> SetupFailed:
    return SetupFailed(f"{clean(str(path))} could not be written: {error.strerror or error}.")
