"""The file of rejected rows: their own columns after `line` and `reason`, to be corrected and imported again."""

import contextlib
import csv
import filecmp
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Protocol, Self

from segtui.domain.formula_guard import guarded
from segtui.domain.text import clean
from segtui.errors import InvalidInput
from segtui.importing.columns.column_matching import is_rejects
from segtui.importing.file_opening import lock_partial
from segtui.importing.row_results import Rejected

_CHECK_EVERY: Final = 1 << 20
"""Characters written between two checks of the quota."""
_REJECTS_HEADER = re.compile(rb"line,reason[,\r\n]")


def require_replaceable(path: Path) -> None:
    """Raise InvalidInput if `path` is a file that is not a file of rejected rows, and must not be replaced."""
    try:
        if not path.is_file():
            return
        with path.open("rb") as file:
            beginning = file.read(20)
    except OSError as error:
        raise _failure(path, error) from error
    if beginning and not _REJECTS_HEADER.match(beginning):
        raise InvalidInput(
            f"{clean(str(path))} already exists and was not written by an import: choose another file for the "
            "rejected rows.",
            "rejects",
        )


def partial_of(path: Path, process: int) -> Path:
    """Return where a process writes the file until it is complete."""
    # Not made from the whole name, which may have the maximum length already.
    return path.with_name(f".{path.name[:40]}.{process}.part")


class Quota(Protocol):
    """The quota of the file. Both methods raise InvalidInput if it is exceeded."""

    def demand(self) -> None:
        """Check that the quota covers what was written."""

    def renaming(self) -> AbstractContextManager[None]:
        """Check while a complete file gets its name."""


class RejectsWriter:
    """Writes rejected rows to `path` as UTF-8 CSV, readable by its owner only.

    There is no file before the first row, and it gets its name only when it is complete (`close`); as a context manager
    it is discarded on an error. A file at `path` is replaced; with `beside` it stays, because it may have been
    corrected, and the new file gets the next free name: `leads.csv.rejects-2.csv`. `rows` is the number of rows. Raises
    InvalidInput if the file cannot be written, or exceeds `quota`.
    """

    def __init__(self, path: Path, headers: Sequence[str], *, beside: bool = False, quota: Quota | None = None) -> None:
        self.path = path
        self._quota = quota
        self._unchecked = 0
        self.rows = 0
        self._beside = beside
        # Rows that are rejected again do not get these columns a second time.
        self._skipped = 2 if is_rejects(headers) else 0
        self._headers = list(headers[self._skipped :])
        self._file: IO[str] | None = None
        self._writer: Any = None
        self._partial: Path | None = None

    def write(self, rejected: Rejected) -> None:
        """Add a row."""
        try:
            if self._file is None:
                self._open()
            cells = rejected.cells[self._skipped :]
            self._writer.writerow([rejected.line, guarded(rejected.reason), *map(guarded, cells)])
            self.rows += 1
            self._check_room(sum(map(len, cells)))
        except OSError as error:
            self.discard()
            raise _failure(self.path, error) from error

    def _check_room(self, chars: int) -> None:
        """Check the quota after each megabyte."""
        self._unchecked += chars
        if self._quota is not None and self._file is not None and self._unchecked >= _CHECK_EVERY:
            self._file.flush()
            self._quota.demand()
            self._unchecked = 0

    def _open(self) -> None:
        if _is_stream(self.path):
            self._file = self.path.open("w", encoding="utf-8", errors="replace", newline="")
        else:
            target = self._target
            self._partial = partial_of(target, os.getpid())
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
            self._file = os.fdopen(
                os.open(self._partial, flags, 0o600), "w", encoding="utf-8", errors="replace", newline=""
            )
            lock_partial(self._file)
        self._writer = csv.writer(self._file)
        self._writer.writerow(["line", "reason", *map(guarded, self._headers)])

    @property
    def _target(self) -> Path:
        # The target of a link is written, the link stays.
        return self.path if self._beside else self.path.resolve()

    def close(self) -> Path | None:
        """Give the file its name and return its path, None if nothing was rejected."""
        if self._file is None:
            return None
        try:
            self._file.flush()
            if self._partial is not None:
                os.fsync(self._file.fileno())
                with nullcontext() if self._quota is None else self._quota.renaming():
                    self._put_in_place(self._partial)
            self._file.close()
        except OSError as error:
            self.discard()
            raise _failure(self.path, error) from error
        self._file = None
        return self.path

    def _put_in_place(self, partial: Path) -> None:
        if not self._beside:
            partial.replace(self._target)
            return
        for path in _free_names(self.path):
            if path.is_file() and filecmp.cmp(path, partial, shallow=False):
                partial.unlink()  # the same rows were rejected before and are in that file
            elif _claim(path):
                partial.replace(path)
            else:
                continue
            self.path = path
            return

    def discard(self) -> None:
        """Remove the unfinished file; a file that was closed before stays."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            if self._partial is not None:
                self._partial.unlink(missing_ok=True)
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self.discard()


def _is_stream(path: Path) -> bool:
    """Return True if `path` is a pipe or a device, which is written to and never replaced."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _free_names(path: Path) -> Iterator[Path]:
    """Yield `path` and then the names beside it."""
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")


def _claim(path: Path) -> bool:
    """Create the file atomically. Return False if the name is taken."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    return True


def _failure(path: Path, error: OSError) -> InvalidInput:
    reason = error.strerror or str(error)
    return InvalidInput(
        f"The rejected rows cannot be written to {clean(str(path))}: {reason}. Choose another file.", "rejects"
    )
