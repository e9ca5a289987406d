"""A disk that is full leaves an import undone, with one sentence that says so; with space again, it works."""

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from segtui.database.engine import open_database
from segtui.services.maintenance import maintenance
from segtui.services.session import open_session
from tests.support.terminal import environment, program
from tests.terminal.test_kill import ROWS, finished, start, state, write

_MEGABYTE = 1 << 20
# What an import of so many rows finds left: nearly nothing, and ever more of what it needs.
_LEFT = (0.1, 1, 3, 6, 9)


@contextmanager
def _small_disk(place: Path) -> Iterator[None]:
    """Put a disk of 32 MB at `place` while the block runs. Skips where that is not permitted."""
    command = ["mount", "-t", "tmpfs", "-o", "size=32m", "segtui-test", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("no disk may be mounted here; that a file may not grow is tested instead")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def _fill(place: Path, left: float) -> Path:
    """Fill the disk at `place` but for so many megabytes, and return the file that does it."""
    ballast = place / "ballast"
    free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
    ballast.write_bytes(bytes(max(0, free - int(left * _MEGABYTE))))
    return ballast


def _attempt(database: Path, leads: Path, *, limit: float | None = None, temporary: Path | None = None) -> int:
    """Import and return the status: 0, or 1 with one sentence. With `limit` no file grows beyond so many megabytes."""

    def limit_files() -> None:
        assert limit is not None
        most = int(limit * _MEGABYTE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    variables = {} if temporary is None else {"TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary)}
    with leads.open("rb") as stream:
        done = subprocess.run(
            [*program(), "--database", str(database), "import", "-", "--segment", "More", "--json"],
            cwd=leads.parent,
            env=environment(variables),
            stdin=stream,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=None if limit is None else limit_files,
        )
    if done.returncode:
        assert done.returncode == 1, done
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert "Traceback" not in done.stderr
    return done.returncode


def _check_all_or_nothing(tmp_path: Path, database: Path, attempt: Callable[[Path], int]) -> bool:
    """Import into a database that has some already, see that all is well after it, and do it again with space.

    Return whether the first attempt failed.
    """
    opened = open_database(database, create=False)
    session = open_session(opened, source="test")
    before = state(session)
    whole = before | {"": before[""] + ROWS, "More": ROWS}
    opened.close()
    more = write(tmp_path / "more.csv", "eda")

    status = attempt(more)

    session = open_session(opened, source="test")
    assert state(session) == (before if status else whole)
    assert maintenance.check(opened) == []
    assert finished(start(str(database), more, "More"), None)
    assert state(session) == whole
    opened.close()
    return status != 0


def _filled(database: Path, folder: Path) -> Path:
    assert finished(start(str(database), write(folder / "leads.csv", "ada"), "Whole"), None)
    return database


@pytest.mark.parametrize("left", _LEFT)
def test_a_disk_that_becomes_full_under_the_database(tmp_path: Path, left: float) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    with _small_disk(place):
        database = _filled(place / "segtui.db", tmp_path)

        def attempt(leads: Path) -> int:
            ballast = _fill(place, left)
            status = _attempt(database, leads)
            ballast.unlink()
            return status

        failed = _check_all_or_nothing(tmp_path, database, attempt)
    assert failed or left > 1


@pytest.mark.parametrize("left", _LEFT)
def test_a_disk_that_becomes_full_under_temporary_files(tmp_path: Path, left: float) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    database = _filled(tmp_path / "segtui.db", tmp_path)
    with _small_disk(place):

        def attempt(leads: Path) -> int:
            ballast = _fill(place, left)
            status = _attempt(database, leads, temporary=place)
            ballast.unlink()
            return status

        failed = _check_all_or_nothing(tmp_path, database, attempt)
    assert failed or left > 0.5  # its temporary files are between half a megabyte and 0.7


@pytest.mark.parametrize("limit", [0.3, 1, 2, 4, 8])
def test_files_that_may_not_grow(tmp_path: Path, limit: float) -> None:
    database = _filled(tmp_path / "segtui.db", tmp_path)
    failed = _check_all_or_nothing(tmp_path, database, lambda leads: _attempt(database, leads, limit=limit))
    assert failed or limit > 2
