"""The machine, as far as setting up and checking the door concern it: accounts, files with owner and mode, programs."""

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

Kind = Literal["file", "folder", "link", "other", "hidden"]

_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_SECONDS: Final = 300
_KINDS: Final[dict[int, Kind]] = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "folder",
    stat.S_IFLNK: "link",
}
# A link that the account put in the place of the folder would be followed with its own rights only.
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
    """Whose something is, and who may do what with it. `hidden` is what we are not allowed to look at."""

    uid: int
    gid: int
    mode: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a program: its exit status, and what it wrote."""

    status: int
    out: str = ""
    err: str = ""

    @property
    def said(self) -> str:
        """The last line it wrote, of its errors if there is one; clean, and without the full stop."""
        lines = [line for line in (self.err.strip() or self.out.strip()).splitlines() if line.strip()]
        return clean(lines[-1].strip()).rstrip(".") if lines else f"it ended with status {self.status}"


class Host:
    """This machine. Reading never raises for what is missing or hidden; writing raises SetupFailed."""

    @property
    def is_root(self) -> bool:
        """Whether we may do everything."""
        return os.geteuid() == 0

    @property
    def has_systemd(self) -> bool:
        """Whether systemd runs here."""
        return Path("/run/systemd/system").is_dir()

    def may_be(self, account: Account) -> bool:
        """Tell whether we may run something as `account`."""
        return os.geteuid() in {0, account.uid}

    def account(self, name: str) -> Account | None:
        """Return the account of this name, None where there is none."""
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            return None
        return Account(found.pw_name, found.pw_uid, found.pw_gid, Path(found.pw_dir), found.pw_shell)

    def name_of(self, uid: int) -> str:
        """Return the name of the account with this number, or the number."""
        try:
            return pwd.getpwuid(uid).pw_name
        except KeyError:
            return str(uid)

    def groups_of(self, account: Account) -> list[str]:
        """Return the names of the groups `account` is in."""
        import grp

        found = os.getgrouplist(account.name, account.gid)
        return [each.gr_name for each in grp.getgrall() if each.gr_gid in found]

    def password_field(self, name: str) -> str | None:
        """Return what stands for the password of an account in /etc/shadow; None where that is not to be read."""
        for line in (self.read(Path("/etc/shadow")) or "").splitlines():
            fields = line.split(":")
            if fields[0] == name and len(fields) > 1:
                return fields[1]
        return None

    def state(self, path: Path) -> FileState | None:
        """Return what is at `path` without following it if it is a link; None where there is nothing."""
        try:
            found = path.lstat()
        except PermissionError:
            return FileState(-1, -1, 0, "hidden")
        except OSError:
            return None
        kind = _KINDS.get(stat.S_IFMT(found.st_mode), "other")
        return FileState(found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode), kind)

    def target(self, path: Path) -> Path:
        """Return where the link at `path` leads to."""
        return path.parent / path.readlink()

    def below(self, folder: Path) -> Iterator[Path]:
        """Yield everything below `folder`, following no link."""
        for above, folders, files in os.walk(folder):
            for name in (*folders, *files):
                yield Path(above, name)

    def read(self, path: Path) -> str | None:
        """Return the text of a file, None where it cannot be read."""
        try:
            return path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None

    def find(self, program: str) -> str | None:
        """Return the full path of a program, also of one for root alone."""
        return shutil.which(program, path=_PATH)

    def run(self, words: Sequence[str], account: Account | None = None) -> Done:
        """Run a program in a clean environment, as `account` and in none of its further groups, or as who we are."""
        home = account.home if account else Path("/")
        environment = {"PATH": _PATH, "HOME": str(home), "LANG": "C.UTF-8"}
        switch = account is not None and os.geteuid() != account.uid
        try:
            done = subprocess.run(  # noqa: S603  no shell; the words are ours
                words,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                cwd="/",
                env=environment,
                timeout=_SECONDS,
                umask=0o077 if account else -1,
                user=account.uid if account and switch else None,
                group=account.gid if account and switch else None,
                extra_groups=[] if switch else None,
            )
        except subprocess.TimeoutExpired:
            return Done(124, err=f"it did not end within {_SECONDS} seconds")
        except OSError as error:
            return Done(127, err=f"{words[0]}: {error.strerror or error}")
        return Done(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))

    def make_folder(self, path: Path, owner: Account | None, mode: int) -> None:
        """Make `path` a folder of `owner` (None is root) with this mode, in a folder that is root's alone."""
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
        """Make `path` a folder with this mode as `account`, in a folder where that one could plant a link."""
        done = self.run(["/bin/sh", "-c", _MAKE_FOLDER, "sh", f"{mode:04o}", str(path)], account)
        if done.status:
            raise SetupFailed(f"The folder {clean(str(path))} could not be made: {done.said}.")

    def write(self, path: Path, text: str, gid: int, mode: int) -> None:
        """Write a file of root and the group `gid`: at once, so that nobody ever reads half of it."""
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
