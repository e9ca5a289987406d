"""The file of rejected rows: their own columns behind `line` and `reason`, to be mended and imported again."""

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
"""Characters written between two looks at how much room there is."""
_BEGINNING = re.compile(rb"line,reason[,\r\n]")


def demand_replaceable(path: Path) -> None:
    """Raise InvalidInput where `path` is a file that is no file of rejected rows, and so is not ours to replace."""
    try:
        if not path.is_file():
            return
        with path.open("rb") as file:
            beginning = file.read(20)
    except OSError as error:
        raise _failure(path, error) from error
    if beginning and not _BEGINNING.match(beginning):
        raise InvalidInput(
            f"{clean(str(path))} is there already and is no file of rejected rows as an import writes it: name another "
            "place for them.",
            "rejects",
        )


class Quota(Protocol):
    """The room that there is for the file. Both raise InvalidInput where there is too little."""

    def demand(self) -> None:
        """Look whether there is room for what was written."""

    def renaming(self) -> AbstractContextManager[None]:
        """Look while a complete file gets its name."""


class RejectsWriter:
    """Writes rejected rows to `path` as UTF-8 CSV, readable by its owner only.

    There is no file before the first row, and under its own name it is only there once it is complete (`close`); as a
    context manager it is discarded where an error passes through. What is at `path` is replaced; with `beside` it
    stays, for somebody may have mended it, and the new file gets the next free name: `leads.csv.rejects-2.csv`. `rows`
    counts. What cannot be written raises InvalidInput, and so does what is more than `quota` has room for.
    """

    def __init__(self, path: Path, headers: Sequence[str], *, beside: bool = False, quota: Quota | None = None) -> None:
        self.path = path
        self._quota = quota
        self._unchecked = 0
        self.rows = 0
        self._beside = beside
        # A file of rejected rows that is rejected again does not grow further such columns.
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
        """Look, each megabyte, whether there is still room."""
        self._unchecked += chars
        if self._quota is not None and self._file is not None and self._unchecked >= _CHECK_EVERY:
            self._file.flush()
            self._quota.demand()
            self._unchecked = 0

    def _open(self) -> None:
        if _takes_it_as_it_comes(self.path):
            self._file = self.path.open("w", encoding="utf-8", errors="replace", newline="")
        else:
            target = self._target
            # Not made from the whole name: that may be as long as names can be.
            self._partial = target.with_name(f".{target.name[:40]}.{os.getpid()}.part")
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
            self._file = os.fdopen(
                os.open(self._partial, flags, 0o600), "w", encoding="utf-8", errors="replace", newline=""
            )
            lock_partial(self._file)
        self._writer = csv.writer(self._file)
        self._writer.writerow(["line", "reason", *map(guarded, self._headers)])

    @property
    def _target(self) -> Path:
        # What a link points to is written, the link stays.
        return self.path if self._beside else self.path.resolve()

    def close(self) -> Path | None:
        """Give the file its name; return that, None where nothing was rejected."""
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
        for place in _places(self.path):
            if place.is_file() and filecmp.cmp(place, partial, shallow=False):
                partial.unlink()  # the same rows were rejected before: there they are
            elif _claim(place):
                partial.replace(place)
            else:
                continue
            self.path = place
            return

    def discard(self) -> None:
        """Take away what was written; a file that was closed before stays."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            if self._partial is not None:
                self._partial.unlink(missing_ok=True)
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self.close()
        else:
            self.discard()


def _takes_it_as_it_comes(path: Path) -> bool:
    """Tell whether `path` is a pipe or a device: it is written to and never replaced."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _places(path: Path) -> Iterator[Path]:
    """Yield `path` and then the names beside it."""
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")


def _claim(path: Path) -> bool:
    """Take a name that nobody has, whoever else looks for one at this moment. Return whether it was free."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    return True


def _failure(path: Path, error: OSError) -> InvalidInput:
    reason = error.strerror or str(error)
    return InvalidInput(
        f"The rejected rows cannot be written to {clean(str(path))}: {reason}. Name another place.", "rejects"
    )
